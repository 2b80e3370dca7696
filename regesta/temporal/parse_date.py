"""Calendar dates, complete or not, alone or with an hour, and what leans on another date.

One reader serves all rules of this kind: it looks at which groups a rule has captured, never at which rule it
was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from regesta.temporal import holidays, numerals
from regesta.temporal.grammar import Grammar, Rule, fold
from regesta.temporal.meaning import Meaning
from regesta.temporal.naming import (
    Groups,
    clock_of,
    full_year,
    month_number,
    ordinal,
    unit_code,
    which,
    year_of,
    year_words,
)
from regesta.temporal.points import Point, valid

Extra = dict[str, Any]
# "The past decade" is the ten years until now, no decade of the calendar.
_STRETCHES = frozenset(("past", "last", "this past", "next", "coming"))


# "The last century", "the next century" are centuries of the calendar.
_NAMED_CENTURIES = frozenset((("C", "last"), ("C", "next"), ("C", "coming")))


class NoSuchDateError(ValueError):
    """The words have the form of a date that the calendar lacks."""


def date(words: str, g: Groups, rule: Rule, grammar: Grammar) -> Meaning | None:
    """The meaning of a date; None where there is no such date.

    Args:
        words: the words of the find.
        g: the rule's groups by name.
        rule: the rule.
        grammar: its language.
    """
    try:
        return _date(words, g, rule, grammar)
    except NoSuchDateError:
        return None


def _date(words: str, g: Groups, rule: Rule, grammar: Grammar) -> Meaning | None:
    extra: Extra = rule.spec.get("set", {})
    m = Meaning(rule.name, "DATE", "point")
    year = extra["year"] if "year" in extra else _year(g, rule, grammar)
    _direct(m, g, grammar)
    clock = clock_of(g, extra, grammar)
    if clock == "":
        return None
    if clock:
        m.type, m.clock = "TIME", clock
        if not clock[1].isdigit() and "e" in g:
            # "the night of 26 February": a time for TIMEX3, in our layer the day alone.
            m.layer_type, m.layer_clock = "DATE", False
    for has, read in _LEANING:
        if has(g, extra, year):
            return read(m, g, extra, grammar)
    for group, name in _NAMED:
        if group in g:
            m.point = name(m, g, year, grammar)
            break
    else:
        return _without_name(m, g, extra, year, grammar)
    return _finish(m, words, g, extra)


def _direct(m: Meaning, g: Groups, grammar: Grammar) -> None:
    """Last, this or next, and whether that leans on the story whatever the mode."""
    m.base = "auto"
    if "that" in g:
        m.base, m.n = "ref", 0
    elif "dir" in g:
        word = fold(g["dir"])
        m.n = int(grammar.names["dir"][word])
        if word in grammar.settings.get("story_directions", ()):
            m.base = "ref"


def _year(g: Groups, rule: Rule, grammar: Grammar) -> int | None:
    if "year" in g and "year2" not in g:
        year = year_of(g["year"], grammar)
        if year is None:
            raise NoSuchDateError
        if rule.spec.get("set", {}).get("early"):
            return int(g["year"])
        if rule.name.endswith("-short") and 0 <= year < 100:
            return full_year(year)
        return year
    if "yearword" in g:
        year = year_words(g["yearword"], grammar)
        if year is None:
            raise NoSuchDateError
        return year
    if "year2" in g:
        return year_of("'" + g["year2"][-2:], grammar)
    return None


# --- names of the calendar: (group that tells, reader of the point) ---


def _figures(m: Meaning, g: Groups, year: int | None, grammar: Grammar) -> Point:
    """5/6/1992: the language's order decides, unless the figures leave but one reading."""
    first, second = int(g["first"]), int(g["second"])
    month, day = (first, second) if grammar.settings.get("order") == "mdy" else (second, first)
    if month > 12 >= day:
        month, day = day, month
    return _day(year, month, day)


def _day(year: int | None, month: int, day: int) -> Point:
    if not valid(year, month, day):
        raise NoSuchDateError
    return Point("day", year, month, day)


def _in_month(m: Meaning, g: Groups, year: int | None, grammar: Grammar) -> Point:
    month = month_number(g["month"], grammar) if "month" in g else int(g["mon"])
    if "day" in g:
        return _day(year, month, ordinal(g["day"], grammar) or 0)
    return Point("month", year, month)


def _season(m: Meaning, g: Groups, year: int | None, grammar: Grammar) -> Point:
    return Point("season", year, int(grammar.names["season"][fold(g["season"])]))


def _quarter(m: Meaning, g: Groups, year: int | None, grammar: Grammar) -> Point:
    number = 0
    if "q" in g:
        number = int(g["q"]) if g["q"].isdigit() else which(g["q"], grammar)
    unit = "half" if g.get("qunit", "").lower().startswith("h") else "quarter"
    if unit == "half" and number > 2:
        raise NoSuchDateError
    return Point(unit, year, number)


def _decade(m: Meaning, g: Groups, year: int | None, grammar: Grammar) -> Point:
    return Point("decade", int(g["decade"]) // (-10 if "cera" in g else 10))


def _short_decade(m: Meaning, g: Groups, year: int | None, grammar: Grammar) -> Point:
    """The 80s: of the twentieth century, or of the one that the words name."""
    century = (ordinal(g["cent"], grammar) or 20) - 1 if "cent" in g else 19
    if "dunit" in g:
        m.kind, m.lean, m.extra["century_shift"] = "decade_of", True, m.n
    return Point("decade", century * 10 + int(g["decade2"][0]))


def _decade_word(m: Meaning, g: Groups, year: int | None, grammar: Grammar) -> Point:
    head = year_words(g["decadecent"] + " hundred", grammar) if "decadecent" in g else None
    return Point("decade", (head or 1900) // 10 + int(grammar.names["decadeword"][fold(g["decadeword"])]))


def _century(m: Meaning, g: Groups, year: int | None, grammar: Grammar) -> Point:
    number = ordinal(g["cent"], grammar)
    if not number or number > 30:
        raise NoSuchDateError
    return Point("century", -number if "b" in g.get("cera", "").lower() else number - 1)


def _millennium(m: Meaning, g: Groups, year: int | None, grammar: Grammar) -> Point:
    number = ordinal(g["mill"], grammar) or 0
    if not 0 < number < 10:
        raise NoSuchDateError
    return Point("millennium", -number if "b" in g.get("cera", "").lower() else number - 1)


def _holiday(m: Meaning, g: Groups, year: int | None, grammar: Grammar) -> Point | None:
    code = str(grammar.names["holiday"][fold(g["holiday"])])
    found = holidays.date_of(code, year)
    if found is None:
        m.kind, m.value = "holiday", code
        return None
    return Point("day", year, *found)


def _named_day(m: Meaning, g: Groups, year: int | None, grammar: Grammar) -> Point:
    year, month, day = (int(x) for x in str(grammar.names["namedday"][fold(g["namedday"])]).split("-"))
    return Point("day", year, month, day)


def _weekday(m: Meaning, g: Groups, year: int | None, grammar: Grammar) -> Point:
    return Point("day", None, -int(grammar.names["weekday"][fold(g["weekday"])]))


_NAMED: tuple[tuple[str, Callable[[Meaning, Groups, int | None, Grammar], Point | None]], ...] = (
    ("first", _figures),
    ("namedday", _named_day),
    ("month", _in_month),
    ("mon", _in_month),
    ("season", _season),
    ("qunit", _quarter),
    ("q", _quarter),
    ("decade", _decade),
    ("decade2", _short_decade),
    ("decadeword", _decade_word),
    ("cent", _century),
    ("mill", _millennium),
    ("holiday", _holiday),
    ("weekday", _weekday),
)


def _finish(m: Meaning, words: str, g: Groups, extra: Extra) -> Meaning:
    """Whether a named date is complete, and what completes it where it is not."""
    p = m.point
    if m.kind == "decade_of":
        return m
    if extra.get("early"):
        m.kind = "early"
        return m
    direction = None if m.n is None else int(m.n)
    m.n = None
    open_year = p is not None and p.year is None
    if m.kind == "holiday" or open_year:
        if m.kind != "holiday":
            m.kind = "part"
        if "dunit" in g and "week" in g["dunit"].lower():
            m.extra["week_shift"] = direction
        elif "dunit" in g:
            m.year_shift = 0 if "that" in g else direction
        elif "dir" in g:
            m.direction = direction
        elif "that" in g:
            m.year_shift = 0
        elif extra.get("ago"):
            m.year_shift, m.base = -1, "dct"
    if extra.get("week") and p is not None and p.unit == "day":
        m.extra["week"] = "month" if "month" in words.lower().split()[:2] else "week"
    if "weekend" in g.get("dunit", "").lower() and p is not None:
        m.extra["week"] = "weekend"
        m.year_shift = None
        m.extra.pop("week_shift", None)
    return m


# --- what leans on another date: (test, reader) ---


def _nth(m: Meaning, g: Groups, extra: Extra, grammar: Grammar) -> Meaning:
    """The third day: of what, nobody can say."""
    m.kind, m.extra["fallback"], m.n = "nth", "XXXX-XX-XX", ordinal(g["nth"], grammar)
    return m


def _day_of(m: Meaning, g: Groups, extra: Extra, grammar: Grammar) -> Meaning | None:
    """The 25th; the 1st of the following month."""
    day = ordinal(g["day"], grammar) or 0
    if not 1 <= day <= 31:
        return None
    m.kind, m.extra["day"], m.extra["months"] = "day_of", day, int(m.n or 0)
    return m


def _deictic(m: Meaning, g: Groups, extra: Extra, grammar: Grammar) -> Meaning:
    word = g["deictic"].lower()
    m.kind, m.unit, m.base = "shift", "D", "dct"
    m.n = {"yesterday": -1, "tomorrow": 1}.get(word, 0)
    if word == "tonight" and not m.clock:
        m.type, m.clock = "TIME", "TNI"
    return m


_LEANING: tuple[
    tuple[
        Callable[[Groups, Extra, int | None], bool],
        Callable[[Meaning, Groups, Extra, Grammar], Meaning | None],
    ],
    ...,
] = (
    (lambda g, extra, year: "nth" in g, _nth),
    (
        lambda g, extra, year: (
            "day" in g
            and "month" not in g
            and "mon" not in g
            and year is None
            and ("dayonly" in extra or "dunit" in g or "e" in g)
        ),
        _day_of,
    ),
    (lambda g, extra, year: "deictic" in g and "unit" not in g and not _names(g), _deictic),
)


def _names(g: Groups) -> bool:
    return any(has in g for has, _ in _NAMED)


def _without_name(m: Meaning, g: Groups, extra: Extra, year: int | None, grammar: Grammar) -> Meaning | None:
    """What no name of the calendar names: a bare year, "last week", "that night", an hour, "17 years ago"."""
    if year is not None:
        m.point = Point("year", year)
        if "period" in extra:
            m.extra["period"] = True
        m.n = None
        if extra.get("early"):
            m.kind = "early"
        return m
    if "yearend" in extra:
        m.kind, m.unit, m.n, m.mod = "shift", "Y", 0, "END"
        return m
    if "dunit" in g:
        return _unit_shift(m, g, grammar)
    if "night" in extra:
        m.kind = "night"
        return m
    if m.clock and "unit" not in g:
        return _clock_shift(m, g)
    if "shift" in extra:
        m.kind, m.n, m.base = "shift", extra["shift"], extra["base"]
        m.unit = extra.get("unit") or unit_code(g["unit"], grammar)
        if g.get("unit", "").lower() in ("night", "evening", "morning"):
            m.unit, m.type = "D", "TIME"
            m.clock = f"T{grammar.names['part'][g['unit'].lower()]}"
        return m
    return _ago(m, g, extra, grammar) if "unit" in g else None


def _unit_shift(m: Meaning, g: Groups, grammar: Grammar) -> Meaning | None:
    """Last week, that year; "the last day" is the last one of something, not yesterday."""
    m.kind, m.unit = "shift", unit_code(g["dunit"], grammar)
    if "that" not in g and "dir" not in g:
        m.n = 0
    word = fold(g.get("dir", ""))
    if m.unit in ("E", "C") and word in _STRETCHES and (m.unit, word) not in _NAMED_CENTURIES:
        value = numerals.length(1, m.unit)
        return Meaning(m.rule, "DURATION", "length", unit=m.unit, n=1, value=value, edtf=value)
    return None if m.unit == "D" and fold(g.get("dir", "")) == "last" else m


def _clock_shift(m: Meaning, g: Groups) -> Meaning:
    """An hour or a part of the day: of some day told, or of the day that "last", "that" or "next" points
    at.
    """
    if "dir" not in g and "that" not in g:
        m.kind = "clock"
        return m
    m.kind, m.unit = "shift", "D"
    if m.n == -1 and m.clock == "TNI" and m.base == "auto":
        m.base = "dct"
    return m


def _ago(m: Meaning, g: Groups, extra: Extra, grammar: Grammar) -> Meaning:
    """Seventeen years ago, three days later."""
    n = numerals.number(g["n"], grammar.names)
    if n is not None and "half" in g:
        n += 0.5
    if n is not None and "n2" in g and unit_code(g["unit"], grammar) == "Y" and unit_code(g["unit2"], grammar) == "M":
        g, n = {**g, "unit": g["unit2"]}, 12 * n + (numerals.number(g["n2"], grammar.names) or 0)
    m.kind, m.unit, m.base = "shift", unit_code(g["unit"], grammar), extra["base"]
    m.n = None if n is None else n * extra["sign"]
    m.direction = extra["sign"]
    if m.unit.startswith("T"):
        m.type = "TIME" if n is not None else "DATE"
    if extra.get("sameday") or g.get("deictic", "").lower() == "today":
        m.extra["sameday"] = True
    if "same" in g:  # "ten years ago this week"
        m.extra["sameday"], m.extra["week"] = True, g["same"].lower()
    m.value = numerals.length(n, m.unit)
    return m
