"""Leaning one expression on what it leans on: the document's date, or what the story has told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from regesta.temporal import context, holidays, points
from regesta.temporal.meaning import Meaning
from regesta.temporal.points import Point
from regesta.temporal.shift import day_at, month_of, occurrences, shift
from regesta.temporal.story import COMPARISONS, Find, Story

_SAME_AGE = 300
# A year of two figures is one only in a story of the first century, on either side.
_FIRST_AGE = 60
# How far a comparison ("from a year earlier") may stand from the quarter that it compares with, in bytes.
_COMPARED = 900
_WINTER = 4
# A month so far back is the next year's, though the story may look back a little; to a feast it hardly ever does.
_BACK, _FEAST_BACK = 6, 3


class Leaning(Story):
    """Resolves incomplete dates and offsets; what it cannot resolve stays None."""

    def _part(self, f: Find, m: Meaning, i: int, lent: tuple[int, int] | None = None) -> tuple[Point | None, str, int]:
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
                    return Point(p.unit, points.shift_years(base.year, m.year_shift)), basis, anchor
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
        if m.direction is None and base.unit == "year":
            fits = p.unit != "day" or points.valid(base.year, p.sub, p.day)
            return (p._replace(year=base.year), basis, anchor) if fits else (None, "none", -1)
        # "Last winter" in January is the one before the last to begin.
        years = [*([base.year - 2] if p.unit == "season" else []), base.year - 1, base.year, base.year + 1]
        unit, _, sub, day, clock = p
        found = [Point(unit, y, sub, day, clock) for y in years if unit != "day" or points.valid(y, sub, day)]
        if m.direction is not None:
            if m.direction == 0 and p.unit == "season":
                return p._replace(year=base.year), basis, anchor
            return self._nearest(found, base, m, f), basis, anchor
        return self._by_tense(found, base, f, p), basis, anchor

    @staticmethod
    def _near(p: Point, base: Point) -> Point | None:
        """The occurrence of a day within four months of another, of a month within one; None where there is
        none.
        """
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
        """The year that the story has just told, where a news text turns to the past; None where it does
        not.
        """
        if self.narrative or self.dct is None or self.dct.year is None:
            return None
        if p.unit == "month" and p.sub in self.months:
            year = self.months[p.sub][0]
            if year != self.dct.year and (year - self.dct.year) * self.looks(f) >= 0:
                return self.months[p.sub]
        ref = self.ref
        if ref is None or ref.year is None or ref.unit not in ("day", "month", "year", "season"):
            return None
        # A year named in the same sentence holds; of a day or month of last year only what is older goes on.
        if ref.year >= self.dct.year - (0 if ref.unit == "year" else 1) or p.unit not in ("day", "month", "season"):
            return None
        between = self.buffer[self.told_end : f.start + 1]
        if len(between) > 200 or context.sentence_ends(between.decode("utf-8", "ignore")):
            return None
        return (ref.year, self.ref_at) if self.looks(f) <= 0 else None

    def _forward(self, p: Point, base: Point, m: Meaning) -> Point | None:
        """In a story, the year goes on: a month far before the last one told belongs to the year after."""
        year = base.year
        assert year is not None
        month = month_of(p) or (p.sub * 3 if p.unit == "season" else None)
        at = month_of(base) or (base.sub * 3 if base.unit == "season" else None)
        if base.unit == "season" and base.sub == _WINTER and p.unit != "season":
            at = 15  # a winter ends in the year after
        if m.direction in (-1, 1) and month is not None and at is not None:
            if m.direction < 0 and month >= at:
                year = points.shift_years(year, -1)
            elif m.direction > 0 and month <= at:
                year = points.shift_years(year, 1)
        elif month is not None and at is not None and at - month >= (_FEAST_BACK if m.rule == "holiday" else _BACK):
            year = points.shift_years(year, 1)
        if p.unit == "day" and not points.valid(year, p.sub, p.day):
            return None
        return p._replace(year=year)

    def _by_tense(self, found: Sequence[Point], base: Point, f: Find, p: Point) -> Point | None:
        """In the news: the occurrence nearest to the document's date, unless the verb says otherwise."""
        ways = occurrences(tuple(found), base, p.unit)
        return ways[0] if ways[0] == ways[1] == ways[-1] else ways[self.looks(f)]

    def _weekday(self, f: Find, m: Meaning) -> tuple[Point | None, str, int]:
        assert m.point is not None
        wanted = -m.point.sub
        base, basis, anchor = self._base(m.base if m.base == "ref" else "auto")
        if self.narrative and self.day is not None:
            base, basis, anchor = self.day, "context", self.day_at
        found = points.bounds(base) if base is not None and base.unit in ("day", "week", "weekend") else None
        if found is None:
            return None, "none", -1
        ordinal = found[1] if m.direction == 1 else found[0]
        now = (ordinal - 1) % 7 + 1
        back = (now - wanted) % 7
        ahead = (wanted - now) % 7
        if "week_shift" in m.extra:
            return day_at(ordinal - now + wanted + 7 * int(m.extra["week_shift"])), basis, anchor
        if m.direction == -1:
            return day_at(ordinal - (back or 7)), basis, anchor
        if m.direction == 1:
            # On a Friday "next Saturday" is not tomorrow.
            far = 7 if ahead == 1 and m.base != "ref" and not self.narrative else 0
            return day_at(ordinal + (ahead or 7) + far), basis, anchor
        if m.direction == 0:
            return day_at(ordinal + ahead if ahead <= 3 or wanted > now else ordinal - back), basis, anchor
        if self.narrative:
            return day_at(ordinal + ahead), basis, anchor
        if back == 0:
            return day_at(ordinal), basis, anchor
        tense = self.looks(f)
        return day_at(ordinal + ahead if tense > 0 else ordinal - back), basis, anchor

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

    def _holiday(self, f: Find, m: Meaning) -> tuple[Point | None, str, int]:
        base, basis, anchor = self._base("auto")
        if base is None or base.year is None or m.value is None:
            return None, "none", -1
        found = []
        for year in (base.year - 1, base.year, base.year + 1):
            date = holidays.date_of(m.value, year)
            if date:
                found.append(Point("day", year, *date))
        if m.direction is None and base.unit == "year":
            picked = next((p for p in found if p.year == base.year), None)
        else:
            picked = self._nearest(found, base, m, f)
        return picked, basis if picked else "none", anchor

    def _day_of(self, m: Meaning) -> tuple[Point | None, int]:
        """ "The 25th": of the month last told, of the document's month where none was told."""
        base, anchor = (self.ref, self.ref_at) if self.ref is not None else (self.dct, -1)
        month = month_of(base) if base is not None else None
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

    def _offset(self, m: Meaning, n: float | None) -> tuple[Point | None, int]:
        base, _, anchor = self._base("ref")
        if base is None or n is None:
            return None, -1
        return shift(base, m.unit, n), anchor

    def _shift(self, f: Find, m: Meaning, i: int) -> tuple[Point | None, str, int]:
        if m.base == "dct" and self.narrative and m.unit == "D" and m.rule == "deictic":
            if self.dct is None:
                return None, "none", -1
            return shift(self.dct, "D", m.n or 0), "document", -1
        base, basis, anchor = self._base(m.base)
        if m.n is None or base is None:
            return None, "none", -1
        n = m.n
        if m.unit == "E" and self.decade is not None and self.decade_at > anchor and basis == "context":
            base, anchor = self.decade, self.decade_at
        if m.base == "ref" and (told := self._apposed(f, m)) is not None:
            return told
        if m.unit in ("TH", "TM") and m.base == "ref" and (hour := self._hours(base, m)) is not None:
            return hour, basis, anchor
        if m.base == "ref" and m.unit in ("D", "W") and self.day is not None and (self.narrative or base.unit != "day"):
            base, anchor = self.day, self.day_at
        if (
            m.clock == "TMO"
            and m.unit == "D"
            and n == 1
            and self.span_night
            and self.span
            and self.ref_at == self.span_at
        ):
            return self.span[1], "context", self.span_at  # the morning after "the night of 25 to 26 February"
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
        if (
            m.unit == "C"
            and m.base == "auto"
            and m.n == 0
            and self.century is not None
            and m.rule in ("century-the", "century-of-the")
        ):
            return Point("century", self.century), "context", anchor
        if m.unit == "Y" and m.n == -1 and not self.narrative and self.quarter is not None and m.rule in COMPARISONS:
            q = self.quarter
            if (
                q.year is not None
                and not self.longer
                and (m.rule == "year-earlier" or f.start - self.quarter_end <= _COMPARED)
            ):
                return q._replace(year=q.year - 1), "context", self.quarter_at
        if n != int(n) and m.unit == "TH":
            return shift(base, "TM", n * 60), basis, anchor
        if m.extra.get("sameday") and m.unit == "W" and base.unit == "day":
            return shift(base, "D", 7 * n), basis, anchor
        if n != int(n):
            months = {"Y": 12, "E": 120, "C": 1200}.get(m.unit)
            found = shift(base, "M", n * months) if months else None
            if found is None and months and base.unit == "year":
                found = shift(base, m.unit, int(n))  # the months of the base are not told
            return found, basis if found else "none", anchor if found else -1
        if m.unit == "Q" and m.rule == "quarter":
            return None, "none", -1
        found = shift(base, m.unit, n)
        if found is None and basis == "context" and self._within(self.last_day) and m.unit in ("D", "W", "M"):
            # The story has since told a year or a month only; the day before that still tells which one is meant.
            assert self.last_day is not None
            found, anchor = shift(self.last_day, m.unit, n), self.last_day_at
        if found is None and m.base != "dct" and self.dct is not None and not self.narrative:
            found, basis, anchor = shift(self.dct, m.unit, n), "document", -1
        return found, basis if found else "none", anchor if found else -1

    def _within(self, day: Point | None) -> bool:
        """Whether a day lies in what the story has told last."""
        ref = self.ref
        if day is None or ref is None:
            return False
        return day.year == ref.year and (ref.unit != "month" or day.sub == ref.sub)

    def _apposed(self, f: Find, m: Meaning) -> tuple[Point, str, int] | None:
        """ "On 7 May, eight weeks later, …": counted from the date before, if that leads to the one just told."""
        before, at = self.prior
        if before is None or self.ref is None or m.n is None or self.buffer[self.told_end : f.start] != b", ":
            return None
        found = shift(before, m.unit, m.n)
        spans = points.bounds(found) if found is not None else None
        told = points.bounds(self.ref)
        if found is None or spans is None or told is None or told[0] > spans[1] + 1 or told[1] < spans[0] - 1:
            return None
        return found, "context", at

    def _hours(self, base: Point, m: Meaning) -> Point | None:
        """The hour so many hours or minutes from the one last told; None where the day told has none."""
        hour = self.hour
        if hour is None or m.n is None or base != hour._replace(unit="day", clock=""):
            return None
        minutes = int(hour.clock[1:3]) * 60 + int(hour.clock[4:6]) + round(m.n * (60 if m.unit == "TH" else 1))
        day = shift(base, "D", minutes // 1440)
        if day is None:
            return None
        return day._replace(unit="time", clock=f"T{minutes // 60 % 24:02d}:{minutes % 60:02d}")

    def _early(self, f: Find, m: Meaning, i: int) -> tuple[Point | None, str, int]:
        """ "In 476": a year where the story is in those centuries, before Christ where the story is."""
        p, told = m.point, self._year_told()
        if p is None or p.year is None:
            return None, "none", -1
        year = -p.year if told is not None and told < 0 else p.year
        size, age = (
            (10 if p.unit == "decade" else 1),
            (_SAME_AGE if p.year >= 100 or p.unit == "decade" else _FIRST_AGE),
        )
        near = (
            abs(year * size - told) <= age
            if told is not None
            else self.ancient or (p.year >= 100 and p.unit != "decade")
        )
        if self.narrative and near:
            return p._replace(year=year), "context" if told is not None else "explicit", self.ref_at
        if p.unit in ("year", "decade", "season"):
            return None, "none", -1
        return self._part(f, replace(m, kind="part", point=p._replace(year=None)), i)

    def _year_told(self) -> int | None:
        """The year that the story has reached."""
        ref = self.ref or self.first
        if ref is None or ref.year is None:
            return None
        return ref.year * {"decade": 10, "century": 100}.get(ref.unit, 1)

    def _nth(self, m: Meaning) -> tuple[Point | None, str, int]:
        """ "The third day": counted from the day told; in the news the day of the paper."""
        if not self.narrative:
            return (self.dct, "document", -1) if self.dct is not None and self.dct.unit == "day" else (None, "none", -1)
        if self.day is None or m.n is None:
            return None, "none", -1
        if self.span is not None and self.span_at == self.day_at and not self.span_night:
            return shift(self.span[0], "D", m.n - 1), "context", self.span_at
        return shift(self.day, "D", m.n - 1), "context", self.day_at

    def _weekend(self, f: Find, base: Point) -> Point | None:
        """ "The weekend": the one just over, or on a weekend this one, or with a future verb the next."""
        found = points.bounds(base)
        if found is None:
            return None
        weekday = (found[0] - 1) % 7 + 1
        ahead = weekday >= 6 or self.looks(f) > 0
        return shift(base, "WE", 0 if ahead else -1)
