"""What the web pages of a release cost: of the first release, and of one with very many papers.

    python -m benchmarks.site --papers 10000

The large release is the first one many times over: every copy of a source has a name of its own, and its rows the
addresses there; entities stay the same. It is written once to a temporary folder. Memory is the most that this process
and any one of its workers held.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from regesta.loading import load
from regesta.site import write_site

RELEASE = Path(__file__).parents[1] / "datapackage" / "1.0.0"
SHARED = ("entities", "aliases", "changes", "id_map")
"""Tables that every copy of the papers shares."""
ADDRESS = r"^[a-z0-9._-]+@\d+-\d+"


def multiply(release: Path, folder: Path, papers: int) -> int:
    """Write a release with at least so many papers; gives how many."""
    source = load(release)
    copies = -(-papers // source["documents"].rows)
    (folder / "data").mkdir(parents=True)
    descriptor = json.loads((release / "datapackage.json").read_text())
    for resource_ in descriptor["resources"]:
        table = source[resource_["name"]].arrow().replace_schema_metadata()
        if resource_["name"] not in SHARED:
            target = folder / resource_["path"]
            with pq.ParquetWriter(target, table.schema, compression="zstd") as writer:
                for copy in range(copies):
                    writer.write_table(_renamed(table, f"c{copy}-"))
            resource_["rows"] *= copies
        else:
            (folder / resource_["path"]).parent.mkdir(exist_ok=True)
            pq.write_table(table, folder / resource_["path"])
        resource_.pop("hash", None)
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    return copies * source["documents"].rows


def _renamed(table: pa.Table, prefix: str) -> pa.Table:
    """The table with every source and address named anew."""
    for n, field in enumerate(table.schema):
        if not pa.types.is_string(field.type) or field.name in ("text", "normalized", "surface", "title", "message"):
            continue
        column = table[n]
        if field.name == "source_id":
            named = pc.binary_join_element_wise(prefix, column, "")
        else:
            addressed = pc.fill_null(pc.match_substring_regex(column, ADDRESS), False)
            named = pc.if_else(addressed, pc.binary_join_element_wise(prefix, column, ""), column)
        table = table.set_column(n, field, named)
    return table


def measure(release: Path, out: Path, workers: int) -> None:
    """Write a site, and print what it took."""
    begun = time.perf_counter()
    before = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    made = write_site(release, out, workers=workers)
    seconds = time.perf_counter() - begun
    after = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(b.ru_utime + b.ru_stime - a.ru_utime - a.ru_stime for a, b in zip(before, after, strict=True))
    memory = max(usage.ru_maxrss for usage in after) / 1024
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1e6
    print(
        f"{made.pages} pages, {size:,.0f} MB: {seconds:.1f} s, {cpu:.1f} s of CPU, "
        f"at most {memory:,.0f} MB in one process",
        flush=True,
    )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="regesta-bench-") as name:
        folder = Path(name)
        print("the first release:", end=" ", flush=True)
        measure(RELEASE, folder / "small", 1)
        papers = multiply(RELEASE, folder / "release", given.papers)
        print(f"{papers} papers on {given.workers} processes:", end=" ", flush=True)
        measure(folder / "release", folder / "large", given.workers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
