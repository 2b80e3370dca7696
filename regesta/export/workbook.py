"""A release as a workbook for Excel and LibreOffice: a sheet for each table, and one that explains them."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from regesta.errors import RegestaError
from regesta.export.targets import meaning, references, summary, written_aside
from regesta.loading import Release, Table
from regesta.optional import need

_ROWS = 1_048_576
_LETTERS = 32_767
_EXACT = 2**53
_FIRST_DAY = dt.date(1900, 3, 1)
_CUT = "… [cut]"
_ABOUT = "about"


def write(release: Release, target: str) -> str:
    """Write a release as a workbook.

    Texts are written as texts, so that none is taken for a formula, a number or a link. A cell holds 32,767 letters at
    most: longer texts are cut, and the sheet `about` lists where. Days before March 1900, which Excel does not know,
    make their whole column one of texts.

    Raises:
        RegestaError: the file is there already or cannot be written, or a table has more rows than a sheet.
    """
    writer = need("xlsxwriter", "regesta export --to xlsx")
    for table in release.values():
        if table.rows >= _ROWS:
            raise RegestaError(
                f"{table.name}: {table.rows} rows, and a sheet holds {_ROWS - 1}; export to sqlite, postgres or csv"
            )
    path = Path(target)
    with written_aside(path, "" if path.suffix == ".xlsx" else ".xlsx") as made:
        # `strings_to_…` off: texts stay texts. A fixed date: same release, same bytes.
        book = writer.Workbook(
            made, {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
        )
        day = dt.datetime.fromisoformat(release.descriptor["created"]).replace(tzinfo=None)
        book.set_properties({"title": release.descriptor["title"], "created": day})
        about = book.add_worksheet(_ABOUT)
        cut: list[str] = []
        for table in release.values():
            cut += _write_table(book, table)
        _write_about(book, about, release, cut)
        book.close()
    return summary(release, target)


def _write_table(book: Any, table: Table) -> list[str]:
    """Write a table; gives the cells whose text was cut."""
    sheet = book.add_worksheet(table.name[:31])
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 1)
    found = table.arrow()
    cut = []
    for number, field in enumerate(table.schema["fields"]):
        sheet.write_string(0, number, field["name"], bold)
        sheet.write_comment(0, number, meaning(field))
        column = found[field["name"]]
        if pa.types.is_date(column.type):
            first = pc.min(column).as_py()
            if first is not None and first < _FIRST_DAY:
                column = column.cast(pa.string())
            sheet.set_column(number, number, 11, day)
        for row, value in enumerate(column.to_pylist(), start=1):
            if _write_cell(sheet, row, number, value, day):
                cut.append(f"{table.name}, row {row + 1}, {field['name']}")
    sheet.autofilter(0, 0, len(found), len(table.columns) - 1)
    return cut


def _write_cell(sheet: Any, row: int, column: int, value: Any, day: Any) -> bool:
    """Write a value as what it is; gives whether it had to be cut."""
    if value is None:
        return False
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float) and math.isfinite(value) and abs(value) <= _EXACT:
        sheet.write_number(row, column, value)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), day)
    else:
        text, was_cut = fitting(str(value))
        sheet.write_string(row, column, text)
        return was_cut
    return False


def fitting(text: str) -> tuple[str, bool]:
    """A text that fits in a cell, and whether it had to be cut; Excel counts in UTF-16."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _LETTERS:
        return text, False
    return units[: 2 * (_LETTERS - len(_CUT))].decode("utf-16-le", "ignore") + _CUT, True


def _write_about(book: Any, sheet: Any, release: Release, cut: list[str]) -> None:
    bold = book.add_format({"bold": True})
    licences = [licence.get("title") or licence["name"] for licence in release.descriptor.get("licenses", ())]
    lines: list[list[str]] = [
        [release.descriptor["title"]],
        [f"Version {release.version}, {release.descriptor['created'][:10]}"],
        [f"Licence: {', '.join(licences) or 'not stated'}"],
        [release.descriptor.get("description", "")],
        *([f"Cut, because a cell holds {_LETTERS} letters: {where}"] for where in cut),
        [],
        ["table", "column", "type", "key", "points to", "meaning"],
    ]
    head = len(lines) - 1
    for table in release.values():
        keys, points = table.schema["primaryKey"], {c: key.table for key in references(table) for c in key.columns}
        for field in table.schema["fields"]:
            name = field["name"]
            key = "key" if name in keys else ""
            lines.append([table.name, name, field["type"], key, points.get(name, ""), meaning(field)])
    for row, cells in enumerate(lines):
        for column, text in enumerate(cells):
            sheet.write_string(row, column, fitting(text)[0], bold if row in (0, head) else None)
