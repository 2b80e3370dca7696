"""What the rules about names pass to one another."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found in a paper.

    Attributes:
        start: first code point in the paper.
        end: one past the last.
        entity_id: whom it names.
        type: type of the entity.
        method: ``alias``, ``short_form``, ``pattern`` or ``candidate``.
        label: a label for an entity that no authority knows.
        parent: the law that a part belongs to.
        anniversary: which anniversary of an event is spoken of.
    """

    start: int
    end: int
    entity_id: str
    type: str
    method: str
    label: str | None = None
    parent: str | None = None
    anniversary: int | None = None


class Stretch(NamedTuple):
    """A sentence or a block of a paper: span in the paper, and its id or kind."""

    start: int
    end: int
    what: str


@dataclass(frozen=True)
class Paper:
    """A paper as the rules about names see it; all offsets count from its beginning.

    Attributes:
        text: its text.
        sentences: spans and ids of its sentences, in order.
        blocks: spans and kinds of its blocks, in order.
    """

    text: str
    sentences: tuple[Stretch, ...]
    blocks: tuple[Stretch, ...] = ()

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    def sentence_at(self, start: int, end: int) -> Stretch | None:
        """The sentence that holds a span whole."""
        at = bisect_right(self._starts, start) - 1
        return self.sentences[at] if at >= 0 and end <= self.sentences[at].end else None

    def around(self, start: int) -> tuple[int, int]:
        """The span of the sentence at an offset; the offset itself where none is."""
        at = bisect_right(self._starts, start) - 1
        if at >= 0 and start < self.sentences[at].end:
            return self.sentences[at].start, self.sentences[at].end
        return start, start

    def block_at(self, start: int) -> Stretch | None:
        """The block at an offset."""
        at = bisect_right(self._block_starts, start) - 1
        return self.blocks[at] if at >= 0 and start < self.blocks[at].end else None
