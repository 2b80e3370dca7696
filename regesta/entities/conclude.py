"""From shards to the corpus: candidates grouped, names collected, statistics counted.

What comes out depends on the tables of all shards together, never on how the papers were divided among them. The
shards are gone over twice: `tally` takes of each what the corpus has to know, `survey` puts that together, and
`renamed` gives each shard the ids of the corpus.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from regesta.entities.authority import Authority
from regesta.entities.grouping import Group, grouped
from regesta.entities.model import Hit
from regesta.entities.rows import finder_of
from regesta.tables.arrow import table, table_from_rows

Tables = dict[str, pa.Table]

READS: Mapping[str, tuple[str, ...]] = {
    "mentions": ("entity_id", "surface", "type", "method"),
    "documents": ("source_id", "place", "issuer"),
    "sources": ("source_id", "language"),
    "entities": ("entity_id", "type", "label", "status", "parent_entity_id"),
}
"""What `tally` reads of the tables of a shard."""

# Places and issuers that are looked up together.
_AT_ONCE = 10_000
_COUNTED = ("mentions", "documents", "first_date", "last_date")


@dataclass(frozen=True)
class Tally:
    """What the corpus has to know of a shard.

    Attributes:
        named: entity, surface, type and method of its mentions, each combination once, and `n`: how many have it.
        printed: the places and issuers of its papers: language, "place" or "issuer", the words.
        unknown: its entities that no authority knows.
    """

    named: pa.Table
    printed: frozenset[tuple[str, str, str]]
    unknown: pa.Table


@dataclass(frozen=True)
class Names:
    """What the papers of a corpus name.

    Attributes:
        groups: `member`, `entity_id`, `type`: which id and type a candidate of a shard has in the corpus.
        resolved: the entity that each of `Tally.printed` names, if any.
        entities: the table `entities` in the order of ids, with nothing counted yet.
        aliases: the table `aliases`.
    """

    groups: pa.Table
    resolved: Mapping[tuple[str, str, str], str | None]
    entities: pa.Table
    aliases: pa.Table

    def renamed(self, ids: pa.ChunkedArray) -> pa.ChunkedArray:
        """Ids of a shard as ids of the corpus."""
        return _renamed(ids, self.groups)

    def known(self, ids: pa.ChunkedArray) -> pa.ChunkedArray:
        """Ids of a shard as ids of the corpus, none where the corpus has no such entity."""
        found = self.renamed(ids)
        known = pc.is_in(found, self.entities["entity_id"].combine_chunks())
        return pc.if_else(known, found, pa.scalar(None, pa.string()))


def conclude(tables: Mapping[str, pa.Table], authority: Authority) -> Tables:
    """The tables `entities`, `aliases`, `mentions`, `dated_entities` and `documents` of a corpus that is one shard."""
    names = survey([tally(tables)], authority)
    made = renamed(tables, names)
    return {**made, "entities": entities(names, [counted(made)]), "aliases": names.aliases}


# --- the first time over the shards ---------------------------------------------------------------------------------


def tally(tables: Mapping[str, pa.Table]) -> Tally:
    """What the corpus has to know of a shard; of its tables `READS` says what is read."""
    named = _summed(tables["mentions"].select(READS["mentions"]), READS["mentions"], {"n": ([], "count_all")})
    return Tally(named, frozenset(_printed(tables)), tables["entities"].select(READS["entities"]))


def survey(tallies: Iterable[Tally], authority: Authority) -> Names:
    """What the papers of a corpus name.

    Args:
        tallies: of all its shards, in any order.
        authority: the names that were looked for.
    """
    each = list(tallies)
    named = pa.concat_tables([one.named for one in each])
    named = _summed(named, READS["mentions"], {"n": ("n", "sum")})
    groups = _groups(named, authority)
    members = [(member, group.id, group.type) for group in groups for member in group.members]
    columns = ("member", "entity_id", "type")
    corpus = pa.table({name: pa.array([row[i] for row in members], pa.string()) for i, name in enumerate(columns)})
    named = named.set_column(0, "entity_id", _renamed(named["entity_id"], corpus))
    resolved = _resolved(frozenset().union(*(one.printed for one in each)), authority)
    wanted = {*named["entity_id"].unique().to_pylist(), *(key for key in resolved.values() if key)}
    unknown = pa.concat_tables([one.unknown for one in each])
    found = _entities(wanted, groups, unknown.filter(_others(unknown["entity_id"], corpus["member"])), authority)
    return Names(corpus, resolved, found, _aliases(found["entity_id"].to_pylist(), named, authority))


def _summed(rows: pa.Table, key: Sequence[str], columns: Mapping[str, tuple[Any, str]]) -> pa.Table:
    """Rows of one key as one row; new columns from old ones, each by an aggregation of Arrow."""
    made = rows.group_by(list(key), use_threads=False).aggregate(list(columns.values()))
    return made.rename_columns([*key, *columns])


def _others(ids: pa.ChunkedArray, but: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.invert(pc.is_in(ids, but.combine_chunks()))


def _groups(named: pa.Table, authority: Authority) -> list[Group]:
    surfaces: dict[str, Counter[str]] = defaultdict(Counter)
    types: dict[str, Counter[str]] = defaultdict(Counter)
    guessed = pc.and_(pc.equal(named["method"], "candidate"), pc.starts_with(named["entity_id"], "candidate-"))
    columns = ("entity_id", "surface", "type", "n")
    rows = named.filter(guessed)
    for entity, surface, kind, n in zip(*(rows[name].to_pylist() for name in columns), strict=True):
        if entity not in authority.entities:
            surfaces[entity][" ".join(surface.split())] += n
            types[entity][kind] += n
    return grouped(surfaces, types)


def _printed(tables: Mapping[str, pa.Table]) -> Iterable[tuple[str, str, str]]:
    languages = dict(zip(*(tables["sources"][name].to_pylist() for name in READS["sources"]), strict=True))
    for source, place, issuer in zip(
        *(tables["documents"][name].to_pylist() for name in READS["documents"]), strict=True
    ):
        if place:
            yield languages[source], "place", place
        if issuer:
            yield languages[source], "issuer", issuer


def _resolved(printed: Iterable[tuple[str, str, str]], authority: Authority) -> dict[tuple[str, str, str], str | None]:
    found: dict[tuple[str, str, str], str | None] = {}
    by_language: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for key in printed:
        by_language[key[0]].append(key)
    for language, keys in by_language.items():
        for low in range(0, len(keys), _AT_ONCE):
            some = keys[low : low + _AT_ONCE]
            named = finder_of(authority, language).named([text for _, _, text in some])
            found |= {key: _bearer(key, hits) for key, hits in zip(some, named, strict=True)}
    return found


def _bearer(key: tuple[str, str, str], hits: Sequence[Hit]) -> str | None:
    """The authority entity that a short text names.

    A place is the first one named in it. An issuer is a person or body whose name is most of the text, since "the
    president of X" is not X.
    """
    _, kind, text = key
    if kind == "place":
        return next((hit.what.entity_id for hit in hits if hit.what.type == "place"), None)
    letters = sum(char.isalnum() for char in text)
    for hit in hits:
        share = sum(char.isalnum() for char in text[hit.start : hit.end])
        if hit.what.type in ("person", "organization") and share * 10 >= letters * 7:
            return hit.what.entity_id
    return None


def _entities(wanted: set[str], groups: Iterable[Group], unknown: pa.Table, authority: Authority) -> pa.Table:
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(unknown.to_pylist(), key=lambda row: (row["entity_id"], row["label"])):
        found.setdefault(row["entity_id"], row)
    for group in groups:
        found[group.id] = {"entity_id": group.id, "type": group.type, "label": group.label, "status": "candidate"}
    laws = (found[key].get("parent_entity_id") for key in wanted if key in found)
    parents = {key for key in laws if key}
    nothing = {"mentions": 0, "documents": 0}
    return table_from_rows(
        "entities",
        [
            (found[key] if key in found and key not in authority.entities else _authority_row(authority, key)) | nothing
            for key in sorted(wanted | parents)
        ],
    )


def _authority_row(authority: Authority, key: str) -> dict[str, Any]:
    entity = authority.entities[key]
    names = ("type", "label", "country", "latitude", "longitude", "wikidata", "description")
    return {"entity_id": key, "status": "authority"} | {name: getattr(entity, name) for name in names}


def _aliases(wanted: Iterable[str], named: pa.Table, authority: Authority) -> pa.Table:
    ids = frozenset(wanted)
    entered = {(name.entity_id, name.text) for name in authority.names if name.entity_id in ids}
    spelled = zip(named["entity_id"].to_pylist(), named["surface"].to_pylist(), strict=True)
    origins = dict.fromkeys(((entity, " ".join(surface.split())) for entity, surface in spelled), "paper")
    origins |= dict.fromkeys(entered, "authority")
    rows = sorted(origins.items())
    return table(
        "aliases",
        {
            "entity_id": [entity for (entity, _), _ in rows],
            "alias": [alias for (_, alias), _ in rows],
            "origin": [origin for _, origin in rows],
        },
    )


# --- the second time, and the end -----------------------------------------------------------------------------------


def renamed(tables: Mapping[str, pa.Table], names: Names) -> Tables:
    """The tables `mentions`, `dated_entities` and `documents` of a shard under the ids of the corpus."""
    mentions, dated = tables["mentions"], tables["dated_entities"]
    kinds = _renamed(mentions["entity_id"], names.groups, "type", mentions["type"])
    return {
        "mentions": _with(
            "mentions", mentions, {"entity_id": _renamed(mentions["entity_id"], names.groups), "type": kinds}
        ),
        "dated_entities": _with("dated_entities", dated, {"entity_id": _renamed(dated["entity_id"], names.groups)}),
        "documents": _with("documents", tables["documents"], _named_by(tables, names)),
    }


def _with(name: str, rows: pa.Table, columns: dict[str, Any]) -> pa.Table:
    return table(name, {column: rows[column] for column in rows.column_names} | columns)


def _renamed(
    ids: pa.ChunkedArray, groups: pa.Table, column: str = "entity_id", otherwise: pa.ChunkedArray | None = None
) -> pa.ChunkedArray:
    """What the groups have for some ids, and what there was for ids in none."""
    at = pc.index_in(ids, groups["member"].combine_chunks())
    return pc.coalesce(groups[column].take(at), ids if otherwise is None else otherwise)


def _named_by(tables: Mapping[str, pa.Table], names: Names) -> dict[str, Any]:
    """The entities that papers' places and issuers name."""
    languages = dict(zip(*(tables["sources"][name].to_pylist() for name in READS["sources"]), strict=True))
    speech = [languages[source] for source in tables["documents"]["source_id"].to_pylist()]
    return {
        f"{kind}_entity_id": pa.array(
            [
                names.resolved.get((language, kind, text)) if text else None
                for language, text in zip(speech, tables["documents"][kind].to_pylist(), strict=True)
            ],
            pa.string(),
        )
        for kind in ("place", "issuer")
    }


def counted(tables: Mapping[str, pa.Table]) -> pa.Table:
    """How often and in how many papers of a shard each entity is named, and its first and last day; papers' own dates
    left out.

    Args:
        tables: the shard's `mentions` and `dated_entities` under the ids of the corpus.
    """
    made = _summed(
        tables["mentions"],
        ["entity_id"],
        {"mentions": ([], "count_all"), "documents": ("document_id", "count_distinct")},
    )
    dated = tables["dated_entities"]
    own = dated.filter(pc.and_(pc.not_equal(dated["relation"], "document"), pc.is_valid(dated["date_start"])))
    days = {"first_date": ("date_start", "min"), "last_date": ("date_end", "max")}
    periods = _summed(own, ["entity_id"], days)
    at = pc.index_in(made["entity_id"], periods["entity_id"].combine_chunks())
    for day in days:
        made = made.append_column(day, periods[day].take(at))
    return made


def entities(names: Names, counts: Iterable[pa.Table]) -> pa.Table:
    """The table `entities` of a corpus.

    Args:
        names: what its papers name.
        counts: what was counted in each of its shards.
    """
    how = dict(zip(_COUNTED, ("sum", "sum", "min", "max"), strict=True))
    total = _summed(pa.concat_tables(counts), ["entity_id"], {name: (name, by) for name, by in how.items()})
    at = pc.index_in(names.entities["entity_id"], total["entity_id"].combine_chunks())
    columns = {name: total[name].take(at) for name in _COUNTED}
    columns |= {name: pc.fill_null(columns[name], 0) for name in _COUNTED[:2]}
    return _with("entities", names.entities, columns)
