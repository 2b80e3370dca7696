"""The discourse of one paper: every find leaned on what it leans on.

The state is small: the document's date, and the last date told. In *news* an expression leans on the document's date,
in a *narrative* on the last date told; some words ("the following day") lean on the story whatever the mode, and some
("ago", "yesterday") on the document where it has a date.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import NamedTuple

from regesta.temporal import context, parse, points, rows
from regesta.temporal.meaning import Meaning
from regesta.temporal.points import Point
from regesta.temporal.rows import Row
from regesta.temporal.tense import Tense

_JOIN = re.compile(r"\s?(?:,|,?\s?(?:and|or|to|until|through|&)|[-–/])\s?(?:the\s|in\s|on\s|of\s|from\s)?\Z")
_BOUND = {"D", "W", "WE", "M", "Q", "Y", "E", "C"}
_UNRESOLVED = {
    "day": "XXXX-XX-XX", "week": "XXXX-WXX", "weekend": "XXXX-WXX-WE", "month": "XXXX-XX", "year": "XXXX",
    "quarter": "XXXX-QX", "time": None,
}  # fmt: skip


# A named tuple's own constructor is a Python function; in the two hot loops this spares it.
_tuple = tuple.__new__


class Find(NamedTuple):
    """A find with its meaning: byte offsets in the shard."""

    start: int
    end: int
    meaning: Meaning


class Hit(NamedTuple):
    """A find resolved, in one view: byte offsets in the shard and the index of its anchor among the finds."""

    start: int
    end: int
    row: Row
    anchor: int
    find: int


def shift(p: Point, unit: str, n: float) -> Point | None:  # noqa: PLR0911, PLR0912
    """The calendar unit ``n`` units away from the one that ``p`` lies in; None where ``p`` is too coarse to say."""
    by = int(n)
    year = p.year
    if year is None:
        return None
    if unit in ("D", "N", "TH", "TM", "TS", "W", "F", "WE"):
        if unit in ("TH", "TM", "TS"):
            by = int(n / {"TH": 24, "TM": 1440, "TS": 86400}[unit])
        if (p.unit in ("day", "time") and p.sub > 0 and p.day) or (p.unit in ("week", "weekend") and unit in ("W", "F", "WE")):
            found = points.bounds(p)
            if found is None:
                return None
            ordinal = found[0]
        else:
            return None
        if unit in ("D", "N", "TH", "TM", "TS"):
            return _day(ordinal + by)
        moved = _day(ordinal + 7 * by * (2 if unit == "F" else 1))
        if moved is None or moved.year is None:
            return None
        iso = dt.date(moved.year, moved.sub, moved.day).isocalendar()
        return Point("week" if unit != "WE" else "weekend", iso[0], iso[1])
    if unit == "M":
        month = _month_of(p)
        if month is None:
            return None
        return Point("month", *points.shift_months(year, month, by))
    if unit == "Q":
        month = _month_of(p)
        if month is None:
            return None
        y, m = points.shift_months(year, month, 3 * by)
        return Point("quarter", y, (m + 2) // 3)
    if p.unit == "century":
        return Point("century", year + by) if unit == "C" else None
    if p.unit == "decade":
        return (
            Point("decade", year + by)
            if unit == "E"
            else Point("century", year // 10 + by)
            if unit == "C"
            else None
        )
    if unit == "Y":
        return Point("year", points.shift_years(year, by))
    if unit == "E":
        return Point("decade", year // 10 + by)
    if unit == "C":
        return Point("century", year // 100 + by)
    return None


def _day(ordinal: int) -> Point | None:
    if not points.MIN_ORDINAL <= ordinal <= points.MAX_ORDINAL:
        return None
    return points.of_date(dt.date.fromordinal(ordinal))


def _month_of(p: Point) -> int | None:
    if p.unit in ("day", "time", "month"):
        return p.sub if p.sub > 0 else None
    if p.unit == "quarter" and p.sub:
        return p.sub * 3
    if p.unit in ("week", "weekend"):
        found = points.first_day(p)
        return found.month if found else None
    return None


class Discourse:
    """Resolves the finds of one paper in the order of the text.

    Args:
        buffer: the UTF-8 bytes that the finds' offsets refer to.
        low: first byte of the paper in the buffer.
        high: byte after the paper's last.
        anchor: the document's date, or None.
        mode: ``news``, ``narrative`` or ``auto``.
        tense: the tense words of the paper's language.
    """

    def __init__(  # noqa: PLR0913
        self, buffer: bytes, low: int, high: int, anchor: Point | None, mode: str, tense: Tense
    ) -> None:
        self.tense = tense
        self.buffer, self.low, self.high = buffer, low, high
        self.dct = anchor
        self.mode = mode
        self.narrative = mode == "narrative"
        self.ref: Point | None = None
        self.ref_at = -1
        self.told_end = low
        self.here = low
        self.day: Point | None = None
        self.day_at = -1
        self.last_day: Point | None = None
        self.last_day_at = -1
        self.span: tuple[Point, Point] | None = None
        self.span_at = -1
        self.quarter: Point | None = None
        self.quarter_at = -1
        self.compared = False
        self.yearly_at = -1000
        self.century: int | None = None
        self.months: dict[int, tuple[int, int]] = {}

    # --- windows ---

    def left(self, start: int, size: int = context.WINDOW) -> str:
        """Up to ``size`` bytes before a find, as text."""
        return context.before(self.buffer, start, size, self.low)

    def right(self, end: int, size: int = context.WINDOW) -> str:
        """Up to ``size`` bytes after a find, as text."""
        return context.after(self.buffer, end, size, self.high)

    # --- the mode ---

    def choose_mode(self, finds: Sequence[Find]) -> None:
        """Picks the mode from the evidence, where the caller left it open.

        A paper without a date can only be read as a story. One with a date is a story when it is full of explicit
        dates well before it and says hardly anything in the words of the news (weekdays, today, this year).
        """
        if self.mode != "auto":
            return
        if self.dct is None or self.dct.year is None:
            self.narrative = True
            return
        old = recent = deictic = 0
        for f in finds:
            m = f.meaning
            if m.kind in ("point", "span"):
                p = m.point or (m.ends[0].point if m.ends else None)
                if p and p.year is not None and p.unit in ("day", "month", "year", "time", "season"):
                    if p.year < self.dct.year - 1:
                        old += 1
                    else:
                        recent += 1
            elif m.base == "dct" or (m.kind == "part" and m.point and m.point.sub < 0):
                deictic += 1
        self.narrative = old >= 6 and old > recent and deictic <= old // 12

    # --- one paper ---

    def run(self, finds: Sequence[Find], view: str) -> list[Hit]:
        """The hits of the paper in one view (``timex3`` or ``edtf``)."""
        self.choose_mode(finds)
        layer = view == "edtf"
        lent = self._lend(finds)
        hits: list[Hit] = []
        add = hits.append
        for i, f in enumerate(finds):
            start, end, m = f
            kind = m.kind
            self.here = end
            if kind == "point" and not m.extra:
                point = m.point
                assert point is not None
                if point.unit != "year" or not self._as_of(f, point):
                    self.compared = False
                    self._told(point, i)
                static = m.static
                if static is None:
                    static = m.static = self._fixed(m)
                row, anchor = static[layer], -1
            elif kind in ("fixed", "length", "set"):
                self._plain(f, i, layer, hits)
                continue
            elif kind == "span":
                self.compared = False
                self._span(f, i, layer, hits)
                continue
            else:
                self.compared = m.year_shift == -1 or m.n == -1
                row_, anchor = self._row(finds, i, lent.get(i) if lent else None, layer)
                if row_ is None:
                    continue
                row = row_
            span = m.layer if layer else m.timex
            if span is None or (layer and m.doubtful and self._outside_layer(f, m)):
                continue
            add(_tuple(Hit, (start + span[0], start + span[1], row, anchor, i)))
        return hits

    def _as_of(self, f: Find, p: Point) -> bool:
        """Whether a year is the writer's own time ("as of 2009"), which no story goes on from."""
        if self.dct is None or self.dct.year is None or p.year is None or p.year < self.dct.year - 2:
            return False
        return self.buffer[f.start - 6 : f.start].lower() == b"as of "

    def _fixed(self, m: Meaning) -> tuple[Row, Row]:
        """The rows of a complete point in the two views; they do not depend on the paper."""
        made = []
        for kind, clock in ((m.type, True), (m.layer_type or m.type, m.layer_clock)):
            point = self._at(m.point, m.clock) if m.clock and clock else m.point
            made.append(
                rows.of_point(point, kind, m.rule, m.mod, m.approximate, "context" if m.lean else "explicit")
            )
        return made[0], made[1]

    def _lend(self, finds: Sequence[Find]) -> dict[int, tuple[int, int]]:
        """Years that a later date of a list lends to the ones before it ("February and October of 1917")."""
        lent: dict[int, tuple[int, int]] = {}
        for i in range(len(finds) - 2, -1, -1):
            m = finds[i].meaning
            if (
                m.kind != "part"
                or m.year_shift is not None
                or m.direction is not None
                or m.point is None
                or m.point.sub < 0
            ):
                continue
            n = finds[i + 1].meaning
            if n.kind == "point" and n.point and n.point.unit in ("day", "month", "time", "season", "year"):
                year, owner = n.point.year, i + 1
            elif i + 1 in lent:
                year, owner = lent[i + 1]
            else:
                continue
            if year is None:
                continue
            gap = self.buffer[finds[i].end : finds[i + 1].start]
            if (
                (n.point is None or n.point.unit != "year")
                and len(gap) < 16
                and _JOIN.match(gap.decode("utf-8", "ignore"))
            ):
                lent[i] = (year, owner)
            elif m.point.unit == "month" and n.point and n.point.unit == "year" and len(gap) < 40:
                if context.lends_across(gap.decode("utf-8", "ignore")):
                    lent[i] = (year, owner)
        return lent

    def _outside_layer(self, f: Find, m: Meaning) -> bool:
        """What TIMEX3 tags and our layer leaves alone: years within citations, "today" for these times."""
        if m.rule == "unit-directed" and m.n == 0 and self.left(f.start, 4).lower() == " to ":
            return True
        if m.test == "year":
            if (
                self.buffer[f.start - 1 : f.start] != b"("
                and self.buffer[f.start - 4 : f.start].lower() != b"the "
            ):
                return False
            return context.in_instrument_name(self.left(f.start, 40), self.right(f.end, 120))
        if m.rule == "deictic" and m.n == 0 and not m.clock:
            return context.means_nowadays(self.left(f.start), self.right(f.end))
        return False

    # --- lengths, sets, references ---

    def _plain(self, f: Find, i: int, layer: bool, hits: list[Hit]) -> None:
        m = f.meaning
        span = m.layer if layer else m.timex
        if span is None:
            if m.extra.get("after") and not layer:
                return
            return
        if layer and m.extra.get("after"):
            point, anchor = self._offset(m, m.extra["n"])
            row = rows.of_point(point, "DATE", m.rule, None, False, "context" if point else "none")
            hits.append(Hit(f.start + span[0], f.start + span[1], row, anchor, i))
            if point:
                self._told(point, i)
            return
        if layer and (m.extra.get("vague") or m.extra.get("age")):
            return
        granularity = {"length": "duration", "set": "set", "fixed": "reference"}[m.kind]
        row = rows.of_value(m.type, m.value, m.mod, m.quant, m.freq, m.edtf, granularity, m.rule)
        hits.append(Hit(f.start + span[0], f.start + span[1], row, -1, i))

    # --- ranges ---

    def _span(self, f: Find, i: int, layer: bool, hits: list[Hit]) -> None:
        m = f.meaning
        ends: list[Point | None] = []
        basis, anchor = "explicit", -1
        for end in m.ends:
            point = end.point
            if end.kind == "part" and point is not None:
                found, how, anchor = self._part(f, end, i)
                point = found
                basis = how
            if end.clock:
                if end.kind == "clock" and point is None:
                    point, anchor = self._clock_day()
                    basis = "context"
                point = self._at(point, end.clock)
            ends.append(point)
        a, b = ends
        if (
            a
            and b
            and a.unit == "day"
            and b.unit == "day"
            and a.year is not None
            and b.year == a.year
            and (b.sub, b.day) < (a.sub, a.day)
        ):
            b = b._replace(year=points.shift_years(a.year, 1))
        apart = m.rule == "days-and-month" and a is not None and b is not None and shift(a, "D", 1) != b
        if layer and not apart:
            if m.layer is not None:
                row = rows.of_span(a, b, m.rule, m.approximate, basis)
                hits.append(Hit(f.start + m.layer[0], f.start + m.layer[1], row, anchor, i))
        else:
            for end, point in zip(m.ends, (a, b), strict=True):
                if end.timex is not None:
                    row = rows.of_point(
                        point, "TIME" if end.clock else "DATE", m.rule, m.mod, m.approximate, basis
                    )
                    hits.append(Hit(f.start + end.timex[0], f.start + end.timex[1], row, anchor, i))
        if b is not None:
            self._told(b, i)
        if a and b and a.unit == "day" and b.unit == "day":
            self.span, self.span_at = (a, b), i

    # --- points ---

    def _row(
        self, finds: Sequence[Find], i: int, lent: tuple[int, int] | None, layer: bool
    ) -> tuple[Row | None, int]:
        f = finds[i]
        m = f.meaning
        kind = (m.layer_type or m.type) if layer else m.type
        point: Point | None
        anchor = -1
        if m.kind == "point" and m.point is not None:
            point = m.point
            basis = "context" if m.lean else "explicit"
        elif m.kind == "night":
            return self._night(f, i, layer)
        elif m.kind == "part":
            if (
                layer
                and m.point
                and m.point.unit == "day"
                and m.point.sub > 0
                and m.direction is None
                and m.year_shift is None
                and not lent
            ):
                yearly = context.is_yearly_day(self.left(f.start), self.right(f.end))
                if yearly:
                    value = points.timex_value(m.point) + m.clock
                    return rows.of_value("SET", value, None, None, None, value, "set", m.rule), -1
            point, basis, anchor = self._part(f, m, i, lent)
        elif m.kind == "set_this_day":
            day = self.dct
            self.yearly_at = f.end
            value = f"XXXX-{day.sub:02d}-{day.day:02d}" if day else None
            return rows.of_value(
                "SET", value, None, m.quant, None, value, "set", m.rule, "document" if day else "none"
            ), -1
        elif m.kind == "clock":
            point, anchor = self._next_day(finds, i) or self._clock_day()
            basis = "context" if anchor >= 0 else "document"
            if point is None:
                value = m.clock
                form = m.clock if m.clock[1:2].isdigit() else None
                return rows.of_value(
                    kind, f"XXXX-XX-XX{value}", m.mod, None, None, form, "time", m.rule, "none"
                ), -1
        elif m.kind == "shift":
            if (
                layer
                and m.unit == "D"
                and m.n == 0
                and self.dct
                and 0 <= f.start - self.yearly_at < 400
                and m.rule == "unit-directed"
            ):
                value = f"XXXX-{self.dct.sub:02d}-{self.dct.day:02d}"
                return rows.of_value("SET", value, None, None, None, value, "set", m.rule, "document"), -1
            point, basis, anchor = self._shift(f, m, i)
        elif m.kind == "holiday":
            point, basis, anchor = self._holiday(f, m)
        elif m.kind == "decade_of":
            point, basis, anchor = self._decade_of(m)
        elif m.kind == "day_of":
            point, anchor = self._day_of(m)
            basis = "context" if point else "none"
        elif m.kind == "nth":
            point, basis = None, "none"
        else:
            return None, -1
        if point is not None and m.clock and (not layer or m.layer_clock):
            told = point
            point = self._at(point, m.clock)
            self._told(told, i)
        elif point is not None:
            self._told(point, i)
        if point is not None and "week" in m.extra:
            code = {"week": "W", "month": "M", "weekend": "WE"}[m.extra["week"]]
            point = shift(point, code, 0) or point
        if layer and kind == "TIME" and point is not None and point.unit == "day":
            kind = "TIME" if m.layer_clock else "DATE"
        fallback = m.extra.get("fallback") if point is None else None
        if point is None and fallback is None:
            fallback = self._fallback(m)
        approximate = m.approximate
        return rows.of_point(point, kind, m.rule, m.mod, approximate, basis, fallback), anchor

    def _fallback(self, m: Meaning) -> str | None:
        """The TIMEX3 value of what stays unresolved."""
        if m.kind == "part" and m.point:
            return points.timex_value(m.point) + m.clock
        if m.kind == "shift":
            if m.n is None:
                return "PAST_REF" if (m.direction or 0) < 0 else "FUTURE_REF"
            unit = {
                "D": "day",
                "N": "day",
                "W": "week",
                "M": "month",
                "Y": "year",
                "Q": "quarter",
                "WE": "weekend",
            }.get(m.unit, "")
            value = _UNRESOLVED.get(unit)
            return f"{value}{m.clock}" if value else m.value
        return None

    @staticmethod
    def _at(p: Point | None, clock: str) -> Point | None:
        """The hour of a day."""
        if p is None:
            return Point("time", None, 0, 0, clock)
        if p.unit in ("day", "time"):
            return Point("time", p.year, p.sub, p.day, clock)
        return p

    def _told(self, p: Point, i: int) -> None:
        """Remembers a date that the paper has just told."""
        if p.unit == "time":
            if not p.sub:
                return
            p = p._replace(unit="day", clock="")
        if p.unit == "century":
            self.century = p.year
            return
        if p.year is None:
            return
        if p.unit == "day" and p.sub < 0:
            return
        self.ref, self.ref_at, self.told_end = p, i, self.here
        if p.unit == "day":
            self.day, self.day_at = p, i
            self.last_day, self.last_day_at = p, i
            if self.span and p not in self.span:
                self.span = None
        elif (
            self.day
            and p.unit in ("month", "year")
            and (p.year != self.day.year or (p.unit == "month" and p.sub != self.day.sub))
        ):
            self.day = None
        if p.unit in ("day", "month"):
            self.months[p.sub] = (p.year, i)
        if p.unit == "quarter" and not self.compared:
            self.quarter, self.quarter_at = p, i

    def _next_day(self, finds: Sequence[Find], i: int) -> tuple[Point | None, int] | None:
        """The day that follows an hour in the same sentence ("at 17.00 … on February 26")."""
        if i + 1 >= len(finds):
            return None
        f = finds[i + 1]
        m = f.meaning
        gap = self.buffer[finds[i].end : f.start]
        if m.point is None or m.point.unit != "day" or m.clock or len(gap) > 80:
            return None
        words = gap.decode("utf-8", "ignore")
        if context.sentence_ends(words) or not re.search(r"\b(?:on|of)\s(?:the\s)?\Z", words):
            return None
        if m.kind == "point":
            return m.point, i + 1
        if m.kind == "part":
            point, _, _ = self._part(f, m, i + 1)
            return (point, i + 1) if point else None
        return None

    def _clock_day(self) -> tuple[Point | None, int]:
        """The day that a bare hour belongs to: the last one told, in the news else the document's."""
        if self.last_day is not None:
            return self.last_day, self.last_day_at
        return (None if self.narrative else self.dct), -1

    def _base(self, base: str) -> tuple[Point | None, str, int]:
        """What a shift leans on: the point, the basis and the index of the anchor."""
        if base == "dct" and self.dct is not None:
            return self.dct, "document", -1
        if base == "auto" and not self.narrative and self.dct is not None:
            return self.dct, "document", -1
        if self.ref is not None:
            return self.ref, "context", self.ref_at
        if self.dct is not None:
            return self.dct, "document", -1
        return None, "none", -1

    def _offset(self, m: Meaning, n: float | None) -> tuple[Point | None, int]:
        base, _, anchor = self._base("ref")
        if base is None or n is None:
            return None, -1
        return shift(base, m.unit, n), anchor

    def _shift(self, f: Find, m: Meaning, i: int) -> tuple[Point | None, str, int]:  # noqa: PLR0911, PLR0912
        if m.base == "dct" and self.narrative and m.unit == "D" and m.rule == "deictic":
            if self.dct is None:
                return None, "none", -1
            return shift(self.dct, "D", m.n or 0), "document", -1
        base, basis, anchor = self._base(m.base)
        if m.n is None or base is None:
            return None, "none", -1
        n = m.n
        if (
            m.base == "ref"
            and m.unit in ("D", "W")
            and self.day is not None
            and (self.narrative or base.unit != "day")
        ):
            base, anchor = self.day, self.day_at
        if m.unit in ("D", "N") and m.base == "auto" and self.narrative and self.day is not None:
            base, anchor = self.day, self.day_at
        if m.extra.get("sameday") and m.unit == "Y" and base.unit == "day" and base.year is not None:
            year = points.shift_years(base.year, int(n))
            if points.valid(year, base.sub, base.day):
                return Point("day", year, base.sub, base.day), basis, anchor
        if m.unit in ("E", "C", "L") and m.rule.startswith("units-") and base.year is not None:
            years = {"E": 10, "C": 100, "L": 1000}[m.unit]
            return Point("year", points.shift_years(base.year, int(n * years))), basis, anchor
        if m.unit == "WE" and n == 0 and base.unit == "day" and m.rule == "weekend":
            return self._weekend(f, base), basis, anchor
        if m.extra.get("end") and base.year is not None:
            return Point("day", base.year, 12, 31), basis, anchor
        if (
            m.unit == "C"
            and m.base == "auto"
            and m.n == 0
            and self.century is not None
            and m.rule in ("century-the", "century-of-the")
        ):
            return Point("century", self.century), "context", anchor
        if (
            m.unit == "Y"
            and m.n == -1
            and not self.narrative
            and self.quarter is not None
            and m.rule in ("units-ago", "units-earlier", "year-earlier")
        ):
            q = self.quarter
            if q.year is not None and i - self.quarter_at <= 6:
                return q._replace(year=q.year - 1), "context", self.quarter_at
        if n != int(n):
            months = {"Y": 12, "E": 120, "C": 1200}.get(m.unit)
            found = shift(base, "M", n * months) if months else None
            return found, basis if found else "none", anchor if found else -1
        if m.unit == "Q" and m.rule == "quarter":
            return None, "none", -1
        found = shift(base, m.unit, n)
        if found is None and m.base != "dct" and self.dct is not None and not self.narrative:
            found, basis, anchor = shift(self.dct, m.unit, n), "document", -1
        return found, basis if found else "none", anchor if found else -1

    def _weekend(self, f: Find, base: Point) -> Point | None:
        """ "The weekend": the one just over, or on a weekend this one, or with a future verb the next."""
        found = points.bounds(base)
        if found is None:
            return None
        weekday = (found[0] - 1) % 7 + 1
        ahead = weekday >= 6 or self.tense.look(self.left(f.start), self.right(f.end)) > 0
        return shift(base, "WE", 0 if ahead else -1)

    def _night(self, f: Find, i: int, layer: bool) -> tuple[Row, int]:
        """ "That night": for TIMEX3 the night of the day told; in our layer the days that the night was said to span."""
        m = f.meaning
        if layer and self.span is not None:
            a, b = self.span
            return rows.of_days(a, b, "DATE", m.rule, "context"), self.span_at
        day = self.day
        if day is None or (layer and day == self.dct):
            return rows.of_point(
                None, "DATE" if layer else "TIME", m.rule, None, False, "none", "XXXX-XX-XXTNI"
            ), -1
        point = day if layer else self._at(day, "TNI")
        return rows.of_point(point, "DATE" if layer else "TIME", m.rule, None, False, "context"), self.day_at

    def _day_of(self, m: Meaning) -> tuple[Point | None, int]:
        """ "The 25th": of the month last told, of the document's month where none was told."""
        base, anchor = (self.ref, self.ref_at) if self.ref is not None else (self.dct, -1)
        month = _month_of(base) if base is not None else None
        if base is None or base.year is None or month is None:
            return None, -1
        year, month = points.shift_months(base.year, month, int(m.extra.get("months", 0)))
        day = int(m.extra["day"])
        return (Point("day", year, month, day), anchor) if points.valid(year, month, day) else (None, -1)

    def _decade_of(self, m: Meaning) -> tuple[Point | None, str, int]:
        base, basis, anchor = self._base("dct")
        if base is None or base.year is None or m.point is None or m.point.year is None:
            return m.point, "context", -1
        century = base.year // 100 + int(m.extra["century_shift"])
        return Point("decade", century * 10 + m.point.year % 10), basis, anchor

    def _holiday(self, f: Find, m: Meaning) -> tuple[Point | None, str, int]:
        base, basis, anchor = self._base("auto")
        if base is None or base.year is None or m.value is None:
            return None, "none", -1
        found = []
        for year in (base.year - 1, base.year, base.year + 1):
            date = parse.holiday_date(m.value, year)
            if date:
                found.append(Point("day", year, *date))
        picked = self._nearest(found, base, m, f)
        return picked, basis if picked else "none", anchor

    def _nearest(self, found: Sequence[Point], base: Point, m: Meaning, f: Find) -> Point | None:
        """Of candidates a year apart, the one that the words and the tense point at."""
        here = points.bounds(base)
        spans = [(p, points.bounds(p)) for p in found]
        if here is None:
            return found[len(found) // 2] if found else None
        usable = [(p, b) for p, b in spans if b is not None]
        if m.direction is not None and m.direction != 0:
            side = [(p, b) for p, b in usable if (b[1] < here[0] if m.direction < 0 else b[0] > here[1])]
            if m.direction < 0:
                return side[-1][0] if side else None
            return side[0][0] if side else None
        if m.direction == 0:
            return next((p for p, b in usable if p.year == base.year), None)
        return min(usable, key=lambda pb: abs(pb[1][0] - here[0]))[0] if usable else None

    def _part(
        self, f: Find, m: Meaning, i: int, lent: tuple[int, int] | None = None
    ) -> tuple[Point | None, str, int]:
        """A month, day, weekday, season or quarter without its year."""
        p = m.point
        assert p is not None
        if lent is not None:
            if p.unit == "day" and not points.valid(lent[0], p.sub, p.day):
                return None, "none", -1
            return p._replace(year=lent[0]), "context", lent[1]
        if m.year_shift is not None:
            base, basis, anchor = self._base(m.base)
            if base is None or base.year is None or base.unit in ("decade", "century"):
                return None, "none", -1
            if p.unit in ("quarter", "half") and not p.sub:
                q = self.quarter
                if q is None or q.year is None:
                    return None, "none", -1
                return q._replace(year=q.year + m.year_shift), "context", self.quarter_at
            return p._replace(year=points.shift_years(base.year, m.year_shift)), basis, anchor
        if p.unit == "day" and p.sub < 0:
            return self._weekday(f, m)
        if p.unit in ("quarter", "half") and not p.sub:
            q = self.quarter
            if q is not None:
                return q, "context", self.quarter_at
            base, basis, anchor = self._base("auto")
            return (Point(p.unit, base.year, 0), basis, anchor) if base and base.year else (None, "none", -1)
        base, basis, anchor = self._base(m.base if m.base == "ref" else "auto")
        story = self._story(f, p, base)
        if story is not None:
            return p._replace(year=story[0]), "context", story[1]
        if base is None or base.year is None or base.unit in ("decade", "century"):
            return None, "none", -1
        if self.narrative or basis == "context":
            return self._forward(p, base, m), basis, anchor
        if m.direction is None and base.unit == "day" and p.unit in ("day", "month"):
            near = self._near(p, base)
            if near is not None:
                return near, basis, anchor
        years = [base.year - 1, base.year, base.year + 1]
        found = [p._replace(year=y) for y in years if p.unit != "day" or points.valid(y, p.sub, p.day)]
        if m.direction is not None:
            if m.direction == 0 and p.unit == "season":
                return p._replace(year=base.year), basis, anchor
            return self._nearest(found, base, m, f), basis, anchor
        return self._by_tense(found, base, f, p), basis, anchor

    @staticmethod
    def _near(p: Point, base: Point) -> Point | None:
        """The occurrence of a day within four months of another, of a month within one; None where there is none."""
        assert base.year is not None
        months = p.sub - base.sub
        year = base.year + (1 if months < -6 else -1 if months > 6 else 0)
        if not 1 < year < 9998:
            return None
        if p.unit == "month":
            return Point("month", year, p.sub) if abs(months) <= 1 or abs(months) == 11 else None
        if abs(months) in (4, 5, 6, 7, 8) or not points.valid(year, p.sub, p.day):
            return None
        return Point("day", year, p.sub, p.day)

    def _story(self, f: Find, p: Point, base: Point | None) -> tuple[int, int] | None:
        """The year that the story has just told, where a news text turns to the past; None where it does not."""
        if self.narrative or self.dct is None or self.dct.year is None:
            return None
        if p.unit == "month" and p.sub in self.months and self.months[p.sub][0] != self.dct.year:
            return self.months[p.sub]
        ref = self.ref
        if ref is None or ref.year is None or ref.unit not in ("day", "month", "year", "season"):
            return None
        if ref.year >= self.dct.year - 1 or p.unit not in ("day", "month", "season"):
            return None
        between = self.buffer[self.told_end : f.start]
        if len(between) > 200 or context.sentence_ends(between.decode("utf-8", "ignore")):
            return None
        return ref.year, self.ref_at

    def _forward(self, p: Point, base: Point, m: Meaning) -> Point | None:
        """In a story, the year goes on: a month far before the last one told belongs to the year after."""
        year = base.year
        assert year is not None
        month = _month_of(p) or (p.sub * 3 if p.unit == "season" else None)
        at = _month_of(base) or (base.sub * 3 if base.unit == "season" else None)
        if m.direction in (-1, 1) and month is not None and at is not None:
            if m.direction < 0 and month >= at:
                year = points.shift_years(year, -1)
            elif m.direction > 0 and month <= at:
                year = points.shift_years(year, 1)
        elif month is not None and at is not None and at - month >= 8:
            year = points.shift_years(year, 1)
        if p.unit == "day" and not points.valid(year, p.sub, p.day):
            return None
        return p._replace(year=year)

    def _by_tense(self, found: Sequence[Point], base: Point, f: Find, p: Point) -> Point | None:
        """In the news: the occurrence nearest to the document's date, unless the verb says otherwise."""
        here = points.bounds(base)
        usable = [(q, b) for q in found if (b := points.bounds(q)) is not None]
        if here is None or not usable:
            return found[len(found) // 2] if found else None
        day = here[0]
        nearest = min(usable, key=lambda qb: abs((qb[1][0] + qb[1][1]) / 2 - day))
        if p.unit in ("quarter", "half"):
            begun = [q for q, b in usable if b[0] <= day]
            if begun and self.tense.look(self.left(f.start), self.right(f.end)) <= 0:
                return begun[-1]
            return nearest[0]
        far = abs((nearest[1][0] + nearest[1][1]) / 2 - day)
        if far < {"day": 120, "month": 77}.get(p.unit, 0):
            return nearest[0]
        tense = self.tense.look(self.left(f.start), self.right(f.end))
        if tense < 0:
            past = [q for q, b in usable if b[0] <= day]
            return past[-1] if past else usable[0][0]
        if tense > 0:
            coming = [(q, b) for q, b in usable if b[1] >= day]
            if coming:
                return coming[0][0]
        return nearest[0]

    def _weekday(self, f: Find, m: Meaning) -> tuple[Point | None, str, int]:
        assert m.point is not None
        wanted = -m.point.sub
        base, basis, anchor = self._base(m.base if m.base == "ref" else "auto")
        if self.narrative and self.day is not None:
            base, basis, anchor = self.day, "context", self.day_at
        if base is None or base.unit != "day":
            return None, "none", -1
        found = points.bounds(base)
        if found is None:
            return None, "none", -1
        ordinal = found[0]
        now = (ordinal - 1) % 7 + 1
        back = (now - wanted) % 7
        ahead = (wanted - now) % 7
        if "week_shift" in m.extra:
            return _day(ordinal - now + wanted + 7 * int(m.extra["week_shift"])), basis, anchor
        if m.direction == -1:
            return _day(ordinal - (back or 7)), basis, anchor
        if m.direction == 1:
            return _day(ordinal + (ahead or 7)), basis, anchor
        if m.direction == 0:
            return _day(ordinal + ahead if ahead <= 3 or wanted > now else ordinal - back), basis, anchor
        if self.narrative:
            return _day(ordinal + ahead), basis, anchor
        if back == 0:
            return _day(ordinal), basis, anchor
        tense = self.tense.look(self.left(f.start), self.right(f.end))
        return _day(ordinal + ahead if tense > 0 else ordinal - back), basis, anchor
