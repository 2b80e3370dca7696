"""Points of the calendar and how they are written: TIMEX3, EDTF, first and last day.

A point is a plain named tuple, so that it can key a cache; a paper that says "1992" a thousand times renders
it once. Years before Christ are kept as historians count them (44 BC is ``-44``, there is no year 0); only
EDTF, which follows ISO 8601, counts astronomically (44 BC is ``-0043``).
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import NamedTuple

SEASONS = ("SP", "SU", "FA", "WI")
MIN_ORDINAL = 1
MAX_ORDINAL = dt.date.max.toordinal()
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Point(NamedTuple):
    """A stretch of the calendar that one name covers.

    Attributes:
        unit: day, time, week, weekend, month, season, quarter, half, year, decade, century or millennium.
        year: the year; for a decade the year // 10, for a century the year // 100. None where unknown.
        sub: month, season (1 spring … 4 winter), quarter, half or ISO week; 0 where there is none. For a day
            whose date is unknown but whose weekday is, the negative ISO weekday.
        day: day of the month, 0 where there is none.
        clock: the part after the date of a TIME, e.g. ``T23:00`` or ``TNI``.
    """

    unit: str
    year: int | None
    sub: int = 0
    day: int = 0
    clock: str = ""


def days_in_month(year: int, month: int) -> int:
    """Days of a month; the calendar is proleptic Gregorian and years BC follow the astronomical leap rule."""
    if month != 2:
        return _DAYS[month - 1]
    y = year if year > 0 else year + 1
    return 29 if y % 4 == 0 and (y % 100 != 0 or y % 400 == 0) else 28


def valid(year: int | None, month: int, day: int) -> bool:
    """Whether the calendar has such a day; an unknown year is taken for a leap year."""
    return 1 <= month <= 12 and 1 <= day <= days_in_month(2000 if year is None else year, month)


def of_date(date: dt.date) -> Point:
    """The day as a point."""
    return Point("day", date.year, date.month, date.day)


def shift_months(year: int, month: int, by: int) -> tuple[int, int]:
    """Year and month ``by`` months later; skips the year 0 that history does not have."""
    astronomical = year if year > 0 else year + 1
    total = astronomical * 12 + (month - 1) + by
    y, m = divmod(total, 12)
    return (y if y > 0 else y - 1), m + 1


def shift_years(year: int, by: int) -> int:
    """The year ``by`` years later; skips the year 0 that history does not have."""
    y = (year if year > 0 else year + 1) + by
    return y if y > 0 else y - 1


def _y4(year: int | None) -> str:
    if year is None:
        return "XXXX"
    return f"{year:04d}" if year >= 0 else f"BC{-year:04d}"


@lru_cache(maxsize=16384)
def timex_value(p: Point) -> str:
    """The TIMEX3 value of a point (ISO-TimeML, annex on values)."""
    y = _y4(p.year)
    match p.unit:
        case "day":
            if p.sub < 0:
                return f"{y}-WXX-{-p.sub}"
            return f"{y}-{p.sub:02d}-{p.day:02d}" if p.sub else f"{y}-XX-{p.day or 'XX'}"
        case "time":
            if not p.sub:
                return p.clock if p.year is None else f"{y}-XX-XX{p.clock}"
            if p.sub < 0:
                return f"{y}-WXX-{-p.sub}{p.clock}"
            return f"{y}-{p.sub:02d}-{p.day:02d}{p.clock}"
        case "month":
            return f"{y}-{p.sub:02d}" if p.sub else f"{y}-XX"
        case "season":
            return f"{y}-{SEASONS[p.sub - 1]}"
        case "quarter":
            return f"{y}-Q{p.sub}" if p.sub else f"{y}-QX"
        case "half":
            return f"{y}-H{p.sub}"
        case "week":
            return f"{y}-W{p.sub:02d}" if p.sub else f"{y}-WXX"
        case "weekend":
            return f"{y}-W{p.sub:02d}-WE" if p.sub else f"{y}-WXX-WE"
        case "decade":
            if p.year is None:
                return "XXX"
            return f"{p.year:03d}" if p.year >= 0 else f"BC{-p.year:03d}"
        case "century":
            if p.year is None:
                return "XX"
            return f"{p.year:02d}" if p.year >= 0 else f"BC{-p.year - 1:02d}"
        case "millennium":
            if p.year is None:
                return "X"
            return f"{p.year}" if p.year >= 0 else f"BC{-p.year - 1}"
        case _:
            return y


def _e4(year: int | None) -> str:
    if year is None:
        return "XXXX"
    astronomical = year if year > 0 else year + 1
    if not -9999 <= astronomical <= 9999:
        return f"Y{astronomical}"
    return f"{astronomical:04d}" if astronomical >= 0 else f"-{-astronomical:04d}"


@lru_cache(maxsize=16384)
def edtf(p: Point) -> str | None:
    """The EDTF (ISO 8601-2) form of a point; None where EDTF has no word for it."""
    y = _e4(p.year)
    if y.startswith("Y") and p.unit != "year":
        return None  # EDTF has long years, but no months and days in them
    match p.unit:
        case "day":
            if p.sub < 0:
                return None
            return f"{y}-{p.sub:02d}-{p.day:02d}" if p.sub else f"{y}-XX-XX"
        case "time":
            clock = p.clock if p.clock[1:2].isdigit() else ""
            if not p.sub:
                return clock or None
            if p.sub < 0:
                return clock or None
            return f"{y}-{p.sub:02d}-{p.day:02d}{clock}"
        case "month":
            return f"{y}-{p.sub:02d}" if p.sub else None
        case "season":
            return f"{y}-{20 + p.sub}"
        case "quarter":
            return f"{y}-{32 + p.sub}" if p.sub else None
        case "half":
            return f"{y}-{39 + p.sub}"
        case "week" | "weekend":
            found = bounds(p)
            return f"{_iso(found[0])}/{_iso(found[1])}" if found else None
        case "decade":
            if p.year is None:
                return None
            return f"{p.year:03d}X" if p.year >= 0 else _range(p)
        case "century":
            if p.year is None:
                return None
            return f"{p.year:02d}XX" if p.year >= 0 else _range(p)
        case "millennium":
            return f"{p.year}XXX" if p.year is not None and p.year >= 0 else None
        case _:
            return y


def _iso(ordinal: int) -> str:
    return dt.date.fromordinal(ordinal).isoformat()


def _range(p: Point) -> str | None:
    """First and last year of a decade or century BC, as an EDTF interval."""
    if p.year is None:
        return None
    size = 10 if p.unit == "decade" else 100
    last = p.year * size + size - 1 if p.unit == "century" else p.year * size
    first = p.year * size if p.unit == "century" else last - size + 1
    return f"{_e4(first)}/{_e4(last)}"


def _month_bounds(year: int, month: int, months: int) -> tuple[int, int]:
    y2, m2 = shift_months(year, month, months - 1)
    if y2 > 9999:
        y2, m2 = 9999, 12
    return dt.date(year, month, 1).toordinal(), dt.date(y2, m2, days_in_month(y2, m2)).toordinal()


@lru_cache(maxsize=16384)
def bounds(p: Point) -> tuple[int, int] | None:
    """First and last day of a point as proleptic Gregorian ordinals; None outside the years 1 to 9999.

    Seasons follow the meteorological northern calendar (spring is March to May; a winter begins in December
    of its year), as the ``edtf`` package reads them.
    """
    y = p.year
    if y is None:
        return None
    if p.unit in ("decade", "century", "millennium"):
        size = {"decade": 10, "century": 100, "millennium": 1000}[p.unit]
        first, last = y * size, y * size + size - 1
        if last < 1 or first > 9999 or y < 0:
            return None
        return dt.date(max(first, 1), 1, 1).toordinal(), dt.date(min(last, 9999), 12, 31).toordinal()
    if not 1 <= y <= 9999:
        return None
    if p.unit in ("day", "time"):
        if p.sub <= 0 or not p.day:
            return None
        day = dt.date(y, p.sub, p.day).toordinal()
        return day, day
    if p.unit in ("week", "weekend"):
        if not p.sub:
            return None
        try:
            monday = dt.date.fromisocalendar(y, p.sub, 1).toordinal()
        except ValueError:
            return None
        start, stop = (monday, monday + 6) if p.unit == "week" else (monday + 5, monday + 6)
        return (start, stop) if stop <= MAX_ORDINAL else None
    if p.unit == "year":
        return _month_bounds(y, 1, 12)
    if not p.sub:
        return None
    first_month, length = {
        "month": (p.sub, 1),
        "season": (p.sub * 3, 3),
        "quarter": (p.sub * 3 - 2, 3),
        "half": (p.sub * 6 - 5, 6),
    }[p.unit]
    return _month_bounds(y, first_month, length)


def first_day(p: Point) -> dt.date | None:
    """The first day of a point as a date; None outside the years 1 to 9999."""
    found = bounds(p)
    return dt.date.fromordinal(found[0]) if found else None


def later(p: Point | None, than: Point) -> bool:
    """Whether the first day of a point comes after the last of another; False where either is unknown."""
    here, there = bounds(p) if p is not None else None, bounds(than)
    return here is not None and there is not None and here[0] > there[1]
