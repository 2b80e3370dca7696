"""A release as one SQLite file, and what Datasette shows of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from regesta.export.targets import meaning, references, required, summary, written_aside
from regesta.loading import Release, Table
from regesta.loading.views import quoted
from regesta.package.describe import to_json

_TYPES = {"string": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "INTEGER", "date": "TEXT"}
METADATA = ".datasette.json"


def write(release: Release, target: str) -> str:
    """Write a release as an SQLite file: keys declared, foreign keys indexed, comments in the schema.

    Days are texts in ISO 8601, booleans 0 and 1. Beside the file, under its name and `.datasette.json`, stand the
    title, licence and descriptions for Datasette.

    Raises:
        RegestaError: the file is there already or cannot be written.
    """
    path = Path(target)
    described = path.with_name(path.name + METADATA)
    with written_aside(described) as aside:
        aside.write_text(to_json(metadata(release, path.stem)), encoding="utf-8", newline="\n")
        with written_aside(path) as made:
            _fill(release, made)
    return summary(release, target)


def _fill(release: Release, path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        for table in release.values():
            database.execute(create(table))
            marks = ", ".join("?" for _ in table.columns)
            database.executemany(f"INSERT INTO {quoted(table.name)} VALUES ({marks})", _rows(table))  # noqa: S608
            for number, key in enumerate(references(table), start=1):
                columns = ", ".join(quoted(column) for column in key.columns)
                database.execute(f"CREATE INDEX {quoted(f'{table.name}_{number}')} ON {quoted(table.name)} ({columns})")
        database.commit()


def create(table: Table) -> str:
    """The statement that makes a table, with the meaning of each column as a comment, which SQLite keeps."""
    lines = []
    for field in table.schema["fields"]:
        null = " NOT NULL" if required(field) else ""
        lines.append((f"{quoted(field['name'])} {_TYPES[field['type']]}{null}", meaning(field)))
    lines.append((f"PRIMARY KEY ({', '.join(quoted(c) for c in table.schema['primaryKey'])})", ""))
    for key in references(table):
        columns, targets = (", ".join(quoted(c) for c in names) for names in (key.columns, key.targets))
        lines.append((f"FOREIGN KEY ({columns}) REFERENCES {quoted(key.table)} ({targets})", ""))
    body = ""
    for number, (code, words) in enumerate(lines, start=1):
        comma = "," if number < len(lines) else ""
        # A line break would end the comment.
        body += f"  {code}{comma}" + (f" -- {' '.join(words.split())}" if words else "") + "\n"
    return f"CREATE TABLE {quoted(table.name)} ( -- {' '.join(table.description.split())}\n{body})"


def _rows(table: Table) -> Iterator[tuple[Any, ...]]:
    for batch in table.dataset().to_batches(columns=table.columns):
        columns = [_plain(column).to_pylist() for column in batch.columns]
        yield from zip(*columns, strict=True)


def _plain(column: pa.Array) -> pa.Array:
    """Days as text, booleans as numbers."""
    if pa.types.is_date(column.type):
        return pc.strftime(column, format="%Y-%m-%d")
    return column.cast(pa.int64()) if pa.types.is_boolean(column.type) else column


def metadata(release: Release, database: str) -> dict[str, Any]:
    """What Datasette takes with `--metadata`.

    Args:
        release: the release.
        database: the name that Datasette gives the file: its name without the ending.
    """
    licence: dict[str, Any] = next(iter(release.descriptor.get("licenses", ())), {})
    about = {
        "title": f"{release.descriptor['title']}, version {release.version}",
        "description": release.descriptor.get("description"),
        "license": licence.get("title") or licence.get("name"),
        "license_url": licence.get("path"),
        "source_url": release.descriptor.get("homepage"),
    }
    tables = {
        table.name: {
            "title": table.title,
            "description": table.description,
            "columns": {field["name"]: meaning(field) for field in table.schema["fields"]},
        }
        for table in release.values()
    }
    return {key: value for key, value in about.items() if value} | {"databases": {database: {"tables": tables}}}
