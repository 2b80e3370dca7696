"""Patterns tried only where they can begin find what they find everywhere."""

import re

from hypothesis import given
from hypothesis import strategies as st

from regesta.entities.letters import Letters
from regesta.entities.shortforms import _NAME, _names
from regesta.entities.spot import Spots, Spotter, any_of

WORDS = ("law", "by-law", "order", "orders")
PATTERN = re.compile(r"\b(?:by-law|orders|order|law)(s?)\s*(?:no\.?\s*)?(\d+)", re.IGNORECASE)
SPOTTER = Spotter(PATTERN, any_of(WORDS))
PIECES = ("law", "By-Law", "ORDER", "orders", " ", "no. ", "12", "é", "İ", "ſ", "K", "\n", "x", ".")


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_spotter_finds_what_its_pattern_finds(text):
    spans = [found.span() for found in PATTERN.finditer(text)]
    spots = Spots(SPOTTER.opening).find(Letters(text).plain)
    assert [found.span() for found in SPOTTER.finditer(text, spots)] == spans


@given(
    st.lists(st.sampled_from(("Berg", "Bergen", "A.", "E. ", "-", "'", " ", ".", "x", "Anna", "\n", "’s", "é"))).map(
        "".join
    )
)
def test_surnames_are_found_as_if_every_name_were_read(text):
    wanted = [found.span() for found in _NAME.finditer(text) if found["word"] in ("Berg", "Anna")]
    found = _names(text, [place.start() for place in re.finditer("Anna|Berg", text)])
    assert [found.span() for found in found if found["word"] in ("Berg", "Anna")] == wanted


def test_a_long_text_without_a_blank_is_read_once():
    """Reading back from each surname to the last blank would take hours here."""
    assert len(_names("'Berg" * 200_000, range(1, 1_000_000, 5))) == 1
