"""What a short line of a paper is made of: a date, a dateline, a web address, a formula of enactment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, NamedTuple

from regesta.segment.layout import HEADING_LINES, LONG, Chunk, Line
from regesta.segment.rules import Rules
from regesta.temporal import Timex, find_each, has_rules

Mark = Literal["date", "dateline", "enacted", "url", "name", "prose"]

_URL = re.compile(
    r"\W*((?:https?://|ftp://|www\.)[^\s<>()]+|[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,6}(?:/[^\s<>()]*)?)\W*\Z",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:\w+://)?([^/\s:]+)")
_LIST_MARK = re.compile(r"(?:[-–—•*·▪◦]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxlcIVXLC]{1,6})[.)])\s+")
_SENTENCE_END = re.compile(r"[.;:,!?…][\"'”’»)\]*_]*\Z")
_SMALL_WORD = re.compile(r"(?:of|the|and|de|la|le|di|da|von|van|al|el|ibn|bin|for|on|in|to|at)\Z", re.IGNORECASE)
_LAST_BRACKET = re.compile(r"\s*\([^()]*\)\W*\Z")
_WORD = re.compile(r"[^\W_]+(?:[-'’`.][^\W_]+)*\.?")


class Reading(NamedTuple):
    """A line read: what it is, the date in it, where the line begins in its source, and the words before the date."""

    mark: Mark
    date: Timex | None = None
    at: int = 0
    beside: str = ""


class Dates:
    """The dates in short texts of one language; each text is looked at once, and many at a time."""

    def __init__(self, language: str) -> None:
        """Find dates by the rules of a language, or else of English."""
        self._language = language if has_rules(language) else "en"
        self._known: dict[str, tuple[Timex, ...]] = {}

    def foresee(self, texts: Iterable[str]) -> None:
        """Find the dates of texts that will be asked for, all in one pass."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for text, found in zip(new, find_each(new, [None] * len(new), language=self._language), strict=True):
            self._known[text] = tuple(
                t for t in found if t.type in ("DATE", "INTERVAL", "TIME") and t.basis == "explicit" and t.earliest
            )

    def explicit(self, text: str) -> tuple[Timex, ...]:
        """The dates, intervals and times in a text that are complete in themselves, a year given."""
        if text not in self._known:
            if not any(map(str.isdigit, text)):
                return ()
            self.foresee([text])
        return self._known[text]

    def of_paper(self, text: str) -> list[Timex]:
        """Those that can be the date of a paper: one day (of a point of time, its day) or one month."""
        days = [
            replace(t, type="DATE", granularity="day", edtf=t.earliest.isoformat())
            if t.type == "TIME" and t.earliest == t.latest and t.earliest
            else t
            for t in self.explicit(text)
        ]
        return [t for t in days if t.type == "DATE" and t.granularity in ("day", "month")]


def read_line(line: Line, dates: Dates, words: Rules) -> Reading:
    """Say what a line is; it is looked at once. Anything long is prose."""
    if line.reading is None:
        line.reading = _read(line, dates, words)
    return line.reading


def _read(line: Line, dates: Dates, words: Rules) -> Reading:
    if len(line.text) > LONG // 2:
        return Reading("prose")
    if address(line.text):
        return Reading("url")
    found = dates.of_paper(line.text)
    if found and (dated := _read_dated(line, found[-1], words)):
        return dated
    if words.enacted.match(line.plain) and line.plain[0].isupper():
        return Reading("enacted")
    if name_like(line.plain, words) and not _SENTENCE_END.search(line.plain.rstrip(",")):
        return Reading("name")
    return Reading("prose")


def _read_dated(line: Line, date: Timex, words: Rules) -> Reading | None:
    """The reading of a line that ends in a date, if the date is what it is for."""
    before, after = line.text[: date.start], line.text[date.end :]
    beside = f"{before} {after}".strip(" \t*_()[]:.,")
    if not _WORD.search(beside) or words.date_word.fullmatch(beside):
        return Reading("date", date, line.start)
    if _WORD.search(after) or date.granularity != "day":
        return None
    if words.enacted.match(line.plain) and line.plain[0].isupper():
        return Reading("enacted", date, line.start, before)
    return Reading("dateline", date, line.start, before) if name_like(before, words, most=9) else None


def address(text: str) -> str | None:
    """The web address that a line consists of, without mark-up, or None."""
    if len(text) > LONG or "." not in text:
        return None
    found = _URL.match(text)
    if not found or "@" in text:
        return None
    url = found[1].rstrip(".,;")
    return url if url.startswith(("http", "ftp", "www.")) or url.islower() else None


def host(url: str) -> str:
    """The host part of a web address, as written."""
    found = _HOST.match(url)
    return found[1] if found else url


def name_like(text: str, words: Rules, most: int = 12) -> bool:
    """Whether a text is words that begin with a capital, small linking words and place words between them."""
    found = _WORD.findall(text)
    if not 0 < len(found) <= most:
        return False
    rest = [w for w in found if not (w[0].isupper() or w[0].isdigit())]
    linked = all(_SMALL_WORD.match(w) or words.place_word.fullmatch(w.rstrip(".")) for w in rest)
    return len(rest) < len(found) and linked


def heading_like(chunk: Chunk, words: Rules) -> bool:
    """Whether a chunk could be a heading: few short lines that neither end like a sentence nor begin like a list."""
    if chunk.headed is None:
        chunk.headed = chunk.may_head and _could_head(chunk, words)
    return chunk.headed


def _could_head(chunk: Chunk, words: Rules) -> bool:
    text = chunk.plain
    if len(chunk) > HEADING_LINES or chunk.size > LONG or chunk.separator or not text:
        return False
    if any(address(line.text) for line in chunk):
        return False
    if _stops(text) or ("(" in text and _stops(_LAST_BRACKET.sub("", text))):
        return False
    if (_LIST_MARK.match(text) and not chunk.markdown_level) or text.startswith(("...", ". .")):
        return False
    first = text[0] if text[0].isalnum() else next((c for c in text if c.isalnum()), "")
    if not first or (first.isalpha() and first.islower()):
        return False
    last_word = text.rstrip("\"')]*").rsplit(" ", 1)[-1].lower()
    return last_word not in words.function_words


def _stops(text: str) -> bool:
    """Whether a text ends as a sentence or a clause does, and not as a question or a call."""
    return not text.endswith(("?", "!")) and bool(_SENTENCE_END.search(text))


def dated_bracket(chunk: Chunk, dates: Dates) -> bool:
    """Whether a heading ends in a date in brackets."""
    text = chunk.foot.plain
    at = text.rfind("(")
    return at >= 0 and text.endswith(")") and bool(dates.of_paper(text[at:]))


def list_mark(text: str) -> re.Match[str] | None:
    """The mark of a list item at the head of a line: ``- ``, ``1. ``, ``(a) ``."""
    return _LIST_MARK.match(text)


def open_ended(text: str, words: Rules) -> bool:
    """Whether a text breaks off in mid-sentence."""
    return not _SENTENCE_END.search(text) and text.rsplit(None, 1)[-1].lower() in words.function_words
