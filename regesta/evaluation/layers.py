"""What each layer of annotations is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from regesta.evaluation.gold import LAYERS, Annotation, Paper, papers, read_layer
from regesta.evaluation.scores import Agrees, Row, score

_TABLES = {"dates": "dates", "entities": "mentions", "figures": "figures"}
# Bounds of a paper may differ by the white space around it.
_SLACK = 3
_TYPES = {
    "PERSON": "person",
    "ORG": "organization",
    "PLACE": "place",
    "INSTRUMENT": "instrument",
    "WORK": "work",
    "EVENT": "event",
}


def _same(column: str, field: str) -> Agrees:
    return lambda a, r: (a.values[column] or "") == (r[field] or "")


def _number(text: str) -> float | None:
    return float(text) if text else None


def _values(a: Annotation, r: Row) -> bool:
    return (_number(a.values["low"]), _number(a.values["high"])) == (r["value_low"], r["value_high"])


_COMPARED: dict[str, dict[str, Agrees]] = {
    "dates": {"type": _same("type", "timex_type"), "edtf": _same("edtf", "edtf")},
    "entities": {"type": lambda a, r: _TYPES.get(a.values["type"]) == r["type"]},
    "figures": {
        "value": _values,
        "qualifier": _same("qualifier", "qualifier"),
        "measure": _same("measure", "measure"),
        "group": _same("group", "group"),
    },
}


def evaluate(tables: Mapping[str, pa.Table], gold: Path) -> dict[str, dict[str, float]]:
    """Score a release against a folder of annotations.

    Args:
        tables: the release's tables.
        gold: the folder.

    Returns:
        Per layer the figures by name, each between 0 and 1; layers without annotations or without a table are left
        out.

    Raises:
        RegestaError: the annotations cannot be read, or do not fit the text.
    """
    known = papers(gold)
    sources = {row["sha256"]: row for row in tables["sources"].to_pylist()}
    mine = [(paper, sources[paper.sha256]) for paper in known if paper.sha256 in sources]
    made = {"documents": _documents([(paper, source["source_id"]) for paper, source in mine], tables["documents"])}
    for layer in LAYERS:
        if _TABLES[layer] not in tables:
            continue
        rows = tables[_TABLES[layer]].to_pylist()
        pairs = []
        for paper, source in mine:
            found = read_layer(gold, layer, paper, source["text"])
            if found is not None:
                pairs.append((found, _within(rows, source["source_id"], paper)))
        if pairs:
            identity = ("canonical", "entity_id") if layer == "entities" else None
            made[layer] = score(pairs, _COMPARED[layer], identity).summary()
    return made


def _within(rows: list[dict[str, Any]], source_id: str, paper: Paper) -> list[Row]:
    return [r for r in rows if r["source_id"] == source_id and paper.start <= r["char_start"] < paper.end]


def _documents(papers: list[tuple[Paper, str]], documents: pa.Table) -> dict[str, float]:
    """The share of papers with the right bounds, title, date, place, issuer, outlet and kind."""
    rows = documents.to_pylist()
    right: dict[str, int] = dict.fromkeys(("bounds", "title", "date", "place", "issuer", "outlet", "kind"), 0)
    for paper, source_id in papers:
        row = next(
            (r for r in rows if r["source_id"] == source_id and abs(r["char_start"] - paper.start) <= _SLACK), None
        )
        if row is None:
            continue
        right["bounds"] += abs(row["char_end"] - paper.end) <= _SLACK
        right["title"] += _plain(row["title"]).startswith(_plain(paper.facts.get("heading", "")))
        right["date"] += (row["date_edtf"] or "").rstrip("~") == paper.facts.get("date", "").rstrip("~")
        for name in ("place", "issuer", "outlet", "kind"):
            right[name] += _alike(paper.facts.get(name, ""), row[name] or "")
    return {name: count / len(papers) if papers else 0.0 for name, count in right.items()}


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _alike(gold: str, found: str) -> bool:
    """Whether two names are one: the shorter stands in the longer, as "Council" in "Council of the Town"."""
    a, b = _plain(gold), _plain(found)
    return a == b if not a or not b else a in b or b in a
