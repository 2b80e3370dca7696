"""Many papers as one text, so that what is looked for in them is looked for once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from regesta.entities.letters import Array, Letters
from regesta.entities.spot import Spots

SEAM = "\n\x00(\x00\n"
"""What stands between two papers. No rule looks across it: to the line breaks sentences end, behind `\\x00` there is
neither white space nor a word, and a bracket opens that never closes."""

# Addresses hold no names: scheme and host, a bare host, and the target of a Markdown link.
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>()\[\]]+|(?<=\]\()[^\s()]*(?=\))|(?<![\w.@-])[\w-]+(?:\.[\w-]+)*\.(?:[a-z]{2,3}|info)(?:/[^\s<>()]*)?(?![\w])"
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
# Without one of these between two blanks there is none.
_SIGN_OF_ADDRESS = Spots(r"\.[a-z]{2}|://|www\.|\]\(|@")
_BLANK = re.compile(rb"[ \n]")
# Blocks in which a line break is only where the line was full.
_RUNNING = frozenset({"paragraph", "list_item", "quote", "boilerplate"})


@dataclass(frozen=True, slots=True)
class Spans:
    """Sentences, blocks or papers: spans in order, none overlapping another; `row` says which was given where."""

    start: Array
    end: Array
    row: Array

    @classmethod
    def sorted(cls, start: Array, end: Array) -> Spans:
        """Spans given in any order."""
        order = np.lexsort((end, start))
        return cls(start[order], end[order], order)

    def at(self, start: Array, end: Array) -> Array:
        """Which of these spans holds each of some others whole: its number, or -1."""
        at = np.searchsorted(self.start, start, "right") - 1
        reach = np.append(self.end, -1)
        return np.where(end <= reach[at], at, -1)

    def holding(self, place: int) -> tuple[int, int]:
        """The span that holds a place; none of any length where there is none."""
        at = int(np.searchsorted(self.start, place, "right")) - 1
        if at < 0 or place >= self.end[at]:
            return place, place
        return int(self.start[at]), int(self.end[at])


@dataclass(frozen=True)
class Papers:
    """Papers as the rules about names see them; all offsets count from the beginning of the joined text.

    Attributes:
        text: the papers with `SEAM` between.
        papers: the span of each paper.
        sentences: spans of the sentences.
        blocks: spans of the blocks.
        kinds: kinds of the blocks.
    """

    text: str
    papers: Spans
    sentences: Spans
    blocks: Spans
    kinds: Sequence[str]

    @classmethod
    def join(
        cls,
        texts: Sequence[str],
        sentences: tuple[Array, Array, Array],
        blocks: tuple[Array, Array, Array],
        kinds: Sequence[str],
    ) -> Papers:
        """Join papers.

        Args:
            texts: their texts.
            sentences: number of the paper, first and last code point in it, of each sentence.
            blocks: the same of each block.
            kinds: the kind of each block.
        """
        lengths = np.array([len(text) for text in texts], np.int64)
        first = np.cumsum(lengths + len(SEAM)) - lengths - len(SEAM)
        cut, parts = (
            Spans.sorted(start + first[paper], end + first[paper]) for paper, start, end in (sentences, blocks)
        )
        return cls(
            SEAM.join(texts),
            Spans(first, first + lengths, np.arange(len(texts))),
            cut,
            parts,
            [kinds[row] for row in parts.row.tolist()],
        )

    @classmethod
    def whole(cls, texts: Sequence[str]) -> Papers:
        """Short texts, each of one sentence and without blocks."""
        number = np.arange(len(texts))
        lengths = np.array([len(text) for text in texts], np.int64)
        return cls.join(texts, (number, 0 * number, lengths), (number[:0],) * 3, ())

    @cached_property
    def readable(self) -> Letters:
        """The text as names are looked for in it: same length, web addresses blanked out, lines of running text
        joined."""
        letters = self._lines_joined(Letters(self.text))
        spots, plain = _SIGN_OF_ADDRESS.find(letters.plain), letters.plain
        if not spots:
            return letters
        parts, place = [], 0
        for spot in spots:
            if spot < place:
                continue
            low = max(plain.rfind(blank, place, spot) + 1 for blank in (b" ", b"\n"))
            found = _BLANK.search(plain, spot)
            high = found.start() if found else len(plain)
            # A line break is what no name crosses.
            parts += [
                letters.text[place : max(low, place)],
                _ADDRESS.sub(lambda found: "\n" * len(found[0]), letters.text[max(low, place) : high]),
            ]
            place = high
        return Letters("".join([*parts, letters.text[place:]]))

    def _lines_joined(self, letters: Letters) -> Letters:
        """A break after a full line, one that the next line goes on from, is a space."""
        points, blocks = letters.points, self.blocks
        breaks = np.flatnonzero(points == ord("\n"))
        block = blocks.at(breaks, breaks + 1)
        running = np.array([*(kind in _RUNNING for kind in self.kinds), False])
        breaks, block = breaks[running[block]], block[running[block]]
        after_break = (points[breaks - 1] == ord("\n")) & (breaks > blocks.start[block])
        ends = breaks + 1 == blocks.end[block]
        full = breaks[~after_break & ~ends & ~np.isin(points[breaks + 1], [ord(char) for char in "\n-*•"])]
        if len(full) == 0:
            return letters
        joined = points[:-1].copy()
        joined[full] = ord(" ")
        encoding = "utf-32-le" if joined.itemsize == 4 else "ascii"
        return Letters(joined.tobytes().decode(encoding, "surrogatepass"))
