"""One release as the pages need it: what is known of the whole. The papers themselves are read one after another."""

# ruff: noqa: S608 (queries are put together from names and numbers of ours)

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from regesta.errors import RegestaError
from regesta.loading import Release, load
from regesta.site import links
from regesta.tables import TABLES
from regesta.tables.arrow import schema

Row = dict[str, Any]
PART_WEIGHT = 120_000
"""How much of a paper one page takes: code points, and `_MARK_WEIGHT` for each mark."""
_MARK_WEIGHT = 150
_MEMORY = "768MB"
_DAY = "strftime({}, '%Y-%m-%d')"


class Head(NamedTuple):
    """What is known of a paper without its text; dates are ISO 8601."""

    document_id: str
    source_id: str
    start: int
    end: int
    title: str
    kind: str
    date_edtf: str | None
    date_start: str | None
    date_basis: str
    date_conflict: str | None
    place: str | None
    issuer: str | None
    issuer_entity_id: str | None
    outlet: str | None
    url: str | None
    words: int
    sha256: str
    language: str


class SeriesKey(NamedTuple):
    """What makes numbers comparable: measure, group, unit and place."""

    measure: str
    group: str
    unit: str
    place: str | None


@dataclass(frozen=True)
class Version:
    """A release in the list of releases; `where` is its descriptor as seen from the site, if it lies beside it."""

    version: str
    date: str
    retracted: str | None = None
    reason: str | None = None
    where: str | None = None


@dataclass
class Register:
    """A release.

    Attributes:
        release: the release.
        heads: the papers in the order of their dates, those without one last.
        rank: where a paper stands in `heads`.
        entities: rows of `entities` by id, in order of type and label.
        series: how many figures there are of each kind.
        addresses: where things stand on the site.
        moved: addresses of former releases and their addresses now; None for what is gone.
        versions: the releases beside this one, newest first.
        texts: passages of the datasheet by heading.
        base: the web address of the site, with a slash at its end; None where it is not known.
    """

    release: Release
    heads: list[Head]
    rank: dict[str, int]
    entities: dict[str, Row]
    series: dict[SeriesKey, int]
    addresses: links.Addresses
    moved: dict[str, dict[str, str | None]]
    versions: list[Version]
    texts: Mapping[str, str]
    base: str | None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def descriptor(self) -> Mapping[str, Any]:
        """The content of datapackage.json."""
        return self.release.descriptor

    @property
    def papers(self) -> int:
        """How many papers there are; front matter such as a table of contents is none."""
        return sum(head.kind != "contents" for head in self.heads)

    def head(self, document_id: str) -> Head:
        """A paper by its id."""
        return self.heads[self.rank[document_id]]

    def label(self, entity_id: str | None) -> str:
        """The label of an entity, or its id where the release has no entry."""
        if entity_id is None:
            return ""
        found = self.entities.get(entity_id)
        return str(found["label"]) if found else entity_id


def open_register(place: str | Path, base: str | None = None) -> Register:
    """Read what is known of a release as a whole.

    Args:
        place: the release, or a folder of releases: then the latest.
        base: the web address of the site; that of the catalogue if not given, none if empty.

    Raises:
        RegestaError: there is no release.
    """
    release = load(place)
    con = connect(release)
    heads = [Head(*row) for row in con.execute(_HEADS).fetchall()]
    if not heads:
        raise RegestaError(f"{release.location}: the table documents is empty; there is nothing to show")
    places = [links.Place(h.document_id, h.source_id, h.start, h.end) for h in heads]
    address = release.descriptor.get("homepage") if base is None else base
    return Register(
        release=release,
        heads=heads,
        rank={head.document_id: n for n, head in enumerate(heads)},
        entities={row["entity_id"]: row for row in _dicts(con, _ENTITIES)},
        series={SeriesKey(*row[:4]): row[4] for row in con.execute(_SERIES).fetchall()},
        addresses=links.Addresses(places, _parts(con)),
        moved=_moved(release, con),
        versions=_versions(release),
        texts=_passages(release),
        base=f"{address.rstrip('/')}/" if address else None,
        counts={name: table.rows for name, table in release.items()},
    )


def connect(release: Release) -> duckdb.DuckDBPyConnection:
    """The tables of a release as views; tables that it does not have yet are empty."""
    con = release.duckdb()
    con.execute(f"SET memory_limit = '{_MEMORY}'; SET threads = 1; SET preserve_insertion_order = true")
    for name in TABLES:
        if name not in release:
            con.register(f"{name}__none", schema(name).empty_table())
            con.execute(f'CREATE VIEW "{name}" AS SELECT * FROM "{name}__none"')
    return con


def _dicts(con: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    found = con.execute(query)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


_HEADS = f"""
SELECT document_id, d.source_id, char_start, char_end, d.title, kind, date_edtf, {_DAY.format("date_start")},
       date_basis, date_conflict, place, issuer, issuer_entity_id, outlet, d.url, words, d.sha256,
       coalesce(s.language, 'und')
FROM documents d LEFT JOIN sources s USING (source_id)
ORDER BY date_start NULLS LAST, date_end, d.source_id, char_start, char_end"""
_ENTITIES = f"""
SELECT * REPLACE ({_DAY.format("first_date")} AS first_date, {_DAY.format("last_date")} AS last_date)
FROM entities ORDER BY type, lower(label), entity_id"""
_SERIES = """
SELECT measure, "group", unit, place_entity_id, count(*) FROM figures
GROUP BY ALL ORDER BY measure, "group", place_entity_id NULLS LAST, unit"""
_WEIGHTS = f"""
SELECT document_id, char_start, char_end - char_start + {_MARK_WEIGHT} * coalesce(n, 0) FROM sentences
LEFT JOIN (SELECT sentence_id, count(*) AS n
           FROM (SELECT sentence_id FROM dates UNION ALL SELECT sentence_id FROM mentions
                 UNION ALL SELECT sentence_id FROM figures)
           GROUP BY ALL) USING (sentence_id)
QUALIFY sum(char_end - char_start + {_MARK_WEIGHT} * coalesce(n, 0)) OVER (PARTITION BY document_id) > {PART_WEIGHT}
ORDER BY document_id, char_start"""


def _parts(con: duckdb.DuckDBPyConnection) -> dict[str, Sequence[int]]:
    """Where the further parts of long papers begin: before the sentence with which a part would weigh too much."""
    parts: dict[str, list[int]] = defaultdict(list)
    weight: Counter[str] = Counter()
    for document_id, start, more in con.execute(_WEIGHTS).fetchall():
        if weight[document_id] and weight[document_id] + more > PART_WEIGHT:
            parts[document_id].append(start)
            weight[document_id] = 0
        weight[document_id] += more
    return dict(parts)


_HISTORY = """
SELECT table_name, old_id, new_id FROM id_map WHERE table_name IN ({0})
UNION
SELECT table_name, old_id, new_id FROM changes WHERE table_name IN ({0}) AND old_id IS NOT NULL
       AND (kind = 'removed' OR (kind = 'changed' AND old_id <> new_id))
ORDER BY ALL"""


def _moved(release: Release, con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str | None]]:
    """Per table, the ids of former releases that are other ones now, or none.

    One release tells of the one before it; where its elder sisters lie beside it, theirs are followed as well.
    """
    names = [name for name, table in TABLES.items() if table.address] + ["entities"]
    query = _HISTORY.format(", ".join(f"'{name}'" for name in names))
    found: dict[str, dict[str, str | None]] = {name: {} for name in names}
    for sister in [*_sisters(release), None]:
        rows = (con if sister is None else connect(sister)).execute(query).fetchall()
        step: dict[str, dict[str, str | None]] = {name: {} for name in names}
        for name, old, new in rows:
            step[name][old] = new
        for name, known in found.items():
            for old, new in known.items():
                if new in step[name]:
                    known[old] = step[name][new]
            known.update({old: new for old, new in step[name].items() if old not in known or known[old] is None})
    return found


def _listed(release: Release) -> list[dict[str, Any]]:
    folder = release.folder
    path = folder.parent / "releases.json" if folder is not None else None
    if path is None or not path.is_file():
        return []
    entries: list[dict[str, Any]] = json.loads(path.read_bytes())
    return entries


def _sisters(release: Release) -> list[Release]:
    """The standing releases beside this one that are older, oldest first."""
    entries = _listed(release)
    versions = [entry["version"] for entry in entries]
    if release.version not in versions or release.folder is None:
        return []
    older = entries[: versions.index(release.version)]
    return [load(release.folder.parent / entry["version"]) for entry in older if not entry.get("retracted")]


def _versions(release: Release) -> list[Version]:
    listed = [
        Version(entry["version"], entry["date"], entry.get("retracted"), entry.get("reason"))
        for entry in _listed(release)
    ]
    return listed[::-1] or [Version(release.version, release.descriptor["created"][:10])]


def _passages(release: Release) -> Mapping[str, str]:
    """The passages of the datasheet before its data dictionary, by heading."""
    folder = release.folder
    path = folder / "README.md" if folder is not None else None
    if path is None or not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8").partition("\n## Data dictionary")[0]
    pieces = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    return {heading: body.strip() for heading, body in zip(pieces[1::2], pieces[2::2], strict=True)}
