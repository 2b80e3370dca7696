"""The one place that talks to RE2.

The public wrapper makes a match object, and asks the pattern for its group count, for every span that one
reads; with thousands of finds a megabyte that is half of our time. The compiled pattern under it hands out
plain tuples. Where a
release of the wrapper should hide that, the public way serves: slower, but the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import re2

Span = tuple[int, int]
_MEMORY = 512 << 20


def options(*, captures: bool = False) -> Any:
    """RE2 options of our patterns: UTF-8, room for the automaton; the longest match, or captures as ``re``
    has them.
    """
    found = re2.Options()
    found.max_mem = _MEMORY
    found.longest_match = not captures
    found.never_capture = not captures
    found.log_errors = False
    return found


def searcher(pattern: Any, *, here: bool = False) -> Callable[[bytes, int, int], Span]:
    """A function (text, from, to) -> the first match at or after ``from``; (-1, -1) where there is none.

    With ``here`` only a match that begins at ``from`` counts.
    """
    inner, anchor = _inner(pattern, "ANCHOR_START" if here else "UNANCHORED")
    if inner is not None:

        def search(text: bytes, start: int, end: int) -> Span:
            span: Span = inner(anchor, text, start, end)[0]
            return span

        return search

    def public(text: bytes, start: int, end: int) -> Span:
        found = pattern.match(text, start, end) if here else pattern.search(text, start, end)
        return (found.start(), found.end()) if found else (-1, -1)

    return public


def taker(pattern: Any) -> Callable[[bytes], list[Span] | None]:
    """A function text -> the spans of all groups of a full match, the whole first; None where there is no
    match.
    """
    inner, both = _inner(pattern, "ANCHOR_BOTH")
    if inner is not None:

        def take(text: bytes) -> list[Span] | None:
            spans: list[Span] = inner(both, text, 0, len(text))
            return spans if spans[0][0] >= 0 else None

        return take

    def public(text: bytes) -> list[Span] | None:
        found = pattern.fullmatch(text)
        return [found.span(i) for i in range(pattern.groups + 1)] if found else None

    return public


def _inner(pattern: Any, anchor: str) -> tuple[Any, Any]:
    try:
        inner, how = pattern._regexp.Match, getattr(re2._Anchor, anchor)
        spans = inner(how, b"", 0, 0)
        return (inner, how) if isinstance(spans[0], tuple) else (None, None)
    except (AttributeError, TypeError, IndexError):
        return None, None
