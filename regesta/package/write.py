"""Tables to Parquet: rows in address order, and the same bytes on every machine."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from regesta.tables import TABLES
from regesta.tables.arrow import schema

ROW_GROUP = 100_000
"""Rows in a row group. Fixed, like all that follows: the bytes must not depend on the machine."""


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
    pq.write_table(
        table.cast(schema(name)).combine_chunks(),
        path,
        row_group_size=ROW_GROUP,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=9,
        use_dictionary=True,
        write_statistics=True,
        store_schema=True,
    )
