"""Tables to Parquet: rows in address order, and the same bytes on every machine."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from regesta.tables import TABLES
from regesta.tables.arrow import schema

ROW_GROUP = 100_000
"""Rows in a row group at most. Fixed, like all that follows: the bytes must not depend on the machine."""

GROUP_BYTES = 8_000_000
"""Bytes of text in a row group, about: who wants the words of one paper from afar has to fetch its row group."""


def in_order(name: str, table: pa.Table) -> pa.Table:
    """The rows in the order of their addresses (source, start, the longer span first), or else of their key."""
    entry = TABLES[name]
    if not entry.address:
        return table.sort_by([(column, "ascending") for column in entry.key])
    source = pc.replace_substring_regex(table[entry.address], "@.*", "")
    order = [("__source", "ascending"), ("char_start", "ascending"), ("char_end", "descending")]
    return table.append_column("__source", source).sort_by(order).drop_columns(["__source"])


def write_table(name: str, table: pa.Table, path: Path) -> None:
    """Write one table of the registry as Parquet, its field descriptions in the footer."""
    table = table.cast(schema(name)).combine_chunks()
    pq.write_table(
        table,
        path,
        row_group_size=rows_in_group(table),
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=9,
        use_dictionary=True,
        write_statistics=True,
        store_schema=True,
    )


def rows_in_group(table: pa.Table) -> int:
    """How many rows of a table make a row group: fewer, the longer its texts."""
    # Lengths of texts, not the size in memory, which depends on how the table was put together.
    texts = (column for column in table.columns if pa.types.is_string(column.type))
    size = sum(pc.sum(pc.binary_length(column)).as_py() or 0 for column in texts)
    return ROW_GROUP if size <= GROUP_BYTES else max(1, min(ROW_GROUP, GROUP_BYTES * len(table) // size))
