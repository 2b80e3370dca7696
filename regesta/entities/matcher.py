"""Names in text: an automaton of folded names, checked for case, the longest name first.

`Matcher` takes the names once and reads any number of texts. It knows nothing of entities: a name is a string, and a
hit says which string. What else must hold for a hit to count (a rule that tells bearers of one name apart) is asked of
the caller, and where it does not hold, the next shorter name is tried at the same place.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from regesta.entities.fold import Array, Folded, fold

# Above this many names the automaton is built in its compact form; the fast one would take minutes and gigabytes.
_DENSE = 2_000
_PIECE = 1 << 16
_BREAKS = bytes.maketrans(b"\n\x0b", b" !")
_ALL_OPEN = bytes.maketrans(b" ", b"!")
_LONG_WORD = re.compile(rb" (?=[^ !]{4})")
_ENDS = re.compile(r"^[\W_]+|[\W_]+$")
_OPENERS = b" !\n\x0b"


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
    titles) all of four letters and more; and the text has no fewer capitals than the name. Marks of punctuation at the ends of
    a name do not count. Build one and keep it: a million names take seconds to
    build and none to use.
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
        keys = self._keys = list(self._numbers)
        self._words = max((1 + key.count(b" ", 1) + key.count(b"!", 1) for key in keys), default=1)
        self._first_of = np.array([numbers[0] for numbers in self._numbers.values()], np.int64)
        alone = [len(numbers) == 1 for numbers in self._numbers.values()]
        capitals = [min(self._needs[n].capitals for n in numbers) for numbers in self._numbers.values()]
        self._capitals = np.array(capitals, np.uint32)
        self._hard = np.array([self._needs[numbers[0]].hard for numbers in self._numbers.values()], np.uint32)
        # Keys whose raw hits need no second look, and keys whose failed hits need none, being a single word.
        self._alone = np.array(alone, bool)
        plain = [key.isascii() and numbers[0] not in self._ruled for key, numbers in self._numbers.items()]
        self._sure = self._alone & np.array(plain, bool)
        self._single = np.array([b" " not in key[1:] and b"!" not in key[1:] for key in keys], bool)
        implementation = Implementation.DFA if len(keys) < _DENSE else Implementation.ContiguousNFA
        self._automaton = BytesAhoCorasick(keys, MatchKind.LeftmostLongest, implementation) if keys else None

    def _enter(self) -> list[_Needs]:
        """Fold all names at one go, one to a line, and enter each under its folded forms."""
        folded = fold("\n".join(_ENDS.sub("", " ".join(name.split())) for name in self.names))
        counts, letters = folded.counts.tolist(), folded.letters
        needs = []
        place = 0
        data = folded.data
        for number, name in enumerate(self.names):
            end = data.find(b"\n", place + 1)
            capital_end = data.find(b"\x0b", place + 1, end if end >= 0 else len(data))
            end = capital_end if capital_end >= 0 else end if end >= 0 else len(data)
            key = data[place:end].translate(_BREAKS)
            if not key.strip(b" !"):
                raise ValueError(f"the name {name!r} has no letter or digit")
            for form in {key, _LONG_WORD.sub(b"!", key), key.translate(_ALL_OPEN)}:
                self._numbers.setdefault(form, []).append(number)
            inside = counts[end - 1] - counts[place]
            needs.append(_Needs(inside & 0xFFFF, (inside >> 16) & 0xFFFF))
            if letters is not None and not key.isascii():
                self._letters[number] = letters[place : end - 1].tobytes()
            place = end
        return needs

    def find(self, text: str, accept: Accept | None = None) -> Hits:
        """The names in a text, longest first from left to right, none overlapping another.

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
        name = self._first_of[key]
        good = self._fits(folded, key, start, end)
        keep = good & self._sure[key]
        doubtful = np.flatnonzero(~keep & (good | ~self._single[key]))
        if len(doubtful):
            more = self._settle(folded, key, start, end, keep, doubtful, _at(accept, base))
            columns = zip((name, start, end), more.T, strict=True)
            name, start, end = (np.concatenate([column[keep], extra]) for column, extra in columns)
            order = np.argsort(start, kind="stable")
            name, start, end = name[order], start[order], end[order]
        else:
            name, start, end = name[keep], start[keep], end[keep]
        start, end = folded.offsets(start, end)
        return Hits(name, start + base, end + base)

    def _scan(self, folded: Folded) -> tuple[Array, Array, Array]:
        """Raw hits: number of the key, first and last folded code point."""
        if self._automaton is None:
            empty = np.zeros(0, np.int64)
            return empty, empty, empty
        # A line break opens a word as a space does; that it stands in no name, the count of marks tells.
        found = self._automaton.find_matches_as_indexes(folded.data.translate(_BREAKS))
        flat = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3)
        key, start, end = flat[:, 0], flat[:, 1], flat[:, 2] - 1
        if folded.letters is None:
            return key, start, end
        # The end of a word is not marked on letters beyond ASCII.
        after = np.frombuffer(folded.data + b" ", np.uint8)[end + 1]
        whole = np.isin(after, np.frombuffer(_OPENERS, np.uint8))
        return key[whole], start[whole], end[whole]

    def _fits(self, folded: Folded, key: Array, start: Array, end: Array) -> Array:
        """Whether capitals and punctuation of the text can be those of a name of these letters."""
        inside = folded.counts[end] - folded.counts[start]
        fits: Array = ((inside & 0xFFFF) >= self._capitals[key]) & (
            (inside >> 16 == self._hard[key]) | ~self._alone[key]
        )
        return fits

    # --- the slow path: bearers of the same letters, rules, and shorter names at the place of one that failed -------

    def _settle(
        self,
        folded: Folded,
        key: Array,
        start: Array,
        end: Array,
        keep: Array,
        doubtful: Array,
        accept: Accept | None,
    ) -> Array:
        """Decide the doubtful raw hits; give those that count, and take hits that they displace out of `keep`.

        Where one fails, the text is read again word by word until both readings agree.
        """
        out: list[tuple[int, int, int]] = []
        starts, ends = start.tolist(), end.tolist()
        at = 0
        for number in doubtful.tolist():
            low, high = starts[number], ends[number]
            if low < at:
                continue
            chosen = self._choose(folded, low, high, accept)
            if chosen is not None:
                out.append((chosen, low, high))
            elif not self._single[key[number]]:
                following, at = self._again(folded, starts, ends, number, out, accept)
                keep[number:following] = False
        return np.array(out, np.int64).reshape(-1, 3)

    def _again(
        self,
        folded: Folded,
        starts: Sequence[int],
        ends: Sequence[int],
        number: int,
        out: list[tuple[int, int, int]],
        accept: Accept | None,
    ) -> tuple[int, int]:
        """Read word by word from the raw hit `number` to its end, and on while a name found runs into the next one.

        Gives the next raw hit that counts again, and the place up to which was read.
        """
        place, limit = starts[number], ends[number]
        while place < limit:
            hit = self._longest(folded, place, accept)
            if hit is None:
                place = _next_word(folded.data, place)
                continue
            out.append(hit)
            place = hit[2]
            following = bisect_left(starts, place)
            if place > limit and ends[following - 1] > place:
                limit = ends[following - 1]
        return bisect_left(starts, place), place

    def _longest(self, folded: Folded, start: int, accept: Accept | None) -> tuple[int, int, int] | None:
        """The longest name that begins at a place and holds."""
        data, size = folded.data, len(folded.data)
        if start + 1 >= size or data[start] not in _OPENERS or data[start + 1] in _OPENERS:
            return None
        ends, place = [], start + 1
        for _ in range(self._words):
            while place < size and data[place] not in _OPENERS:
                place += 1
            ends.append(place - 1)
            if place >= size or data[place] in b"\n\x0b":
                break
            place += 1
        for end in reversed(ends):
            chosen = self._choose(folded, start, end, accept)
            if chosen is not None:
                return chosen, start, end
        return None

    def _choose(self, folded: Folded, start: int, end: int, accept: Accept | None) -> int | None:
        """The name of these letters that holds here: of several the one with most capitals, then the first."""
        key = folded.data[start : end + 1].translate(_BREAKS)
        numbers = self._numbers.get(key)
        if numbers is None:
            return None
        inside = (int(folded.counts[end]) - int(folded.counts[start])) & 0xFFFFFFFF
        if len(numbers) > 1:
            numbers = sorted(numbers, key=lambda n: (-self._needs[n].capitals, n))
        for number in numbers:
            needs = self._needs[number]
            if inside & 0xFFFF < needs.capitals or inside >> 16 != needs.hard:
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


def _next_word(data: bytes, place: int) -> int:
    """Where the next word begins after the one at `place` (or after the mark there)."""
    place += 1
    while place < len(data) and data[place] not in _OPENERS:
        place += 1
    return place


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of a text that end at line breaks, which no name crosses; small enough for the processor's cache."""
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
