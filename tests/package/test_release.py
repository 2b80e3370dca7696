"""Versions, descriptors and the same bytes every time."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import duckdb
import frictionless
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from regesta import corpus, stages
from regesta.errors import RegestaError
from regesta.package import release
from regesta.package.describe import path_of
from regesta.package.version import change_of, following, parse
from regesta.package.write import in_order, write_table
from regesta.tables import TABLES
from tests.conftest import HARBOUR

DAY = dt.date(2001, 2, 3)


@pytest.fixture(scope="module")
def tables(harbour_tables: stages.Tables) -> stages.Tables:
    return harbour_tables


@pytest.fixture(scope="module")
def published(tables: dict[str, pa.Table], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release.publish(tables, corpus.load(HARBOUR), tmp_path_factory.mktemp("out"), DAY).folder


def test_stock_frictionless_is_content(published: Path) -> None:
    report = frictionless.validate(str(published / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])
    assert report.warnings == []


def test_the_descriptor_says_what_the_catalogue_says(published: Path) -> None:
    descriptor = json.loads((published / "datapackage.json").read_text())
    assert descriptor["name"] == "port-ellery"
    assert descriptor["created"] == "2001-02-03T00:00:00Z"
    assert descriptor["licenses"] == [{"name": "CC0-1.0"}]
    assert len(descriptor["sources"]) == 11
    assert [r["name"] for r in descriptor["resources"]] == [n for n in TABLES if (published / path_of(n)).exists()]


def test_every_client_reads_the_same(published: Path, tables: dict[str, pa.Table]) -> None:
    for name, table in tables.items():
        path = published / "data" / f"{name}.parquet"
        rows = len(table)
        assert len(pd.read_parquet(path, dtype_backend="pyarrow")) == rows
        assert pl.read_parquet(path).height == rows
        assert duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchall() == [(rows,)]
        frame = pd.read_parquet(path)
        for field in TABLES[name].fields:
            if field.type == "integer":
                assert str(frame[field.name].dtype) == "Int64"


def test_the_footer_carries_the_descriptions(published: Path) -> None:
    schema = pq.read_schema(published / "data" / "documents.parquet")
    assert schema.field("issuer").metadata[b"description"].startswith(b"Who speaks")
    assert schema.metadata[b"title"] == b"Documents"


def test_same_tables_same_bytes(tables: dict[str, pa.Table], tmp_path: Path) -> None:
    for name, table in tables.items():
        write_table(name, table, tmp_path / "a.parquet")
        halves = pa.concat_tables([table.slice(0, len(table) // 2), table.slice(len(table) // 2)])
        write_table(name, halves, tmp_path / "b.parquet")
        assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


@given(st.randoms(use_true_random=False))
def test_order_does_not_depend_on_order(tables: dict[str, pa.Table], random) -> None:
    for name in ("sentences", "dates", "issues"):
        numbers = list(range(len(tables[name])))
        random.shuffle(numbers)
        assert in_order(name, tables[name].take(numbers)).equals(tables[name])


def test_a_longer_span_comes_before_what_it_holds(tables: dict[str, pa.Table]) -> None:
    rows = tables["documents"].select(["source_id", "char_start"]).to_pylist()
    assert rows == sorted(rows, key=lambda row: (row["source_id"], row["char_start"]))


# --- versions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kinds", "metadata", "change"),
    [
        ([], False, None),
        ([], True, "patch"),
        (["changed"], True, "patch"),
        (["removed"], True, "patch"),
        (["changed", "added"], True, "minor"),
        (["column_added"], True, "minor"),
        (["table_added"], True, "minor"),
        (["column_added", "column_removed"], True, "major"),
        (["column_retyped"], True, "major"),
        (["table_removed", "added"], True, "major"),
    ],
)
def test_the_kind_of_change_gives_the_version(kinds: list[str], metadata: bool, change: str | None) -> None:
    assert change_of(kinds, metadata) == change


def test_versions_follow() -> None:
    assert following("1.4.2", "major") == "2.0.0"
    assert following("1.4.2", "minor") == "1.5.0"
    assert following("1.4.2", "patch") == "1.4.3"
    assert parse("1.04.2") is None
    assert parse("1.2") is None


def test_versions_are_ordered_as_numbers(tmp_path: Path) -> None:
    for version in ("1.10.0", "1.9.0", "2.0.0", "1.9.10", "not-a-version", "1.2.3.4"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "SHA256SUMS").write_text("")
    assert release.versions(tmp_path) == ["1.9.0", "1.9.10", "1.10.0", "2.0.0"]


def test_what_a_dead_build_left_aside_goes_away(tables: dict[str, pa.Table], tmp_path: Path) -> None:
    (tmp_path / ".writing-abc").mkdir()
    (tmp_path / ".writing-abc" / "half.parquet").write_bytes(b"PAR1")
    release.publish(tables, corpus.load(HARBOUR), tmp_path, DAY)
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith(".lock")) == [
        "1.0.0",
        "releases.json",
    ]


def test_the_datasheet_begins_with_the_voice_and_holds_the_dictionary(published: Path) -> None:
    text = (published / "README.md").read_text()
    assert text.index("Nobody's: the harbour") < text.index("| Papers | 12 in 11 sources |")
    for table in TABLES.values():
        if (published / "data" / f"{table.name}.parquet").exists():
            assert all(f"| `{field.name}` |" in text for field in table.fields)


def test_two_publishers_one_is_asked_to_wait(tables: dict[str, pa.Table], tmp_path: Path) -> None:
    with FileLock(tmp_path / ".lock"), pytest.raises(RegestaError, match="another build is publishing here"):
        release.publish(tables, corpus.load(HARBOUR), tmp_path, DAY)
    assert release.publish(tables, corpus.load(HARBOUR), tmp_path, DAY).version == "1.0.0"


def test_poor_metadata_are_told_before_the_work(harbour: Path) -> None:
    """The catalogue alone stops it: no text is read, for an empty one would be told first."""
    catalogue = harbour / "corpus.toml"
    kept = [line for line in catalogue.read_text().split("\n") if not line.startswith("description")]
    catalogue.write_text("\n".join(kept))
    for path in harbour.glob("*.txt"):
        path.write_bytes(b"")
    with pytest.raises(RegestaError, match=r"metadata are too poor: no `description`: no search will find it"):
        stages.ready(harbour)
