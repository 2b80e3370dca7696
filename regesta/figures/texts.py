"""Texts of sentences in scratch files, and in memory the little that is asked of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

import numpy as np
import pyarrow as pa

from regesta.figures.wording import NONE, SKETCH, Array, Wording, wording

# What is smaller stays in memory.
_FEW_BYTES = 1 << 24
_BLOCK = 1 << 16


class Spill:
    """Numbers of one type in the order in which they came, in a file once they are many."""

    def __init__(self, dtype: Any, scratch: Path | None = None) -> None:
        """Begin with none.

        Args:
            dtype: of the numbers.
            scratch: the folder of the file; that of the system without it.
        """
        self._dtype = np.dtype(dtype)
        self._file = SpooledTemporaryFile(_FEW_BYTES, dir=str(scratch) if scratch else None)  # noqa: SIM115 - closed when it is let go
        self._size = 0

    def __len__(self) -> int:
        """How many there are."""
        return self._size

    def add(self, numbers: Array) -> None:
        """Add numbers."""
        self._file.seek(self._size * self._dtype.itemsize)
        self._file.write(np.ascontiguousarray(numbers, self._dtype).tobytes())
        self._size += numbers.size

    def read(self, start: int, end: int) -> Array:
        """The numbers from one place to another."""
        self._file.seek(start * self._dtype.itemsize)
        return np.frombuffer(self._file.read((end - start) * self._dtype.itemsize), self._dtype)


class Texts:
    """Texts by number; first in the order in which they were added, then in the order in which they were chosen.

    Attributes:
        length: code points of each.
        hash: of each, as long as nothing was chosen.
        marks: which words each has, see `Wording`.
    """

    def __init__(self, scratch: Path | None = None) -> None:
        """Begin with none.

        Args:
            scratch: a folder for files; that of the system without it.
        """
        self.scratch = scratch
        self._bytes, self._sketches = Spill(np.uint8, scratch), Spill(np.uint32, scratch)
        self._parts: list[tuple[Array, ...]] = []
        self.length: Array
        self.hash: Array
        self.marks: Array
        self._size: Array
        self._number: Array
        self._place: Array

    def add(self, some: Wording) -> None:
        """Add texts."""
        ends = np.frombuffer(some.text.buffers()[1], np.int64)[: len(some.text) + 1] if len(some.text) else np.zeros(1)
        self._bytes.add(np.frombuffer(some.text.buffers()[2] or b"", np.uint8)[int(ends[0]) : int(ends[-1])])
        self._sketches.add(some.sketch)
        self._parts.append((some.length, some.hash, some.marks, np.diff(ends).astype(np.int32)))

    def gather(self) -> None:
        """No more are to come."""
        empty = (np.empty(0, np.int32), np.empty(0, np.uint64), np.empty((0, 2), np.uint64), np.empty(0, np.int32))
        columns = zip(empty, *self._parts, strict=True)
        self.length, self.hash, self.marks, self._size = (np.concatenate(column) for column in columns)
        self._parts = []

    def choose(self, chosen: Array) -> None:
        """Keep some texts, and number them in the order given."""
        self._number = np.full(len(self.length), -1, np.int32)
        self._number[chosen] = np.arange(len(chosen))
        self._place = chosen.astype(np.int32)
        self.length, self.marks, self.hash = self.length[chosen], self.marks[chosen], np.empty(0, np.uint64)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.length)

    def spelled(self, numbers: Array) -> Array:
        """Some of the chosen texts, as an array of objects."""
        place = self._place[numbers]
        order = np.argsort(place)
        found, start = [np.empty(0, object)], 0
        for first in range(0, len(self._size), _BLOCK):
            size = self._size[first : first + _BLOCK]
            end = start + int(size.sum())
            low, high = np.searchsorted(place, (first, first + _BLOCK), sorter=order)
            if low < high:
                ends = np.append(0, np.cumsum(size, dtype=np.int64))
                held = (pa.py_buffer(ends), pa.py_buffer(self._bytes.read(start, end)))
                texts = pa.LargeStringArray.from_buffers(len(size), *held)
                some = texts.take(pa.array(place[order[low:high]] - first)).to_pylist()
                found.append(np.fromiter(some, object, len(some)))
            start = end
        made = np.empty(len(numbers), object)
        made[order] = np.concatenate(found)
        return made

    def shingles(self, part: int, parts: int) -> Array:
        """Shingles of the sketches of the chosen texts, each in the upper half of a number whose lower half is that of
        the text: of so many parts, all with one shingle in the same, one."""
        found = [np.empty(0, np.uint64)]
        for first, sketch in self._blocks():
            number = self._number[first : first + len(sketch)]
            row, column = np.nonzero((sketch != NONE) & (sketch % np.uint32(parts) == part) & (number >= 0)[:, None])
            shingle = sketch[row, column].astype(np.uint64)
            found.append((shingle << np.uint64(32)) | number[row].astype(np.uint64))
        return np.concatenate(found)

    def _blocks(self) -> Iterator[tuple[int, Array]]:
        for first in range(0, len(self._size), _BLOCK):
            end = min(first + _BLOCK, len(self._size))
            yield first, self._sketches.read(first * SKETCH, end * SKETCH).reshape(-1, SKETCH)


def different(column: pa.ChunkedArray) -> tuple[Texts, Array]:
    """Texts of which no two are the same, in the order of their length, and which of a column they are."""
    texts, some = Texts(), wording(column)
    texts.add(some)
    texts.gather()
    chosen = np.lexsort((texts.hash, texts.length))
    texts.choose(chosen)
    return texts, some.row[chosen]
