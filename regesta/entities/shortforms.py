"""Short forms: abbreviations that a paper defines, and surnames of persons that it has named in full."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable

import numpy as np

from regesta.entities.chains import Capitals
from regesta.entities.lexicon import Lexicon, alternatives
from regesta.entities.model import Hit, Hits, What
from regesta.entities.papers import Papers

_DEFINED = re.compile(r"\s?\(\s*[\"“'‘]?(?P<short>[A-Z][A-Za-z&]*(?:[-./][A-Z][A-Za-z]*)*)[\"”'’]?\s*\)")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


_NAME = re.compile(
    r"(?<![\w-])(?:(?P<initial>[A-Z])\.\s?)?(?P<word>[^\W\d_a-z][^\W\d_]*(?:(?:-|['’](?!s\b))[^\W\d_]+)*)(?![\w-])"
)
_JOINTS = re.compile("[-'’]")
_BACK = 50
"""How many namings in full are looked through for one whose first name has the initial."""


def short_forms(papers: Papers, capitals: Capitals, hits: Hits, surnames: Callable[[Hit], str]) -> list[Hit]:
    """Short forms in papers whose names in full were found already.

    An abbreviation counts from its definition on ("Conference on … (CSCE)"), a surname behind the person's full name,
    and where two persons bear it, it is the last one named; either in the same paper.

    Args:
        papers: the papers.
        capitals: their words with capitals.
        hits: the names in full.
        surnames: the surname in a person's name in full; empty where it is not in full.
    """
    return [*_abbreviations(papers, hits), *_surnames(papers, capitals, hits, surnames)]


def _abbreviations(papers: Papers, hits: Hits) -> list[Hit]:
    text, points = papers.readable.text, papers.readable.points
    defined: dict[tuple[int, int], dict[str, list[tuple[int, What]]]] = {}
    behind = points[hits.end] == ord("(")
    behind |= points[np.minimum(hits.end + 1, len(text))] == ord("(")
    for hit in hits.take(behind).of("organization", "instrument"):
        found = _DEFINED.match(text, hit.end)
        if found and stands_for(found["short"], text[hit.start : hit.end]):
            here = defined.setdefault(papers.papers.holding(hit.start), {})
            here.setdefault(found["short"], []).append((found.start("short"), hit.what))
    made = []
    for paper, forms in defined.items():
        pattern = re.compile(rf"(?<![\w/.-])(?:{alternatives(forms)})(?![\w/])")
        for use in pattern.finditer(text, *paper):
            at = bisect_right(forms[use[0]], use.start(), key=lambda one: one[0]) - 1
            if at >= 0:
                what = forms[use[0]][at][1]
                made.append(Hit(*use.span(), What(what.entity_id, what.type, "short_form", what.label)))
    return made


def stands_for(short: str, full: str) -> bool:
    """Whether an abbreviation can stand for a name: two capitals or more, most of them initials of its words."""
    capitals = [char for char in short if char.isupper()]
    if len(capitals) < 2:
        return False
    initials = [word[0].upper() for word in _WORD.findall(full)]
    shared = sum(min(capitals.count(char), initials.count(char)) for char in set(capitals))
    return shared * 3 >= len(capitals) * 2


def surname_of(name: str, label: str | None) -> str:
    """The surname in a person's name in full; empty where there is none.

    Args:
        name: the name as it stands in a text.
        label: the person's label: it tells which word is the surname where a paper puts it first.
    """
    words = _WORD.findall(name)
    if len(words) < 2:
        return ""
    last = _WORD.findall(label)[-1] if label else words[-1]
    surname: str = last if last in words else words[-1]
    return surname if len(surname) > 2 else ""


def _surnames(papers: Papers, capitals: Capitals, hits: Hits, surnames: Callable[[Hit], str]) -> list[Hit]:
    text = papers.readable.text
    persons: dict[str, list[Hit]] = {}
    for hit in hits.of("person"):
        if surname := surnames(hit):
            persons.setdefault(surname, []).append(hit)
    places = capitals.places({_JOINTS.split(surname)[0] for surname in persons}, hits)
    found: list[Hit] = []
    for use in _names(text, places):
        surname = use["word"]
        if surname not in persons or _other_first_name(text, use.start(), capitals.lexicon):
            continue
        low = papers.papers.holding(use.start())[0]
        named = persons[surname]
        last = bisect_right(named, use.start(), key=lambda hit: hit.end)
        first = bisect_left(named, low, max(0, last - _BACK), last, key=lambda hit: hit.start)
        initial = use["initial"]
        bearer = next((h for h in reversed(named[first:last]) if not initial or text[h.start] == initial), None)
        if bearer:
            what = What(bearer.what.entity_id, "person", "short_form", bearer.what.label)
            found.append(Hit(*use.span(), what))
    return found


def _names(text: str, places: Iterable[int]) -> list[re.Match[str]]:
    """The names at some places, in the order of the text. A name is read from the last place before it where one can
    begin whatever stands before: behind white space that follows no initial."""
    found: list[re.Match[str]] = []
    floor = 0
    for at in places:
        if at < floor:
            continue
        begin = at
        while begin > floor and not (text[begin - 1].isspace() and text[begin - 2 : begin - 1] != "."):
            begin -= 1
        use = next((use for use in _NAME.finditer(text, begin) if use.end() > at), None)
        if use is None:
            break
        found.append(use)
        floor = use.end()
    return found


def _other_first_name(text: str, start: int, words: Lexicon) -> bool:
    """Whether a capitalised word that is no title stands directly before a surname: then it is somebody else's name."""
    before = re.search(r"([^\W\d_][\w'’-]*)\.?[ ]\Z", text[max(0, start - 30) : start])
    if not before or not before[1][0].isupper():
        return False
    word = before[1]
    return (
        word not in words.titles
        and word not in words.openers
        and word not in words.generic
        and not words.nationality(word)
    )
