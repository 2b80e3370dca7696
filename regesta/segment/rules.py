"""The word lists of a language, read from `languages/<code>.yaml` and compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml


@dataclass(frozen=True)
class Rules:
    """Compiled word lists of one language; see the comments in `languages/en.yaml` for what each is."""

    contents: re.Pattern[str]
    front_matter: re.Pattern[str]
    attached: re.Pattern[str]
    series: re.Pattern[str]
    kinds: dict[str, str]
    kind: re.Pattern[str]
    headline: re.Pattern[str]
    salutation: re.Pattern[str]
    role: re.Pattern[str]
    body: re.Pattern[str]
    place_word: re.Pattern[str]
    date_word: re.Pattern[str]
    enacted: re.Pattern[str]
    by: re.Pattern[str]
    stop: re.Pattern[str]
    boilerplate: re.Pattern[str]
    function_words: frozenset[str]
    title_abbreviations: frozenset[str]
    number_abbreviations: frozenset[str]
    inner_abbreviations: frozenset[str]
    abbreviations: frozenset[str]
    today: re.Pattern[str]
    this_year: re.Pattern[str]


def _any(words: Iterable[str]) -> str:
    """A pattern for any of the words in small letters, the longest first, as a tree: each letter is looked at once."""
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for letter in word.lower():
            node = node.setdefault(letter, {})
        node[""] = {}
    return _branches(tree)


def _branches(tree: dict[str, Any]) -> str:
    found = "|".join(re.escape(letter) + _branches(after) for letter, after in tree.items() if letter)
    if "" in tree:
        return f"(?:{found})?" if found else ""
    return f"(?:{found})" if len(tree) > 1 else found


def _word(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any(words)})(?!\w)", re.IGNORECASE)


@cache
def rules(language: str) -> Rules:
    """The rules of a language (BCP 47). A language without a file of its own is read with the English one:
    its typography, addresses and dates still tell where papers begin and end."""
    folder = resources.files(__package__) / "languages"
    file = folder / f"{language.split('-', maxsplit=1)[0].lower()}.yaml"
    # A loader that builds strings only: to YAML the words "on" and "no" would be truth values.
    text = (file if file.is_file() else folder / "en.yaml").read_bytes()
    raw: dict[str, Any] = yaml.load(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
    short = raw["abbreviations"]
    return Rules(
        contents=re.compile(rf"(?:{_any(raw['contents'])})\W*\Z", re.IGNORECASE),
        front_matter=re.compile(rf"\W*(?:{_any(raw['front_matter'])})(?!\w)", re.IGNORECASE),
        attached=re.compile(rf"\W*(?:{_any(raw['attached'])})(?!\w)", re.IGNORECASE),
        series=re.compile(
            rf"(?P<label>(?:{_any(raw['series'])})\.?\s*)?(?P<number>\d{{1,4}})[.):]?(?:\s+(?P<title>\S.*))?\Z",
            re.IGNORECASE,
        ),
        kinds={noun.lower(): kind for noun, kind in raw["kinds"].items()},
        kind=_word(raw["kinds"]),
        headline=_word(raw["headline_verbs"]),
        salutation=re.compile(rf"(?:{_any(raw['salutations'])})(?!\w)", re.IGNORECASE),
        role=_word(raw["roles"]),
        body=_word(raw["bodies"]),
        place_word=_word(raw["place_words"]),
        date_word=_word(raw["date_words"]),
        enacted=re.compile(rf"(?:.{{0,60}}\bwas )?(?:{_any(raw['enacted'])})\b", re.IGNORECASE),
        by=re.compile(rf"\s*(?:{_any(raw['by'])})\s+", re.IGNORECASE),
        stop=re.compile(rf"(?<!\w)(?:{_any(raw['stops'])})(?!\w)", re.IGNORECASE),
        boilerplate=re.compile(rf"(?<!\w)(?:{_any(raw['boilerplate'])})(?!\w)", re.IGNORECASE),
        function_words=frozenset(word.lower() for word in raw["function_words"]),
        title_abbreviations=frozenset(short["title"]),
        number_abbreviations=frozenset(short["number"]),
        inner_abbreviations=frozenset(short["inner"]),
        abbreviations=frozenset(short["any"]),
        today=_word(raw["anniversary"]["today"]),
        this_year=_word(raw["anniversary"]["year"]),
    )
