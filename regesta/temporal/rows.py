"""The finished rows: TIMEX3 attributes, EDTF, first and last day of what a find turned out to mean."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import NamedTuple

from regesta.temporal import points
from regesta.temporal.points import Point

GRANULARITY = {
    "TS": "duration", "TM": "duration", "TH": "duration",
}  # fmt: skip


class Row(NamedTuple):
    """Everything about a hit but where it stands and what it leans on.

    ``first`` and ``last`` are proleptic Gregorian ordinals, 0 where there is no such day.
    """

    type: str
    value: str | None
    mod: str | None
    quant: str | None
    freq: str | None
    begin: str | None
    end: str | None
    edtf: str | None
    first: int
    last: int
    granularity: str
    approximate: bool
    basis: str
    rule: str


def make_point(
    p: Point | None,
    kind: str,
    rule: str,
    mod: str | None,
    approximate: bool,
    basis: str,
    fallback: str | None = None,
) -> Row:
    """The row of a resolved point; of an unresolved one where ``p`` is None, with ``fallback`` as TIMEX3
    value.
    """
    if p is None:
        return Row(kind, fallback, mod, None, None, None, None, None, 0, 0, "unknown", approximate, "none", rule)
    if p.unit == "day" and p.sub > 0 and p.year is not None and 0 < p.year <= 9999:
        iso = f"{p.year:04d}-{p.sub:02d}-{p.day:02d}"
        day = dt.date(p.year, p.sub, p.day).toordinal()
        written = iso + "~" if approximate else iso
        return Row(kind, iso, mod, None, None, None, None, written, day, day, "day", approximate, basis, rule)
    form = points.edtf(p)
    found = points.bounds(p)
    if form and approximate and p.unit not in ("time", "week", "weekend"):
        form += "~"
    first, last = found or (0, 0)
    return Row(
        kind,
        points.timex_value(p),
        mod,
        None,
        None,
        None,
        None,
        form,
        first,
        last,
        p.unit,
        approximate,
        basis,
        rule,
    )


of_point = lru_cache(maxsize=32768)(make_point)


@lru_cache(maxsize=16384)
def of_span(a: Point | None, b: Point | None, rule: str, approximate: bool, basis: str) -> Row:
    """The row of a range in our layer; its two points stand in ``begin`` and ``end``."""
    forms = [points.edtf(p) if p else None for p in (a, b)]
    begin, end = (points.timex_value(p) if p else None for p in (a, b))
    first = points.bounds(a) if a else None
    last = points.bounds(b) if b else None
    # Of a range to a day that there is not ("13 February to 29 February 2010") no end is known: a period has both.
    known = first is not None and last is not None
    form = f"{forms[0]}/{forms[1]}" if forms[0] and forms[1] and "XXXX" not in forms[0] + forms[1] else None
    return Row(
        "INTERVAL", None, None, None, None, begin, end, form,
        first[0] if first and known else 0, last[1] if last and known else 0,
        a.unit if a else "unknown", approximate, basis if form else "none", rule,
    )  # fmt: skip


@lru_cache(maxsize=16384)
def of_days(a: Point, b: Point, kind: str, rule: str, basis: str) -> Row:
    """The row of one night or other stretch that touches two days."""
    first, last = points.bounds(a), points.bounds(b)
    forms = points.edtf(a), points.edtf(b)
    return Row(
        kind, points.timex_value(a), None, None, None, None, None, f"{forms[0]}/{forms[1]}",
        first[0] if first else 0, last[1] if last else 0, "day", False, basis, rule,
    )  # fmt: skip


@lru_cache(maxsize=16384)
def of_value(
    kind: str,
    value: str | None,
    mod: str | None,
    quant: str | None,
    freq: str | None,
    form: str | None,
    granularity: str,
    rule: str,
    basis: str = "explicit",
) -> Row:
    """The row of a length, a set or a fixed reference."""
    return Row(kind, value, mod, quant, freq, None, None, form, 0, 0, granularity, False, basis, rule)
