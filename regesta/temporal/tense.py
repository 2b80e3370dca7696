"""Which way a sentence looks: to the past or to the future.

No parser, only the verb nearest before a date, and where there is none the first one after it. The words are
in the vocabulary of the language (``tense``), so that this module knows no language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_STRIP = "\"'“”‘’()[],;:`_-"
_END = re.compile(r"[.!?;][\"'”’)\]]*\s+(?=[\"'“‘(`]{0,2}[A-ZА-ЯƏİÖÜÇŞĞ])|\n")
_MARKS = _STRIP + ".!?"
_UNTIL = frozenset(("by", "until", "till"))
_NEAR = 14
_ABBREVIATION = 5
_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Tense:
    """The tense words of a language."""

    future: frozenset[str]
    past: frozenset[str]
    infinitive: frozenset[str]
    participle: frozenset[str]
    known: frozenset[str]
    verbs: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Tense:
        """From the ``tense`` section of a vocabulary; empty where there is none."""
        lists = settings.get("tense") or {}
        future, past, infinitive, participle = (
            frozenset(str(w) for w in lists.get(k, ())) for k in ("future", "past", "infinitive", "participle")
        )
        return cls(future, past, infinitive, participle, future | past | infinitive | participle)

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

    def behind(self, left: str) -> int | None:
        """The way of the last verb before the date, in its sentence: -1 past, 1 future, None without one.

        Args:
            left: some text before the date, in the same paper.
        """
        newline = left.rfind("\n")
        words = (left[newline + 1 :] if newline >= 0 else left).split()
        if not words:
            return None
        if len(words) > 1 and self._deadline(words):
            return 1
        verbs = self.verbs
        stop = max(0, len(words) - _NEAR)
        for i in range(len(words) - 1, stop - 1, -1):
            raw = words[i]
            if raw[-1] in ".!?;" and (len(raw) > _ABBREVIATION or raw[-1] != "."):
                following = next((w for k in words[i + 1 :] if (w := k.lstrip(_STRIP))), "")
                if not following or following[0].isupper():
                    break
            word = verbs.get(raw)
            if word is None:
                word = self._verb(raw)
            if word:
                before = words[i - 1].strip(_MARKS).lower() if i else ""
                way = self._way(word, before, words[i - 2].strip(_MARKS).lower() if i > 1 else "")
                if way:
                    return way
        return None

    def _verb(self, raw: str) -> str:
        """A word in lower case without its marks; empty where it is no verb that tells a tense."""
        word = raw.strip(_MARKS).lower()
        if word not in self.known and not word.endswith("ed"):
            word = ""
        if len(self.verbs) > _KEPT:
            self.verbs.clear()
        self.verbs[raw] = word
        return word

    @staticmethod
    def _deadline(words: list[str]) -> bool:
        """ "by Friday", "until the 15th": a day still to come, unless the sentence begins so or tells of the
        past.
        """
        last = words[-1].lower()
        if last == "the":
            words = words[:-1]
            last = words[-1].lower()
        if last not in _UNTIL and not (last == "as" and len(words) > 2 and words[-2] in ("soon", "early")):
            return False
        return len(words) > 1 and words[-1][0].islower() and "had" not in words[-_NEAR:]

    def ahead(self, right: str) -> int:
        """The way of the first verb after the date, in its sentence; 0 where there is none."""
        stop = _END.search(right)
        words = right[: stop.start() if stop else None].split()[:_NEAR]
        verbs = self.verbs
        for i, raw in enumerate(words):
            word = verbs.get(raw)
            if word is None:
                word = self._verb(raw)
            if word:
                way = self._way(word, words[i - 1].strip(_MARKS).lower() if i else "", "")
                if way:
                    return way
        return 0
