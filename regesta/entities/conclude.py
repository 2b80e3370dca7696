"""From shards to the corpus: candidates grouped, names collected, statistics counted.

What comes out depends on the tables of all shards together, never on how the papers were divided among them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from regesta.entities.authority import Authority
from regesta.entities.find import Finder
from regesta.entities.grouping import Group, grouped
from regesta.entities.papers import Papers
from regesta.tables.arrow import table, table_from_rows

Tables = dict[str, pa.Table]


def conclude(tables: Mapping[str, pa.Table], authority: Authority) -> Tables:
    """The tables `entities`, `aliases`, `mentions`, `dated_entities` and `documents` of a corpus.

    Args:
        tables: `documents`, `mentions`, `dated_entities`, `entities` and `sources`, all shards put together; `entities`
            holds what no authority knows, once for each shard that names it.
        authority: the names that were looked for.
    """
    groups = _groups(tables, authority)
    renamed = {member: group for group in groups for member in group.members}
    mentions = _renamed(tables["mentions"], "mentions", renamed, authority)
    dated = _renamed(tables["dated_entities"], "dated_entities", renamed, authority)
    documents = _resolved(tables["documents"], tables["sources"], authority)
    entities = _entities(tables, authority, groups, mentions, dated, documents)
    made = table_from_rows("entities", entities)
    return {
        "entities": made,
        "aliases": _aliases({row["entity_id"] for row in entities}, mentions, authority),
        "mentions": mentions,
        "dated_entities": dated,
        "documents": documents,
    }


def _groups(tables: Mapping[str, pa.Table], authority: Authority) -> list[Group]:
    surfaces: dict[str, Counter[str]] = defaultdict(Counter)
    types: dict[str, Counter[str]] = defaultdict(Counter)
    columns = ("entity_id", "surface", "type", "method")
    for entity, surface, kind, method in zip(*(tables["mentions"][name].to_pylist() for name in columns), strict=True):
        if entity not in authority.entities and entity.startswith("candidate-") and method == "candidate":
            surfaces[entity][" ".join(surface.split())] += 1
            types[entity][kind] += 1
    return grouped(surfaces, types)


def _renamed(rows: pa.Table, name: str, groups: Mapping[str, Group], authority: Authority) -> pa.Table:
    """Rows under the ids and types of their groups."""
    ids = rows["entity_id"].to_pylist()
    columns = {column: rows[column] for column in rows.column_names}
    columns["entity_id"] = pa.array([groups[i].id if i in groups else i for i in ids], pa.string())
    if name == "mentions":
        kinds = zip(ids, rows["type"].to_pylist(), strict=True)
        columns["type"] = pa.array([groups[i].type if i in groups else kind for i, kind in kinds], pa.string())
    return table(name, columns)


def _entities(
    tables: Mapping[str, pa.Table],
    authority: Authority,
    groups: list[Group],
    mentions: pa.Table,
    dated: pa.Table,
    documents: pa.Table,
) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    grouped_ids = {member for group in groups for member in group.members}
    for row in sorted(tables["entities"].to_pylist(), key=lambda row: (row["entity_id"], row["label"])):
        if row["entity_id"] not in grouped_ids:
            found.setdefault(row["entity_id"], row)
    for group in groups:
        found[group.id] = {"entity_id": group.id, "type": group.type, "label": group.label, "status": "candidate"}
    wanted: set[str] = set(mentions["entity_id"].to_pylist())
    for column in ("place_entity_id", "issuer_entity_id"):
        wanted |= set(documents[column].drop_null().to_pylist())
    laws = (found[key].get("parent_entity_id") for key in wanted if key in found)
    parents = {key for key in laws if key}
    rows = []
    counts, papers, periods = _statistics(mentions, dated)
    for key in sorted(wanted | parents):
        row = found[key] if key in found and key not in authority.entities else _authority_row(authority, key)
        first, last = periods.get(key, (None, None))
        rows.append({**row, "mentions": counts[key], "documents": papers[key], "first_date": first, "last_date": last})
    return rows


def _authority_row(authority: Authority, key: str) -> dict[str, Any]:
    entity = authority.entities[key]
    names = ("type", "label", "country", "latitude", "longitude", "wikidata", "description")
    return {"entity_id": key, "status": "authority"} | {name: getattr(entity, name) for name in names}


def _statistics(mentions: pa.Table, dated: pa.Table) -> tuple[Counter[str], Counter[str], dict[str, tuple[Any, Any]]]:
    """How often and in how many papers each entity is named, and its first and last day; papers' own dates left out."""
    ids = mentions["entity_id"].to_pylist()
    counts = Counter(ids)
    papers = Counter(entity for entity, _ in set(zip(ids, mentions["document_id"].to_pylist(), strict=True)))
    own = dated.filter(pc.not_equal(dated["relation"], "document"))
    periods: dict[str, tuple[Any, Any]] = {}
    columns = ("entity_id", "date_start", "date_end")
    for entity, start, end in zip(*(own[name].to_pylist() for name in columns), strict=True):
        if start is not None:
            first, last = periods.get(entity, (start, end))
            periods[entity] = min(first, start), max(last, end)
    return counts, papers, periods


def _aliases(wanted: set[str], mentions: pa.Table, authority: Authority) -> pa.Table:
    entered = {(name.entity_id, name.text) for name in authority.names if name.entity_id in wanted}
    named = zip(mentions["entity_id"].to_pylist(), mentions["surface"].to_pylist(), strict=True)
    others = {(entity, " ".join(surface.split())) for entity, surface in named} - entered
    rows = [{"entity_id": e, "alias": a, "origin": "authority"} for e, a in entered]
    rows += [{"entity_id": e, "alias": a, "origin": "paper"} for e, a in others]
    return table_from_rows("aliases", sorted(rows, key=lambda row: (row["entity_id"], row["alias"])))


def _resolved(documents: pa.Table, sources: pa.Table, authority: Authority) -> pa.Table:
    """Documents with the entities that their place and issuer name."""
    languages = dict(zip(*(sources[name].to_pylist() for name in ("source_id", "language")), strict=True))
    finders = {language: Finder(authority, language) for language in set(languages.values())}
    known: dict[tuple[str, str, str], str | None] = {}
    rows = zip(*(documents[name].to_pylist() for name in ("source_id", "place", "issuer")), strict=True)
    places: list[str | None] = []
    issuers: list[str | None] = []
    for source, place, issuer in rows:
        language = languages[source]
        for text, kinds, out in ((place, "place", places), (issuer, "issuer", issuers)):
            key = (language, text or "", kinds)
            if key not in known:
                known[key] = resolve(finders[language], text, kinds == "place") if text else None
            out.append(known[key])
    columns = {name: documents[name] for name in documents.column_names}
    columns |= {"place_entity_id": pa.array(places, pa.string()), "issuer_entity_id": pa.array(issuers, pa.string())}
    return table("documents", columns)


def resolve(finder: Finder, text: str, place: bool) -> str | None:
    """The authority entity that a short text names.

    A place is the first one named in it. An issuer is a person or body whose name is most of the text, since "the
    president of X" is not X.
    """
    hits = [hit for hit in finder.find(Papers.whole([text])) if hit.what.method == "alias"]
    if place:
        return next((hit.what.entity_id for hit in hits if hit.what.type == "place"), None)
    letters = sum(char.isalnum() for char in text)
    for hit in hits:
        share = sum(char.isalnum() for char in text[hit.start : hit.end])
        if hit.what.type in ("person", "organization") and share * 10 >= letters * 7:
            return hit.what.entity_id
    return None
