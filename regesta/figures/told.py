"""What the words of a clause tell: its terms in their order, all clauses of a text at a time.

Phrases are found by an automaton and become one sign; then words that tell nothing are struck out, and so are words
that tell something only in some places: "and", "who" and prepositions do right behind the number, "was" there and
before a noun.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ahocorasick_rs import AhoCorasick, MatchKind

from regesta.figures.lexicon import Term, Words
from regesta.figures.signs import MARKS, NUMBER, Alphabet

_FIRST = 0x100


class Teller:
    """Reads what clauses tell, for one language."""

    def __init__(self, lists: Words, alphabet: Alphabet) -> None:
        self.alphabet = alphabet
        self.terms: list[Term] = []
        self.numbers: dict[Term, int] = {}
        self.single: dict[int, str | None] = _Struck({ord(NUMBER): NUMBER})
        phrases: dict[str, str] = {}
        for first, entries in lists.phrases.items():
            for rest, term in entries:
                sign = "" if term.kind == "filler" else self._sign(term)
                written = "".join(alphabet.sign(word) for word in (first, *rest))
                if rest:
                    phrases[written] = sign
                else:
                    self.single[ord(written)] = sign or None
        for mark, kind in MARKS.items():
            self.single[ord(alphabet.sign(mark))] = self._sign(Term("mark", kind))
        # A plane of its own: the phrases found are signs that stand for themselves.
        self.multiple = list(phrases.values())
        self.single |= {ord(sign): sign for sign in self.multiple if sign}
        self.automaton = AhoCorasick(list(phrases), matchkind=MatchKind.LeftmostLongest)
        light = "".join(s for t, s in self._signs() if t in (Term("and"), Term("who"), Term("preposition")))
        named = "".join(s for t, s in self._signs() if t.kind == "noun")
        be = self._sign(Term("be"))
        self.be = be
        self.light = re.compile(rf"(?<=[^{NUMBER}])[{light}]+")
        self.was = re.compile(rf"(?<=[^{NUMBER}]){be}+(?=[{named}])")
        self.idle = re.compile(rf"(?<=[^{NUMBER}]){be}+(?![{named}{be}])")
        self.nouns = {word: self._noun(lists, word) for word in lists.nouns}

    def tell(self, clauses: Sequence[str]) -> list[str]:
        """What each clause tells, as a string that `read` reads."""
        text = NUMBER.join(clauses)
        if self.alphabet.compounds:
            self._learn()
        found = self.automaton.find_matches_as_indexes(text)
        if found:
            parts = [text[: found[0][1]]]
            for (phrase, _, end), (_, start, _) in pairwise([*found, (0, len(text), 0)]):
                parts += (self.multiple[phrase], text[end:start])
            text = "".join(parts)
        text = self.light.sub("", text.translate(self.single))
        return self.idle.sub("", self.was.sub(self.be, text)).split(NUMBER)

    def read(self, told: str) -> tuple[Term, ...]:
        """The terms of what a clause tells."""
        return tuple([self.terms[ord(sign) - _FIRST] for sign in told])

    def _sign(self, term: Term) -> str:
        number = self.numbers.setdefault(term, len(self.numbers))
        if number == len(self.terms):
            self.terms.append(term)
        return chr(_FIRST + number)

    def _signs(self) -> list[tuple[Term, str]]:
        return [(term, chr(_FIRST + number)) for term, number in self.numbers.items()]

    def _noun(self, lists: Words, word: str) -> str | None:
        """What a compound tells that ends with a noun."""
        alone = next((term for rest, term in lists.phrases.get(word, ()) if not rest and term.kind == "noun"), None)
        return self._sign(alone) if alone else None

    def _learn(self) -> None:
        """Compounds met since the last time."""
        for sign, noun in self.alphabet.compounds.items():
            self.single[ord(sign)] = self.nouns.get(noun)
        self.alphabet.compounds.clear()


class _Struck(dict[int, str | None]):
    """A table for `str.translate` that strikes out what it does not have."""

    def __missing__(self, code: int) -> None:
        self[code] = None
