"""Words as arrays: where they stand in a text, which of them open a sentence, which sentences are in capitals."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from regesta.entities.letters import ALNUM, JOINT, LETTER, LOWER, OPENING, SMALL, UPPER, WORD, Array, Letters
from regesta.entities.papers import Spans

# A word is letters and digits, joined by hyphens and apostrophes (but for the "’s" of possession).
_HYPHEN, _POINT = "-", "."
# Initials before a word, and abbreviations of capitals, keep their points.
_POINTED = re.compile(r"(?:[^\W\d_]\.){1,3}(?=\s?[^\W\d_]{2})|(?:[A-Z]\.){2,}")


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


def plain_words(letters: Letters, sentences: Spans) -> Words:
    """Words without hyphens and apostrophes: runs of letters and digits."""
    inside = (letters.kinds & ALNUM) != 0
    # By turns where a word begins and where it ends: the last of `kinds` is of no kind.
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    if inside[0]:
        edges = np.concatenate(([0], edges))
    # What a sentence ends in the middle of a word begins there anew.
    cuts = np.concatenate((sentences.start[sentences.start > 0], sentences.end))
    cuts = cuts[inside[cuts] & inside[cuts - 1]]
    if len(cuts):
        cuts = np.unique(cuts)
        edges = np.sort(np.concatenate((edges, cuts, cuts)), kind="stable")
    start, end = edges[::2], edges[1::2]
    low, high = np.searchsorted(start, sentences.start), np.searchsorted(start, sentences.end)
    counts = high - low
    sentence = np.repeat(np.arange(len(counts)), counts)
    if len(sentence) < len(start):
        which = np.arange(len(sentence)) + np.repeat(low - np.cumsum(counts) + counts, counts)
        start, end = start[which], end[which]
    return Words(start, end, sentence)


def tokens(letters: Letters, sentences: Spans, words: Words) -> Words:
    """Words with the hyphens and apostrophes inside them, and initials with their points."""
    if len(words.start) < 2:
        return _pointed(letters, sentences, words)
    points, kinds = letters.points, letters.kinds
    place = np.flatnonzero((kinds & JOINT) != 0)
    # Between which words each of them stands.
    left = np.minimum(np.searchsorted(words.end, place), len(words.end) - 2)
    right = left + 1
    between = (words.end[left] == place) & (words.start[right] == place + 1)
    between &= words.sentence[left] == words.sentence[right]
    end = words.end[right]
    possessive = (end == place + 2) & (points[place + 1] == ord("s"))
    possessive &= ((kinds[end] & WORD) == 0) | (end >= sentences.end[words.sentence[right]])
    left = left[between & ((points[place] == ord(_HYPHEN)) | ~possessive)]
    first = np.ones(len(words.start), bool)
    first[left + 1] = False
    last = np.ones(len(words.start), bool)
    last[left] = False
    joined = Words(words.start[first], words.end[last], words.sentence[first])
    return _pointed(letters, sentences, joined)


def _pointed(letters: Letters, sentences: Spans, words: Words) -> Words:
    if len(words.end) == 0:
        return words
    points = np.flatnonzero(letters.points == ord(_POINT))
    before = np.minimum(np.searchsorted(words.end, points), len(words.end) - 1)
    single = (words.end[before] == points) & (words.start[before] == points - 1)
    single &= (letters.kinds[points - 1] & LETTER) != 0
    end = words.end.copy()
    keep = np.ones(len(end), bool)
    reach = 0
    for number in before[single].tolist():
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
    edges = np.stack((sentences.start, sentences.end), 1).ravel()
    letter = (kinds & LETTER) != 0
    inside = letter[1:] & letter[:-1]
    inside[edges[edges > 0] - 1] = False
    # Longer words have a letter that is none's next, and three more.
    first = letter.copy()
    first[1:] &= ~inside
    longer = np.flatnonzero(first[:-3] & inside[:-2] & inside[1:-1] & inside[2:])
    upper = longer[(kinds[longer] & UPPER) != 0]
    long, capitals = (np.diff(np.searchsorted(places, edges))[::2] for places in (longer, upper))
    share = capitals / np.maximum(long, 1)
    together = np.bitwise_or.reduceat(kinds, edges)[::2] if len(edges) else np.zeros(0, np.uint8)
    capital: Array = (headings & (long > 3) & (share > 0.6)) | ((long > 6) & (share > 0.8))
    capital |= (together & (UPPER | LOWER)) == UPPER
    return capital


def capital_words(letters: Letters, words: Words) -> Words:
    """Words that do not begin with a small ASCII letter or a digit."""
    kinds = letters.kinds[words.start]
    return words.take(np.flatnonzero((kinds & (LETTER | SMALL)) == LETTER))
