"""Temporal expressions: found, read and resolved to EDTF, TIMEX3 and an earliest and latest day.

    >>> from regesta.temporal import find
    >>> [(t.surface, t.edtf) for t in find("from 25 to 26 February 1992")]
    [('25 to 26 February 1992', '1992-02-25/1992-02-26')]

One analysis serves two conventions, the ``view``: ``edtf`` is our own layer (a range is one expression, articles and
prepositions stay outside), ``timex3`` follows the TIMEX3 guidelines of TimeBank and TempEval-3 (a range is two points,
articles and modifiers stand inside, vague references such as "now" are tagged).
"""

from __future__ import annotations

import datetime as dt

from regesta.temporal.bulk import Mode, View, analyse, code_points, find_many
from regesta.temporal.model import Timex

__all__ = ["Mode", "Timex", "View", "find", "find_many"]


def find(
    text: str,
    *,
    anchor: dt.date | str | None = None,
    mode: Mode = "auto",
    language: str = "en",
    view: View = "edtf",
) -> list[Timex]:
    """Finds and resolves the temporal expressions of one paper.

    Args:
        text: the whole paper; the story that expressions lean on runs through it from the start.
        anchor: the paper's date, as a date or in ISO form; None where unknown.
        mode: ``news`` leans "in April" on the paper's date, ``narrative`` on the last date told; ``auto`` picks by
            the evidence.
        language: BCP 47 code; everything in ``en``, explicit dates in ``az``, ``ru``, ``tr``, ``fr``, ``de``, ``es``.
        view: ``edtf`` for our own layer, ``timex3`` for the TIMEX3 conventions.

    Returns:
        The expressions in the order of the text.

    Raises:
        ValueError: the anchor is not a date, or there are no rules for the language.
    """
    out: list[Timex] = []
    for _, buffer, papers in analyse([text], [anchor], mode, language, view):
        hits = papers[0][2]
        starts = code_points(buffer, [h.start for h in hits]).tolist()
        ends = code_points(buffer, [h.end for h in hits]).tolist()
        index = {h.find: k for k, h in enumerate(hits)}
        for h, start, end in zip(hits, starts, ends, strict=True):
            r = h.row
            out.append(
                Timex(
                    start, end, text[start:end], r.type, r.value, r.mod, r.quant, r.freq, r.begin, r.end, r.edtf,
                    dt.date.fromordinal(r.first) if r.first else None,
                    dt.date.fromordinal(r.last) if r.last else None,
                    r.granularity, r.approximate, r.basis, index.get(h.anchor), r.rule,
                )  # fmt: skip
            )
    return out
