"""What numbers measure: every rule shown on sentences of other matters than the first corpus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regesta.figures.find import Sentences, finder
from regesta.figures.signs import located
from tests.figures.test_numbers import in_words, mixed

FiguresOf = Callable[[str], list[dict[str, Any]]]
Got = list[tuple[str, str, str]]


def read(text: str) -> Got:
    """(surface, measure, group) of the figures of one sentence."""
    raw = text.encode()
    found = finder("en").find(raw, Sentences.of([(0, len(raw), 0)]))
    groups = [f.noun if f.reading.group == "noun" else f.reading.group for f in found]
    return [(raw[f.start : f.end].decode(), f.reading.measure, g) for f, g in zip(found, groups, strict=True)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The flood killed 41 people.", [("41", "killed", "all")]),
        ("The death of 41 people was confirmed.", [("41", "killed", "all")]),
        ("41 people were killed.", [("41", "killed", "all")]),
        ("Storms claimed the lives of 41 of our neighbours.", [("41", "killed", "all")]),
        (
            "58 people, including 14 women, 11 children and 8 elderly, were killed; 212 injured.",
            [("58", "killed", "all"), ("14", "killed", "women"), ("11", "killed", "children"),
             ("8", "killed", "elderly"), ("212", "wounded", "all")],
        ),
        (
            "58 died, 212 were injured, 30 of them still missing; while 90, of them 12 children, were left disabled.",
            [("58", "killed", "all"), ("212", "wounded", "all"), ("30", "missing", "all"), ("90", "disabled", "all"),
             ("12", "disabled", "children")],
        ),
        ("Of those killed, 21 were men and 5 were women.", [("21", "killed", "men"), ("5", "killed", "women")]),
        ("14 bodies (9 men and 5 women) were recovered.",
         [("14", "recovered_bodies", "all"), ("9", "recovered_bodies", "men"), ("5", "recovered_bodies", "women")]),
        ("The fate of 12 firefighters remains unknown.", [("12", "missing", "all")]),
        ("6 children lost both parents and 19 lost one.",
         [("6", "orphaned_both", "children"), ("19", "orphaned_one", "children")]),
        ("Three families were completely wiped out.", [("Three", "families_destroyed", "all")]),
        ("2,300 residents were evacuated.", [("2,300", "displaced", "all")]),
        ("Half a million refugees returned.", [("Half a million", "displaced", "all")]),
        ("The town was home to 7 000 people.", [("7 000", "population", "all")]),
        ("3 schools and 640 houses were destroyed.", [("3", "buildings", "schools"), ("640", "buildings", "houses")]),
        ("20 per cent of the territory was flooded.", [("20 per cent", "territory_percent", "all")]),
        ("The damage is put at 12 million dollars.", [("12 million dollars", "damage_money", "all")]),
        ("One million euros will be allocated.", [("One million euros", "other", "all")]),
        ("Invaders occupied 12 districts.", [("12", "districts_occupied", "all")]),
        ("Two hundred soldiers took part.", [("Two hundred", "participants", "all")]),
        ("The commission questioned 48 witnesses.", [("48", "investigated", "all")]),
        ("14 countries condemned the massacre.", [("14", "recognised_by", "all")]),
        ("The letter urges 14 countries to condemn the massacre.", [("14", "other", "all")]),
        ("All 31 hostages were released.", [("31", "released", "all")]),
        ("Dozens of people were taken hostage.", [("Dozens", "hostage", "all")]),
    ],
)  # fmt: skip
def test_measures(text: str, wanted: Got) -> None:
    assert read(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Resolutions 822, 853 and 874 were adopted.",
        "The 366th regiment and regiment No. 44 were withdrawn.",
        "Articles 5 and 6, page 17, paragraph 3.",
        "He is 45 years old and has worked for 20 years.",
        "One of the most terrible floods of all, and one or more persons may know.",
        "The tower is 40 km from here and 12 metres high.",
        "1. The inquiry is closed.",
        "See https://example.org/2014/613-people or call 555.",
        "Two of them agree.",
        "There are three major elements.",
        "The plan S/26718 was amended by 4 resolutions.",
    ],
)
def test_no_figures(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("words", "qualifier", "low", "high"),
    [
        ("over 1,000", "min", 1000, None),
        ("at least 1,000", "min", 1000, None),
        ("up to 1,000", "max", None, 1000),
        ("no more than 1,000", "max", None, 1000),
        ("some 1,000", "about", 1000, 1000),
        ("nearly 1,000", "about", 1000, 1000),
        ("as many as 1,000", "exact", 1000, 1000),
        ("a total of 1,000", "exact", 1000, 1000),
        ("between 900 and 1,000", "exact", 900, 1000),
        ("hundreds of", "vague", None, None),
    ],
)
def test_qualifiers(figures_of: FiguresOf, words: str, qualifier: str, low: float | None, high: float | None) -> None:
    [row] = figures_of(f"The council said that {words} people were injured.")
    assert (row["qualifier"], row["value_low"], row["value_high"]) == (qualifier, low, high)


@settings(max_examples=60, deadline=None)
@given(st.integers(4, 10**9), st.sampled_from([str, "{:,}".format, in_words, mixed]))
def test_every_number_is_found_whole(n: int, write: Callable[[int], str]) -> None:
    text = write(n)
    assert read(f"In the flood {text} people were killed.") == [(text, "killed", "all")]


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60), st.integers(4, 99999), st.text(max_size=60))
def test_spans_lie_on_characters(before: str, n: int, after: str) -> None:
    text = f"{before} {n} people were killed {after}"
    raw = text.encode("utf-8", "surrogatepass")
    for figure in finder("en").find(raw, Sentences.of([(0, len(raw), 0)])):
        raw[figure.start : figure.end].decode("utf-8")
        end, stop = (len(raw[:at].decode("utf-8", "surrogatepass")) for at in (figure.end, figure.stop))
        if figure.counted:
            first, last = located(text, end, stop, figure.counted)
            assert end <= first < last <= stop
            assert text[first:last] == text[first:last].strip()


@settings(max_examples=40, deadline=None)
@given(st.integers(4, 500), st.integers(4, 500), st.integers(4, 500))
def test_parts_never_exceed_wholes_unflagged(whole: int, women: int, children: int) -> None:
    from tests.figures.conftest import build_one

    rows = build_one(f"In all {whole} people, including {women} women and {children} children, were killed.")
    by_id = {row["figure_id"]: row for row in rows}
    assert [row["part_of"] is not None for row in rows] == [False, True, True]
    for row in rows:
        if row["part_of"]:
            exceeds = row["value_low"] > by_id[row["part_of"]]["value_high"]
            assert row["part_exceeds_whole"] is exceeds


def test_who_says_so(figures_of: FiguresOf) -> None:
    rows = figures_of(
        "According to the Red Cross, 17 people were killed. The mayor said that 20 people were killed. "
        "“At least 23 people were killed,” said Ada Perrin. It is known that 25 people were killed."
    )
    assert [(row["attributed_to"], row["quoted"]) for row in rows] == [
        ("the Red Cross", False),
        ("The mayor", False),
        ("Ada Perrin", True),
        (None, False),
    ]


def test_a_sentence_broken_by_a_page_is_read_whole(figures_of: FiguresOf) -> None:
    rows = figures_of("In the flood 58 people were killed,\n\nincluding 14 women and 11 children; 212 were injured.")
    assert [(r["measure"], r["group"], bool(r["part_of"])) for r in rows] == [
        ("killed", "all", False),
        ("killed", "women", True),
        ("killed", "children", True),
        ("wounded", "all", False),
    ]


@pytest.mark.parametrize("text", [".", "613", "“", "of them", "\u00a0\u200b"])
def test_next_to_nothing(figures_of: FiguresOf, text: str) -> None:
    assert figures_of(text) == []
