"""The taxonomy and the words of a language, read from the YAML files beside this module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import yaml


class Term(NamedTuple):
    """A word or phrase that the rules know: what kind it is, and what it tells.

    Attributes:
        kind: noun, predicate, governor, context, part, of_them, be, and, break, who, preposition, label, thing, land,
            filler, mark, or word for any other word.
        value: the measure (predicate, governor, context), or the mark itself.
        unit: what a noun counts.
        group: women, children, elderly, men or all; nation for people named by theirs (nouns).
        weak: the measure of a noun of which nothing else is said; of a verb, what it tells of other things ("burned").
    """

    kind: str
    value: str = ""
    unit: str = ""
    group: str = ""
    weak: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """An entry of the taxonomy, `measures.yaml`."""

    name: str
    units: tuple[str, ...]
    place: str = "clause"
    group: str | None = None


Phrases = dict[str, list[tuple[tuple[str, ...], Term]]]


@dataclass(frozen=True)
class Words:
    """What the rules know of a language.

    Attributes:
        phrases: first word -> (the words after it, what the phrase means), longest first.
        nouns: the same for nouns alone; some of them are predicates as well ("wounded").
        qualifiers: words before a number -> min, max, about or exact.
        qualifiers_after: the same for words behind it.
        raw: the lists as they stand in the file.
    """

    phrases: Phrases
    nouns: Phrases
    qualifiers: Mapping[tuple[str, ...], str]
    qualifiers_after: Mapping[tuple[str, ...], str]
    raw: Mapping[str, Any]
    sets: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def plurals(self) -> frozenset[str]:
        """Counted nouns in the plural; what they name may happen at a time, but is not called by its year."""
        return frozenset(
            text
            for noun in self.raw["nouns"]
            for text in noun["words"]
            if text.endswith(("s", "people", "men", "children"))
        )


def _file(name: str) -> Any:
    # BaseLoader builds strings only: to YAML the words "no" and "on" would be truth values.
    data = (resources.files(__package__) / name).read_bytes()
    return yaml.load(data, getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506


@cache
def taxonomy() -> Mapping[str, Measure]:
    """The measures by name, in the order of the file."""
    return {
        name: Measure(name, tuple(entry["units"]), entry.get("place", "clause"), entry.get("group"))
        for name, entry in _file("measures.yaml")["measures"].items()
    }


def languages() -> tuple[str, ...]:
    """Codes of the languages that have a file."""
    folder = resources.files(__package__) / "languages"
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


@cache
def words(language: str) -> Words:
    """The words of a language (BCP 47); English ones for a language without a file of its own."""
    code = language.split("-", maxsplit=1)[0].lower()
    raw = _file(f"languages/{code if code in languages() else 'en'}.yaml")
    nouns = _phrases((text.lower().split(), noun_term(noun)) for noun in raw["nouns"] for text in noun["words"])
    sets = {
        name: frozenset(raw[name])
        for name in ("labels", "measures_of_things", "ages", "land", "fillers", "not_persons", "prepositions")
    }
    return Words(
        _phrases(_terms(raw)), nouns, _qualifiers(raw["modifiers"]), _qualifiers(raw["modifiers_after"]), raw, sets
    )


def _phrases(found: Iterable[tuple[list[str], Term]]) -> Phrases:
    """Phrases by their first word, longest first; of two that are spelled alike the first one counts."""
    phrases: Phrases = {}
    for (first, *rest), term in found:
        known = phrases.setdefault(first, [])
        if all(tuple(rest) != other for other, _ in known):
            known.append((tuple(rest), term))
    for known in phrases.values():
        known.sort(key=lambda item: -len(item[0]))
    return phrases


def _qualifiers(raw: Mapping[str, Iterable[str]]) -> dict[tuple[str, ...], str]:
    return {tuple(text.split()): kind for kind, texts in raw.items() for text in texts}


def _terms(raw: Mapping[str, Any]) -> Iterable[tuple[list[str], Term]]:
    """All phrases with what they mean; of two that are spelled alike the first one counts."""
    for name, kind, value in (("of_those", "of_them", "told"), ("of_them", "of_them", ""), ("parts", "part", "")):
        for text in raw[name]:
            yield text.lower().split(), Term(kind, value)
    for text, measure in raw["parts_of"].items():
        yield text.split(), Term("part", measure)
    for kind, lists in (("governor", "governors"), ("predicate", "predicates")):
        for measure, texts in raw[lists].items():
            for text in texts:
                # A phrase that is both governs where it stands right before a number; see `analysis`.
                if kind == "predicate" or " " in text or not _is_in(text, raw["predicates"]):
                    others = [other for other in raw[lists] if other != measure and text in raw[lists][other]]
                    yield text.lower().split(), Term(kind, measure, weak=others[0] if others else "")
    for noun in raw["nouns"]:
        for text in noun["words"]:
            yield text.lower().split(), noun_term(noun)
    for measure, texts in raw["context"].items():
        for text in texts:
            yield text.lower().split(), Term("context", measure)
    for name, kind in (("be", "be"), ("and", "and"), ("breaks", "break"), ("who", "who")):
        for text in raw[name]:
            yield text.lower().split(), Term(kind)
    for text in raw["prepositions"]:
        yield text.lower().split(), Term("preposition", text if text in raw["infinitive"] else "")
    for text in raw["land"]:
        yield text.lower().split(), Term("land")
    for text in raw["fillers"]:
        yield text.lower().split(), Term("filler")


def _is_in(text: str, lists: Mapping[str, Iterable[str]]) -> bool:
    return any(text in texts for texts in lists.values())


def noun_term(noun: Mapping[str, Any]) -> Term:
    """The term of an entry of `nouns`."""
    return Term("noun", noun.get("measure", ""), noun["unit"], noun.get("group", "all"), noun.get("weak", ""))
