"""The stages of the pipeline as pure functions: tables in, tables out.

Each stage takes a shard (some sources, or the papers in them) and gives the tables of that shard; the tables of a
corpus are those of its shards put together, so neither the number of shards nor their order can be seen in them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from regesta import corrections, expectations
from regesta.corpus import CATALOGUE, Corpus, Source, load
from regesta.dates import find_dates
from regesta.describe import refuse_poor
from regesta.entities import authority
from regesta.entities.authority import Authority, base
from regesta.entities.conclude import conclude
from regesta.entities.rows import mention
from regesta.errors import RegestaError, reason
from regesta.figures import conclude as conclude_figures
from regesta.figures import count, renames
from regesta.issues import corpus_issue_row, issue_row
from regesta.linking import link
from regesta.package.write import in_order
from regesta.reading import MEDIA_TYPES, read
from regesta.segment import segment as segment_source
from regesta.tables.arrow import table_from_rows

Tables = dict[str, pa.Table]


def ready(folder: Path) -> Corpus:
    """The catalogue of a corpus, once all is looked at that would stop its publication whatever its texts say.

    Raises:
        RegestaError: the catalogue, the corrections, the expectations or the authority files are wrong, or the metadata
            are too poor for anybody to find the data.
    """
    described = load(folder)
    refuse_poor(described, str(folder / CATALOGUE))
    corrections.load(folder)
    expectations.load(folder)
    authority.load(folder / authority.FOLDER)
    return described


def file_bytes(folder: Path, source: Source) -> bytes:
    """The bytes of a source's file.

    Raises:
        RegestaError: it cannot be read, or is not the file that the catalogue knows.
    """
    path = folder / source.path
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RegestaError(
            f"{path}: cannot be read ({reason(error)}); check that it is there and yours to read"
        ) from None
    found = hashlib.sha256(data).hexdigest()
    if source.sha256 and found != source.sha256:
        raise RegestaError(
            f"{path}: the file has changed: its sha256 is {found}, the catalogue has {source.sha256}; "
            f"put the old file back, or enter the new sha256 for source {source.id!r} in the catalogue"
        )
    return data


def ingest(folder: Path, corpus: Corpus, sources: Sequence[Source]) -> Tables:
    """Read sources: the tables `sources` and `issues`.

    Raises:
        RegestaError: a file is missing, changed, empty, or no text.
    """
    rows, issues = [], []
    for source in sources:
        data = file_bytes(folder, source)
        language = corpus.language_of(source)
        reading = read(data, str(folder / source.path), source.encoding, language)
        rows.append(
            {
                "source_id": source.id,
                "path": source.path,
                "title": source.title or Path(source.path).name,
                "publisher": source.publisher,
                "language": language,
                "media_type": MEDIA_TYPES[Path(source.path).suffix.lower()],
                "encoding": reading.encoding,
                "bytes": len(data),
                "characters": len(reading.text),
                "sha256": hashlib.sha256(data).hexdigest(),
                "url": source.url,
                "retrieved": source.retrieved,
                "rights": source.rights,
                "original_name": source.original_name,
                "supersedes": source.supersedes,
                "text": reading.text,
            }
        )
        issues += [issue_row(source.id, None, o.start, o.end, o.code, o.message) for o in reading.oddities]
    return {"sources": table_from_rows("sources", rows), "issues": table_from_rows("issues", issues)}


def segment(tables: Mapping[str, pa.Table], sources: Sequence[Source]) -> Tables:
    """Segment sources: the tables `documents`, `blocks`, `sentences` and `issues`.

    Args:
        tables: the table `sources`.
        sources: the catalogue's entries of the same sources, which may set how each is divided.

    Raises:
        RegestaError: the division that the catalogue asks for finds no hold in a text.
    """
    wanted = {source.id: source for source in sources}
    rows: dict[str, list[dict[str, Any]]] = {"documents": [], "blocks": [], "sentences": [], "issues": []}
    for row in tables["sources"].select(["source_id", "path", "language", "text"]).to_pylist():
        source = wanted[row["source_id"]]
        try:
            made = segment_source(source.id, row["text"], row["language"], source.segmentation, source.delimiter)
        except RegestaError as error:
            raise RegestaError(f"{row['path']}: {error}") from None
        for name, collected in rows.items():
            collected.extend(getattr(made, name))
    return {name: table_from_rows(name, found) for name, found in rows.items()}


def extract(tables: Mapping[str, pa.Table], authority: Authority | None = None) -> Tables:
    """Extract what papers say: the tables `dates`, `mentions`, `entities`, `dated_entities`, `figures` and `issues`.

    Entities are those that no authority knows, before grouping: `merge` makes the tables of the corpus.

    Args:
        tables: `sources`, `documents`, `blocks` and `sentences` of the shard.
        authority: the names to look for; without it, those of the states of the world.
    """
    made = find_dates(tables)
    made |= mention(tables, authority or base())
    made |= count({**tables, **made}, authority or base())
    return made | link({**tables, **made})


def finish(tables: Mapping[str, pa.Table], folder: Path, corpus: Corpus) -> Tables:
    """The merged tables with the corrections of the corpus made, held against its expectations.

    Raises:
        RegestaError: a correction does not hold any more, or a floor is not reached.
    """
    corrected = corrections.apply(tables, corrections.load(folder))
    exceeded = expectations.check(corrected, expectations.load(folder))
    issues = pa.concat_tables([corrected["issues"], corpus_issues(corpus), exceeded])
    return {**corrected, "issues": in_order("issues", issues)}


def corpus_issues(corpus: Corpus) -> pa.Table:
    """What had to be assumed about the corpus as a whole, and what is not in it yet, as rows of `issues`."""
    rows = [corpus_issue_row(n, "catalogue_assumed", text) for n, text in enumerate(corpus.assumptions, start=1)]
    missing = (f"{name} was never fetched: nothing of it is here" for name in corpus.unfetched)
    rows += [corpus_issue_row(n, "source_not_fetched", text) for n, text in enumerate(missing, start=1)]
    return table_from_rows("issues", rows)


def merge(shards: Sequence[Mapping[str, pa.Table]], authority: Authority | None = None) -> Tables:
    """The tables of all shards put together, rows in address order.

    Args:
        shards: the tables of each shard, of any stages.
        authority: the names that `extract` looked for.
    """
    names = {name for shard in shards for name in shard}
    tables = {name: pa.concat_tables([s[name] for s in shards if name in s]) for name in sorted(names)}
    if {"mentions", "documents", "sources"} <= names:
        concluded = conclude(tables, authority or base())
        renamed = renames(tables["mentions"], concluded["mentions"])
        tables |= concluded
        if {"figures", "sentences"} <= names:
            tables |= conclude_figures(tables, renamed)
    return {name: in_order(name, table) for name, table in tables.items()}
