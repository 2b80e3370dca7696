"""The layout of a text: lines, and chunks of lines that stand together between blank lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from regesta.segment.normalize import normalize

_BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_LINE = re.compile(rf"[^{_BREAKS}]+")
_BREAK = re.compile(rf"\r\n|[{_BREAKS}]")
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s")
_EMPHASISED = re.compile(r"(\*{1,3}|_{2,3})(?=\S)(?:(?!\1).)+(?<=\S)\1[.,:]?\Z", re.DOTALL)
_SEPARATOR = re.compile(r"([^\w\s])(?:\s*\1){2,}\Z|([xXхХ])(?:\s+\2){2,}\Z")
_SMALL = re.compile(r"[a-z]")
# Longer than any heading, closing or list mark: such a line is prose, and no rule needs to look at it.
LONG = 400
# No rule looks further into a paragraph than this; one of fifty megabytes costs no more than one of a page.
_LOOK = 2000


@dataclass(frozen=True)
class Line:
    """A line without the white space around it, as a span of the source."""

    start: int
    end: int
    text: str

    @cached_property
    def plain(self) -> str:
        """The line without mark-up, its quotes and dashes plain; of a very long line only the beginning."""
        return normalize(self.text[:_LOOK])

    @property
    def tail(self) -> str:
        """The end of the line, likewise."""
        return normalize(self.text[-_LOOK:])


def plain(lines: Sequence[Line]) -> str:
    """Lines on one line without mark-up, their quotes and dashes plain; of very long ones only the beginning."""
    text = lines[0].text[:_LOOK]
    for line in lines[1:]:
        if len(text) >= _LOOK:
            break
        text += "\n" + line.text[:_LOOK]
    return normalize(text)


@dataclass(frozen=True)
class Chunk:
    """Lines that follow each other without a blank line between.

    Attributes:
        gap: blank lines before the chunk.
        page_break: whether a form feed stands before it.
    """

    lines: tuple[Line, ...]
    gap: int = 0
    page_break: bool = False

    @property
    def start(self) -> int:
        """Where the first line begins."""
        return self.lines[0].start

    @property
    def end(self) -> int:
        """Where the last line ends."""
        return self.lines[-1].end

    @property
    def size(self) -> int:
        """Length in code points, line breaks included."""
        return self.end - self.start

    @cached_property
    def plain(self) -> str:
        """The chunk on one line, without mark-up; of a very long chunk only the beginning."""
        return plain(self.lines)

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


def chunks(text: str, start: int = 0, end: int | None = None) -> list[Chunk]:
    """The chunks of a stretch of a text, in order; every character that is not white space is in one of them."""
    found: list[Chunk] = []
    lines: list[Line] = []
    gap, page_break, last = 0, False, start
    stop = len(text) if end is None else end
    for hit in _LINE.finditer(text, start, stop):
        stripped = hit[0].strip()
        if not stripped:
            continue
        at = hit.start() + hit[0].index(stripped[0])
        between = text[last:at]
        breaks = len(_BREAK.findall(between))
        if breaks > 1 and lines:
            found.append(Chunk(tuple(lines), gap, page_break))
            lines = []
        if not lines:
            gap, page_break = max(0, breaks - 1), "\f" in between
        last = at + len(stripped)
        lines.append(Line(at, last, stripped))
    if lines:
        found.append(Chunk(tuple(lines), gap, page_break))
    return found
