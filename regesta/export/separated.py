"""A release as CSV files (RFC 4180, UTF-8), with a datapackage.json that says what the columns mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from pyarrow import csv

from regesta.export.targets import summary, written_aside
from regesta.loading import Release, Table
from regesta.package.describe import to_json

_BATCH = 4096
FORMULA = r"^\s*[=+\-@＝＋－＠]|^[\t\r\n']"
"""Cells that a spreadsheet may take for a formula, and those that begin like a cell that was made safe."""
_HOW = (
    "Cells that a spreadsheet might take for a formula, and cells that begin with an apostrophe, have an apostrophe "
    "put before them: take one away from every cell that begins with one to have the words as they are. A value that "
    'is not there is an empty cell; a text of no letters is "".'
)


def write(release: Release, target: str) -> str:
    """Write a release as a folder of CSV files and their datapackage.json.

    Raises:
        RegestaError: the folder is there already or cannot be written.
    """
    with written_aside(Path(target)) as folder:
        folder.mkdir()
        for table in release.values():
            write_table(table, folder / f"{table.name}.csv")
        (folder / "datapackage.json").write_text(to_json(_descriptor(release)), encoding="utf-8", newline="\n")
    return summary(release, target)


def safe(column: pa.Array) -> pa.Array:
    """A column of texts of which no spreadsheet makes a formula; other columns as they are."""
    if not pa.types.is_string(column.type):
        return column
    risky = pc.fill_null(pc.match_substring_regex(column, FORMULA), False)
    return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)


def write_table(table: Table, path: Path) -> None:
    """Write a table as a CSV file."""
    options = csv.WriteOptions(quoting_style="needed")
    found = table.dataset()
    with csv.CSVWriter(path, found.schema, write_options=options) as writer:
        # Read ahead of nothing: the table of texts is as large as the corpus.
        slowly = ds.ParquetFragmentScanOptions(pre_buffer=False)
        for batch in found.to_batches(
            batch_size=_BATCH, use_threads=False, batch_readahead=1, fragment_scan_options=slowly
        ):
            writer.write_batch(pa.record_batch([safe(column) for column in batch.columns], schema=found.schema))


def _descriptor(release: Release) -> dict[str, Any]:
    """The descriptor of the release, with its tables as CSV."""
    resources = [
        {key: value for key, value in resource.items() if key != "hash"}
        | {
            "path": f"{resource['name']}.csv",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            # Days that are not known are empty here, not NaT.
            "schema": {key: value for key, value in resource["schema"].items() if key != "missingValues"},
        }
        for resource in release.descriptor["resources"]
    ]
    return {**release.descriptor, "exported": _HOW, "resources": resources}
