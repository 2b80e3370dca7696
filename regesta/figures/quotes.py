"""Who says so: quotation marks, and the words that name the source of a figure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from regesta.figures.lexicon import words

_MARKS = re.compile('["“”„«»‟]')
_OPENS, _CLOSES = "“„«‟", "”»"
_CUT = re.compile(r"[,;:()\[\]“”\"«»—–]|\d|\.\s|\s-\s")
_CUT_SOURCE = re.compile(r"[,;:()\[\]]|\d|\.\s|\s[-–—]\s")
_MOST_WORDS = 12


class Quote(NamedTuple):
    """A stretch in quotation marks, the marks left out."""

    start: int
    end: int


def quotes(text: str, blocks: Sequence[int]) -> list[Quote]:
    """The quotations of a paper, outermost ones only, in order.

    Marks that open and close (“ ”, « ») may run over paragraphs, where each new paragraph may open anew. Straight
    marks open and close in turn within a paragraph.

    Args:
        text: the paper.
        blocks: where its paragraphs begin.
    """
    out: list[Quote] = []
    depth, start, straight, block = 0, 0, -1, -1
    starts = set(blocks)
    for mark in _MARKS.finditer(text):
        at, sign = mark.start(), mark[0]
        here = bisect_right(blocks, at)
        if here != block:
            block, straight = here, -1
        if sign in _OPENS:
            if depth and (at in starts or not text[max(0, at - 12) : at].strip(" \t*_>")):
                continue
            depth += 1
            if depth == 1:
                start = at + 1
        elif sign in _CLOSES and depth:
            depth -= 1
            if not depth:
                out.append(Quote(start, at))
        elif sign == '"' and not depth:
            if straight < 0:
                straight = at + 1
            else:
                out.append(Quote(straight, at))
                straight = -1
    if depth:
        # Never closed: it holds for the paragraph that it opens in.
        after = [b for b in blocks if b > start]
        out.append(Quote(start, after[0] if after else len(text)))
    return sorted(out)


class Speaker(NamedTuple):
    """Words that name a source, and the stretch they speak for.

    Attributes:
        words: the words, white space made plain.
        at: where the verb or "according to" stands.
        ahead: whether what is said follows (or else goes before).
    """

    words: str
    at: int
    ahead: bool


class Sources:
    """Finds the words that name a source in a sentence of one language."""

    def __init__(self, language: str) -> None:
        raw = words(language).raw
        self.weak = frozenset(raw["says_weak"])
        self.says = re.compile(rf"\b(?:{_any(raw['says'])})\b", re.IGNORECASE)
        self.according = re.compile(rf"\b(?:{_any(raw['according'])})\s+", re.IGNORECASE)
        self.adverbs, self.nobody = frozenset(raw["said_adverbs"]), frozenset(raw["said_by_nobody"])
        self.pronouns = frozenset(raw["said_pronouns"])
        self.ends = re.compile(rf"\b(?:{_any(raw['said_ends'])})\b|[,.;:\"“”]")
        self.alone = re.compile(rf"\b(?:{_any(raw['according_alone'])})\b", re.IGNORECASE)

    def find(self, text: str, start: int, end: int) -> list[Speaker]:
        """The sources named in text[start:end], in order."""
        out = [
            Speaker(named, found.start(), True)
            for found in self.according.finditer(text, start, end)
            if (named := self._named(text, found.end(), end))
        ]
        taken = [(s.at, s.at + 40) for s in out]
        out += [
            Speaker(_plain(found[0]), found.start(), True)
            for found in self.alone.finditer(text, start, end)
            if not any(a <= found.start() <= b for a, b in taken)
        ]
        for verb in self.says.finditer(text, start, end):
            if speaker := self._speaker(text, verb, start, end):
                out.append(speaker)
        return sorted(out, key=lambda s: s.at)

    @staticmethod
    def _named(text: str, start: int, end: int) -> str:
        cut = _CUT_SOURCE.search(text, start, end)
        named = _plain(text[start : cut.start() if cut else end])
        return named.rstrip(" .") if 0 < len(named.split()) <= _MOST_WORDS else ""

    def _speaker(self, text: str, verb: re.Match[str], start: int, end: int) -> Speaker | None:
        after = text[verb.end() : min(end, verb.end() + 30)]
        before = text[start : verb.start()].rstrip()
        telling = bool(re.match(r"\s*(?:[\w ]{0,20}\bthat\b|[:“\"«])|,?\s*[“\"«]", after))
        closing = not re.sub(r'[ .”"»)]', "", after) or bool(re.match(r"\s*[.,;]", after))
        quoted_before = before.endswith(("”", '"', "»", "”,", '",', "-", "–"))
        if verb[0].lower() in self.weak and not (telling or closing or quoted_before):
            return None
        cut = [m.end() for m in _CUT.finditer(before)]
        subject = self._subject(before[cut[-1] if cut else 0 :])
        if not subject and cut and before[: cut[-1]].rstrip().endswith(","):
            # "X, the minister, said": the name stands before the comma.
            subject = self._subject(re.split(r"[;:“”\"]", before[: cut[-1] - 1])[-1].split(",")[-1])
        if not subject and quoted_before:
            behind = text[verb.end() : end]
            stop = self.ends.search(behind)
            subject = _plain(behind[: stop.start() if stop else len(behind)])
            return Speaker(subject, verb.start(), False) if 0 < len(subject.split()) <= _MOST_WORDS else None
        if not subject:
            return None
        if telling:
            return Speaker(subject, verb.start(), True)
        if closing or quoted_before:
            return Speaker(subject, verb.start(), False)
        return Speaker(subject, verb.start(), True)

    def _subject(self, text: str) -> str:
        """The subject that ends before a verb; empty where the words are none ("it is", "which")."""
        tokens = text.split()
        while tokens and tokens[-1].lower() in self.adverbs:
            tokens.pop()
        while tokens and tokens[0].lower() in self.adverbs:
            tokens.pop(0)
        if not tokens or len(tokens) > _MOST_WORDS or (len(tokens) == 1 and tokens[0].lower() in self.nobody):
            return ""
        named = tokens[-1].lower() in self.pronouns or any(t[:1].isupper() for t in tokens)
        return _plain(" ".join(tokens)) if named or tokens[0].lower() in ("the", "a", "an") else ""


def source_of(
    speakers: Sequence[Sequence[Speaker]],
    sentence: int,
    start: int,
    quote: Quote | None,
    spans: Sequence[tuple[int, int]],
) -> str | None:
    """The words that name the source of a figure.

    Args:
        speakers: the sources named in each sentence of the paper.
        sentence: the sentence of the figure.
        start: where the figure begins.
        quote: the quotation around it, if any.
        spans: the sentences.
    """
    inside = [s for s in speakers[sentence] if quote is None or quote.start <= s.at < quote.end]
    own = [s for s in inside if s.at < start and s.ahead] or [s for s in inside if s.at > start and not s.ahead]
    if own:
        return own[-1].words if own[0].at < start else own[0].words
    if quote is None:
        return None
    first = bisect_right([a for a, _ in spans], quote.start) - 1
    last = bisect_right([a for a, _ in spans], quote.end) - 1
    opening = [s for s in speakers[first] if s.at < quote.start] if first >= 0 else []
    if opening:
        return opening[-1].words
    for place in (last, last + 1):
        if 0 <= place < len(speakers):
            closing = [s for s in speakers[place] if quote.end <= s.at <= quote.end + 250]
            if closing:
                return closing[0].words
    if first > 0 and quote.start - spans[first][0] <= 3:
        before = [s for s in speakers[first - 1] if s.ahead]
        if before:
            return before[-1].words
    return None


def _any(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(p).replace(r"\ ", r"\s+") for p in sorted(phrases, key=len, reverse=True))


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(" ,.*_")


@cache
def sources(language: str) -> Sources:
    """The finder of sources of a language; one a process."""
    return Sources(language)
