"""Names by number: resolutions in all forms of citation, symbols, articles, units, anniversaries."""

import pytest

from regesta.entities.letters import Letters
from regesta.entities.patterns import anniversary, citations, key_of, openings, parts
from regesta.entities.spot import Spots


def spots(text):
    return Spots("|".join(openings("en"))).find(Letters(text).plain)


def spans(text):
    return [(text[c.start : c.end], c.key.kind, c.key.number) for c in citations(text, spots(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("resolutions 101, 102, 103 and 104", ["101", "102", "103", "104"]),
        ("Resolutions 1416 and 1669 of the Assembly", ["1416", "1669"]),
        ("resolutions (#101, 102)", ["101", "102"]),
        ("adopted 4 (101, 102, 103, 104) resolutions", ["101", "102", "103", "104"]),
        ("its resolutions 101 (1990) of 3 May 1990, 102 (1991) of 4 June 1991 and 103 (1992)", ["101 (1990)", "102 (1991)", "103 (1992)"]),  # noqa: E501
        ("resolutions 101 adopted in April on trade, 102 adopted in June and 103 adopted in July.", ["101", "102", "103"]),  # noqa: E501
        ("Resolution 96 (I) of 1946", ["Resolution 96 (I)"]),
        ("by resolution number 260 (III)", ["260 (III)"]),
        ("Opinion No. 221", ["Opinion No. 221"]),
        ("resolutions of 1993", []),
        ("Resolution of 23 October 2013", []),
        ("the resolutions 1993 brought", []),
        ("(S/26718, annex)", ["S/26718"]),
        ("A/HRC/25/2.", ["A/HRC/25/2"]),
        ("S/RES/822 (1993)", ["S/RES/822 (1993)"]),
        ("and/or 24/7 AM/PM", []),
        ("the 12th guards rifle regiment", ["12th guards rifle regiment"]),
        ("infantry regiment No. 12 of", ["infantry regiment No. 12"]),
    ],
)  # fmt: skip
def test_citations(text, expected):
    assert [surface for surface, _, _ in spans(text)] == expected


def test_spellings_of_one_thing_have_one_key():
    assert len({key_of(name)[:2] for name in ("12th regiment", "regiment No. 12", "12th Motor Rifle Regiment")}) == 1
    assert key_of("S/RES/822 (1993)")[:2] == key_of("Resolution 822")[:2]
    assert key_of("Geneva") is None


def test_parts_of_a_law():
    text = "article 103 (murder) of the Code; Articles 5 and 6; clause 32 of Article 109"
    assert [text[p.start : p.end] for p in parts(text, spots(text))] == [
        "article 103 (murder)",
        "5",
        "6",
        "clause 32 of Article 109",
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [("the 25th anniversary of the ", 25), ("on fifth anniversary of ", 5), ("the anniversary of ", None)],
)
def test_anniversaries(text, number):
    assert anniversary(text + "Elbonia tragedy", len(text)) == number
