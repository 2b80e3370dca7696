"""What is asked of a remote release, and how little comes over the line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import regesta
from regesta import stages
from regesta.package import write
from regesta.tables.arrow import table_from_rows
from tests.loading.servers import Plain, Ranged, serve

PAPERS, LETTERS, GROUP = 64, 50_000, 400_000


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Papers that do not compress."""
    random = np.random.default_rng(1)
    return {f"paper-{i:02}": random.integers(32, 127, LETTERS, np.uint8).tobytes().decode() for i in range(PAPERS)}


@pytest.fixture(scope="module")
def big(
    texts: dict[str, str], harbour_tables: stages.Tables, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, type[Plain], int]]:
    """A release of them, written as releases are; gives its address, its server, and the size of its one file."""
    folder = tmp_path_factory.mktemp("big")
    path = folder / "sources.parquet"
    like = harbour_tables["sources"].to_pylist()[0]
    rows = [like | {"source_id": name, "text": text} for name, text in texts.items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "GROUP_BYTES", GROUP)
        write.write_table("sources", table_from_rows("sources", rows), path)
    schema = {"fields": [{"name": name, "type": "string"} for name in ("source_id", "text")]}
    resource = {"name": "sources", "path": path.name, "rows": PAPERS, "schema": schema}
    (folder / "datapackage.json").write_text(json.dumps({"name": "big", "version": "1.0.0", "resources": [resource]}))
    with serve(folder, Ranged) as (address, handler):
        yield address, handler, path.stat().st_size


def test_the_words_of_an_address_bring_one_row_group(big: tuple[str, type[Plain], int], texts: dict[str, str]) -> None:
    address, handler, size = big
    release = regesta.load(address)
    handler.requests.clear()
    handler.sent = 0
    assert release.text("paper-40@120-145") == texts["paper-40"][120:145]
    assert handler.sent < size / 4, f"{handler.sent} of {size} bytes"
    assert len(handler.requests) <= 8, handler.requests
    assert all(asked for _, _, asked in handler.requests), "a file came whole"


def test_what_stands_around_it_and_the_rest_of_its_paper_are_there_then(
    big: tuple[str, type[Plain], int], texts: dict[str, str]
) -> None:
    address, handler, _ = big
    release = regesta.load(address)
    release.text("paper-07@0-1")
    handler.requests.clear()
    found = release.context("paper-07@1000-1010", 30)
    assert found == (texts["paper-07"][970:1000], texts["paper-07"][1000:1010], texts["paper-07"][1010:1040])
    assert release.text(f"paper-07@{LETTERS - 5}-{LETTERS}") == texts["paper-07"][-5:]
    assert handler.requests == []


def test_opening_a_release_reads_its_descriptor_and_no_table(ranged: tuple[str, type[Plain]]) -> None:
    address, handler = ranged
    handler.requests.clear()
    release = regesta.load(address)
    assert release["documents"].rows
    assert [path for _, path, _ in handler.requests] == ["/releases.json", "/1.0.0/datapackage.json"]


def test_verify_fetches_every_file_once(ranged: tuple[str, type[Plain]], releases: Path) -> None:
    address, handler = ranged
    release = regesta.load(address)
    handler.requests.clear()
    assert release.verify() == []
    files = sorted(f"/1.0.0/{p.relative_to(releases / '1.0.0').as_posix()}" for p in (releases / "1.0.0").rglob("*.*"))
    asked = [path for _, path, _ in handler.requests]
    assert sorted(set(asked)) == sorted({*files, "/1.0.0/SHA256SUMS"})
    assert len(asked) <= len(set(asked)) + 1, "only the list of checksums is read twice"


def test_a_damaged_remote_release_is_found_out(releases: Path, tmp_path: Path) -> None:
    shutil.copytree(releases, tmp_path / "copy")
    damaged = tmp_path / "copy" / "1.0.0" / "data" / "dates.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-9] + b"a" + damaged.read_bytes()[-8:])
    (tmp_path / "copy" / "1.0.0" / "CITATION.cff").unlink()
    with serve(tmp_path / "copy", Ranged) as (address, _):
        found = {problem.where for problem in regesta.load(address).verify()}
    assert {"data/dates.parquet", "CITATION.cff"} <= found


def test_long_texts_make_small_row_groups_and_short_ones_do_not(
    texts: dict[str, str], harbour_tables: stages.Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    like = harbour_tables["sources"].to_pylist()[0]
    rows = [like | {"source_id": name, "text": text} for name, text in texts.items()]
    table = table_from_rows("sources", rows)
    assert row_groups(table, tmp_path) == [PAPERS], "less than one group holds"
    monkeypatch.setattr(write, "GROUP_BYTES", GROUP)
    row = sum(len(value) for value in rows[0].values() if isinstance(value, str))
    whole = GROUP // row
    assert row_groups(table, tmp_path) == [*[whole] * (PAPERS // whole), PAPERS % whole]
    monkeypatch.setattr(write, "GROUP_BYTES", LETTERS // 2)
    assert row_groups(table, tmp_path) == [1] * PAPERS, "a row is never divided"
    monkeypatch.setattr(write, "GROUP_BYTES", GROUP)
    monkeypatch.setattr(write, "ROW_GROUP", 3)
    assert set(row_groups(table, tmp_path)[:-1]) == {3}
    assert row_groups(table_from_rows("sources", []), tmp_path) == [0]


def row_groups(table: pa.Table, folder: Path) -> list[int]:
    """The rows of each row group of a table, the same however it comes divided."""
    write.write_table("sources", table, folder / "whole.parquet")
    for step in (1, 5, 60):
        with write.TableWriter("sources", folder / "parts.parquet") as writer:
            for start in range(0, len(table), step):
                writer.write(table.slice(start, step))
        assert (folder / "parts.parquet").read_bytes() == (folder / "whole.parquet").read_bytes()
    footer = pq.read_metadata(folder / "whole.parquet")
    assert pq.read_table(folder / "whole.parquet").equals(table)
    return [footer.row_group(number).num_rows for number in range(footer.num_row_groups)]
