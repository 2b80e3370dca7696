"""A release as a schema of a PostgreSQL database, by ADBC: Arrow in, COPY out, no row passes through Python."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc

from regesta.errors import RegestaError
from regesta.export.targets import meaning, references, required, summary
from regesta.loading import Release, Table
from regesta.loading.views import literal, quoted
from regesta.optional import need

_TYPES = {
    "string": "text",
    "integer": "bigint",
    "number": "double precision",
    "boolean": "boolean",
    "date": "date",
}


def write(release: Release, target: str) -> str:
    """Write a release into a new schema of a database, all of it or nothing, with keys, comments and indexes.

    The schema is named after the data package, hyphens and dots as underscores.

    Args:
        release: the release.
        target: the address of the database, `postgresql://user@host/name`. What it leaves out, the password first of
            all, is taken from the environment, as every PostgreSQL client does: PGPASSWORD, PGPASSFILE, PGSERVICE …

    Raises:
        RegestaError: the database cannot be reached, has the schema already, or cannot hold a text.
    """
    if not target.startswith(("postgresql://", "postgres://")):
        raise RegestaError("the target of --to postgres is an address such as postgresql://user@host/database")
    if urlsplit(target).password or re.search(r"[?&]password=", target):
        raise RegestaError(
            "a password does not belong into an address, where others can see it: leave it out, and set PGPASSWORD or "
            "write it to ~/.pgpass"
        )
    driver = need("adbc_driver_postgresql.dbapi", "regesta export --to postgres", "adbc-driver-postgresql")
    schema = re.sub(r"\W", "_", release.descriptor["name"])
    try:
        with driver.connect(target) as connection, connection.cursor() as cursor:
            _refuse_if_there(cursor, schema, target)
            _fill(cursor, release, schema)
            connection.commit()
    except driver.Error as error:
        what = (str(error).splitlines() or [type(error).__name__])[0]
        raise RegestaError(f"{target}: nothing was written: {what}; check the address and your rights") from None
    return summary(release, f"schema {schema} of {target}")


def _refuse_if_there(cursor: Any, schema: str, target: str) -> None:
    cursor.execute(f"SELECT count(*) FROM pg_namespace WHERE nspname = {literal(schema)}")  # noqa: S608 (quoted)
    if cursor.fetchone()[0]:
        raise RegestaError(f"{target}: there is a schema {schema} already; drop or rename it first")


def _fill(cursor: Any, release: Release, schema: str) -> None:
    cursor.execute(f"CREATE SCHEMA {quoted(schema)}")
    about = f"{release.descriptor['title']}, version {release.version}"
    cursor.execute(f"COMMENT ON SCHEMA {quoted(schema)} IS {literal(about)}")
    for table in release.values():
        cursor.execute(create(table, schema))
        cursor.adbc_ingest(table.name, _reader(table), mode="append", db_schema_name=schema)
    # Keys after the rows: one pass each, and rows may point forward.
    for table in release.values():
        for statement in after(table, schema):
            cursor.execute(statement)


def _reader(table: Table) -> pa.RecordBatchReader:
    dataset = table.dataset()
    reader = dataset.scanner(columns=table.columns).to_reader()
    return pa.RecordBatchReader.from_batches(reader.schema, (_without_nul(table, batch) for batch in reader))


def _without_nul(table: Table, batch: pa.RecordBatch) -> pa.RecordBatch:
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_string(column.type):
            found = pc.fill_null(pc.match_substring(column, "\0"), False)
            if pc.any(found).as_py():
                row = batch.filter(found).select(table.schema["primaryKey"]).slice(0, 1).to_pylist()[0]
                where = "/".join(str(value) for value in row.values())
                raise RegestaError(
                    f"{table.name}, {where}, {name}: holds the character NUL, which PostgreSQL cannot store; "
                    "export to sqlite or csv"
                )
    return batch


def create(table: Table, schema: str) -> str:
    """The statement that makes a table."""
    columns = [
        f"{quoted(field['name'])} {_TYPES[field['type']]}{' NOT NULL' if required(field) else ''}"
        for field in table.schema["fields"]
    ]
    return f"CREATE TABLE {_name(table.name, schema)} ({', '.join(columns)})"


def after(table: Table, schema: str) -> list[str]:
    """The statements that make a table's keys, indexes and comments."""
    name = _name(table.name, schema)
    statements = [f"ALTER TABLE {name} ADD PRIMARY KEY ({_list(table.schema['primaryKey'])})"]
    for key in references(table):
        target = f"{_name(key.table, schema)} ({_list(key.targets)})"
        statements.append(f"ALTER TABLE {name} ADD FOREIGN KEY ({_list(key.columns)}) REFERENCES {target}")
        statements.append(f"CREATE INDEX ON {name} ({_list(key.columns)})")
    statements.append(f"COMMENT ON TABLE {name} IS {literal(f'{table.title}. {table.description}')}")
    statements += [
        f"COMMENT ON COLUMN {name}.{quoted(field['name'])} IS {literal(meaning(field))}"
        for field in table.schema["fields"]
    ]
    return statements


def _name(table: str, schema: str) -> str:
    return f"{quoted(schema)}.{quoted(table)}"


def _list(columns: list[str]) -> str:
    return ", ".join(quoted(column) for column in columns)
