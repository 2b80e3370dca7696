"""From the text of a paper to its figures: numbers found, sentences cut at them, each number measured."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from regesta.figures.analysis import Number, Reading, Whole, analyse
from regesta.figures.clauses import Clause, reader
from regesta.figures.scan import Found, scanner

_ENDED = frozenset(b".!?:;\"'")
_KEPT = 100_000
_CARRIED = 6


class Sentence(NamedTuple):
    """A sentence in a buffer: first byte, one past the last, and which paragraph it stands in."""

    start: int
    end: int
    block: str


class Figure(NamedTuple):
    """A number that measures something.

    Attributes:
        start, end: bytes of the number in the buffer.
        found: the number.
        reading: what it measures.
        qualifier: exact, min, max, about or vague.
        noun: the noun counted, in lower case; empty where none was found.
        counted: bytes of the words counted, where a noun was found.
        sentence: place of its sentence.
        clause: bytes of the words between the numbers around it.
        whole: place of the figure that this one is a part of, in the list of figures.
    """

    start: int
    end: int
    found: Found
    reading: Reading
    qualifier: str
    noun: str
    counted: tuple[int, int] | None
    sentence: int
    clause: tuple[int, int]
    whole: int | None


class Finder:
    """Finds and measures the numbers of one language, and keeps what it learnt."""

    def __init__(self, language: str) -> None:
        self.scan = scanner(language)
        self.reader = reader(language)
        self.known: dict[tuple[object, ...], list[Reading]] = {}

    def find(
        self, buffer: bytes, sentences: Sequence[Sentence], closed: Sequence[tuple[int, int]] = ()
    ) -> list[Figure]:
        """The figures of a buffer, in order.

        Args:
            buffer: UTF-8.
            sentences: in order; numbers outside of them do not count.
            closed: spans in which no number counts, in order (dates, addresses, names).
        """
        found = self.scan.finds(buffer, closed)
        if not found:
            return []
        starts = np.fromiter((s.start for s in sentences), np.int64, len(sentences))
        homes = (np.searchsorted(starts, [f.start for f in found], side="right") - 1).tolist()
        groups: dict[int, list[Found]] = {}
        for number, home in zip(found, homes, strict=True):
            if home >= 0 and number.end <= sentences[home].end and not _numbering(buffer, sentences[home], number):
                groups.setdefault(home, []).append(number)
        out: list[Figure] = []
        carried: list[tuple[Whole, int]] = []
        block, last = "", -2
        homes_left = sorted(groups)
        at = 0
        while at < len(homes_left):
            home = homes_left[at]
            span = [home]
            numbers = list(groups[home])
            while (
                at + 1 < len(homes_left)
                and homes_left[at + 1] == span[-1] + 1
                and _goes_on(buffer, sentences, span[-1])
            ):
                at += 1
                span.append(homes_left[at])
                numbers += groups[homes_left[at]]
            at += 1
            first = home - 1 if home and _goes_on(buffer, sentences, home - 1) else home
            if sentences[first].block != block or home - last > 4:
                carried = []
            begin, end = sentences[first].start, sentences[span[-1]].end
            if first != home:
                begin = max(begin, sentences[home].start - 200)
            carried = self._sentence(buffer, begin, end, numbers, span, sentences, carried, out)
            block, last = sentences[span[-1]].block, span[-1]
        return out

    def _sentence(
        self,
        buffer: bytes,
        begin: int,
        end: int,
        numbers: list[Found],
        span: list[int],
        sentences: Sequence[Sentence],
        carried: list[tuple[Whole, int]],
        out: list[Figure],
    ) -> list[tuple[Whole, int]]:
        """Add the figures of a sentence to `out`; gives what the next one may lean on: wholes and their places."""
        read = self.reader.read
        clauses: list[Clause] = []
        at = begin
        for place, number in enumerate(numbers):
            clauses.append(read(buffer[at : number.start], place > 0))
            at = number.end
        clauses.append(read(buffer[at:end], True))
        known = tuple(Number(n.amount.kind, n.amount.low is None, _small(n)) for n in numbers)
        readings = self._readings(known, clauses, tuple(whole for whole, _ in carried))
        rows: dict[int, int] = {}
        mains: list[tuple[Whole, int]] = []
        for place, (number, reading) in enumerate(zip(numbers, readings, strict=True)):
            if not reading.measure:
                continue
            rows[place] = len(out)
            whole: int | None = None
            if reading.part_of is not None:
                whole = rows.get(reading.part_of) if reading.part_of >= 0 else carried[-1 - reading.part_of][1]
            after = clauses[place + 1]
            stop = numbers[place + 1].start if place + 1 < len(numbers) else end
            start = numbers[place - 1].end if place else begin
            counted = None
            if after.counted:
                begin_, end_ = self.reader.locate(buffer[number.end : stop], after.counted)
                counted = (number.end + begin_, number.end + end_)
            home = span[0]
            if len(span) > 1:
                home = span[bisect_right([sentences[s].start for s in span], number.start) - 1]
            out.append(
                Figure(
                    number.start,
                    number.end,
                    number,
                    reading,
                    _qualifier(number, clauses[place], after),
                    after.noun,
                    counted,
                    home,
                    (start, stop),
                    whole,
                )
            )
            if reading.main:
                mains = [(Whole(0, reading.measure, reading.unit, reading.group), rows[place]), *mains]
        kept: list[tuple[Whole, int]] = []
        for one, row in (*mains, *carried):
            if len(kept) < _CARRIED and all(one.measure != other.measure for other, _ in kept):
                kept.append((one._replace(place=-1 - len(kept)), row))
        return kept

    def _readings(
        self, numbers: tuple[Number, ...], clauses: list[Clause], carried: tuple[Whole, ...]
    ) -> list[Reading]:
        key = (numbers, carried, *(c.number for c in clauses))
        found = self.known.get(key)
        if found is None:
            if len(self.known) > _KEPT:
                self.known.clear()
            found = self.known[key] = analyse(numbers, clauses, carried, self.reader.words.sets["land"])
        return found


def _small(number: Found) -> bool:
    """A number up to three: too common in running text to be a figure without a verb that says so."""
    return number.amount.low is not None and number.amount.low <= 3 and number.amount.kind == "count"


def _qualifier(number: Found, before: Clause, after: Clause) -> str:
    if number.amount.low is None:
        return "vague"
    return before.qualifier or after.after or "exact"


def _numbering(buffer: bytes, sentence: Sentence, number: Found) -> bool:
    """Whether a number only counts the items of a list: "1. …", "(2) …"."""
    before = buffer[sentence.start : number.start].strip(b" \t\r\n*#(")
    return (not before and buffer[number.end : number.end + 2].strip() in (b".", b")", b".)")) or (
        not before and buffer[number.end : number.end + 1] in (b".", b")")
    )


def _goes_on(buffer: bytes, sentences: Sequence[Sentence], at: int) -> bool:
    """Whether a sentence goes on in the next one: a page or line break in the middle of it."""
    if at + 1 >= len(sentences) or sentences[at + 1].block == sentences[at].block:
        return False
    text = buffer[sentences[at].start : sentences[at].end].rstrip()
    following = buffer[sentences[at + 1].start : sentences[at + 1].start + 1]
    return bool(text) and text[-1] not in _ENDED and text[-1] < 128 and following.islower()


@cache
def finder(language: str) -> Finder:
    """The finder of a language; one a process."""
    return Finder(language)
