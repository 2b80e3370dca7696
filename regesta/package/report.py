"""Changes shown: as a table on a terminal, as Parquet or JSON."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
from rich.table import Table

from regesta.errors import RegestaError, reason
from regesta.package.changes import Changes
from regesta.package.describe import to_json


def counts(found: Changes) -> list[tuple[tuple[str, str, str], int]]:
    """How often each kind of change stands in each table, with its field and reason: ((table, what, reason), count)."""
    columns = ("table_name", "kind", "field", "reason")
    counted: Counter[tuple[str, str, str]] = Counter()
    for table, kind, field, why in zip(*(found.changes[c].to_pylist() for c in columns), strict=True):
        counted[table, f"{kind} ({field})" if field else kind, why] += 1
    return sorted(counted.items())


def summary(found: Changes) -> Table:
    """The changes summed up for a terminal."""
    moved = f", {len(found.id_map)} of them at another address" if len(found.id_map) else ""
    table = Table("table", "what", "reason", "how many", box=None, title=f"{found.same} rows say the same{moved}")
    for (name, what, why), count in counts(found):
        table.add_row(name, what, why, str(count))
    return table


def write_changes(found: Changes, path: Path) -> None:
    """Write every change to a file.

    Raises:
        RegestaError: the ending of its name is neither .parquet nor .json, or it cannot be written.
    """
    try:
        if path.suffix == ".parquet":
            pq.write_table(found.changes, path)
        elif path.suffix == ".json":
            path.write_text(to_json(found.changes.to_pylist()), encoding="utf-8")
        else:
            raise RegestaError(f"{path}: write changes to a file whose name ends in .parquet or .json")
    except OSError as error:
        raise RegestaError(f"{path}: cannot be written ({reason(error)}); name another file") from None
