"""The rows of the tables as HTML, each with links to the words it stands on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from markupsafe import Markup

from regesta.loading import Table
from regesta.site import links
from regesta.site.marks import shown
from regesta.site.model import Register

PAGE, MOST = 250, 5000
"""How many rows a page has, and how many rows of a table the site shows at all: the files have the rest."""
_LONG = 160
_Cell = Callable[[Any], str]


def columns(table: Table) -> list[dict[str, Any]]:
    """What the columns of a table mean, for its page."""
    keys = table.schema.get("primaryKey", [])
    keys = [keys] if isinstance(keys, str) else keys
    return [
        {
            "name": field["name"],
            "type": field["type"],
            "required": bool(field.get("constraints", {}).get("required")),
            "key": field["name"] in keys,
            "meaning": f"{field.get('description', '')}{' Unit: ' + field['unit'] + '.' if 'unit' in field else ''}",
            "points": sorted(_targets(table).get(field["name"], ())),
            "enum": [str(v) for v in field.get("constraints", {}).get("enum", ())],
        }
        for field in table.schema["fields"]
    ]


def points_to(table: Table) -> list[str]:
    """The tables that a table points to."""
    return sorted({target for targets in _targets(table).values() for target in targets})


def _targets(table: Table) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key in table.schema.get("foreignKeys", ()):
        for name in key["fields"]:
            found.setdefault(name, set()).add(key["reference"]["resource"] or table.name)
    return found


def pages(register: Register, table: Table) -> Iterator[Markup]:
    """The first rows of a table, page by page, as table rows; one empty page where it has none."""
    cells = [_cell(register, table, field) for field in table.schema["fields"]]
    seen, page = 0, []
    for batch in table.dataset().to_batches(batch_size=PAGE * 4):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            page.append(f"<tr>{''.join(cell(value) for cell, value in zip(cells, row, strict=True))}</tr>")
            seen += 1
            if len(page) == PAGE:
                yield Markup("\n".join(page))  # noqa: S704 (escaped cell by cell)
                page = []
            if seen == MOST:
                return
    if page or not seen:
        yield Markup("\n".join(page))  # noqa: S704


def _cell(register: Register, table: Table, field: Mapping[str, Any]) -> _Cell:
    name = field["name"]
    if "entities" in _targets(table).get(name, ()) or (table.name, name) == ("entities", "entity_id"):
        return lambda value: _link(value, links.entity(value)) if value else "<td></td>"
    if name == "source_id":
        return lambda value: _link(value, links.source(value)) if value else "<td></td>"
    if name.endswith("_id") or _targets(table).get(name):
        return lambda value: _address(register, value)
    if field["type"] in ("integer", "number"):
        return lambda value: f'<td class="n">{"" if value is None else value}</td>'
    return _words


def _address(register: Register, value: str | None) -> str:
    if value is None:
        return "<td></td>"
    try:
        return _link(value, register.addresses(value))
    except ValueError:
        return _words(value)


def _link(text: str, href: str) -> str:
    return f'<td><a href="../{href}">{shown(text)}</a></td>'


def _words(value: Any) -> str:
    if value is None:
        return "<td></td>"
    text = str(value)
    cut = text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
    return f'<td dir="auto">{shown(cut)}</td>'
