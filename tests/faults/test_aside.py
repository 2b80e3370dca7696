"""A poisonous source among good ones is set aside and told; `strict`, or too many of them, stops the build."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest

from regesta import aside, corpus, stages
from regesta.errors import MissingLibraryError, RegestaError, plain
from regesta.loading import load
from regesta.segment import rows
from regesta.shards import fingerprint, plan
from tests.conftest import ROOT

RIVER = ROOT / "tests" / "corpora" / "river"


@pytest.fixture
def river(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RIVER, tmp_path / "river"))


def tables_of(folder: Path) -> stages.Tables:
    described = corpus.load(folder)
    read = stages.ingest(folder, described, described.sources)
    cut = stages.segment(read, described.sources)
    return stages.merge([read, cut, stages.extract({**read, **cut})])


def without(table: pa.Table, column: str, source: str) -> list[dict[str, Any]]:
    return [row for row in table.to_pylist() if not str(row[column]).startswith(f"{source}@")]


def test_a_file_that_is_no_text_is_set_aside_and_told(river: Path) -> None:
    whole = tables_of(river)
    (river / "works-union.txt").write_bytes(b"\xff\xfe\x00\xd8")
    tables = stages.finish(tables_of(river), river, corpus.load(river))
    [message] = aside.messages(tables["issues"])
    assert message.startswith("works-union.txt: byte 2 (0x00) is not utf-16-le")
    assert "works-union" not in tables["sources"]["source_id"].to_pylist()
    assert tables["dates"].to_pylist() == without(whole["dates"], "date_id", "works-union")
    assert str(river) not in message, "the same wherever the corpus lies"


@pytest.mark.parametrize(
    ("room", "stage", "left"),
    [
        (rows, "outline", {"sources"}),
        (stages, "find_dates", {"sources", "documents", "sentences"}),
        (stages, "link", {"sources", "documents", "sentences"}),
    ],
)
def test_a_text_on_which_a_stage_breaks_is_set_aside(
    room: ModuleType, stage: str, left: set[str], river: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tables_of(river)
    real = getattr(room, stage)

    def broken(*given: Any) -> Any:
        sources = given[0]["sources"]["source_id"].to_pylist() if isinstance(given[0], dict) else given[0]
        if "flood-first" in sources:
            raise IndexError("injected at <0x7f1122334455>")
        return real(*given)

    monkeypatch.setattr(room, stage, broken)
    tables = tables_of(river)
    [issue] = [row for row in tables["issues"].to_pylist() if row["code"] == aside.CODE]
    assert issue["source_id"] == "flood-first"
    assert "IndexError: injected at <0x…>" in issue["message"]
    for name in ("sources", "documents", "sentences", "dates", "mentions", "figures"):
        there = any("flood-first" in str(row) for row in tables[name].to_pylist())
        assert there == (name in left), name
    assert without(tables["dates"], "date_id", "flood-first") == without(whole["dates"], "date_id", "flood-first")


def test_what_passes_sets_nothing_aside(river: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, real, failures = tables_of(river), stages.read, [1, 1]

    def hiccup(*given: Any) -> Any:
        if failures and given[1] == "flood-first.txt":
            failures.pop()
            raise ValueError("once")
        return real(*given)

    failures.pop()
    monkeypatch.setattr(stages, "read", hiccup)
    assert tables_of(river)["sources"] == whole["sources"]
    assert not failures


@pytest.mark.parametrize("error", [OSError(5, "injected"), MemoryError(), MissingLibraryError("pip install x")])
def test_a_fault_of_the_system_is_none_of_a_source(
    error: Exception, river: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any) -> Any:
        raise error

    monkeypatch.setattr(stages, "read", fail)
    with pytest.raises(type(error)):
        tables_of(river)


def test_strict_names_all_and_publishes_nothing(river: Path) -> None:
    for name in ("flood-first.txt", "works-union.txt"):
        (river / name).write_bytes(b"")
    tables = tables_of(river)
    stages.finish(tables, river, corpus.load(river))
    with pytest.raises(RegestaError, match="not published: 2 of 6 sources") as refused:
        stages.finish(tables, river, corpus.load(river), strict=True)
    assert "flood-first.txt: the file is empty" in str(refused.value)
    assert "works-union.txt: the file is empty" in str(refused.value)


def test_more_than_half_is_no_accident(river: Path) -> None:
    for path in sorted(river.glob("*.txt"))[:4]:
        path.write_bytes(b"")
    with pytest.raises(RegestaError, match=r"not published: 4 of 6 sources.*more than half"):
        stages.finish(tables_of(river), river, corpus.load(river))


def test_a_file_changed_while_it_is_read_is_not_kept_under_the_old_name(river: Path) -> None:
    described = corpus.load(river)
    [shard] = plan(described, river)
    planned = [digest for _, digest in fingerprint(river, shard)]
    (river / "flood-first.txt").write_text("Another paper.\n")
    with pytest.raises(RegestaError, match=r"flood-first\.txt: the file was changed while it was read"):
        stages.ingest(river, described, shard.sources, planned)


def test_messages_hold_nothing_that_a_terminal_obeys() -> None:
    assert plain("a\x1b[31m.txt: \u202egone\udce9\nnext\tline") == "a\\x1b[31m.txt: \\u202egone\\udce9\nnext\tline"


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes on Linux")
@pytest.mark.parametrize("name", [b"a\x1b]0;b\x07.txt", b"two\nlines.txt", b"caf\xe9.txt"])
def test_a_name_that_cannot_be_printed_is_refused(name: bytes, tmp_path: Path) -> None:
    with Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).open("wb") as file:
        file.write(b"A paper.\n")
    with pytest.raises(RegestaError, match="rename it") as refused:
        corpus.load(tmp_path)
    plain(str(refused.value)).encode()


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd"])
def test_a_release_that_names_files_outside_itself_is_not_followed(path: str, tmp_path: Path) -> None:
    (tmp_path / "releases.json").write_text(f'[{{"version": "1.0.0", "path": "{path}/datapackage.json"}}]')
    with pytest.raises(RegestaError, match="names a file outside itself"):
        load(tmp_path)
