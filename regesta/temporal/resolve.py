"""The discourse of one paper: every find leaned on what it leans on.

The state is small: the document's date, and the last date told. In *news* an expression leans on the
document's date, in a *narrative* on the last date told; some words ("the following day") lean on the story
whatever the mode, and some ("ago", "yesterday") on the document where it has a date.
"""

from __future__ import annotations

from collections.abc import Sequence

from regesta.temporal import points, rows
from regesta.temporal.leaning import Leaning
from regesta.temporal.meaning import Meaning
from regesta.temporal.points import Point
from regesta.temporal.rows import Row
from regesta.temporal.shift import shift
from regesta.temporal.story import Find, Hit

_UNRESOLVED = {
    "day": "XXXX-XX-XX", "week": "XXXX-WXX", "weekend": "XXXX-WXX-WE", "month": "XXXX-XX", "year": "XXXX",
    "quarter": "XXXX-QX", "time": None,
}  # fmt: skip
_SAME_PASSAGE = 400
_LONGER = 6
_ANCIENT = 999
_LIST_GAP = 16
_NAME_GAP = 40
_SENTENCE_GAP = 80
_HALF_QUARTER = 45
# A named tuple's own constructor is a Python function; in the hot loop this spares it.
_tuple = tuple.__new__


class Discourse(Leaning):
    """Resolves the finds of one paper in the order of the text."""

    def run(self, finds: Sequence[Find], view: str) -> list[Hit]:
        """The hits of the paper in one view (``timex3`` or ``edtf``)."""
        self.choose_mode(finds)
        layer = view == "edtf"
        self.rolls = not layer
        self.ancient = self.narrative and self._ancient(finds)
        self.first = next((m.point for _, _, m in finds if m.kind == "point" and m.point and m.point.year), None)
        lent = self._lend(finds)
        hits: list[Hit] = []
        add = hits.append
        for i, f in enumerate(finds):
            start, end, m = f
            kind = m.kind
            self.at, self.here = start, end
            if self.stand is not None:
                self._come_back(f)
            if kind == "point" and not m.extra:
                point = m.point
                assert point is not None
                if point.unit != "year" or not self._as_of(f, point):
                    self.compared = False
                    if self.narrative and point.year is not None:
                        self._look_aside(f, point)
                    self._told(self._at(point, m.clock) or point if m.clock else point, i)
                ready = m.ready_layer if layer else m.ready_timex
                row, anchor = ready or self._ready(m, layer), -1
            elif kind in ("fixed", "length", "set"):
                self._plain(finds, i, layer, hits)
                continue
            elif kind == "span":
                self.compared = False
                self._span(f, i, layer, hits)
                continue
            else:
                self.compared = m.year_shift == -1 or m.n == -1 or "period" in m.extra
                row_, anchor = self._row(finds, i, lent.get(i) if lent else None, layer)
                if row_ is None:
                    continue
                row = row_
            span = m.layer if layer else m.timex
            if span is None or (layer and m.doubtful and self._outside_layer(f, m)):
                continue
            add(_tuple(Hit, (start + span[0], start + span[1], row, anchor, i)))
        return hits

    @staticmethod
    def _ancient(finds: Sequence[Find]) -> bool:
        """Whether a paper names years of the first millennium and none after."""
        years = [f.meaning.point.year for f in finds if f.meaning.point is not None and f.meaning.point.year]
        return len(years) > 1 and all(y <= _ANCIENT for y in years) and any(f.meaning.kind == "early" for f in finds)

    def _ready(self, m: Meaning, layer: bool) -> Row:
        """The row of a complete point in a view, kept with its meaning: it does not depend on the paper."""
        kind = (m.layer_type or m.type) if layer else m.type
        point = m.point
        if m.clock and (m.layer_clock or not layer):
            point = self._at(point, m.clock)
        basis = "context" if m.lean else "explicit"
        row = rows.make_point(point, kind, m.rule, m.mod, m.approximate, basis)
        if layer:
            m.ready_layer = row
        else:
            m.ready_timex = row
        return row

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
            gap = self.buffer[finds[i].end : finds[i + 1].start].decode("utf-8", "ignore")
            if n.point is None or n.point.unit != "year":
                near = len(gap) < _LIST_GAP and self.context.joins(gap)
            else:
                near = self.context.lends_in(gap) or (
                    m.point.unit == "month" and len(gap) < _NAME_GAP and self.context.lends_across(gap)
                )
            if near:
                lent[i] = (year, owner)
        return lent

    def _outside_layer(self, f: Find, m: Meaning) -> bool:
        """What TIMEX3 tags and our layer leaves alone: years within citations, "today" for these times."""
        if m.rule == "unit-directed" and m.n == 0 and self.left(f.start, 4).lower() == " to ":
            return True
        if m.test == "year":
            if self.buffer[f.start - 1 : f.start] != b"(" and self.buffer[f.start - 4 : f.start].lower() != b"the ":
                return False
            return self.context.in_instrument_name(self.left(f.start, 40), self.right(f.end, 120))
        if m.rule == "deictic" and m.n == 0 and not m.clock:
            return self.context.means_nowadays(self.left(f.start), self.right(f.end))
        return False

    def _plain(self, finds: Sequence[Find], i: int, layer: bool, hits: list[Hit]) -> None:
        f = finds[i]
        m = f.meaning
        span = m.layer if layer else m.timex
        if span is None:
            if m.extra.get("after") and not layer:
                return
            return
        if layer and m.extra.get("after"):
            point, anchor = self._named_after(finds, i) or self._offset(m, m.extra["n"])
            row = rows.of_point(point, "DATE", m.rule, None, False, "context" if point else "none")
            hits.append(Hit(f.start + span[0], f.start + span[1], row, anchor, i))
            if point:
                self._told(point, i)
            return
        if layer and (m.extra.get("vague") or m.extra.get("age")):
            return
        if m.kind == "length" and m.unit == "M" and m.n is not None and m.n >= _LONGER:
            self.longer = True
        row = m.ready_timex
        if row is None:
            granularity = {"length": "duration", "set": "set", "fixed": "reference"}[m.kind]
            row = rows.of_value(m.type, m.value, m.mod, m.quant, m.freq, m.edtf, granularity, m.rule)
            m.ready_timex = row
        hits.append(_tuple(Hit, (f.start + span[0], f.start + span[1], row, -1, i)))

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
        if not layer and m.extra.get("night") and a is not None and a.unit == "day" and m.timex is not None:
            row = rows.of_point(self._at(a, "TNI"), "TIME", m.rule, m.mod, m.approximate, basis)
            hits.append(Hit(f.start + m.timex[0], f.start + m.timex[1], row, anchor, i))
            self._told(b or a, i)
            if b is not None and b.unit == "day":
                self.span, self.span_at, self.span_night = (a, b), i, True
            return
        apart = bool(m.extra.get("and")) and a is not None and a.unit == "day" and shift(a, "D", 1) != b
        if layer and not apart:
            if m.layer is not None:
                row = rows.of_span(a, b, m.rule, m.approximate, basis)
                hits.append(Hit(f.start + m.layer[0], f.start + m.layer[1], row, anchor, i))
        else:
            for end, point in zip(m.ends, (a, b), strict=True):
                if end.timex is not None:
                    kind = "TIME" if end.clock else "DATE"
                    open_value = points.timex_value(end.point) + end.clock if end.point and not layer else None
                    row = rows.of_point(point, kind, m.rule, m.mod, m.approximate, basis, open_value)
                    hits.append(Hit(f.start + end.timex[0], f.start + end.timex[1], row, anchor, i))
        if b is not None:
            self._told(b, i)
        if a and b and a.unit == "day" and b.unit == "day":
            self.span, self.span_at, self.span_night = (a, b), i, bool(m.extra.get("night"))

    def _row(self, finds: Sequence[Find], i: int, lent: tuple[int, int] | None, layer: bool) -> tuple[Row | None, int]:
        """The row of a find that leans on something, and the index of what it leans on (-1 for nothing)."""
        f = finds[i]
        m = f.meaning
        if m.kind == "night":
            return self._night(m, layer)
        if m.kind == "set_this_day" or (layer and (m.kind == "part" or m.rule == "unit-directed")):
            yearly = self._yearly(f, lent, layer)
            if yearly is not None:
                return yearly, -1
        kind = (m.layer_type or m.type) if layer else m.type
        if m.rule == "deictic" and m.n == 0 and not m.clock and self.narrative and not layer:
            return rows.of_value(kind, "PRESENT_REF", m.mod, None, None, None, "reference", m.rule), -1
        point, basis, anchor = self._resolved(finds, i, lent)
        if point is None and m.kind == "early":
            return None, -1
        if point is None:
            if m.kind == "clock":
                form = m.clock if m.clock[1:2].isdigit() else None
                value = f"XXXX-XX-XX{m.clock}"
                return rows.of_value(kind, value, m.mod, None, None, form, "time", m.rule, "none"), -1
            fallback = m.extra.get("fallback") or self._fallback(m)
            return rows.of_point(None, kind, m.rule, m.mod, m.approximate, basis, fallback), anchor
        clock = self._half(m) if m.kind == "clock" else m.clock
        if not self._compares(m) and not self._looks_back(m):
            self._told(self._at(point, clock) or point if clock else point, i)
        if clock and (not layer or m.layer_clock):
            point = self._at(point, clock) or point
        if "week" in m.extra:
            code = {"week": "W", "month": "M", "weekend": "WE"}[m.extra["week"]]
            point = shift(point, code, 0) or point
        return rows.of_point(point, kind, m.rule, m.mod, m.approximate, basis), anchor

    def _resolved(self, finds: Sequence[Find], i: int, lent: tuple[int, int] | None) -> tuple[Point | None, str, int]:
        """The point, its basis and the index of the anchor."""
        f = finds[i]
        m = f.meaning
        match m.kind:
            case "point":
                if (
                    "period" in m.extra
                    and self.quarter is not None
                    and self.quarter.sub
                    and m.point is not None
                    and not self.longer
                ):
                    return self.quarter._replace(year=m.point.year), "context", self.quarter_at
                return m.point, "context" if m.lean else "explicit", -1
            case "part":
                ended = self._ended(finds, i)
                return (ended, "context", i + 1) if ended is not None else self._part(f, m, i, lent)
            case "shift":
                return self._shift(f, m, i)
            case "clock":
                day, anchor = self._next_day(finds, i) or self._after_dark(m)
                if not self.narrative and self.dct is not None and points.later(day, self.dct) and self.looks(f) < 0:
                    day, anchor = self.dct, -1
                return day, "context" if anchor >= 0 else "document", anchor
            case "holiday":
                return self._holiday(f, m)
            case "decade_of":
                return self._decade_of(m)
            case "day_of":
                day, anchor = self._day_of(m)
                return day, "context" if day else "none", anchor
            case "early":
                return self._early(f, m, i)
            case "nth":
                return self._nth(m)
            case _:
                return None, "none", -1

    def _ended(self, finds: Sequence[Find], i: int) -> Point | None:
        """The quarter that "the quarter ended Sept. 30" names, where none was told: the one most of it lies in."""
        m = finds[i].meaning
        bare = m.point is not None and m.point.unit == "quarter" and not m.point.sub
        if not bare or self.quarter is not None or i + 1 >= len(finds):
            return None
        f = finds[i + 1]
        if not self.context.ended(self.buffer[finds[i].end : f.start]) or f.meaning.point is None:
            return None
        day = f.meaning.point if f.meaning.kind == "point" else self._part(f, f.meaning, i + 1)[0]
        middle = shift(day, "D", -_HALF_QUARTER) if day is not None else None
        return shift(middle, "Q", 0) if middle is not None else None

    def _yearly(self, f: Find, lent: tuple[int, int] | None, layer: bool) -> Row | None:
        """The row of the day of every year, where the words mean that; None where they mean one day."""
        m = f.meaning
        if m.kind == "set_this_day":
            self.yearly_at = f.end
        elif not layer:
            return None
        elif m.kind == "part":
            p = m.point
            alone = m.direction is None and m.year_shift is None and not lent
            if p is None or p.unit != "day" or p.sub <= 0 or not alone:
                return None
            near = self.buffer[max(self.low, f.start - 60) : f.end + 90].lower()
            if b"day" not in near and b"year" not in near and b"annual" not in near:
                return None
            if not self.context.is_yearly_day(self.left(f.start), self.right(f.end)):
                return None
            value = points.timex_value(p) + m.clock
            return rows.of_value("SET", value, None, None, None, value, "set", m.rule)
        elif m.rule != "unit-directed" or m.unit != "D" or m.n != 0 or f.start - self.yearly_at > _SAME_PASSAGE:
            return None
        day = self.dct
        known = day is not None and day.unit == "day"
        form = f"XXXX-{day.sub:02d}-{day.day:02d}" if day is not None and known else None
        basis = "document" if known else "none"
        return rows.of_value("SET", form, None, m.quant, None, form, "set", m.rule, basis)

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

    def _named_after(self, finds: Sequence[Find], i: int) -> tuple[Point | None, int] | None:
        """The date that follows "a year after …" in the same sentence and names it ("…, in 1993")."""
        if i + 1 >= len(finds) or finds[i + 1].meaning.kind != "point":
            return None
        gap = self.buffer[finds[i].end : finds[i + 1].start]
        if len(gap) > _SENTENCE_GAP or not self.context.names_date(gap.decode("utf-8", "ignore")):
            return None
        return finds[i + 1].meaning.point, i + 1

    def _next_day(self, finds: Sequence[Find], i: int) -> tuple[Point | None, int] | None:
        """The day that follows an hour in the same sentence ("at 17.00 … on February 26")."""
        if i + 1 >= len(finds):
            return None
        f = finds[i + 1]
        m = f.meaning
        gap = self.buffer[finds[i].end : f.start]
        if m.point is None or m.point.unit != "day" or m.clock or len(gap) > _SENTENCE_GAP:
            return None
        words = gap.decode("utf-8", "ignore")
        if not self.context.leads_to_day(words):
            return None
        if m.kind == "point":
            return m.point, i + 1
        if m.kind == "part":
            point, _, _ = self._part(f, m, i + 1)
            return (point, i + 1) if point else None
        return None

    def _night(self, m: Meaning, layer: bool) -> tuple[Row, int]:
        """ "That night": for TIMEX3 the night of the day told; in our layer the days that the night was said
        to span.
        """
        if layer and self.span is not None:
            a, b = self.span
            return rows.of_days(a, b, "DATE", m.rule, "context"), self.span_at
        day = self.day
        if day is None or (layer and day == self.dct):
            return rows.of_point(None, "DATE" if layer else "TIME", m.rule, None, False, "none", "XXXX-XX-XXTNI"), -1
        point = day if layer else self._at(day, "TNI")
        anchor = self.day_at
        if not layer and self.narrative and point is not None:
            self._told(point, anchor)
        return rows.of_point(point, "DATE" if layer else "TIME", m.rule, None, False, "context"), anchor
