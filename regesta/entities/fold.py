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

import numpy as np

from regesta.entities.letters import Array

# Folded code points that are no letters. One more than each is what opens a word with a capital; digits at the end of a
# word take 0x0E to 0x17.
SPACE, OPEN = 0x20, 0x21
_DROPPED, _BREAK, _MARK, _JOINER = 0x00, 0x0A, 0x1A, 0x1C
_LINES = bytes.maketrans(bytes([_MARK, _MARK + 1, _JOINER, _JOINER + 1]), b" ! !")
_SPACES = bytes.maketrans(bytes([_BREAK, _BREAK + 1, _MARK, _MARK + 1, _JOINER, _JOINER + 1]), b" ! ! !")
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


CAPITAL, HARD = 1, 128
"""What a capital and a hard mark add to a count: both are counted in one number of 16 bits, which may run over. So a
name has fewer than 128 capitals and fewer than 512 marks."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text.

    Attributes:
        data: a space, then one byte a kept code point, the last letter of every word marked (see `fold`).
        kinds: `CAPITAL` for each kept code point that is one, `HARD` for each mark of punctuation other than space,
            hyphen and apostrophe, else 0; one 0 more at the end.
        kept: offset of each kept code point in the text, with the text's length last; None where all are kept.
        letters: the folded code points, where some are letters beyond ASCII, else None.
    """

    data: bytes
    kinds: Array
    kept: Array | None
    letters: Array | None

    def counts(self, starts: Array, ends: Array) -> Array:
        """What capitals and hard marks in some spans of the folded text count, modulo 2**16."""
        edges = np.stack((starts, ends), 1).ravel()
        counts: Array = np.add.reduceat(self.kinds, edges, dtype=np.uint16)[::2] if len(edges) else edges
        return counts

    def offsets(self, starts: Array, ends: Array) -> tuple[Array, Array]:
        """Offsets in the text of spans in the folded text."""
        if self.kept is None:
            return starts, ends
        # Up to the next code point kept, so that accents written behind their letter stay with it.
        return self.kept[starts], self.kept[ends]


@cache
def _tables() -> tuple[Array, Array]:
    """For every code point below the ideographs of the third plane: what it folds to, and what it counts. What
    lies beyond them folds to itself."""
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
            kinds[point] = CAPITAL if category in ("Lu", "Lt") else 0
        elif char == "\n":
            folds[point], kinds[point] = _BREAK, HARD
        elif char == "\t" or category == "Zs":
            folds[point] = SPACE
        elif char in _JOINING:
            folds[point] = _JOINER
        else:
            folds[point], kinds[point] = _MARK, HARD
    return folds, kinds


@cache
def _bytes() -> tuple[bytes, bytes, bytes]:
    """The same for ASCII as tables of `bytes.translate`: fold and count; and what the end of a word adds to a byte,
    modulo 256, which makes a–z capitals and digits control characters."""
    folds, kinds = _tables()
    rest = bytes(128)
    final = bytearray(256)
    for byte in range(ord("a"), ord("z") + 1):
        final[byte] = 256 + ord("A") - ord("a")
    for byte in range(ord("0"), ord("9") + 1):
        final[byte] = 256 + 0x0E - ord("0")
    return folds[:128].astype(np.uint8).tobytes() + rest, kinds[:128].tobytes() + rest, bytes(final)


def fold(text: str, lines: bool = False) -> Folded:
    """Fold a text.

    In `data` the last letter of every word is a capital (a digit: a control character), so that an automaton of folded
    names stops only at the end of a word. What opens a word with a capital is `OPEN`, another one `SPACE`. Line breaks
    are spaces as well, told by the count of hard marks; with `lines` they stay line breaks, or vertical tabs before a
    capital.
    """
    fold_table, kind_table, final_table = _bytes()
    # One byte a code point: "?" stands for those beyond ASCII until they are put right below.
    plain = text.encode("ascii", "replace")
    low = np.frombuffer(bytearray(plain.translate(fold_table)), np.uint8)
    kind = np.frombuffer(bytearray(plain.translate(kind_table) + b"\0"), np.uint8)
    letters = None if len(plain) == 0 or text.isascii() else _put_right(text, low, kind)
    kept: Array | None = None
    spaces = low == SPACE
    double = spaces[1:] & spaces[:-1]
    if double.any() or not low.all():
        keep = low != _DROPPED
        keep[1:] &= ~double
        where = np.flatnonzero(keep)
        kept = np.append(where, len(text))
        low, kind = low[where], kind[kept]
        letters = letters[where] if letters is not None else None
    word = low > SPACE
    data = np.empty(len(low) + 1, np.uint8)
    data[0], data[1:] = SPACE, low
    ends = word.copy()
    ends[:-1] &= ~word[1:]
    data[1:] += np.frombuffer(low.tobytes().translate(final_table), np.uint8) * ends
    opens = kind[:-1] == CAPITAL
    opens[1:] &= ~word[:-1]
    data[:-1] += opens
    return Folded(data.tobytes().translate(_LINES if lines else _SPACES), kind, kept, letters)


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
