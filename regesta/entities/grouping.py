"""Which candidates are likely the same: by spelling, by initials, by abbreviation."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from regesta.entities.candidates import candidate_id
from regesta.entities.shortforms import stands_for

_ALIKE = 91.0
_SHORTEST = 6


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
    kind = {key: _commonest(types[key]) for key in ids}
    spelled = {key: _commonest(surfaces[key]) for key in ids}
    parent = {key: key for key in ids}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for block in _blocks(spelled):
        for at, one in enumerate(block):
            for other in block[at + 1 :]:
                if root(one) != root(other) and same(spelled[one], spelled[other], kind[one], kind[other]):
                    low, high = sorted((root(one), root(other)))
                    parent[high] = low
    members: dict[str, list[str]] = {}
    for key in ids:
        members.setdefault(root(key), []).append(key)
    return [_group(keys, surfaces, types) for keys in members.values()]


def _group(keys: list[str], surfaces: Mapping[str, Counter[str]], types: Mapping[str, Counter[str]]) -> Group:
    spellings: Counter[str] = sum((surfaces[key] for key in keys), Counter())
    kinds: Counter[str] = sum((types[key] for key in keys), Counter())
    label = _commonest(spellings)
    return Group(candidate_id(label), label, _commonest(kinds), tuple(sorted(keys)))


def _commonest(counts: Counter[str]) -> str:
    """The commonest; of equals the longest, then the first in the alphabet."""
    return min(counts, key=lambda name: (-counts[name], -len(name), name))


def _blocks(spelled: Mapping[str, str]) -> Iterable[list[str]]:
    """Candidates worth comparing: those whose last words, or initials, begin alike. Each pair is seen at least once."""
    blocks: dict[tuple[str, str], list[str]] = {}
    for key, name in spelled.items():
        words = plain(name).split()
        if words:
            blocks.setdefault(("last", words[-1][:2]), []).append(key)
            blocks.setdefault(("first", words[0][:3]), []).append(key)
            blocks.setdefault(
                ("initials", "".join(word[0] for word in words if word not in ("of", "the", "and", "for", "on", "in"))),
                [],
            ).append(key)
            blocks.setdefault(("initials", words[0] if len(words) == 1 else ""), []).append(key)
    return (sorted(set(block)) for _, block in sorted(blocks.items()) if len(block) > 1)


def plain(name: str) -> str:
    """A name for comparing: lower case, no diacritics, no marks."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", bare.casefold()))


def same(one: str, other: str, one_type: str, other_type: str) -> bool:
    """Whether two candidates are likely one: spelled alike, or one an initial or abbreviation of the other."""
    a, b = plain(one), plain(other)
    if a == b:
        return True
    if stands_for(one, other) and one.isupper() and len(other.split()) > 2:
        return True
    if stands_for(other, one) and other.isupper() and len(one.split()) > 2:
        return True
    if one_type != other_type:
        return False
    if one_type == "person" and _initials(a.split(), b.split()):
        return True
    numbers = re.findall(r"\d+", a) == re.findall(r"\d+", b)
    long_enough = min(len(a), len(b)) >= _SHORTEST and len(a.split()) == len(b.split())
    return numbers and long_enough and fuzz.ratio(a, b) >= _ALIKE


def _initials(a: list[str], b: list[str]) -> bool:
    """ "e mamedov" and "elman mammadov": the same surname, one first name the initial of the other."""
    if len(a) < 2 or len(b) < 2 or fuzz.ratio(a[-1], b[-1]) < 80:
        return False
    short, full = sorted((a[0], b[0]), key=len)
    return len(short) == 1 and full.startswith(short) and len(full) > 1
