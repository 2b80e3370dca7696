"""Who says so: quotation marks, and the words that name the source of a figure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import re2

from regesta.figures.lexicon import words
from regesta.tables.columns import Numbers
from regesta.temporal import engine

_OPENS, _CLOSES = "“„«‟", "”»"
_MARKS = frozenset('"' + _OPENS + _CLOSES)
_BEGINS_MARK = bytes(any(mark.encode()[0] == byte for mark in _MARKS) for byte in range(256))
# All the signs that a cut may begin with come first, as one class: the engine leaps to the next of them.
_CUT = re.compile(r"[,;:()\[\]“”\"«»—–\d.\s](?:(?<=[^.\s])|(?<=\.)\s|(?<=\s)-\s)")
_CUT_SOURCE = re.compile(r"[,;:()\[\]\d.\s](?:(?<=[^.\s])|(?<=\.)\s|(?<=\s)[-–—]\s)")
_ASIDE = frozenset(',”»"-–—')
# Characters beyond which no speaker is named: farther off, its words would be more than the most.
_FAR = 2_000
_MOST_WORDS = 16
_NEAR = 400
_REACH = 60
# "said that", "said: “…", "wrote of the flood as follows: “…".
_TELLING = re.compile(r"\s*(?:[\w ]{0,20}\bthat\b|[:“\"«])|,?\s*[“\"«]|[\w ]{0,50}:\s*[“\"«]")
_SHORT = 3
_CLOSING = ' .”"»)'
_ANY_SPACE = r"(?:[\s\x0b\x1c-\x1f]|[^\x00-\x7f])+"


class Quote(NamedTuple):
    """A stretch in quotation marks, the marks left out."""

    start: int
    end: int


def marks(raw: bytes) -> Numbers:
    """Bytes at which a quotation mark may begin: all that do, and some others."""
    return np.flatnonzero(np.frombuffer(raw.translate(_BEGINS_MARK), np.bool_))


def quotes(text: str, marks: Iterable[int], blocks: Sequence[int], end: int) -> list[Quote]:
    """The quotations of a paper, outermost ones only, in order.

    Marks that open and close (“ ”, « ») may run over paragraphs, where each new paragraph may open anew. Straight
    marks open and close in turn within a paragraph.

    Args:
        text: a text that the paper is part of.
        marks: where quotation marks may stand in the paper.
        blocks: where its paragraphs begin.
        end: where it ends.
    """
    signs = [(at, text[at]) for at in marks if text[at] in _MARKS]
    pairs = _curly(signs, set(blocks))
    out: list[Quote] = []
    straight, block, covered = -1, -1, -1
    for at, sign in signs:
        if at <= covered:
            continue
        here = bisect_right(blocks, at)
        if here != block:
            block, straight = here, -1
        if sign in _OPENS:
            covered = pairs[at] if at in pairs else _unclosed(text, at, blocks, end)
            out.append(Quote(at + 1, covered))
            straight = -1
        elif sign == '"' and straight < 0:
            straight = at + 1
        elif sign == '"':
            out.append(Quote(straight, at))
            straight = -1
    return out


def _curly(signs: Iterable[tuple[int, str]], starts: set[int]) -> dict[int, int]:
    """Marks that open, each with the one that closes it."""
    opened: list[int] = []
    pairs: dict[int, int] = {}
    for at, sign in signs:
        if sign in _OPENS:
            if opened and at in starts:
                # A quotation that goes on in a new paragraph opens anew.
                continue
            opened.append(at)
        elif sign in _CLOSES and opened:
            pairs[opened.pop()] = at
    return pairs


def _unclosed(text: str, at: int, blocks: Sequence[int], end: int) -> int:
    """Where a quotation ends that no mark of its kind closes: at a straight mark near by, else with its paragraph."""
    straight = text.find('"', at, end)
    if 0 <= straight - at < _NEAR:
        return straight
    after = bisect_right(blocks, at)
    return blocks[after] if after < len(blocks) else end


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
        self.says = re.compile(rf"(?<![-\w])(?:{_any(raw['says'])})\b", re.IGNORECASE)
        self.according = re.compile(rf"\b(?:{_any(raw['according'])})\s+", re.IGNORECASE)
        self.adverbs, self.nobody = frozenset(raw["said_adverbs"]), frozenset(raw["said_by_nobody"])
        self.within = re.compile(rf"(?<!\s)\s+(?:{_any(raw['said_within'])})\s.*", re.DOTALL)
        self.passive = frozenset(raw["said_passive"])
        self.pronouns = frozenset(raw["said_pronouns"])
        self.ends = re.compile(rf"\b(?:{_any(raw['said_ends'])})\b|[,.;:\"“”]")
        hedges = [w for texts in raw["modifiers"].values() for w in texts]
        self.hedge = re.compile(rf"(?<!\s)\s+(?:{_any(hedges)})\Z", re.IGNORECASE)
        self.alone = re.compile(rf"\b(?:{_any(raw['according_alone'])})\b", re.IGNORECASE)
        # Wider than the three together: no bounds of words, and what is beyond ASCII may be a space.
        cues = _any([*raw["says"], *raw["according"], *raw["according_alone"]]).replace(r"\s+", _ANY_SPACE)
        self._cue = engine.searcher(re2.compile(f"(?i:{cues})".encode(), engine.options()))

    def cues(self, raw: bytes, start: int, end: int) -> list[int]:
        """Where words may stand in some bytes of UTF-8 that tell of a source."""
        found = []
        at, _ = self._cue(raw, start, end)
        while at >= 0:
            found.append(at)
            at, _ = self._cue(raw, at + 1, end)
        return found

    def find(self, text: str, start: int, end: int, cues: Sequence[int]) -> list[Speaker]:
        """The sources named in text[start:end], in order; words that tell of one stand at `cues` if anywhere."""
        out = [
            Speaker(named, found.start(), True)
            for found in _matches(self.according, text, cues, end)
            if (named := self._named(text, found.end(), end))
        ]
        taken = [(s.at, s.at + 40) for s in out]
        out += [
            Speaker(_plain(found[0]), found.start(), True)
            for found in _matches(self.alone, text, cues, end)
            if not any(a <= found.start() <= b for a, b in taken)
        ]
        for verb in _matches(self.says, text, cues, end):
            if speaker := self._speaker(text, verb, start, end):
                out.append(speaker)
        return sorted(out, key=lambda s: s.at)

    def _named(self, text: str, start: int, end: int) -> str:
        cut = _CUT_SOURCE.search(text, start, end)
        named = _plain(text[start : cut.start() if cut else end])
        named = self.hedge.sub("", named)
        return named.rstrip(" .") if 0 < len(named.split()) <= _MOST_WORDS else ""

    def _speaker(self, text: str, verb: re.Match[str], start: int, end: int) -> Speaker | None:
        after = text[verb.end() : min(end, verb.end() + _REACH)]
        before = text[max(start, verb.start() - _FAR) : verb.start()].rstrip()
        telling = _TELLING.match(after) is not None
        closing = not after.strip(_CLOSING) or after.lstrip().startswith((".", ",", ";"))
        quoted_before = before.endswith(("”", '"', "»", "”,", '",', "-", "–"))
        if verb[0].lower() in self.weak and not (telling or closing or quoted_before):
            return None
        inverted = before.endswith(",") and not telling and not closing
        if inverted or (quoted_before and not telling):
            behind = text[verb.end() : min(end, verb.end() + _FAR)]
            stop = self.ends.search(behind)
            named = _plain(behind[: stop.start() if stop else len(behind)])
            if 0 < len(named.split()) <= _MOST_WORDS:
                return Speaker(named, verb.start(), False)
        cut = [m.end() for m in (_CUT_SOURCE if quoted_before else _CUT).finditer(before)]
        aside = bool(cut) and before[: cut[-1]].rstrip()[-1:] in _ASIDE
        if verb[0].lower() in self.weak and not (telling or quoted_before or aside):
            # "14 US states." tells nothing of who says so; "…, the report states." does.
            return None
        rest = before[cut[-1] if cut else 0 :]
        subject = self._subject(rest)
        if not subject and closing and cut and 0 < len(rest.split()) <= _SHORT:
            # "…, police reported."
            subject = _plain(rest) if rest.split()[-1].lower() not in self.nobody else ""
        if not subject and cut and before[: cut[-1]].rstrip().endswith(","):
            # "X, the minister, said": the name stands before the comma.
            subject = self._subject(re.split(r"[;:“”\"]", before[: cut[-1] - 1])[-1].split(",")[-1])
        if not subject:
            return None
        if telling:
            return Speaker(subject, verb.start(), True)
        if closing or quoted_before:
            return Speaker(subject, verb.start(), False)
        return Speaker(subject, verb.start(), True)

    def _subject(self, text: str) -> str:
        """The subject that ends before a verb; empty where the words are none ("it is", "which")."""
        tokens = self.within.sub("", text).split()
        while tokens and tokens[-1].lower() in self.adverbs:
            if tokens.pop().lower() in self.passive:
                # "The damage is estimated at": nobody is named who did.
                return ""
        while tokens and tokens[0].lower() in self.adverbs:
            tokens.pop(0)
        if not tokens or len(tokens) > _MOST_WORDS or tokens[-1].lower() in self.nobody:
            return ""
        named = tokens[-1].lower() in self.pronouns or any(t[:1].isupper() for t in tokens)
        return _plain(" ".join(tokens)) if named or tokens[0].lower() in ("the", "a", "an") else ""


def _matches(pattern: re.Pattern[str], text: str, places: Iterable[int], end: int) -> Iterator[re.Match[str]]:
    """What `finditer` gives, where it is known at which places alone a match may begin."""
    last = 0
    for at in places:
        if at >= last and (found := pattern.match(text, at, end)):
            last = found.end()
            yield found


class Told(dict[int, list[Speaker]]):
    """The sources named in each sentence of a text, looked for when a figure asks.

    Args:
        text: the text.
        raw: the same in UTF-8.
        spans: first character of each sentence, one past the last, and the same in bytes.
        language: the language.
    """

    def __init__(self, text: str, raw: bytes, spans: Sequence[Numbers], language: str) -> None:
        super().__init__()
        self.text, self.raw = text, raw
        self.starts, self.ends, self.first_bytes, self.last_bytes = (span.tolist() for span in spans)
        self.sources = sources(language)

    def __missing__(self, sentence: int) -> list[Speaker]:
        low, high = self.first_bytes[sentence], self.last_bytes[sentence]
        start, end = self.starts[sentence], self.ends[sentence]
        cues = self.sources.cues(self.raw, low, high)
        if high - low == end - start:
            cues = [at - low + start for at in cues]
        else:
            cues = [start + len(self.raw[low:at].decode("utf-8", "surrogatepass")) for at in cues]
        found = self[sentence] = self.sources.find(self.text, start, end, cues) if cues else []
        return found

    def source_of(self, sentence: int, start: int, quote: Quote | None, paper: tuple[int, int]) -> Speaker | None:
        """The source of a figure, where its paper names one.

        Args:
            sentence: the sentence of the figure.
            start: where the figure begins.
            quote: the quotation around it, if any.
            paper: the first sentence of its paper, and one past the last.
        """
        inside = self[sentence]
        if quote is not None and inside:
            inside = [s for s in inside if quote.start <= s.at < quote.end]
        if inside:
            own = [
                s for s in inside if s.at < start and s.ahead and not _quoted_away(self.text[s.at : start], quote)
            ] or [s for s in inside if s.at > start and not s.ahead]
            if own:
                return own[-1] if own[0].at < start else own[0]
        return None if quote is None else self._around(quote, paper)

    def _around(self, quote: Quote, paper: tuple[int, int]) -> Speaker | None:
        """The source of a quotation, named before or behind it."""
        first = bisect_right(self.starts, quote.start, *paper) - 1
        last = bisect_right(self.starts, quote.end, *paper) - 1
        opening = [s for s in self[first] if s.at < quote.start] if first >= paper[0] else []
        if opening:
            return opening[-1]
        for place in (last, last + 1):
            if paper[0] <= place < paper[1]:
                closing = [s for s in self[place] if quote.end <= s.at <= quote.end + 250]
                if closing:
                    return closing[0]
        if first > paper[0] and quote.start - self.starts[first] <= 3:
            before = [s for s in self[first - 1] if s.ahead]
            if before:
                return before[-1]
        return None


def span_of(text: str, speaker: Speaker, low: int, high: int) -> tuple[int, int] | None:
    """Where the words that name a source stand between two places of a text: nearest to their verb."""
    tokens, at = speaker.words.split(), speaker.at

    def nearest(reach: int, more: int) -> tuple[int, int] | None:
        spans = _spelled(text, tokens, max(low, at - reach), min(high, at + reach + more))
        return min(spans, key=lambda span: abs(span[0] - at), default=None)

    near = nearest(_REACH, 2 * len(speaker.words))
    return near if near and abs(near[0] - at) <= _REACH else nearest(_NEAR, 0)


def _spelled(text: str, tokens: Sequence[str], low: int, high: int) -> Iterator[tuple[int, int]]:
    """Where words stand one behind the other, whatever white space is between them."""
    start = text.find(tokens[0], low, high)
    while start >= 0:
        end = start + len(tokens[0])
        for token in tokens[1:]:
            gap = end
            while end < high and text[end].isspace():
                end += 1
            if end == gap or not text.startswith(token, end, high):
                break
            end += len(token)
        else:
            yield start, end
            start = end - 1
        start = text.find(tokens[0], start + 1, high)


def _quoted_away(between: str, quote: Quote | None) -> bool:
    """Whether what a source said has ended before the figure: its own quotation, inside another one, is closed."""
    return quote is not None and between.count('"') >= 2 and between.count('"') % 2 == 0


def _any(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(p).replace(r"\ ", r"\s+") for p in sorted(phrases, key=len, reverse=True))


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(" ,.*_")


@cache
def sources(language: str) -> Sources:
    """The finder of sources of a language; one a process."""
    return Sources(language)
