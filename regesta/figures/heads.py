"""Counted nouns: what the words right behind a number say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from regesta.figures.lexicon import Phrases, Term, Words
from regesta.figures.signs import DIGITS, MARKS, NATION, PERSONS, PLURALS, Alphabet

_HEAD_WORDS = 9
_UNCUT = 14
_OTHER = Term("word")
_DIGITS = Term("digits")
_COMMA = Term("mark", ",")


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """What the words right behind a number say; two that say the same are one object.

    Attributes:
        term: the noun that the number counts.
        noun: the words of the noun alone, in lower case.
        counted: its words behind the number, with what describes them, as (first word, last word + 1).
        after: min, max or about, where the words right behind the number say so.
        described: terms inside the counted words ("missing people").
        unknown: words stand behind the number, but no noun was found among them.
        end: where the counted words end.
    """

    term: Term | None = None
    noun: str = ""
    counted: tuple[int, int] | None = None
    after: str = ""
    described: tuple[Term, ...] = ()
    unknown: bool = False
    end: int = 0


NO_HEAD = Head()


class Heads:
    """Reads what stands behind numbers, for one language; looked up by as many words as the search for a noun reads."""

    def __init__(self, lists: Words, alphabet: Alphabet) -> None:
        self.lists = lists
        self.alphabet = alphabet
        self.known: dict[str, Head] = {}
        self.same: dict[tuple[Any, ...], Head] = {}
        self.determiners = frozenset(lists.raw["determiners"])
        stops = "".join(alphabet.sign(word) for word in _stops(lists))
        nouns, ends = ("".join(map(re.escape, signs)) for signs in self._plain_nouns())
        # Up to the first noun that nothing can go on behind, else up to a word at which the search ends.
        plain = rf"[^{stops}]{{0,{_UNCUT - 2}}}?[{nouns}](?=[{ends}])"
        self.first = re.compile(rf"{plain}|[^{stops}]{{0,{_UNCUT - 1}}}(?s:.)?").match

    def read(self, clause: str) -> Head:
        """The head of a clause behind a number, written in signs."""
        key = clause[: self.first(clause).end()]  # type: ignore[union-attr]  # it matches the empty string
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._read([self.alphabet.kinds[sign] for sign in key])
        return found

    def _plain_nouns(self) -> tuple[list[str], list[str]]:
        """Nouns that are nothing else, begin no phrase and end none of another kind; words that are no noun, nor go on
        with a phrase behind one of these."""
        phrases, nouns = self.lists.phrases, self.lists.nouns
        told = {word for entries in phrases.values() for rest, term in entries for word in rest if term.kind != "noun"}
        plain = {
            word
            for word, entries in nouns.items()
            if word not in told
            and all(not rest for rest, _ in entries)
            and all(not rest and term.kind == "noun" for rest, term in phrases.get(word, []))
        }
        spelled = [(first, *rest) for found in (phrases, nouns) for first, known in found.items() for rest, _ in known]
        inner = {word for phrase in spelled for before, word in pairwise(phrase) if before in plain} | {"of"}
        ends = [
            sign
            for sign, kind in self.alphabet.kinds.items()
            if kind not in inner and kind.rsplit("-", 1)[-1] not in nouns and kind not in nouns
        ]
        return [self.alphabet.sign(word) for word in plain], ends

    def _read(self, low: list[str]) -> Head:
        terms, widths = terms_of(low, self.lists.phrases)
        nouns, noun_widths = terms_of(low, self.lists.nouns)
        after, skip = self._qualifier_after(low)
        term, first, last, described, unknown = _head(
            View(terms, widths, nouns, noun_widths, low), skip, self.determiners
        )
        read: tuple[Any, ...] = (None, "", None, after, described, unknown, 0)
        if term is not None:
            read = (term, noun_words(nouns, noun_widths, low, last), (first, last), after, described, unknown, last)
        return self.same.setdefault(read, Head(*read))

    def _qualifier_after(self, low: list[str]) -> tuple[str, int]:
        for size in (3, 2, 1):
            kind = self.lists.qualifiers_after.get(tuple(low[:size]))
            if kind and len(low) >= size:
                return kind, size
        return "", 0


def _stops(lists: Words) -> set[str]:
    """Words at which the search for a noun ends, whatever follows."""
    hard = ("preposition", "be", "who", "break")
    alone = {
        first
        for first, entries in lists.phrases.items()
        if all(not rest and term.kind in hard for rest, term in entries)
    }
    return alone | {mark for mark in MARKS if mark != ","}


def terms_of(low: list[str], phrases: Phrases) -> tuple[list[Term], list[int]]:
    """For every word the term that begins there and how many words it takes."""
    terms: list[Term] = []
    widths: list[int] = []
    size = len(low)
    for at, token in enumerate(low):
        mark = MARKS.get(token)
        if mark is not None:
            terms.append(Term("mark", mark))
            widths.append(1)
            continue
        known = phrases.get(token)
        if known is None and "-" in token:
            known = phrases.get(token.rsplit("-", 1)[1])
            known = [k for k in known or () if not k[0] and k[1].kind == "noun"]
        for rest, term in known or ():
            if not rest or (at + len(rest) < size and tuple(low[at + 1 : at + 1 + len(rest)]) == rest):
                terms.append(term)
                widths.append(1 + len(rest))
                break
        else:
            terms.append(_DIGITS if token == DIGITS else _OTHER)
            widths.append(1)
    return terms, widths


def noun_words(nouns: list[Term], widths: list[int], low: list[str], end: int) -> str:
    """The words of the last noun that ends at a token; the token itself for a guessed one."""
    for at in range(max(0, end - 4), end):
        if nouns[at].kind == "noun" and at + widths[at] == end:
            return " ".join(low[at:end])
    return low[end - 1]


class View(NamedTuple):
    """The tokens of a stretch: the term and the noun that begins at each, and how many tokens they take."""

    terms: list[Term]
    widths: list[int]
    nouns: list[Term]
    noun_widths: list[int]
    low: list[str]

    def noun_follows(self, at: int, reach: int = 3) -> bool:
        """Whether a noun comes next, with nothing but what may describe it before it."""
        for _ in range(reach):
            if at >= len(self.terms):
                return False
            if self.nouns[at].kind == "noun":
                return True
            if self.terms[at].kind not in ("word", "filler", "predicate", "land"):
                return False
            at += self.widths[at]
        return False

    def whole_noun(
        self, at: int, first: int, described: tuple[Term, ...]
    ) -> tuple[Term, int, int, tuple[Term, ...], bool]:
        """A noun with the nouns that follow it: of "family members" the last one counts, of "people of staff" too."""
        term, end = self.nouns[at], at + self.noun_widths[at]
        while end < len(self.terms) and term.unit != "building":
            step = 1 if self.low[end] == "of" and not term.value and (term.unit, term.group) == ("person", "all") else 0
            if end + step >= len(self.terms) or self.nouns[end + step].kind != "noun":
                break
            following = self.nouns[end + step]
            if (following.unit != "person" and step) or self.terms[end + step].kind == "predicate":
                break
            measure = following.value or (term.value if following.unit in ("person", "family") else "")
            group = following.group if following.group != "all" else term.group
            term = following._replace(value=measure, group=group)
            end += step + self.noun_widths[end + step]
        for inner in range(first, at):
            if (term.unit, term.group) == ("person", "all") and self.nouns[inner].group not in ("", "all"):
                term = term._replace(group=self.nouns[inner].group)
        return term, first, end, described, False


def _head(view: View, at: int, determiners: frozenset[str]) -> tuple[Term | None, int, int, tuple[Term, ...], bool]:
    """The counted noun behind a number: the term, first and last token of the counted words, terms inside them,
    and whether there are words but no noun."""
    first = -1
    described: list[Term] = []
    unknown: list[int] = []
    limit = at + _HEAD_WORDS
    while at < len(view.terms) and at < limit:
        term, noun = view.terms[at], view.nouns[at]
        participle = term.kind == "predicate"
        if unknown and view.low[at] in determiners and view.low[at - 1] != "of":
            break
        if participle and unknown and view.low[unknown[-1]] in PLURALS:
            break
        if noun.kind == "noun" and not (participle and view.noun_follows(at + view.noun_widths[at])):
            return view.whole_noun(at, at if first < 0 else first, tuple(described))
        if participle:
            if not view.noun_follows(at + view.widths[at]):
                break
            described.append(term)
            first = at if first < 0 else first
        elif _passes(view, at, bool(unknown)):
            pass
        elif unknown and view.low[unknown[-1]] in PLURALS:
            break
        elif term.kind in ("word", "context") or (term.kind == "land" and view.noun_follows(at + 1)):
            first = at if first < 0 else first
            unknown.append(at)
        else:
            break
        at += view.widths[at]
    return _guessed(view, unknown, tuple(described))


def _passes(view: View, at: int, described: bool) -> bool:
    """Whether a token only leads on to the noun: "of the", or the comma in "helpless, innocent people"."""
    term = view.terms[at]
    if term.kind == "filler" or (view.low[at] == "of" and view.widths[at] == 1):
        return True
    return described and (term == _COMMA or term.kind == "and") and view.noun_follows(at + 1)


def _guessed(
    view: View, unknown: list[int], described: tuple[Term, ...]
) -> tuple[Term | None, int, int, tuple[Term, ...], bool]:
    """A noun that no list has: people by their nation (a capital and a plural), or by the ending of the word."""
    if not unknown:
        return None, 0, 0, described, False
    last = unknown[-1]
    for at in unknown:
        if view.low[at] == NATION:
            return Term("noun", "", "person", "nation"), unknown[0], at + 1, described, False
    if view.low[last] == PERSONS:
        return Term("noun", "", "person", "guess"), unknown[0], last + 1, described, False
    return None, 0, 0, described, True
