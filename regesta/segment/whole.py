"""Whole papers: a heading, prose, and what dates or signs it. They stand for themselves, listed anywhere or not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from regesta.segment.layout import Chunk
from regesta.segment.marks import Dates, dated_bracket, heading_like, read_line
from regesta.segment.names import Names
from regesta.segment.rules import Rules

# A title names its kind of paper within so many letters: "Second letter of …".
_KIND_WITHIN = 25
_SHORTEST_HEADING = 8
_SHORTEST_PROSE = 4
_SIGNATURE_LINES = 4


@dataclass(frozen=True)
class Whole:
    """A whole paper: the numbers of its first chunk and of the first one after it."""

    first: int
    after: int


class Reader:
    """Reads chunks of one source for whole papers."""

    def __init__(self, parts: list[Chunk], dates: Dates, words: Rules) -> None:
        """Keep the chunks and the word lists of their language."""
        self._parts = parts
        self._dates = dates
        self._words = words
        self._names = Names("", words)
        self._searched: dict[int, int] = {}
        self._is_prose: dict[int, bool] = {}

    def papers(self, first: int, stop: int) -> list[Whole]:
        """The whole papers among the chunks from `first` up to `stop`, in order.

        Prose that follows without a title, a date or a signature of its own goes on with the paper before it. The rest
        is front matter: a title page, a preface.
        """
        found: list[Whole] = []
        number, going_on = first, False
        while (body := self._next_prose(number, stop)) < stop:
            after = self._end(body, stop)
            headings = self._headings(number, body)
            if any(self._words.front_matter.match(self._parts[n].plain) for n in range(number, body)):
                going_on = False
            elif headings and self._has_evidence(begin := self._begin(headings, after, stop, not found), body, after):
                found.append(Whole(begin, after))
                going_on = True
            elif going_on:
                found[-1] = Whole(found[-1].first, after)
            number = after
        return found

    def names_kind(self, number: int) -> bool:
        """Whether a heading begins with the noun for a kind of paper: "Letter of …"."""
        found = self._words.kind.search(self._parts[number].plain)
        return bool(found and found.start() <= _KIND_WITHIN)

    @cached_property
    def last_prose(self) -> int:
        """The number of the last paragraph; -1 if there is none."""
        return next((n for n in range(len(self._parts) - 1, -1, -1) if self.prose(n)), -1)

    def prose(self, number: int) -> bool:
        """Whether a chunk is a paragraph: words that end like a sentence, neither a heading nor what signs or dates."""
        if (known := self._is_prose.get(number)) is None:
            known = self._is_prose[number] = self._prose(number)
        return known

    def _prose(self, number: int) -> bool:
        chunk = self._parts[number]
        if heading_like(chunk, self._words) or self._words.boilerplate.search(chunk.head.plain[:40]):
            return False
        said = chunk.plain.split()
        return len(said) >= _SHORTEST_PROSE and not self.dates(number) and not self._signs(number)

    def goes_before(self, first: int, number: int) -> bool:
        """Whether what stands from a heading up to another chunk is a whole paper, dated at its end."""
        return self.dates(number - 1) and self._next_prose(first + 1, number) < number

    def tells(self, number: int) -> bool:
        """Whether a heading says that it heads a paper: by its kind, or by a date in brackets."""
        return self.names_kind(number) or dated_bracket(self._parts[number], self._dates)

    def dates(self, number: int) -> bool:
        """Whether a chunk ends in a line that is a date or a dateline."""
        return read_line(self._parts[number].foot, self._dates, self._words).date is not None

    def _next_prose(self, number: int, stop: int) -> int:
        at = self._searched.get(number, number)
        while at < stop and not self.prose(at):
            at += 1
        self._searched[number] = at
        return min(at, stop)

    def _headings(self, first: int, body: int) -> list[int]:
        """What could head the prose at `body`: headings between it and `first`, after the last break of any kind."""
        breaks = [n for n in range(first, body) if self._parts[n].separator or self._parts[n].page_break]
        return [n for n in range(breaks[-1] if breaks else first, body) if self._heads(n)]

    def _begin(self, headings: list[int], after: int, stop: int, maybe_titled: bool) -> int:
        """The heading with which a paper begins. Where a title page may stand before it and none stands after it,
        that is the one which tells, or the last one; else the first one."""
        if not maybe_titled or any(self._heads(n) for n in range(after, stop)):
            return headings[0]
        return next((n for n in headings if self.tells(n)), headings[-1])

    def _heads(self, number: int) -> bool:
        chunk = self._parts[number]
        return (
            heading_like(chunk, self._words)
            and len(chunk.plain) >= _SHORTEST_HEADING
            and not self.dates(number)
            and not self._words.contents.match(chunk.plain)
        )

    def _end(self, body: int, stop: int) -> int:
        """The number of the chunk after the closing, or, without one, after the last paragraph."""
        last = body
        for number in range(body + 1, stop):
            if self.dates(number) or (number == last + 1 and self._signs(number)):
                return self._past_closing(number, stop)
            if self.prose(number):
                last = number
        return last + 1

    def _past_closing(self, number: int, stop: int) -> int:
        number += 1
        while number < stop and (self.dates(number) or self._signs(number)):
            number += 1
        return number

    def _has_evidence(self, begin: int, body: int, after: int) -> bool:
        """Whether a paper dates or signs itself, or its heading says what kind of paper it is."""
        dated = any(self.dates(n) for n in (*range(begin, body), after - 1))
        return dated or self.tells(begin) or self._signs(after - 1)

    def _signs(self, number: int) -> bool:
        """Whether a chunk is a signature: lines that are a person or an office, not set like a title."""
        chunk = self._parts[number]
        if len(chunk) > _SIGNATURE_LINES or chunk.capitals or chunk.emphasised or chunk.page_break:
            return False
        lines = [line.plain for line in chunk if len(line.text) <= 120]
        return len(lines) == len(chunk) and all(
            not self._words.kind.search(line) and (self._names.person(line) or self._office(line)) for line in lines
        )

    def _office(self, line: str) -> bool:
        return self._names.office(line) and not line.endswith(".") and len(line.split()) <= 12
