"""From shards to the corpus, one shard in memory at a time.

The shards are gone over twice. `survey` reads a few columns of each (`READS`) and keeps what the corpus as a whole has
to know: how names are spelled, which sentences are the same, how numbers move. `settled` then makes the final tables of
one shard. What is left, small whatever the corpus, `concluded` makes at the end. Neither the number of shards nor their
order can be seen in what comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from regesta.entities import conclude as names
from regesta.entities.authority import Authority
from regesta.figures import conclude as figures

Tables = dict[str, pa.Table]

READS: Mapping[str, tuple[str, ...]] = {
    name: tuple(dict.fromkeys((*names.READS.get(name, ()), *figures.READS.get(name, ()))))
    for name in sorted({*names.READS, *figures.READS})
}
"""What `survey` reads of the tables of a shard."""


@dataclass(frozen=True)
class Survey:
    """What a corpus as a whole says: what it names, and what it reports."""

    names: names.Names
    figures: figures.Survey


@dataclass(frozen=True)
class Settled:
    """The final tables of a shard.

    Attributes:
        tables: `mentions`, `dated_entities`, `documents`, `figures`, `reuse`, `figure_series`.
        counts: what `concluded` has to know of the shard.
    """

    tables: Tables
    counts: pa.Table


def survey(shards: Iterable[Mapping[str, pa.Table]], authority: Authority, scratch: Path | None = None) -> Survey:
    """Go over the shards of a corpus for the first time.

    Args:
        shards: the tables of each, in any order, with the columns in `READS` at least; each is read and let go.
        authority: the names that were looked for in them.
        scratch: a folder for what should not be held in memory.
    """
    tallies, reports = [], figures.Tally(scratch)
    for tables in shards:
        tallies.append(names.tally(tables))
        reports.add(tables)
    known = names.survey(tallies, authority)
    return Survey(known, reports.survey(known))


def settled(tables: Mapping[str, pa.Table], found: Survey) -> Settled:
    """Go over a shard for the second time.

    Args:
        tables: `sources`, `documents`, `mentions`, `dated_entities` and `figures` of the shard.
        found: what the survey found.
    """
    made = names.renamed(tables, found.names)
    made |= figures.concluded({**tables, **made}, found.names, found.figures)
    return Settled(made, names.counted(made))


def concluded(found: Survey, counts: Iterable[pa.Table]) -> Tables:
    """The tables `entities` and `aliases` of a corpus.

    Args:
        found: what the survey found.
        counts: what was counted in all shards.
    """
    return {"entities": names.entities(found.names, counts), "aliases": found.names.aliases}
