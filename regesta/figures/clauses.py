"""The words between two numbers, read into what the rules need: once for each stretch of words.

A sentence is cut at its numbers. The stretch behind a number begins with what it counts ("innocent people"), and the
end of a stretch holds what belongs to the next number ("more than", "the death of"). What is left are the terms of
the lexicon in their order; all other words are dropped, so that stretches that say the same read the same.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from regesta.entities.lexicon import lexicon
from regesta.figures.heads import View, noun_words, plural
from regesta.figures.lexicon import Phrases, Term, Words, words

_TOKEN = re.compile(r"[^\W\d_]+(?:[-'’`][^\W\d_]+)*|\d[\d.,]*|[;:,()\"“”–—~≈]| - |\.(?=\s)")
_MARKS = {",": ",", ";": ";", ":": ":", "(": "(", ")": ")", "–": "-", "—": "-", " - ": "-"}
_HEAD_WORDS = 9
_UNCUT = 14
_TAIL = 10
_KEPT = 200_000
# Kinds of words that no list has.
_WORD, _PLURAL, _PERSONS, _NATION = "\x01word", "\x01plural", "\x01persons", "\x01nation"
# Nothing before one of these governs a number behind it.
_CUTS = frozenset((_WORD, _PLURAL, _PERSONS, _NATION, "0", ",", ";", "(", ")", "–", "—", " - "))
_PLURALS = frozenset((_PLURAL, _PERSONS, _NATION))
_GOVERNING = ("governor", "predicate", "part", "of_them", "context")
_OTHER = Term("word")
_DIGITS = Term("digits")
_COMMA = Term("mark", ",")


class Clause(NamedTuple):
    """What a stretch of words says, seen from the number before it and from the one behind it.

    Attributes:
        number: tells clauses apart that read differently.
        head: the noun that the number before counts.
        noun: the words of the noun alone, in lower case.
        counted: its words in the stretch, with what describes them, as (first word, last word + 1).
        terms: the terms behind the head.
        after: min, max or about, where the words right behind the number say so.
        qualifier: what the words right before the next number say of it.
        govern: terms that govern the next number, nearest last.
        preposition: the one right before the next number, if any.
        described: terms inside the counted words ("missing people").
        unknown: words stand behind the number, but no noun was found among them.
    """

    number: int
    head: Term | None
    noun: str
    counted: tuple[int, int] | None
    terms: tuple[Term, ...]
    after: str
    qualifier: str
    govern: tuple[Term, ...]
    preposition: str
    described: tuple[Term, ...]
    unknown: bool


class _Head(NamedTuple):
    """What the words right behind a number say: see `Clause`; `end` is where the counted words end."""

    term: Term | None
    noun: str
    counted: tuple[int, int] | None
    after: str
    described: tuple[Term, ...]
    unknown: bool
    end: int


class _Tail(NamedTuple):
    """What the last words before a number say: see `Clause`."""

    qualifier: str
    govern: tuple[Term, ...]
    preposition: str


_NO_HEAD = _Head(None, "", None, "", (), False, 0)


class Reader:
    """Reads stretches of one language and keeps what it read."""

    def __init__(self, language: str) -> None:
        self.words: Words = words(language)
        self.known: dict[tuple[int, ...], Clause] = {}
        self.heads: dict[tuple[str, ...], _Head] = {}
        self.tails: dict[tuple[str, ...], _Tail] = {}
        self.same_heads: dict[_Head, _Head] = {}
        self.same_tails: dict[_Tail, _Tail] = {}
        self.kinds: dict[str, str] = {}
        self.made = 0
        lists = (*self.words.phrases.items(), *self.words.nouns.items())
        self.vocabulary = {word for first, entries in lists for rest, _ in entries for word in (first, *rest)}
        for phrases in (self.words.qualifiers, self.words.qualifiers_after):
            self.vocabulary |= {word for phrase in phrases for word in phrase}
        raw = self.words.raw
        self.nations = lexicon(language).nationality
        self.endings = tuple(raw["person_endings"])
        self.stops = self._stops()
        self.terms, self.starters = self._starters()
        self.be = self.terms.index(Term("be"))
        self.light = {n for n, term in enumerate(self.terms) if term in (Term("and"), Term("who"), Term("preposition"))}
        self.named = {n for n, term in enumerate(self.terms) if term.kind == "noun"}
        self.longest = max(len(k) for k in self.words.qualifiers)

    def read(self, stretch: bytes, behind: bool) -> Clause:
        """The clause of a stretch; `behind` whether a number stands before it.

        Words that the rules do not know are of a few kinds. The beginning and the end of a stretch are looked up by
        their words; between them only the terms count.
        """
        kinds = self.kinds
        low = [kinds.get(word) or self._kind(word) for word in _TOKEN.findall(stretch.decode("utf-8", "replace"))]
        head = self._head_of(low) if behind else _NO_HEAD
        tail = self._tail_of(low)
        key = (id(head), id(tail), *self._told(low, head.end))
        found = self.known.get(key)
        if found is None:
            if len(self.known) > _KEPT:
                self.known.clear()
            found = self.known[key] = self._clause(head, tail, key[2:])
        return found

    def _clause(self, head: _Head, tail: _Tail, told: tuple[int, ...]) -> Clause:
        self.made += 1
        terms = tuple(self.terms[number] for number in told)
        return Clause(
            self.made, head.term, head.noun, head.counted, terms, head.after, tail.qualifier, tail.govern,
            tail.preposition, head.described, head.unknown,
        )  # fmt: skip

    def _head_of(self, low: list[str]) -> _Head:
        """What the words right behind a number say; looked up by as many of them as the search for a noun reads."""
        stop = 0
        stops = self.stops
        for word in low[:_UNCUT]:
            stop += 1
            if word in stops:
                break
        key = tuple(low[:stop])
        found = self.heads.get(key)
        if found is None:
            # Nothing is ever thrown away here: clauses are known by the identity of their heads and tails.
            found = self.heads[key] = self._read_head(low[:stop])
        return found

    def _tail_of(self, low: list[str]) -> _Tail:
        """What the last words before a number say."""
        cut = len(low)
        least = cut - _TAIL
        while cut > 0 and cut > least:
            cut -= 1
            if low[cut] in _CUTS:
                break
        key = tuple(low[cut:])
        found = self.tails.get(key)
        if found is None:
            terms, widths = self._terms(low[cut:], self.words.phrases)
            read = _Tail(*self._tail(terms, widths, low[cut:]))
            found = self.tails[key] = self.same_tails.setdefault(read, read)
        return found

    def _told(self, low: list[str], at: int) -> list[int]:
        """The terms of a stretch from a word on, as their numbers; words that tell nothing are passed over."""
        out: list[int] = []
        starters = self.starters
        size = len(low)
        was = False
        while at < size:
            entries = starters.get(low[at])
            at += 1
            if entries is None:
                continue
            for rest, width, number in entries:
                if not width or (at + width <= size and tuple(low[at : at + width]) == rest):
                    if number >= 0:
                        was = self._add(out, number, was)
                    at += width
                    break
        return out

    def _add(self, out: list[int], number: int, was: bool) -> bool:
        """Add a term, if it tells something here: "and", "who" and prepositions do right behind the number, "was" also
        before a noun. Gives whether the last term was such a "was", not yet added."""
        if not out:
            out.append(number)
            return False
        if number == self.be:
            return True
        if number in self.light:
            return was
        if number in self.named and was:
            out.append(self.be)
        out.append(number)
        return False

    def locate(self, stretch: bytes, counted: tuple[int, int]) -> tuple[int, int]:
        """Bytes of the counted words in a stretch, from the places of their first and last word."""
        text = stretch.decode("utf-8", "replace")
        first, last = counted
        begin = end = 0
        for place, token in enumerate(_TOKEN.finditer(text)):
            if place == first:
                begin = token.start()
            if place == last - 1:
                end = token.end()
                break
        return len(text[:begin].encode()), len(text[:end].encode())

    def _stops(self) -> frozenset[str]:
        """Words at which the search for a noun ends, whatever follows."""
        hard = ("preposition", "be", "who", "break")
        alone = {
            first
            for first, entries in self.words.phrases.items()
            if all(not rest and term.kind in hard for rest, term in entries)
        }
        return frozenset(alone) | {mark for mark in _MARKS if mark != ","}

    def _starters(self) -> tuple[list[Term], dict[str, list[tuple[tuple[str, ...], int, int]]]]:
        """All terms by number, and for each first word its phrases: the words after it, how many, and the term's
        number, which is -1 for a phrase that tells nothing by itself."""
        numbers: dict[Term, int] = {}
        found: dict[str, list[tuple[tuple[str, ...], int, int]]] = {}
        for first, entries in self.words.phrases.items():
            found[first] = [
                (rest, len(rest), -1 if term.kind == "filler" else numbers.setdefault(term, len(numbers)))
                for rest, term in entries
            ]
        for mark, kind in _MARKS.items():
            found[mark] = [((), 0, numbers.setdefault(Term("mark", kind), len(numbers)))]
        return list(numbers), found

    def _kind(self, word: str) -> str:
        """What a word counts as: itself where the rules know it, else what its form says."""
        low = word.lower()
        if low in self.vocabulary or low in _MARKS or not word[0].isalnum():
            kind = low
        elif word[0].isdigit():
            kind = "0"
        elif "-" in low and low.rsplit("-", 1)[1] in self.words.nouns:
            kind = low
        elif word[0].isupper() and low.endswith(("s", "ese", "men")) and self.nations(word):
            kind = _NATION
        elif not plural(low) and not low.endswith("men"):
            kind = _WORD
        elif len(low) > 5 and low.endswith(self.endings) and low not in self.words.sets["not_persons"]:
            kind = _PERSONS
        else:
            kind = _PLURAL if plural(low) else _WORD
        if len(self.kinds) > _KEPT:
            self.kinds.clear()
        if kind not in self.starters and "-" in kind and kind.rsplit("-", 1)[-1] in self.words.nouns:
            # "Member-states" is told like "states".
            whole = [e for e in self.starters.get(kind.rsplit("-", 1)[1], ()) if not e[1]]
            self.starters[kind] = [e for e in whole if self.terms[e[2]].kind == "noun"]
        self.kinds[word] = kind
        return kind

    def _read_head(self, low: list[str]) -> _Head:
        terms, widths = self._terms(low, self.words.phrases)
        nouns, noun_widths = self._terms(low, self.words.nouns)
        after, skip = self._qualifier_after(low)
        head, first, last, described, unknown = self._head(View(terms, widths, nouns, noun_widths, low), skip)
        if head is None:
            return self._one(_Head(None, "", None, after, described, unknown, 0))
        noun = noun_words(nouns, noun_widths, low, last)
        return self._one(_Head(head, noun, (first, last), after, described, unknown, last))

    def _one(self, head: _Head) -> _Head:
        return self.same_heads.setdefault(head, head)

    def _starts(self, terms: list[Term], widths: list[int], at: int) -> list[tuple[int, Term]]:
        out = []
        while at < len(terms):
            out.append((at, terms[at]))
            at += widths[at]
        return out

    def _terms(self, low: list[str], phrases: Phrases) -> tuple[list[Term], list[int]]:
        """For every token the term that begins there and how many tokens it takes."""
        terms: list[Term] = []
        widths: list[int] = []
        size = len(low)
        for at, token in enumerate(low):
            mark = _MARKS.get(token)
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
                terms.append(_DIGITS if token[0].isdigit() else _OTHER)
                widths.append(1)
        return terms, widths

    def _qualifier_after(self, low: list[str]) -> tuple[str, int]:
        for size in (3, 2, 1):
            kind = self.words.qualifiers_after.get(tuple(low[:size]))
            if kind and len(low) >= size:
                return kind, size
        return "", 0

    def _head(self, view: View, at: int) -> tuple[Term | None, int, int, tuple[Term, ...], bool]:
        """The counted noun behind a number: the term, first and last token of the counted words, terms inside them,
        and whether there are words but no noun."""
        first = -1
        described: list[Term] = []
        unknown: list[int] = []
        limit = at + _HEAD_WORDS
        while at < len(view.terms) and at < limit:
            term, noun = view.terms[at], view.nouns[at]
            participle = term.kind == "predicate"
            if noun.kind == "noun" and not (participle and view.noun_follows(at + view.noun_widths[at])):
                return view.whole_noun(at, at if first < 0 else first, tuple(described))
            if participle:
                if unknown and view.low[unknown[-1]] in _PLURALS:
                    break
                if not view.noun_follows(at + view.widths[at]):
                    break
                described.append(term)
                first = at if first < 0 else first
            elif self._passes(view, at, bool(unknown)):
                pass
            elif unknown and view.low[unknown[-1]] in _PLURALS:
                break
            elif term.kind in ("word", "context") or (term.kind == "land" and view.noun_follows(at + 1)):
                first = at if first < 0 else first
                unknown.append(at)
            else:
                break
            at += view.widths[at]
        return self._guessed(view, unknown, tuple(described))

    @staticmethod
    def _passes(view: View, at: int, described: bool) -> bool:
        """Whether a token only leads on to the noun: "of the", or the comma in "helpless, innocent people"."""
        term = view.terms[at]
        if term.kind == "filler" or (view.low[at] == "of" and view.widths[at] == 1):
            return True
        return described and (term == _COMMA or term.kind == "and") and view.noun_follows(at + 1)

    def _guessed(
        self, view: View, unknown: list[int], described: tuple[Term, ...]
    ) -> tuple[Term | None, int, int, tuple[Term, ...], bool]:
        """A noun that no list has: people by their nation (a capital and a plural), or by the ending of the word."""
        if not unknown:
            return None, 0, 0, described, False
        last = unknown[-1]
        for at in unknown:
            if view.low[at] == _NATION:
                return Term("noun", "", "person", "nation"), unknown[0], at + 1, described, False
        if view.low[last] == _PERSONS:
            return Term("noun", "", "person", "guess"), unknown[0], last + 1, described, False
        return None, 0, 0, described, True

    def _tail(self, terms: list[Term], widths: list[int], low: list[str]) -> tuple[str, tuple[Term, ...], str]:
        """What the end of a stretch says of the number behind it: qualifier, governing terms, preposition."""
        end = len(low)
        qualifier = ""
        changed = True
        while changed and end > 0:
            changed = False
            for size in range(min(self.longest, end), 0, -1):
                kind = self.words.qualifiers.get(tuple(low[end - size : end]))
                if kind:
                    qualifier = qualifier or kind
                    end -= size
                    changed = True
                    break
            else:
                while end > 0 and low[end - 1] in self.words.sets["fillers"] and low[end - 1] != "of":
                    if low[end - 1] in ("lives", "life"):
                        break
                    end -= 1
                    changed = True
        starts = [(at, term) for at, term in self._starts(terms, widths, 0) if at < end]
        preposition = ""
        if end and low[end - 1] in self.words.sets["prepositions"]:
            preposition = low[end - 1]
        return qualifier, self._governors(starts, low), preposition

    def _governors(self, starts: list[tuple[int, Term]], low: list[str]) -> tuple[Term, ...]:
        """The chain of governing terms that ends at the number: "extermination or capture of" gives both."""
        out: list[Term] = []
        for at, term in reversed(starts):
            chained = not out or out[-1].kind == "and"
            if term.kind == "context" and not chained:
                break
            among = term.kind == "noun" and (term.value == "population" or self._among(starts, at))
            if among or term.kind in _GOVERNING or (term.kind == "and" and out):
                out.append(term)
            elif not (
                (term.kind in ("filler", "be") and chained)
                or (low[at] in ("of", "as", '"', "“", "to", "at", "by", "reached", "stood") and not out)
                or term == Term("mark", ":")
            ):
                break
        while out and out[-1].kind == "and":
            out.pop()
        return tuple(out)

    @staticmethod
    def _among(starts: list[tuple[int, Term]], at: int) -> bool:
        """Whether a noun stands behind "among": "among the wounded were 12 children"."""
        before = [term for place, term in starts if place < at and term.kind != "filler"]
        return bool(before) and before[-1].kind == "part"


@cache
def reader(language: str) -> Reader:
    """The reader of a language; one a process."""
    return Reader(language)
