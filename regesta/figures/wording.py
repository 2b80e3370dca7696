"""The wording of sentences as numbers, a column of them at once: what reuse is found by."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Array = np.ndarray[Any, np.dtype[Any]]
FEWEST_WORDS = 6
"""Shorter sentences ("Dear compatriots!") say nothing about who copied whom."""
SKETCH = 10
"""How many shingles of a sentence are looked at: those with the smallest hashes."""
NONE = np.uint32(0xFFFFFFFF)
"""Stands in a sketch where there are fewer."""
MARKS = 128
"""How many bits tell which words a sentence has."""

_WORD = re.compile(r"\w+")
_SHINGLE = 3
_SPACE = 32
_MOST = 4
# What `_WORD` and small letters make of ASCII; of bytes beyond it, nothing.
_PLAIN = bytes(ord(chr(b).lower()) if _WORD.match(chr(b)) else _SPACE for b in range(128)) + bytes(range(128, 256))
# U+2000 to U+203F: quotation marks, dashes and the like, of which none is part of a word.
_MARK = re.compile(rb"\xe2\x80[\x80-\xbf]")
_ODD = tuple(np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93))
_HALF, _SIX, _LOW = np.uint64(32), np.uint64(6), np.uint64(63)


class Wording(NamedTuple):
    """The wording of those sentences of a column that have words enough.

    Attributes:
        row: which sentences of the column they are.
        text: their words in small letters with single spaces.
        length: code points of the text.
        hash: of the text, 64 bits.
        sketch: the smallest hashes of their shingles (runs of three words), `SKETCH` to a sentence.
        marks: for each of their words one to four of `MARKS` bits, by its length; 64 to a number.
    """

    row: Array
    text: pa.Array
    length: Array
    hash: Array
    sketch: Array
    marks: Array


def wording(column: pa.ChunkedArray) -> Wording:
    """The wording of sentences.

    Args:
        column: their texts, none of them null.
    """
    text = _words(column)
    ends = _offsets(text)
    data = _data(text)
    starts = np.flatnonzero(data == _SPACE) + 1
    starts = np.sort(np.concatenate([starts, ends[:-1][np.diff(ends) > 0]]))
    first = np.searchsorted(starts, ends)
    row = np.flatnonzero(np.diff(first) >= FEWEST_WORDS)
    # Words of the sentences that are long enough, and which of these each belongs to.
    count = np.diff(first)[row]
    owner = np.repeat(np.arange(len(row)), count)
    word = places(first[row], count)
    hashes, size = (of_words[word] for of_words in _hashes(data, starts))
    sketch, marks = _sketched(hashes, owner, len(row)), _marked(hashes, size, np.cumsum(count) - count)
    kept = text.take(pa.array(row))
    length = pc.utf8_length(kept).to_numpy().astype(np.int32)
    return Wording(row, kept, length, _whole(hashes, owner, count), sketch, marks)


def _words(column: pa.ChunkedArray) -> pa.LargeStringArray:
    """Texts as their words in small letters with single spaces."""
    text = column.cast(pa.large_string()).combine_chunks()
    data = _MARK.sub(b"   ", _data(text).tobytes()).translate(_PLAIN)
    foreign = np.flatnonzero(np.frombuffer(data, np.uint8) >= len(_PLAIN) // 2)
    if len(foreign):
        rows = np.unique(np.searchsorted(_offsets(text), foreign, "right") - 1)
        spelled = [" ".join(_WORD.findall(words.lower())) for words in text.take(pa.array(rows)).to_pylist()]
        mask = np.zeros(len(text), bool)
        mask[rows] = True
        text = pc.replace_with_mask(text, pa.array(mask), pa.array(spelled, pa.large_string()))
        data = _MARK.sub(b"   ", _data(text).tobytes()).translate(_PLAIN)
    return _single(np.frombuffer(data, np.uint8), _offsets(text))


def _single(data: Array, ends: Array) -> pa.LargeStringArray:
    """Texts without spaces at their ends and behind other spaces."""
    inside = data != _SPACE
    follows = np.append(False, inside[:-1])
    at = ends[:-1]
    follows[at[at < len(data)]] = False
    kept = inside | follows
    # A space is kept for now behind the last word of a text.
    size = np.append(0, np.cumsum(kept))[ends]
    data = data[kept]
    last = size[1:][np.diff(size) > 0] - 1
    extra = last[data[last] == _SPACE]
    size = size - np.searchsorted(extra, size)
    data = np.delete(data, extra)
    return pa.LargeStringArray.from_buffers(len(ends) - 1, pa.py_buffer(size.astype(np.int64)), pa.py_buffer(data))


def _data(text: pa.LargeStringArray) -> Array:
    """The bytes of some texts, one behind the other."""
    ends, held = _offsets(text, False), text.buffers()[2]
    if held is None or not len(held):
        return np.empty(0, np.uint8)
    data: Array = np.frombuffer(held, np.uint8)[ends[0] : ends[-1]]
    return data


def _offsets(text: pa.LargeStringArray, own: bool = True) -> Array:
    """Where the texts begin in `_data`, and where the last one ends."""
    held = text.buffers()[1]
    ends: Array = (
        np.frombuffer(held, np.int64)[text.offset : text.offset + len(text) + 1] if len(text) else np.zeros(1, int)
    )
    offsets: Array = ends - ends[0] if own else ends
    return offsets


def places(start: Array, count: Array) -> Array:
    """The numbers from each start on, so many of each."""
    found: Array = np.arange(count.sum()) + np.repeat(start - np.cumsum(count) + count, count)
    return found


def _powers(size: int) -> Array:
    made = np.full(size, _ODD[0], np.uint64)
    if size:
        made[0] = 1
    return np.multiply.accumulate(made)


def _mixed(hashes: Array) -> Array:
    hashes = (hashes ^ (hashes >> _HALF)) * _ODD[3]
    mixed: Array = hashes ^ (hashes >> _HALF)
    return mixed


def _hashes(data: Array, starts: Array) -> tuple[Array, Array]:
    """A hash for every word, from its bytes, eight at a time; and how many it has."""
    size = np.diff(np.append(starts, len(data)))
    # All but the last word of a text have a space behind them.
    size -= data[starts + size - 1] == _SPACE
    eight = np.lib.stride_tricks.sliding_window_view(np.append(data, np.zeros(8, np.uint8)), 8)
    hashes = size.astype(np.uint64)
    left = np.arange(len(starts))
    for block in range(int(size.max(initial=0) + 7) // 8):
        left = left[size[left] > 8 * block]
        bytes_ = eight[starts[left] + 8 * block].view("<u8")[:, 0]
        short = np.clip(8 * (8 - (size[left] - 8 * block)), 0, 56).astype(np.uint64)
        hashes[left] = _mixed(hashes[left] + (bytes_ << short) * _ODD[0])
    return hashes, size


def _whole(hashes: Array, owner: Array, count: Array) -> Array:
    """A hash for every sentence from those of its words."""
    if not len(count):
        return np.empty(0, np.uint64)
    begins = np.cumsum(count) - count
    power = _powers(int(count.max()))[np.arange(len(hashes)) - begins[owner]]
    return _mixed(np.add.reduceat(hashes * power, begins))


def _sketched(hashes: Array, owner: Array, sentences: int) -> Array:
    """The sketch of every sentence."""
    runs = max(0, len(hashes) - _SHINGLE + 1)
    mine = owner[:runs]
    whole = mine == owner[_SHINGLE - 1 :]
    shingle = sum((hashes[n : n + runs] * _ODD[n] for n in range(_SHINGLE)), np.zeros(runs, np.uint64))
    # Sentence and shingle as one number, so that one sort puts the shingles of each in order.
    both = np.sort((mine[whole].astype(np.uint64) << _HALF) | (_mixed(shingle[whole]) >> _HALF))
    both = both[np.append(True, both[1:] != both[:-1])] if len(both) else both
    mine, shingle = (both >> _HALF).astype(np.int64), both.astype(np.uint32)
    rank = np.arange(len(both)) - np.searchsorted(mine, np.arange(sentences))[mine]
    sketch = np.full((sentences, SKETCH), NONE)
    small = rank < SKETCH
    sketch[mine[small], rank[small]] = shingle[small]
    return sketch


def _marked(hashes: Array, size: Array, begins: Array) -> Array:
    """The marks of every sentence: a word has one for about each fourth letter."""
    marks = np.zeros((len(hashes), MARKS // 64), np.uint64)
    for mark in range(_MOST):
        long = np.flatnonzero(size > 4 * mark + 1)
        bit = hashes[long] >> np.uint64(7 * mark)
        marks[long, (bit >> _SIX).astype(np.int64) % (MARKS // 64)] |= np.uint64(1) << (bit & _LOW)
    return np.bitwise_or.reduceat(marks, begins) if len(begins) else marks


def at_first(numbers: Array) -> Array:
    """Where each number of an ordered array stands first."""
    return np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1])) if len(numbers) else np.empty(0, np.int64)
