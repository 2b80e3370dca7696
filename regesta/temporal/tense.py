"""Which way a sentence looks: to the past or to the future.

No parser, only the verb nearest before a date, and where there is none the first one after it. The words are
in the vocabulary of the language (``tense``), so that this module knows no language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

_STRIP = "\"'“”‘’()[],;:`_-"
_END = re.compile(r"[.!?;][\"'”’)\]]*\s+(?=[\"'“‘(`]{0,2}[A-ZА-ЯƏİÖÜÇŞĞ])|\n")
_MARKS = _STRIP + ".!?"
_UNTIL = frozenset(("by", "until", "till"))
_NEAR = 14
_KEPT = 50_000
_ARRANGED = 7
_ABBREVIATION = 5
_WHICH = frozenset(("first", "second", "third", "last", "latest", "only", "one"))
# "Was", "this", "does" are no plurals.
_SHORT = 4
_RELATIVE = frozenset(("which", "who"))
_BE = frozenset(("be", "being", "get", "is", "are", "gets"))
# Words in -ed that are no past of anything.
_NO_PAST = re.compile(
    r"(?:n|f|s|w|r|bl|br|sp|ind|exc|proc|succ)?eed|shed|sled|hundred|sacred|naked|wicked|unspecified|undisclosed|unnamed|unexpected|unprecedented|unidentified|limited|united|unlimited"
)


def _past_form(word: str) -> bool:
    return word.endswith("ed") and len(word) > 3 and not _NO_PAST.fullmatch(word)


class _Word(NamedTuple):
    """What a word shows by its own signs.

    Attributes:
        plain: in lower case, without the marks around it.
        verb: whether it may tell the way.
        heading: whether it may at the head of the text alone.
        heads: whether it may be the first of a sentence, by its first letter; None where it has none.
        ends: the mark with which it may end a sentence, else empty.
    """

    plain: str
    verb: bool
    heading: bool
    heads: bool | None
    ends: str


@dataclass(frozen=True, slots=True)
class Tense:
    """The tense words of a language."""

    future: frozenset[str]
    past: frozenset[str]
    infinitive: frozenset[str]
    participle: frozenset[str]
    sequel: frozenset[str]
    aftermath: frozenset[str]
    arranged: frozenset[str]
    plural: frozenset[str]
    known: frozenset[str]
    # Words as they stand in texts, each looked at once.
    read: dict[str, _Word] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Tense:
        """From the ``tense`` section of a vocabulary; empty where there is none."""
        lists = settings.get("tense") or {}
        future, past, infinitive, participle, sequel, aftermath, arranged, plural = (
            frozenset(str(w) for w in lists.get(k, ()))
            for k in ("future", "past", "infinitive", "participle", "sequel", "aftermath", "arranged", "plural")
        )
        known = future | past | infinitive | participle | sequel | plural
        return cls(future, past, infinitive, participle, sequel, aftermath, arranged, plural, known)

    def _way(self, word: str, before: str, earlier: str, first: str = "") -> int:
        """The way of one word, told with the three words before it, the nearest first."""
        if word in self.infinitive and before == "to":
            if earlier in self.participle and first == "been":
                return -1
            if earlier in _WHICH:
                return 0  # "the first to act, in January": as the main verb tells
            return -1 if earlier in self.past and earlier not in ("was", "were") else 1
        if word in self.plural and len(before) > _SHORT and before.endswith("s") and before[-2] not in "'’":
            return 1  # "polls open on Sunday"
        if word in self.participle and before == "been":
            return -1
        if word in self.past and before == "to":
            return 0  # "expected to hit": an infinitive; the verb before it tells
        if word in self.future:
            return 1
        if before in _BE:
            return 0  # "will be named", "could be paid": the auxiliary before it tells
        if word in self.past or _past_form(word):
            return -1
        return 0

    def _learnt(self, raw: str) -> _Word:
        if len(self.read) > _KEPT:
            self.read.clear()
        # A short word with a stop may be an abbreviation ("Mr.", "a.m."), unless it is plainly a lower-case word.
        ends = raw[-1] in ".!?;" and (
            len(raw) > _ABBREVIATION or raw[-1] != "." or (raw[:-1].isalpha() and raw.islower() and len(raw) > 3)
        )
        first = raw.lstrip(_STRIP)[:1]
        bare = raw.strip(_MARKS)
        word = bare.lower()
        past = word.endswith("ed")
        verb = word in self.known or (past and bare == word)
        heads = first.isupper() if first else None
        found = self.read[raw] = _Word(word, verb, past and not verb, heads, raw[-1] if ends else "")
        return found

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
        read = self.read
        following: bool | None = None
        for i in range(len(words) - 1, max(0, len(words) - _NEAR) - 1, -1):
            raw = words[i]
            word, verb, heading, heads, ends = read.get(raw) or self._learnt(raw)
            if ends and (ends == ";" or following is not False):
                break
            if heads is not None:
                following = heads
            if i and len(word) > _SHORT and word.endswith("s") and words[i - 1].lower() in _RELATIVE:
                return 1  # "the bank, which reports on Thursday"
            if verb or (heading and not i):
                if word in self.sequel and i + 1 < len(words) and words[i + 1].lower() in self.aftermath:
                    return -1
                near = [w.strip(_MARKS).lower() for w in words[max(0, i - 3) : i][::-1]] + ["", "", ""]
                way = self._way(word, near[0], near[1], near[2])
                if way:
                    return way
        return None

    def _deadline(self, words: list[str]) -> bool:
        """ "by Friday", "until the 15th", "set for Friday": a day still to come, unless the sentence begins so or
        tells of the past.
        """
        last = words[-1].lower()
        if last in ("for", "through"):
            return any(w in self.arranged for w in words[-_ARRANGED:])
        if last == "the":
            words = words[:-1]
            last = words[-1].lower()
        if last not in _UNTIL and not (last == "as" and len(words) > 2 and words[-2] in ("soon", "early")):
            return False
        return len(words) > 1 and words[-1][0].islower() and "had" not in words[-_NEAR:]

    def ahead(self, right: str) -> int:
        """The way of the first verb after the date, in its sentence; 0 where there is none."""
        stop = _END.search(right)
        words = (right[: stop.start()] if stop else right).split()[:_NEAR]
        before = ""
        for raw in words:
            word, verb, heading, _, _ = self.read.get(raw) or self._learnt(raw)
            if (verb or heading) and (way := self._way(word, before, "")):
                return way
            before = word
        return 0
