"""Frictionless Table Schemas (Data Package v2) rendered from the table registry."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from regesta.tables.registry import TABLES, Field, Table


def table_schema(table: Table, present: Collection[str]) -> dict[str, Any]:
    """The Table Schema of a table.

    Args:
        table: the table.
        present: names of the tables in the package; a foreign key to any other table is left out.
    """
    keys = [
        {
            "fields": list(key.fields),
            # Table Schema writes a reference to the table itself as the empty string.
            "reference": {
                "resource": "" if key.table == table.name else key.table,
                "fields": list(TABLES[key.table].key),
            },
            # Ours, for `verify`: the row need not stand inside the span it points to.
            **({} if key.inside else {"inside": False}),
        }
        for key in table.foreign_keys
        if key.table in present
    ]
    schema: dict[str, Any] = {"fields": [_field(f) for f in table.fields], "primaryKey": list(table.key)}
    if keys:
        schema["foreignKeys"] = keys
    # Ours, for `verify`: which column is the row's address, and which one must equal the words that stand there.
    if table.address:
        schema["address"] = table.address
    if table.text:
        schema["addressText"] = table.text
    if any(f.type == "date" and not f.required for f in table.fields):
        # pandas, through which frictionless reads Parquet, may show an empty date as NaT.
        schema["missingValues"] = ["", "NaT"]
    return schema


def _field(field: Field) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if field.required:
        constraints["required"] = True
    for name in ("minimum", "maximum", "pattern"):
        if (value := getattr(field, name)) is not None:
            constraints[name] = value
    if field.enum:
        constraints["enum"] = list(field.enum)
    rendered: dict[str, Any] = {"name": field.name, "type": field.type, "description": field.description}
    if field.unit:
        rendered["unit"] = field.unit
    if constraints:
        rendered["constraints"] = constraints
    return rendered
