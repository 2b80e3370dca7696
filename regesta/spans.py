"""Spans of a source and their addresses: the one place that knows how row ids look.

A row about text is a half-open span ``source_id@start-end`` of a source, counted in Unicode code points of the
decoded text exactly as it stands in ``sources.text``. The id of a row is its address, so that it never depends on
the order of a run, and anybody who holds the text can check it.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SLUG_PATTERN = "[a-z0-9]+(?:[-_.][a-z0-9]+)*"
"""How a source id may look, as a regular expression."""

_ADDRESS = re.compile(r"(?P<source>[^@\s]+)@(?P<start>0|[1-9][0-9]*)-(?P<end>0|[1-9][0-9]*)\Z")


class Span(NamedTuple):
    """A half-open stretch ``[start, end)`` of a source, in code points."""

    source_id: str
    start: int
    end: int

    def __str__(self) -> str:
        return address(self.source_id, self.start, self.end)

    def of(self, text: str) -> str:
        """The words of the span in its source's text."""
        return text[self.start : self.end]


def address(source_id: str, start: int, end: int) -> str:
    """The address of a span, ``source_id@start-end``."""
    return f"{source_id}@{start}-{end}"


def addresses(
    source_ids: pa.Array | pa.ChunkedArray,
    starts: pa.Array | np.ndarray[Any, Any],
    ends: pa.Array | np.ndarray[Any, Any],
) -> pa.Array:
    """The addresses of many spans, as `address` writes them.

    Args:
        source_ids: strings, one a span.
        starts: integers, as many.
        ends: integers, as many.

    Returns:
        Strings, as many; null where any of the three is.
    """
    sources = pc.cast(source_ids, pa.string())
    sources = sources.combine_chunks() if isinstance(sources, pa.ChunkedArray) else sources
    first, last = (pc.cast(pa.array(offsets), pa.string()) for offsets in (starts, ends))
    return pc.binary_join_element_wise(pc.binary_join_element_wise(sources, first, "@"), last, "-")


def parse(text: str) -> Span:
    """Read an address back.

    Raises:
        ValueError: the text is not an address, or its end lies before its start.
    """
    found = _ADDRESS.match(text)
    if not found:
        raise ValueError(f"{text!r} is not an address; an address looks like 'paper-1@120-145'")
    span = Span(found["source"], int(found["start"]), int(found["end"]))
    if span.end < span.start:
        raise ValueError(f"{text!r}: the end of the span lies before its start")
    return span
