"""The stage: papers in, mentions and the entities they name out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import pyarrow as pa

from regesta.entities.authority import Authority
from regesta.entities.find import Finder
from regesta.entities.model import Hit, Paper, Stretch
from regesta.spans import address
from regesta.tables.arrow import table_from_rows

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
    languages = dict(zip(*(tables["sources"][name].to_pylist() for name in ("source_id", "language")), strict=True))
    rows: list[dict[str, Any]] = []
    entities: dict[str, dict[str, Any]] = {}
    for document, paper in papers(tables):
        find = finder_of(authority, languages[document["source_id"]])
        for hit in find.find(paper):
            rows.append(_mention(document, paper, hit))
            if hit.entity_id not in authority.entities:
                entity = _entity(hit, paper)
                known = entities.setdefault(hit.entity_id, entity)
                known["label"] = min(known["label"], entity["label"])
                known["type"] = min(known["type"], entity["type"])
    return {
        "mentions": table_from_rows("mentions", rows),
        "entities": table_from_rows("entities", list(entities.values())),
    }


def papers(tables: Mapping[str, pa.Table]) -> Iterable[tuple[dict[str, Any], Paper]]:
    """The papers of a shard as the rules see them."""
    sentences = _stretches(tables["sentences"], "sentence_id")
    blocks = _stretches(tables["blocks"], "kind")
    for document in tables["documents"].select(["document_id", "source_id", "char_start", "text"]).to_pylist():
        base, key = document["char_start"], document["document_id"]

        def inside(found: list[tuple[int, int, str]], base: int = base) -> tuple[Stretch, ...]:
            return tuple(Stretch(start - base, end - base, what) for start, end, what in sorted(found))

        yield document, Paper(document["text"], inside(sentences.get(key, [])), inside(blocks.get(key, [])))


def _stretches(table: pa.Table, column: str) -> dict[str, list[tuple[int, int, str]]]:
    found: dict[str, list[tuple[int, int, str]]] = {}
    columns = ("document_id", "char_start", "char_end", column)
    for document, start, end, what in zip(*(table[name].to_pylist() for name in columns), strict=True):
        found.setdefault(document, []).append((start, end, what))
    return found


def _mention(document: Mapping[str, Any], paper: Paper, hit: Hit) -> dict[str, Any]:
    base, source_id = document["char_start"], document["source_id"]
    sentence = paper.sentence_at(hit.start, hit.end)
    assert sentence is not None
    return {
        "mention_id": address(source_id, base + hit.start, base + hit.end),
        "sentence_id": sentence.what,
        "document_id": document["document_id"],
        "source_id": source_id,
        "entity_id": hit.entity_id,
        "char_start": base + hit.start,
        "char_end": base + hit.end,
        "surface": paper.text[hit.start : hit.end],
        "type": hit.type,
        "method": hit.method,
        "anniversary": hit.anniversary,
    }


def _entity(hit: Hit, paper: Paper) -> dict[str, Any]:
    return {
        "entity_id": hit.entity_id,
        "type": hit.type,
        "label": " ".join((hit.label or paper.text[hit.start : hit.end]).split()),
        "status": "candidate",
        "parent_entity_id": hit.parent,
        "mentions": 0,
        "documents": 0,
    }
