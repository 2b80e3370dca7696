"""Where a pattern can begin, found without the pattern: a slow pattern that begins with one of some words is tried only
where such a word stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ahocorasick_rs import AhoCorasick

# Letters that match ASCII ones where case is ignored, and that no lower case tells of.
_ODD = re.compile("[\u017f\u212a]")


class Spotter:
    """A pattern that ignores case and begins with one of some words.

    Args:
        words: the words, in any case.
        pattern: the pattern; whatever it matches must begin with one of the words.
    """

    def __init__(self, words: Iterable[str], pattern: re.Pattern[str]) -> None:
        """See the class."""
        self.pattern = pattern
        self._words = AhoCorasick(sorted({word.lower() for word in words}))

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """The matches in a text, the same as those of the pattern itself."""
        low = text.lower()
        if len(low) != len(text) or not (text.isascii() or _ODD.search(text) is None):
            yield from self.pattern.finditer(text)
            return
        place = 0
        for start in sorted({at for _, at, _ in self._words.find_matches_as_indexes(low, overlapping=True)}):
            if start >= place and (found := self.pattern.match(text, start)):
                yield found
                place = found.end()


def holds(text: str, words: Iterable[str]) -> bool:
    """Whether a text can hold one of some words in any case; it may be said to where it does not."""
    low = text.casefold()
    return any(word in low for word in words)
