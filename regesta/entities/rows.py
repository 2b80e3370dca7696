"""The stage: papers in, mentions and the entities they name out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regesta.entities.authority import Authority
from regesta.entities.find import Finder
from regesta.entities.letters import Array
from regesta.entities.model import Hits, What, objects
from regesta.entities.papers import Papers
from regesta.spans import addresses
from regesta.tables.arrow import table, table_from_rows

Tables = dict[str, pa.Table]


# As many as a corpus may have languages: a cache that is too small would build them again for every paper.
@lru_cache(maxsize=32)
def finder(sha256: str, language: str, authority: _Held) -> Finder:
    """A finder, built once a process for each authority and language."""
    return Finder(authority.authority, language)


class _Held:
    """An authority as a key of the cache: two of the same content are the same."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority

    def __hash__(self) -> int:
        return hash(self.authority.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.authority.sha256 == self.authority.sha256


def finder_of(authority: Authority, language: str) -> Finder:
    """The finder of this process for an authority and a language."""
    return finder(authority.sha256, language, _Held(authority))


def mention(tables: Mapping[str, pa.Table], authority: Authority) -> Tables:
    """Find the names in the papers of a shard: the tables `mentions` and `entities`.

    Entities here are only those that no authority knows, before grouping, and their counts are 0; `conclude` makes the
    tables of the corpus from those of its shards.

    Args:
        tables: `sources`, `documents`, `blocks` and `sentences` of the shard.
        authority: the names to look for.
    """
    documents = tables["documents"]
    source = pc.index_in(documents["source_id"], tables["sources"]["source_id"])
    languages = tables["sources"]["language"].take(source).to_pylist()
    parts = []
    for language in dict.fromkeys(languages):
        which = np.flatnonzero([one == language for one in languages])
        papers, sentence = _papers(tables, which)
        hits = finder_of(authority, language).find(papers)
        parts.append(_Found.of(which, papers, sentence, hits))
    found = _Found.together(parts)
    what, which = _distinct(found.what)
    return {"mentions": _mentions(tables, found, what, which), "entities": _entities(found, what, which, authority)}


# Columns of `mentions` that are what the hit says.
_SAID = ("entity_id", "type", "method", "anniversary")


class _Found(NamedTuple):
    """Hits as columns: row of the document, row of the sentence, span in the document, words, what."""

    document: Array
    sentence: Array
    start: Array
    end: Array
    surface: Array
    what: Array

    @classmethod
    def of(cls, documents: Array, papers: Papers, sentences: Array, hits: Hits) -> _Found:
        """The hits in some papers; the first and the third argument say which rows of the tables are which."""
        paper = np.searchsorted(papers.papers.start, hits.start, "right") - 1
        sentence = sentences[papers.sentences.row[papers.sentences.at(hits.start, hits.end)]]
        first, text = papers.papers.start[paper], papers.text
        spans = zip(hits.start.tolist(), hits.end.tolist(), strict=True)
        surfaces = objects([text[start:end] for start, end in spans])
        return cls(documents[paper], sentence, hits.start - first, hits.end - first, surfaces, hits.what)

    @classmethod
    def together(cls, parts: Sequence[_Found]) -> _Found:
        """Those of all languages, in the order of the documents."""
        if len(parts) == 1:
            return parts[0]
        columns = (
            [np.concatenate(column) for column in zip(*parts, strict=True)]
            if parts
            else [np.zeros(0, int)] * 4 + [np.zeros(0, object)] * 2
        )
        order = np.argsort(columns[0], kind="stable")
        return cls(*(column[order] for column in columns))


def _papers(tables: Mapping[str, pa.Table], which: Array) -> tuple[Papers, Array]:
    """Some papers of a shard, by their rows, as the rules see them; and the rows of their sentences."""
    documents = tables["documents"].take(which)
    sentences, rows = _inside(documents, tables["sentences"])
    blocks, of = _inside(documents, tables["blocks"])
    kinds = tables["blocks"]["kind"].take(of).to_pylist()
    return Papers.join(documents["text"].to_pylist(), sentences, blocks, kinds), rows


def _inside(documents: pa.Table, spans: pa.Table) -> tuple[tuple[Array, Array, Array], Array]:
    """The spans of a table that lie in some documents: number of the document, first and last code point in it; and
    their rows."""
    number = pc.index_in(spans["document_id"], documents["document_id"])
    rows = np.flatnonzero(pc.is_valid(number))
    paper = number.to_numpy()[rows].astype(np.int64)
    first = documents["char_start"].to_numpy()[paper]
    return (paper, *(spans[name].to_numpy()[rows] - first for name in ("char_start", "char_end"))), rows


def _mentions(tables: Mapping[str, pa.Table], found: _Found, what: Sequence[What], which: Array) -> pa.Table:
    documents = tables["documents"]
    base = documents["char_start"].to_numpy()[found.document]
    source = documents["source_id"].take(found.document)
    start, end = pa.array(base + found.start), pa.array(base + found.end)
    return table(
        "mentions",
        {
            "mention_id": addresses(source, start, end),
            "sentence_id": tables["sentences"]["sentence_id"].take(found.sentence),
            "document_id": documents["document_id"].take(found.document),
            "source_id": source,
            "char_start": start,
            "char_end": end,
            "surface": found.surface,
            **{name: pa.array([getattr(one, name) for one in what]).take(which) for name in _SAID},
        },
    )


def _distinct(values: Array) -> tuple[list[Any], Array]:
    """The distinct objects among some, and for each of these the number of its own."""
    numbers: dict[int, int] = {}
    objects_ = values.tolist()
    which = np.array([numbers.setdefault(id(value), len(numbers)) for value in objects_], np.int64)
    return list({id(value): value for value in objects_}.values()), which


def _entities(found: _Found, whats: Sequence[What], which: Array, authority: Authority) -> pa.Table:
    entities: dict[str, dict[str, Any]] = {}
    unknown = np.array([what.entity_id not in authority.entities for what in whats], bool)[which]
    for what, surface in zip(found.what[unknown].tolist(), found.surface[unknown].tolist(), strict=True):
        entity = {
            "entity_id": what.entity_id,
            "type": what.type,
            "label": " ".join((what.label or surface).split()),
            "status": "candidate",
            "parent_entity_id": what.parent,
            "mentions": 0,
            "documents": 0,
        }
        known = entities.setdefault(what.entity_id, entity)
        known["label"] = min(known["label"], entity["label"])
        known["type"] = min(known["type"], entity["type"])
    return table_from_rows("entities", list(entities.values()))
