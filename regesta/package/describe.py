"""The descriptor of a release: `datapackage.json` (Data Package v2)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from regesta.corpus import Corpus
from regesta.tables import TABLES, files
from regesta.tables.frictionless import table_schema

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
DATA = "data"


def describe(
    corpus: Corpus,
    tables: Mapping[str, pa.Table | Path],
    hashes: Mapping[str, str],
    version: str,
    date: dt.date,
    authority: str | None = None,
) -> dict[str, Any]:
    """The descriptor of a release.

    Args:
        corpus: the catalogue.
        tables: the tables in the release, each in memory or as its Parquet file.
        hashes: SHA-256 of each table's file, by table.
        version: the release's version.
        date: the release date; `created` is its midnight, UTC.
        authority: SHA-256 of the names that were looked for, by which a later release tells whether they changed.
    """
    made: dict[str, Any] = {"$schema": PROFILE, "name": corpus.name, "title": corpus.title}
    made |= {
        "description": "\n\n".join(text for text in (corpus.description, corpus.voice) if text),
        "version": version,
        "created": f"{date.isoformat()}T00:00:00Z",
        "homepage": corpus.homepage,
        "keywords": list(corpus.keywords),
        "licenses": [_filled(licence.model_dump()) for licence in corpus.licenses],
        "contributors": [_filled(_contributor(person.model_dump())) for person in corpus.contributors],
        "sources": _sources(tables["sources"]),
        "language": corpus.language,
        "coverage": _filled({"temporal": corpus.coverage.period, "spatial": list(corpus.coverage.places)}),
        "rights": corpus.rights,
        "contentNotice": corpus.content_notice,
        "authorityHash": authority and f"sha256:{authority}",
        "resources": [_resource(name, tables, hashes) for name in TABLES if name in tables],
    }
    return _filled(made)


def path_of(name: str) -> str:
    """Where a table lies in a release: the data in its folder, what tells of the release before beside it."""
    return f"{name}.parquet" if TABLES[name].history else f"{DATA}/{name}.parquet"


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are there; Data Package knows no empty ones."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {}, ())}


def _contributor(person: dict[str, Any]) -> dict[str, Any]:
    return {**person, "roles": list(person["roles"])}


def _sources(sources: pa.Table | Path) -> list[dict[str, Any]]:
    rows = files.read(sources, ["title", "url", "original_name"]).to_pylist()
    return [_filled({"title": row["title"], "path": row["url"], "originalName": row["original_name"]}) for row in rows]


def _resource(name: str, tables: Mapping[str, pa.Table | Path], hashes: Mapping[str, str]) -> dict[str, Any]:
    table = TABLES[name]
    return {
        "name": name,
        "path": path_of(name),
        "type": "table",
        "title": table.title,
        "description": table.description,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "hash": f"sha256:{hashes[name]}",
        "rows": files.rows(tables[name]),
        "schema": table_schema(table, tables),
    }


def to_json(value: Any) -> str:
    """JSON as releases have it: two spaces, letters as they are, a line break at the end."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
