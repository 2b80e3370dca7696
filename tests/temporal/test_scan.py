"""What the scanner learns about surfaces must never change what it says."""

import json
import random
import re

import pytest
import re2

from regesta.temporal import cldr, engine
from regesta.temporal.grammar import CLDR, GrammarError, load
from regesta.temporal.scan import Scanner
from regesta.temporal.union import atoms, union, words

SHAPES = [
    "## February ####", "February ##, ####", "May ##", "in May ##", "May ####", "## May", "## years ago",
    "## days later", "#### hours",
    "## hours", "the last ## days", "##-year", "##.##.####", "##/##/####", "## to ## May ####",
    "#### years ago", "#,### days", "early ####", "####", "about ###", "####-####", "between #### and ####",
    "##:## p.m. on Friday", "#:## a.m. on May ##", "##.##", "##:##", "##.## on May ##", "####-##-##", "fiscal ####",
    "May ###", "## to ## May", "## May to #", "#.#.####", "####.##.####",
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_surface_reads_the_same_whatever_was_read_before(shape: str) -> None:
    rng = random.Random(shape)
    grammar = load("en")
    warm = Scanner(grammar)
    for _ in range(60):
        text = "".join(rng.choice("0123456789") if c == "#" else c for c in shape)
        buffer = f"It was {text}.".encode()
        fresh = [(f.start, f.end, f.meaning) for f in Scanner(grammar).finds(buffer)]
        assert [(f.start, f.end, f.meaning) for f in warm.finds(buffer)] == fresh


def test_what_a_rejected_match_swallowed_is_searched_again() -> None:
    scan = Scanner(load("en"))
    assert [f.meaning.surface for f in scan.finds(b"compared with a year-earlier loss")] == ["year-earlier"]


def test_a_blank_line_ends_an_expression() -> None:
    scan = Scanner(load("en"))
    assert [f.meaning.surface for f in scan.finds(b"on 5\n\nMay 1999")] == ["May 1999"]
    assert [f.meaning.surface for f in scan.finds(b"on 5\nMay 1999")] == ["5\nMay 1999"]


def test_atoms_are_names_groups_classes_and_characters() -> None:
    assert atoms(r"<year=yr>(?:a|b)?[x_|]{2}\.{S}|c") == [
        ["{yr}", "(?:a|b)?", "[x_|]{2}", r"\.", "{S}"],
        ["c"],
    ]


def test_the_union_writes_shared_beginnings_once() -> None:
    assert union(["abc", "abd", "ab"], {}, lambda atom: atom) == "ab(?:[cd])?"


def test_the_union_writes_what_goes_on_alike_once() -> None:
    assert union(["xab", "yab", "5ab"], {}, lambda atom: atom) == "[xy5]ab"
    assert union(["xab", r"\.ab"], {}, lambda atom: atom) == r"(?:x|\.)ab"
    assert union(["Jan", "jan", "Feb"], {}, lambda atom: atom) == "(?:[Jj]an|Feb)"


def test_of_names_that_begin_alike_the_longer_one_counts() -> None:
    pattern = re.compile(words(["Sep", "Sept", r"Sept\.", "September"]))
    for name in ("Sep", "Sept", "Sept.", "September"):
        found = pattern.match(f"{name} 1992")
        assert found and found[0] == name


def test_an_unknown_language_is_named_with_those_there_are() -> None:
    with pytest.raises(GrammarError, match="there are rules for en, az"):
        load("tlh")


@pytest.mark.parametrize("code", ["en", "az", "ru", "tr", "fr", "de", "es"])
def test_rule_names_are_unique(code: str) -> None:
    names = [r.name for r in load(code).rules]
    assert len(names) == len(set(names))


def test_the_names_of_months_and_weekdays_are_those_of_cldr() -> None:
    assert json.loads(CLDR.read_text(encoding="utf-8")) == cldr.names()


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("1992[-\\x{2010}-\\x{2015}]93", "1992–93"),
        ("1992(?:[\\s\\x{a0}\\x{3000}]+)?(?:[-\\x{2013}])93", "1992\u00a0 –93"),
        ("[\\x{2019}]92", "’92"),
        ("le 1\\x{e9}", "le 1é"),
    ],
)
def test_a_narrow_pattern_matches_what_the_wide_one_does(pattern: str, text: str) -> None:
    narrow = re2.compile(engine.narrow(pattern).encode(), engine.options(narrow=True))
    wide = re2.compile(pattern.encode(), engine.options())
    raw = text.encode()
    assert wide.fullmatch(raw) and narrow.fullmatch(raw.translate(engine.NARROW))
    assert narrow.fullmatch(b"1992") is None


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"\b(?:in|since)\s\Z", "It was in ", True),
        (r"\b(?:in|since)\s\Z", "It was inn ", False),
        (r"[\s\d]\Z", "a\x0b", True),
        (r"[\s\d]\Z", "é\u2003", True),
        (r"a (?# white space means nothing) b | \# [ ] \Z", "# ", True),
        (r"in(?!side)", "inside", False),
    ],
)
def test_words_are_read_alike_by_both_engines(pattern: str, text: str, found: bool) -> None:
    words = engine.Words(pattern, verbose=" |" in pattern)
    assert words.search(text) is found
    assert (words.python().search(text) is not None) is found
