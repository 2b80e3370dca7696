"""Where a pattern can begin, found without the pattern: a slow pattern that begins with one of some words is tried only
where such a word stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import re2

from regesta.entities.letters import Letters
from regesta.temporal import engine


class Spots:
    """A pattern for RE2 that ignores case and is looked for in plain letters (`Letters.plain`)."""

    def __init__(self, pattern: str) -> None:
        """See the class."""
        self._search = engine.searcher(re2.compile(f"(?i:{pattern})".encode(), engine.options(narrow=True)))

    def find(self, plain: bytes) -> list[int]:
        """Every place at which it begins, from left to right."""
        found = []
        place = self._search(plain, 0, len(plain))[0]
        while place >= 0:
            found.append(place)
            place = self._search(plain, place + 1, len(plain))[0]
        return found


class Spotter(NamedTuple):
    """A pattern that is tried only where it can begin.

    Attributes:
        pattern: the pattern.
        opening: what stands, in plain letters, at the beginning of whatever it matches; for RE2, regardless of case.
    """

    pattern: re.Pattern[str]
    opening: str

    def finditer(self, text: str, spots: Iterable[int]) -> Iterator[re.Match[str]]:
        """The matches in a text, the same as those of the pattern itself.

        Args:
            text: the text.
            spots: where, in order, its opening stands; others may be among them.
        """
        place = 0
        for start in spots:
            if start >= place and (found := self.pattern.match(text, start)):
                yield found
                place = found.end()


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of some words in plain letters."""
    plain = sorted({Letters(word).plain.decode() for word in words}, key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, plain))})"
