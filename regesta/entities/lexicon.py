"""The word lists of a language, read from `languages/<code>.yaml` and compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

import yaml


def alternatives(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


@dataclass(frozen=True)
class Lexicon:
    """Word lists of one language; the comments in `languages/en.yaml` say what each is."""

    numbered: dict[str, str]
    number_marks: tuple[str, ...]
    resolution_symbols: dict[str, str]
    parts: tuple[str, ...]
    named_parts: frozenset[str]
    units: tuple[str, ...]
    unit_words: tuple[str, ...]
    titles: frozenset[str]
    generic: frozenset[str]
    weak: frozenset[str]
    calendar: frozenset[str]
    compounds: frozenset[str]
    nationality_endings: tuple[str, ...]
    nationalities: frozenset[str]
    not_nationalities: frozenset[str]
    openers: frozenset[str]
    joiners: frozenset[str]
    formal_joiners: frozenset[str]
    person_joiners: frozenset[str]
    heads: dict[str, frozenset[str]]
    place_nouns: frozenset[str]
    event_nouns: frozenset[str]
    place_cues: frozenset[str]
    press_cues: frozenset[str]
    person_cues: frozenset[str]
    titled: dict[str, frozenset[str]]
    titled_links: frozenset[str]
    ordinals: dict[str, int]
    anniversary: tuple[str, ...]

    @cached_property
    def bodies(self) -> frozenset[str]:
        """Head words of bodies and of what bodies pass."""
        return self.heads["organization"] | self.heads["instrument"]

    @cached_property
    def seats(self) -> frozenset[str]:
        """Head words of what persons are at the head of."""
        return self.heads["organization"] | self.heads["place"]

    def nationality(self, word: str) -> bool:
        """Whether a word is an adjective or a people of nationality."""
        if word in self.not_nationalities:
            return False
        return word in self.nationalities or (len(word) > 5 and word.endswith(self.nationality_endings))


_TUPLES = {"number_marks", "parts", "units", "unit_words", "nationality_endings", "anniversary"}
_MAPS = {"numbered", "resolution_symbols"}
_SETS_BY_KIND = {"heads", "titled"}


@cache
def lexicon(language: str) -> Lexicon:
    """The word lists of a language (BCP 47); of English for a language without a file of its own."""
    folder = resources.files(__package__) / "languages"
    file = folder / f"{language.split('-', maxsplit=1)[0].lower()}.yaml"
    # BaseLoader, which builds strings only: to YAML the words "on" and "no" would be truth values.
    # libyaml's reads ten times as fast.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    raw: dict[str, Any] = yaml.load((file if file.is_file() else folder / "en.yaml").read_bytes(), loader)  # noqa: S506
    made: dict[str, Any] = {}
    for name, value in raw.items():
        if name in _TUPLES:
            made[name] = tuple(value)
        elif name in _MAPS:
            made[name] = dict(value)
        elif name in _SETS_BY_KIND:
            made[name] = {kind: frozenset(words) for kind, words in value.items()}
        elif name == "ordinals":
            made[name] = {word: int(number) for word, number in value.items()}
        else:
            made[name] = frozenset(value)
    return Lexicon(**made)
