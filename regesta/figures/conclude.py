"""From shards to the corpus: what needs all papers together. Nothing here depends on how they were divided.

The shards are gone over twice, as in `regesta.entities.conclude`: a `Survey` takes in what each shard says and tells,
and `concluded` then makes the tables of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from regesta.entities.conclude import Names
from regesta.figures import reuse
from regesta.figures.chronology import READS as PAPERS
from regesta.figures.chronology import Chronology
from regesta.figures.series import TOLD, Course, counting, course, derive, told
from regesta.tables.arrow import table

Tables = dict[str, pa.Table]

READS: Mapping[str, tuple[str, ...]] = {
    "documents": PAPERS,
    "sentences": reuse.READS["sentences"],
    "figures": TOLD,
}
"""What `Tally.add` reads of the tables of a shard."""


class Tally:
    """What the corpus has to know of its shards."""

    def __init__(self, scratch: Path | None = None) -> None:
        """Begin with none.

        Args:
            scratch: a folder for what should not be held in memory.
        """
        self._said = reuse.Said(scratch)
        self._told: list[pa.Table] = []
        self._documents: list[pa.Table] = []

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """Take in a shard; of its tables `READS` says what is read."""
        self._said.add(tables)
        self._told.append(told(tables["figures"]))
        self._documents.append(tables["documents"].select(PAPERS))

    def survey(self, names: Names) -> Survey:
        """What the corpus reports, given what it names."""
        papers = Chronology(self._documents)
        values = _placed(pa.concat_tables(self._told), names, ("place_entity_id", "whole_place"))
        return Survey(papers, self._said.pairs(papers), course(counting(values), papers))


@dataclass(frozen=True)
class Survey:
    """What the papers of a corpus report.

    Attributes:
        papers: the papers.
        pairs: their sentences that are the same or nearly so.
        course: how their numbers move.
    """

    papers: Chronology
    pairs: reuse.Pairs
    course: Course


def concluded(tables: Mapping[str, pa.Table], names: Names, survey: Survey) -> Tables:
    """The tables `figures`, `reuse` and `figure_series` of a shard.

    Args:
        tables: `figures` and `documents` of the shard.
        names: what the corpus names.
        survey: what it reports.
    """
    repeated = reuse.rows(survey.pairs, survey.papers, tables["documents"])
    columns = ("place_entity_id", "attributed_to_entity_id")
    figures = _reused(_placed(tables["figures"], names, columns), reuse.origins(repeated, survey.papers))
    values = derive(figures, tables["documents"], survey.papers, survey.course)
    return {"figures": figures, "reuse": repeated, "figure_series": values}


def _placed(rows: pa.Table, names: Names, columns: tuple[str, ...]) -> pa.Table:
    """Rows with the ids of the corpus. What is named only inside other names has no row among the entities."""
    for name in columns:
        rows = rows.set_column(rows.column_names.index(name), name, names.known(rows[name]))
    return rows


def _reused(figures: pa.Table, origins: pa.Table) -> pa.Table:
    at = pc.index_in(figures["sentence_id"], origins["sentence_id"].combine_chunks())
    columns = {name: figures[name] for name in figures.column_names}
    columns["reused_from"] = origins["reused_from"].take(at)
    columns["earlier_papers"] = pc.fill_null(origins["earlier_papers"].take(at), 0)
    return table("figures", columns)
