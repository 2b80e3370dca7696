"""Tables written shard after shard are those that are put together in memory."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from regesta import corpus, merging, stages, work
from regesta.entities import authority
from regesta.errors import RegestaError
from regesta.shards import plan
from regesta.store import Output, open_output

EXPECTED = '[floors]\n"documents.rows" = 5\n[ceilings]\n"dates.rows" = 3\n'


def outputs(folder: Path, described: corpus.Corpus, processed: Path, shard_bytes: int) -> list[Output]:
    """What the stages make of shards, in no order at all."""
    shards = plan(described, folder, shard_bytes)
    made = [work.process_shard(folder, described, shard, processed) for shard in shards]
    return [open_output(Path(output)) for of_shard in reversed(made) for output in of_shard]


@pytest.mark.parametrize("shard_bytes", [300, 4_000_000])
def test_files_hold_what_is_merged_in_memory(harbour: Path, tmp_path: Path, shard_bytes: int) -> None:
    (harbour / "expectations.toml").write_text(EXPECTED)
    (harbour / "corrections.csv").write_text(
        "table,address,field,expected,value,reason,by\ndates,board@134-146,granularity,day,month,told so,editor\n"
    )
    described, names = corpus.load(harbour), authority.load(harbour / authority.FOLDER)
    made = outputs(harbour, described, tmp_path / "processed", shard_bytes)
    files = merging.write(made, harbour, described, names, tmp_path / "data")
    tables = stages.finish(stages.merge([output.tables() for output in made], names), harbour, described)
    assert set(files) == set(tables)
    for name, table in tables.items():
        assert pq.read_table(files[name]).to_pylist() == table.to_pylist(), name
    assert "expectation_exceeded" in tables["issues"]["code"].to_pylist()
    assert "correction" in tables["dates"]["method"].to_pylist()


def test_a_correction_of_a_row_in_no_shard_stops_it(harbour: Path, tmp_path: Path) -> None:
    (harbour / "corrections.csv").write_text(
        "table,address,field,expected,value,reason,by\ndates,board@1-2,granularity,day,month,told so,editor\n"
    )
    described, names = corpus.load(harbour), authority.load(harbour / authority.FOLDER)
    made = outputs(harbour, described, tmp_path / "processed", 300)
    with pytest.raises(RegestaError, match="dates has no row board@1-2"):
        merging.write(made, harbour, described, names, tmp_path / "data")


def test_shards_that_overlap_are_of_no_corpus(harbour: Path, tmp_path: Path) -> None:
    described, names = corpus.load(harbour), authority.load(harbour / authority.FOLDER)
    made = [output for size in (300, 600) for output in outputs(harbour, described, tmp_path / "processed", size)]
    with pytest.raises(ValueError, match="not those of one corpus"):
        merging.write(made, harbour, described, names, tmp_path / "data")
