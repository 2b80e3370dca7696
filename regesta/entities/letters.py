"""The letters of a text as arrays, one element a code point: what kind each is, and what ASCII sign stands for it.

Scans that ask no more of a letter than its kind (where words begin, what is in capitals) read these arrays at one go,
and an offset in them is an offset in the text.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

ALNUM, LETTER, UPPER, LOWER, SMALL, OPENING, WORD, JOINT = (1 << n for n in range(8))
"""Kinds of code points, as bits: letters and digits; letters alone; capitals; those that no text in capitals has;
a to z; signs behind which a capital proves nothing; what `re` takes for part of a word; hyphens and apostrophes that
join two words to one."""
_OPENING = frozenset('“”"«»:.!?…—–*#>[•')
_JOINTS = frozenset("-’'`")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"\w")
_DIGIT = re.compile(r"\d")
# What stands for signs beyond ASCII in `plain`: those that `re` takes for an ASCII letter where case is ignored, and
# quotation marks.
_PLAIN = {"ſ": "s", "\u212a": "k", "ı": "i", "İ": "i", "“": '"', "”": '"', "‘": "'", "’": "'"}
_OTHER = "\x01"


def _kind(char: str) -> int:
    letter = _LETTER.match(char) is not None
    return (
        ALNUM * char.isalnum()
        | LETTER * letter
        | UPPER * char.isupper()
        | LOWER * (char.islower() or (char.istitle() and not char.isupper()))
        | SMALL * ("a" <= char <= "z")
        | OPENING * (char in _OPENING)
        | WORD * (_WORD.match(char) is not None)
        | JOINT * (char in _JOINTS)
    )


def _plain(char: str) -> str:
    if char.isascii():
        return char if char == "\n" or not char.isspace() else " "
    return _PLAIN.get(char) or (" " if char.isspace() else "0" if _DIGIT.match(char) else _OTHER)


@cache
def _ascii() -> tuple[bytes, bytes]:
    """Kind and stand-in of ASCII, as tables of `bytes.translate`."""
    chars = [chr(point) for point in range(128)]
    rest = bytes(128)
    return bytes(_kind(char) for char in chars) + rest, "".join(_plain(char) for char in chars).encode() + rest


class _Beyond:
    """The same for the other code points, each worked out when first met."""

    def __init__(self) -> None:
        self.kinds = np.zeros(0x110000, np.uint8)
        self.plain = np.zeros(0x110000, np.uint8)

    def learn(self, points: Array) -> None:
        # No stand-in is 0.
        new = np.unique(points[self.plain[points] == 0])
        for point in new.tolist():
            self.kinds[point] = _kind(chr(point))
            self.plain[point] = ord(_plain(chr(point)))


@cache
def _beyond() -> _Beyond:
    return _Beyond()


class Letters:
    """A text and the arrays made of it, each when first asked for.

    Attributes:
        text: the text.
        points: its code points; one 0 more at the end.
        kinds: the kind of each, an "or" of the bits above; one 0 more at the end.
        plain: an ASCII sign for each: white space but line breaks is a space, other signs beyond ASCII are digits,
            letters or quotation marks where some pattern may take them for such, else a control character.
    """

    def __init__(self, text: str) -> None:
        """See the class."""
        self.text = text

    @cached_property
    def points(self) -> Array:
        """See the class."""
        if self.text.isascii():
            return np.frombuffer(self.text.encode() + b"\0", np.uint8)
        return np.frombuffer((self.text + "\0").encode("utf-32-le", "surrogatepass"), np.uint32)

    @cached_property
    def _both(self) -> tuple[Array, bytes]:
        kind_table, plain_table = _ascii()
        data = self.text.encode("ascii", "replace")
        kinds = np.frombuffer(bytearray(data.translate(kind_table) + b"\0"), np.uint8)
        plain = bytearray(data.translate(plain_table))
        where = np.flatnonzero(self.points >= 128) if plain and not self.text.isascii() else ()
        if len(where):
            beyond, tables = self.points[where], _beyond()
            tables.learn(beyond)
            kinds[where] = tables.kinds[beyond]
            np.frombuffer(plain, np.uint8)[where] = tables.plain[beyond]
        return kinds, bytes(plain)

    @property
    def kinds(self) -> Array:
        """See the class."""
        return self._both[0]

    @property
    def plain(self) -> bytes:
        """See the class."""
        return self._both[1]
