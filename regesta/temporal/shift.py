"""Arithmetic of calendar units: the month two months after a day, the year ten years before a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

from regesta.temporal import points
from regesta.temporal.points import Point

# A multiple of the 400 years after which the calendar repeats; takes any year of history past the year 1.
_CYCLES = 8000
# For so many days after its end a quarter is what companies still expect to report.
_REPORTED = 120


def shift(p: Point, unit: str, n: float) -> Point | None:
    """The calendar unit ``n`` units away from the one that ``p`` lies in; None where ``p`` is too coarse to
    say.
    """
    by = int(n)
    year = p.year
    if year is None:
        return None
    if unit in ("D", "N", "TH", "TM", "TS", "W", "F", "WE"):
        if unit in ("TH", "TM", "TS"):
            by = int(n / {"TH": 24, "TM": 1440, "TS": 86400}[unit])
        if (p.unit in ("day", "time") and p.sub > 0 and p.day) or (
            p.unit in ("week", "weekend") and unit in ("W", "F", "WE")
        ):
            found = points.bounds(p)
            if found is None:
                return _before_christ(p, unit, by)
            ordinal = found[0]
        else:
            return None
        if unit in ("D", "N", "TH", "TM", "TS"):
            return day_at(ordinal + by)
        moved = day_at(ordinal + 7 * by * (2 if unit == "F" else 1))
        if moved is None or moved.year is None:
            return None
        iso = dt.date(moved.year, moved.sub, moved.day).isocalendar()
        return Point("week" if unit != "WE" else "weekend", iso[0], iso[1])
    if unit == "M":
        month = month_of(p)
        if month is None:
            return None
        return Point("month", *points.shift_months(year, month, by))
    if unit == "Q":
        month = month_of(p)
        if month is None:
            return None
        y, m = points.shift_months(year, month, 3 * by)
        return Point("quarter", y, (m + 2) // 3)
    if p.unit == "century":
        return Point("century", year + by) if unit == "C" else None
    if p.unit == "decade":
        return Point("decade", year + by) if unit == "E" else Point("century", year // 10 + by) if unit == "C" else None
    if unit == "Y":
        return Point("year", points.shift_years(year, by))
    if unit == "E":
        return Point("decade", year // 10 + by)
    if unit == "C":
        return Point("century", year // 100 + by)
    return None


def _before_christ(p: Point, unit: str, by: int) -> Point | None:
    """A day so many days from one before Christ: counted in the same years of a later cycle of 400."""
    if p.year is None or p.year > 0 or p.year < -_CYCLES or p.unit not in ("day", "time"):
        return None
    if unit not in ("D", "N"):
        return None
    moved = day_at(dt.date(p.year + 1 + _CYCLES, p.sub, p.day).toordinal() + by)
    if moved is None or moved.year is None:
        return None
    year = moved.year - _CYCLES
    return moved._replace(year=year if year > 0 else year - 1)


@lru_cache(maxsize=16384)
def day_at(ordinal: int) -> Point | None:
    """The day of a proleptic Gregorian ordinal; None outside the years 1 to 9999."""
    if not points.MIN_ORDINAL <= ordinal <= points.MAX_ORDINAL:
        return None
    return points.of_date(dt.date.fromordinal(ordinal))


def month_of(p: Point) -> int | None:
    """The month that a point lies in (for a quarter its last); None where it is longer or has none."""
    if p.unit in ("day", "time", "month"):
        return p.sub if p.sub > 0 else None
    if p.unit == "quarter" and p.sub:
        return p.sub * 3
    if p.unit in ("week", "weekend"):
        found = points.first_day(p)
        return found.month if found else None
    return None


@lru_cache(maxsize=4096)
def occurrences(found: tuple[Point, ...], base: Point, unit: str) -> tuple[Point | None, Point | None, Point | None]:
    """Which occurrence a sentence means that looks nowhere, to the future, to the past."""
    return _occurrence(found, base, unit, 0), _occurrence(found, base, unit, 1), _occurrence(found, base, unit, -1)


def _occurrence(found: Sequence[Point], base: Point, unit: str, tense: int) -> Point | None:
    here = points.bounds(base)
    usable = [(q, b) for q in found if (b := points.bounds(q)) is not None]
    if here is None or not usable:
        return found[len(found) // 2] if found else None
    day = here[0]
    nearest = min(usable, key=lambda qb: abs((qb[1][0] + qb[1][1]) / 2 - day))
    if unit in ("quarter", "half"):
        begun = [q for q, b in usable if b[0] <= day]
        if begun and tense <= 0:
            return begun[-1]
        if nearest[1][1] >= day - _REPORTED:
            return nearest[0]  # still to come, or over but not yet reported
        return next((q for q, b in usable if b[1] >= day), nearest[0])
    far = abs((nearest[1][0] + nearest[1][1]) / 2 - day)
    if far < {"day": 120, "month": 77}.get(unit, 0) and not (unit == "month" and nearest[1][0] > day and tense < 0):
        return nearest[0]
    if tense < 0:
        past = [q for q, b in usable if b[0] <= day]
        return past[-1] if past else usable[0][0]
    if tense > 0:
        coming = [q for q, b in usable if b[1] >= day]
        if coming:
            return coming[0]
    return nearest[0]
