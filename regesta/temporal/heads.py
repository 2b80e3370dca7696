"""Where an expression may begin: at a word that some rule begins with, before a word that may follow it.

The automaton of all rules is slow to warm up where it looks for a beginning everywhere at once: every state is
then a set of places in many rules, and new text goes on making new ones. Asked whether a match begins *here*,
it needs few states. So the places are found first: the rules themselves say which first and second words their
matches can have, and numpy compares the words of a shard with those, a few milliseconds a megabyte.

Words are runs of ASCII letters, digits and underscores, folded to lower case, every digit to ``0``, cut after
eight signs; all else is a gap. Both only ever let too much through, never too little.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from regesta.temporal.union import atoms

Words = frozenset[str]
_LENGTH = 8
_MOST = 12
_REPEATS = 9
ANY: Words = frozenset("*")
FOLD = bytes(
    c | 32 if 65 <= c <= 90 else 48 if 48 <= c <= 57 else c if 97 <= c <= 122 or c == 95 else 32 for c in range(256)
)
_QUANTIFIER = re.compile(r"(?:\?|\*|\+|\{(\d+)(,?)(\d*)\})\Z")
_GROUP = re.compile(r"\((?:\?(?:P<\w+>|[-i]*:))?")
_SIGN = re.compile(r"\\x\{([0-9a-fA-F]+)\}|\\(.)|(.)", re.DOTALL)


class Start(NamedTuple):
    """How some matches begin: their first word, their second; whether a sign stands before or after.

    Attributes:
        words: none, one or two sets of words.
        gap: whether a sign that belongs to no word precedes the first.
        ends: whether the last word can grow no more.
    """

    words: tuple[Words, ...] = ()
    gap: bool = False
    ends: bool = False


_NOTHING = Start()
_GAP = Start(gap=True, ends=True)


def _joined(a: Start, b: Start) -> Start:
    """The beginning of what begins with ``a`` and goes on with ``b``."""
    if (len(a.words) == 2 and a.ends) or b is _NOTHING:
        return a
    if not b.words:
        return a._replace(gap=a.gap or not a.words, ends=True)
    if not a.words:
        return b._replace(gap=b.gap or a.gap)
    if a.ends or b.gap:
        words = (a.words + b.words)[:2]
        return Start(words, a.gap, b.ends or len(a.words + b.words) > 2)
    grown = _grown(a.words[-1], b.words[0])
    words = (*a.words[:-1], grown, *b.words[1:])
    return Start(words[:2], a.gap, b.ends or len(words) > 2)


@cache
def _grown(first: Words, rest: Words) -> Words:
    if first is ANY or rest is ANY:
        return ANY
    return frozenset((a + b)[:_LENGTH] for a in first for b in rest)


def _merged(starts: Iterable[Start]) -> tuple[Start, ...]:
    """The same beginnings, those that differ in their last word alone as one."""
    alike: dict[tuple[tuple[Words, ...], bool, bool, bool], list[Words]] = {}
    bare = set()
    told = set(starts)
    if len(told) == 1:
        return (*told,)
    for start in told:
        words, gap, ends = start
        if words:
            alike.setdefault((words[:-1], len(words) > 1, gap, ends), []).append(words[-1])
        else:
            bare.add(start)
    return (*bare, *(Start((*k[0], _either(last)), k[2], k[3]) for k, last in alike.items()))


def _either(sets: list[Words]) -> Words:
    if len(sets) == 1:
        return sets[0]
    return ANY if ANY in sets else sets[0].union(*sets[1:])


class Spelling:
    """Reads off patterns, as the rule files write them, how their matches begin.

    Args:
        patterns: the named patterns.
    """

    def __init__(self, patterns: Mapping[str, str]) -> None:
        self.patterns = patterns
        self.known: dict[str, tuple[Start, ...]] = {}

    def starts(self, pattern: str) -> tuple[Start, ...]:
        """How the matches of a pattern begin."""
        found = self.known.get(pattern)
        if found is None:
            found = self.known[pattern] = _merged(s for branch in atoms(pattern) for s in self._branch(branch))
        return found

    def _branch(self, branch: list[str]) -> tuple[Start, ...]:
        found: tuple[Start, ...] = (_NOTHING,)
        run = ""
        for atom in [*branch, ""]:
            if len(atom) == 1 and atom.isascii() and atom.isalpha():
                run += atom
                continue
            if run:
                word = Start((frozenset((run.lower()[:_LENGTH],)),))
                found = _merged(_joined(a, word) for a in found)
                run = ""
            if atom:
                found = _merged(_joined(a, b) for a in found for b in self._atom(atom))
                if all(a.ends and len(a.words) == 2 for a in found):
                    break
        return found

    def _atom(self, atom: str) -> tuple[Start, ...]:
        found = self.known.get(atom)
        if found is None:
            found = self.known[atom] = self._read(atom)
        return found

    def _read(self, atom: str) -> tuple[Start, ...]:
        quantified = _QUANTIFIER.search(atom) if atom[-1] in "?*+}" else None
        if quantified and quantified.start() and atom[: quantified.start()] != "\\":
            once = self._atom(atom[: quantified.start()])
            low, comma, high = quantified.groups()
            least = int(low) if low else int(quantified[0] == "+")
            most = int(high) if high else 1 if quantified[0] == "?" else int(low) if low and not comma else _REPEATS
            out: list[Start] = [] if least else [_NOTHING]
            found: tuple[Start, ...] = (_NOTHING,)
            for times in range(1, min(most, _REPEATS) + 1):
                found = _merged(_joined(a, b) for a in found for b in once)
                if times >= min(least, _REPEATS):
                    out += found
            return _merged(out)
        if named := re.fullmatch(r"\{([A-Za-z]\w*)\}", atom):
            return self.starts("".join(_squeezed(self.patterns[named[1]])))
        if atom == "_":
            return (_GAP,)
        if atom[0] == "(":
            opened = _GROUP.match(atom)
            assert opened is not None
            return self.starts(atom[opened.end() : -1])
        if atom in (r"\b", r"\z", r"\A"):
            return (_NOTHING,)
        signs = _class(atom) if atom[0] == "[" else {_folded(atom)}
        words = frozenset(signs - {" "})
        found = (Start((ANY if len(words) > _MOST or words >= ANY else words,)),) if words else ()
        return (*found, _GAP) if " " in signs else found


def _squeezed(pattern: str) -> str:
    return re.sub(r"(\[(?:\\.|[^\]\\])*\])|\s+", lambda m: m[1] or "", pattern)


def _folded(sign: str) -> str:
    """A sign of a pattern as the text is folded."""
    found = _SIGN.fullmatch(sign)
    assert found is not None, sign
    if found[2] in ("s", "d", "w"):
        return {"s": " ", "d": "0", "w": "*"}[found[2]]
    char = chr(int(found[1], 16)) if found[1] else found[2] or found[3]
    return chr(FOLD[ord(char)]) if char.isascii() else " "


def _class(atom: str) -> set[str]:
    if atom[1] == "^":
        return {" ", *"abcdefghijklmnopqrstuvwxyz0_"}
    signs = [m[0] for m in _SIGN.finditer(atom[1:-1])]
    out: set[str] = set()
    at = 0
    while at < len(signs):
        if signs[at + 1 : at + 2] == ["-"] and at + 2 < len(signs):
            low, high = (ord(_plain(s)) for s in (signs[at], signs[at + 2]))
            out |= {chr(FOLD[c]) if c < 128 else " " for c in range(low, min(high, 128) + 1)}
            at += 3
        else:
            out.add(_folded(signs[at]))
            at += 1
    return out


def _plain(sign: str) -> str:
    found = _SIGN.fullmatch(sign)
    assert found is not None
    return chr(int(found[1], 16)) if found[1] else found[2] or found[3]


# What a match may begin with besides a word: an apostrophe, as ``engine.NARROW`` leaves it.
_SIGNS = frozenset(b"'`\x01")
_SIGN_BYTES = 4
# A word that may be all of a match; one to which signs may belong as well.
_ALONE, _OPEN = 1, 2
_PIECE = 1 << 16
_BITS = 16
_EIGHT = np.dtype("<u8")
_BLANK = 32
_BLANKS = np.uint64(0x2020202020202020)
_ONES, _TOPS = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
_ONE, _SHIFT = np.uint64(1), np.uint64(64 - _BITS)


class Heads:
    """Finds the places in a text at which a match may begin.

    Args:
        starts: how the matches of all rules begin.
    """

    def __init__(self, starts: Iterable[Start]) -> None:
        """See the class."""
        following: dict[str, set[str]] = {}
        signed: set[str] = set()
        alone: dict[str, int] = {}
        for start in starts:
            if start.gap:
                signed |= start.words[0]
                continue
            for word in start.words[0]:
                following.setdefault(word, set()).update(*start.words[1:])
                if len(start.words) == 1:
                    alone[word] = max(alone.get(word, 0), _OPEN if start.ends else _ALONE)
        kinds: dict[Words, int] = {}
        first = {word: kinds.setdefault(frozenset(found), len(kinds) + 1) for word, found in following.items()}
        followers: dict[str, set[int]] = {}
        for found, kind in kinds.items():
            for word in found - ANY:
                followers.setdefault(word, set()).add(kind)
        places: dict[frozenset[int], int] = {}
        second = {word: places.setdefault(frozenset(found), len(places) + 1) for word, found in followers.items()}
        words = sorted({*first, *second, *signed})
        keys = np.array([_key(word) for word in words], dtype=np.uint64)
        self._factor, slots = _perfect(keys)
        self._keys = np.zeros(1 << _BITS, dtype=np.uint64)
        self._first, self._second, self._signed, self._alone = (np.zeros(1 << _BITS, dtype=np.uint16) for _ in range(4))
        self._keys[slots] = keys
        self._first[slots] = [first.get(word, 0) for word in words]
        self._second[slots] = [second.get(word, 0) for word in words]
        self._signed[slots] = [word in signed for word in words]
        self._alone[slots] = [alone.get(word, 0) for word in words]
        self._pairs = np.zeros((len(kinds) + 1, len(places) + 2), dtype=bool)
        self._unknown = np.uint16(len(places) + 1)
        for found, kind in kinds.items():
            self._pairs[kind] = bool(found & ANY)
        for rows, place in places.items():
            self._pairs[list(rows), place] = True
        self._pairs[1:, self._unknown] = True

    def places(self, text: bytes) -> Iterator[tuple[int, int]]:
        """Every offset at which a match may begin, in order, and some at which none does; with the offset at
        which it ends if it is one word alone that nothing can follow, else 0.

        Args:
            text: bytes, as the finder reads them.
        """
        low, size = 0, len(text)
        while low < size:
            # As much as the cache of a core holds, cut where a word ends.
            high = text.find(b" ", low + _PIECE)
            high = size if high < 0 else high
            yield from self._places(text[low:high], low)
            low = high

    def _places(self, text: bytes, low: int) -> Iterable[tuple[int, int]]:
        size = len(text)
        folded = np.frombuffer(b" %b        " % text.translate(FOLD), dtype=np.uint8)
        blank = folded == _BLANK
        edges = (blank[:-1] != blank[1:]).nonzero()[0]
        starts, stops = edges[::2], edges[1::2]
        eight = np.ndarray((size + 1,), _EIGHT, folded.data, 1, (1,))
        keys = eight.take(starts)
        keys ^= _BLANKS
        # The lowest bit of the first blank among the eight signs; what is below it is the word.
        ends = keys - _ONES
        ends &= ~keys
        ends &= _TOPS
        ends ^= ends - _ONE
        keys &= ends
        slots = keys * self._factor
        slots >>= _SHIFT
        slots *= self._keys.take(slots) == keys  # slot 0 is no word's
        first = self._first.take(slots)
        at = first.nonzero()[0]
        # What follows the last word of a piece is not known.
        second = np.append(self._second.take(slots), self._unknown)
        followed = self._pairs[first[at], second[at + 1]]
        alone = self._alone.take(slots[at])
        chosen = (followed | (alone > 0)).nonzero()[0]
        at = at[chosen]
        found = starts[at] + low
        whole = (alone[chosen] == _ALONE) & ~followed[chosen]
        ends = (stops[at] + low) * whole
        pairs = zip(found.tolist(), ends.tolist(), strict=True)
        signed = self._behind_signs(text, starts[self._signed.take(slots).nonzero()[0]], low)
        return sorted([*pairs, *((place, 0) for place in signed)]) if signed else pairs

    @staticmethod
    def _behind_signs(text: bytes, words: np.ndarray[Any, Any], low: int) -> list[int]:
        """The signs before words that may begin with one."""
        raw = np.frombuffer(b"\x00" + text, dtype=np.uint8)
        out: list[int] = []
        for start in words[_IS_SIGN[raw[words]]].tolist():
            at = start - 1
            while at >= 0 and text[at] in _SIGNS and start - at <= _SIGN_BYTES:
                out.append(low + at)
                at -= 1
        return out


_IS_SIGN = np.array([c in _SIGNS for c in range(256)])


def _key(word: str) -> int:
    """A word as eight bytes, the first lowest, blanks as 0."""
    return int.from_bytes(word.encode().ljust(_LENGTH), "little") ^ int(_BLANKS)


def _perfect(keys: np.ndarray[Any, Any]) -> tuple[np.uint64, np.ndarray[Any, Any]]:
    """A factor that sends every key to a slot of its own, none to slot 0; and the slots."""
    source = random.Random(1)  # noqa: S311 - not for secrets
    while True:
        factor = np.uint64(source.getrandbits(64) | 1)
        slots = (keys * factor) >> _SHIFT
        if len({0, *slots.tolist()}) > len(keys):
            return factor, slots
