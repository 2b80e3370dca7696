"""A file that cannot be read, among files that can."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from regesta import corpus, optional, stages
from regesta.errors import RegestaError
from regesta.package.account import set_aside
from regesta.package.release import publish
from regesta.package.verify import verify

GOOD = "A paper of the Board.\n\n3 May 1980\n"
POISON = {
    "poison.txt": b"",
    "poison.md": b"\x89PNG\r\n\x1a\n....",
    "poison.pdf": b"%PDF-1.7 and no more",
    "poison.docx": b"PK\x03\x04 and no more",
    "poison.html": b"<html><script>only()</script></html>",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    for n in range(20):
        (made / f"good-{n}.txt").write_text(f"{GOOD}\nNumber {n}.\n")
    return made


def build(folder: Path, out: Path, strict: bool = False) -> Path:
    described = corpus.load(folder)
    read = stages.ingest(folder, described, described.sources, strict)
    cut = stages.segment(read, described.sources)
    tables = stages.finish(stages.merge([read, cut, stages.extract({**read, **cut})]), folder, described)
    return publish(tables, described, out, dt.date(2001, 2, 3)).folder


@pytest.mark.parametrize("name", POISON)
def test_it_is_set_aside_with_a_record_and_the_others_are_there(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / name).write_bytes(POISON[name])
    made = build(folder, tmp_path / "out")
    assert pq.read_metadata(made / "data" / "sources.parquet").num_rows == 20
    [message] = set_aside(made)
    assert message.startswith(f"source poison is set aside: {name}: ")
    assert str(tmp_path) not in message
    assert verify(made) == []


def test_strict_stops_at_it(folder: Path, tmp_path: Path) -> None:
    (folder / "poison.txt").write_bytes(b"")
    with pytest.raises(RegestaError, match=r"in/poison\.txt: the file is empty"):
        build(folder, tmp_path / "out", strict=True)
    assert not (tmp_path / "out").exists()


def test_with_nothing_left_there_is_no_release(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "poison.txt").write_bytes(b"")
    with pytest.raises(RegestaError, match=r"not one source could be read; .*poison\.txt: the file is empty"):
        build(tmp_path / "in", tmp_path / "out")


def test_a_missing_library_sets_nothing_aside(folder: Path, tmp_path: Path, monkeypatch) -> None:
    """Otherwise the release would depend on the machine."""
    (folder / "page.html").write_text("<p>A page.</p>")

    def missing(name: str) -> object:
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(optional.importlib, "import_module", missing)
    with pytest.raises(RegestaError, match="pip install"):
        build(folder, tmp_path / "out")
