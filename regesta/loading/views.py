"""The tables of a release as DuckDB views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regesta.optional import need

if TYPE_CHECKING:
    import duckdb

    from regesta.loading.release import Release
    from regesta.loading.tables import Table


def make_views(release: Release, connection: duckdb.DuckDBPyConnection | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection that has every table of a release as a view, with comments."""
    client = need("duckdb", "Release.duckdb()")
    made: duckdb.DuckDBPyConnection = connection if connection is not None else client.connect()
    for table in release.tables.values():
        _make_view(made, release, table)
    return made


def _make_view(connection: duckdb.DuckDBPyConnection, release: Release, table: Table) -> None:
    name, folder = quoted(table.name), release.folder
    if folder is not None:
        source = f"read_parquet({literal(str((folder / table.path).resolve()))})"
    else:
        # DuckDB reads web addresses with an extension that it has to download; a dataset needs none, and only the
        # columns and rows of a query come over the line all the same.
        hidden = f"{table.name}__elsewhere"
        connection.register(hidden, table.dataset())
        source = quoted(hidden)
    connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM {source}")  # noqa: S608 (quoted)
    connection.execute(f"COMMENT ON VIEW {name} IS {literal(f'{table.title}. {table.description}')}")
    for field in table.schema["fields"]:
        comment = literal(field["description"])
        connection.execute(f"COMMENT ON COLUMN {name}.{quoted(field['name'])} IS {comment}")


def quoted(name: str) -> str:
    """A name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"
