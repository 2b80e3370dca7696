"""Tables in memory or in their Parquet files, read alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def rows(table: pa.Table | Path) -> int:
    """The number of rows."""
    return int(pq.read_metadata(table).num_rows) if isinstance(table, Path) else len(table)


def columns(table: pa.Table | Path) -> list[str]:
    """The names of the columns."""
    return list(pq.read_schema(table).names if isinstance(table, Path) else table.column_names)


def read(table: pa.Table | Path, wanted: Sequence[str]) -> pa.Table:
    """Some columns as a whole."""
    return pq.read_table(table, columns=list(wanted)) if isinstance(table, Path) else table.select(list(wanted))


def parts(table: pa.Table | Path, wanted: Sequence[str]) -> Iterator[pa.Table]:
    """Some columns, a row group at a time."""
    if not isinstance(table, Path):
        yield table.select(list(wanted))
        return
    with pq.ParquetFile(table) as file:
        for number in range(file.num_row_groups):
            yield file.read_row_group(number, list(wanted), use_threads=False)
