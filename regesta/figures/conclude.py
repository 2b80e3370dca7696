"""From shards to the corpus: what needs all papers together. Nothing here depends on how they were divided."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from regesta.figures import reuse, series
from regesta.tables.arrow import table

Tables = dict[str, pa.Table]


def conclude(tables: Mapping[str, pa.Table], renamed: Mapping[str, str] | None = None) -> Tables:
    """The tables `figures`, `reuse` and `figure_series` of a corpus.

    Args:
        tables: `figures`, `documents`, `sentences` and `entities`, all shards put together.
        renamed: entities that got another id when the shards were put together.
    """
    pairs = reuse.find(tables["documents"], tables["sentences"])
    figures = _completed(
        tables["figures"], reuse.origins(pairs, tables["documents"]), tables["entities"], renamed or {}
    )
    return {"figures": figures, "reuse": pairs, "figure_series": series.derive(figures, tables["documents"])}


def renames(before: pa.Table, after: pa.Table) -> dict[str, str]:
    """Which entities got another id, told from the same mentions before and after."""
    ids = dict(zip(after["mention_id"].to_pylist(), after["entity_id"].to_pylist(), strict=True))
    pairs = zip(before["mention_id"].to_pylist(), before["entity_id"].to_pylist(), strict=True)
    return {old: ids[mention] for mention, old in pairs if ids[mention] != old}


def _completed(
    figures: pa.Table, origins: Mapping[str, tuple[str, int]], entities: pa.Table, renamed: Mapping[str, str]
) -> pa.Table:
    known = set(entities["entity_id"].to_pylist())
    found = [origins.get(s, (None, 0)) for s in figures["sentence_id"].to_pylist()]
    columns = {name: figures[name] for name in figures.column_names}
    for name in ("place_entity_id", "attributed_to_entity_id"):
        ids = [renamed.get(i, i) if i else None for i in figures[name].to_pylist()]
        # A place that is named only inside other names has no row of its own among the entities.
        columns[name] = pa.array([i if i in known else None for i in ids], pa.string())
    columns["reused_from"] = pa.array([sentence for sentence, _ in found], pa.string())
    columns["earlier_papers"] = pa.array([papers for _, papers in found], pa.int64())
    return table("figures", columns)
