"""A paper's chunks set out as blocks: its head, its body, and the closing at its end."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal, NamedTuple

from regesta.segment.layout import LONG, Chunk, Line, Lines
from regesta.segment.marks import Dates, Reading, address, heading_like, list_mark, open_ended, read_line
from regesta.segment.names import Names
from regesta.segment.normalize import strip_markup
from regesta.segment.pages import MARGIN
from regesta.segment.papers import Paper
from regesta.segment.rules import Rules

BlockKind = Literal[
    "title", "subtitle", "dateline", "signature", "outlet", "url", "paragraph", "list_item", "quote", "heading",
    "separator", "boilerplate",
]  # fmt: skip

_QUOTED = re.compile(r"\W{0,3}[\"“„«].*[\"”“»]\W{0,3}\Z", re.DOTALL)
_ENDED = re.compile(r"[.;:!?][\"'”’»)\]*]*\Z")
_STOPPED = re.compile(r"[.;:!?][\"')\]]*\Z")
_INNER_QUOTE = re.compile("[“”„«»]")
_LETTERS = re.compile(r"[^\W\d_]+")
_FILLER = re.compile(r"[\W\d_]+")
# How far from the end the closing of a paper may begin, in chunks, and how many chunks of prose may stand in it.
_CLOSING = 12
_PROSE_IN_CLOSING = 2
_HEAD = 8
# A heading inside a paper is short, unless its type marks it.
_HEADING_WORDS = 12
_ROMAN_NUMBERED = re.compile(r"[IVXLC]{1,6}\.\s+[^\W\d_]")


class Block(NamedTuple):
    """A block: its lines, what it is, and how its lines read where that says something about the paper."""

    kind: BlockKind
    lines: Lines
    level: int | None = None
    readings: tuple[Reading, ...] = ()
    zone: Literal["head", "body", "closing"] = "body"

    @property
    def start(self) -> int:
        """Where the block begins in its source."""
        return self.lines.start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.lines.end

    @property
    def words(self) -> str:
        """The block's own words on one line, without mark-up."""
        return strip_markup("\n".join(line.text for line in self.lines))

    @property
    def plain(self) -> str:
        """The same with plain quotes and dashes, for rules to look at; of a very long block only the beginning."""
        return self.lines.plain


class Setter:
    """Sets papers of one source out as blocks."""

    def __init__(self, dates: Dates, words: Rules, names: Names) -> None:
        """Keep what is known of the source's language and names."""
        self.dates = dates
        self.words = words
        self.names = names

    def blocks(self, paper: Paper) -> list[Block]:
        """The blocks of a paper, in order, covering all its chunks."""
        if paper.front:
            return [block for chunk in paper.chunks for block in self._front(chunk)]
        chunks = list(paper.chunks)
        made = [Block("title", chunk, zone="head") for chunk in chunks[: paper.headings]]
        if self._letterhead(paper):
            made = [
                Block("subtitle", chunks[0], zone="head"),
                Block("title", chunks[1], zone="head"),
            ]
        rest = chunks[len(made) :]
        head = self._head_length(rest) if paper.headings else 0
        closing = self._closing(rest[head:])
        for number, chunk in enumerate(rest):
            if number < head:
                made += self._head_blocks(chunk)
            elif number - head in closing:
                made += self._closing_blocks(chunk)
            elif chunk.ordinary and made and made[-1].kind != "quote":
                made.append(Block("paragraph", chunk))
            else:
                following = rest[number + 1] if number + 1 < len(rest) else None
                made += self._body_blocks(chunk, made[-1] if made else None, following)
        return _merge_broken(made, self.words)

    def _letterhead(self, paper: Paper) -> bool:
        """Whether the first heading only names the body that writes, and the title follows it."""
        first, *others = paper.chunks
        if paper.headings != 1 or len(others) < 2 or first.markdown_level or self.words.kind.search(first.plain):
            return False
        titled = heading_like(others[0], self.words) and not heading_like(others[1], self.words)
        return titled and bool(self.names.institution(first.plain))

    def _front(self, chunk: Chunk) -> list[Block]:
        if len(chunk) > 1:
            return [Block("list_item", line, 1) for line in chunk.apart()]
        return [Block("heading" if heading_like(chunk, self.words) else "paragraph", chunk)]

    # --- the head -------------------------------------------------------------------------------------------------

    def _head_length(self, rest: list[Chunk]) -> int:
        """How many chunks after the heading still belong to the head: short lines before the first prose."""
        for number, chunk in enumerate(rest[: _HEAD + 1]):
            if not self._of_head(chunk) or number == _HEAD:
                return number
        return 0

    def _of_head(self, chunk: Chunk) -> bool:
        if chunk.size > LONG // 2 or self.words.salutation.match(chunk.plain) or list_mark(chunk.head.text):
            return False
        readings = self._readings(chunk)
        return all(r.mark != "prose" or r.date for r in readings) or heading_like(chunk, self.words) or _label(chunk)

    def _head_blocks(self, chunk: Chunk) -> list[Block]:
        made = []
        for line, reading in zip(chunk.apart(), self._readings(chunk), strict=True):
            kind: BlockKind = "dateline" if reading.date else "url" if reading.mark == "url" else "subtitle"
            made.append(Block(kind, line, readings=(reading,), zone="head"))
        return _join(made)

    # --- the closing ----------------------------------------------------------------------------------------------

    def _closing(self, rest: list[Chunk]) -> set[int]:
        """Numbers of the chunks that close the paper: runs of short lines that stand last, or that hold a date."""
        closing: set[int] = set()
        run: list[int] = []
        prose = 0
        for number in range(len(rest) - 1, max(-1, len(rest) - 1 - _CLOSING), -1):
            if self._of_closing(rest[number]):
                run.append(number)
                continue
            if run:
                closing |= self._counts(run, rest)
                run = []
            prose += not _residue(rest[number], self.words)
            if prose > _PROSE_IN_CLOSING:
                break
        return closing | self._counts(run, rest)

    def _counts(self, run: list[int], rest: list[Chunk]) -> set[int]:
        last = bool(run) and all(_residue(rest[n], self.words) for n in range(run[0] + 1, len(rest)))
        dated = any(self._reading(rest[n].foot).date for n in run)
        return set(run) if last or dated else set()

    def _reading(self, line: Line) -> Reading:
        return read_line(line, self.dates, self.words)

    def _readings(self, chunk: Chunk) -> list[Reading]:
        return [self._reading(line) for line in chunk]

    def _of_closing(self, chunk: Chunk) -> bool:
        if chunk.ordinary or chunk.size > LONG or len(chunk) > 8 or chunk.separator:
            return False
        first = chunk.head
        if list_mark(first.text) and not (self._reading(first).date or self.names.person(first.plain)):
            return False
        if self._enacts(chunk):
            return True
        return all(self._reading(line).mark != "prose" or self._signs(line.plain) for line in chunk)

    def _enacts(self, chunk: Chunk) -> bool:
        """Whether a chunk is a formula of enactment, over one line or more: "Adopted by …, on …"."""
        begins = chunk.plain[:1].isupper() and self.words.enacted.match(chunk.plain)
        if not begins or len(chunk.plain) >= LONG // 2:
            return False
        readings = self._readings(chunk)
        return readings[-1].date is not None or readings[0].mark == "enacted"

    def _signs(self, line: str) -> bool:
        """Whether a line may stand in a signature: a name or an office, even with a comma or full stop after it."""
        official = self.names.office(line) and self._title_case(line)
        return len(line) < 120 and line[:1].isupper() and (self.names.person(line) or official)

    def _title_case(self, line: str) -> bool:
        found = [w for w in _LETTERS.findall(line) if len(w) > 3]
        return bool(sum(w[0].isupper() for w in found) >= 0.7 * len(found))

    def _closing_blocks(self, chunk: Chunk) -> list[Block]:
        readings = self._readings(chunk)
        if self._enacts(chunk):
            joined = readings[-1]._replace(mark="enacted")
            return [Block("dateline", chunk, readings=(joined,), zone="closing")]
        made = [
            Block(self._closing_kind(line.head, reading, readings[n + 1 :]), line, readings=(reading,), zone="closing")
            for n, (line, reading) in enumerate(zip(chunk.apart(), readings, strict=True))
        ]
        return _join(made)

    def _closing_kind(self, line: Line, reading: Reading, after: list[Reading]) -> BlockKind:
        if _boilerplate(line.plain, self.words):
            return "boilerplate"
        if reading.mark == "url":
            return "url"
        if reading.mark in ("date", "dateline", "enacted"):
            return "dateline"
        if self.names.outlet(line.text):
            return "outlet"
        placed = bool(after) and after[0].mark == "date" and not self.names.office(line.plain)
        return (
            "dateline" if placed and len(line.plain.split()) <= 3 and not self.names.person(line.plain) else "signature"
        )

    # --- the body -------------------------------------------------------------------------------------------------

    def _body_blocks(self, chunk: Chunk, before: Block | None, following: Chunk | None) -> list[Block]:
        if chunk.separator:
            return [Block("separator", chunk)]
        if _residue(chunk, self.words):
            return [Block("boilerplate", chunk)]
        if chunk.markdown_level:
            return [Block("heading", chunk, chunk.markdown_level)]
        if len(chunk) == 1 and address(chunk.head.text):
            return [Block("url", chunk)]
        if before and before.kind == "quote" and len(chunk) == 1 and self.names.person(chunk.plain):
            return [Block("signature", chunk)]
        if following and self._heads(chunk, following):
            return [Block("heading", chunk, 1)]
        return [self._prose(lines) for lines in _paragraphs(chunk)]

    def _heads(self, chunk: Chunk, following: Chunk) -> bool:
        """Whether a chunk of the body is the heading of what follows: few words, set apart, or numbered in Roman."""
        roman = bool(_ROMAN_NUMBERED.match(chunk.plain))
        if len(chunk) > 2 or not (roman or heading_like(chunk, self.words)) or heading_like(following, self.words):
            return False
        if roman:
            return chunk.size <= LONG // 2 and not _ROMAN_NUMBERED.match(following.plain)
        return len(chunk.plain.split()) <= _HEADING_WORDS or chunk.emphasised or chunk.capitals

    def _prose(self, lines: Lines) -> Block:
        first = lines.head.text
        if list_mark(first):
            return Block("list_item", lines, 1)
        if first.startswith(">") or (
            len(lines) == 1 and _QUOTED.match(first) and first.count('"') <= 2 and _one_quote(first)
        ):
            return Block("quote", lines)
        return Block("paragraph", lines)


def _one_quote(text: str) -> bool:
    inner = text.strip()[1:-1]
    return not _INNER_QUOTE.search(inner.rstrip('.”»"!?'))


def _label(chunk: Chunk) -> bool:
    """A short label with a colon after it, such as ``Text:``."""
    return len(chunk.plain) <= 30 and chunk.plain.endswith(":")


def _residue(chunk: Chunk, words: Rules) -> bool:
    return not chunk.ordinary and chunk.size <= LONG and all(_boilerplate(line.plain, words) for line in chunk)


def _boilerplate(line: str, words: Rules) -> bool:
    """Whether a line is residue of a web page: most of its letters belong to the words such pages leave behind."""
    if not line or len(line) > LONG // 2 or not words.boilerplate.search(line):
        return False
    if line.startswith(("©", "(c)", "Copyright")) or "all rights reserved" in line.casefold():
        return True
    rest = _FILLER.sub("", words.boilerplate.sub("", line))
    return len(rest) <= 0.2 * len(_FILLER.sub("", line))


def _paragraphs(chunk: Chunk) -> list[Lines]:
    """The paragraphs of a chunk of prose: list items part; in text that is not wrapped at a margin, lines that
    end a sentence part as well."""
    if len(chunk) == 1:
        return [chunk]
    wrapped = max(len(line.text) for line in chunk) <= MARGIN
    begins = [0]
    for number, (before, line) in enumerate(pairwise(chunk), start=1):
        parts = list_mark(line.text) or line.text.startswith("#")
        if parts or (not wrapped and _ENDED.search(before.text)):
            begins.append(number)
    return [chunk.part(a, b) for a, b in pairwise([*begins, len(chunk)])]


def _join(blocks: list[Block]) -> list[Block]:
    """Lines of one chunk that are of one kind, made one block."""
    made: list[Block] = []
    for block in blocks:
        if made and made[-1].kind == block.kind and block.kind in ("signature", "dateline", "boilerplate"):
            last = made[-1]
            made[-1] = last._replace(lines=last.lines + block.lines, readings=last.readings + block.readings)
        else:
            made.append(block)
    return made


def _merge_broken(blocks: list[Block], words: Rules) -> list[Block]:
    """Join a paragraph that a page break cut in two: the first part breaks off, and the second goes on with it."""
    made: list[Block] = []
    for block in blocks:
        last = made[-1] if made else None
        if (
            block.kind == "paragraph"
            and last
            and not last.lines.stops
            and last.kind in ("paragraph", "list_item", "quote")
            and _broken(last, block, words)
        ):
            made[-1] = last._replace(lines=last.lines + block.lines)
        else:
            made.append(block)
    return made


def _broken(last: Block, block: Block, words: Rules) -> bool:
    end = last.lines.foot.tail
    begin = block.lines.head.plain
    if not end or not begin or _STOPPED.search(end):
        return False
    return begin[0].islower() or (len(end) > 80 and open_ended(end, words))
