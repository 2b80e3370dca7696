"""Capitalised words side by side, and what the papers' own spelling says of them: where candidates are looked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np

from regesta.entities import words as scan
from regesta.entities.letters import UPPER, Array
from regesta.entities.lexicon import lexicon
from regesta.entities.model import Hits
from regesta.entities.papers import Papers
from regesta.entities.traits import CALENDAR, COMMON, HEAD, NAMING, OPENER, TELLING, Vocabulary
from regesta.entities.words import Words

_HEADINGS = frozenset({"title", "subtitle", "heading", "dateline", "signature", "outlet"})
_SMALL = re.compile(r"[a-z][^\W_]*(?:-[^\W_]+)*")
_MAX_JOINERS = 3
_NEAR = 20
"""How far apart in code points the words of a name made of common words may stand."""


class Token(NamedTuple):
    """A word of a sentence; `opens` where a capital proves nothing, at the head of a sentence or a quotation; `traits`
    as `traits` tells, 0 for a small word."""

    start: int
    end: int
    word: str
    opens: bool
    traits: int


class Evidence:
    """How a paper writes its words: with a capital inside sentences, and with a small letter.

    Args:
        text: the text in which the paper is the stretch from `low` to `high`.
        words: the words that it writes with a capital inside sentences.
        numbers: their numbers in the vocabulary.
        vocabulary: the words met so far.
    """

    def __init__(
        self, text: str, low: int, high: int, words: Words, numbers: frozenset[int], vocabulary: Vocabulary
    ) -> None:
        """See the class."""
        self._text, self._low, self._high = text, low, high
        self._words, self._numbers, self._vocabulary = words, numbers, vocabulary

    def capital(self, word: str) -> bool:
        """Whether a word stands with a capital inside a sentence."""
        return self._vocabulary.get(word) in self._numbers

    @cached_property
    def spellings(self) -> frozenset[str]:
        """The words that do, whatever the others of their letters."""
        return frozenset(word.casefold() for word in self._words.surfaces(self._text))

    def small(self, word: str) -> bool:
        """Whether a word stands anywhere by itself as it is; words with hyphens are read from the first that begins
        with a small ASCII letter."""
        if not _SMALL.fullmatch(word):
            return False
        text, high = self._text, self._high
        at = text.find(word, self._low, high)
        while at >= 0:
            rest = text[at + len(word) : min(at + len(word) + 2, high)]
            ends = not rest[:1].isalnum() and not (rest[:1] == "-" and rest[1:].isalnum())
            if ends and not text[at - 1 : at].isalnum() and self._begins(at):
                return True
            at = text.find(word, at + 1, high)
        return False

    def _begins(self, at: int) -> bool:
        """Whether none of the words before, joined by hyphens, begins with a small letter."""
        text = self._text
        while text[at - 1 : at] == "-" and text[at - 2 : at - 1].isalnum():
            at -= 2
            while text[at - 1 : at].isalnum():
                at -= 1
            if "a" <= text[at] <= "z":
                return False
        return True


class Capitals:
    """The words with capitals of many papers.

    A word with a hyphen counts without a second part that belongs to no name ("Utopia-based").

    Args:
        papers: the papers.
        language: whose word lists to use.
        vocabulary: the words met so far, with the traits of that language.

    Attributes:
        lexicon: the word lists.
    """

    def __init__(self, papers: Papers, language: str, vocabulary: Vocabulary) -> None:
        """See the class."""
        letters, sentences = papers.readable, papers.sentences
        self._vocabulary = vocabulary
        self._letters, self._sentences, self._papers = letters, sentences, papers.papers
        self.lexicon = lexicon(language)
        plain = scan.plain_words(letters, sentences)
        # Words, without hyphens, that do not begin with a small ASCII letter; their numbers in the vocabulary.
        self._plain = scan.capital_words(letters, plain)
        self._number = vocabulary.numbers(self._plain.surfaces(letters.text))
        self._tokens = scan.tokens(letters, sentences, plain)
        # Numbers of the tokens with a capital.
        self._capital = np.flatnonzero((letters.kinds[self._tokens.start] & UPPER) != 0)
        numbers = self._numbered(vocabulary)
        self._traits = vocabulary.told(numbers)
        self._opens = scan.opens(letters, sentences, self._tokens, self._capital)
        self._promising = self._with_names(vocabulary.told(self._number))
        heading = np.array([*(kind in _HEADINGS for kind in papers.kinds), False])
        block = papers.blocks.at(sentences.start, sentences.start + 1)
        self._heading = scan.in_capitals(letters, sentences, heading[block])
        proves = ~self._opens & ((self._traits & OPENER) == 0)
        proves &= (self._promising & ~self._heading)[self._tokens.sentence[self._capital]]
        self._proving, self._proved = self._tokens.take(self._capital[proves]), numbers[proves]
        self._first_proving = np.searchsorted(self._proving.start, np.append(self._papers.start, len(letters.text)))
        self._evidence: dict[int, Evidence] = {}

    def _numbered(self, vocabulary: Vocabulary) -> Array:
        """The numbers of the tokens with capitals; takes from them what belongs to no name."""
        start, end = self._tokens.start[self._capital], self._tokens.end[self._capital]
        same = np.searchsorted(self._plain.start, start)
        number = self._number[same]
        for at in np.flatnonzero(self._plain.end[same] != end).tolist():
            word = self._letters.text[start[at] : end[at]]
            head, hyphen, tail = word.rpartition("-")
            if hyphen and tail in self.lexicon.compounds:
                word = head
                self._tokens.end[self._capital[at]] = start[at] + len(head)
            number[at] = vocabulary[word]
        return number

    def _with_names(self, told: Array) -> Array:
        """Which sentences can hold a name at all: a capitalised word of its own, or two common ones near each other."""
        which = np.flatnonzero((told & (OPENER | CALENDAR)) == 0)
        words, common = self._plain.take(which), (told[which] & COMMON) != 0
        near = (words.start[1:] - words.end[:-1] <= _NEAR) & (words.sentence[1:] == words.sentence[:-1])
        promising = np.zeros(len(self._sentences.start), bool)
        promising[words.sentence[~common]] = True
        promising[words.sentence[1:][near]] = True
        return promising

    def _written(self, paper: int) -> Evidence:
        """How a paper writes its words."""
        if paper not in self._evidence:
            low, high = int(self._papers.start[paper]), int(self._papers.end[paper])
            which = slice(*self._first_proving[paper : paper + 2].tolist())
            numbers = frozenset(self._proved[which].tolist())
            self._evidence[paper] = Evidence(
                self._letters.text, low, high, self._proving.take(which), numbers, self._vocabulary
            )
        return self._evidence[paper]

    def places(self, words: Iterable[str], hits: Hits) -> list[int]:
        """Where some words (letters alone, the first a capital) stand that no hit covers, in the order of the text."""
        wanted = np.zeros(len(self._vocabulary), bool)
        numbers = map(self._vocabulary.get, words)
        wanted[[number for number in numbers if number is not None]] = True
        found = self._plain.take(wanted[self._number])
        places: list[int] = found.start[~hits.cover(found.start, found.start + 1)].tolist()
        return places

    def chains(self, hits: Hits) -> Iterator[tuple[list[Token], bool, int, Evidence]]:
        """Words side by side that no hit covers, capitalised ones and small ones that join them, if there can be a name
        among them; with each chain whether capitals prove nothing in its sentence, the end of the sentence, and how its
        paper writes words."""
        tokens, text = self._tokens, self._letters.text
        picked = self._free(self._capital, hits) & self._promising[tokens.sentence[self._capital]]
        joiners = self._joiners(self._capital[picked], hits)
        number = np.concatenate((self._capital[picked], joiners))
        order = np.argsort(number, kind="stable")
        number = number[order]
        traits = np.concatenate((self._traits[picked], np.zeros(len(joiners), np.uint16)))[order]
        opens = np.concatenate((self._opens[picked], np.zeros(len(joiners), bool)))[order]
        if len(number) == 0:
            return
        first = np.flatnonzero(np.concatenate(([True], ~self._adjacent(number[:-1], number[1:]))))
        last = np.append(first[1:], len(number))
        telling, naming, head = (
            np.add.reduceat((traits & bit) != 0, first, dtype=np.int64) for bit in (TELLING, NAMING, HEAD)
        )
        hopeful = np.flatnonzero((telling > 0) | ((naming > 1) & (head > 0)))
        first, last = first[hopeful], last[hopeful]
        sentence = tokens.sentence[number[first]]
        paper = np.searchsorted(self._papers.start, tokens.start[number[first]], "right") - 1
        heads = (first, last, self._heading[sentence], self._sentences.end[sentence], paper)
        start, end = tokens.start[number].tolist(), tokens.end[number].tolist()
        told, opened = traits.tolist(), opens.tolist()
        for low, high, heading, limit, where in zip(*(column.tolist() for column in heads), strict=True):
            chain = [Token(start[n], end[n], text[start[n] : end[n]], opened[n], told[n]) for n in range(low, high)]
            yield chain, heading, limit, self._written(where)

    def _free(self, which: Array, hits: Hits) -> Array:
        """Which of some tokens no hit covers."""
        start = self._tokens.start[which]
        free: Array = ~hits.cover(start, start + 1)
        return free

    def _joiners(self, capital: Array, hits: Hits) -> Array:
        """Small words that follow capitalised ones and may join them to what follows."""
        starts, kinds = self._tokens.start, self._letters.kinds
        found, last = [], capital
        for _ in range(_MAX_JOINERS):
            last = last[last < len(starts) - 1]
            following = last[self._adjacent(last, last + 1)] + 1
            following = following[(kinds[starts[following]] & UPPER) == 0]
            following = following[self._free(following, hits)]
            words = self._tokens.take(following).surfaces(self._letters.text)
            last = following[np.fromiter((word in self.lexicon.joiners for word in words), bool, len(words))]
            found.append(last)
        return np.concatenate(found)

    def _adjacent(self, one: Array, other: Array) -> Array:
        """Whether nothing but a blank or a hyphen stands between tokens, or a point that belongs to the first."""
        tokens, points = self._tokens, self._letters.points
        end, start = tokens.end[one], tokens.start[other]
        gap, sign = start - end, points[end]
        blank = (sign == ord(" ")) | (sign == ord("\u00a0")) | (sign == ord("-"))
        double = (sign == ord(" ")) & (points[end + (gap > 1)] == ord(" "))
        pointed = points[end - 1] == ord(".")
        near = ((gap == 1) & blank) | ((gap == 2) & double) | ((gap == 0) & pointed)
        adjacent: Array = near & (tokens.sentence[one] == tokens.sentence[other])
        return adjacent
