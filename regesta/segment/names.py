"""Is a short name an outlet, a place, a person or a body? Told by its letters and by how the source uses it."""

from __future__ import annotations

import re
from functools import cache

from regesta.segment.marks import address, name_like
from regesta.segment.normalize import normalize
from regesta.segment.rules import Rules

_ROMAN = re.compile(r"[IVXLCDM]+\Z")
_LINKED = re.compile(r"\[[^\[\]]+\]\([^()]*\)\Z")
_INNER_CAPITAL = re.compile(r"[A-Z][A-Za-z]*[A-Z][A-Za-z]*\Z")
_TOKEN = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]+)*\.?")


class Names:
    """Evidence about the names in one source."""

    def __init__(self, text: str, words: Rules) -> None:
        """Keep the text to look names up in, and the word lists of its language."""
        self._text = text
        self._words = words
        self.outlet = cache(self._outlet)

    def _outlet(self, line: str) -> bool:
        """Whether a line that stands alone names the agency or site that carried a paper, rather than a place.

        Evidence: it is a link or a host; the source uses it as a speaker ("(X)", "X reports") more than as a place
        ("in X"); or it is written like an acronym.
        """
        if _LINKED.match(line) or address(line):
            return True
        name = normalize(line).strip(" .,:;()*")
        if not name or len(name) > 40 or len(name.split()) > 4 or not name_like(name, self._words):
            return False
        word = re.escape(name)
        speaks = len(re.findall(rf"\({word}\)|\b{word} (?:reports|reported|informs|informed|presents)\b", self._text))
        located = len(re.findall(rf"\b(?:in|at|near|from|to) {word}\b", self._text, re.IGNORECASE))
        if located > speaks:
            return False
        return speaks > 0 or bool(_INNER_CAPITAL.match(name) and not _ROMAN.match(name))

    def person(self, line: str) -> bool:
        """Whether a line is a person's name: two to four capitalised words, none of an office or a body."""
        found = _TOKEN.findall(normalize(line).strip(" ,"))
        plain = normalize(line).strip(" ,.")
        if not 2 <= len(found) <= 4 or re.search(r"[\d()\"/&:;]", plain) or (plain.isupper() and len(plain) > 40):
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
