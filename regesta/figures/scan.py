"""Finding: one pass of the automaton over UTF-8 bytes, and what stands right beside a number and makes it none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from regesta.figures.lexicon import words
from regesta.figures.numbers import Amount, grammar

_WORD = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_JOINED_BEFORE = frozenset(b"/@#&=.,-'_")
_SPACES = frozenset(b" \t\r\n")
# Small letters, and spaces for what may stand between a word and a number.
_PLAIN = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ(\xa0", b"abcdefghijklmnopqrstuvwxyz  ")
_YEAR = re.compile(rb"1[5-9]\d\d|20\d\d")
_BETWEEN = b" ,;&()"
_LOOK = 40
_WORD_LOOK = 20
_COUNTS, _NAME, _NEITHER = range(3)


class Found(NamedTuple):
    """A number in a buffer: its bytes and its amount."""

    start: int
    end: int
    amount: Amount


class Scanner:
    """Finds the numbers of one language that may count something."""

    def __init__(self, language: str) -> None:
        lists = words(language)
        self.grammar = grammar(language)
        self.labels = frozenset(w.encode() for w in lists.sets["labels"])
        self.things = frozenset(w.encode() for w in lists.sets["measures_of_things"] | lists.sets["ages"])
        nouns = lists.raw["nouns"]
        people = {w for noun in nouns if noun["unit"] in ("person", "family", "state") for w in noun["words"]}
        self.people = frozenset(w.split()[0].encode() for w in people)
        self.small = frozenset(w.encode() for w in lists.raw["numbers"]["digit"])
        self.years = frozenset(w.encode() for w in lists.raw["year_cues"])
        self.sizes = frozenset(w.encode() for w in lists.raw["sizes"])

    def finds(self, buffer: bytes, closed: Sequence[tuple[int, int]] = ()) -> list[Found]:
        """The numbers of a buffer, in order.

        Args:
            buffer: UTF-8.
            closed: spans in bytes in which no number counts (dates, addresses).
        """
        out: list[Found] = []
        search, known, read = self.grammar.search, self.grammar.known, self.grammar.read
        open_text = _masked(buffer, closed)
        size = len(buffer)
        at = 0
        dead_end = -_LOOK
        word, labels = _WORD, self.labels
        while True:
            start, end = search(open_text, at, size)
            if start < 0:
                return out
            at = end
            # Most numbers stand between two spaces; what is joined to others is looked at closely.
            free = buffer[start - 1 : start] == b" " == buffer[end : end + 1]
            if not free and (
                (start and buffer[start - 1] in word and buffer[start] in word) or (end < size and buffer[end] in word)
            ):
                at = self._past(buffer, end, size)
                dead_end = at
                continue
            surface = buffer[start:end]
            amount = known.get(surface) or read(surface)
            if amount is None:
                start, end, amount = self._shorter(buffer, start, end)
                at = end
                if amount is None:
                    continue
                free = False
            before = _last_word(buffer, start) if amount.kind == "count" else b""
            if before in labels or (not free and self._joined(buffer, start, end, size)):
                dead_end = end
                continue
            verdict = self._verdict(buffer, start, end, amount, dead_end, before)
            if verdict == _COUNTS:
                if buffer[start : start + 8].lower() == b"between ":
                    start += len(b"between ")
                out.append(Found(start, end, amount))
            elif verdict == _NAME:
                dead_end = end

    def _past(self, buffer: bytes, at: int, size: int) -> int:
        while at < size and buffer[at] in _WORD:
            at += 1
        return at

    def _shorter(self, buffer: bytes, start: int, end: int) -> tuple[int, int, Amount | None]:
        """The longest beginning of some words that makes a number: "one two" is two numbers."""
        stop = end
        while stop > start:
            cut = max(
                buffer.rfind(b" ", start, stop), buffer.rfind(b"-", start, stop), buffer.rfind(b"\n", start, stop)
            )
            if cut <= start:
                return start, self._past(buffer, start + 1, end), None
            stop = cut
            if amount := self.grammar.read(buffer[start:stop].rstrip()):
                return start, start + len(buffer[start:stop].rstrip()), amount
        return start, end, None

    def _joined(self, buffer: bytes, start: int, end: int, size: int) -> bool:
        """Whether a number is part of something longer: "S/26718", "3.1", "a-12"."""
        if start and buffer[start - 1] not in _SPACES:
            before = buffer[start - 1]
            if before == 0x23 or (before in _JOINED_BEFORE and start > 1 and buffer[start - 2] not in _SPACES):
                return True
        return end < size and buffer[end] not in _SPACES and not self._free_after(buffer, end, size)

    def _verdict(self, buffer: bytes, start: int, end: int, amount: Amount, dead_end: int, before: bytes) -> int:
        """Whether a number may count something, is part of a name ("resolutions 822 and 853"), or neither; `before` is
        the word before it."""
        if amount.kind != "count":
            return _COUNTS
        if amount.bare and 0 <= start - dead_end <= 12 and self._listed(buffer[dead_end:start]):
            return _NAME
        if _next_word(buffer, end) in self.things:
            return _NEITHER
        if before in self.years and _YEAR.fullmatch(buffer, start, end):
            return _NEITHER
        if amount.low is not None and amount.low <= 2 and buffer[start:end].lower() in self.small:
            return _COUNTS if self._small_counts(before, _next_words(buffer, end)) else _NEITHER
        return _COUNTS

    @staticmethod
    def _listed(between: bytes) -> bool:
        """Whether only the marks of a list stand between two numbers: resolutions 822, 853 and 874."""
        return not between.strip(_BETWEEN).removesuffix(b"and").strip(_BETWEEN)

    def _small_counts(self, before: bytes, after: list[bytes]) -> bool:
        """ "One" and "two" are figures before a word for people only, and "one of the …" never is."""
        if not after or after[0] == b"of":
            return False
        near = [w for w in after[:3] if w in self.people]
        return bool(near) and after[0] != b"or" and before != b"lost"

    def _free_after(self, buffer: bytes, end: int, size: int) -> bool:
        after = buffer[end]
        following = buffer[end + 1] if end + 1 < size else 32
        if after in b".,:" and 48 <= following <= 57:
            return False
        if after in b"/@=_" or (after == 0x27 and following in _WORD):
            return False
        if after == 45 and following in _WORD:
            return buffer[end + 1 : end + 1 + _WORD_LOOK].split(b" ", 1)[0].lower() in self.sizes
        if after == 41:  # "1)" opens a list
            opened = buffer.rfind(b"(", max(0, end - 60), end)
            return opened >= 0
        return not (after >= 128 and buffer[end : end + 4].decode("utf-8", "ignore")[:1].isalnum())


def _masked(buffer: bytes, closed: Sequence[tuple[int, int]]) -> bytes:
    """The buffer with nothing to be found in the closed spans."""
    if not closed:
        return buffer
    masked = bytearray(buffer)
    for start, end in closed:
        masked[start:end] = bytes(end - start)
    return bytes(masked)


def _last_word(buffer: bytes, start: int) -> bytes:
    words_ = buffer[max(0, start - _WORD_LOOK) : start].translate(_PLAIN).rsplit(None, 1)
    return words_[-1] if words_ else b""


def _next_words(buffer: bytes, end: int) -> list[bytes]:
    return [w.strip(b".,;:()\"'") for w in buffer[end : end + _LOOK].lower().lstrip(b"- ").split(None, 3)[:3]]


def _next_word(buffer: bytes, end: int) -> bytes:
    return buffer[end : end + _WORD_LOOK].lstrip(b"- \t\r\n").partition(b" ")[0].strip(b".,;:()\"'").lower()


@cache
def scanner(language: str) -> Scanner:
    """The scanner of a language; one a process, so that what it learns is shared."""
    return Scanner(language)
