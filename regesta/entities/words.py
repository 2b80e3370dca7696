"""Words as arrays: where they stand in a text, which of them open a sentence, which sentences are in capitals."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from regesta.entities.letters import ALNUM, LETTER, LOWER, OPENING, SMALL, UPPER, WORD, Array, Letters
from regesta.entities.papers import Spans

# A word is letters and digits, joined by hyphens and apostrophes (but for the "’s" of possession).
_HYPHEN, _APOSTROPHES, _POINT = "-", "’'`", "."
# Initials before a word, and abbreviations of capitals, keep their points.
_POINTED = re.compile(r"(?:[^\W\d_]\.){1,3}(?=\s?[^\W\d_]{2})|(?:[A-Z]\.){2,}")
_LONG = 4


@dataclass(frozen=True, slots=True)
class Words:
    """Words as columns, in the order of the text: first code point, one past the last, number of the sentence."""

    start: Array
    end: Array
    sentence: Array

    def take(self, which: Array | slice) -> Words:
        """Some of them."""
        return Words(self.start[which], self.end[which], self.sentence[which])

    def surfaces(self, text: str) -> list[str]:
        """The words themselves."""
        return [text[start:end] for start, end in zip(self.start.tolist(), self.end.tolist(), strict=True)]


def _runs(kinds: Array, of: int, sentences: Spans) -> tuple[Words, Array]:
    """Runs of code points of one kind in each sentence; the second value says where those of each sentence begin."""
    inside = (kinds & of) != 0
    before = np.concatenate(([False], inside[:-1]))
    after = np.concatenate((inside[1:], [False]))
    # What a sentence ends in the middle of a word begins there anew.
    before[sentences.start] = before[sentences.end] = False
    after[sentences.start - 1] = after[sentences.end - 1] = False
    start = np.flatnonzero(inside & ~before)
    end = np.flatnonzero(inside & ~after) + 1
    low, high = np.searchsorted(start, sentences.start), np.searchsorted(start, sentences.end)
    counts = high - low
    total = np.cumsum(counts)
    sentence = np.repeat(np.arange(len(counts)), counts)
    which = np.arange(total[-1] if len(total) else 0) + np.repeat(low - total + counts, counts)
    return Words(start[which], end[which], sentence), np.append(total - counts, total[-1:])


def plain_words(letters: Letters, sentences: Spans) -> Words:
    """Words without hyphens and apostrophes: runs of letters and digits."""
    return _runs(letters.kinds, ALNUM, sentences)[0]


def tokens(letters: Letters, sentences: Spans, words: Words) -> Words:
    """Words with the hyphens and apostrophes inside them, and initials with their points."""
    if len(words.start) < 2:
        return _pointed(letters, sentences, words)
    points, kinds = letters.points, letters.kinds
    hyphen = points == ord(_HYPHEN)
    place = np.flatnonzero(np.logical_or.reduce([hyphen, *(points == ord(char) for char in _APOSTROPHES)]))
    # Between which words each of them stands.
    left = np.minimum(np.searchsorted(words.end, place), len(words.end) - 2)
    right = left + 1
    between = (words.end[left] == place) & (words.start[right] == place + 1)
    between &= words.sentence[left] == words.sentence[right]
    end = words.end[right]
    possessive = (end == place + 2) & (points[place + 1] == ord("s"))
    possessive &= ((kinds[end] & WORD) == 0) | (end >= sentences.end[words.sentence[right]])
    left = left[between & (hyphen[place] | ~possessive)]
    first = np.ones(len(words.start), bool)
    first[left + 1] = False
    last = np.ones(len(words.start), bool)
    last[left] = False
    joined = Words(words.start[first], words.end[last], words.sentence[first])
    return _pointed(letters, sentences, joined)


def _pointed(letters: Letters, sentences: Spans, words: Words) -> Words:
    single = (words.end - words.start == 1) & (letters.points[words.end] == ord(_POINT))
    single &= (letters.kinds[words.start] & LETTER) != 0
    end = words.end.copy()
    keep = np.ones(len(end), bool)
    reach = 0
    for number in np.flatnonzero(single).tolist():
        start = int(words.start[number])
        if start < reach:
            continue
        found = _POINTED.match(letters.text, start, int(sentences.end[words.sentence[number]]))
        if found:
            reach = end[number] = found.end()
            keep[number + 1 : np.searchsorted(words.start, reach)] = False
    return Words(words.start[keep], end[keep], words.sentence[keep]) if reach else words


def opens(letters: Letters, sentences: Spans, words: Words, which: Array) -> Array:
    """Which of some words (by number) stand where a capital proves nothing: at the head of a sentence or behind one of
    the signs that open one."""
    start, sentence = words.start[which], words.sentence[which]
    head = (which == 0) | (words.sentence[which - 1] != sentence)
    opening = (letters.kinds & OPENING) != 0
    low = sentences.start[sentence]
    near = (opening[start - 1] & (start > low)) | (opening[start - 2] & (start > low + 1))
    opened: Array = head | near
    return opened


def in_capitals(letters: Letters, sentences: Spans, headings: Array) -> Array:
    """In which sentences a capital proves nothing, because most of their longer words have one.

    Args:
        letters: the text.
        sentences: its sentences.
        headings: which of them stand in a heading.
    """
    kinds = letters.kinds
    words, first = _runs(kinds, LETTER, sentences)
    long = words.end - words.start >= _LONG
    upper = long & ((kinds[words.start] & UPPER) != 0)
    longer, capitals = (
        np.diff(np.concatenate(([0], np.cumsum(which)))[first]).astype(float) for which in (long, upper)
    )
    share = capitals / np.maximum(longer, 1)
    edges = np.stack((sentences.start, sentences.end), 1).ravel()
    together = np.bitwise_or.reduceat(kinds, edges)[::2] if len(edges) else np.zeros(0, np.uint8)
    capital: Array = (headings & (longer > 3) & (share > 0.6)) | ((longer > 6) & (share > 0.8))
    capital |= (together & (UPPER | LOWER)) == UPPER
    return capital


def capital_words(letters: Letters, words: Words) -> Words:
    """Words that do not begin with a small ASCII letter or a digit."""
    kinds = letters.kinds[words.start]
    return words.take(np.flatnonzero((kinds & (LETTER | SMALL)) == LETTER))
