"""Series: how the number for one thing moves from paper to paper. No merged number is ever made."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from regesta.errors import RegestaError
from regesta.figures.lexicon import taxonomy
from regesta.tables.arrow import table_from_rows

Row = dict[str, Any]
_NAMED = 12
_FIGURE = (
    "figure_id", "source_id", "char_start", "document_id", "measure", "group", "unit", "place_entity_id", "value_low",
    "value_high", "qualifier", "surface", "part_of", "earlier_papers",
)  # fmt: skip

# What `series` reads of each table; None: all of it.
READS: Mapping[str, Sequence[str] | None] = {
    "figure_series": None,
    "documents": ("document_id", "title", "issuer", "outlet"),
    "entities": ("entity_id", "type", "label"),
    "aliases": ("entity_id", "alias"),
}


def derive(figures: pa.Table, documents: pa.Table) -> pa.Table:
    """The table `figure_series` of a corpus.

    Args:
        figures: the table `figures` of the whole corpus.
        documents: the table `documents` of the whole corpus.
    """
    papers = {
        row["document_id"]: row
        for row in documents.select(
            ["document_id", "source_id", "char_start", "date_edtf", "date_start", "date_end", "kind"]
        ).to_pylist()
    }
    rows = figures.select(list(_FIGURE)).to_pylist()
    by_id = {row["figure_id"]: row for row in rows}
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if papers[row["document_id"]]["kind"] != "contents" and _counts(row, by_id.get(row["part_of"])):
            found[_key(row)].append(row)
    out = [row for key in sorted(found, key=str) for row in _series(found[key], papers)]
    return table_from_rows("figure_series", out)


def _key(row: Row) -> tuple[Any, ...]:
    return row["measure"], row["group"], row["unit"], row["place_entity_id"]


def _counts(row: Row, whole: Row | None) -> bool:
    return _value(row) is not None and (whole is None or _key(whole) != _key(row))


def _value(row: Row) -> float | None:
    """The number that a figure states, for sorting: its upper bound, or the lower one where that is open."""
    value: float | None = row["value_high"] if row["value_high"] is not None else row["value_low"]
    return value


def _series(rows: Iterable[Row], papers: Mapping[str, Row]) -> list[Row]:
    by_paper: dict[str, dict[tuple[Any, ...], Row]] = defaultdict(dict)
    for row in sorted(rows, key=lambda r: (r["source_id"], r["char_start"])):
        by_paper[row["document_id"]].setdefault((row["value_low"], row["value_high"], row["qualifier"]), row)

    def when(document_id: str) -> tuple[Any, ...]:
        paper = papers[document_id]
        return paper["date_start"] or dt.date.max, paper["source_id"], paper["char_start"]

    ordered = sorted(by_paper, key=when)
    ranked = {d: sorted(by_paper[d].values(), key=lambda r: (-(_value(r) or 0), r["char_start"])) for d in ordered}
    largest = [_value(ranked[d][0]) or 0.0 for d in ordered]
    summary = {
        "papers": len(ordered),
        "distinct_values": len(set(largest)),
        "lowest": min(largest),
        "highest": max(largest),
    }
    return [
        {name: row[name] for name in ("figure_id", *_FIGURE[3:12], "earlier_papers")}
        | {name: papers[document][name] for name in ("date_edtf", "date_start", "date_end")}
        | {"position": position, "rank_in_paper": rank}
        | summary
        for position, document in enumerate(ordered, start=1)
        for rank, row in enumerate(ranked[document], start=1)
    ]


def series(
    tables: Mapping[str, pa.Table],
    measure: str | None = None,
    place: str | None = None,
    group: str | None = None,
) -> pa.Table:
    """Rows of `figure_series`, with the paper's title and issuer and the place's label, in order of series and paper.

    Args:
        tables: `figure_series`, `documents`, `entities` and, where there is one, `aliases` of a package.
        measure: a measure of the taxonomy; all without it.
        place: a place by id, label or any of its names, in any capitals; all without it.
        group: a group ("all", "women" …); all without it.

    Raises:
        RegestaError: there is no such measure or place, or no series of them.
    """
    rows = tables["figure_series"]
    if measure is not None and measure not in taxonomy():
        raise RegestaError(f"there is no measure {measure!r}; measures are {', '.join(taxonomy())}")
    mask = pa.array([True] * len(rows), pa.bool_())
    for name, wanted in (("measure", measure), ("group", group), ("place_entity_id", _place(tables, place))):
        if wanted is not None:
            mask = pc.and_(mask, pc.fill_null(pc.equal(rows[name], wanted), False))
    found = rows.filter(mask)
    if not len(found):
        known = sorted(
            {f"{m}/{g}" for m, g in zip(rows["measure"].to_pylist(), rows["group"].to_pylist(), strict=True)}
        )
        asked = ", ".join(v for v in (measure, group, place) if v)
        some = ", ".join(known[:_NAMED]) + (" …" if len(known) > _NAMED else "")
        raise RegestaError(f"no series for {asked}; this package has series for {some or 'nothing'}")
    return _described(found, tables)


def _place(tables: Mapping[str, pa.Table], place: str | None) -> str | None:
    if place is None:
        return None
    wanted = place.casefold()
    entities = tables["entities"].filter(pc.equal(tables["entities"]["type"], "place"))
    ids, labels = entities["entity_id"].to_pylist(), entities["label"].to_pylist()
    for key, label in zip(ids, labels, strict=True):
        if wanted in (key.casefold(), label.casefold()):
            return str(key)
    if "aliases" in tables:
        known = set(ids)
        names = zip(tables["aliases"]["entity_id"].to_pylist(), tables["aliases"]["alias"].to_pylist(), strict=True)
        for key, alias in sorted(names):
            if key in known and alias.casefold() == wanted:
                return str(key)
    used = {k for k in tables["figure_series"]["place_entity_id"].to_pylist() if k}
    some = sorted(label for key, label in zip(ids, labels, strict=True) if key in used)
    named = ", ".join(some[:_NAMED]) + (" …" if len(some) > _NAMED else "")
    raise RegestaError(f"no place is called {place!r} in this package; places with figures are {named or 'none'}")


def _described(rows: pa.Table, tables: Mapping[str, pa.Table]) -> pa.Table:
    papers = {r["document_id"]: r for r in tables["documents"].select(READS["documents"]).to_pylist()}
    labels = dict(
        zip(tables["entities"]["entity_id"].to_pylist(), tables["entities"]["label"].to_pylist(), strict=True)
    )
    ids = rows["document_id"].to_pylist()
    for name in ("title", "issuer", "outlet"):
        rows = rows.append_column(name, pa.array([papers[i][name] for i in ids], pa.string()))
    places = [labels.get(p) for p in rows["place_entity_id"].to_pylist()]
    rows = rows.append_column("place", pa.array(places, pa.string()))
    order = [(n, "ascending") for n in ("measure", "group", "unit", "place_entity_id", "position", "rank_in_paper")]
    return rows.sort_by(order)
