"""A small authority of invented names, and a way to look names up in a text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from regesta.entities.authority import Authority, load
from regesta.entities.find import Finder
from regesta.entities.papers import Papers
from tests.segment.rows import split

PLACES = """id,label,variants,country,rules
elbonia,Elbonia,Elbonija,,
elbonia-district,Elbonia District,Elbonia district,,
georgia,Georgia,,GE,Georgia: else
georgia-us,Georgia (state),Georgia,US,"Georgia: near Texas, Ohio"
"""
PERSONS = """id,label,variants
anna-berg,Anna Berg,A. Berg
carl-berg,Carl Berg,
"""
ORGANIZATIONS = """id,label,variants,rules
trade-union-conference,Conference on Trade and Ports,,
time-magazine,Time,,Time: exact; before magazine
council-of-ports,Council of Ports,,
assembly-of-ports,Assembly of Ports,,
"""
INSTRUMENTS = """id,label,variants
harbour-code,Harbour Code,Code of Harbours
council-101,Council of Ports Resolution 101,resolution 101
assembly-102,Assembly of Ports Resolution 102,resolution 102
council-102,Council of Ports Resolution 102,resolution 102
"""
EVENTS = """id,label,variants
elbonia-1990,"Fire at Elbonia, 1990",Elbonia tragedy | Elbonia fire
"""


@pytest.fixture(scope="session")
def authority(tmp_path_factory) -> Authority:
    folder = tmp_path_factory.mktemp("corpus") / "authority"
    folder.mkdir()
    for name, text in (
        ("places", PLACES),
        ("persons", PERSONS),
        ("organizations", ORGANIZATIONS),
        ("instruments", INSTRUMENTS.replace("resolution 102\ncouncil", "\ncouncil")),
        ("events", EVENTS),
    ):
        (folder / f"{name}.csv").write_text(text.replace(",resolution 102\n", ",\n"), encoding="utf-8")
    return load(folder)


def papers(*texts: str, kind: str = "paragraph") -> Papers:
    """Texts as papers of paragraphs, one to a line, divided into sentences."""
    sentences, blocks = [], []
    for number, text in enumerate(texts):
        start = 0
        for line in text.split("\n"):
            end = start + len(line)
            if line.strip():
                blocks.append((number, start, end))
                sentences += [(number, a, b) for a, b in split(text, start, end)]
            start = end + 1
    columns = (tuple(np.array(rows, np.int64).reshape(-1, 3).T) for rows in (sentences, blocks))
    return Papers.join(texts, *columns, kinds=[kind] * len(blocks))


@pytest.fixture
def names(authority) -> Callable[..., list[tuple[str, str]]]:
    finder = Finder(authority)

    def look(text: str, method: str | None = None) -> list[tuple[str, str]]:
        hits = finder.find(papers(text))
        return [(text[h.start : h.end], h.what.entity_id) for h in hits if method in (None, h.what.method)]

    return look


@pytest.fixture
def guesses() -> Callable[[str], list[tuple[str, str]]]:
    finder = Finder(Authority())

    def look(text: str) -> list[tuple[str, str]]:
        return [(text[h.start : h.end], h.what.type) for h in finder.find(papers(text))]

    return look
