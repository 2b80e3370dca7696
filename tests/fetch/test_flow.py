"""Sources from the web, through the flows and the command."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows import cli
from flows.build import build
from regesta.fetch import run
from regesta.package.verify import verify
from tests.fetch.conftest import HASTY
from tests.fetch.site import Said, Site
from tests.reading.papers import PAGE, pdf, word

pytestmark = pytest.mark.usefixtures("prefect_server")
DAY = dt.date(2001, 2, 3)
FILES = {
    "/a.html": Said(PAGE.encode(), headers={"Content-Type": "text/html"}),
    "/b.pdf": Said(pdf([["Order of the Board", "3 May 1980", "", "The pier is closed to ships."]])),
    "/c.docx": Said(word()),
}


@pytest.fixture
def feed(site: Site, watching, monkeypatch) -> Path:
    hasty = functools.partial(run.fetch, manners=dataclasses.replace(HASTY, most_bytes=100_000), today=DAY)
    monkeypatch.setattr("flows.fetch.fetch_sources", hasty)
    site.answers |= {"/feed": Said("\n".join(FILES).encode() + b"\n/d.txt\n"), **FILES}
    folder: Path = watching(f'[[source]]\nid = "board"\nfeed = "{site.address}/feed"\n')
    return folder


def test_what_a_feed_names_becomes_a_release_and_a_new_version_another(
    feed: Path,
    site: Site,
    tmp_path: Path,
) -> None:
    out, processed = tmp_path / "out", tmp_path / "processed"
    first = build(feed, out, processed, DAY, fetch=True)
    sources = pq.read_table(first.folder / "data" / "sources.parquet").to_pylist()
    assert [row["source_id"] for row in sources] == ["board-a", "board-b", "board-c"]
    assert "The pier is closed to ships." in sources[1]["text"]
    # The build alone asks nobody, and finds the same.
    asked = len(site.asked)
    assert not build(feed, out, processed, DAY).new
    assert len(site.asked) == asked
    site.answers["/b.pdf"] = Said(pdf([["Order of the Board", "3 May 1980", "", "The pier is open to ships."]]))
    second = build(feed, out, processed, DAY, fetch=True)
    sources = pq.read_table(second.folder / "data" / "sources.parquet").to_pylist()
    assert [row["source_id"] for row in sources] == ["board-a", "board-b", "board-b.v2", "board-c"]
    assert [row["supersedes"] for row in sources] == [None, None, "board-b", None]
    assert verify(second.folder) == []


def test_the_command_tells_each_address_and_fails_if_one_does(feed: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["regesta", "fetch", "--corpus", str(feed)])
    with pytest.raises(SystemExit, match="1 of 4 addresses could not be fetched; the others are kept"):
        cli.main()
    told = capsys.readouterr().out
    assert told.startswith("new board-a http://127.0.0.1")
    assert "/d.txt (is not there any more" in told
