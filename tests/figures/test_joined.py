"""Papers are read joined to one text: what one says must not depend on those beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from regesta import corpus, stages
from regesta.dates import find_dates
from regesta.entities.rows import mention
from regesta.figures import count
from regesta.figures.find import Finder, Sentences
from regesta.figures.joined import Joined
from regesta.tables.arrow import table_from_rows
from tests.figures.conftest import AUTHORITY

# Beginnings and ends that might take something from a neighbour, in scripts of one to four bytes a sign.
PIECES = (
    "61 people were killed in Halden", "of whom 9 were children", "one", "people died", "“Officials said", "”",
    "resolution 822", "853 and 874", "in 1993", "on 3 May 1990", "Zürich 🌊", "\n\n", "\n\n## Letter\n\n", ".", ",",
    "the mayor reported that 1,200 residents of Millbrook lost their homes", "our citizens", "1)", "(", "and",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map(" ".join)


def figures(texts: list[str]) -> list[dict[str, Any]]:
    rows = [
        {
            "source_id": f"paper-{number}", "path": "paper.txt", "title": "Paper", "language": "en",
            "media_type": "text/plain", "encoding": "utf-8", "bytes": len(text.encode()), "characters": len(text),
            "sha256": "0" * 64, "text": text,
        }
        for number, text in enumerate(texts)
    ]  # fmt: skip
    tables = {"sources": table_from_rows("sources", rows)}
    tables |= stages.segment(tables, [corpus.Source(id=f"paper-{n}", path="paper.txt") for n in range(len(texts))])
    # Not by `stages.extract`, which sets aside what breaks.
    tables |= find_dates(tables)
    tables |= mention(tables, AUTHORITY)
    made: list[dict[str, Any]] = count(tables, AUTHORITY)["figures"].to_pylist()
    return made


@settings(deadline=None, max_examples=25)
@given(st.lists(TEXTS, min_size=2, max_size=4))
@example([f"{PIECES[0]} {PIECES[-5]} {PIECES[0]}"] * 2)
def test_papers_say_together_what_they_say_alone(texts: list[str]) -> None:
    alone = [row | {"source_id": f"paper-{n}"} for n, text in enumerate(texts) for row in figures([text])]
    together = figures(texts)
    addresses = ("figure_id", "sentence_id", "document_id", "date_id", "part_of")
    for row in together:
        for name in addresses:
            row[name] = row[name] and row[name].replace(row["source_id"] + "@", "paper-0@")
    assert together == alone


@given(st.text(max_size=40), st.text(max_size=40))
def test_offsets_are_told_in_bytes_and_back(one: str, other: str) -> None:
    joined = Joined({}, 0, [one, other], "en")
    places = np.arange(len(joined.text) + 1)
    in_bytes = np.array([len(joined.text[:at].encode("utf-8", "surrogatepass")) for at in places])
    assert joined.to_bytes(places).tolist() == in_bytes.tolist()
    assert joined.to_characters(in_bytes).tolist() == places.tolist()


def test_what_was_learnt_may_be_forgotten_at_any_time() -> None:
    texts = ["61 people were killed, 9 of them children.", "In Halden 40 houses were burned.", "15 are missing."]
    find = Finder("en")
    for text in [*texts, *reversed(texts)]:
        raw = text.encode()
        sentences = Sentences.of([(0, len(raw), 0)])
        find.reader._begin()
        assert find.find(raw, sentences) == Finder("en").find(raw, sentences)
