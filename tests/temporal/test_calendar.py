"""Explicit dates, in every order, punctuation and language that official papers use."""

import datetime as dt

import pytest

from regesta.temporal import find

DAY = dt.date(1992, 2, 26)

ENGLISH = [
    ("25 February 1992", "1992-02-25"),
    ("February, 24 1994", "1994-02-24"),
    ("March, 23 1992", "1992-03-23"),
    ("December, 10 1948", "1948-12-10"),
    ("26.02.2008", "2008-02-26"),
    ("19. 02. 2015", "2015-02-19"),
    ("1992-02-26", "1992-02-26"),
    ("2/26/92", "1992-02-26"),
    ("02/26/1992", "1992-02-26"),
    ("26/02/1992", "1992-02-26"),
    ("the 26th of February, 1992", "1992-02-26"),
    ("26th of February of 1992", "1992-02-26"),
    ("Wednesday, 26 February 1992", "1992-02-26"),
    ("Wednesday, February 26, 1992", "1992-02-26"),
    ("FEBRUARY 26, 1992", "1992-02-26"),
    ("Feb. 26, 1992", "1992-02-26"),
    ("1992, February 26", "1992-02-26"),
    ("February 1992", "1992-02"),
    ("February, 1994", "1994-02"),
    ("February of 1992", "1992-02"),
    ("autumn of 1991", "1991-23"),
    ("winter 1943", "1943-24"),
    ("the third quarter of 1989", "1989-35"),
    ("the first half of 1990", "1990-40"),
    ("in 1992", "1992"),
    ("the year 2000", "2000"),
    ("nineteen ninety-six", "1996"),
    ("the 1950s", "195X"),
    ("the early 1990s", "199X~"),
    ("mid-1980s", "198X~"),
    ("the late 1970s", "197X~"),
    ("the nineties", "199X"),
    ("end of the 80s", "198X~"),
    ("XXth century", "19XX"),
    ("XX century", "19XX"),
    ("the 20th century", "19XX"),
    ("the twentieth century", "19XX"),
    ("late 20th century", "19XX~"),
    ("490 BC", "-0489"),
    ("44 B.C.", "-0043"),
    ("AD 79", "0079"),
    ("Christmas Day 1941", "1941-12-25"),
    ("Easter Sunday 1916", "1916-04-23"),
]

RANGES = [
    ("25 to 26 February 1992", "1992-02-25/1992-02-26"),
    ("25-26 February 1992", "1992-02-25/1992-02-26"),
    ("25–26 February 1992", "1992-02-25/1992-02-26"),
    ("February 25-26, 1992", "1992-02-25/1992-02-26"),
    ("February 25 and 26, 1992", "1992-02-25/1992-02-26"),
    ("25th to 26th February of 1992", "1992-02-25/1992-02-26"),
    ("2 to 8 November 1993", "1993-11-02/1993-11-08"),
    ("30 November 1939 – 13 March 1940", "1939-11-30/1940-03-13"),
    ("December 1950 to January 1951", "1950-12/1951-01"),
    ("1905-1907", "1905/1907"),
    ("1905 to 1907", "1905/1907"),
    ("1988 and 1989", "1988/1989"),
    ("19-20th centuries", "18XX/19XX"),
    ("nineteenth and twentieth centuries", "18XX/19XX"),
    ("431–404 BC", "-0430/-0403"),
]

LANGUAGES = [
    ("az", "26 fevral 1992", "1992-02-26"),
    ("az", "26 Fevral 1992", "1992-02-26"),
    ("az", "1992-ci il fevralın 26-da", "1992-02-26"),
    ("az", "26 fevral 1992-ci il", "1992-02-26"),
    ("az", "26 sentyabr 1992", "1992-09-26"),
    ("ru", "26 февраля 1992 года", "1992-02-26"),
    ("ru", "26 Февраля 1992", "1992-02-26"),
    ("ru", "26 ФЕВРАЛЯ 1992", "1992-02-26"),
    ("ru", "феврале 1992 года", "1992-02"),
    ("tr", "26 Şubat 1992", "1992-02-26"),
    ("tr", "26 ŞUBAT 1992", "1992-02-26"),
    ("tr", "26 Ağustos 1992", "1992-08-26"),
    ("fr", "26 février 1992", "1992-02-26"),
    ("fr", "1er mars 1992", "1992-03-01"),
    ("fr", "août 1992", "1992-08"),
    ("de", "26. Februar 1992", "1992-02-26"),
    ("de", "März 1992", "1992-03"),
    ("es", "26 de febrero de 1992", "1992-02-26"),
    ("es", "febrero de 1992", "1992-02"),
]

NOT_DATES = [
    "resolution 822 (1993) was adopted",
    "document S/26718 was issued",
    "No. 1993 of the register",
    "it cost $1992 in all",
    "about 1900 people were killed",
    "the 366th regiment",
    "SSCPE/4-2010/DR/RES.26",
    "see www.example.org/2010/05/03/page for more",
    "they may come, they march on",
    "a score of 17.10 points",
    "The Sunday Times wrote",
    "the 25th anniversary of the fall",
    "",
]


@pytest.mark.parametrize(("words", "edtf"), ENGLISH)
def test_an_explicit_date_resolves_to_itself(words: str, edtf: str) -> None:
    prefix = "They met on " if not words.startswith(("in ", "the ")) else "They met "
    found = find(f"{prefix}{words}, it is said.")
    assert [t.edtf for t in found] == [edtf]
    assert found[0].surface in words
    assert found[0].basis == "explicit"


@pytest.mark.parametrize(("words", "edtf"), RANGES)
def test_a_range_is_one_expression_in_our_layer(words: str, edtf: str) -> None:
    lead = "between" if " and 1989" in words else "from"
    found = find(f"This went on {lead} {words} in the hills.")
    assert [(t.surface, t.type, t.edtf) for t in found] == [(words, "INTERVAL", edtf)]


@pytest.mark.parametrize(("words", "edtf"), RANGES)
def test_a_range_is_two_points_for_timex3(words: str, edtf: str) -> None:
    lead = "between" if " and 1989" in words else "from"
    found = find(f"This went on {lead} {words} in the hills.", view="timex3")
    assert [t.type for t in found] == ["DATE", "DATE"]


@pytest.mark.parametrize(("language", "words", "edtf"), LANGUAGES)
def test_other_languages(language: str, words: str, edtf: str) -> None:
    found = find(f"({words})", language=language)
    assert [(t.surface, t.edtf) for t in found] == [(words, edtf)]


@pytest.mark.parametrize("text", NOT_DATES)
def test_numbers_and_names_that_are_no_dates(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("26 February 1992", DAY, DAY),
        ("February 1992", dt.date(1992, 2, 1), dt.date(1992, 2, 29)),
        ("in 1066", dt.date(1066, 1, 1), dt.date(1066, 12, 31)),
        ("3 May 1600", dt.date(1600, 5, 3), dt.date(1600, 5, 3)),
        ("the 1990s", dt.date(1990, 1, 1), dt.date(1999, 12, 31)),
        ("the 20th century", dt.date(1900, 1, 1), dt.date(1999, 12, 31)),
        ("25 to 26 February 1992", dt.date(1992, 2, 25), DAY),
        ("490 BC", None, None),
    ],
)
def test_first_and_last_day(words: str, first: dt.date | None, last: dt.date | None) -> None:
    (found,) = find(f"They met {words}, it is said.")
    assert (found.earliest, found.latest) == (first, last)


def test_days_that_the_calendar_lacks_are_not_days() -> None:
    assert all(t.granularity != "day" for t in find("on 31 February 1992 and 30.02.2001"))
