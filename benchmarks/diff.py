"""What it takes to compare two big releases: seconds, and memory at its peak.

    python -m benchmarks.diff [--rows 10000000] [--changed 0.01] [--shifted]

Two releases are made up with as many rows each, in tables of the registry: sentences with words, dates, mentions and
figures of equal number. A share of the second one's rows say something else, as many are gone and as many are new.
With `--shifted` a line is put before the text of every second source besides, so that half of all rows move.

The comparison then runs as `regesta diff OLD NEW --to changes.parquet` does, in a process of its own, whose peak of
resident memory the system tells. Bounds: a minute of processor time, all threads together, and 4 GB. (On a machine that
does nothing else, the clock shows less; on a busy one it shows what the others do.)
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from regesta.tables import TABLES
from regesta.tables.arrow import TYPES, schema

SPAN_TABLES = ("sentences", "dates", "mentions", "figures")
SOURCE_ROWS = 25_000
"""Rows of each table in one source."""
STEP = 120
"""Code points from one row to the next."""
NEW_LINE = "A line that was put before.\n"
WORDS = ["the", "board", "asks", "that", "old", "pier", "be", "mended", "before", "winter", "and", "paid"]
PHRASES = pa.array([f"{number} {' '.join(np.random.default_rng(number).choice(WORDS, 16))}" for number in range(5_000)])
BOUNDS = (60.0, 4.0)


def write_release(folder: Path, rows: int, changed: float, second: bool, shifted: bool) -> None:
    """Write the tables of a release, the first or the second."""
    (folder / "data").mkdir(parents=True)
    each = rows // len(SPAN_TABLES)
    sources = [f"source-{number:05}" for number in range(-(-each // SOURCE_ROWS))]
    moved = {name for number, name in enumerate(sources) if second and shifted and number % 2}
    resources = []
    for table in ("sources", *SPAN_TABLES):
        path = folder / "data" / f"{table}.parquet"
        with pq.ParquetWriter(path, schema(table), compression="zstd") as writer:
            for number, name in enumerate(sources):
                count = min(SOURCE_ROWS, each - number * SOURCE_ROWS)
                ahead = len(NEW_LINE) if name in moved else 0
                if table == "sources":
                    batch = _source(name, ahead)
                else:
                    batch = _rows(table, name, count, ahead, changed if second else 0.0)
                writer.write_table(batch)
        resources.append({"name": table, "path": f"data/{table}.parquet", "rows": pq.read_metadata(path).num_rows})
    descriptor = {"version": "1.1.0" if second else "1.0.0", "created": "2001-02-03T00:00:00Z", "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(descriptor))


def _source(name: str, ahead: int) -> pa.Table:
    lines = "".join(f"{number:0{STEP - 1}}\n" for number in range(SOURCE_ROWS))
    text = (NEW_LINE if ahead else "") + lines
    values: dict[str, str | int] = {
        "source_id": name,
        "path": name,
        "title": name,
        "language": "en",
        "media_type": "text/plain",
    }
    values |= {"encoding": "utf-8", "bytes": len(text), "characters": len(text), "sha256": f"{ahead:064}", "text": text}
    return pa.Table.from_pylist([{**dict.fromkeys(TABLES["sources"].columns), **values}], schema("sources"))


def _rows(table: str, source: str, count: int, ahead: int, changed: float) -> pa.Table:
    """The rows of a table in one source: ids that are addresses, and words, of which some are others than before."""
    numbers = np.arange(count)
    if changed:
        # New rows take the place of those that are gone.
        every = round(1 / changed)
        starts = numbers * STEP + ahead + (numbers % every == 1)
    else:
        starts = numbers * STEP + ahead
    ids = _addresses(source, starts, starts + STEP - 1)
    random = np.random.default_rng(SPAN_TABLES.index(table) * 100_000 + int(source[-5:]))
    words = PHRASES.take(pa.array(random.integers(0, len(PHRASES), count)))
    if changed:
        words = pc.if_else(pa.array(numbers % every == 0), pc.binary_join_element_wise(words, "again", " "), words)
    columns = [_column(f.name, f.type, f.required, ids, words, starts, source, ahead) for f in TABLES[table].fields]
    return pa.Table.from_arrays(columns, schema=schema(table))


def _column(
    name: str, kind: str, required: bool, ids: pa.Array, words: pa.Array, starts: np.ndarray, source: str, ahead: int
) -> pa.Array:
    count = len(ids)
    if name in ("char_start", "char_end"):
        return pa.array(starts + (STEP - 1 if name == "char_end" else 0), pa.int64())
    if name in ("text", "normalized", "surface"):
        return words
    if name == "source_id":
        return pa.array([source] * count)
    if name == "document_id":
        return pa.array([f"{source}@{ahead}-{ahead + SOURCE_ROWS * STEP}"] * count)
    if name in ("sentence_id", "block_id", "date_id", "mention_id", "figure_id"):
        return ids
    if not required:
        return pa.nulls(count, TYPES[kind])
    values = {"string": "x", "integer": 1, "number": 1.0, "boolean": False}
    return pa.array([values[kind]] * count, TYPES[kind])


def _addresses(source: str, starts: np.ndarray, ends: np.ndarray) -> pa.Array:
    parts = (pa.array(starts).cast(pa.string()), pa.array(ends).cast(pa.string()))
    return pc.binary_join_element_wise(f"{source}@", pc.binary_join_element_wise(*parts, "-"), "")


def compare(old: Path, new: Path, to: Path) -> Iterator[str]:
    """Compare as the command does; gives lines to be printed."""
    from regesta.package import release, report  # noqa: PLC0415

    start = time.perf_counter()
    with release.diff(old, new) as found:
        report.write_changes(found, to)
        for (table, what, why), number in report.counts(found):
            yield f"  {table:12} {what:20} {why:16} {number:10,}"
        yield f"  {found.same:,} rows say the same, {found.moved:,} of them at another address"
    seconds, processor = time.perf_counter() - start, time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    yield json.dumps({"seconds": round(seconds, 1), "processor": round(processor, 1), "peak_gb": round(peak, 2)})


def main() -> int:
    """Make the releases, compare them and print; status 1 if a bound is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--changed", type=float, default=0.01)
    parser.add_argument("--shifted", action="store_true", help="edit every second source")
    parser.add_argument("--compare", nargs=3, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.compare:
        for line in compare(*given.compare):
            print(line)
        return 0
    with tempfile.TemporaryDirectory(prefix="regesta-bench-", dir=os.environ.get("REGESTA_BENCH")) as name:
        old, new = Path(name, "1.0.0"), Path(name, "1.1.0")
        write_release(old, given.rows, given.changed, second=False, shifted=given.shifted)
        write_release(new, given.rows, given.changed, second=True, shifted=given.shifted)
        size = sum(path.stat().st_size for path in Path(name).rglob("*") if path.is_file()) / 1e6
        print(f"two releases with {given.rows:,} rows each, {size:,.0f} MB in all")
        command = [sys.executable, "-m", "benchmarks.diff", "--compare", str(old), str(new), f"{name}/changes.parquet"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    print(done.stdout, end="")
    found = json.loads(done.stdout.splitlines()[-1])
    return 0 if found["processor"] < BOUNDS[0] and found["peak_gb"] < BOUNDS[1] else 1


if __name__ == "__main__":
    sys.exit(main())
