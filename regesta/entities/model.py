"""What the rules about names pass to one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from regesta.entities.authority import FILES
from regesta.entities.letters import Array


class What(NamedTuple):
    """What a hit says.

    Attributes:
        entity_id: whom it names.
        type: type of the entity.
        method: ``alias``, ``short_form``, ``pattern`` or ``candidate``.
        label: a label for an entity that no authority knows.
        parent: the law that a part belongs to.
        anniversary: which anniversary of an event is spoken of.
    """

    entity_id: str
    type: str
    method: str
    label: str | None = None
    parent: str | None = None
    anniversary: int | None = None


class Hit(NamedTuple):
    """A name found in a text: first code point, one past the last, and what it says."""

    start: int
    end: int
    what: What


@dataclass(frozen=True, slots=True)
class Hits:
    """Hits as columns: `start` and `end` are int64, `what` holds `What`, `type` the numbers of their types."""

    start: Array
    end: Array
    what: Array
    type: Array

    @classmethod
    def columns(cls, hits: Sequence[Hit]) -> Hits:
        """Hits one by one as columns."""
        what = objects([hit.what for hit in hits])
        return cls(
            np.array([hit.start for hit in hits], np.int64),
            np.array([hit.end for hit in hits], np.int64),
            what,
            types(what),
        )

    def __len__(self) -> int:
        """How many."""
        return len(self.start)

    def __getitem__(self, number: int) -> Hit:
        """One of them."""
        return Hit(int(self.start[number]), int(self.end[number]), self.what[number])

    def __iter__(self) -> Iterator[Hit]:
        """One by one."""
        return map(Hit, self.start.tolist(), self.end.tolist(), self.what.tolist())

    def __add__(self, other: Hits) -> Hits:
        """Both, one behind the other."""
        return Hits(*(np.concatenate(both) for both in zip(self._all(), other._all(), strict=True)))

    def _all(self) -> tuple[Array, ...]:
        return self.start, self.end, self.what, self.type

    def take(self, which: Array) -> Hits:
        """Those of some numbers, or of a mask."""
        return Hits(*(column[which] for column in self._all()))

    def where(self, *wanted: str) -> Array:
        """Which of them are of some types of entity."""
        numbers: Array = np.logical_or.reduce([self.type == _TYPES[one] for one in wanted])
        return numbers

    def of(self, *wanted: str) -> Hits:
        """Those of some types of entity."""
        return self.take(self.where(*wanted))

    def cover(self, start: Array, end: Array) -> Array:
        """Which spans one of these hits overlaps; the hits are in order and overlap one another nowhere."""
        before = np.searchsorted(self.start, end, "left")
        reach = np.append(self.end, -1)
        covered: Array = reach[before - 1] > start
        return covered


_TYPES = {name: number for number, name in enumerate(FILES.values())}


def types(what: Array) -> Array:
    """The numbers of the types of what some hits say."""
    return np.array([_TYPES[one.type] for one in what.tolist()], np.int8)


def objects(values: Sequence[object]) -> Array:
    """Objects as an array of them."""
    return np.fromiter(values, object, len(values))


NONE = Hits.columns([])


def disjoint(more: Sequence[Hit] | Hits, kept: Hits = NONE) -> Hits:
    """Those hits that stay when none may overlap another, in the order of the text: of two the longer stays, then the
    earlier, then the one given first; none that overlaps `kept` does, which are disjoint and in order themselves."""
    new = more if isinstance(more, Hits) else Hits.columns(more)
    if len(kept) and len(new):
        new = new.take(~kept.cover(new.start, new.end))
    return new.take(longest(new.start, new.end))


def merged(some: Hits, others: Hits) -> Hits:
    """Both, in the order of the text."""
    if len(others) == 0:
        return some
    both = some + others
    return both.take(np.argsort(both.start, kind="stable"))


def longest(start: Array, end: Array) -> Array:
    """Which spans stay when overlapping ones give way to the longest, then the earliest; their numbers, in order."""
    order = np.lexsort((-end, start))
    reach = np.maximum.accumulate(end[order]) if len(order) else end
    # Spans belong together where each begins before all those ahead of it have ended.
    heads = np.flatnonzero(np.concatenate(([True], start[order][1:] >= reach[:-1]))) if len(order) else order
    sizes = np.diff(np.append(heads, len(order)))
    # Mostly the first covers all others.
    covers = end[order[heads]] == reach[heads + sizes - 1]
    kept = [order[heads[covers]]]
    rest = [
        number
        for head, size in zip(heads[~covers].tolist(), sizes[~covers].tolist(), strict=True)
        for number in _longest_of(order[head : head + size].tolist(), start, end)
    ]
    kept.append(np.array(rest, np.int64))
    numbers = np.concatenate(kept)
    return numbers[np.argsort(start[numbers], kind="stable")]


def _longest_of(numbers: list[int], start: Array, end: Array) -> list[int]:
    """The same for a few spans that overlap one another in a chain."""
    spans = sorted(
        (low - high, low, number) for number in numbers for low, high in ((int(start[number]), int(end[number])),)
    )
    taken: list[tuple[int, int]] = []
    kept = []
    for length, low, number in spans:
        high = low - length
        for a, b in taken:
            if low < b and a < high:
                break
        else:
            taken.append((low, high))
            kept.append(number)
    return kept
