"""A release that is not sound is found out and what is wrong is named, by `regesta verify` and by `verify.py`."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from regesta import corpus, stages
from regesta.errors import RegestaError
from regesta.package import release
from regesta.package.describe import describe
from regesta.package.verify import SUMS, check_tables, sha256_of, verify
from regesta.tables import TABLES
from tests.conftest import HARBOUR

DAY = dt.date(2001, 2, 3)


@pytest.fixture(scope="module")
def tables(harbour_tables: stages.Tables) -> stages.Tables:
    return harbour_tables


@pytest.fixture(scope="module")
def sound(tables: dict[str, pa.Table], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release.publish(tables, corpus.load(HARBOUR), tmp_path_factory.mktemp("out"), DAY).folder


@pytest.fixture
def spoilt(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "1.0.0"))


def standalone(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py")], capture_output=True, text=True, check=False
    )


def agrees(folder: Path, expected: str) -> None:
    """Both ways of verifying name the problem."""
    assert any(expected in str(problem) for problem in verify(folder)), verify(folder)
    alone = standalone(folder)
    assert alone.returncode == 1
    assert expected in alone.stdout


def test_a_sound_release_passes(sound: Path) -> None:
    assert verify(sound) == []
    alone = standalone(sound)
    assert alone.returncode == 0
    assert "sound" in alone.stdout


def test_the_sums_are_those_of_sha256sum(sound: Path) -> None:
    done = subprocess.run(["sha256sum", "-c", SUMS], cwd=sound, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["data/dates.parquet", "datapackage.json", "README.md", "verify.py"])
def test_one_byte_flipped(spoilt: Path, name: str) -> None:
    data = bytearray((spoilt / name).read_bytes())
    data[len(data) // 2] ^= 1
    (spoilt / name).write_bytes(data)
    assert any(problem.where == name for problem in verify(spoilt))


def test_a_file_deleted(spoilt: Path) -> None:
    (spoilt / "data" / "blocks.parquet").unlink()
    agrees(spoilt, "data/blocks.parquet: the file is missing")


def test_a_file_added(spoilt: Path) -> None:
    (spoilt / "data" / "extra.parquet").write_bytes(b"PAR1")
    agrees(spoilt, "data/extra.parquet: the file is not part of the release")


def rewrite(folder: Path, name: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Change a table and put every checksum right, so that only the content is wrong."""
    path = folder / "data" / f"{name}.parquet"
    table = change(pq.read_table(path))
    pq.write_table(table, path)
    descriptor = json.loads((folder / "datapackage.json").read_text())
    for resource in descriptor["resources"]:
        resource["hash"] = f"sha256:{sha256_of(folder / resource['path'])}"
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    lines = (folder / SUMS).read_text().splitlines()
    names = [line.partition("  ")[2] for line in lines]
    (folder / SUMS).write_text("".join(f"{sha256_of(folder / n)}  {n}\n" for n in names))


def put(table: pa.Table, column: str, row: int, value: object) -> pa.Table:
    values = table[column].to_pylist()
    values[row] = value
    field = table.schema.field(column)
    array = pa.array(values, field.type)
    return table.set_column(table.schema.get_field_index(column), field.with_nullable(True), array)


BROKEN: dict[str, tuple[str, Callable[[pa.Table], pa.Table], str]] = {
    "offset shifted": (
        "sentences",
        lambda t: put(t, "char_start", 4, t["char_start"][4].as_py() + 1),
        "sentences: 1 rows: address is not source@start-end of its own row",
    ),
    "words changed": (
        "sentences",
        lambda t: put(t, "text", 4, t["text"][4].as_py().upper() + "!"),
        "sentences: 1 rows: words at the address in the source are not those of the row",
    ),
    "key broken": (
        "dates",
        lambda t: put(t, "sentence_id", 2, "nowhere@1-2"),
        "dates: sentence_id has no row in sentences in 1 rows",
    ),
    "key twice": (
        "blocks",
        lambda t: pa.concat_tables([t, t.slice(0, 1)]),
        "blocks: 1 keys (block_id) stand more",
    ),
    "required empty": (
        "documents",
        lambda t: put(t, "title", 0, None),
        "documents: title is empty and must not be",
    ),
    "enum": ("blocks", lambda t: put(t, "kind", 0, "poem"), "blocks: kind is none of title, subtitle"),
    "range": ("documents", lambda t: put(t, "position", 0, 0), "documents: position is less than 1"),
    "pattern": ("sources", lambda t: put(t, "sha256", 0, "abc"), "sources: sha256 does not fit the pattern"),
    "period": (
        "documents",
        lambda t: put(t, "date_end", 0, dt.date(1900, 1, 1)),
        "documents: date_start and date_end do not make a period",
    ),
    "column gone": ("dates", lambda t: t.drop_columns(["edtf"]), "dates: column edtf is missing"),
    "column added": ("dates", lambda t: t.append_column("x", t["edtf"]), "dates: column x is not described"),
    "column retyped": (
        "dates",
        lambda t: t.set_column(4, "char_start", pc.cast(t["char_start"], pa.float64())),
        "dates: column char_start is double, not int64",
    ),
    "length": (
        "sources",
        lambda t: put(t, "characters", 0, 3),
        "sources: characters is not the length of text",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_content_that_breaks_a_rule_is_found_behind_sound_checksums(spoilt: Path, name: str) -> None:
    table, change, expected = BROKEN[name]
    rewrite(spoilt, table, change)
    agrees(spoilt, expected)


@pytest.mark.parametrize("name", [None, *BROKEN])
def test_row_groups_do_not_show(sound: Path, tables: dict[str, pa.Table], name: str | None, tmp_path: Path) -> None:
    """However small the parts in which tables are read, what is found is the same."""
    table, change, expected = BROKEN[name] if name else ("dates", lambda t: t, "")
    spoilt = {**tables, table: change(tables[table])}
    descriptor = json.loads((sound / "datapackage.json").read_text())
    resources = [resource for resource in descriptor["resources"] if resource["name"] in tables]
    whole = check_tables(spoilt, {"resources": resources})
    assert any(expected in str(problem) for problem in whole) if name else whole == []
    for size in (1, 3):
        for key, rows in spoilt.items():
            pq.write_table(rows, tmp_path / f"{key}.parquet", row_group_size=size)
        parts = check_tables({key: tmp_path / f"{key}.parquet" for key in spoilt}, {"resources": resources})
        assert sorted(parts) == sorted(whole)


def test_rows_in_another_order_are_checked_as_well(sound: Path, tables: dict[str, pa.Table], tmp_path: Path) -> None:
    """Nothing says that the rows of a release of somebody else stand in the order of their sources."""
    resources = json.loads((sound / "datapackage.json").read_text())["resources"]
    resources = [resource for resource in resources if resource["name"] in tables]
    for name, table in tables.items():
        turned = table.take(pa.array(range(len(table) - 1, -1, -1), pa.int64()))
        twice = pa.concat_tables([turned, turned.slice(2, 1)]) if name == "dates" else turned
        pq.write_table(twice, tmp_path / f"{name}.parquet", row_group_size=2)
    [problem] = check_tables({name: tmp_path / f"{name}.parquet" for name in tables}, {"resources": resources})
    assert str(problem).startswith("dates: 1 keys (date_id) stand more than once: ")


@pytest.mark.parametrize(
    "name",
    [n for n in BROKEN if n not in ("column gone", "column added", "column retyped", "required empty")],
)
def test_the_gate_refuses_to_publish(tables: dict[str, pa.Table], name: str, tmp_path: Path) -> None:
    table, change, expected = BROKEN[name]
    spoilt = {**tables, table: change(tables[table]).cast(tables[table].schema)}
    release.publish(tables, corpus.load(HARBOUR), tmp_path, DAY)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(RegestaError) as refused:
        release.publish(spoilt, corpus.load(HARBOUR), tmp_path, DAY)
    assert expected in str(refused.value)
    assert "not published" in str(refused.value)
    assert sorted(tmp_path.rglob("*")) == before
    assert release.versions(tmp_path) == ["1.0.0"]


def test_a_span_outside_its_parent_is_found(tables: dict[str, pa.Table]) -> None:
    first, second = tables["blocks"]["block_id"].to_pylist()[:2]
    assert first != second
    wrong = {**tables, "sentences": put(tables["sentences"], "block_id", 0, second)}
    hashes = dict.fromkeys(TABLES, "")
    problems = check_tables(wrong, describe(corpus.load(HARBOUR), tables, hashes, "1.0.0", DAY))
    assert any("span is not inside its block_id" in str(problem) for problem in problems)


def test_many_broken_rows_are_counted_and_some_named(tables: dict[str, pa.Table], spoilt: Path) -> None:
    rewrite(spoilt, "dates", lambda t: t.set_column(2, "document_id", pa.array(["x@0-1"] * len(t))))
    problem = next(p for p in verify(spoilt) if "document_id has no row in documents" in str(p))
    assert problem.rows == len(tables["dates"])
    assert f"in {problem.rows} rows" in str(problem)
    assert str(problem).endswith(" …")


def test_without_the_sources_no_address_counts_as_checked(sound: Path, tables: dict[str, pa.Table]) -> None:
    resources = json.loads((sound / "datapackage.json").read_text())["resources"]
    some = {name: tables[name] for name in ("documents", "blocks")}
    descriptor = {"resources": [resource for resource in resources if resource["name"] in some]}
    found = [str(problem) for problem in check_tables(some, descriptor)]
    assert found == ["sources: the table is not there, and no address can be checked without it"]
