"""Why rows changed between two releases."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from regesta.corrections import CORRECTED, METHOD
from regesta.package.changes import Reason
from regesta.tables import TABLES


def reasons(old: Mapping[str, pa.Table], new: Mapping[str, pa.Table], retracted: bool = False) -> Reason:
    """The function that gives the reason of a change.

    What a correction touched changed by it.
    What stands in a source whose file is another one, or new, or gone, changed with it. Of the other rows those of
    `sources` change with the catalogue, and all else with the code, or, where a release between the two was retracted,
    by that retraction.
    """
    corrected = _corrected(old) | _corrected(new)
    before, after = _digests(old), _digests(new)
    touched = {source for source in before.keys() | after.keys() if before.get(source) != after.get(source)}

    def reason(table: str, old_id: str | None, new_id: str | None) -> str:
        if (table, old_id) in corrected or (table, new_id) in corrected:
            return "correction"
        ids = [i.partition("@")[0] for i in (old_id, new_id) if i is not None]
        if not touched.isdisjoint(ids):
            return "source changed"
        if table == "sources" and ids:
            return "catalogue changed"
        return "retraction" if retracted else "code changed"

    return reason


def _corrected(tables: Mapping[str, pa.Table]) -> set[tuple[str, str | None]]:
    """The rows that a correction has touched."""
    found: set[tuple[str, str | None]] = set()
    for name, table in tables.items():
        if METHOD in table.column_names:
            rows = table.filter(pc.equal(table[METHOD], CORRECTED))
            found |= {(name, key) for key in rows[TABLES[name].key[0]].to_pylist()}
    return found


def _digests(tables: Mapping[str, pa.Table]) -> dict[str, str]:
    if "sources" not in tables:
        return {}
    return dict(zip(*(tables["sources"][c].to_pylist() for c in ("source_id", "sha256")), strict=True))
