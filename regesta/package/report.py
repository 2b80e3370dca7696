"""Changes shown: as a table on a terminal, as Parquet or JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
from rich.table import Table

from regesta.errors import RegestaError, reason
from regesta.package.changes import Changes


def counts(found: Changes) -> list[tuple[tuple[str, str, str], int]]:
    """How often each kind of change stands in each table, with its field and reason: ((table, what, reason), count)."""
    return [
        ((table, f"{kind} ({field})" if field else kind, why), count)
        for (table, kind, field, why), count in found.counts
    ]


def summary(found: Changes) -> Table:
    """The changes summed up for a terminal."""
    moved = f", {found.moved} of them at another address" if found.moved else ""
    table = Table("table", "what", "reason", "how many", box=None, title=f"{found.same} rows say the same{moved}")
    for (name, what, why), count in counts(found):
        table.add_row(name, what, why, str(count))
    return table


def write_changes(found: Changes, path: Path) -> None:
    """Write every change to a file, a batch at a time.

    Raises:
        RegestaError: the ending of its name is neither .parquet nor .json, or it cannot be written.
    """
    if path.suffix not in (".parquet", ".json"):
        raise RegestaError(f"{path}: write changes to a file whose name ends in .parquet or .json")
    batches = found.batches("changes")
    try:
        if path.suffix == ".parquet":
            with pq.ParquetWriter(path, batches.schema, compression="zstd") as writer:
                for batch in batches:
                    writer.write_batch(batch)
        else:
            with path.open("w", encoding="utf-8", newline="\n") as file:
                file.write("[")
                comma = "\n"
                for batch in batches:
                    for row in batch.to_pylist():
                        file.write(f"{comma}{json.dumps(row, ensure_ascii=False)}")
                        comma = ",\n"
                file.write("\n]\n")
    except OSError as error:
        raise RegestaError(f"{path}: cannot be written ({reason(error)}); name another file") from None
