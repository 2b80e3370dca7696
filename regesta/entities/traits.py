"""What is told of a word by itself, whatever paper it stands in: worked out once a word."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence

import numpy as np

from regesta.entities.letters import Array
from regesta.entities.lexicon import Lexicon, lexicon

CAPITAL, OPENER, CALENDAR, TITLE, NATIONALITY, COMMON, ACRONYM, TELLING, NAMING, HEAD = (1 << n for n in range(10))
"""Bits told of words that begin with a capital, the first of all of them. A name has a telling word, or two naming ones
with a head word among them."""
_ROMAN = re.compile(r"[IVXLCDM]+(?:th)?\Z")
_MAX_WORDS = 1_000_000


def traits(language: str) -> Callable[[str], int]:
    """What the rules about candidates ask of a word with a capital, as a function of the word."""
    words = lexicon(language)
    heads = frozenset[str]().union(*words.heads.values())
    weak = words.titles | words.openers | words.weak

    def tell(word: str) -> int:
        number = _ROMAN.match(word) is not None
        nationality = words.nationality(word)
        title = word in words.titles
        opener = word in words.openers
        common = nationality or title or opener or word in words.generic or _common_in_capitals(word, words)
        naming = not number and word not in weak
        return (
            CAPITAL
            | OPENER * opener
            | CALENDAR * (word in words.calendar)
            | TITLE * title
            | NATIONALITY * nationality
            | COMMON * common
            | ACRONYM * (not number and _acronym(word))
            | TELLING * (not common and not number and _wordlike(word))
            | NAMING * naming
            | HEAD * (naming and word in heads)
        )

    return tell


def _common_in_capitals(word: str, words: Lexicon) -> bool:
    """Whether a word in capitals is a generic word, an opener, a title or a nationality."""
    if word.isalpha() and word[1:].islower():
        return False
    if word.isupper() and len(word) > 4:
        word = word.capitalize()
    return word.title() in words.titles or words.nationality(word) or word in words.generic or word in words.openers


def _acronym(word: str) -> bool:
    """Whether a word is made of capitals, but for two letters at most."""
    if word[1:].islower():
        return False
    letters = [char for char in word if char.isalpha()]
    return 2 <= len(letters) <= 9 and sum(char.isupper() for char in letters) >= max(2, len(letters) - 2)


def _wordlike(word: str) -> bool:
    """Whether a word can be a name by its letters: no single letter, no debris of a bad scan."""
    letters = len(word) if word.isalpha() else sum(char.isalpha() for char in word)
    return letters > 1 and (word[1:].upper() != word[1:] or word.replace("-", "").replace(".", "").isalnum())


class Vocabulary(dict[str, int]):
    """Words by number, with what is told of each by itself.

    Args:
        tell: what is told of a word, as bits.
    """

    def __init__(self, tell: Callable[[str], int]) -> None:
        """See the class."""
        super().__init__()
        self._tell = tell
        self._told = array("H")

    def __missing__(self, word: str) -> int:
        """The number of a new word."""
        number = self[word] = len(self)
        self._told.append(self._tell(word))
        return number

    def numbers(self, words: Sequence[str]) -> Array:
        """The numbers of words."""
        return np.fromiter(map(self.__getitem__, words), np.int64, len(words))

    def told(self, numbers: Array) -> Array:
        """What is told of words."""
        told: Array = np.frombuffer(self._told, np.uint16)[numbers] if len(self) else numbers.astype(np.uint16)
        return told

    def forget(self) -> None:
        """Begin anew where a long run has met so many words that they would fill the memory."""
        if len(self) > _MAX_WORDS:
            self.clear()
            self._told = array("H")
