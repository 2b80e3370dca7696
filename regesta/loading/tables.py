"""One table of a release, for each client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.dataset as ds

from regesta.loading.places import Place
from regesta.optional import need

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


class Table:
    """A table; nothing of it is read before it is asked for.

    Attributes:
        name: its name.
        path: its file, below the release.
        title: its title.
        description: what it holds.
        rows: number of rows.
        columns: names of the columns, in order.
        schema: its Table Schema: fields, keys, constraints, descriptions.
    """

    def __init__(self, place: Place, resource: Mapping[str, Any]) -> None:
        self._place = place
        self.path: str = resource["path"]
        self.name: str = resource["name"]
        self.title: str = resource.get("title", self.name)
        self.description: str = resource.get("description", "")
        self.rows: int = resource["rows"]
        self.schema: Mapping[str, Any] = resource["schema"]
        self.columns: list[str] = [field["name"] for field in self.schema["fields"]]

    def __repr__(self) -> str:
        return f"<table {self.name}: {self.rows} rows, {len(self.columns)} columns>"

    def __len__(self) -> int:
        return self.rows

    @cached_property
    def _dataset(self) -> ds.Dataset:
        return self._place.dataset(self.path)

    def dataset(self) -> ds.Dataset:
        """The table as a `pyarrow.dataset.Dataset`, to scan in parts.

        Raises:
            RegestaError: the file is not there or cannot be read.
        """
        return self._dataset

    def arrow(self, columns: Sequence[str] | None = None, filter: ds.Expression | None = None) -> pa.Table:
        """The table, or some columns and rows of it, as Arrow.

        Args:
            columns: names of the columns; all if not given.
            filter: which rows, such as `pyarrow.dataset.field("kind") == "decree"`.

        Raises:
            RegestaError: the file is not there or cannot be read.
        """
        return self._dataset.to_table(columns=list(columns) if columns is not None else None, filter=filter)

    def pandas(self, columns: Sequence[str] | None = None, filter: ds.Expression | None = None) -> pd.DataFrame:
        """The table as a pandas frame whose columns are Arrow's: integers with gaps stay integers, days stay days."""
        return arrow_backed(self.arrow(columns, filter), "Table.pandas()")

    def polars(self, columns: Sequence[str] | None = None, filter: ds.Expression | None = None) -> pl.DataFrame:
        """The table as a Polars frame; `polars_scan()` gives a lazy one."""
        frames = need("polars", "Table.polars()")
        return frames.from_arrow(self.arrow(columns, filter))  # type: ignore[no-any-return]

    def polars_scan(self) -> pl.LazyFrame:
        """The table as a lazy Polars frame, which reads what a query needs."""
        frames = need("polars", "Table.polars_scan()")
        return frames.scan_pyarrow_dataset(self._dataset)  # type: ignore[no-any-return]


def arrow_backed(table: pa.Table, use: str) -> pd.DataFrame:
    """An Arrow table as a pandas frame whose columns are Arrow's; `use` says for what, should there be no pandas."""
    frames = need("pandas", use)
    # Without the hints for pandas in the schema, which are there for readers that know no Arrow-backed types.
    return table.replace_schema_metadata().to_pandas(types_mapper=frames.ArrowDtype)  # type: ignore[no-any-return]
