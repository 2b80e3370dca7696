"""Tables to Parquet: rows in address order, and the same bytes on every machine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from regesta.tables import TABLES
from regesta.tables.arrow import schema

ROW_GROUP = 100_000
"""Rows in a row group at most. Fixed, like all that follows: the bytes must not depend on the machine."""

GROUP_BYTES = 8_000_000
"""Bytes of text in a row group at most, unless it is a single row: who wants the words of one paper from afar has to
fetch its row group."""


def in_order(name: str, table: pa.Table) -> pa.Table:
    """The rows in the order of their addresses (source, start, the longer span first), or else of their key.

    What a key has before its @ is a source: rows of one source stand together in every table.
    """
    entry = TABLES[name]
    first = entry.address or entry.key[0]
    source = pc.list_element(pc.split_pattern(table[first], "@", max_splits=1), 0)
    table = table.append_column("__source", source).combine_chunks()
    by = [("char_start", "ascending"), ("char_end", "descending")] if entry.address else _ascending(entry.key)
    order = [("__source", "ascending"), *by]
    if not _stands(table, order):
        table = table.sort_by(order)
    return table.drop_columns(["__source"])


def _ascending(columns: Iterable[str]) -> list[tuple[str, str]]:
    return [(column, "ascending") for column in columns]


def _stands(table: pa.Table, order: list[tuple[str, str]]) -> bool:
    """Whether rows are in an order already, as what comes of one shard is."""
    if len(table) < 2:
        return True
    fine = pa.array([True] * (len(table) - 1), pa.bool_())
    for column, how in reversed(order):
        [values] = table[column].chunks
        now, before = values.slice(1), values.slice(0, len(table) - 1)
        after = pc.greater(now, before) if how == "ascending" else pc.less(now, before)
        fine = pc.or_(after, pc.and_(pc.equal(now, before), fine))
    return not fine.null_count and bool(pc.all(fine).as_py())


class TableWriter:
    """Writes a table of the registry as Parquet, part by part, its field descriptions in the footer.

    The bytes depend on the rows and their order alone, not on how they were divided into parts.
    """

    def __init__(self, name: str, path: Path) -> None:
        """Begin the file of a table."""
        self._schema = schema(name)
        self._texts = [field.name for field in self._schema if pa.types.is_string(field.type)]
        self._waiting: list[pa.Table] = []
        self._rows = self._bytes = 0
        self._groups = 0
        self._writer = pq.ParquetWriter(
            path,
            self._schema,
            version="2.6",
            data_page_version="1.0",
            compression="zstd",
            compression_level=3,
            # A key is another one in every row.
            use_dictionary=[column for column in self._schema.names if [column] != list(TABLES[name].key)],
            write_statistics=True,
            store_schema=True,
        )

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: Any, _trace: TracebackType | None) -> None:
        """End the file, unless something broke."""
        if kind is None and (self._waiting or not self._groups):
            self._end_group()
        self._writer.close()

    def write(self, part: pa.Table) -> None:
        """Go on with some rows, which come after those before."""
        part = part.cast(self._schema)
        # Lengths of texts, not the size in memory, which depends on how the table was put together.
        sizes = [pc.binary_length(part[column]) for column in self._texts]
        total = sum(pc.sum(size).as_py() or 0 for size in sizes)
        if self._rows + len(part) <= ROW_GROUP and self._bytes + total <= GROUP_BYTES:
            self._wait(part, total)
            return
        ends = np.cumsum(sum(np.asarray(pc.fill_null(size, 0), np.int64) for size in sizes))
        start = 0
        while start < len(part):
            done = int(ends[start - 1]) if start else 0
            stop = int(np.searchsorted(ends, GROUP_BYTES - self._bytes + done, side="right"))
            stop = min(max(stop, start + (not self._rows)), start + ROW_GROUP - self._rows)
            self._wait(part.slice(start, stop - start), int(ends[stop - 1]) - done if stop > start else 0)
            if stop < len(part):
                self._end_group()
            start = stop

    def _wait(self, part: pa.Table, size: int) -> None:
        self._waiting.append(part)
        self._rows += len(part)
        self._bytes += size

    def _end_group(self) -> None:
        group = pa.concat_tables([*self._waiting, self._schema.empty_table()]).combine_chunks()
        self._writer.write_table(group, row_group_size=max(1, len(group)))
        self._waiting.clear()
        self._rows = self._bytes = 0
        self._groups += 1


def write_table(name: str, table: pa.Table, path: Path) -> None:
    """Write one table of the registry as Parquet."""
    with TableWriter(name, path) as writer:
        writer.write(table)
