"""Names in text: an automaton of folded names, checked for case; where names overlap the longest stays.

`Matcher` takes the names once and reads any number of texts. It knows nothing of entities: a name is a string, and a
hit says which string. What else must hold for a hit to count (a rule that tells bearers of one name apart) is asked of
the caller. All names are found first and the longest chosen afterwards, so one that does not count hides no other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from regesta.entities.fold import HARD, Folded, fold
from regesta.entities.letters import Array
from regesta.entities.model import longest

# Above this many names the automaton is built in its compact form; the fast one would take minutes and gigabytes.
_DENSE = 2_000
_PIECE = 1 << 18
_BREAKS = bytes.maketrans(b"\n\x0b", b" !")
_ALL_OPEN = bytes.maketrans(b" ", b"!")
_LONG_WORD = re.compile(rb" (?=[^ !]{4})")
_LINE_END = re.compile(rb"[\n\x0b]")
_ENDS = re.compile(r"^[\W_]+|[\W_]+$")
_OPENERS = b" !"


class Hits(NamedTuple):
    """Hits as columns, in the order of the text: which name (its number), first and last code point; int64."""

    name: Array
    start: Array
    end: Array


Accept = Callable[[int, int, int], bool]
"""Whether a hit counts: number of the name, start, end."""


class _Needs(NamedTuple):
    """What a name asks of the text: how many capitals, and how many marks of punctuation."""

    capitals: int
    hard: int


class Matcher:
    """Finds names in texts: whole words only, longest first, capitals where the name has them.

    A name matches whatever the diacritics, apostrophes, hyphens and spaces; it does not run over a line break. Words
    that begin with a capital in the name do so in the text; of those that do not, none does, or all do, or (as in
    titles) all of four letters and more; and the text has no fewer capitals than the name. Marks of punctuation at
    the ends of a name do not count. Build one and keep it: a million names take seconds to build and none to use.
    """

    def __init__(self, names: Iterable[str], ruled: Iterable[int] = ()) -> None:
        """Take the names; the number of a name is its place among them.

        Args:
            names: the names, no two of them the same.
            ruled: numbers of the names about which `find` asks its caller.

        Raises:
            ValueError: a name has no letter or digit.
        """
        self.names: list[str] = list(names)
        self._ruled = frozenset(ruled)
        self._numbers: dict[bytes, list[int]] = {}
        self._letters: dict[int, bytes] = {}
        self._needs = self._enter()
        keys = list(self._numbers)
        self._first_of = np.array([numbers[0] for numbers in self._numbers.values()], np.int64)
        alone = [len(numbers) == 1 for numbers in self._numbers.values()]
        capitals = [min(self._needs[n].capitals for n in numbers) for numbers in self._numbers.values()]
        self._capitals = np.array(capitals, np.uint16)
        self._hard = np.array([self._needs[numbers[0]].hard for numbers in self._numbers.values()], np.uint16)
        # Keys whose raw hits need no second look.
        self._alone = np.array(alone, bool)
        plain = [key.isascii() and numbers[0] not in self._ruled for key, numbers in self._numbers.items()]
        self._sure = self._alone & np.array(plain, bool)
        implementation = Implementation.DFA if len(keys) < _DENSE else Implementation.ContiguousNFA
        self._automaton = BytesAhoCorasick(keys, MatchKind.Standard, implementation) if keys else None

    def _enter(self) -> list[_Needs]:
        """Fold all names at one go, one to a line, and enter each under its folded forms."""
        folded = fold("\n".join(_ENDS.sub("", " ".join(name.split())) for name in self.names), lines=True)
        letters = folded.letters
        needs = []
        place = 0
        data = folded.data
        ends = [found.start() for found in _LINE_END.finditer(data)] + [len(data)]
        counts = folded.counts(np.array([0, *ends[:-1]]), np.array(ends) - 1).tolist()
        for number, (name, end, inside) in enumerate(zip(self.names, ends, counts, strict=False)):
            key = data[place:end].translate(_BREAKS)
            if not key.strip(b" !"):
                raise ValueError(f"the name {name!r} has no letter or digit")
            for form in {key, _LONG_WORD.sub(b"!", key), key.translate(_ALL_OPEN)}:
                self._numbers.setdefault(form, []).append(number)
            needs.append(_Needs(inside % HARD, inside // HARD))
            if letters is not None and not key.isascii():
                self._letters[number] = letters[place : end - 1].tobytes()
            place = end
        return needs

    def find(self, text: str, accept: Accept | None = None) -> Hits:
        """The names in a text from left to right, none overlapping another: the longest stays, then the earliest.

        Args:
            text: any text; offsets count its code points.
            accept: what else must hold for a hit on a ruled name to count.
        """
        pieces = [self._piece(text[low:high], low, accept) for low, high in _pieces(text)]
        if len(pieces) == 1:
            return pieces[0]
        return Hits(*(np.concatenate(columns) for columns in zip(*pieces, strict=True)))

    def _piece(self, text: str, base: int, accept: Accept | None) -> Hits:
        folded = fold(text)
        key, start, end = self._scan(folded)
        inside = folded.counts(start, end)
        keep = self._fits(inside, key)
        key, start, end, inside = key[keep], start[keep], end[keep], inside[keep]
        name = self._first_of[key]
        doubtful = np.flatnonzero(~self._sure[key])
        if len(doubtful):
            ask = _at(accept, base)
            for number in doubtful.tolist():
                chosen = self._choose(folded, int(start[number]), int(end[number]), int(inside[number]), ask)
                name[number] = -1 if chosen is None else chosen
            keep = name >= 0
            name, start, end = name[keep], start[keep], end[keep]
        keep = longest(start, end)
        start, end = folded.offsets(start[keep], end[keep])
        return Hits(name[keep], start + base, end + base)

    def _scan(self, folded: Folded) -> tuple[Array, Array, Array]:
        """Raw hits, overlapping ones as well: number of the key, first and last folded code point."""
        if self._automaton is None:
            empty = np.zeros(0, np.int64)
            return empty, empty, empty
        found = self._automaton.find_matches_as_indexes(folded.data, overlapping=True)
        flat = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3)
        key, start, end = flat[:, 0], flat[:, 1], flat[:, 2] - 1
        if folded.letters is None:
            return key, start, end
        # The end of a word is not marked on letters beyond ASCII.
        after = np.frombuffer(folded.data + b" ", np.uint8)[end + 1]
        whole = np.isin(after, np.frombuffer(_OPENERS, np.uint8))
        return key[whole], start[whole], end[whole]

    def _fits(self, inside: Array, key: Array) -> Array:
        """Whether capitals and punctuation of the text can be those of a name of these letters."""
        marks: Array = (inside // HARD == self._hard[key]) | ~self._alone[key]
        fits: Array = marks & (inside % HARD >= self._capitals[key])
        return fits

    def _choose(self, folded: Folded, start: int, end: int, inside: int, accept: Accept | None) -> int | None:
        """The name of these letters that holds here: of several the one with most capitals, then the first."""
        numbers = self._numbers.get(folded.data[start : end + 1])
        if numbers is None:
            return None
        if len(numbers) > 1:
            numbers = sorted(numbers, key=lambda n: (-self._needs[n].capitals, n))
        for number in numbers:
            needs = self._needs[number]
            if inside % HARD < needs.capitals or inside // HARD != needs.hard:
                continue
            mine, there = self._letters.get(number), folded.letters
            if (mine is not None or there is not None) and not _same(mine, there, start, end):
                continue
            if accept is None or number not in self._ruled:
                return number
            low, high = folded.offsets(np.array([start]), np.array([end]))
            if accept(number, int(low[0]), int(high[0])):
                return number
        return None


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of a text that end at line breaks, which no name crosses: folded one by one they take little memory."""
    low, size = 0, len(text)
    while size - low > _PIECE:
        cut = text.rfind("\n", low + 1, low + _PIECE)
        if cut < 0:
            cut = text.find("\n", low + _PIECE)
            if cut < 0:
                break
        yield low, cut
        low = cut
    yield low, size


def _at(accept: Accept | None, base: int) -> Accept | None:
    """The caller's question, for offsets in a piece that begins at `base`."""
    return None if accept is None else lambda name, start, end: accept(name, start + base, end + base)


def _same(mine: bytes | None, there: Array | None, start: int, end: int) -> bool:
    """Whether letters beyond ASCII, some of which share a folded byte, are the same."""
    if there is None:
        return mine is None
    text = there[start:end]
    if mine is None:
        return bool((text < 0x80).all())
    return bool(text.tobytes() == mine)
