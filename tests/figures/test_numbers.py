"""Numbers read back, in every way of writing them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regesta.figures import read
from regesta.figures.numbers import grammar

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SCALES = [(10**9, "billion"), (10**6, "million"), (10**3, "thousand")]
BILLION = st.integers(1, 10**9)


def below_thousand(n: int, joiner: str) -> str:
    words = []
    if n >= 100:
        words.append(f"{ONES[n // 100]} hundred")
        n %= 100
        if n:
            words.append(joiner)
    if n >= 20:
        words.append(TENS[n // 10 - 2] + (f"-{ONES[n % 10]}" if n % 10 else ""))
    elif n:
        words.append(ONES[n])
    return " ".join(w for w in words if w)


def in_words(n: int, joiner: str = "and") -> str:
    words = []
    for size, name in SCALES:
        if n >= size:
            words.append(f"{below_thousand(n // size, joiner)} {name}")
            n %= size
    return " ".join([*words, *([below_thousand(n, joiner)] if n else [])])


def mixed(n: int) -> str:
    words = []
    for size, name in SCALES:
        if n >= size:
            words.append(f"{n // size} {name}")
            n %= size
    return " ".join([*words, *([str(n)] if n else [])])


def value(text: str) -> float | None:
    found = read(text)
    assert found is not None, text
    assert found.low == found.high
    return found.low


@settings(deadline=None)
@given(BILLION)
def test_digits_read_back(n: int) -> None:
    grouped = f"{n:,}"
    for text in (str(n), grouped, grouped.replace(",", " "), grouped.replace(",", "\u00a0"), grouped.replace(",", "’")):
        assert value(text) == n


@settings(deadline=None)
@given(BILLION, st.sampled_from(["and", ""]))
def test_words_read_back(n: int, joiner: str) -> None:
    text = in_words(n, joiner)
    assert value(text) == n
    assert value(text.capitalize()) == n
    assert value(text.replace("-", " ")) == n


@settings(deadline=None)
@given(BILLION)
def test_mixed_read_back(n: int) -> None:
    assert value(mixed(n)) == n


@settings(deadline=None)
@given(BILLION)
def test_millions_with_decimals_read_back(n: int) -> None:
    assert value(f"{n / 1e6:.6f} million") == pytest.approx(n)


@pytest.mark.parametrize(
    ("text", "low", "high", "kind", "unit"),
    [
        ("20 percent", 20, 20, "share", "percent"),
        ("20 per cent", 20, 20, "share", "percent"),
        ("20-30%", 20, 30, "share", "percent"),
        ("one-fifth", 20, 20, "share", "percent"),
        ("a quarter", 25, 25, "share", "percent"),
        ("three quarters", 75, 75, "share", "percent"),
        ("fifth part", 20, 20, "share", "percent"),
        ("one of each eight", 12.5, 12.5, "share", "percent"),
        ("one in five", 20, 20, "share", "percent"),
        ("USD 170 million", 170e6, 170e6, "money", "USD"),
        ("170 million USD", 170e6, 170e6, "money", "USD"),
        ("€1.2bn", 1.2e9, 1.2e9, "money", "EUR"),
        ("one million manats", 1e6, 1e6, "money", "AZN"),
        ("hundreds of millions of dollars", None, None, "money", "USD"),
        ("between 200 and 300", 200, 300, "count", ""),
        ("two to three million", 2e6, 3e6, "count", ""),
        ("half a million", 5e5, 5e5, "count", ""),
        ("60k", 60e3, 60e3, "count", ""),
        ("a dozen", 12, 12, "count", ""),
        ("hundreds of thousands", None, None, "count", ""),
        ("several hundred", None, None, "count", ""),
        ("1.275", 1275, 1275, "count", ""),
        ("4.5 million", 4.5e6, 4.5e6, "count", ""),
    ],
)
def test_amounts(text: str, low: float | None, high: float | None, kind: str, unit: str) -> None:
    found = read(text)
    assert found is not None
    assert (found.low, found.high, found.kind, found.unit) == (low, high, kind, unit)


@pytest.mark.parametrize("text", ["", "people", "one two", "and", "hundred thousand million thousand", "five in two"])
def test_no_number(text: str) -> None:
    assert read(text) is None


@given(st.integers(0, 10**17), st.sampled_from(["{}", "{:,}"]))
def test_digits_alone_are_read_as_words_are(n: int, form: str) -> None:
    text = form.format(n)
    assert grammar("en").read(text.encode()) == grammar("en").spelled(text)
