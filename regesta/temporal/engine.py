"""The one place that talks to RE2.

The public wrapper makes a match object, and asks the pattern for its group count, for every span that one
reads; with thousands of finds a megabyte that is half of our time. The compiled pattern under it hands out
plain tuples. Where a
release of the wrapper should hide that, the public way serves: slower, but the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import re2

Span = tuple[int, int]
_MEMORY = 512 << 20


def options(*, captures: bool = False, narrow: bool = False) -> Any:
    """RE2 options of our patterns: UTF-8, room for the automaton; the longest match, or captures as ``re``
    has them.

    With ``narrow`` for a pattern and a text that :func:`narrow` and :data:`NARROW` have made ASCII.
    """
    found = re2.Options()
    found.max_mem = _MEMORY
    found.longest_match = not captures
    found.never_capture = not captures
    found.log_errors = False
    if narrow:
        found.encoding = re2.Options.Encoding.LATIN1
    return found


def narrow(pattern: str) -> str:
    r"""A pattern of ASCII alone for texts in which :data:`NARROW` has made every other byte ``\x01``.

    It matches wherever the pattern does, and in a few places more. White space alone takes eleven branches in
    UTF-8; written thousands of times in a grammar, they are a third of its automaton.
    """

    def one(m: re.Match[str]) -> str:
        ascii_only = _WIDE.sub("", m[0])
        if ascii_only == m[0]:
            return m[0]
        if m[0][0] != "[":
            return r"\x01{2,4}"
        if m[0][1] == "^":
            raise ValueError(f"a class of all but some signs cannot be narrowed: {m[0]}")
        return rf"(?:{ascii_only[:-1]}\x01]\x01{{0,3}})" if len(ascii_only) > 2 else r"\x01{2,4}"

    found = _CLASS_OR_SIGN.sub(one, pattern)
    return found.replace(r"(?:(?:[\s\x01]\x01{0,3})+)", r"(?:[\s\x01]+)")


# Every byte of a sign beyond ASCII becomes one and the same control character.
NARROW = bytes(c if c < 128 else 1 for c in range(256))
_WIDE = re.compile(r"(?:\\x\{[0-9a-fA-F]{2,}\}|[^\x00-\x7f])(?:-(?:\\x\{[0-9a-fA-F]{2,}\}|[^\x00-\x7f]))?")
_CLASS_OR_SIGN = re.compile(r"\[(?:\\.|[^\]\\])*\]|\\x\{[0-9a-fA-F]{2,}\}|\\.|[^\x00-\x7f]")


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


class Words:
    r"""A pattern in the dialect of ``re`` that is looked for in the few words beside a find.

    Compiled when first asked for. RE2 answers where it can, ten times as fast: the text is ASCII, on which
    both engines agree, and the pattern looks neither ahead nor back.

    Args:
        pattern: the pattern; it ignores case.
        verbose: whether white space in it means nothing.
    """

    __slots__ = ("_compiled", "_fast", "_head", "pattern", "verbose")

    def __init__(self, pattern: str, *, verbose: bool = False) -> None:
        """See the class."""
        self.pattern, self.verbose = pattern, verbose
        self._compiled: re.Pattern[str] | None = None
        self._fast: Callable[[bytes, int, int], Span] | bool | None = False
        self._head: Callable[[bytes, int, int], Span] | None = None

    def python(self) -> re.Pattern[str]:
        """The pattern for ``re``."""
        if self._compiled is None:
            self._compiled = re.compile(self.pattern, re.IGNORECASE | (re.VERBOSE if self.verbose else 0))
        return self._compiled

    def match(self, text: str) -> re.Match[str] | None:
        """The match at the head of a text."""
        return self.python().match(text)

    def search(self, text: str) -> bool:
        """Whether the pattern is anywhere in a text."""
        fast = self._fast
        if fast is False:
            fast = self._fast = self._translated()
        if callable(fast) and text.isascii():
            return fast(text.encode(), 0, len(text))[0] >= 0
        return self.python().search(text) is not None

    def begins(self, text: str) -> bool:
        """Whether a text begins with the pattern."""
        if self._fast is False:
            self._fast = self._translated()
        if self._head is not None and text.isascii():
            return self._head(text.encode(), 0, len(text))[0] >= 0
        return self.python().match(text) is not None

    def lacks(self, text: bytes) -> bool:
        """Whether the pattern is certainly nowhere in a text; what RE2 cannot answer is not certain."""
        fast = self._fast
        if fast is False:
            fast = self._fast = self._translated()
        return callable(fast) and text.isascii() and fast(text, 0, len(text))[0] < 0

    def _translated(self) -> Callable[[bytes, int, int], Span] | None:
        if re.search(r"\(\?(?:[=!]|<[=!])", self.pattern):
            return None
        try:
            compiled = re2.compile(f"(?i:{_dialect(self.pattern, self.verbose)})".encode(), options())
            self._head = searcher(compiled, here=True)
            return searcher(compiled)
        except (re2.error, AttributeError):
            return None


_PART = re.compile(r"\\[uU]([0-9a-fA-F]+)|(\\.)|(\[(?:\\.|[^\]\\])*\])|(\s+)|(#[^\n]*)|(.)", re.DOTALL)
_SPACE = r"\s\x0b\x1c-\x1f"


def _dialect(pattern: str, verbose: bool) -> str:
    """A pattern of ``re`` for RE2: its white space, its end of the text."""

    def one(m: re.Match[str]) -> str:
        code, escape, group, space, comment, _ = m.groups()
        if code:
            return rf"\x{{{int(code, 16):x}}}"
        if escape:
            return {r"\s": f"[{_SPACE}]", r"\Z": r"\z"}.get(escape, escape)
        if group:
            inner = re.sub(r"\\[uU]([0-9a-fA-F]{8})", lambda k: rf"\x{{{int(k[1], 16):x}}}", group)
            return inner.replace(r"\s", _SPACE)
        return "" if verbose and (space or comment) else m[0]

    return _PART.sub(one, pattern)
