"""The stages of the pipeline as pure functions: tables in, tables out.

Each stage takes a shard (some sources, or the papers in them) and gives the tables of that shard; the tables of a
corpus are those of its shards put together, so neither the number of shards nor their order can be seen in them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from regesta import aside, corrections, expectations
from regesta.corpus import CATALOGUE, Corpus, Source, load
from regesta.dates import find_dates
from regesta.describe import refuse_poor
from regesta.entities import authority
from regesta.entities.authority import Authority, base
from regesta.entities.rows import mention
from regesta.errors import RegestaError, reason
from regesta.figures import count
from regesta.issues import corpus_issue_row, issue_row
from regesta.linking import link
from regesta.package.write import in_order
from regesta.reading import media_type, read
from regesta.segment import Given, Outline, Work
from regesta.segment import segment as segment_sources
from regesta.survey import concluded, settled, survey
from regesta.tables import TABLES
from regesta.tables.arrow import table_from_rows

T = TypeVar("T")
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


def file_bytes(folder: Path, source: Source, planned: str = "") -> tuple[bytes, str]:
    """The bytes of a source's file, and their SHA-256.

    Args:
        folder: the corpus.
        source: the source.
        planned: SHA-256 that the file had when the work was planned, if that is known.

    Raises:
        RegestaError: it cannot be read, is not the file that the catalogue knows, or has changed since.
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
    if planned and found != planned:
        raise RegestaError(f"{path}: the file was changed while it was read; build again when nobody writes to it")
    return data, found


def ingest(folder: Path, corpus: Corpus, sources: Sequence[Source], planned: Sequence[str] | None = None) -> Tables:
    """Read sources: the tables `sources` and `issues`. What is no text is set aside.

    Args:
        folder: the corpus.
        corpus: its catalogue.
        sources: which of its sources.
        planned: SHA-256 of each source's file when the work was planned: what comes out is kept under it.

    Raises:
        RegestaError: a file is missing or changed, or a library that reads it is.
    """
    rows, issues = [], []
    for source, digest in zip(sources, planned or [""] * len(sources), strict=True):
        data, sha256 = file_bytes(folder, source, digest)
        language = corpus.language_of(source)
        try:
            reading = _tried(lambda: read(data, source.path, source.encoding, language))  # noqa: B023 (called here)
        except aside.SYSTEM:
            raise
        except Exception as error:
            issues.append(aside.unread(source.id, source.path, error))
            continue
        rows.append(
            {
                "source_id": source.id,
                "path": source.path,
                "title": source.title or source.path.rpartition("/")[2],
                "publisher": source.publisher,
                "language": language,
                "media_type": media_type(source.path),
                "encoding": reading.encoding,
                "bytes": len(data),
                "characters": len(reading.text),
                "sha256": sha256,
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

    A text that cannot be divided, or not as the catalogue asks, is set aside.

    Args:
        tables: the table `sources`.
        sources: the catalogue's entries of the same sources, which may set how each is divided.
    """
    wanted = {source.id: source for source in sources}
    issues = []

    def attempt(given: Given, work: Work) -> Outline | None:
        try:
            return _tried(work)
        except aside.SYSTEM:
            raise
        except Exception as error:
            path = wanted[given.source_id].path
            issues.append(aside.undone(given.source_id, path, len(given.text), "segment", error))
            return None

    columns = [tables["sources"][name].to_pylist() for name in ("source_id", "text", "language")]
    given = [
        Given(name, text, language, wanted[name].segmentation, wanted[name].delimiter)
        for name, text, language in zip(*columns, strict=True)
    ]
    made = segment_sources(given, attempt)
    told = pa.concat_tables([made["issues"], table_from_rows("issues", issues)])
    return {**made, "issues": told}


def extract(tables: Mapping[str, pa.Table], authority: Authority | None = None) -> Tables:
    """Extract what papers say: the tables `dates`, `mentions`, `entities`, `dated_entities`, `figures` and `issues`.

    Entities are those that no authority knows, before grouping: `merge` makes the tables of the corpus. A source on
    which this breaks is found by halving the shard, and set aside.

    Args:
        tables: `sources`, `documents`, `blocks` and `sentences` of the shard.
        authority: the names to look for; without it, those of the states of the world.
    """
    sources, names = tables["sources"], authority or base()
    try:
        return _extract(tables, names) if len(sources) != 1 else _tried(lambda: _extract(tables, names))
    except (*aside.SYSTEM, RegestaError):
        raise
    except Exception as error:
        if len(sources) < 2:
            rows = sources.select(["source_id", "path", "characters"]).to_pylist()
            issues = [aside.undone(r["source_id"], r["path"], r["characters"], "extract", error) for r in rows]
            nothing = _extract({name: table.slice(0, 0) for name, table in tables.items()}, names)
            return {**nothing, "issues": table_from_rows("issues", issues)}
    middle = len(sources) // 2
    halves = (sources.slice(0, middle), sources.slice(middle))
    made = [extract(_of(tables, half["source_id"]), names) for half in halves]
    return {name: pa.concat_tables([half[name] for half in made]) for name in made[0]}


def _extract(tables: Mapping[str, pa.Table], authority: Authority) -> Tables:
    made = find_dates(tables)
    made |= mention(tables, authority)
    made |= count({**tables, **made}, authority)
    return made | link({**tables, **made})


def _of(tables: Mapping[str, pa.Table], source_ids: pa.ChunkedArray) -> Tables:
    """What stands in some of the sources of a shard: every row of its tables bears its address, or its paper's."""
    found = {}
    for name, table in tables.items():
        source = pc.replace_substring_regex(table[TABLES[name].address or "source_id"], "@.*", "")
        found[name] = table.filter(pc.fill_null(pc.is_in(source, source_ids.combine_chunks()), False))
    return found


def finish(tables: Mapping[str, pa.Table], folder: Path, corpus: Corpus, strict: bool = False) -> Tables:
    """The merged tables with the corrections of the corpus made, held against its expectations.

    Raises:
        RegestaError: too many sources were set aside, or any if `strict`; a correction does not hold any more, or a
            floor is not reached.
    """
    aside.refuse(tables["issues"], len(corpus.sources), strict)
    corrected = corrections.apply(tables, corrections.load(folder))
    exceeded = expectations.check(corrected, expectations.load(folder))
    return {**corrected, "issues": in_order("issues", all_issues(corrected["issues"], corpus, exceeded))}


def _tried(work: Callable[[], T]) -> T:
    """What a piece of work gives, done again if it breaks: what passes is no fault of the text."""
    try:
        return work()
    except (*aside.SYSTEM, RegestaError):
        raise
    except Exception:
        return work()


def all_issues(issues: pa.Table, corpus: Corpus, exceeded: pa.Table) -> pa.Table:
    """The issues of the sources, of the corpus as a whole, and of the expectations that are exceeded."""
    return pa.concat_tables([issues, corpus_issues(corpus), exceeded])


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
    if {"mentions", "figures", "sentences", "documents", "sources"} <= names:
        found = survey([tables], authority or base())
        made = settled(tables, found)
        tables |= made.tables | concluded(found, [made.counts])
    return {name: in_order(name, table) for name, table in tables.items()}
