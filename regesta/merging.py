"""From the outputs of the stages to the files of a release's tables, shard after shard: no table is held as a whole.

The shards are gone over twice (`regesta.survey`): once for what the corpus as a whole has to know, and once to write
each of their rows where it stays. Shards come in the order of their sources, and so do the rows of every table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pyarrow as pa

from regesta import aside, corrections, expectations, stages
from regesta.corpus import Corpus
from regesta.entities.authority import Authority
from regesta.package.write import TableWriter, in_order, write_table
from regesta.store import Output
from regesta.survey import READS, concluded, settled, survey
from regesta.tables import TABLES
from regesta.tables.arrow import schema

_SETTLED = ("sources", "documents", "mentions", "dated_entities", "figures")
"""What `settled` asks of a shard."""
_PLAIN = ("sources", "blocks", "sentences", "dates")
"""Tables whose rows are final as the stages gave them."""


def write(
    outputs: Sequence[Output], folder: Path, corpus: Corpus, authority: Authority, to: Path, strict: bool = False
) -> dict[str, Path]:
    """Write the tables of a corpus with its corrections made, held against its expectations; gives their files.

    Args:
        outputs: what every stage made of every shard.
        folder: the corpus.
        corpus: its catalogue.
        authority: the names that `extract` looked for.
        to: the folder for the files.
        strict: whether to refuse where any source was set aside.

    Raises:
        RegestaError: too many sources were set aside, or any if `strict`; a correction does not hold any more; a
            floor is not reached; or an output cannot be read.
    """
    to.mkdir(parents=True, exist_ok=True)
    shards = _shards(outputs)
    issues = pa.concat_tables([schema("issues").empty_table(), *(_rows(shard, "issues") for shard in shards)])
    aside.refuse(issues, len(corpus.sources), strict)
    corrected = corrections.Corrector(corrections.load(folder))
    files = _write(shards, authority, corrected, to)
    issues = corrected.apply("issues", issues)
    corrected.end()
    exceeded = expectations.check({**files, "issues": issues}, expectations.load(folder))
    return {**files, "issues": _one("issues", stages.all_issues(issues, corpus, exceeded), to)}


_Shard = Mapping[str, Sequence[Output]]
"""The outputs of a shard that have a table, by its name."""


def _shards(outputs: Iterable[Output]) -> list[_Shard]:
    shards: dict[tuple[str, ...], dict[str, list[Output]]] = {}
    for output in outputs:
        of_shard = shards.setdefault(output.source_ids, {})
        for name in output.rows:
            of_shard.setdefault(name, []).append(output)
    ordered = sorted(shards)
    if any(before[-1] >= after[0] for before, after in pairwise(ordered)):
        raise ValueError("the shards are not those of one corpus, divided in the order of its sources")
    return [shards[source_ids] for source_ids in ordered]


def _rows(shard: _Shard, name: str, columns: Sequence[str] | None = None) -> pa.Table:
    found = [output.table(name, columns) for output in shard.get(name, ())]
    return pa.concat_tables(found) if found else schema(name).empty_table()


def _write(
    shards: Sequence[_Shard], authority: Authority, corrected: corrections.Corrector, to: Path
) -> dict[str, Path]:
    asked = ({name: _rows(shard, name, columns) for name, columns in READS.items()} for shard in shards)
    found = survey(asked, authority, to)
    counts = []
    files: dict[str, Path] = {}
    with ExitStack() as stack:
        writers: dict[str, TableWriter] = {}
        for shard in shards:
            made = settled({name: _rows(shard, name) for name in _SETTLED}, found)
            counts.append(made.counts)
            for name in (*_PLAIN, *made.tables):
                if name not in writers:
                    files[name] = to / f"{name}.parquet"
                    writers[name] = stack.enter_context(TableWriter(name, files[name]))
                rows = made.tables.pop(name) if name in made.tables else _rows(shard, name)
                writers[name].write(corrected.apply(name, in_order(name, rows)))
    for name, table in concluded(found, counts).items():
        files[name] = _one(name, corrected.apply(name, table), to)
    return {name: files[name] for name in TABLES if name in files}


def _one(name: str, table: pa.Table, to: Path) -> Path:
    path = to / f"{name}.parquet"
    write_table(name, in_order(name, table), path)
    return path
