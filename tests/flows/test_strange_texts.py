"""Texts that are strange but sound go all the way: huge lines, many scripts, combining characters."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from regesta import corpus, stages
from regesta.package.release import publish
from regesta.package.verify import verify

STRANGE = {
    "right to left": "\u0628\u064a\u0627\u0646 \u0631\u0633\u0645\u064a.\n\n"
    "\u05de\u05db\u05ea\u05d1 \u05de\u05d9\u05d5\u05dd 3 \u05d1\u05de\u05d0\u05d9 1980.\n",
    "direction overrides": "The Board \u202edecided\u202c on 3 May 1980.\n",
    "combining": "Cafe\u0301 re\u0301sume\u0301 a\u0300\u0301\u0302\u0303\u0304 on 3 May 1980.\n"
    + "Z\u0351\u036b\u0343" * 100,
    "emoji and astral": "The \U0001f4dc paper \U0001d518\U0001d52b of 3 May 1980. "
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 came.\n",
    "only marks": "?!?!?! ... *** --- ((( ]]] \u201c\u201d\n",
    "carriage returns": "One line.\r\rAnother, 3 May 1980.\r\nA third.\x0cA new page.\x85And \u2028 more\u2029end.",
    "lone words": "word\n" * 1000,
}


def build(folder: Path, out: Path) -> Path:
    described = corpus.load(folder)
    read = stages.ingest(folder, described, described.sources)
    cut = stages.segment(read, described.sources)
    found = stages.extract({**read, **cut})
    tables = stages.finish(stages.merge([read, cut, found]), folder, described)
    return publish(tables, described, out, dt.date(2001, 2, 3)).folder


@pytest.mark.parametrize("name", STRANGE)
def test_strange_texts_make_sound_releases(name: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(STRANGE[name].encode())
    made = build(tmp_path / "in", tmp_path / "out")
    assert verify(made) == []
    [text] = pq.read_table(made / "data" / "sources.parquet")["text"].to_pylist()
    assert text == STRANGE[name]


def test_what_is_odd_is_recorded(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes("Ab\u0007 c\u202ed\u202c \u0007 of 3 May 1980.".encode())
    issues = pq.read_table(build(tmp_path / "in", tmp_path / "out") / "data" / "issues.parquet").to_pylist()
    found = {row["code"]: row["message"] for row in issues}
    assert found["control_character"] == "control character U+0007 at byte 2, 2 times in all"
    assert "U+202" in found["bidi_control"]
    assert sum(row["code"] == "catalogue_assumed" for row in issues) == 3


@pytest.mark.timeout(400)
def test_fifty_megabytes_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    piece = (
        "The board met on 3 May 1980 and decided nothing, " + "as it had done in many other years, " * 12 + "and left. "
    )
    (tmp_path / "in" / "a.txt").write_text(piece * (50_000_000 // len(piece)))
    start = time.monotonic()
    made = build(tmp_path / "in", tmp_path / "out")
    print("fifty megabytes took", time.monotonic() - start, "s")
    assert pq.read_metadata(made / "data" / "sentences.parquet").num_rows == 50_000_000 // len(piece)
