"""The stages of the pipeline as pure functions: tables in, tables out.

Each stage takes a shard (some sources, or the papers in them) and gives the tables of that shard; the tables of a
corpus are those of its shards put together, so neither the number of shards nor their order can be seen in them.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from regesta.corpus import Corpus, Source
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
from regesta.spans import address
from regesta.tables.arrow import table_from_rows
from regesta.temporal import Timex, find

Tables = dict[str, pa.Table]


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
    made = _dates(tables)
    made |= mention(tables, authority or base())
    made |= count({**tables, **made}, authority or base())
    return made | link({**tables, **made})


def _dates(tables: Mapping[str, pa.Table]) -> Tables:
    languages = dict(zip(*(tables["sources"][name].to_pylist() for name in ("source_id", "language")), strict=True))
    spans: dict[str, list[tuple[int, int, str]]] = {}
    columns = ("document_id", "char_start", "char_end", "sentence_id")
    for document, *span in zip(*(tables["sentences"][name].to_pylist() for name in columns), strict=True):
        spans.setdefault(document, []).append(tuple(span))
    dates: list[dict[str, Any]] = []
    issues: list[dict[str, Any]] = []
    for document in (
        tables["documents"]
        .select(["document_id", "source_id", "char_start", "date_start", "date_end", "text"])
        .to_pylist()
    ):
        found = find(document["text"], anchor=_anchor(document), language=languages[document["source_id"]])
        _add_dates(document, found, sorted(spans.get(document["document_id"], [])), dates, issues)
    return {"dates": table_from_rows("dates", dates), "issues": table_from_rows("issues", issues)}


def _add_dates(
    document: Mapping[str, Any],
    found: Sequence[Timex],
    sentences: Sequence[tuple[int, int, str]],
    dates: list[dict[str, Any]],
    issues: list[dict[str, Any]],
) -> None:
    source_id, document_id, base = document["source_id"], document["document_id"], document["char_start"]
    starts = [start for start, _, _ in sentences]
    ids: dict[int | None, str] = {}
    home: dict[int, str] = {}
    for number, timex in enumerate(found):
        start, end = base + timex.start, base + timex.end
        at = bisect_right(starts, start) - 1
        if at >= 0 and end <= sentences[at][1]:
            ids[number] = address(source_id, start, end)
            home[number] = sentences[at][2]
        else:
            message = f"{timex.surface!r} runs over the end of a sentence and was left out of the table dates"
            issues.append(issue_row(source_id, document_id, start, end, "date_across_sentences", message))
    for number, sentence_id in home.items():
        timex = found[number]
        dates.append(
            {
                "date_id": ids[number],
                "sentence_id": sentence_id,
                "document_id": document_id,
                "source_id": source_id,
                "char_start": base + timex.start,
                "char_end": base + timex.end,
                "surface": timex.surface,
                "timex_type": timex.type,
                "timex_value": timex.value or _end_points(timex),
                "edtf": timex.edtf,
                "date_start": timex.earliest,
                "date_end": timex.latest,
                "granularity": timex.granularity,
                "approximate": timex.approximate,
                "basis": timex.basis,
                "anchor_date_id": ids.get(timex.anchor),
            }
        )


def _anchor(document: Mapping[str, Any]) -> str | None:
    """A paper's date as the anchor of the dates in it: a day, for want of which there is none."""
    start, end = document["date_start"], document["date_end"]
    return start.isoformat() if start and start == end else None


def _end_points(timex: Timex) -> str | None:
    """The two TIMEX3 end points of an interval as one value."""
    return f"{timex.begin_value}/{timex.end_value}" if timex.begin_value and timex.end_value else None


def corpus_issues(corpus: Corpus) -> pa.Table:
    """What had to be assumed about the corpus as a whole, as rows of `issues`."""
    rows = [corpus_issue_row(n, "catalogue_assumed", text) for n, text in enumerate(corpus.assumptions, start=1)]
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
