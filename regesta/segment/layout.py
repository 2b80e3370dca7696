"""The layout of texts: lines, and chunks of lines that stand together between blank lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np

from regesta.segment.letters import ALNUM, BREAK, DIGIT, Letters, Numbers, Truths, among
from regesta.segment.normalize import normalize

if TYPE_CHECKING:
    from regesta.segment.marks import Reading

_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s")
_EMPHASISED = re.compile(r"(\*{1,3}|_{2,3})(?=\S)(?:(?!\1).)+(?<=\S)\1[.,:]?\Z", re.DOTALL)
_SEPARATOR = re.compile(r"([^\w\s])(?:\s*\1){2,}\Z|([xXхХ])(?:\s+\2){2,}\Z")
_SMALL = re.compile(r"[a-z]")
# Longer than any heading, closing or list mark: such a line is prose, and no rule needs to look at it.
LONG = 400
# No rule looks further into a paragraph than this; one of fifty megabytes costs no more than one of a page.
_LOOK = 2000
# Lines of a text that is wrapped at a margin are no longer.
_MARGIN = 110
# A heading has no more lines.
HEADING_LINES = 5
# Within so many characters a list mark is over; it ends in one of these, or is one of those.
_MARK = 8
_MARK_ENDS = ".)"
# A text that ends in one of these ends a clause, whatever a rule takes away at its end.
_STOPS = ".;:!?"
_NO_HEADING = ".;:,"


class Line:
    """A line without the white space around it, as a span of the source."""

    __slots__ = ("_plain", "end", "reading", "start", "text")

    def __init__(self, start: int, end: int, text: str, odd: bool = True) -> None:
        """Keep the span; what is not odd is plain."""
        self.start = start
        self.end = end
        self.text = text
        self.reading: Reading | None = None
        self._plain = None if odd or end - start > _LOOK else text

    @property
    def plain(self) -> str:
        """The line without mark-up, its quotes and dashes plain; of a very long line only the beginning."""
        if self._plain is None:
            self._plain = normalize(self.text[:_LOOK])
        return self._plain

    @property
    def tail(self) -> str:
        """The end of the line, likewise."""
        return normalize(self.text[-_LOOK:])


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of one text: where they begin and end in it, and what is known of them.

    Attributes:
        odd: whether a line may read otherwise when normalised.
        digits: whether it holds a digit.
        stops: whether its last character ends a clause.
        folio: whether it may end in a page number.
    """

    text: str
    starts: list[int]
    ends: list[int]
    odd: list[bool]
    digits: list[bool]
    stops: list[bool]
    folio: list[bool]
    chunks: list[Chunk] = field(default_factory=list)
    made: dict[int, Line] = field(default_factory=dict)

    def line(self, number: int) -> Line:
        """A line by its number."""
        if (line := self.made.get(number)) is None:
            start, end = self.starts[number], self.ends[number]
            line = self.made[number] = Line(start, end, self.text[start:end], self.odd[number])
        return line


class Lines(Sequence[Line]):
    """Lines of a page that follow each other."""

    __slots__ = ("after", "first", "page")

    def __init__(self, page: Page, first: int, after: int) -> None:
        """The lines from the first up to that one."""
        self.page = page
        self.first = first
        self.after = after

    @property
    def start(self) -> int:
        """Where the first line begins."""
        return self.page.starts[self.first]

    @property
    def end(self) -> int:
        """Where the last line ends."""
        return self.page.ends[self.after - 1]

    def __len__(self) -> int:
        """How many they are."""
        return self.after - self.first

    def __iter__(self) -> Iterator[Line]:
        """One by one."""
        return map(self.page.line, range(self.first, self.after))

    @overload
    def __getitem__(self, at: int) -> Line: ...

    @overload
    def __getitem__(self, at: slice) -> Lines: ...

    def __getitem__(self, at: int | slice) -> Line | Lines:
        """One of them, or some that follow each other."""
        if isinstance(at, slice):
            first, after, _ = at.indices(len(self))
            return Lines(self.page, self.first + first, self.first + max(first, after))
        return self.page.line(at + (self.first if at >= 0 else self.after))

    def __add__(self, other: Lines) -> Lines:
        """These and those that follow right after them."""
        return Lines(self.page, self.first, other.after)

    def apart(self) -> list[Lines]:
        """Each line by itself."""
        return [Lines(self.page, number, number + 1) for number in range(self.first, self.after)]

    @property
    def stops(self) -> bool:
        """Whether the last line plainly ends a clause."""
        return self.page.stops[self.after - 1]

    @property
    def digits(self) -> bool:
        """Whether there is a digit in them."""
        return True in self.page.digits[self.first : self.after]

    @property
    def may_list(self) -> bool:
        """Whether a page number may end one of them."""
        return True in self.page.folio[self.first : self.after]

    @property
    def plain(self) -> str:
        """The lines on one, without mark-up, quotes and dashes plain; of very long ones only the beginning."""
        if self.after - self.first == 1:
            return self.page.line(self.first).plain
        text = self[0].text[:_LOOK]
        for line in self[1:]:
            if len(text) >= _LOOK:
                break
            text += "\n" + line.text[:_LOOK]
        return normalize(text)


class Chunk:
    """Lines that follow each other without a blank line between.

    Attributes:
        gap: blank lines before the chunk.
        page_break: whether a form feed stands before it.
        may_head: whether it could be a heading by its length and its last character.
        ordinary: whether it can be nothing but a paragraph, whatever its words are.
    """

    def __init__(self, lines: Lines, gap: int, page_break: bool, may_head: bool = True, ordinary: bool = False) -> None:
        """Keep what the layout tells."""
        self.lines = lines
        self.gap = gap
        self.page_break = page_break
        self.may_head = may_head
        self.ordinary = ordinary

    @property
    def start(self) -> int:
        """Where the first line begins."""
        return self.lines.start

    @property
    def end(self) -> int:
        """Where the last line ends."""
        return self.lines.end

    @property
    def size(self) -> int:
        """Length in code points, line breaks included."""
        return self.lines.end - self.lines.start

    @cached_property
    def plain(self) -> str:
        """The chunk on one line, without mark-up; of a very long chunk only the beginning."""
        return self.lines.plain

    @cached_property
    def markdown_level(self) -> int:
        """Level of a Markdown heading, 0 for anything else."""
        found = _MARKDOWN_HEADING.match(self.lines[0].text)
        return len(found[1]) if found and len(self.lines) == 1 else 0

    @cached_property
    def emphasised(self) -> bool:
        """Whether the whole chunk is set in bold or italics."""
        return self.size <= 2 * LONG and bool(_EMPHASISED.match("\n".join(line.text for line in self.lines)))

    @cached_property
    def capitals(self) -> bool:
        """Whether all its letters are capitals, and there are enough of them to mean something."""
        if _SMALL.search(self.plain, 0, LONG):
            return False
        letters = [c for c in self.plain[:LONG] if c.isalpha() and c.lower() != c.upper()]
        return len(letters) >= 6 and all(c.isupper() for c in letters)

    @cached_property
    def separator(self) -> bool:
        """Whether it is nothing but a rule or a row of marks: ``* * *``, ``-----``, ``X X X``."""
        return len(self.lines) == 1 and self.size <= LONG and bool(_SEPARATOR.match(self.lines[0].text))


class Layout(NamedTuple):
    """Texts laid out: where all lines begin and end in them, the number of the first line of each, and their pages."""

    starts: Numbers
    ends: Numbers
    lines: list[int]
    pages: list[Page]
    dated: Numbers

    def short_lines_with_digits(self, letters: Letters) -> Iterator[str]:
        """What may be dates: short lines, and brackets at their ends."""
        for start, end in zip(self.starts[self.dated].tolist(), self.ends[self.dated].tolist(), strict=True):
            text = letters.text[start:end]
            yield text
            if text.endswith(")") and "(" in text:
                at = text.rfind("(")
                yield from (text[at:], text[at + 1 : -1])


def lay_out(letters: Letters) -> Layout:
    """Lay texts out: every character that is not white space is in a line, and every line in a chunk.

    All is found in arrays over all texts: a rule that needs to look at a line with its own eyes is only called where
    what stands here does not already say what it would find.
    """
    starts, ends, breaks, feeds = _lines(letters)
    if not len(starts):
        empty = [Page(text, [], [], [], [], [], []) for text in letters.texts]
        return Layout(starts, ends, [0] * len(empty), empty, starts)
    source = np.searchsorted(letters.base, starts, "right") - 1
    # Chunks: what begins a text, or follows a blank line.
    opens = np.append(True, source[1:] != source[:-1])
    before = np.where(opens, letters.base[source], np.append(0, ends[:-1]))
    between = np.searchsorted(breaks, starts) - np.searchsorted(breaks, before)
    firsts = np.flatnonzero(opens | (between > 1))
    afters = np.append(firsts[1:], len(starts))
    gaps = np.maximum(0, between[firsts] - 1)
    feed = letters.holds(feeds, before[firsts], starts[firsts])
    may_head, ordinary, stops, folio = _looks(letters, starts, ends, firsts, afters)
    size = ends[afters - 1] - starts[firsts]
    digits = letters.holds(letters.where(DIGIT), starts, ends)
    asked = np.repeat(size <= LONG, afters - firsts)
    asked[afters - 1] = True
    base = letters.base[source]
    odd = letters.holds(letters.odd, starts, ends)
    known = [column.tolist() for column in (starts - base, ends - base, odd, digits, stops, folio)]
    lines = np.searchsorted(source, np.arange(len(letters.base) + 1)).tolist()
    chunks = np.searchsorted(firsts, lines).tolist()
    told = list(zip(firsts.tolist(), afters.tolist(), gaps.tolist(), feed.tolist(), may_head, ordinary, strict=True))
    pages = []
    for n, text in enumerate(letters.texts):
        low, high = lines[n], lines[n + 1]
        page = Page(text, *(column[low:high] for column in known))
        page.chunks.extend(
            Chunk(Lines(page, first - low, after - low), *rest)
            for first, after, *rest in told[chunks[n] : chunks[n + 1]]
        )
        pages.append(page)
    return Layout(starts, ends, lines, pages, np.flatnonzero(digits & asked & (ends - starts <= LONG // 2)))


def _lines(letters: Letters) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Where lines begin and end, without white space around them; where line breaks stand, and form feeds."""
    breaks = letters.where(BREAK)
    codes = letters.codes[breaks]
    begins, stops = letters.visible
    low, high = np.searchsorted(begins, np.append(0, breaks)), np.searchsorted(begins, np.append(breaks, len(letters)))
    filled = low < high
    # Carriage return and line feed are one break.
    paired = (codes == 10) & (letters.codes[breaks - 1] == 13) & (breaks > 0)
    return begins[low[filled]], stops[high[filled] - 1], breaks[~paired], breaks[codes == 12]


def _looks(
    letters: Letters, starts: Numbers, ends: Numbers, firsts: Numbers, afters: Numbers
) -> tuple[list[bool], list[bool], Truths, Truths]:
    """For each chunk, whether it may be a heading and whether it is ordinary prose; for each line, whether it plainly
    ends a clause, and whether a page number may end it."""
    tail = letters.codes[ends - 1]
    stops = among(tail, _STOPS)
    folio = ((letters.kinds[ends - 1] & DIGIT) != 0) | (tail > 0x7F) | among(tail | 0x20, "ivxlcdm")
    plain = (letters.kinds[starts] & ALNUM) != 0
    for step in range(1, _MARK):
        plain &= ~among(letters.codes[starts + step], _MARK_ENDS)
    sizes = ends[afters - 1] - starts[firsts]
    lines = afters - firsts
    last = tail[afters - 1]
    may_head = (lines <= HEADING_LINES) & (sizes <= LONG) & ~among(last, _NO_HEADING)
    # Lines of one paragraph: at a margin, or none but the last that may end a sentence.
    goes_on = ((letters.kinds[ends - 1] & ALNUM) != 0) | (tail == ord(","))
    goes_on[afters - 1] = True
    wrapped = (lines > 1) & (np.maximum.reduceat(ends - starts, firsts) <= _MARGIN)
    one = wrapped | np.logical_and.reduceat(goes_on, firsts)
    ordinary = (sizes > LONG) & one & np.logical_and.reduceat(plain, firsts)
    return may_head.tolist(), ordinary.tolist(), stops, folio
