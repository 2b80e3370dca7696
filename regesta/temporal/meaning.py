"""What the words of one find mean, before anybody asks when they were written.

A meaning depends on the words alone, so it is worked out once for every distinct surface and kept. What is
left for each hit is to lean it on its anchor (see ``resolve.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from regesta.temporal.points import Point


@dataclass(slots=True)
class Meaning:
    """The meaning of one surface.

    Attributes:
        rule: name of the rule that read it.
        type: DATE, INTERVAL, TIME, DURATION or SET in our layer.
        kind: ``point`` (complete), ``part`` (a calendar name without its year), ``clock`` (an hour without
            its day), ``shift`` (an offset from an anchor), ``night`` (the night told of), ``fixed``,
            ``length``, ``set`` or ``span`` (a range; its ends are ``ends``).
        point: the point, or for a ``part`` the point without its year.
        unit: unit of a shift or length: TS TM TH (clock units) D N W F WE M Q Y E C L S H.
        n: how far a shift goes or how long a length is; None where the words do not say.
        base: what a shift leans on: ``dct`` (document date), ``ref`` (last date told) or ``auto`` (as the
            mode says).
        direction: -1, 0 or 1 for last, this, next before a calendar name.
        year_shift: offset of the year a calendar name stands in ("March last year"), with its ``base``.
        clock: the hour or part of the day, e.g. ``T23:00``; joined to the day that the rest means.
        value: TIMEX3 value of a fixed reference, length or set.
        edtf: the EDTF (or ISO 8601 duration) of a length or set.
        mod, quant, freq: the TIMEX3 attributes.
        approximate: whether the words blur the date.
        timex: start and end in bytes, from the start of the surface, of the span in the TIMEX3 view; None:
            not there.
        layer: the same for our own layer.
        layer_type: type in our own layer where it differs.
        ends: the two ends of a span.
        test: name of the test that the context must pass (see ``context.py``).
        ready_timex: the finished row of a complete point in the TIMEX3 view, filled on first use.
        ready_layer: the same in our own layer.
        windowed: whether the words around have a say.
        gate: what settles that the words are what they seem (see ``scan.py``).
        doubtful: whether the words around may put it outside our own layer.
        source: the rule.
    """

    rule: str
    type: str
    kind: str
    point: Point | None = None
    unit: str = ""
    n: float | None = None
    base: str = "auto"
    direction: int | None = None
    year_shift: int | None = None
    clock: str = ""
    value: str | None = None
    edtf: str | None = None
    mod: str | None = None
    quant: str | None = None
    freq: str | None = None
    approximate: bool = False
    timex: tuple[int, int] | None = None
    layer: tuple[int, int] | None = None
    layer_type: str = ""
    layer_clock: bool = True
    ends: tuple[Meaning, ...] = ()
    test: str = ""
    lean: bool = False
    ready_timex: Any = None
    ready_layer: Any = None
    windowed: bool = False
    gate: int = 0
    doubtful: bool = False
    source: Any = None
    surface: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
