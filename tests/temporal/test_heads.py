"""Where an expression may begin: the places named must never leave one out."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regesta.temporal import engine
from regesta.temporal.grammar import load
from regesta.temporal.heads import ANY, Heads, Spelling, Start
from regesta.temporal.scan import Scanner

from .test_properties import PIECES, TEXT

GRAMMAR = load("en")
WORDS = st.lists(
    st.one_of(
        PIECES,
        st.sampled_from(sorted(word for names in GRAMMAR.names.values() for word in names)),
        st.integers(0, 99_999).map(str),
        st.sampled_from(["th", "st", "s", "'s", "-", "/", ":", "’", "`", "_", "ago", "later", "years", "O'Clock"]),
    ),
    max_size=30,
)


@given(st.one_of(TEXT, WORDS.map(" ".join), WORDS.map("".join)))
@settings(max_examples=300, deadline=None)
def test_with_the_places_named_we_find_what_the_automaton_finds_by_itself(text: str) -> None:
    alone = Scanner(dataclasses.replace(GRAMMAR, heads=None))
    raw = text.encode("utf-8", "surrogatepass")
    assert Scanner(GRAMMAR).finds(raw) == alone.finds(raw)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("abc", [("abc",)]),
        ("ab?", [("a",), ("ab",)]),
        ("{unit}s?", [("day",), ("days",), ("week",), ("weeks",)]),
        ("the_{unit}", [("the", "day"), ("the", "week")]),
        ("(?:a_)?[12][0-9]", [("00",), ("a", "00")]),
        ("a_b_c", [("a", "b")]),
        ("(?-i:Mr)\\.X", [("mr", "x")]),
        ("septemberly", [("septembe",)]),
        ("[0-9]{1,3}", [("0",), ("00",), ("000",)]),
    ],
)
def test_how_a_pattern_begins(pattern: str, words: list[tuple[str, ...]]) -> None:
    starts = Spelling({"unit": "(?:day|week)"}).starts(pattern)
    told = {
        (a, *rest) for s in starts for a in s.words[0] for rest in ([(b,) for b in s.words[1]] if s.words[1:] else [()])
    }
    assert told == set(words)


def test_a_sign_before_the_first_word_is_told() -> None:
    assert Spelling({}).starts("['`][0-9]{2}") == (Start((frozenset({"00"}),), gap=True),)


def test_any_word_may_follow_where_the_pattern_names_none() -> None:
    (start,) = Spelling({}).starts("that_[a-z]{3}_night")
    assert start.words[1] is ANY
    heads = Heads([start])
    assert [*heads.places(b"that dark night, at that, THAT")] == [(0, 0), (20, 0), (26, 0)]
    assert [*heads.places(b"")] == [*heads.places(b"what")] == []


def test_a_word_alone_is_told_with_its_end() -> None:
    heads = Heads(Spelling({}).starts("may|may_[0-9]|now|jan\\."))
    assert [*heads.places(b"May 5, may be, now 5, Jan. ")] == [(0, 0), (7, 10), (15, 18), (22, 0)]


def test_the_text_is_read_as_the_finder_reads_it() -> None:
    heads = GRAMMAR.heads
    assert heads is not None
    for text in ("’92", "“’92", "x’92", "'92"):
        raw = text.encode().translate(engine.NARROW)
        assert (GRAMMAR.finder.search(raw).start(), 0) in heads.places(raw)


def test_a_long_text_is_read_in_pieces_and_nothing_is_lost_between_them() -> None:
    text = b"It was on 5 May 1999, or the last week of 12 days. " * 6_000
    alone = Scanner(dataclasses.replace(GRAMMAR, heads=None))
    assert Scanner(GRAMMAR).finds(text) == alone.finds(text)
