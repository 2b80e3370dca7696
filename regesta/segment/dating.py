"""The date of a paper: every date it gives for itself is weighed, and a disagreement is kept."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from regesta.segment.blocks import Block
from regesta.segment.marks import Dates
from regesta.segment.rules import Rules
from regesta.temporal import Timex

Basis = Literal["heading", "dateline", "body", "inferred", "none"]

_BRACKET = re.compile(r"\(([^()]*)\)\W*\Z")
# "Rome, 24 February (Ansa). The President …": place, date and agency before the first words of a news item.
_NEWS_LINE = re.compile(
    r"\W{0,3}(?P<place>[^\W\d_][^\d,()\n]{1,40}?),\s+(?P<date>[^()\n]{3,30}?)\s*(?:\((?P<agency>[^()\n]{2,30})\)\s*[.:–—-]*"
    r"|\s[-–—/]+\s*(?P<other>[A-Z][\w.]{1,15})\s*[-–—/:.]+)"
)
# By then the comma after the place has come.
_PLACE_ENDS = 3 + 1 + 40 + 1
_ANNIVERSARY = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th)\s+(?:\w+\s+)?anniversary\b", re.IGNORECASE)
_FINENESS = {"day": 2, "month": 1}
# How much each place counts: what closes a paper is its date; a head may be copied from another paper.
_WEIGHT: dict[str, float] = {"heading": 3.0, "closing": 3.0, "enacted": 3.5, "head": 2.0, "body": 1.0}
# What a date loses for being earlier than a dated thing the paper itself cites: nothing cites the future.
_CONTRADICTED = 2.5


@dataclass(frozen=True)
class Candidate:
    """A date that a paper gives for itself, where it stands, and how much that place counts."""

    edtf: str
    start: dt.date
    end: dt.date
    granularity: str
    basis: Basis
    weight: float
    char_start: int
    char_end: int


@dataclass(frozen=True)
class Dating:
    """The date chosen for a paper, and the strongest one that contradicts it."""

    chosen: Candidate | None = None
    rival: Candidate | None = None
    reason: str = ""


def date_paper(blocks: list[Block], text: str, dates: Dates, words: Rules) -> Dating:
    """Choose a paper's date.

    Dates in the title's brackets, in datelines at the head and at the end, and in formulas of enactment are weighed
    by where they stand. Dates that agree add up; a date earlier than things which the paper cites loses. Without any
    of them the date is inferred from an anniversary which the paper says it is ("Today is the 5th anniversary").
    """
    candidates = [*_of_title(blocks, dates), *_of_lines(blocks), *_of_news_line(blocks, dates)]
    if not candidates:
        inferred = _inferred(blocks, text, dates, words)
        return Dating(inferred, reason="reckoned from an anniversary") if inferred else Dating()
    # What the paper cites can only decide between candidates of different days.
    cited = _cited(blocks, dates) if len({c.end for c in candidates}) > 1 else []
    groups = [(_score(c, candidates, cited), c) for c in candidates]
    best = max(groups, key=lambda pair: (pair[0], _FINENESS[pair[1].granularity], pair[1].char_start))[1]
    rivals = [c for c in candidates if not _agree(c, best)]
    if not rivals:
        return Dating(best)
    rival = max(rivals, key=lambda c: _score(c, candidates, cited))
    late = [day for day in cited if day > rival.end]
    reason = f"the paper cites {len(late)} dates later than {rival.edtf}" if late else "it stands in the better place"
    return Dating(best, rival, reason)


def _agree(a: Candidate, b: Candidate) -> bool:
    """Whether one date can be the other, less exactly given."""
    return (a.start <= b.start and b.end <= a.end) or (b.start <= a.start and a.end <= b.end)


def _score(candidate: Candidate, candidates: list[Candidate], cited: list[dt.date]) -> float:
    places = {c.basis: c.weight for c in candidates if _agree(c, candidate)}
    contradicted = any(day > candidate.end for day in cited)
    return sum(places.values()) - _CONTRADICTED * contradicted


def _candidate(found: Timex, at: int, basis: Basis, place: str) -> Candidate:
    assert found.edtf and found.earliest and found.latest
    return Candidate(
        found.edtf,
        found.earliest,
        found.latest,
        found.granularity,
        basis,
        _WEIGHT[place],
        at + found.start,
        at + found.end,
    )


def _of_title(blocks: list[Block], dates: Dates) -> list[Candidate]:
    """Dates in the brackets that end the title. A date elsewhere in it says what the paper is about."""
    found = []
    for block in (b for b in blocks if b.zone == "head" and b.kind in ("title", "subtitle")):
        line = block.lines.foot
        if bracket := _BRACKET.search(line.text):
            at = line.start + bracket.start(1)
            found += [_candidate(t, at, "heading", "heading") for t in dates.of_paper(bracket[1])]
    return found


def _of_lines(blocks: list[Block]) -> list[Candidate]:
    """Dates of the lines that are datelines, at the head and at the end."""
    found = []
    for block in blocks:
        for reading in block.readings:
            if block.kind == "dateline" and (t := reading.date):
                place = "head" if block.zone == "head" else "enacted" if reading.mark == "enacted" else "closing"
                found.append(_candidate(t, reading.at, "dateline", place))
    return found


def news_line(blocks: list[Block]) -> re.Match[str] | None:
    """The place, date and agency with which a news item begins, or None."""
    first = next((block for block in blocks if block.kind == "paragraph"), None)
    text = first.lines.head.text[:120] if first else ""
    return _NEWS_LINE.match(text) if "," in text[:_PLACE_ENDS] else None


def _of_news_line(blocks: list[Block], dates: Dates) -> list[Candidate]:
    """The date in a news item's first words, where it has a year."""
    line = news_line(blocks)
    if line is None:
        return []
    first = next(block for block in blocks if block.kind == "paragraph")
    at = first.start + line.start("date")
    return [_candidate(t, at, "dateline", "head") for t in dates.of_paper(line["date"])]


def _cited(blocks: list[Block], dates: Dates) -> list[dt.date]:
    """Days that the body names as past: those of documents and acts, given to the day."""
    days = []
    for block in blocks:
        if block.zone == "body" and block.kind in ("paragraph", "list_item", "quote"):
            for line in block.lines:
                days += [t.earliest for t in dates.explicit(line.text) if t.granularity == "day" and t.earliest]
    return days


def _inferred(blocks: list[Block], text: str, dates: Dates, words: Rules) -> Candidate | None:
    """The date of a paper that calls itself an anniversary of something which it dates."""
    for block in blocks[:6]:
        hit = _ANNIVERSARY.search(block.plain)
        if not hit:
            continue
        lead = block.plain[: hit.start()]
        today = words.today.search(lead)
        if not (block.kind == "title" or today or words.this_year.search(lead)):
            continue
        # The first day or days that the paper names are those of what it commemorates.
        named = (t for b in blocks for line in b.lines for t in dates.explicit(line.text))
        event = next((t for t in named if t.granularity == "day"), None)
        if event is None or event.earliest is None:
            return None
        year = event.earliest.year + int(hit[1])
        at = (block.start, block.end)
        if today and event.type == "DATE" and event.granularity == "day":
            day = (
                event.earliest.replace(year=year)
                if (event.earliest.month, event.earliest.day) != (2, 29)
                else dt.date(year, 3, 1)
            )
            return Candidate(day.isoformat(), day, day, "day", "inferred", 0, *at)
        return Candidate(f"{year}~", dt.date(year, 1, 1), dt.date(year, 12, 31), "year", "inferred", 0, *at)
    return None
