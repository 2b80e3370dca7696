"""Reads the table files beside this module into `Table` objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from importlib import resources
from typing import Any, Literal

import yaml

FieldType = Literal["string", "integer", "number", "boolean", "date"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its Table Schema type and constraints, its meaning, and the unit it counts in.

    Attributes:
        layout: the column says where a row stands, not what it says; a row that only moved is not a changed one.
        across: the value depends on the papers of all sources, not only on those of its own.
    """

    name: str
    type: FieldType
    description: str
    required: bool = False
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    enum: tuple[str, ...] | None = None
    layout: bool = False
    across: bool = False


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns of a table that hold the key of another table (or of the table itself).

    Attributes:
        inside: a row with an address stands inside the span it points to, as a sentence does in its block.
    """

    fields: tuple[str, ...]
    table: str
    inside: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        row: what one row stands for, in words.
        key: the columns of the primary key.
        address: the column that holds the row's address, for tables of spans.
        text: the column that must equal the words at the row's span.
        history: the table tells of the release before; it is no part of the data that releases are compared by.
        across: its rows depend on the papers of all sources.
    """

    name: str
    title: str
    description: str
    row: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    address: str | None = None
    text: str | None = None
    history: bool = False
    across: bool = False
    by_name: dict[str, Field] = field(default_factory=dict, compare=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the fields, in order."""
        return tuple(self.by_name)


def _field(raw: dict[str, Any], common: dict[str, dict[str, Any]]) -> Field:
    if "include" in raw:
        raw = common[raw["include"]]
    enum = raw.get("enum")
    return Field(**{**raw, "description": raw["description"].strip(), "enum": tuple(enum) if enum else None})


def _table(raw: dict[str, Any], common: dict[str, dict[str, Any]]) -> Table:
    fields = tuple(_field(item, common) for item in raw.pop("fields"))
    keys = tuple(
        ForeignKey(tuple(item["fields"]), item["table"], item.get("inside", True))
        for item in raw.pop("foreign_keys", ())
    )
    key = tuple(raw.pop("key"))
    description = raw.pop("description").strip()
    return Table(
        **raw,
        description=description,
        key=key,
        fields=fields,
        foreign_keys=keys,
        by_name={f.name: f for f in fields},
    )


def _load() -> dict[str, Table]:
    """All tables, each after the tables its foreign keys point to, else by name; those of the history last."""
    files = {f.name: f for f in resources.files(__package__).iterdir() if f.name.endswith(".yaml")}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read = {name: yaml.load(file.read_bytes(), loader) for name, file in files.items()}  # noqa: S506
    common = {item["name"]: item for item in read.pop("common.yaml")["fields"]}
    found = {}
    for name in sorted(read):
        table = _table(read[name], common)
        found[table.name] = table
    sorter = TopologicalSorter({t.name: [k.table for k in t.foreign_keys if k.table != t.name] for t in found.values()})
    sorter.prepare()
    ordered: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += ready
        sorter.done(*ready)
    return {name: found[name] for name in sorted(ordered, key=lambda name: found[name].history)}


TABLES: dict[str, Table] = _load()
