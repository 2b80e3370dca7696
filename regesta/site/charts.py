"""Charts as SVG inside the page: legible in grey, in the dark, on paper and to a screen reader; every mark is a link.

They are drawn here and not by a plotting library: the colours are those of the style sheet, which a policy without
inline styles and a dark screen need, a mark takes the keyboard, and a release of very many series is drawn in seconds.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from regesta.site import words
from regesta.site.marks import plain, shown

_WIDTH, _LEFT, _RIGHT, _TOP = 760, 74, 16, 14
_STEP = 9.0
"""How far apart marks stand that would hide one another."""
_STEPS = 60
"""How many half steps a mark goes aside at most."""
_CROWD = 120
"""How many marks of one height there is room for; more lie over one another, and the table has them all."""


class Point(NamedTuple):
    """A paper in a chart of figures.

    Attributes:
        day: ISO 8601; None without a date.
        low: lower bound.
        high: upper bound; both None for an amount without a number.
        qualifier: how the words bound the number.
        repeated: whether an earlier paper has the same sentence.
        href: where the words stand.
        told: the same in words.
    """

    day: str | None
    low: float | None
    high: float | None
    qualifier: str
    repeated: bool
    href: str
    told: str


class Bar(NamedTuple):
    """A year in a chart of years: the links and names of its items, or only how many there are."""

    year: int
    many: int
    items: Sequence[tuple[str, str]] = ()


def _svg(height: float, body: Iterable[str], label: str, kind: str) -> Markup:
    inside = "".join(body)
    return Markup(  # noqa: S704 (made of numbers and of texts escaped here)
        f'<div class="chart {kind}" role="region" tabindex="0" aria-label="{shown(plain(label))}">'
        f'<svg viewBox="0 0 {_WIDTH} {height:g}" role="group" aria-label="{shown(plain(label))}">{inside}</svg></div>'
    )


def _text(x: float, y: float, text: str, kind: str = "tick", anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{shown(plain(text))}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


# --- years ------------------------------------------------------------------------------------------------------------


def years(bars: Sequence[Bar], label: str, most_linked: int = 400) -> Markup:
    """How many things each year has: a square each, with its link, or one bar a year where they are very many."""
    if not bars:
        return Markup("")
    first, last = bars[0].year, bars[-1].year
    span = last - first + 1
    slot = (_WIDTH - _LEFT - _RIGHT) / span
    tallest = max(bar.many for bar in bars)
    linked = sum(bar.many for bar in bars) <= most_linked and all(bar.items for bar in bars)
    size = max(3.0, min(14.0, slot - 2, 240 / tallest)) if linked else 0.0
    height = _TOP + (size * tallest if linked else 120) + 26
    floor = height - 24
    body = [_line(_LEFT, floor, _WIDTH - _RIGHT, floor, "axis")]
    body += [_text(_LEFT + (y - first + 0.5) * slot, floor + 16, str(y)) for y in _labelled(first, last, slot)]
    body.append(_text(_LEFT - 8, _TOP + 8, str(tallest), anchor="end"))
    for bar in bars:
        left = _LEFT + (bar.year - first + 0.5) * slot
        if linked:
            for n, (href, name) in enumerate(bar.items, start=1):
                square = _box(left - size / 2, floor - n * size, size - 1, size - 1)
                body.append(_linked(href, name, f"{square}/>", "unit"))
        else:
            tall = 120 * bar.many / tallest
            wide = max(1.0, min(18.0, slot - 1))
            box = _box(left - wide / 2, floor - tall, wide, tall)
            body.append(f'{box} class="bar"><title>{bar.year}: {bar.many}</title></rect>')
    return _svg(height, body, label, "years")


def by_year(days: Iterable[str | None]) -> list[Bar]:
    """Bars without links of ISO days."""
    counts = Counter(int(day[:4]) for day in days if day)
    return [Bar(year, counts[year]) for year in sorted(counts)]


def _labelled(first: int, last: int, slot: float) -> list[int]:
    step = next((s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if s * slot >= 40), 2000)
    return [y for y in range(first, last + 1) if y % step == 0] or [first]


def _linked(href: str, told: str, shape: str, kind: str) -> str:
    name = shown(plain(told))
    return f'<a href="{shown(href)}" class="{kind}" aria-label="{name}"><title>{name}</title>{shape}</a>'


def _box(x: float, y: float, width: float, height: float) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'


# --- figures as reported ----------------------------------------------------------------------------------------------


def figures(points: Sequence[Point], label: str) -> Markup:
    """Value by date of paper, one mark a paper; bounds, vague amounts, repeats and undated papers can be told apart."""
    if not points:
        return Markup("")
    values = [v for p in points for v in (p.low, p.high) if v is not None and v > 0]
    vague = any(p.low is None and p.high is None for p in points)
    undated = any(p.day is None for p in points)
    height = 320.0
    floor = height - (66 if vague else 40)
    right = _WIDTH - _RIGHT - (70 if undated else 0)
    days = [dt.date.fromisoformat(p.day).toordinal() for p in points if p.day]
    first, last = (min(days), max(days)) if days else (0, 0)
    across = _scale(first, last, _LEFT + 14, right - 14)
    up = _values(values, floor)
    body = _frame(up, values, floor, right)
    if days:
        body += _year_ticks(first, last, across, height - 22)
    if vague:
        body += [_text(_LEFT - 8, height - 42, "no number", anchor="end")]
    if undated:
        body += [_line(right + 4, _TOP, right + 4, floor, "grid"), _text(right + 38, height - 22, "no date")]
    taken: dict[int, list[tuple[float, float]]] = {}
    for point in points:
        x = across(dt.date.fromisoformat(point.day).toordinal()) if point.day else right + 38
        value = point.high if point.high is not None else point.low
        y = up(value) if value is not None else height - 46
        x = _free(taken, x, y, (_LEFT + 8, right) if point.day else (right + 12, _WIDTH))
        body.append(_point(point, x, y, up))
    return _svg(height, body, label, "series")


def _free(taken: dict[int, list[tuple[float, float]]], x: float, y: float, room: tuple[float, float]) -> float:
    """The nearest place beside it where a mark hides no other: the height of a mark is its value and stays exact."""
    level = round(y / _STEP)
    near = [there for n in (-1, 0, 1) for there, height in taken.get(level + n, ()) if abs(height - y) < _STEP]
    if len(near) > _CROWD:
        return x
    tried = (x + sign * n * _STEP / 2 for n in range(_STEPS) for sign in (1, -1))
    inside = (place for place in tried if room[0] <= place <= room[1])
    free = next((place for place in inside if all(abs(place - there) >= _STEP for there in near)), x)
    taken.setdefault(level, []).append((free, y))
    return free


def _point(point: Point, x: float, y: float, up: _Scale) -> str:
    shapes: Mapping[str, str] = {
        "exact": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>',
        "min": f'<path d="M{x:.1f},{y - 6:.1f}l5.5,9.5h-11z"/>',
        "max": f'<path d="M{x:.1f},{y + 6:.1f}l5.5,-9.5h-11z"/>',
        "about": f'<path d="M{x:.1f},{y - 6:.1f}l6,6l-6,6l-6,-6z"/>',
        "vague": f'<path d="M{x - 5:.1f},{y:.1f}h10M{x:.1f},{y - 5:.1f}v10" class="cross"/>',
    }
    shape = shapes.get(point.qualifier, shapes["exact"])
    if point.low is not None and point.high is not None and point.low != point.high:
        shape = _line(x, up(point.low), x, up(point.high), "range") + shape
    return _linked(point.href, point.told, shape, "point repeated" if point.repeated else "point")


class _Scale:
    """A value as a place on the page."""

    def __init__(self, low: float, high: float, start: float, end: float, *, log: bool = False) -> None:
        self.log = log
        self._low, self._high = (math.log10(low), math.log10(high)) if log else (low, high)
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        at = math.log10(max(value, 1e-9)) if self.log else value
        if self._high == self._low:
            return (self._start + self._end) / 2
        share = min(1.0, max(0.0, (at - self._low) / (self._high - self._low)))
        return self._start + share * (self._end - self._start)


def _scale(low: float, high: float, start: float, end: float) -> _Scale:
    return _Scale(low, high, start, end)


def _values(values: Sequence[float], floor: float) -> _Scale:
    """From nothing up; by powers of ten where the values are of very different size."""
    high, low = max(values, default=1.0), min(values, default=1.0)
    if high / low > 200:
        return _Scale(10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high)), floor, _TOP, log=True)
    return _Scale(0, ticks(high)[-1], floor, _TOP)


def ticks(high: float) -> list[float]:
    """Round values from nothing to at least `high`."""
    rough = high / 4
    power = 10 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    step = next(s * power for s in (1, 2, 2.5, 5, 10) if s * power >= rough * 0.999)
    return [n * step for n in range(math.ceil(high / step * 0.9999) + 1)]


def _frame(up: _Scale, values: Sequence[float], floor: float, right: float) -> list[str]:
    if not values:
        return []
    low, high = min(values), max(values)
    if up.log:
        marks = [10.0**n for n in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]
    else:
        marks = ticks(high)
    body = [_line(_LEFT, up(mark), right, up(mark), "grid") for mark in marks]
    body += [_text(_LEFT - 8, up(mark) + 4, words.number(mark), anchor="end") for mark in marks]
    return [*body, _line(_LEFT, floor, right, floor, "axis")]


def _year_ticks(first: int, last: int, across: _Scale, y: float) -> list[str]:
    start, end = dt.date.fromordinal(first).year, dt.date.fromordinal(last).year
    slot = (across(last) - across(first)) / max(1, end - start)
    out = []
    for year in _labelled(start, end, slot if end > start else 100):
        day = dt.date(year, 1, 1).toordinal()
        if first <= day <= last or start == end:
            out.append(_text(across(max(first, day)), y, str(year)))
    return out or [_text(across(first), y, str(start))]


LEGEND = Markup(
    '<ul class="key">'
    '<li><svg viewBox="0 0 14 14" aria-hidden="true"><circle cx="7" cy="7" r="4.5"/></svg> a plain number</li>'
    '<li><svg viewBox="0 0 14 14" aria-hidden="true"><path d="M7,1l5.5,9.5h-11z"/></svg> a lower bound</li>'
    '<li><svg viewBox="0 0 14 14" aria-hidden="true"><path d="M7,13l5.5,-9.5h-11z"/></svg> an upper bound</li>'
    '<li><svg viewBox="0 0 14 14" aria-hidden="true"><path d="M7,1l6,6l-6,6l-6,-6z"/></svg> approximate</li>'
    '<li><svg viewBox="0 0 14 14" aria-hidden="true"><path d="M2,7h10M7,2v10" class="cross"/></svg> no number</li>'
    '<li><svg viewBox="0 0 14 14" aria-hidden="true" class="repeated"><circle cx="7" cy="7" r="4.5"/></svg> hollow: '
    "the sentence stands in an earlier paper</li></ul>"
)
"""What the marks mean."""


# --- how the tables hang together -------------------------------------------------------------------------------------


def schema(tables: Mapping[str, Sequence[str]], hrefs: Mapping[str, str]) -> Markup:
    """The tables and where they point, drawn from their foreign keys; a table stands below those it points to.

    Args:
        tables: names of the tables that each points to, by name.
        hrefs: where each is told of.
    """
    level: dict[str, int] = {}

    def depth(name: str, above: tuple[str, ...] = ()) -> int:
        if name not in level:
            below = [t for t in tables[name] if t != name and t in tables and t not in above]
            level[name] = 1 + max((depth(t, (*above, name)) for t in below), default=-1)
        return level[name]

    rows: dict[int, list[str]] = {}
    for name in tables:
        rows.setdefault(depth(name), []).append(name)
    wide, tall, gap = 132.0, 30.0, 46.0
    where: dict[str, tuple[float, float]] = {}
    for n, names in rows.items():
        slot = _WIDTH / len(names)
        for k, name in enumerate(names):
            where[name] = (slot * (k + 0.5), _TOP + n * (tall + gap))
    body = []
    for name, targets in tables.items():
        x, y = where[name]
        for target in sorted(set(targets) - {name} & set(tables)):
            if target in where:
                tx, ty = where[target]
                ends = f"{tx:.1f},{ty + tall + 28:.1f} {tx:.1f},{ty + tall:.1f}"
                body.append(f'<path class="edge" d="M{x:.1f},{y:.1f}C{x:.1f},{y - 28:.1f} {ends}"/>')
    for name, (x, y) in where.items():
        told = ", ".join(sorted(set(tables[name]))) or "no other table"
        box = f'<rect x="{x - wide / 2:.1f}" y="{y:.1f}" width="{wide:g}" height="{tall:g}" rx="2"/>' + _text(
            x, y + 19, name, "box"
        )
        body.append(_linked(hrefs[name], f"{name} points to {told}", box, "table"))
    height = _TOP + (max(rows, default=0) + 1) * (tall + gap) - gap + 8
    return _svg(height, body, "Tables and the tables they point to", "schema")
