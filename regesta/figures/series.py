"""Series: how the number for one thing moves from paper to paper. No merged number is ever made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regesta.errors import RegestaError
from regesta.figures.chronology import Chronology
from regesta.figures.lexicon import taxonomy
from regesta.tables import TABLES
from regesta.tables.arrow import table

Array = np.ndarray[Any, np.dtype[Any]]
_NAMED = 12
# What `series` reads of each table; None: all of it.
READS: Mapping[str, Sequence[str] | None] = {
    "figure_series": None,
    "documents": ("document_id", "title", "issuer", "outlet"),
    "entities": ("entity_id", "type", "label"),
    "aliases": ("entity_id", "alias"),
}


TOLD = (
    "figure_id", "document_id", "measure", "group", "unit", "place_entity_id", "value_low", "value_high", "part_of",
)  # fmt: skip
"""What `told` reads of the table `figures`."""
_SAME = ("measure", "group", "unit")


class Course(NamedTuple):
    """How the number for one thing moved: per series and paper the largest value, in the order of series and papers.

    Attributes:
        series: the name of each series, as `_named` makes it.
        place: number of the series times `papers`, plus the paper's number; ascending.
        position: which paper of its series it is.
        papers: how many papers there are.
        summary: for each series `papers`, `distinct_values`, `lowest` and `highest`.
    """

    series: pa.Array
    place: Array
    position: Array
    papers: int
    summary: pa.Table


def told(figures: pa.Table) -> pa.Table:
    """Which values the figures of a shard tell: place in the table, paper, series and value; and, where the figure is
    part of one that may be of the same series, the other's place."""
    number = pa.array(np.arange(len(figures)))
    whole = pc.index_in(figures["part_of"], figures["figure_id"].combine_chunks())
    same = pc.is_valid(whole)
    for name in _SAME:
        same = pc.and_(same, pc.fill_null(pc.equal(figures[name], figures[name].take(whole)), False))
    columns = {name: figures[name] for name in ("document_id", *_SAME, "place_entity_id")}
    columns |= {"value": pc.coalesce(figures["value_high"], figures["value_low"]), "part": same, "number": number}
    columns["whole_place"] = figures["place_entity_id"].take(whole)
    made = pa.table(columns)
    return made.filter(pc.is_valid(made["value"]))


def counting(values: pa.Table) -> pa.Table:
    """Of told values, their places under the ids of the corpus, those that no larger value of the series holds."""
    nowhere = ""
    here, there = (pc.fill_null(values[name], nowhere) for name in ("place_entity_id", "whole_place"))
    return values.filter(pc.invert(pc.and_(values["part"], pc.equal(here, there))))


def course(values: pa.Table, papers: Chronology) -> Course:
    """How the numbers moved.

    Args:
        values: what counts of all that is told in a corpus.
        papers: its papers.
    """
    paper = papers.numbers(values["document_id"])
    values = values.append_column("paper", pa.array(paper)).append_column("series", _named(values))
    values = values.filter(pa.array(papers.speaks[paper]))
    largest = values.group_by(["series", "paper"], use_threads=False).aggregate([("value", "max")])
    names = largest["series"].combine_chunks().dictionary_encode()
    order = np.lexsort((largest["paper"].to_numpy(), names.indices.to_numpy()))
    key, value = names.indices.to_numpy()[order].astype(np.int64), largest["value_max"].to_numpy()[order]
    begins = np.flatnonzero(np.append(True, key[1:] != key[:-1])) if len(key) else key
    count = np.diff(np.append(begins, len(key)))
    ranked = value[np.lexsort((value, key))]
    fresh = np.append(True, (ranked[1:] != ranked[:-1]) | (key[1:] != key[:-1])) if len(key) else ranked
    summary = {
        "papers": count,
        "distinct_values": np.add.reduceat(fresh, begins, dtype=np.int64) if len(key) else count,
        "lowest": ranked[begins],
        "highest": ranked[begins + count - 1],
    }
    return Course(
        names.dictionary,
        key * len(papers) + largest["paper"].to_numpy()[order],
        np.arange(len(key)) - np.repeat(begins, count) + 1,
        len(papers),
        pa.table(summary),
    )


def _named(values: pa.Table) -> pa.ChunkedArray:
    place = pc.fill_null(values["place_entity_id"], "")
    return pc.binary_join_element_wise(*(values[name] for name in _SAME), place, "\t")


def derive(figures: pa.Table, documents: pa.Table, papers: Chronology, course: Course) -> pa.Table:
    """The table `figure_series` of a shard.

    Args:
        figures: the table `figures` of the shard, as it is published.
        documents: the table `documents` of the shard.
        papers: the papers of the corpus.
        course: how the numbers moved in the corpus.
    """
    values = counting(told(figures))
    paper = papers.numbers(values["document_id"])
    series = pc.index_in(_named(values), course.series)
    values = values.append_column("paper", pa.array(paper)).append_column("series", series)
    values = values.filter(pa.array(papers.speaks[paper]))
    rows = figures.take(values["number"])
    paper, series = values["paper"].to_numpy(), values["series"].to_numpy()
    start, value = rows["char_start"].to_numpy(), values["value"].to_numpy()
    # Of figures that tell one paper's series the same, the first.
    alike = pa.table({n: rows[n] for n in ("value_low", "value_high", "qualifier")} | {"s": series, "p": paper})
    order = np.argsort(start, kind="stable")
    first = alike.take(order).append_column("n", pa.array(np.arange(len(order))))
    kept = first.group_by([n for n in first.column_names if n != "n"], use_threads=False).aggregate([("n", "min")])
    kept = order[kept["n_min"].to_numpy()]
    kept = kept[np.lexsort((start[kept], -value[kept], paper[kept], series[kept]))]
    key = series[kept].astype(np.int64) * course.papers + paper[kept]
    begins = np.flatnonzero(np.append(True, key[1:] != key[:-1])) if len(key) else key
    rank = np.arange(len(key)) - np.repeat(begins, np.diff(np.append(begins, len(key)))) + 1
    rows, when = rows.take(kept), pc.index_in(rows["document_id"].take(kept), documents["document_id"].combine_chunks())
    columns = {name: rows[name] for name in rows.column_names if name in TABLES["figure_series"].by_name}
    columns |= {name: documents[name].take(when) for name in ("date_edtf", "date_start", "date_end")}
    columns |= {"position": course.position[np.searchsorted(course.place, key)], "rank_in_paper": rank}
    summary = course.summary.take(series[kept])
    return table("figure_series", columns | {name: summary[name] for name in summary.column_names})


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
