"""The table files are the only place that says what the tables are."""

from __future__ import annotations

import ast
from pathlib import Path

import pyarrow as pa
import pytest

from regesta.tables import TABLES
from regesta.tables.arrow import TYPES, schema, table, table_from_rows
from regesta.tables.frictionless import table_schema
from tests.conftest import ROOT

CODE = [path for room in ("regesta", "flows") for path in sorted((ROOT / room).rglob("*.py"))]
COLUMNS = {name: set(entry.columns) for name, entry in TABLES.items()}
TYPE_WORDS = {
    "string",
    "integer",
    "number",
    "boolean",
    "date",
    "int64",
    "float64",
    "str",
    "int",
    "bool",
    "date32",
}


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_restates_a_table(path: Path) -> None:
    """No code pairs columns with types: no Arrow schema outside the registry, no mapping of columns to type names."""
    in_registry = path.parent == ROOT / "regesta" / "tables"
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("schema", "field")
        ):
            owner = node.func.value
            arrow = isinstance(owner, ast.Name) and owner.id in ("pa", "pyarrow")
            assert in_registry or not arrow, f"{path}:{node.lineno}: an Arrow schema outside the registry"
        if isinstance(node, ast.Dict):
            pairs = [
                (k.value, _word(v)) for k, v in zip(node.keys, node.values, strict=True) if isinstance(k, ast.Constant)
            ]
            typed = {key for key, word in pairs if word in TYPE_WORDS}
            assert not any(len(typed & columns) >= 2 for columns in COLUMNS.values()), (
                f"{path}:{node.lineno}: restates a table"
            )


def _word(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None


@pytest.mark.parametrize("entry", TABLES.values(), ids=lambda entry: entry.name)
def test_a_table_is_whole(entry) -> None:
    assert set(entry.key) <= set(entry.columns)
    assert all(entry.by_name[column].required for column in entry.key)
    assert len(set(entry.columns)) == len(entry.fields)
    assert all(field.description.endswith(".") for field in entry.fields)
    assert all(field.type in TYPES for field in entry.fields)
    for key in entry.foreign_keys:
        assert set(key.fields) <= set(entry.columns)
        assert len(key.fields) == len(TABLES[key.table].key)


@pytest.mark.parametrize("name", TABLES)
def test_every_rendering_says_the_same(name: str) -> None:
    arrow, frictionless = schema(name), table_schema(TABLES[name], TABLES)
    for field, column, described in zip(TABLES[name].fields, arrow, frictionless["fields"], strict=True):
        assert field.name == column.name == described["name"]
        assert column.type == TYPES[described["type"]]
        assert column.nullable is not described.get("constraints", {}).get("required", False)
        assert column.metadata[b"description"].decode() == described["description"] == field.description


def test_tables_come_after_those_they_point_to() -> None:
    order = list(TABLES)
    assert order.index("sources") < order.index("documents") < order.index("mentions")
    for name, entry in TABLES.items():
        assert all(order.index(key.table) <= order.index(name) for key in entry.foreign_keys)


def test_columns_must_be_those_of_the_registry() -> None:
    with pytest.raises(ValueError, match="columns do not match the registry: colour"):
        table("blocks", {c: [] for c in TABLES["blocks"].columns} | {"colour": []})
    with pytest.raises(ValueError, match="no such column: colour"):
        table_from_rows("blocks", [{"colour": 1}])


def test_an_empty_table_has_its_columns() -> None:
    empty = table_from_rows("dates", [])
    assert empty.schema.equals(schema("dates"))
    assert isinstance(empty, pa.Table)
