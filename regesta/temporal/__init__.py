"""Temporal expressions: found, read and resolved to EDTF, TIMEX3 and an earliest and latest day.

    >>> from regesta.temporal import find
    >>> [(t.surface, t.edtf) for t in find("from 25 to 26 February 1992")]
    [('25 to 26 February 1992', '1992-02-25/1992-02-26')]

One analysis serves two conventions, the ``view``: ``edtf`` is our own layer (a range is one expression,
articles and prepositions stay outside), ``timex3`` follows the TIMEX3 guidelines of TimeBank and TempEval-3
(a range is two points, articles and modifiers stand inside, vague references such as "now" are tagged).

How it works, file by file: ``wording.py`` expands the rule files of ``languages/``, ``union.py`` joins them
and ``grammar.py`` compiles them; ``heads.py`` names the places where a match may begin, ``scan.py`` looks
there; ``parse.py`` reads a surface into a ``Meaning``, once per surface; ``resolve.py`` leans meanings on
their anchors through the discourse of a paper, with ``tense.py`` and ``context.py`` looking at the words
around; ``points.py`` and ``rows.py`` write the values; ``bulk.py`` does it for many papers, ``command.py``
for files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from regesta.temporal.bulk import Mode, View, analyse, code_points, find_many, find_shards, mode_of
from regesta.temporal.grammar import LANGUAGES, GrammarError, has_rules
from regesta.temporal.model import Timex

__all__ = [
    "LANGUAGES",
    "GrammarError",
    "Mode",
    "Timex",
    "View",
    "find",
    "find_each",
    "find_many",
    "find_shards",
    "has_rules",
    "mode_of",
]


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
        anchor: the paper's date, as a date or in ISO form (of a paper of which only the year or the month is
            known, ``2017`` or ``1993-04``); None where unknown.
        mode: ``news`` leans "in April" on the paper's date, ``narrative`` on the last date told; ``auto``
            picks by the evidence.
        language: BCP 47 code; everything in ``en``, explicit dates in ``az``, ``ru``, ``tr``, ``fr``, ``de``,
            ``es``.
        view: ``edtf`` for our own layer, ``timex3`` for the TIMEX3 conventions.

    Returns:
        The expressions in the order of the text.

    Raises:
        ValueError: the anchor is not a date, or there are no rules for the language.
    """
    return find_each([text], [anchor], mode=mode, language=language, view=view)[0]


def find_each(
    texts: Sequence[str],
    anchors: Sequence[dt.date | str | None],
    *,
    mode: Mode = "auto",
    language: str = "en",
    view: View = "edtf",
) -> list[list[Timex]]:
    """:func:`find` for several papers in one pass; a list a paper.

    Raises:
        ValueError: an anchor is not a date, there are not as many anchors as texts, or there are no rules for
            the language.
    """
    if len(anchors) != len(texts):
        raise ValueError(f"{len(texts)} texts but {len(anchors)} anchors")
    out: list[list[Timex]] = []
    for first, buffer, papers in analyse(zip(texts, anchors, strict=True), mode, language, view):
        lows = code_points(buffer, [low for low, _, _ in papers]).tolist()
        starts = code_points(buffer, [h.start for _, _, hits in papers for h in hits]).tolist()
        ends = code_points(buffer, [h.end for _, _, hits in papers for h in hits]).tolist()
        at = 0
        for offset, (_, _, hits) in enumerate(papers):
            text, low = texts[first + offset], lows[offset]
            index = {h.find: k for k, h in enumerate(hits)}
            found: list[Timex] = []
            for h in hits:
                start, end, r = starts[at] - low, ends[at] - low, h.row
                at += 1
                found.append(
                    Timex(
                        start,
                        end,
                        text[start:end],
                        r.type,
                        r.value,
                        r.mod,
                        r.quant,
                        r.freq,
                        r.begin,
                        r.end,
                        r.edtf,
                        dt.date.fromordinal(r.first) if r.first else None,
                        dt.date.fromordinal(r.last) if r.last else None,
                        r.granularity,
                        r.approximate,
                        r.basis,
                        index.get(h.anchor),
                        r.rule,
                    )
                )
            out.append(found)
    return out
