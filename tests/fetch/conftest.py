"""A site, and a corpus that watches it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from regesta.fetch import run
from regesta.fetch.web import Manners
from tests.fetch.site import Site, served

HASTY = Manners(delay=0, timeout=1, most_seconds=1, backoff=0.01, most_bytes=5_000)
DAY = dt.date(2001, 2, 3)


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as found:
        yield found


@pytest.fixture
def watching(tmp_path: Path) -> Callable[[str], Path]:
    """Makes a corpus with these entries; a key `private = true` is put into each."""

    def make(entries: str) -> Path:
        folder = tmp_path / "corpus"
        folder.mkdir(exist_ok=True)
        entries = entries.replace("[[source]]", "[[source]]\nprivate = true")
        head = '[corpus]\nname = "watched"\ntitle = "Watched"\ndescription = "d"\nhomepage = "https://example.org/us"\n'
        licence = '[[corpus.licenses]]\nname = "CC0-1.0"\n'
        (folder / "corpus.toml").write_text(head + licence + entries)
        return folder

    return make


@pytest.fixture
def fetch() -> Callable[..., list[tuple[str, str | None, str]]]:
    def go(folder: Path, manners: Manners = HASTY, day: dt.date = DAY) -> list[tuple[str, str | None, str]]:
        return [(o.what, o.source_id, o.message) for o in run.fetch(folder, manners, day)]

    return go
