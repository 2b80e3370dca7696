"""Which way a sentence looks: to the past or to the future.

No parser, only the verb nearest before a date, and where there is none the first one after it. The words are in the
vocabulary of the language (``tense``), so that this module knows no language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_STRIP = "\"'“”‘’()[],;:`_-"
_END = re.compile(r"[.!?;][\"'”’)\]]*\s+(?=[\"'“‘(`]{0,2}[A-ZА-ЯƏİÖÜÇŞĞ])|\n")
_DEADLINE = re.compile(r"\b(?:by|until|till|as soon as|as early as)\s(?:the\s)?\Z")
_NEAR = 14


@dataclass(frozen=True, slots=True)
class Tense:
    """The tense words of a language."""

    future: frozenset[str]
    past: frozenset[str]
    infinitive: frozenset[str]
    participle: frozenset[str]

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Tense:
        """From the ``tense`` section of a vocabulary; empty where there is none."""
        lists = settings.get("tense") or {}
        return cls(*(frozenset(lists.get(k, ())) for k in ("future", "past", "infinitive", "participle")))

    def _way(self, word: str, before: str, earlier: str) -> int:
        if word in self.infinitive and before == "to":
            return -1 if earlier in self.past and earlier not in ("was", "were") else 1
        if word in self.participle and before == "been":
            return -1
        if word in self.future:
            return 1
        if word in self.past or (len(word) > 4 and word.endswith("ed")):
            return -1
        return 0

    def look(self, left: str, right: str) -> int:
        """-1 where the sentence looks to the past, 1 to the future, 0 where it does not say.

        Args:
            left: some text before the date, in the same paper.
            right: some text after it.
        """
        cut = 0
        for found in _END.finditer(left):
            cut = found.end()
        own = left[cut:]
        if _DEADLINE.search(own[-24:]) and " had " not in own and len(own) > 8:
            return 1
        words = own.lower().split()
        words = [w.strip(_STRIP) for w in words[-_NEAR:]]
        for i in range(len(words) - 1, -1, -1):
            way = self._way(words[i], words[i - 1] if i else "", words[i - 2] if i > 1 else "")
            if way:
                return way
        stop = _END.search(right)
        words = [w.strip(_STRIP) for w in right[: stop.start() if stop else None].lower().split()[:_NEAR]]
        for i, word in enumerate(words):
            way = self._way(word, words[i - 1] if i else "", "")
            if way:
                return way
        return 0
