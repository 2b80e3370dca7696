"""Short forms: abbreviations that a paper defines, and surnames of persons that it has named in full."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from regesta.entities.authority import Authority
from regesta.entities.lexicon import alternatives, lexicon
from regesta.entities.model import Hit

_DEFINED = re.compile(r"\s?\(\s*[\"“'‘]?(?P<short>[A-Z][A-Za-z&]*(?:[-./][A-Z][A-Za-z]*)*)[\"”'’]?\s*\)")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


_NAME = re.compile(
    r"(?<![\w-])(?:(?P<initial>[A-Z])\.\s?)?(?P<word>[^\W\d_a-z][^\W\d_]*(?:(?:-|['’](?!s\b))[^\W\d_]+)*)(?![\w-])"
)
_BACK = 50
"""How many namings in full are looked through for one whose first name has the initial."""


def short_forms(text: str, hits: Sequence[Hit], authority: Authority, language: str) -> list[Hit]:
    """Short forms in a paper whose names in full were found already.

    An abbreviation counts from its definition on ("Conference on … (CSCE)"), a surname behind the person's full name,
    and where two persons bear it, it is the last one named.
    """
    return [*_abbreviations(text, hits), *_surnames(text, hits, authority, language)]


def _abbreviations(text: str, hits: Sequence[Hit]) -> list[Hit]:
    defined: dict[str, list[tuple[int, Hit]]] = {}
    for hit in hits:
        if hit.type not in ("organization", "instrument"):
            continue
        found = _DEFINED.match(text, hit.end)
        if found and stands_for(found["short"], text[hit.start : hit.end]):
            defined.setdefault(found["short"], []).append((found.start("short"), hit))
    if not defined:
        return []
    made = []
    pattern = re.compile(rf"(?<![\w/.-])(?:{alternatives(defined)})(?![\w/])")
    for use in pattern.finditer(text):
        at = bisect_right(defined[use[0]], use.start(), key=lambda one: one[0]) - 1
        if at >= 0:
            hit = defined[use[0]][at][1]
            made.append(Hit(*use.span(), hit.entity_id, hit.type, "short_form", hit.label))
    return made


def stands_for(short: str, full: str) -> bool:
    """Whether an abbreviation can stand for a name: two capitals or more, most of them initials of its words."""
    capitals = [char for char in short if char.isupper()]
    if len(capitals) < 2:
        return False
    initials = [word[0].upper() for word in _WORD.findall(full)]
    shared = sum(min(capitals.count(char), initials.count(char)) for char in set(capitals))
    return shared * 3 >= len(capitals) * 2


def _surnames(text: str, hits: Sequence[Hit], authority: Authority, language: str) -> list[Hit]:
    full: dict[str, list[Hit]] = {}
    for hit in hits:
        words = _WORD.findall(text[hit.start : hit.end]) if hit.type == "person" else []
        if len(words) < 2:
            continue
        entity = authority.entities.get(hit.entity_id)
        # The label tells which word is the surname where a paper puts it first.
        last = _WORD.findall(entity.label)[-1] if entity else words[-1]
        surname = last if last in words else words[-1]
        if len(surname) > 2:
            full.setdefault(surname, []).append(hit)
    if not full:
        return []
    found: list[Hit] = []
    ends = {surname: [hit.end for hit in named] for surname, named in full.items()}
    for use in _names(text, full):
        surname = use["word"]
        before = bisect_right(ends[surname], use.start()) if surname in full else 0
        if before == 0 or _other_first_name(text, use.start(), language):
            continue
        named = full[surname][max(0, before - _BACK) : before]
        bearer = next((h for h in reversed(named) if not use["initial"] or text[h.start] == use["initial"]), None)
        if bearer:
            found.append(Hit(*use.span(), bearer.entity_id, "person", "short_form", bearer.label))
    return found


def _names(text: str, surnames: Iterable[str]) -> list[re.Match[str]]:
    """Where one of some surnames may stand, in the order of the text. A name is read from the last place before it
    where one can begin whatever stands before: behind white space that follows no initial."""
    found: dict[int, re.Match[str]] = {}
    for surname in surnames:
        at, floor = text.find(surname), 0
        while at >= 0:
            begin = at
            while begin > floor and not (text[begin - 1].isspace() and text[begin - 2 : begin - 1] != "."):
                begin -= 1
            use = next((use for use in _NAME.finditer(text, begin) if use.end() > at), None)
            if use is None:
                break
            if use["word"] == surname:
                found[use.start()] = use
            floor = use.end()
            at = text.find(surname, floor)
    return [found[start] for start in sorted(found)]


def _other_first_name(text: str, start: int, language: str) -> bool:
    """Whether a capitalised word that is no title stands directly before a surname: then it is somebody else's name."""
    before = re.search(r"([^\W\d_][\w'’-]*)\.?[ ]\Z", text[max(0, start - 30) : start])
    if not before or not before[1][0].isupper():
        return False
    words = lexicon(language)
    word = before[1]
    return (
        word not in words.titles
        and word not in words.openers
        and word not in words.generic
        and not words.nationality(word)
    )
