from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.segment import normalize
from regesta.segment.normalize import strip_markup


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("“Justice” – it’s", '"Justice" - it\'s'),
        ("**Bold\nover lines**", "Bold over lines"),
        ("the *inter alia* clause", "the inter alia clause"),
        ("* * *", "* * *"),
        ("3 * 4 = 12", "3 * 4 = 12"),
        ("# Heading", "Heading"),
        ("[APA](#)", "APA"),
        ("<http://www.example.org/a_b>", "http://www.example.org/a_b"),
        ("snake_case_word and _this_", "snake_case_word and this"),
        ("a\u00a0\u2009b\t\r\nc", "a b c"),
        ("soft\u00adhyphen and zero\u200bwidth", "softhyphen and zerowidth"),
        ("Cafe\u0301", "Café"),
        ("1\\. Item", "1. Item"),
        ("wait…", "wait..."),
    ],
)
def test_normalize(text: str, plain: str) -> None:
    assert normalize(text) == plain


def test_strip_markup_leaves_the_words_as_they_are() -> None:
    assert strip_markup("**“Justice” –\nit’s**") == "“Justice” – it’s"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="*_#<>[]()\\`'"), max_size=200))
def test_normalize_is_idempotent_and_nfc(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == " ".join(once.split())
