"""Corrections as data: `corrections.csv`, applied to the tables after extraction.

A correction names a row by its table and key, the field, what is expected there, the right value, the reason, and the
role of who corrects. It is bound to what it expects to find: when the source or the code changes so that something else
stands there, the build stops and says so, and the correction is looked at again.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from regesta.errors import RegestaError, reason
from regesta.tables import TABLES, Field

FILE = "corrections.csv"
METHOD = "method"
CORRECTED = "correction"


@dataclass(frozen=True)
class Correction:
    """One line of the file; `where` is its place, for messages."""

    table: str
    address: str
    field: str
    expected: str
    value: str
    reason: str
    by: str
    where: str = ""


def load(folder: Path) -> list[Correction]:
    """The corrections of a corpus; none if it has no such file.

    Raises:
        RegestaError: the file is not UTF-8, its columns are others, or a line names what cannot be corrected.
    """
    path = folder / FILE
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            columns = [f.name for f in fields(Correction)][:-1]
            if reader.fieldnames is None or list(reader.fieldnames) != columns:
                raise RegestaError(f"{path}:1: the columns must be {','.join(columns)}")
            found = [_correction(row, f"{path}:{reader.line_num}") for row in reader]
    except UnicodeDecodeError as error:
        raise RegestaError(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    except csv.Error as error:
        raise RegestaError(f"{path}: not a CSV file: {error}") from None
    except OSError as error:
        raise RegestaError(f"{path}: cannot be read ({reason(error)})") from None
    _refuse_twins(found)
    return found


def _correction(row: Mapping[str | None, Any], where: str) -> Correction:
    if None in row or None in row.values():
        raise RegestaError(f"{where}: the line has not as many cells as the head; quote cells that hold a comma")
    made = Correction(**{str(key): str(value).strip() for key, value in row.items()}, where=where)
    table = TABLES.get(made.table)
    if table is None or METHOD not in table.by_name:
        known = ", ".join(name for name, entry in TABLES.items() if METHOD in entry.by_name)
        raise RegestaError(f"{where}: rows of {made.table!r} cannot be corrected; tables that can: {known}")
    field = table.by_name.get(made.field)
    pointers = {column for key in table.foreign_keys for column in key.fields}
    if (
        field is None
        or field.layout
        or made.field in (*table.key, table.text, METHOD, *(pointers & {"document_id", "source_id"}))
    ):
        raise RegestaError(f"{where}: {made.field!r} is no field of {made.table} that can be corrected")
    if not made.reason or not made.by:
        raise RegestaError(f"{where}: a correction needs a reason and the role of who corrects (by)")
    _parse(field, made.value, where)
    return made


def _refuse_twins(corrections: Sequence[Correction]) -> None:
    seen: dict[tuple[str, str, str], str] = {}
    for c in corrections:
        first = seen.setdefault((c.table, c.address, c.field), c.where)
        if first != c.where:
            raise RegestaError(f"{c.where}: {c.address} {c.field} is corrected at {first} already; keep one")


def _parse(field: Field, value: str, where: str) -> Any:
    """The value of a cell; an empty one is none."""
    if value == "":
        if field.required:
            raise RegestaError(f"{where}: {field.name} must not be empty")
        return None
    try:
        match field.type:
            case "integer":
                return int(value)
            case "number":
                return float(value)
            case "date":
                return dt.date.fromisoformat(value)
            case "boolean":
                return {"true": True, "false": False}[value.lower()]
            case _:
                return value
    except (ValueError, KeyError):
        raise RegestaError(f"{where}: {value!r} is no {field.type}") from None


def apply(tables: Mapping[str, pa.Table], corrections: Sequence[Correction]) -> dict[str, pa.Table]:
    """The tables with the corrections made, each corrected row marked `method = correction`.

    Raises:
        RegestaError: a row is not there, or holds something else than the correction expects.
    """
    corrector = Corrector(corrections)
    corrected = {name: corrector.apply(name, table) for name, table in tables.items()}
    corrector.end()
    return corrected


class Corrector:
    """Makes corrections in tables that come part by part."""

    def __init__(self, corrections: Sequence[Correction]) -> None:
        """Begin with none of them made."""
        self._open: dict[str, list[Correction]] = {}
        for correction in corrections:
            self._open.setdefault(correction.table, []).append(correction)
        self._seen: set[str] = set()

    def apply(self, name: str, part: pa.Table) -> pa.Table:
        """A part of a table with the corrections of its rows made.

        Raises:
            RegestaError: a row holds something else than the correction expects.
        """
        self._seen.add(name)
        if not (corrections := self._open.get(name)):
            return part
        [key] = TABLES[name].key
        addresses = pa.array([c.address for c in corrections], pa.string())
        numbers = pc.index_in(addresses, part[key].combine_chunks()).to_pylist()
        here = [(c, number) for c, number in zip(corrections, numbers, strict=True) if number is not None]
        self._open[name] = [c for c, number in zip(corrections, numbers, strict=True) if number is None]
        return _corrected(name, part, here) if here else part

    def end(self) -> None:
        """Refuse to end while there are corrections that were not made.

        Raises:
            RegestaError: the row of one is not there, or its table.
        """
        for name, corrections in self._open.items():
            for correction in corrections:
                if name not in self._seen:
                    raise RegestaError(f"{correction.where}: there is no table {name}")
                raise RegestaError(
                    f"{correction.where}: {name} has no row {correction.address}; the source or the code changed: find "
                    "the row again (`regesta diff` pairs old and new addresses), or take the correction out"
                )


def _corrected(name: str, table: pa.Table, corrections: Sequence[tuple[Correction, int]]) -> pa.Table:
    columns = {c: table[c].to_pylist() for c in {METHOD, *(c.field for c, _ in corrections)}}
    for correction, number in corrections:
        field = TABLES[name].by_name[correction.field]
        now = columns[correction.field][number]
        expected = _parse(replace(field, required=False), correction.expected, correction.where)
        if now != expected:
            found = "" if now is None else str(now)
            raise RegestaError(
                f"{correction.where}: {correction.address} {correction.field}: expected {correction.expected!r}, found "
                f"{found!r}; look at it again, then change or take out the correction"
            )
        columns[correction.field][number] = _parse(field, correction.value, correction.where)
        columns[METHOD][number] = CORRECTED
    for column, values in columns.items():
        entry = table.schema.field(column)
        table = table.set_column(table.schema.get_field_index(column), entry, pa.array(values, entry.type))
    return table
