"""The words between two numbers, read into what the rules need.

A sentence is cut at its numbers. The stretch behind a number begins with what it counts ("innocent people", `heads`),
and the end of a stretch holds what belongs to the next number ("more than", "the death of", `tails`). What is left are
the terms of the lexicon in their order (`told`); all other words are dropped, so that stretches that say the same read
the same, and are read once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import count, islice
from typing import NamedTuple

from regesta.figures.heads import NO_HEAD, Head, Heads
from regesta.figures.lexicon import Term, Words, words
from regesta.figures.signs import END, NUMBER, Alphabet
from regesta.figures.tails import NO_TAIL, Tail, Tails
from regesta.figures.told import Teller

_KEPT, _SHAPES = 200_000, 50_000


class Clause(NamedTuple):
    """What a stretch of words says, seen from the number before it and from the one behind it.

    Attributes:
        number: the same for clauses that differ in nothing that the analysis reads: all but the last five.
        head: the noun that the number before counts.
        land: whether that is a noun that a share of a territory is measured in.
        terms: the terms behind the head.
        govern: terms that govern the next number, nearest last.
        role: agent, place or whole: what the words right before the next number make it; see `Tail`.
        described: terms inside the counted words ("missing people").
        unknown: words stand behind the number, but no noun was found among them.
        points: whether a number is told to be a part of something.
        noun: the words of the noun alone, in lower case.
        counted: its words in the stretch, with what describes them, as (first word, last word + 1).
        after: min, max or about, where the words right behind the number say so.
        qualifier: min, max, about or exact, where the words right before the next number say so.
    """

    number: int
    head: Term | None
    land: bool
    terms: tuple[Term, ...]
    govern: tuple[Term, ...]
    role: str
    described: tuple[Term, ...]
    unknown: bool
    points: bool
    noun: str
    counted: tuple[int, int] | None
    after: str
    qualifier: str


class Shape(NamedTuple):
    """What a sentence is to the rules: another one with the same words of theirs in the same places is the same.

    Attributes:
        clauses: the words before the first number, between each two, and behind the last.
        senses: the numbers of the clauses.
        points: whether any of its numbers is told to be a part of something.
    """

    clauses: list[Clause]
    senses: tuple[int, ...]
    points: bool


class Reader:
    """Reads sentences of one language and keeps what it read."""

    def __init__(self, language: str) -> None:
        self.words: Words = words(language)
        self.language = language
        # Never from the beginning: whoever keeps the number of a clause may keep it longer than the clause is kept.
        self._numbers = count()
        self._begin()

    def _begin(self) -> None:
        self.alphabet = Alphabet(self.words, self.language)
        self.heads = Heads(self.words, self.alphabet)
        self.tails = Tails(self.words, self.alphabet)
        self.teller = Teller(self.words, self.alphabet)
        self.known: dict[tuple[Head, Tail, str], Clause] = {}
        self.senses: dict[tuple[object, ...], int] = {}
        self.shapes: dict[str, Shape] = {}

    def read(self, text: bytes) -> list[Shape]:
        """The shapes of some sentences, one after the other.

        Args:
            text: UTF-8; the sentences with `NUMBER` in the place of each number, and `END` between two sentences.
        """
        if self.alphabet.full or len(self.known) > _KEPT:
            self._begin()
        if len(self.shapes) > _SHAPES:
            self.shapes.clear()
        sentences = self.alphabet.write(text.decode("utf-8", "replace")).split(END)
        fresh = [sentence for sentence in dict.fromkeys(sentences) if sentence not in self.shapes]
        clauses = iter(self._read(fresh))
        for sentence in fresh:
            mine = list(islice(clauses, sentence.count(NUMBER) + 1))
            senses = tuple([clause.number for clause in mine])
            self.shapes[sentence] = Shape(mine, senses, any(clause.points for clause in mine))
        return list(map(self.shapes.__getitem__, sentences))

    def _read(self, sentences: Sequence[str]) -> list[Clause]:
        """The clauses of some sentences written in signs, one after the other."""
        heads: list[Head] = []
        tails: list[Tail] = []
        behind: list[str] = []
        head_of, tail_of = self.heads.read, self.tails.read
        for sentence in sentences:
            first, *inner, last = sentence.split(NUMBER)
            heads.append(NO_HEAD)
            tails.append(tail_of(first))
            behind.append(first)
            for clause in inner:
                head = head_of(clause)
                heads.append(head)
                tails.append(tail_of(clause))
                behind.append(clause[head.end :])
            head = head_of(last)
            heads.append(head)
            tails.append(NO_TAIL)
            behind.append(last[head.end :])
        keys = zip(heads, tails, self.teller.tell(behind), strict=True)
        return [self.known.get(key) or self._clause(key) for key in keys] if sentences else []

    def _clause(self, key: tuple[Head, Tail, str]) -> Clause:
        head, tail, told = key
        land = head.noun in self.words.sets["land"]
        terms = self.teller.read(told)
        if head is NO_HEAD:
            terms = _before_all(terms)
        sense = (head.term, land, terms, tail.govern, tail.role, head.described, head.unknown)
        number = self.senses.get(sense)
        if number is None:
            number = self.senses[sense] = next(self._numbers)
        points = any(t.kind in ("part", "of_them") for t in (*terms, *tail.govern))
        made = Clause(number, *sense, points, head.noun, head.counted, head.after, tail.qualifier)
        self.known[key] = made
        return made


def _before_all(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """What the terms of a clause tell that no number stands before: nobody reads the others there, nor their order."""
    if any(t.kind in ("part", "of_them") for t in terms):
        return terms
    told = {t for t in terms if t.kind in ("predicate", "governor")}
    return (*(t for t in terms if t.kind == "context"), *sorted(told))


@cache
def reader(language: str) -> Reader:
    """The reader of a language; one a process, so that what it learns is shared."""
    return Reader(language)
