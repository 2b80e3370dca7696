"""What the papers say about an entity, in the order of the dates that govern it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
from rapidfuzz import fuzz, process

from regesta.entities.grouping import plain
from regesta.errors import RegestaError


@dataclass(frozen=True, slots=True)
class Entry:
    """A dated sentence about an entity.

    Attributes:
        start: earliest day, None where no date governs.
        end: latest day.
        edtf: the date.
        relation: where the date was found: clause, sentence, paragraph or document.
        sentence: the sentence, normalised.
        sentence_id: its address.
        document: title of the paper.
    """

    start: dt.date | None
    end: dt.date | None
    edtf: str | None
    relation: str
    sentence: str
    sentence_id: str
    document: str


_ORDER = ("clause", "sentence", "paragraph", "document")


def entity_ids(tables: Mapping[str, pa.Table], name: str) -> list[str]:
    """The entities that bear a name, or the one with that id; the most often named first.

    Raises:
        RegestaError: nobody bears it; the message offers the nearest names.
    """
    mentions = dict(zip(*(tables["entities"][c].to_pylist() for c in ("entity_id", "mentions")), strict=True))
    if name in mentions:
        return [name]
    wanted = plain(name)
    pairs = list(zip(*(tables["aliases"][c].to_pylist() for c in ("entity_id", "alias")), strict=True))
    pairs += zip(*(tables["entities"][c].to_pylist() for c in ("entity_id", "label")), strict=True)
    found = {entity for entity, alias in pairs if plain(alias) == wanted}
    if not found:
        near = process.extract(
            wanted, sorted({alias for _, alias in pairs}), scorer=fuzz.WRatio, processor=plain, limit=3
        )
        raise RegestaError(
            f"no entity is called {name!r}; near names: {', '.join(repr(one[0]) for one in near) or 'none'}"
        )
    return sorted(found, key=lambda entity: (-mentions.get(entity, 0), entity))


def timeline(tables: Mapping[str, pa.Table], name: str, own_dates: bool = True) -> list[Entry]:
    """The sentences that name an entity, by the date that governs it there; one entry a sentence and date.

    Args:
        tables: `entities`, `aliases`, `dated_entities`, `sentences` and `documents`.
        name: a name or id; where several entities bear the name, the one named most.
        own_dates: whether sentences without a date of their own stand under that of their paper, or are left out.

    Raises:
        RegestaError: no entity bears the name.
    """
    wanted = entity_ids(tables, name)[0]
    sentences = dict(zip(*(tables["sentences"][c].to_pylist() for c in ("sentence_id", "normalized")), strict=True))
    titles = dict(zip(*(tables["documents"][c].to_pylist() for c in ("document_id", "title")), strict=True))
    columns = ("entity_id", "date_start", "date_end", "edtf", "relation", "sentence_id", "document_id")
    best: dict[tuple[str, str | None], Entry] = {}
    for entity, *values in zip(*(tables["dated_entities"][c].to_pylist() for c in columns), strict=True):
        start, end, edtf, relation, sentence_id, document_id = values
        if entity != wanted or (relation == "document" and not own_dates):
            continue
        entry = Entry(start, end, edtf, relation, sentences[sentence_id], sentence_id, titles[document_id])
        known = best.get((sentence_id, edtf))
        if known is None or _ORDER.index(relation) < _ORDER.index(known.relation):
            best[sentence_id, edtf] = entry
    return sorted(best.values(), key=_order)


def _order(entry: Entry) -> tuple[bool, dt.date, dt.date, str, int]:
    source, _, span = entry.sentence_id.partition("@")
    start = entry.start or dt.date.max
    return entry.start is None, start, entry.end or start, source, int(span.split("-")[0])
