"""Rules that say when a name counts: the column `rules` of authority files.

A rule is a name, a colon and clauses with semicolons between; all clauses must hold.

    exact                    the letters stand exactly so, capitals and all ("Time" is no "TIME")
    before WORDS             one of the words (or phrases) follows directly
    after WORDS              one of them stands directly before
    near WORDS               one of them stands in the same sentence
    in paper WORDS           one of them stands in the same paper
    not before …, not near … none of them does
    else                     the name is nobody else's here: it goes to this bearer when no other rule gives it away

Words are set apart by commas and compared without regard to case, quotes and hyphens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"\w+")
_BESIDE = 80
"""How many code points beside a name are looked at for a word that stands directly there."""
_CLAUSE = re.compile(r"(?P<no>not )?(?P<kind>before|after|near|in paper) (?P<words>.+)")


class Place(NamedTuple):
    """Where a name stands: the text, the name's span, and the spans of its sentence and its paper."""

    text: str
    start: int
    end: int
    sentence: tuple[int, int]
    paper: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition: `before`, `after`, `near` or `in paper` one of some words; or none of them."""

    kind: str
    words: tuple[str, ...]
    holds: bool

    def fits(self, place: Place) -> bool:
        """Whether the condition is met."""
        if self.kind == "before":
            behind = _plain(place.text[place.end : min(place.end + _BESIDE, place.paper[1])])
            found = any(behind.startswith(f" {word} ") for word in self.words)
        elif self.kind == "after":
            ahead = _plain(place.text[max(place.paper[0], place.start - _BESIDE) : place.start])
            found = any(ahead.endswith(f" {word} ") for word in self.words)
        else:
            low, high = place.sentence if self.kind == "near" else place.paper
            around = _plain(place.text[low:high])
            found = any(f" {word} " in around for word in self.words)
        return found == self.holds


@dataclass(frozen=True, slots=True)
class Rule:
    """When a name counts for its bearer."""

    clauses: tuple[Clause, ...] = ()
    exact: bool = False
    otherwise: bool = False

    @property
    def decides(self) -> bool:
        """Whether the rule can tell one bearer of the name from another."""
        return bool(self.clauses)

    def fits(self, name: str, place: Place) -> bool:
        """Whether the name counts at a place."""
        if self.exact and not _same_case(name, place.text[place.start : place.end]):
            return False
        return all(clause.fits(place) for clause in self.clauses)


def parse_rule(text: str) -> tuple[str, Rule]:
    """A rule as written, with the name it is about.

    Raises:
        ValueError: it is not written as rules are; the message says how.
    """
    name, colon, body = text.rpartition(": ")
    if not colon or not name.strip():
        raise ValueError("a rule looks like 'Name: near WORD, WORD'")
    clauses, exact, otherwise = [], False, False
    for part in filter(None, (part.strip() for part in body.split(";"))):
        if part in ("exact", "else"):
            exact, otherwise = exact or part == "exact", otherwise or part == "else"
            continue
        found = _CLAUSE.fullmatch(part)
        if not found:
            raise ValueError(f"unknown clause {part!r}; known: exact, else, [not] before|after|near|in paper WORDS")
        words = tuple(_plain(word).strip() for word in found["words"].split(",") if word.strip())
        clauses.append(Clause(found["kind"], words, not found["no"]))
    return name.strip(), Rule(tuple(clauses), exact, otherwise)


# The names of a sentence, and of a paper, come one after another.
@lru_cache(maxsize=256)
def _plain(text: str) -> str:
    """Words in lower case with single spaces between, and one before and behind."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def _same_case(name: str, surface: str) -> bool:
    letters = [char for char in name if char.isalnum()]
    found = [char for char in surface if char.isalnum()]
    return len(letters) == len(found) and all(a.isupper() == b.isupper() for a, b in zip(letters, found, strict=True))
