"""Named days, those with a fixed date and those that move with Easter or the weekday."""

from __future__ import annotations

import datetime as dt
import re

# Since the council of 325 Easter is reckoned; since 1583 by the Gregorian calendar.
_NICAEA, _GREGORIAN = 326, 1583
_EASTER = re.compile(r"easter([+-]\d+)\Z")


def date_of(code: str, year: int | None) -> tuple[int, int] | None:
    """Month and day of a holiday in a year; None where it moves and the year is unknown."""
    if found := _EASTER.match(code):
        if year is None or not _NICAEA <= year <= 9998:
            return None
        day = easter(year) + dt.timedelta(int(found[1]))
        return day.month, day.day
    parts = code.split()
    if len(parts) == 2:
        return int(parts[0]), int(parts[1])
    if year is None or not 1 <= year <= 9998:
        return None
    month, weekday = int(parts[0]), int(parts[1])
    which, _, plus = parts[2].partition("+")
    if int(which) > 0:
        first = dt.date(year, month, 1)
        day = first + dt.timedelta((weekday - first.isoweekday()) % 7 + 7 * (int(which) - 1))
    else:
        last = dt.date(year, month + 1, 1) - dt.timedelta(1)
        day = last - dt.timedelta((last.isoweekday() - weekday) % 7)
    day += dt.timedelta(int(plus or 0))
    return day.month, day.day


def easter(year: int) -> dt.date:
    """Easter Sunday, by the calendar of the time (both computus in Meeus, Astronomical Algorithms, ch. 8)."""
    if year < _GREGORIAN:
        d = (19 * (year % 19) + 15) % 30
        month, day = divmod(d + (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7 + 114, 31)
        return dt.date(year, month, day + 1)
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)
