"""The layout of texts: lines, and chunks of lines that stand together between blank lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, overload

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
# A heading has no more lines.
HEADING_LINES = 5


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
        stops: whether its last character ends a clause.
    """

    text: str
    starts: list[int]
    ends: list[int]
    odd: list[bool]
    stops: list[bool]
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
            return self.part(first, max(first, after))
        return self.page.line(at + (self.first if at >= 0 else self.after))

    def __add__(self, other: Lines) -> Lines:
        """These and those that follow right after them."""
        return Lines(self.page, self.first, other.after)

    def part(self, first: int, after: int) -> Lines:
        """Some of them that follow each other."""
        return Lines(self.page, self.first + first, self.first + after)

    def apart(self) -> list[Lines]:
        """Each line by itself."""
        return [Lines(self.page, number, number + 1) for number in range(self.first, self.after)]

    @property
    def head(self) -> Line:
        """The first line."""
        return self.page.made.get(self.first) or self.page.line(self.first)

    @property
    def foot(self) -> Line:
        """The last line."""
        return self.page.made.get(self.after - 1) or self.page.line(self.after - 1)

    @property
    def size(self) -> int:
        """Length in code points, line breaks included."""
        return self.page.ends[self.after - 1] - self.page.starts[self.first]

    @property
    def opening(self) -> str:
        """The first character."""
        return self.page.text[self.page.starts[self.first]]

    @property
    def stops(self) -> bool:
        """Whether the last line plainly ends a clause."""
        return self.page.stops[self.after - 1]

    @property
    def plain(self) -> str:
        """The lines on one, without mark-up, quotes and dashes plain; of very long ones only the beginning."""
        if self.after - self.first == 1:
            return self.page.line(self.first).plain
        text = self.head.text[:_LOOK]
        for line in self[1:]:
            if len(text) >= _LOOK:
                break
            text += "\n" + line.text[:_LOOK]
        return normalize(text)


class Chunk(Lines):
    """Lines that follow each other without a blank line between.

    Attributes:
        gap: blank lines before the chunk.
        page_break: whether a form feed stands before it.
        may_head: whether it could be a heading by its length and its last character.
        ordinary: whether it can be nothing but a paragraph, whatever its words are.
        may_list: whether leaders and a page number may end one of its lines.
        may_number: whether it is short and has a digit, so that it may number a paper.
        may_part: whether it may be a rule or a row of marks.
        sharp: whether it may begin with the mark of a Markdown heading.
        headed: whether it could be a heading by its words as well, once that was asked.
    """

    __slots__ = (
        "_plain",
        "gap",
        "headed",
        "may_head",
        "may_list",
        "may_number",
        "may_part",
        "ordinary",
        "page_break",
        "sharp",
    )

    def __init__(
        self,
        page: Page,
        first: int,
        after: int,
        gap: int,
        page_break: bool,
        may_head: bool = True,
        ordinary: bool = False,
        may_list: bool = True,
        may_number: bool = True,
        may_part: bool = True,
        sharp: bool = True,
    ) -> None:
        """Keep what the layout tells."""
        self.page = page
        self.first = first
        self.after = after
        self.gap = gap
        self.page_break = page_break
        self.may_head = may_head
        self.ordinary = ordinary
        self.may_list = may_list
        self.may_number = may_number
        self.may_part = may_part
        self.sharp = sharp
        self.headed: bool | None = None
        self._plain: str | None = None

    @property
    def plain(self) -> str:
        """The chunk on one line, without mark-up; of a very long chunk only the beginning."""
        if self._plain is None:
            self._plain = self.head.plain if self.after - self.first == 1 else super().plain
        return self._plain

    @property
    def markdown_level(self) -> int:
        """Level of a Markdown heading, 0 for anything else."""
        if not self.sharp or len(self) > 1:
            return 0
        found = _MARKDOWN_HEADING.match(self.head.text)
        return len(found[1]) if found else 0

    @property
    def emphasised(self) -> bool:
        """Whether the whole chunk is set in bold or italics."""
        if self.opening not in "*_" or self.size > 2 * LONG:
            return False
        return bool(_EMPHASISED.match("\n".join(line.text for line in self)))

    @property
    def capitals(self) -> bool:
        """Whether all its letters are capitals, and there are enough of them to mean something."""
        if _SMALL.search(self.plain, 0, LONG):
            return False
        letters = [c for c in self.plain[:LONG] if c.isalpha() and c.lower() != c.upper()]
        return len(letters) >= 6 and all(c.isupper() for c in letters)

    @property
    def separator(self) -> bool:
        """Whether it is nothing but a rule or a row of marks: ``* * *``, ``-----``, ``X X X``."""
        return self.may_part and len(self) == 1 and self.size <= LONG and bool(_SEPARATOR.match(self.head.text))
