"""The table `dates`: temporal expressions of the papers, each in its sentence."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from regesta.issues import issue_row
from regesta.spans import address
from regesta.tables.arrow import table_from_rows
from regesta.temporal import Timex, find_each, has_rules

# Figures and the like are read by the English rules where a language has none of its own.
_FALLBACK = "en"


@dataclass
class _Found:
    dates: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)


def find_dates(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Find the dates in papers: the tables `dates` and `issues`.

    Each paper is read by the rules of its source's language and leans on its own date. An expression that runs over the
    end of a sentence is left out and recorded.

    Args:
        tables: `sources`, `documents` and `sentences`.
    """
    languages = dict(zip(*(tables["sources"][name].to_pylist() for name in ("source_id", "language")), strict=True))
    sizes = dict(zip(*(tables["sources"][name].to_pylist() for name in ("source_id", "characters")), strict=True))
    columns = ["document_id", "source_id", "char_start", "date_edtf", "text"]
    papers: dict[str, list[dict[str, Any]]] = {}
    for paper in tables["documents"].select(columns).to_pylist():
        papers.setdefault(languages[paper["source_id"]], []).append(paper)
    sentences = _sentences(tables["sentences"])
    found = _Found()
    for source_id, language in languages.items():
        if not has_rules(language):
            message = f"there are no rules for dates in the language {language!r}; those for {_FALLBACK!r} were used"
            found.issues.append(issue_row(source_id, None, 0, sizes[source_id], "language_without_rules", message))
    for language, mine in papers.items():
        known = language if has_rules(language) else _FALLBACK
        timexes = find_each([p["text"] for p in mine], [p["date_edtf"] for p in mine], language=known)
        for paper, some in zip(mine, timexes, strict=True):
            _add(found, paper, some, sentences.get(paper["document_id"], []))
    return {"dates": table_from_rows("dates", found.dates), "issues": table_from_rows("issues", found.issues)}


def _sentences(table: pa.Table) -> dict[str, list[tuple[int, int, str]]]:
    """The sentences of each paper in the order of the text: start, end, id."""
    spans: dict[str, list[tuple[int, int, str]]] = {}
    columns = ("document_id", "char_start", "char_end", "sentence_id")
    for document_id, start, end, sentence_id in zip(*(table[name].to_pylist() for name in columns), strict=True):
        spans.setdefault(document_id, []).append((start, end, sentence_id))
    return {document_id: sorted(some) for document_id, some in spans.items()}


def _add(
    found: _Found, paper: Mapping[str, Any], timexes: Sequence[Timex], sentences: Sequence[tuple[int, int, str]]
) -> None:
    source_id, document_id, base = paper["source_id"], paper["document_id"], paper["char_start"]
    starts = [start for start, _, _ in sentences]
    ids: dict[int | None, str] = {}
    home: dict[int, str] = {}
    for number, timex in enumerate(timexes):
        start, end = base + timex.start, base + timex.end
        at = bisect_right(starts, start) - 1
        if at >= 0 and end <= sentences[at][1]:
            ids[number] = address(source_id, start, end)
            home[number] = sentences[at][2]
        else:
            message = f"{timex.surface!r} runs over the end of a sentence and was left out of the table dates"
            found.issues.append(issue_row(source_id, document_id, start, end, "date_across_sentences", message))
    for number, sentence_id in home.items():
        timex = _sound(timexes[number])
        found.dates.append(
            {
                "date_id": ids[number],
                "sentence_id": sentence_id,
                "document_id": document_id,
                "source_id": source_id,
                "char_start": base + timex.start,
                "char_end": base + timex.end,
                "surface": timex.surface,
                "timex_type": timex.type,
                "timex_value": timex.value or _end_points(timex),
                "edtf": timex.edtf,
                "date_start": timex.earliest,
                "date_end": timex.latest,
                "granularity": timex.granularity,
                "approximate": timex.approximate,
                "basis": timex.basis,
                "anchor_date_id": ids.get(timex.anchor),
                "method": "rule",
            }
        )


def _sound(timex: Timex) -> Timex:
    """A period that ends before it begins ("from 1994 to 1991") is no period: what was meant is not known."""
    if timex.earliest and timex.latest and timex.earliest > timex.latest:
        return replace(timex, edtf=None, earliest=None, latest=None, basis="none")
    return timex


def _end_points(timex: Timex) -> str | None:
    """The two TIMEX3 end points of an interval as one value."""
    return f"{timex.begin_value}/{timex.end_value}" if timex.begin_value and timex.end_value else None
