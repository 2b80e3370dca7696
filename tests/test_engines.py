"""Shards done anywhere are the same; what one changed file costs."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.corpus import write
from regesta import work
from regesta.corpus import load
from regesta.engines import engine
from regesta.errors import RegestaError
from regesta.shards import plan
from regesta.store import open_output
from tests.conftest import HARBOUR


def outputs(folder: Path, processed: Path, kind: str, workers: int = 1, shard_bytes: int = 6_000) -> list[str]:
    catalogue = load(folder)
    with engine(kind, workers) as call:
        parts = plan(catalogue, folder, shard_bytes)
        return [out for part in parts for out in call(work.process_shard, folder, catalogue, part, processed)]


def files(processed: Path) -> dict[str, bytes]:
    return {path.relative_to(processed).as_posix(): path.read_bytes() for path in processed.rglob("*.*")}


# Ray is large, and for those alone who have a cluster of it: the lock leaves it out.
RAY = pytest.param("ray", marks=pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed"))


@pytest.mark.parametrize("kind", ["processes", "dask", RAY])
def test_every_engine_writes_the_same_bytes(kind: str, tmp_path: Path) -> None:
    outputs(HARBOUR, tmp_path / "threads", "threads")
    outputs(HARBOUR, tmp_path / kind, kind, workers=2)
    assert files(tmp_path / kind) == files(tmp_path / "threads")


@pytest.mark.parametrize("kind", ["processes", "dask", RAY])
def test_what_a_worker_refuses_is_told_here(kind: str, tmp_path: Path) -> None:
    catalogue = load(HARBOUR)
    gone = tmp_path / "gone"
    with engine(kind, 1) as call, pytest.raises(RegestaError, match=r"gone.*: cannot be read"):
        call(work.ingest_shard, gone, catalogue, plan(catalogue, HARBOUR)[0], tmp_path / "processed")


@pytest.mark.parametrize(
    ("kind", "address", "answer"),
    [
        ("dask", "tcp://127.0.0.1:9", "no Dask scheduler answers"),
        pytest.param("ray", "127.0.0.1:9", "no Ray", marks=RAY.marks),
    ],
)
def test_no_cluster_at_the_address(kind: str, address: str, answer: str) -> None:
    with pytest.raises(RegestaError, match=f"{address}: {answer}"), engine(kind, 1, address):
        pass


def test_a_changed_file_costs_its_shard(tmp_path: Path) -> None:
    folder, processed = tmp_path / "corpus", tmp_path / "processed"
    write(folder, 60_000, files=60, seed=3)
    before = outputs(folder, processed, "threads")
    changed = folder / "texts" / "000031.txt"
    changed.write_text(changed.read_text() + "\n\nThe quay was closed on 3 May 1994.\n")
    after = outputs(folder, processed, "threads")
    assert len(after) == len(before) > 30
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 3
    assert outputs(folder, processed, "threads") == after


def test_a_new_file_moves_few_shards(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    write(folder, 200_000, files=400, seed=3)
    (folder / "corpus.toml").unlink()
    shutil.rmtree(folder / "authority")
    before = {part.source_ids for part in plan(load(folder), folder, 10_000)}
    (folder / "texts" / "000003a.txt").write_text("A notice.\n")
    after = {part.source_ids for part in plan(load(folder), folder, 10_000)}
    assert len(after) > 15
    assert len(after - before) <= 5


def test_a_corpus_is_the_same_whenever_it_is_made(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("two", 5), ("other", 6)):
        size = write(tmp_path / name, 40_000, files=4, seed=seed)
        assert abs(size - 40_000) < 4_000
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert files(tmp_path / "one") != files(tmp_path / "other")


def test_outputs_say_what_is_in_them(tmp_path: Path) -> None:
    write(tmp_path / "corpus", 20_000, files=2, seed=5)
    found: dict[str, int] = {}
    for folder in outputs(tmp_path / "corpus", tmp_path / "processed", "threads"):
        found |= open_output(Path(folder)).rows
    assert found["documents"] >= 2
    assert min(found[name] for name in ("sentences", "dates", "mentions", "figures")) > 0
