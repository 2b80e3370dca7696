"""Folding: one way to read names that are written in many ways, without losing an offset.

Every code point becomes one byte: letters lose case and diacritics; quotes, hyphens, white space and all other
punctuation become a space (marks are counted, so that they can still be told apart), and another sort of space where
the word behind it begins with a capital. One byte stands for one code point,
so an offset in folded text needs no translation; only where marks are dropped (combining accents, soft hyphens, a
second space) an index map is kept. Letters that have no ASCII form are folded to one of 64 bytes above 0xC0: two of
them may share a byte, so whoever finds such a name compares the letters themselves (`Folded.letters`).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

SPACE, OPEN = 0x20, 0x21
_DROPPED = 0
_BARRIER = 0x0A
_MARKED = 0xC0
_PLANES = 0x20000
# Letters that Unicode does not decompose, with the letter that plain writing puts for them.
_PLAIN = {
    "ə": "e",
    "Ə": "e",
    "ı": "i",
    "İ": "i",
    "ł": "l",
    "Ł": "l",
    "đ": "d",
    "Đ": "d",
    "ø": "o",
    "Ø": "o",
    "ħ": "h",
    "ð": "d",
}
_JOINING = "-‐‑‒–—−'’‘`´ʼʹ′"


_HARD = 1 << 16
"""A hard mark in a count of capitals and hard marks: both are counted in one number, modulo 2**32."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text.

    Attributes:
        data: a space, then one byte a kept code point, the last letter of every word marked (see `fold`).
        counts: how many capitals (low 16 bits) and marks of punctuation other than space, hyphen and apostrophe
            (high 16 bits) stand before each kept code point, and before the end, modulo 2**32.
        kept: offset of each kept code point in the text, with the text's length last; None where all are kept.
        letters: the folded code points, where some are letters beyond ASCII, else None.
    """

    data: bytes
    counts: Array
    kept: Array | None
    letters: Array | None

    def offsets(self, starts: Array, ends: Array) -> tuple[Array, Array]:
        """Offsets in the text of spans in the folded text."""
        if self.kept is None:
            return starts, ends
        return self.kept[starts], self.kept[ends - 1] + 1


@cache
def _tables() -> tuple[Array, Array]:
    """For every code point below the ideographs of the third plane: what it folds to, and its class (1 capital, 2 hard
    mark, 4 hyphen or apostrophe). What lies beyond them folds to itself."""
    folds = np.zeros(_PLANES, np.uint32)
    kinds = np.zeros(_PLANES, np.uint8)
    for point in range(_PLANES):
        char = chr(point)
        category = unicodedata.category(char)
        if category[0] == "M" or category == "Cf":
            continue
        if category[0] in "LN":
            plain = _PLAIN.get(char) or unicodedata.normalize("NFKD", char)
            folds[point] = ord(plain[0].lower()[0])
            kinds[point] = category in ("Lu", "Lt")
        elif char == "\n":
            folds[point], kinds[point] = _BARRIER, 2
        else:
            folds[point] = SPACE
            kinds[point] = 4 if char in _JOINING else 0 if char == "\t" or category == "Zs" else 2
    return folds, kinds


@cache
def _bytes() -> tuple[bytes, bytes, bytes]:
    """The same for ASCII as tables of `bytes.translate`: fold and class; and bytes as they stand at the end of a word,
    a–z as capitals, digits as control characters."""
    folds, kinds = _tables()
    rest = bytes(128)
    final = bytearray(range(256))
    for byte in range(26):
        final[ord("a") + byte] = ord("A") + byte
    for byte in range(10):
        final[ord("0") + byte] = 0x0E + byte
    return folds[:128].astype(np.uint8).tobytes() + rest, kinds[:128].tobytes() + rest, bytes(final)


def fold(text: str) -> Folded:
    """Fold a text.

    In `data` the last letter of every word is a capital (a digit: a control character), so that an automaton of folded
    names stops only at the end of a word. A line break stays one. What opens a word with a capital is one more than
    what opens another: `OPEN` for `SPACE`, a vertical tab for a line break.
    """
    fold_table, kind_table, final_table = _bytes()
    # One byte a code point: "?" stands for those beyond ASCII until they are put right below.
    plain = text.encode("ascii", "replace")
    low = np.frombuffer(bytearray(plain.translate(fold_table)), np.uint8)
    kind = np.frombuffer(bytearray(plain.translate(kind_table)), np.uint8)
    letters = None if len(plain) == 0 or text.isascii() else _put_right(text, low, kind)
    kept: Array | None = None
    spaces = (low == SPACE) & (kind == 0)
    keep = low != _DROPPED
    keep[1:] &= ~(spaces[1:] & spaces[:-1])
    if not keep.all():
        kept = np.append(np.flatnonzero(keep), len(text))
        low, kind = low[keep], kind[keep]
        letters = letters[keep] if letters is not None else None
    word = low > SPACE
    ends = word.copy()
    ends[:-1] &= ~word[1:]
    final = np.frombuffer(low.tobytes().translate(final_table), np.uint8)
    np.copyto(low, final, where=ends)
    data = np.empty(len(low) + 1, np.uint8)
    data[0], data[1:] = SPACE, low
    capital = kind & 1
    opens = capital.astype(bool)
    opens[1:] &= ~word[:-1]
    data[:-1] += opens
    counts = np.zeros(len(low) + 1, np.uint32)
    np.cumsum(capital + (kind >> 1 & 1) * np.uint32(_HARD), out=counts[1:], dtype=np.uint32)
    return Folded(data.tobytes(), counts, kept, letters)


def _put_right(text: str, low: Array, kind: Array) -> Array | None:
    """Enter the code points beyond ASCII; gives the folded code points if a letter beyond ASCII is among them."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    where = np.flatnonzero(points >= 0x80)
    beyond = points[where]
    folds, kinds = _tables()
    known = np.minimum(beyond, _PLANES - 1)
    folded = np.where(beyond < _PLANES, folds[known], beyond)
    low[where] = np.where(folded < 0x80, folded, _MARKED + (folded & 0x3F))
    kind[where] = np.where(beyond < _PLANES, kinds[known], 0)
    if bool((folded < 0x80).all()):
        return None
    letters = low.astype(np.uint32)
    letters[where] = folded
    return letters
