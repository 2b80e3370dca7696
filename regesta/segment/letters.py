"""Texts as arrays: what each character is, asked of Python once a character, so that rules can look at all at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regesta.segment.normalize import CHANGED

Numbers = npt.NDArray[np.int64]
Codes = npt.NDArray[Any]
Truths = npt.NDArray[np.bool_]

# What a character can be; a byte holds it.
SPACE, BREAK, ALNUM, DIGIT, LOWER, MARK, ODD, _ASKED = (1 << bit for bit in range(8))
BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
MARKS = ".!?…。！？"
# Rules look a few characters beyond a place; behind the last text there are so many line breaks.
_PADDING = "\n" * 16
_JOINERS = "-'’`"
# Letters of these blocks compose with marks only, which are odd themselves (Unicode, NFC_Quick_Check).
_STABLE = (range(0x80, 0x1100), range(0x3041, 0xA000))


def _kind(code: int) -> int:
    character = chr(code)
    return (
        _ASKED
        | SPACE * character.isspace()
        | BREAK * (character in BREAKS)
        | ALNUM * character.isalnum()
        | DIGIT * character.isdigit()
        | LOWER * character.islower()
        | MARK * (character in MARKS)
        | ODD * _odd(character)
    )


def _odd(character: str) -> bool:
    """Whether a text may read otherwise when normalised because it has this character."""
    if character in CHANGED or (character.isspace() and character != " "):
        return True
    stable = any(ord(character) in block for block in _STABLE) and character.isalpha()
    return not character.isascii() and not (stable and unicodedata.normalize("NFC", character) == character)


_LATIN = bytes(map(_kind, range(256)))
_KINDS = np.zeros(0x110000, np.uint8)


class Letters:
    """Texts one after the other, a line break between, as arrays.

    Attributes:
        texts: the texts.
        text: all of them.
        base: where each begins in it.
        codes: the code point of each character.
        kinds: what each character is: bits of `SPACE`, `BREAK` and so on.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        """Join the texts and ask of each character what it is."""
        sizes = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
        self.base: Numbers = np.cumsum(sizes) - sizes
        self.texts = texts
        self.text = "\n".join(texts) + _PADDING
        self.codes: Codes = np.frombuffer(self.text.encode("utf-32-le"), np.uint32)
        self.kinds = _kinds(self.text, self.codes)

    def __len__(self) -> int:
        """How many characters there are, with those between and behind the texts."""
        return len(self.codes)

    def where(self, kind: int) -> Numbers:
        """The places of characters of a kind."""
        return np.flatnonzero((self.kinds & kind) != 0)

    @cached_property
    def visible(self) -> tuple[Numbers, Numbers]:
        """Where runs of characters that are not white space begin and end."""
        return _runs((self.kinds & SPACE) == 0)

    @cached_property
    def worded(self) -> tuple[Numbers, Numbers]:
        """Where runs of letters and digits begin and end."""
        return _runs((self.kinds & ALNUM) != 0)

    @cached_property
    def odd(self) -> Numbers:
        """Places that may read otherwise when normalised: odd characters, and the first of two spaces."""
        begins, ends = self.visible
        return np.sort(np.concatenate((self.where(ODD), ends[:-1][begins[1:] - ends[:-1] > 1])))

    @cached_property
    def _bytes(self) -> tuple[pa.Buffer, Numbers, Numbers]:
        """The texts in UTF-8; where characters of more than one byte stand, and how many bytes more that makes."""
        wide = np.flatnonzero(self.codes > 0x7F)
        codes = self.codes[wide]
        more = np.cumsum(1 + (codes > 0x7FF).astype(np.int64) + (codes > 0xFFFF))
        return pa.py_buffer(self.text.encode()), wide, np.concatenate(([0], more))

    def byte(self, places: Numbers) -> Numbers:
        """Where characters begin in the texts' UTF-8."""
        _, wide, more = self._bytes
        return places + more[np.searchsorted(wide, places)] if len(wide) else places

    def utf8(self, start: int, end: int) -> memoryview:
        """A stretch, given in bytes, of the texts' UTF-8."""
        return memoryview(self._bytes[0])[start:end]

    def slices(self, starts: Numbers, ends: Numbers) -> pa.StringArray:
        """The words of spans that follow each other, as a column."""
        if not len(starts):
            return pa.array([], pa.string())
        between = np.stack((self.byte(starts), self.byte(ends)), axis=1).ravel()
        offsets = pa.py_buffer(between.astype(np.int64))
        column = pa.Array.from_buffers(pa.large_string(), len(between) - 1, [None, offsets, self._bytes[0]])
        return column.take(pa.array(np.arange(0, len(column), 2))).cast(pa.string())

    def words(self, starts: Numbers, ends: Numbers) -> Numbers:
        """How many words stand in each span: runs of letters and digits, those that a hyphen or an apostrophe joins
        counted as one."""
        begins, stops = self.worded
        joined = (begins[1:] - stops[:-1] == 1) & among(self.codes[stops[:-1]], _JOINERS)
        words = np.append(begins[:1], begins[1:][~joined])
        return np.searchsorted(words, ends) - np.searchsorted(words, starts)

    def holds(self, places: Numbers, starts: Numbers, ends: Numbers) -> Truths:
        """Whether each span holds one of the places, which are in order."""
        return np.searchsorted(places, starts) < np.searchsorted(places, ends)


def _kinds(text: str, codes: Codes) -> Codes:
    kinds = np.frombuffer(text.encode("latin-1", "replace").translate(_LATIN), np.uint8)
    high = np.flatnonzero(codes > 0xFF)
    if not len(high):
        return kinds
    found = _KINDS[codes[high]]
    if not found.all():
        for code in np.unique(codes[high][found == 0]).tolist():
            _KINDS[code] = _kind(code)
        found = _KINDS[codes[high]]
    kinds = kinds.copy()
    kinds[high] = found
    return kinds


def _runs(inside: Truths) -> tuple[Numbers, Numbers]:
    """Where the runs of a truth begin and end."""
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    edges = np.concatenate(([0], edges) if len(inside) and inside[0] else (edges,))
    if len(edges) % 2:
        edges = np.append(edges, len(inside))
    return edges[::2], edges[1::2]


def among(codes: Codes, characters: str) -> Truths:
    """Whether each code point is that of one of the characters."""
    found: Truths = codes == ord(characters[0])
    for character in characters[1:]:
        found |= codes == ord(character)
    return found
