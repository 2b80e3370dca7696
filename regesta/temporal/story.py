"""What a paper has told so far: the document's date, the last date, the last day, the night, the quarter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from regesta.temporal import context
from regesta.temporal.digression import Stand, is_over, looks_aside
from regesta.temporal.meaning import Meaning
from regesta.temporal.points import Point
from regesta.temporal.rows import Row
from regesta.temporal.shift import shift
from regesta.temporal.tense import Tense

_TENSE_WINDOW = 110
_ASIDE = 60
_FINER = frozenset(("D", "N", "W", "M", "WE", "TH", "TM"))
# How much text is seen between two dates.
_SEEN = 1200
# "The end of the month", "later in the year" lean on a story as often as on the day of writing.
_WITHIN = frozenset(("bend-of-unit", "later-in-unit", "unit-the", "year-end", "weekend"))
# A year or decade of three figures: where it is one, the paper is a story.
_CENTURIES_AGO = frozenset(("year-three", "year-three-first", "month-year-three", "decade-early"))
_LATE_PARTS = ("TAF", "TEV", "TNI")
_AFTERNOON, _SMALL_HOURS, _LATE_MORNING = "T15:00", "T09:00", "T11:00"
_BRACKET = re.compile(rb" [\[(](?:[A-Z][\w. ]{0,12})?")
COMPARISONS = ("units-ago", "units-earlier", "units-before-bare", "year-earlier", "same-time-of-year")


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


class Story:
    """The state of one paper, read in the order of its text.

    Args:
        buffer: the UTF-8 bytes that the finds' offsets refer to.
        low: first byte of the paper in the buffer.
        high: byte after the paper's last.
        anchor: the document's date, or None.
        mode: ``news``, ``narrative`` or ``auto``.
        tense: the tense words of the paper's language.
        around: what its words around a date say.
    """

    def __init__(
        self,
        buffer: bytes,
        low: int,
        high: int,
        anchor: Point | None,
        mode: str,
        tense: Tense,
        around: context.Context,
    ) -> None:
        """See the class."""
        self.tense = tense
        self.context = around
        self.buffer, self.low, self.high = buffer, low, high
        self.dct = anchor
        self.mode = mode
        self.narrative = mode == "narrative"
        self.ref: Point | None = None
        self.ref_at = -1
        # The first year named at all, for the figures before it that may be years.
        self.first: Point | None = None
        self.told_end = low
        self.at = self.here = low
        # The find whose sentence was looked at last, and its way.
        self.looked = (-1, 0)
        # The state before the date told last: "on 7 May, eight weeks later" counts from there.
        self.prior: tuple[Point | None, int] = (None, -1)
        self.hour: Point | None = None
        self.late: Point | None = None
        self.part = ""
        self.part_day: Point | None = None
        self.rolls = False
        # Whether the paper names years of the first millennium and none after.
        self.ancient = False
        self.decade: Point | None = None
        self.decade_at = -1
        self.day: Point | None = None
        self.day_at = -1
        self.last_day: Point | None = None
        self.last_day_at = -1
        self.span: tuple[Point, Point] | None = None
        self.span_at = -1
        self.span_night = False
        # Where the story stands while it looks aside, and the year it looked at last.
        self.stand: Stand | None = None
        self.aside_year: int | None = None
        self.quarter: Point | None = None
        self.quarter_at = -1
        self.quarter_end = low
        # A longer stretch told since the quarter ("in the nine months"): what follows compares with that one.
        self.longer = False
        self.compared = False
        self.yearly_at = -1000
        self.century: int | None = None
        self.months: dict[int, tuple[int, int]] = {}

    def left(self, start: int, size: int = context.WINDOW) -> str:
        """Up to ``size`` bytes before a find, as text."""
        return context.before(self.buffer, start, size, self.low)

    def right(self, end: int, size: int = context.WINDOW) -> str:
        """Up to ``size`` bytes after a find, as text."""
        return context.after(self.buffer, end, size, self.high)

    def looks(self, f: Find) -> int:
        """Which way the sentence of a find looks: -1 to the past, 1 to the future, 0 unknown."""
        if self.looked[0] == f.start:
            return self.looked[1]
        way = self.tense.behind(self.left(f.start, _TENSE_WINDOW))
        if way is None:
            way = self.tense.ahead(self.right(f.end, _TENSE_WINDOW))
        self.looked = (f.start, way)
        return way

    def choose_mode(self, finds: Sequence[Find]) -> None:
        """Picks the mode from the evidence, where the caller left it open.

        A paper without a date can only be read as a story. One with a date is a story when it is full of
        explicit dates well before it and says hardly anything in the words of the news (weekdays, today, this
        year). Two such dates, or one to begin with, will do where nothing at all is in those words or near its
        own date, three to begin with where next to nothing is.
        """
        if self.mode != "auto":
            return
        if self.dct is None or self.dct.year is None:
            self.narrative = True
            return
        old = recent = deictic = 0
        first_old = False
        for f in finds:
            m = f.meaning
            if m.kind == "early" and m.rule in _CENTURIES_AGO:
                old += 1
            elif m.kind in ("point", "span"):
                p = m.point or (m.ends[0].point if m.ends else None)
                if p and p.year is not None and p.unit in ("day", "month", "year", "time", "season"):
                    if p.year < self.dct.year - 1:
                        old += 1
                        first_old = first_old or f is finds[0]
                    else:
                        recent += 1
            elif (
                m.base == "dct"
                or (m.kind == "part" and m.point and m.point.sub < 0)
                or (m.kind == "shift" and m.base == "auto" and m.n in (-1, 0) and m.rule not in _WITHIN)
                or (m.kind == "fixed" and m.value == "PRESENT_REF")
            ):
                deictic += 1
        self.narrative = (
            (old >= 6 and old > recent and deictic <= old // 12)
            or (old >= 3 and first_old and not recent and deictic <= old // 4)
            or ((old >= 2 or first_old) and not recent + deictic)
        )

    def _as_of(self, f: Find, p: Point) -> bool:
        """Whether a year is the writer's own time ("as of 2009"), which no story goes on from."""
        if self.dct is None or self.dct.year is None or p.year is None or p.year < self.dct.year - 2:
            return False
        return self.buffer[f.start - 6 : f.start].lower() == b"as of "

    @staticmethod
    def _at(p: Point | None, clock: str) -> Point | None:
        """The hour of a day."""
        if p is None:
            return Point("time", None, 0, 0, clock)
        if p.unit in ("day", "time"):
            return Point("time", p.year, p.sub, p.day, clock)
        return p

    def _look_aside(self, f: Find, p: Point) -> None:
        """Remembers where the story stands, if the date that it names next is a look aside."""
        stand = self.stand.ref if self.stand is not None else self.ref
        end = self.stand.told_end if self.stand is not None else self.told_end
        again = p.year == self.aside_year and p.unit != "year"
        gap = self._text(end, f.start)
        steps = again or context.leaves_paragraph(gap)
        if stand is None or steps or not looks_aside(p, stand, gap[-context.WINDOW :], self.right(f.end), self.context):
            self.stand = None
            return
        self.aside_year = p.year
        if self.stand is None:
            self.stand = Stand(stand, self.ref_at, end, self.day, self.day_at, self.last_day, self.last_day_at)

    def _come_back(self, f: Find) -> None:
        """Goes on from where the story stood, when the look aside is over; an offset of years may still lean on it."""
        m = f.meaning
        if self.stand is None or (m.kind == "shift" and m.base == "ref" and m.unit in ("Y", "E", "C")):
            return
        # Two weeks later than a year, or an hour of it, is nothing: they count from where the story stands.
        finer = m.kind in ("clock", "night") or (m.kind == "shift" and m.unit in _FINER)
        coarse = self.ref is not None and self.ref.unit == "year" and finer
        if coarse or is_over(self._text(self.told_end, f.start + 1), part=m.kind == "part"):
            self.ref, self.ref_at, self.told_end, self.day, self.day_at, self.last_day, self.last_day_at = self.stand
            self.stand = None

    def _text(self, start: int, end: int) -> str:
        return self.buffer[max(start, end - _SEEN) : end].decode("utf-8", "ignore")

    def _told(self, p: Point, i: int) -> None:
        """Remembers a date that the paper has just told."""
        if p.unit == "time":
            if not p.sub:
                return
            if p.clock[1:2].isdigit() and len(p.clock) == 6:
                self.hour = p
            if p.clock[1:2].isalpha():
                self.part, self.part_day = p.clock, p._replace(unit="day", clock="")
            late = p.clock in _LATE_PARTS or (_AFTERNOON <= p.clock < "T24:01" and not self._small(p))
            self.late = p._replace(unit="day", clock="") if late else None
            p = p._replace(unit="day", clock="")
        if p.unit == "century":
            self.century = p.year
            return
        if p.year is None:
            return
        if p.unit == "day" and p.sub < 0:
            return
        if p.unit == "decade" and self.ref is not None:
            # A glance at a decade; the story goes on from the year it had reached.
            self.decade, self.decade_at = p, i
            return
        if self._aside(p) or (p.unit == "year" and self._glance(p)):
            return
        self.prior = (self.ref, self.ref_at)
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
            self.quarter, self.quarter_at, self.quarter_end, self.longer = p, i, self.here, False
        elif p.unit == "year" and not self.compared:
            self.longer = True

    def _small(self, p: Point) -> bool:
        """Whether an hour is "after midnight", with which a day begins."""
        return p.clock == "T24:00" and self.buffer[self.at - 6 : self.at].lower() == b"after "

    def _compares(self, m: Meaning) -> bool:
        """Whether an offset only compares ("up from a year earlier"), which no news story goes on from."""
        return not self.narrative and m.unit == "Y" and m.n == -1 and m.rule in COMPARISONS

    def _looks_back(self, m: Meaning) -> bool:
        """Whether an offset looks back ("three months earlier") in a story that then goes on from where it was."""
        return self.narrative and m.kind == "shift" and m.base == "ref" and m.n is not None and m.n < 0

    def _after_dark(self, m: Meaning) -> tuple[Point | None, int]:
        """The day of a bare hour; for TIMEX3 a small hour told after an afternoon, evening
        or night is the next day's; our layer keeps to the day that the words name."""
        day, anchor = self._clock_day()
        if (
            not (self.narrative and self.rolls)
            or day is None
            or not (
                (m.clock == "TMO" and self._past_morning(day))
                or (day == self.late and "T00:00" <= m.clock <= _SMALL_HOURS)
            )
            or self._half(m) != m.clock
        ):
            return day, anchor
        return shift(day, "D", 1), anchor

    def _past_morning(self, day: Point) -> bool:
        """Whether the story has already told of a later part of a day."""
        if day == self.late:
            return True
        hour = self.hour
        return hour is not None and hour._replace(unit="day", clock="") == day and hour.clock >= _LATE_MORNING

    def _half(self, m: Meaning) -> str:
        """The hour of a find; "ten o'clock" told after an afternoon, evening or night is one of its hours."""
        hour = m.clock[1:3]
        if not hour.isdigit() or "clock" not in m.surface.lower() or not self.rolls or self.part not in _LATE_PARTS:
            return m.clock
        first = 7 if self.part == "TNI" else 1
        if self.part_day != self.last_day or not first <= int(hour) < 12:
            return m.clock
        return f"T{int(hour) + 12:02d}{m.clock[3:]}"

    def _aside(self, p: Point) -> bool:
        """Whether a date only repeats the one told: the same day by another calendar, the year after it."""
        ref = self.ref
        if ref is None or ref.unit != "day" or self.at - self.told_end > _ASIDE:
            return False
        left = self.buffer[self.told_end : self.at]
        if p.unit == "day":
            return bool(_BRACKET.fullmatch(left))
        return p.unit == "year" and p.year == ref.year and left[-2:] in (b") ", b"] ")

    def _glance(self, p: Point) -> bool:
        """Whether a year is a mere glance away from a story told in days or months ("the treaty of 1763")."""
        ref = self.ref
        if not self.narrative or ref is None or ref.year is None or p.year is None or p.year == ref.year:
            return False
        if ref.unit not in ("day", "month"):
            return False
        left = self.buffer[max(self.low, self.at - 10) : self.at].lower()
        if p.year < ref.year:
            return left.endswith((b" of ", b" the ", b"since ", b"("))
        return left.endswith((b"until ", b"till ", b"(")) and not left.startswith(b"not ")

    def _clock_day(self) -> tuple[Point | None, int]:
        """The day that a bare hour belongs to: the last one told, in the news else the document's."""
        if self.last_day is not None:
            return self.last_day, self.last_day_at
        return (None if self.narrative or self.dct is None or self.dct.unit != "day" else self.dct), -1

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
