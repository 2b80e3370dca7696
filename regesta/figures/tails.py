"""The words right before a number: how they bound it, and what they say of those it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regesta.figures.heads import terms_of
from regesta.figures.lexicon import Term, Words
from regesta.figures.signs import DIGITS, PLURALS, WORD, Alphabet

_WORDS = 10
_COLON = Term("mark", ":")
_GOVERNING = ("governor", "predicate", "part", "of_them", "context")
_HELD = (*_GOVERNING, "and", "be", "filler", "noun")
# Nothing before one of these governs a number behind it.
_WORDS_CUT = frozenset((WORD, *PLURALS, DIGITS))
_CUTS = _WORDS_CUT | {",", ";", "(", ")", "–", "—", " - "}


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """What the last words before a number say; two that say the same are one object.

    Attributes:
        qualifier: min, max, about or exact, where the words right before the number say so.
        govern: terms that govern the number, nearest last.
        role: agent or place, where a preposition right before the number makes it one of a verb; whole, where parts
            of it follow or went before ("of the 366 miners").
    """

    qualifier: str
    govern: tuple[Term, ...]
    role: str


NO_TAIL = Tail("", (), "")


class Tails:
    """Reads what stands before numbers, for one language."""

    def __init__(self, lists: Words, alphabet: Alphabet) -> None:
        self.lists = lists
        self.alphabet = alphabet
        self.known: dict[str, Tail] = {}
        self.same: dict[tuple[Any, ...], Tail] = {}
        self.longest = max(len(k) for k in lists.qualifiers)
        self.roles = {word: role for role, texts in lists.raw["roles"].items() for word in texts}
        self.leading, self.counting = frozenset(lists.raw["leads_on"]), frozenset(lists.raw["counting"])
        for word in self.leading:
            alphabet.sign(word)
        kinds = alphabet.kinds.items()
        phrases = [(first, *rest) for first, entries in lists.phrases.items() for rest, _ in entries if rest]
        self.joined = {word for phrase in (*phrases, *lists.qualifiers) for word in phrase} | lists.sets["fillers"]
        self.joined |= self.leading | self.counting
        # Signs that may belong to a tail; those beyond, and which of these are read themselves.
        self.inner = frozenset(sign for sign, kind in kinds if not self._ends(kind))
        self.word = alphabet.sign(WORD)
        self.words = frozenset(sign for sign, kind in kinds if kind in _WORDS_CUT)
        self.marks = frozenset(sign for sign, kind in kinds if kind in _CUTS - _WORDS_CUT)

    def read(self, clause: str) -> Tail:
        """The tail of a clause, written in signs."""
        inner = self.inner
        cut = len(clause)
        least = max(cut - _WORDS, 0)
        while cut > least:
            cut -= 1
            if clause[cut] not in inner:
                break
        key = clause[cut + 1 :] if clause[cut : cut + 1] in self.marks else clause[cut:]
        if key[:1] in self.words:
            key = self.word + key[1:]
        found = self.known.get(key)
        if found is None:
            low = [self.alphabet.kinds[sign] for sign in key]
            read = self._tail(*terms_of(low, self.lists.phrases), low)
            found = self.known[key] = self.same.setdefault(read, Tail(*read))
        return found

    def _ends(self, kind: str) -> bool:
        """Whether a word ends the search: neither part of a phrase nor anything that leads on to a number."""
        entries = self.lists.phrases.get(kind, [])
        leads = (
            kind in self.joined | self.leading | self.counting
            or kind == ":"
            or any(t.kind in _HELD for _, t in entries)
        )
        return kind in _CUTS or not leads

    def _tail(self, terms: list[Term], widths: list[int], low: list[str]) -> tuple[str, tuple[Term, ...], str]:
        """What the end of a stretch says of the number behind it: qualifier, governing terms, role."""
        end = len(low)
        qualifier = ""
        changed = True
        while changed and end > 0:
            changed = False
            for size in range(min(self.longest, end), 0, -1):
                kind = self.lists.qualifiers.get(tuple(low[end - size : end]))
                if kind:
                    qualifier = qualifier or kind
                    end -= size
                    changed = True
                    break
            else:
                while end > 0 and low[end - 1] in self.lists.sets["fillers"] and low[end - 1] != "of":
                    if low[end - 1] in ("lives", "life"):
                        break
                    end -= 1
                    changed = True
        starts = []
        at = 0
        while at < end:
            starts.append((at, terms[at]))
            at += widths[at]
        return qualifier, self._governors(starts, low), self._role(low[:end])

    def _role(self, low: list[str]) -> str:
        if low == ["of"] or low[-2:] == ["out", "of"]:
            return "whole"
        return self.roles.get(low[-1], "") if low else ""

    def _governors(self, starts: list[tuple[int, Term]], low: list[str]) -> tuple[Term, ...]:
        """The chain of governing terms that ends at the number: "extermination or capture of" gives both."""
        out: list[Term] = []
        for at, term in reversed(starts):
            chained = not out or out[-1].kind == "and"
            if term.kind == "context" and not chained:
                break
            among = term.kind == "noun" and (
                term.value == "population" or self._among(starts, at) or self._counted(low[:at])
            )
            if among or term.kind in _GOVERNING or (term.kind == "and" and out):
                out.append(term)
            elif not (
                (term.kind in ("filler", "be") and chained) or (low[at] in self.leading and not out) or term == _COLON
            ):
                break
        while out and out[-1].kind == "and":
            out.pop()
        return tuple(out)

    def _counted(self, low: list[str]) -> bool:
        """Whether these words lead on to a noun whose number is told: "the number of refugees exceeded"."""
        while low and low[-1] in self.lists.sets["fillers"]:
            low = low[:-1]
        return bool(low) and low[-1] in self.counting

    @staticmethod
    def _among(starts: list[tuple[int, Term]], at: int) -> bool:
        """Whether a noun stands behind "among": "among the wounded were 12 children"."""
        before = [term for place, term in starts if place < at and term.kind != "filler"]
        return bool(before) and before[-1].kind == "part"
