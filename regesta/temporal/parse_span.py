"""Ranges: their two ends lend each other what they leave out."""

from __future__ import annotations

import re

from regesta.temporal import numerals
from regesta.temporal.grammar import Grammar, Rule
from regesta.temporal.meaning import Meaning
from regesta.temporal.naming import Groups, month_number, ordinal, year_of
from regesta.temporal.parse_date import date
from regesta.temporal.points import Point, valid


def span(words: str, g: Groups, spans: dict[str, tuple[int, int]], rule: Rule, grammar: Grammar) -> Meaning | None:
    """A range: its two ends lend each other what they leave out."""
    m = Meaning(rule.name, "INTERVAL", "span")
    low = words.lower()
    if "and" in low and "and" in low.split() and not low.startswith("between"):
        m.extra["and"] = True
    if "night" in low and re.match(r"(?:the\s)?night\s", low):
        m.extra["night"] = True  # one night, though it touches two days
    ends = []
    for side in ("1", "2"):
        end = _end_of_span(g, side, grammar)
        if end is None:
            return None
        ends.append(end)
    first, second = ends
    a, b = first.point, second.point
    if a and b:
        if rule.name.startswith("span-years-era") and a.year and b.year and b.year < 0:
            first.point = a = a._replace(year=-abs(a.year))
        if a.unit == "day" and not a.sub and b.sub:
            first.point = a = a._replace(sub=b.sub)
        if b.unit == "day" and not b.sub and a.sub:
            second.point = b = b._replace(sub=a.sub)
        if a.year is None and b.year is not None:
            year = b.year - 1 if a.sub > b.sub and a.unit == b.unit and a.sub - b.sub > 6 else b.year
            first.point, first.lean = a._replace(year=year), True
        elif b.year is None and a.year is not None:
            year = a.year + 1 if b.sub < a.sub else a.year
            second.point, second.lean = b._replace(year=year), True
        for end in (first, second):
            p = end.point
            if p and p.unit == "day" and (not p.sub or not valid(p.year, p.sub, p.day)):
                return None
            if p and p.unit in ("day", "month") and p.year is None:
                end.kind = "part"
        if rule.name in ("span-years", "span-year-short", "between-years") or rule.name.startswith("span-years-era"):
            if not a.year or not b.year or (b.year <= a.year and a.unit == b.unit):
                return None
            if "span-year" in rule.name and b.year - a.year > 200:
                return None
    for end, label in ((first, "t1"), (second, "t2")):
        if label in spans:
            end.timex = spans[label]
            end.surface = g[label]
    m.ends = (first, second)
    if "month" in g and rule.name == "span-clocks":
        found = date(
            words,
            {k: v for k, v in g.items() if k in ("year", "month", "day", "mon", "weekday")},
            rule,
            grammar,
        )
        if found is None or found.point is None:
            return None
        for end in ends:
            end.point = found.point
            end.kind = found.kind
    return m


def _end_of_span(g: Groups, side: str, grammar: Grammar) -> Meaning | None:
    m = Meaning("", "DATE", "point")
    if "cent" in g:
        century = ordinal(g["cent" if side == "1" else "cent2"], grammar)
        if not century or century > 30:
            return None
        m.point = Point("century", -century if "b" in g.get("cera", "").lower() else century - 1)
        return m
    key = "decade1" if side == "1" else "decadeb"
    if key in g:
        m.point = Point("decade", int(g[key][:3]))
        return m
    if f"c{side}" in g:
        words = g[f"c{side}"]
        other = g["c2" if side == "1" else "c1"].lower()
        if not re.search(r"[ap]\.?\s?m", words.lower()) and (half := re.search(r"([ap])\.?\s?m", other)):
            words = f"{words} {half[1]}m"
        clock = numerals.clock(words, grammar.names)
        if not clock:
            return None
        m.type, m.kind, m.clock = "TIME", "clock", clock
        return m
    year = year_of(g[f"y{side}"], grammar) if f"y{side}" in g else None
    if year is not None and g[f"y{side}"].isdigit():
        year = int(g[f"y{side}"])  # "58 to 50 BC": the first year is no short form
    if side == "1" and "year1" in g:
        year = int(g["year1"])
    if side == "2" and "year2s" in g:
        year = int(g["year1"]) // 100 * 100 + int(g["year2s"])
    month = month_number(g[f"m{side}"], grammar) if f"m{side}" in g else int(g.get(f"n{side}", 0))
    if f"d{side}" in g:
        m.point = Point("day", year, month, ordinal(g[f"d{side}"], grammar) or 0)
    elif month:
        m.point = Point("month", year, month)
    elif year is not None:
        m.point = Point("year", year)
    else:
        return None
    return m
