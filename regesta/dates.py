"""The table `dates`: temporal expressions of the papers, each in its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from regesta.issues import issue_row
from regesta.spans import addresses
from regesta.tables.arrow import table, table_from_rows
from regesta.tables.columns import Numbers, codes, keys, latest, numbers, taken
from regesta.temporal import find_many, has_rules

# Figures and the like are read by the English rules where a language has none of its own.
_FALLBACK = "en"
_NO_DAY = np.datetime64("NaT", "D")


def find_dates(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Find the dates in papers: the tables `dates` and `issues`.

    Each paper is read by the rules of its source's language and leans on its own date. An expression that runs over the
    end of a sentence is left out and recorded.

    Args:
        tables: `sources`, `documents` and `sentences`.
    """
    sources = tables["sources"].select(["source_id", "language", "characters"]).to_pylist()
    papers = tables["documents"].select(["document_id", "source_id", "char_start", "date_edtf", "text"])
    issues: list[dict[str, Any]] = []
    for source in sources:
        if not has_rules(source["language"]):
            message = (
                f"there are no rules for dates in the language {source['language']!r}; "
                f"those for {_FALLBACK!r} were used"
            )
            issues.append(
                issue_row(source["source_id"], None, 0, source["characters"], "language_without_rules", message)
            )
    by_language: dict[str, list[int]] = {}
    languages = {source["source_id"]: source["language"] for source in sources}
    for number, source_id in enumerate(papers["source_id"].to_pylist()):
        by_language.setdefault(languages[source_id], []).append(number)
    parts = []
    for language, mine in by_language.items():
        dates, odd = _found(papers.take(mine), language if has_rules(language) else _FALLBACK, tables["sentences"])
        parts.append(dates)
        issues += odd
    nothing = table_from_rows("dates", [])
    return {"dates": pa.concat_tables([nothing, *parts]), "issues": table_from_rows("issues", issues)}


def _found(papers: pa.Table, language: str, sentences: pa.Table) -> tuple[pa.Table, list[dict[str, Any]]]:
    """The dates of some papers of one language, and an issue for each that stands in no sentence."""
    texts = papers["text"].to_pylist()
    found = _sound(find_many(texts, papers["date_edtf"].to_pylist(), language=language))
    paper, anchor = found["text"], found["anchor"]
    spans = zip(paper.tolist(), found["start"].tolist(), found["end"].tolist(), strict=True)
    surface = [texts[n][start:end] for n, start, end in spans]
    base = numbers(papers["char_start"])[paper]
    start, end = found["start"] + base, found["end"] + base
    source_id, document_id = (taken(papers[name], paper) for name in ("source_id", "document_id"))
    ids = addresses(source_id, start, end)
    home = _homes(sentences, papers["document_id"], paper, start, end)
    columns = {
        "date_id": ids,
        "sentence_id": taken(sentences["sentence_id"], home),
        "document_id": document_id,
        "source_id": source_id,
        "char_start": start,
        "char_end": end,
        "surface": surface,
        "timex_type": found["type"],
        "timex_value": found["value"],
        "edtf": found["edtf"],
        "date_start": found["earliest"],
        "date_end": found["latest"],
        "granularity": found["granularity"],
        "approximate": found["approximate"],
        "basis": found["basis"],
        # An expression that stands in no sentence is no row to lean on.
        "anchor_date_id": taken(ids, np.where(np.append(home, -1)[anchor] < 0, -1, anchor)),
        "method": pa.repeat("rule", len(ids)),
    }
    message = "{!r} runs over the end of a sentence and was left out of the table dates"
    across = [
        issue_row(
            source_id[n].as_py(),
            document_id[n].as_py(),
            int(start[n]),
            int(end[n]),
            "date_across_sentences",
            message.format(surface[n]),
        )
        for n in np.flatnonzero(home < 0)
    ]
    return table("dates", columns).filter(home >= 0), across


def _homes(sentences: pa.Table, papers: pa.ChunkedArray, paper: Numbers, start: Numbers, end: Numbers) -> Numbers:
    """The row of the sentence that each span stands in, -1 for none; `paper` is the place of its own among papers."""
    places = keys(codes(sentences["document_id"], papers), numbers(sentences["char_start"]))
    ends = numbers(sentences["char_end"])
    order = np.lexsort((ends, places))
    before = latest(places[order], keys(paper, start), here=True)
    home = np.append(order, -1)[before]
    return np.where(end <= np.append(ends, -1)[home], home, -1)


def _sound(found: dict[str, Numbers]) -> dict[str, Numbers]:
    """A period that ends before it begins ("from 1994 to 1991") is no period: what was meant is not known. The value of
    an interval is its two TIMEX3 end points."""
    wrong = found["earliest"] > found["latest"]
    for name, nothing in (("edtf", None), ("earliest", _NO_DAY), ("latest", _NO_DAY), ("basis", "none")):
        found[name][wrong] = nothing
    value, begin, end = (found[name] for name in ("value", "begin_value", "end_value"))
    for n in np.flatnonzero(~value.astype(bool) & begin.astype(bool) & end.astype(bool)):
        value[n] = f"{begin[n]}/{end[n]}"
    return found
