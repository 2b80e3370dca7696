"""Where sentences end, and where they do not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.segment import sentences
from regesta.segment.rules import rules
from tests.segment.rows import split


def cut(text: str) -> list[str]:
    return [text[a:b] for a, b in split(text)]


WHOLE = [
    "Mr. J. P. Alder and Dr. Vale met Gen. A. Brown at St. Mary's.",
    "The regiment No. 366 and art. 5 of the law, par. 2, were named, cf. p. 14 and pp. 20-22.",
    "By resolution No. 14 of 3 Mar. 1974, i.e. before the storm, e.g. on Jan. 5, it was closed.",
    "The U.S. Congress and the U.N. Council agreed.",
    "The sum was 5.45 million, or 1. 5 thousand by the count of 19. 02. 2015 and 26.02.2008.",
    '"It was," she said, "like a mouth without teeth."',
    '"What is this?" he asked.',
    "They waited… and nobody came.",
    "… the last wall fell at 7 a.m. in the morning.",
    ". . . Servants of the house took part in it.",
    ".. .As a result of the fire nobody knows how many died.",
    "They brought the bodies….pricked eyes, cut out ears…..there is no end….",
    "1. Closes the pier to all persons;",
    "(a) Closes the pier.",
    "II. Legal basis of the closing.",
    "12. Requests the engineer to report by 3 p.m. on Friday.",
    "See www.example.org/a.b?c=d. for more",
    "The end of the war (as J. K. Rowe calls it) came.",
]
PARTS = [
    ("It fell. They fled.", ["It fell.", "They fled."]),
    ("It fell! Who fled? All.", ["It fell!", "Who fled?", "All."]),
    ('He said: "It fell." They fled.', ['He said: "It fell."', "They fled."]),
    ("“It fell.” They fled.", ["“It fell.”", "They fled."]),
    ("He called it “the end”. They fled.", ["He called it “the end”.", "They fled."]),
    ("It fell in 1992. 25 people fled.", ["It fell in 1992.", "25 people fled."]),
    ("Ships, boats, etc. The pier was closed.", ["Ships, boats, etc.", "The pier was closed."]),
    ("It ended at 7 p.m. Nobody came.", ["It ended at 7 p.m.", "Nobody came."]),
    ("It went on…. The next day it fell.", ["It went on….", "The next day it fell."]),
    ("(It fell.) They fled.", ["(It fell.)", "They fled."]),
    ("**It fell.** They fled.", ["It fell.", "They fled."]),
    ("# The pier", ["The pier"]),
    ("there is no end to it….”.", ["there is no end to it….”."]),
    ("  \n ", []),
    ("", []),
    ("Он упал. Они бежали.", ["Он упал.", "Они бежали."]),
    ("倒了。他们逃了。", ["倒了。", "他们逃了。"]),
]


@pytest.mark.parametrize("text", WHOLE)
def test_stays_whole(text: str) -> None:
    assert cut(text) == [text]


@pytest.mark.parametrize(("text", "parts"), PARTS)
def test_parts(text: str, parts: list[str]) -> None:
    assert cut(text) == parts


def test_numbered_clauses_stand_alone() -> None:
    assert cut("2. Asks for a report. It shall be short.") == ["2. Asks for a report.", "It shall be short."]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_sentences_are_ordered_disjoint_and_lose_no_word(text: str) -> None:
    spans = split(text)
    assert all(a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in zip(spans, spans[1:], strict=False))
    kept = "".join(text[a:b] for a, b in spans)
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]
    assert all(not text[a].isspace() and not text[b - 1].isspace() for a, b in spans)


@given(st.text(alphabet="aB. !?…\"'()1", max_size=80), st.text(alphabet="aB. \n", min_size=1, max_size=20))
def test_text_before_shifts_offsets_and_nothing_else(text: str, before: str) -> None:
    alone = split(text)
    shifted = split(before + text, len(before))
    assert shifted == [(a + len(before), b + len(before)) for a, b in alone]


@pytest.mark.parametrize("piece", ["a. ", ". ", "A.", "…", '".', "No. ", "(", "* "])
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        start = time.process_time()
        split(text)
        return time.process_time() - start

    small = max(min(seconds(50_000) for _ in range(3)), 1e-3)
    assert min(seconds(400_000) for _ in range(2)) < 8 * small * 4


PIECES = [
    "Mr.", "No.", "etc.", "a.m.", "J.", "U.S.", "The", "the", "civil", "Vi", "NATO", "Resolutions", "1992", "5", "12.",
    "a)", ".", "!", "?", "...", "…", "。", "”", "“", '"', ")", "(", "«", "*", "**", "_", "# ", "- ", " ", "  ", "\n",
]  # fmt: skip


def one_by_one(text: str) -> list[tuple[int, int]]:
    """Every mark looked at by itself."""
    last_word = next((at for at in range(len(text), 0, -1) if text[at - 1].isalnum()), 0)
    found, begin = [], 0
    for hit in sentences._STOP.finditer(text):
        if hit.end() <= last_word and sentences._ends(text, begin, hit, rules("en")):
            found.append((begin, hit.start("space")))
            begin = hit.end("space")
    trimmed = [sentences.trim(text, a, b) for a, b in [*found, (begin, len(text))]]
    return [span for span in trimmed if span]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_marks_looked_at_all_at_once_end_what_they_end_one_by_one(pieces: list[str]) -> None:
    text = "".join(pieces).strip()
    assert split(text) == one_by_one(text)
