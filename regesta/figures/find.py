"""From the text of a paper to its figures: numbers found, sentences cut at them, each number measured."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from operator import attrgetter, itemgetter
from typing import NamedTuple

import numpy as np

from regesta.collector import held_off
from regesta.figures.analysis import analyse
from regesta.figures.clauses import Clause, Shape, reader
from regesta.figures.numbers import Amount
from regesta.figures.readings import Number, Reading, Whole
from regesta.figures.scan import Found, scanner
from regesta.figures.signs import END, NOT_IN_TEXTS, NUMBER
from regesta.tables.columns import Numbers

_ENDED = frozenset(b".!?:;\"'")
_NUMBER, _END, _NO_WORD = NUMBER.encode(), f" {END} ".encode(), "\ufffd".encode()
_NOT_IN_TEXTS = re.compile(b"|".join(sign.encode() for sign in NOT_IN_TEXTS))
# What all of them begin with.
_PRIVATE = NUMBER.encode()[:2]
_KEPT = 100_000
_CARRIED = 6
_FAR = 4
_START = itemgetter(0)
_SORT = attrgetter("amount.sort")
_BEFORE = 200
_BATCH = 2000


class Sentences(NamedTuple):
    """Sentences in a buffer, in order: first byte, one past the last, and the paragraph and text that each is in."""

    start: Numbers
    end: Numbers
    block: Numbers
    text: Numbers

    @classmethod
    def of(cls, spans: Sequence[tuple[int, int, int]]) -> Sentences:
        """Sentences of one text: first byte, one past the last, paragraph."""
        start, end, block = np.array(spans, np.int64).reshape(-1, 3).T
        return cls(start, end, block, np.zeros_like(start))


class Figure(NamedTuple):
    """A number that measures something.

    Attributes:
        start, end: bytes of the number in the buffer.
        amount: what it says.
        reading: what it measures.
        qualifier: exact, min, max, about or vague.
        noun: the noun counted, in lower case; empty where none was found.
        counted: which of the words behind the number are counted, where a noun was found; see `signs.located`.
        sentence: place of its sentence.
        stop: where the words behind it end, at the next number or with the sentence.
        whole: place of the figure that this one is a part of, in the list of figures.
    """

    start: int
    end: int
    amount: Amount
    reading: Reading
    qualifier: str
    noun: str
    counted: tuple[int, int] | None
    sentence: int
    stop: int
    whole: int | None


class _Stretch(NamedTuple):
    """One sentence, or some that go on in one another, with its numbers.

    Attributes:
        begin, end: bytes in the buffer.
        numbers: in order.
        span: places of its sentences.
        fresh: whether nothing told before belongs to it.
    """

    begin: int
    end: int
    numbers: list[Found]
    span: list[int]
    fresh: bool


class Finder:
    """Finds and measures the numbers of one language, and keeps what it learnt."""

    def __init__(self, language: str) -> None:
        self.scan = scanner(language)
        self.reader = reader(language)
        self.known: dict[tuple[object, ...], _Read] = {}

    @held_off()
    def find(self, buffer: bytes, sentences: Sentences, closed: Sequence[tuple[int, int]] = ()) -> list[Figure]:
        """The figures of a buffer, in order.

        Args:
            buffer: UTF-8.
            sentences: in order; numbers outside of them do not count.
            closed: spans in which no number counts (dates, addresses, names).
        """
        found = self.scan.finds(buffer, closed)
        if not found:
            return []
        stretches = self._stretches(buffer, sentences, found)
        # As long as another sign that is no word either.
        plain = _NOT_IN_TEXTS.sub(_NO_WORD, buffer) if _PRIVATE in buffer else buffer
        out: list[Figure] = []
        carried: list[tuple[Whole, int]] = []
        for at in range(0, len(stretches), _BATCH):
            batch = stretches[at : at + _BATCH]
            for stretch, shape in zip(batch, self.reader.read(_cut(plain, batch)), strict=True):
                carried = self._measure(stretch, shape, sentences, [] if stretch.fresh else carried, out)
        return out

    def _stretches(self, buffer: bytes, sentences: Sentences, found: list[Found]) -> list[_Stretch]:
        """The sentences that have numbers; one that is broken by a page or line goes on in the next."""
        begins = np.fromiter(map(_START, found), np.int64, len(found))
        homes = np.searchsorted(sentences.start, begins, side="right") - 1
        broken = _broken(buffer, sentences)
        starts, ends, blocks = (column.tolist() for column in sentences[:3])
        groups: dict[int, list[Found]] = {}
        for number, home in zip(found, homes.tolist(), strict=True):
            if home >= 0 and number.end <= ends[home] and not _numbering(buffer, starts[home], number):
                groups.setdefault(home, []).append(number)
        out: list[_Stretch] = []
        block, last = -1, -2
        left = iter([*groups.items(), (-1, [])])
        home, numbers = next(left)
        while home >= 0:
            span = [home]
            following, others = next(left)
            while following == span[-1] + 1 and span[-1] in broken:
                span.append(following)
                numbers += others
                following, others = next(left)
            begin, first = starts[home], home - 1 if home - 1 in broken else home
            if first != home:
                begin = max(starts[first], begin - _BEFORE)
            fresh = blocks[first] != block or home - last > _FAR
            out.append(_Stretch(begin, ends[span[-1]], numbers, span, fresh))
            block, last = blocks[span[-1]], span[-1]
            home, numbers = following, others
        return out

    def _measure(
        self,
        stretch: _Stretch,
        shape: Shape,
        sentences: Sentences,
        carried: list[tuple[Whole, int]],
        out: list[Figure],
    ) -> list[tuple[Whole, int]]:
        """Add the figures of a sentence to `out`; gives what the next one may lean on: wholes and their places."""
        numbers, clauses = stretch.numbers, shape.clauses
        # What was told before is looked at only by words that point back to it.
        pointed = carried if shape.points else []
        key = (shape.senses, *map(_SORT, numbers), *[whole for whole, _ in pointed])
        read = self.known.get(key)
        if read is None:
            if len(self.known) > _KEPT:
                self.known.clear()
            read = self.known[key] = _read(numbers, clauses, pointed)
        base = len(out)
        home = stretch.span[0]
        for place, reading, part in read.figures:
            number, after = numbers[place], clauses[place + 1]
            whole = None if part is None else base + part if part >= 0 else carried[-1 - part][1]
            qualifier = "vague" if number.amount.low is None else clauses[place].qualifier or after.after or "exact"
            if len(stretch.span) > 1:
                home = stretch.span[bisect_right(sentences.start[stretch.span], number.start) - 1]
            stop = numbers[place + 1].start if place + 1 < len(numbers) else stretch.end
            out.append(Figure(*number, reading, qualifier, after.noun, after.counted, home, stop, whole))
        kept = [(whole, base + figure) for whole, figure in read.wholes]
        for one, row in carried:
            if len(kept) < _CARRIED and all(one.measure != other.measure for other, _ in kept):
                kept.append((one._replace(place=-1 - len(kept)), row))
        return kept


class _Read(NamedTuple):
    """What the numbers of a sentence measure.

    Attributes:
        figures: for each that measures something its place, what it measures, and the figure that it is a part of:
            which one of these, or -1, -2 … for those told before.
        wholes: what later sentences may tell parts of, latest first, one a measure, and which figure each is.
    """

    figures: list[tuple[int, Reading, int | None]]
    wholes: list[tuple[Whole, int]]


def _read(numbers: list[Found], clauses: list[Clause], carried: list[tuple[Whole, int]]) -> _Read:
    kinds = [Number(n.amount.kind, n.amount.small) for n in numbers]
    readings = analyse(kinds, clauses, tuple([whole for whole, _ in carried]))
    places = [place for place, reading in enumerate(readings) if reading.measure]
    figures: list[tuple[int, Reading, int | None]] = []
    wholes: list[tuple[Whole, int]] = []
    for place in places:
        part = readings[place].part_of
        if part is not None and part >= 0:
            part = places.index(part) if part in places[: len(figures)] else None
        figures.append((place, readings[place], part))
    for figure in reversed(range(len(figures))):
        _, one, _ = figures[figure]
        if one.main and len(wholes) < _CARRIED and all(one.measure != other.measure for other, _ in wholes):
            wholes.append((Whole(-1 - len(wholes), one.measure, one.unit, one.group), figure))
    return _Read(figures, wholes)


def _cut(buffer: bytes, stretches: Sequence[_Stretch]) -> bytes:
    """Sentences cut at their numbers, as `Reader.read` takes them."""
    parts: list[bytes] = []
    for stretch in stretches:
        at = stretch.begin
        for start, end, _ in stretch.numbers:
            parts.append(buffer[at:start])
            parts.append(_NUMBER)
            at = end
        # A full stop at the end of a sentence is no word of it.
        parts.append(buffer[at : stretch.end].rstrip(b"."))
        parts.append(_END)
    return b"".join(parts[:-1])


def _numbering(buffer: bytes, start: int, number: Found) -> bool:
    """Whether a number only counts the items of a list: "1. …", "(2) …"."""
    if buffer[number.end : number.end + 2].strip()[:1] not in (b".", b")"):
        return False
    before = buffer[start : number.start].strip(b" \t\r\n*#(")
    return (not before and buffer[number.end : number.end + 2].strip() in (b".", b")", b".)")) or (
        not before and buffer[number.end : number.end + 1] in (b".", b")")
    )


def _broken(buffer: bytes, sentences: Sentences) -> frozenset[int]:
    """Places of the sentences that go on in the next one: a page or line break in the middle of them."""
    first = np.frombuffer(buffer, np.uint8)[np.minimum(sentences.start, len(buffer) - 1)]
    small = (first >= ord("a")) & (first <= ord("z"))
    apart = (sentences.block[1:] != sentences.block[:-1]) & (sentences.text[1:] == sentences.text[:-1])
    found = []
    for at in np.flatnonzero(apart & small[1:]).tolist():
        text = buffer[sentences.start[at] : sentences.end[at]].rstrip()
        if text and text[-1] not in _ENDED and text[-1] < 128:
            found.append(at)
    return frozenset(found)


@cache
def finder(language: str) -> Finder:
    """The finder of a language; one a process."""
    return Finder(language)
