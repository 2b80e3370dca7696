"""Which candidates are likely the same: by spelling, by initials, by abbreviation."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from regesta.entities.candidates import candidate_id
from regesta.entities.shortforms import stands_for

_ALIKE = 91.0
_SHORTEST = 6
_SMALL = frozenset(("of", "the", "and", "for", "on", "in"))
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")
# How many names are compared with the others at once: what bounds the memory that takes.
_ROWS = 512


@dataclass(frozen=True, slots=True)
class Group:
    """Candidates taken to be one: id, label (the commonest spelling), type, and the provisional ids in it."""

    id: str
    label: str
    type: str
    members: tuple[str, ...]


def grouped(surfaces: Mapping[str, Counter[str]], types: Mapping[str, Counter[str]]) -> list[Group]:
    """Group candidates.

    Args:
        surfaces: for each provisional id how often it is spelled how.
        types: for each provisional id how often it was guessed to be of which type.

    The result depends on the counts alone, not on the order of anything.
    """
    ids = sorted(surfaces)
    names = {}
    for key in ids:
        spelled = _commonest(surfaces[key])
        names[key] = _Name(key, spelled, plain(spelled), _commonest(types[key]))
    parent = {key: key for key in ids}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for one, other in _pairs(names.values()):
        low, high = sorted((root(one.id), root(other.id)))
        parent[high] = low
    members: dict[str, list[str]] = {}
    for key in ids:
        members.setdefault(root(key), []).append(key)
    return [_group(keys, surfaces, types) for keys in members.values()]


def _group(keys: list[str], surfaces: Mapping[str, Counter[str]], types: Mapping[str, Counter[str]]) -> Group:
    spellings, kinds = surfaces[keys[0]], types[keys[0]]
    for key in keys[1:]:
        spellings, kinds = spellings + surfaces[key], kinds + types[key]
    label = _commonest(spellings)
    return Group(candidate_id(label), label, _commonest(kinds), tuple(sorted(keys)))


def _commonest(counts: Counter[str]) -> str:
    """The commonest; of equals the longest, then the first in the alphabet."""
    if len(counts) == 1:
        return next(iter(counts))
    return min(counts, key=lambda name: (-counts[name], -len(name), name))


class _Name(NamedTuple):
    id: str
    spelled: str
    plain: str
    type: str


_Pair = tuple[_Name, _Name]


def _pairs(names: Iterable[_Name]) -> Iterator[_Pair]:
    """Pairs that are likely one; of equals enough to join them all. Only pairs that a rule can hold for are
    looked at: a name and its abbreviation, two names spelled alike, a person by initial and in full."""
    first: dict[str, _Name] = {}
    for name in names:
        if name is not (known := first.setdefault(name.plain, name)):
            yield known, name
    for block in _blocks(names):
        yield from _abbreviated(block)
        alike: dict[tuple[object, ...], list[_Name]] = {}
        for name in block:
            if len(name.plain) >= _SHORTEST:
                key = name.type, name.plain.count(" "), *_NUMBER.findall(name.plain)
                alike.setdefault(key, []).append(name)
        for group in alike.values():
            if len(group) > 1:
                yield from _spelled_alike(group)
        yield from _initialled([name for name in block if name.type == "person"])


def _blocks(names: Iterable[_Name]) -> Iterable[list[_Name]]:
    """Candidates worth comparing: those whose last words, or first words, or initials, begin alike."""
    blocks: dict[tuple[str, str], list[_Name]] = {}
    for name in names:
        words = name.plain.split()
        if words:
            initials = "".join(word[0] for word in words if word not in _SMALL)
            keys = {("last", words[-1][:2]), ("first", words[0][:3]), ("initials", initials)}
            if len(words) == 1:
                keys.add(("initials", words[0]))
            for key in keys:
                blocks.setdefault(key, []).append(name)
    return (block for block in blocks.values() if len(block) > 1)


def _abbreviated(block: Sequence[_Name]) -> Iterator[_Pair]:
    short = [name for name in block if name.spelled.isupper()]
    full = [name for name in block if len(name.spelled.split()) > 2] if short else []
    return ((one, other) for one in short for other in full if stands_for(one.spelled, other.spelled))


def _spelled_alike(group: list[_Name]) -> Iterator[_Pair]:
    """Pairs spelled alike, of names of one type with as many words and the same numbers."""
    group.sort(key=lambda name: len(name.plain))
    texts = [name.plain for name in group]
    low = 0
    while low < len(texts):
        high = min(low + _ROWS, len(texts))
        # Two texts of which one is so much longer cannot be alike enough.
        most = len(texts[high - 1]) * (200 - _ALIKE) / _ALIKE
        last = bisect_right(texts, most, key=len)
        scores = process.cdist(texts[low:high], texts[low:last], scorer=fuzz.ratio, score_cutoff=_ALIKE)
        for row, column in zip(*(found.tolist() for found in np.nonzero(scores)), strict=True):
            if row < column:
                yield group[low + row], group[low + column]
        low = high


def _initialled(persons: Sequence[_Name]) -> Iterator[_Pair]:
    by_letter: dict[str, list[_Name]] = {}
    for name in persons:
        by_letter.setdefault(name.plain[:1], []).append(name)
    for some in by_letter.values():
        for one in (name for name in some if name.plain[1:2] == " "):
            words = one.plain.split()
            yield from ((one, other) for other in some if _initials(words, other.plain.split()))


def plain(name: str) -> str:
    """A name for comparing: lower case, no diacritics, no marks."""
    if not name.isascii():
        name = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return " ".join(_WORD.findall(name.casefold()))


def _initials(a: list[str], b: list[str]) -> bool:
    """ "e mamedov" and "elman mammadov": the same surname, one first name the initial of the other."""
    if len(a) < 2 or len(b) < 2 or fuzz.ratio(a[-1], b[-1]) < 80:
        return False
    short, full = sorted((a[0], b[0]), key=len)
    return len(short) == 1 and full.startswith(short) and len(full) > 1
