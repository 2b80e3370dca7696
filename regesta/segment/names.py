"""Is a short name an outlet, a place, a person or a body? Told by its letters and by how the source uses it."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

from regesta.segment.layout import LONG
from regesta.segment.marks import address, name_like
from regesta.segment.normalize import normalize
from regesta.segment.rules import Rules

_ROMAN = re.compile(r"[IVXLCDM]+\Z")
_LINKED = re.compile(r"\[[^\[\]]+\]\([^()]*\)\Z")
_INNER_CAPITAL = re.compile(r"[A-Z][A-Za-z]*[A-Z][A-Za-z]*\Z")
_TOKEN = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]+)*\.?")

_LONGEST = 40
_BRACKETED = re.compile(rf"\(([^()]{{1,{_LONGEST}}})(?=\))")
_FIRST_WORD = re.compile(r"\w+")
_LAST_WORD = re.compile(r"\w+\Z")
_NO_NAME = re.compile(r"[\d()\"/&:;]")
_EDGE = re.compile(r"\b")
_SPEAKING = {" report": ("s", "ed"), " inform": ("s", "ed"), " present": ("s",)}
_LOCATED = re.compile(r"\b(?:in|at|near|from|to) ", re.IGNORECASE)


class Names:
    """Evidence about the names in one source."""

    def __init__(self, text: str, words: Rules) -> None:
        """Keep the text to look names up in, and the word lists of its language."""
        self._text = text
        self._words = words
        self._persons: dict[str, bool] = {}
        self._outlets: dict[str, bool] = {}

    def outlet(self, line: str) -> bool:
        """Whether a line that stands alone names the agency or site that carried a paper, rather than a place.

        Evidence: it is a link or a host; the source uses it as a speaker ("(X)", "X reports") more than as a place
        ("in X"); or it is written like an acronym.
        """
        if (known := self._outlets.get(line)) is None:
            known = self._outlets[line] = self._outlet(line)
        return known

    def _outlet(self, line: str) -> bool:
        if _LINKED.match(line) or address(line):
            return True
        name = normalize(line).strip(" .,:;()*")
        if not name or len(name) > _LONGEST or len(name.split()) > 4 or not name_like(name, self._words):
            return False
        speaks = self._speaks(name)
        if not speaks and not (_INNER_CAPITAL.match(name) and not _ROMAN.match(name)):
            return False
        return self._located(name) <= speaks

    def _speaks(self, name: str) -> int:
        """How often the source uses a name as a speaker's."""
        before = self._speakers.get(_last_word(name), ())
        spoken = sum(1 for words in before if words.endswith(name) and _EDGE.match(words, len(words) - len(name)))
        return self._bracketed[name] + spoken

    def _located(self, name: str) -> int:
        """How often the source uses a name as a place's, in capitals or not."""
        wanted, size = name.lower(), len(name)
        after = self._places.get(_first_word(wanted), ())
        return sum(1 for words in after if words.startswith(wanted) and _EDGE.match(words, size))

    # The evidence is read once, since a source may have thousands of papers to ask for.

    @cached_property
    def _bracketed(self) -> Counter[str]:
        """How often what stands in brackets."""
        return Counter(_BRACKETED.findall(self._text))

    @cached_property
    def _speakers(self) -> dict[str, list[str]]:
        """What stands before a word for speaking, by its last word."""
        found: dict[str, list[str]] = {}
        for word, endings in _SPEAKING.items():
            at = -1
            while (at := self._text.find(word, at + 1)) >= 0:
                end = at + len(word)
                if any(self._text.startswith(e, end) and _EDGE.match(self._text, end + len(e)) for e in endings):
                    before = self._text[max(0, at - _LONGEST - 1) : at]
                    found.setdefault(_last_word(before), []).append(before)
        return found

    @cached_property
    def _places(self) -> dict[str, list[str]]:
        """What stands after a preposition of place, in small letters, by its first word."""
        found: dict[str, list[str]] = {}
        for hit in _LOCATED.finditer(self._text):
            after = self._text[hit.end() : hit.end() + _LONGEST + 1].lower()
            found.setdefault(_first_word(after), []).append(after)
        return found

    def person(self, line: str) -> bool:
        """Whether a line is a person's name: two to four capitalised words, none of an office or a body."""
        if (known := self._persons.get(line)) is None:
            known = self._persons[line] = self._person(line)
        return known

    def _person(self, line: str) -> bool:
        normal = normalize(line)
        plain = normal.strip(" ,.")
        found = _TOKEN.findall(normal.strip(" ,")) if len(normal) <= LONG else []
        if not 2 <= len(found) <= 4 or _NO_NAME.search(plain) or (plain.isupper() and len(plain) > 40):
            return False
        if self._words.role.search(plain) or self._words.body.search(plain) or self._words.place_word.search(plain):
            return False
        return all(
            token[0].isupper() or token.lower() in ("de", "von", "van", "al", "el", "ibn", "bin", "da")
            for token in found
        )

    def office(self, line: str) -> bool:
        """Whether a line names an office."""
        return len(line) < 160 and bool(self._words.role.search(normalize(line)))

    def institution(self, line: str) -> bool:
        """Whether a line names a body."""
        plain = normalize(line)
        return len(plain) < 160 and name_like(plain, self._words) and bool(self._words.body.search(plain))


def _first_word(text: str) -> str:
    """The letters and digits with which a text begins."""
    found = _FIRST_WORD.match(text)
    return found[0] if found else ""


def _last_word(text: str) -> str:
    """The letters and digits at the end of a text."""
    found = _LAST_WORD.search(text)
    return found[0] if found else ""
