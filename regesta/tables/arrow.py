"""Arrow schemas rendered from the table registry."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from regesta.tables.registry import TABLES, Field, Table

TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
# pandas reads these into nullable columns; without them it turns integers with gaps into floats, and
# frictionless, which reads Parquet through pandas, then fails sound files and passes broken ones.
_PANDAS_TYPES = {
    "string": ("unicode", "object"),
    "integer": ("int64", "Int64"),
    "number": ("float64", "Float64"),
    "boolean": ("bool", "boolean"),
    "date": ("date", "object"),
}


def schema(table: Table | str) -> pa.Schema:
    """The Arrow schema of a table: types, nullability, and descriptions as metadata."""
    table = TABLES[table] if isinstance(table, str) else table
    fields = [
        pa.field(f.name, TYPES[f.type], nullable=not f.required, metadata=_field_metadata(f)) for f in table.fields
    ]
    metadata = {"pandas": _pandas_metadata(table), "title": table.title, "description": table.description}
    return pa.schema(fields, metadata=dict(sorted(metadata.items())))


def _field_metadata(field: Field) -> dict[str, str]:
    return {"description": field.description, **({"unit": field.unit} if field.unit else {})}


def _pandas_metadata(table: Table) -> str:
    columns = [
        {"field_name": f.name, "metadata": None, "name": f.name}
        | dict(zip(("pandas_type", "numpy_type"), _PANDAS_TYPES[f.type], strict=True))
        for f in table.fields
    ]
    return json.dumps(
        {
            "column_indexes": [],
            "columns": columns,
            # A fixed version: the files must not change with the pandas of the machine that wrote them.
            "creator": {"library": "pyarrow", "version": "26"},
            "index_columns": [],
            "pandas_version": "3.0.0",
        },
        sort_keys=True,
    )


def table(name: str, columns: Mapping[str, Sequence[Any] | pa.Array]) -> pa.Table:
    """An Arrow table of the registry from its columns, given by name in any order.

    Raises:
        ValueError: a column is missing or not in the registry.
    """
    wanted = schema(name)
    if set(columns) != set(wanted.names):
        odd = sorted(set(columns) ^ set(wanted.names))
        raise ValueError(f"table {name}: columns do not match the registry: {', '.join(odd)}")
    arrays = [
        value.cast(f.type) if isinstance(value, pa.Array | pa.ChunkedArray) else pa.array(value, f.type)
        for f in wanted
        for value in (columns[f.name],)
    ]
    return pa.Table.from_arrays(arrays, schema=wanted)


def table_from_rows(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """An Arrow table of the registry from its rows; a nullable field may be left out of a row."""
    wanted = TABLES[name]
    extra = {column for row in rows for column in row} - set(wanted.columns)
    if extra:
        raise ValueError(f"table {name}: no such column: {', '.join(sorted(extra))}")
    return table(name, {column: [row.get(column) for row in rows] for column in wanted.columns})
