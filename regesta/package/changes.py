"""What is different between two releases: rows added, removed and changed, and rows that only moved.

Rows are matched by their key. Where the text of a source was edited, the keys of the old release are first carried
over to the new text (`regesta.package.moves`), so that a paper inserted at the head of a file changes the addresses
after it and nothing else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from regesta.package.moves import TextMap
from regesta.tables import TABLES, Table
from regesta.tables.arrow import schema, table_from_rows

_ADDRESS = re.compile(r"([^@\s]+)@(\d+)-(\d+)(.*)\Z", re.DOTALL)
# Values longer than this are told by their hash; the words themselves stand in the two releases.
_LONG = 1000


@dataclass(frozen=True)
class Changes:
    """The changes between two releases.

    Attributes:
        changes: the table `changes`.
        id_map: the table `id_map`.
        same: number of rows that are in both releases and say the same, moved or not.
    """

    changes: pa.Table
    id_map: pa.Table
    same: int

    def kinds(self) -> set[str]:
        """The kinds of change that there are."""
        return set(self.changes["kind"].unique().to_pylist())


Reason = Callable[[str, str | None, str | None], str]
"""Gives the reason of a change from the table's name and the row's old and new id."""


def compare(old: Mapping[str, pa.Table], new: Mapping[str, pa.Table], reason: Reason) -> Changes:
    """Compare the tables of two releases.

    Args:
        old: tables of the release before, by name.
        new: tables of the release, by name.
        reason: why a row changed.
    """
    old = {name: table for name, table in old.items() if not is_history(name)}
    new = {name: table for name, table in new.items() if not is_history(name)}
    carry = _Carrier(old, new)
    rows: list[dict[str, str | None]] = []
    moved: list[dict[str, str]] = []
    same = 0
    for name in [n for n in dict.fromkeys([*TABLES, *sorted(old)]) if n in old or n in new]:
        if name not in old or name not in new:
            kind = "table_added" if name in new else "table_removed"
            rows.append(_row(name, kind, None, None, reason))
            continue
        rows += _columns(name, old[name].schema, new[name].schema, reason)
        found, paired, kept = _rows(name, old[name], new[name], carry, reason)
        rows += found
        moved += paired
        same += kept
    unique = {str(row["change_id"]): row for row in rows}
    return Changes(table_from_rows("changes", list(unique.values())), table_from_rows("id_map", moved), same)


def is_history(name: str) -> bool:
    """Whether a table tells of the release before, and so is no part of what is compared."""
    return name in TABLES and TABLES[name].history


def _row(
    name: str,
    kind: str,
    old_id: str | None,
    new_id: str | None,
    reason: Reason,
    field: str | None = None,
    values: tuple[str | None, str | None] = (None, None),
) -> dict[str, str | None]:
    parts = [kind, name, new_id or old_id, field]
    return {
        "change_id": " ".join(part for part in parts if part),
        "table_name": name,
        "kind": kind,
        "old_id": old_id,
        "new_id": new_id,
        "field": field,
        "old_value": values[0],
        "new_value": values[1],
        "reason": reason(name, old_id, new_id),
    }


def _columns(name: str, old: pa.Schema, new: pa.Schema, reason: Reason) -> list[dict[str, str | None]]:
    rows = []
    for column in [*old.names, *(n for n in new.names if n not in old.names)]:
        before = str(old.field(column).type) if column in old.names else None
        after = str(new.field(column).type) if column in new.names else None
        if before != after:
            kind = "column_added" if before is None else "column_removed" if after is None else "column_retyped"
            rows.append(_row(name, kind, None, None, reason, column, (before, after)))
    return rows


class _Carrier:
    """Carries addresses of edited sources over to their new text."""

    def __init__(self, old: Mapping[str, pa.Table], new: Mapping[str, pa.Table]) -> None:
        before, after = _texts(old), _texts(new)
        self.edited = {s for s in before.keys() & after.keys() if before[s] != after[s]}
        self._maps = {source: TextMap(before[source], after[source]) for source in self.edited}

    def value(self, text: str | None) -> str | None:
        """The address as it is now; any other text, and an address that was edited away, stays as it is."""
        found = _ADDRESS.match(text) if text and "@" in text else None
        if found is None or found[1] not in self._maps:
            return text
        span = self._maps[found[1]].span(int(found[2]), int(found[3]))
        return f"{found[1]}@{span[0]}-{span[1]}{found[4]}" if span else text

    def table(self, table: pa.Table, columns: list[str]) -> pa.Table:
        """The table with the addresses in these columns carried over."""
        if not self.edited:
            return table
        for column in columns:
            carried = pa.array([self.value(v) for v in table[column].to_pylist()], pa.string())
            table = table.set_column(table.schema.get_field_index(column), column, carried)
        return table


def _texts(tables: Mapping[str, pa.Table]) -> dict[str, str]:
    if "sources" not in tables or not {"source_id", "text"} <= set(tables["sources"].column_names):
        return {}
    return dict(zip(*(tables["sources"][c].to_pylist() for c in ("source_id", "text")), strict=True))


def _rows(
    name: str, old: pa.Table, new: pa.Table, carry: _Carrier, reason: Reason
) -> tuple[list[dict[str, str | None]], list[dict[str, str]], int]:
    """Rows added, removed and changed; rows that moved; number of rows that say the same."""
    entry = TABLES.get(name)
    key = list(entry.key) if entry else new.column_names[:1]
    if not set(key) <= set(old.column_names) & set(new.column_names):
        return [], [], 0
    common = [c for c in new.column_names if c in old.column_names and old.field(c).type == new.field(c).type]
    told = [c for c in common if c not in key and not (entry and c in entry.by_name and entry.by_name[c].layout)]
    carried = carry.table(old.append_column("__old", _joined(old, key)), [*key, *_pointers(entry, old)])
    after = new.append_column("__new", _joined(new, key))
    db = duckdb.connect()
    db.register("o", carried)
    db.register("n", after)
    on = " AND ".join(f'o."{c}" = n."{c}"' for c in key)
    rows = [
        _row(name, "removed", i, None, reason)
        for (i,) in db.execute(f"SELECT __old FROM o ANTI JOIN n ON {on} ORDER BY 1").fetchall()  # noqa: S608
    ]
    rows += [
        _row(name, "added", None, i, reason)
        for (i,) in db.execute(f"SELECT __new FROM n ANTI JOIN o ON {on} ORDER BY 1").fetchall()  # noqa: S608
    ]
    changed: set[str] = set()
    if told:
        # One join for the rows in which anything differs; they are few, and then looked at column by column.
        differs = " OR ".join(f'o."{c}" IS DISTINCT FROM n."{c}"' for c in told)
        columns = ", ".join(f'o."{c}" AS "o.{c}", n."{c}" AS "n.{c}"' for c in told)
        db.execute(f"CREATE TEMP TABLE d AS SELECT __old, __new, {columns} FROM o JOIN n ON {on} WHERE {differs}")  # noqa: S608
    for column in told:
        query = (
            f'SELECT __old, __new, CAST("o.{column}" AS VARCHAR), CAST("n.{column}" AS VARCHAR) FROM d '  # noqa: S608
            f'WHERE "o.{column}" IS DISTINCT FROM "n.{column}" ORDER BY 2'
        )
        for old_id, new_id, before, now in db.execute(query).fetchall():
            rows.append(_row(name, "changed", old_id, new_id, reason, column, (_short(before), _short(now))))
            changed.add(new_id)
    pairs = db.execute(f"SELECT __old, __new FROM o JOIN n ON {on} WHERE __old <> __new ORDER BY 1").fetchall()  # noqa: S608
    [(both,)] = db.execute(f"SELECT count(*) FROM o JOIN n ON {on}").fetchall()  # noqa: S608
    moved = [{"table_name": name, "old_id": old_id, "new_id": new_id} for old_id, new_id in pairs]
    return rows, moved, int(both) - len(changed)


def _joined(table: pa.Table, key: list[str]) -> pa.Array:
    """The key of each row as one text."""
    if len(key) == 1:
        return table[key[0]].combine_chunks()
    return pa.array(["/".join(map(str, parts)) for parts in zip(*(table[c].to_pylist() for c in key), strict=True)])


def _pointers(entry: Table | None, table: pa.Table) -> list[str]:
    """Columns that hold addresses of other rows."""
    columns = [c for foreign in entry.foreign_keys for c in foreign.fields] if entry else []
    return [c for c in dict.fromkeys(columns) if c in table.column_names and not (entry and c in entry.key)]


def _short(value: str | None) -> str | None:
    if value is None or len(value) <= _LONG:
        return value
    return f"sha256:{hashlib.sha256(value.encode()).hexdigest()}"


EMPTY = Changes(pa.Table.from_pylist([], schema("changes")), pa.Table.from_pylist([], schema("id_map")), 0)
"""No changes: what a first release has."""
