"""The public record of one temporal expression."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timex:
    """One temporal expression of a text.

    Attributes:
        start: first code point of the expression in the text.
        end: code point after its last; ``text[start:end] == surface``.
        surface: the words.
        type: DATE, INTERVAL, TIME, DURATION or SET (INTERVAL only in the ``edtf`` view).
        value: TIMEX3 value; None where the expression has none or stays unresolved.
        mod: TIMEX3 modifier (START, MID, END, APPROX, LESS_THAN, …).
        quant: TIMEX3 quantifier of a SET (EVERY, EACH).
        freq: TIMEX3 frequency of a SET.
        begin_value: TIMEX3 value of the first point of an INTERVAL.
        end_value: TIMEX3 value of its last point.
        edtf: the value in EDTF (ISO 8601-2); ISO 8601 duration or time where EDTF has no form; None if
            unresolved.
        earliest: first day of the value, in the proleptic Gregorian calendar; None outside the years 1 to
            9999.
        latest: last day of the value.
        granularity: day, time, week, month, season, quarter, year, decade, century, duration, set, reference,
            unknown.
        approximate: whether the words blur the value.
        basis: explicit (complete in the words), context (completed from the text around), document (from the
            document's date) or none (not resolved).
        anchor: index, in the list that holds this record, of the expression that this one leans on; None if
            none.
        rule: name of the rule that found it.
    """

    start: int
    end: int
    surface: str
    type: str
    value: str | None
    mod: str | None
    quant: str | None
    freq: str | None
    begin_value: str | None
    end_value: str | None
    edtf: str | None
    earliest: dt.date | None
    latest: dt.date | None
    granularity: str
    approximate: bool
    basis: str
    anchor: int | None
    rule: str
