"""Why rows changed between two releases, as expressions of SQL over both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from regesta.corrections import CORRECTED, METHOD
from regesta.tables import TABLES, Table


@dataclass(frozen=True)
class Made:
    """How two releases were made, as far as their tables do not say.

    Attributes:
        authority: whether the authority files of the two are others.
        retracted: whether a release between the two was retracted.
    """

    authority: bool = False
    retracted: bool = False


@dataclass(frozen=True)
class Evidence:
    """What tells why rows changed.

    Attributes:
        touched: whether any source has another file, or is new, or is gone.
    """

    made: Made
    touched: bool

    @classmethod
    def of(
        cls, db: duckdb.DuckDBPyConnection, old: Mapping[str, pa.Schema], new: Mapping[str, pa.Schema], made: Made
    ) -> Evidence:
        """Make the tables `corrected` and `touched` from the views `old_NAME` and `new_NAME` of these columns."""
        db.execute("CREATE TEMP TABLE corrected (name VARCHAR, id VARCHAR)")
        for side, tables in (("old", old), ("new", new)):
            for name, columns in tables.items():
                if METHOD in columns.names and name in TABLES:
                    key = TABLES[name].key[0]
                    db.execute(
                        f'INSERT INTO corrected SELECT $name, "{key}" FROM {side}_{name} WHERE {METHOD} = $mark',  # noqa: S608
                        {"name": name, "mark": CORRECTED},
                    )
        db.execute("CREATE TEMP TABLE touched (source VARCHAR)")
        if all("sources" in side and {"source_id", "sha256"} <= set(side["sources"].names) for side in (old, new)):
            db.execute(
                "INSERT INTO touched SELECT source_id FROM old_sources o FULL JOIN new_sources n USING (source_id) "
                "WHERE o.sha256 IS DISTINCT FROM n.sha256"
            )
        [(touched,)] = db.execute("SELECT count(*) > 0 FROM touched").fetchall()
        return cls(made, touched)

    def reason(self, name: str, kind: str, field: str | None, old: str, new: str) -> str:
        """The reason of changes in a table, as an expression.

        What a correction touched changed by it. What stands in a source whose file is another one, or new, or gone,
        changed with it. Names, and what points to them, change with the authority files, where those are others.
        What counts or compares papers of all sources changes with any of them. Of the rest, rows of `sources` change
        with the catalogue, and all else with the code, or by the retraction of a release between the two.

        Args:
            name: the table.
            kind: the kind of change.
            field: the column, for a changed value.
            old: the old id, as an expression.
            new: the new id, as an expression.
        """
        rest = "'retraction'" if self.made.retracted else "'code changed'"
        if kind not in ("added", "removed", "changed"):
            return rest
        cases = []
        for what, ids in (
            ("correction", f"(SELECT id FROM corrected WHERE name = '{name}')"),  # noqa: S608
            ("source changed", "(SELECT source FROM touched)"),
        ):
            for one in (old, new):
                looked_for = one if what == "correction" else f"split_part({one}, '@', 1)"
                cases.append(f"WHEN {looked_for} IN {ids} THEN '{what}'")
        entry = TABLES.get(name)
        if entry and self.made.authority and _names(entry, field):
            rest = "'authority changed'"
        elif entry and self.touched and _across(entry, field):
            rest = "'source changed'"
        elif name == "sources":
            rest = "'catalogue changed'"
        return f"CASE {' '.join(cases)} ELSE {rest} END"


def _names(entry: Table, field: str | None) -> bool:
    """Whether the authority files can change this: entities, rows about or grouped by one, pointers to one."""
    pointers = {column for key in entry.foreign_keys if key.table == "entities" for column in key.fields}
    about = entry.name == "entities" or any(entry.across or entry.by_name[column].required for column in pointers)
    return about or field in pointers


def _across(entry: Table, field: str | None) -> bool:
    return entry.across or (field in entry.by_name and entry.by_name[str(field)].across)
