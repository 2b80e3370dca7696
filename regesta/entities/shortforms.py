"""Short forms: abbreviations that a paper defines, and surnames of persons that it has named in full."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter

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


class ShortForms:
    """Short forms in papers: `found` finds those of names that `learn` has been told of.

    An abbreviation counts from its definition on ("Conference on … (CSCE)"), a surname behind the person's full name,
    and where two persons bear it, it is the last one named; either in the same paper.

    Args:
        papers: the papers.
        capitals: their words with capitals.
        surname_in: the surname in a name of a person with some id; empty where the name is not in full.
    """

    def __init__(self, papers: Papers, capitals: Capitals, surname_in: Callable[[str, str], str]) -> None:
        """See the class."""
        self._papers, self._capitals, self._surname_in = papers, capitals, surname_in
        # In each paper what its abbreviations stand for and from where on; bearers of each surname.
        self._defined: dict[tuple[int, int], dict[str, list[Hit]]] = {}
        self._named: dict[str, list[Hit]] = {}

    def learn(self, hits: Hits) -> None:
        """Learn from names in full."""
        text, points = self._papers.readable.text, self._papers.readable.points
        behind = points[hits.end] == ord("(")
        behind |= points[np.minimum(hits.end + 1, len(text))] == ord("(")
        for hit in hits.take(behind).of("organization", "instrument"):
            found = _DEFINED.match(text, hit.end)
            if found and stands_for(found["short"], text[hit.start : hit.end]):
                here = self._defined.setdefault(self._papers.papers.holding(hit.start), {})
                _insert(here.setdefault(found["short"], []), hit._replace(end=found.start("short")))
        for hit in hits.of("person"):
            surname = self._surname_in(text[hit.start : hit.end], hit.what.entity_id)
            if surname:
                _insert(self._named.setdefault(surname, []), hit)

    def found(self, hits: Hits) -> list[Hit]:
        """The short forms; none that overlaps some hits need be among them."""
        return [*self._abbreviations(), *self._surnames(hits)]

    def _abbreviations(self) -> Iterator[Hit]:
        for paper, forms in self._defined.items():
            pattern = re.compile(rf"(?<![\w/.-])(?:{alternatives(forms)})(?![\w/])")
            for use in pattern.finditer(self._papers.readable.text, *paper):
                at = bisect_right(forms[use[0]], use.start(), key=_end) - 1
                if at >= 0:
                    yield _short(use, forms[use[0]][at])

    def _surnames(self, hits: Hits) -> Iterator[Hit]:
        text = self._papers.readable.text
        places = self._capitals.places({_JOINTS.split(surname)[0] for surname in self._named}, hits)
        for use in _names(text, places):
            bearers, start = self._named.get(use["word"]), use.start()
            if bearers is None or _other_first_name(text, start, self._capitals.lexicon):
                continue
            low, initial = self._papers.papers.holding(start)[0], use["initial"]
            last = bisect_right(bearers, start, key=_end)
            first = bisect_left(bearers, low, max(0, last - _BACK), last, key=_start)
            named = reversed(bearers[first:last])
            bearer = next((hit for hit in named if not initial or text[hit.start] == initial), None)
            if bearer:
                yield _short(use, bearer)


_start, _end = attrgetter("start"), attrgetter("end")


def _insert(hits: list[Hit], hit: Hit) -> None:
    """Mostly they come in the order of the text."""
    if hits and hits[-1].end > hit.end:
        insort(hits, hit, key=_end)
    else:
        hits.append(hit)


def _short(use: re.Match[str], full: Hit) -> Hit:
    what = full.what
    return Hit(*use.span(), What(what.entity_id, what.type, "short_form", what.label))


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
