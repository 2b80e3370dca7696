"""What the web pages of a release cost: of the first release, and of one with very many papers.

    python -m benchmarks.site --papers 10000
    python -m benchmarks.site --screenshots docs

The large release is the first one many times over: every copy of a source has a name of its own, and its rows the
addresses there; entities stay the same. It is written once to a temporary folder. Memory is the most that this process
and any one of its workers held. The screenshots are of the site of the first release, in a Chromium of this machine.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from regesta.loading import load
from regesta.package.release import find_release
from regesta.site import links, open_register, write_site

RELEASE = find_release(Path(__file__).parents[1] / "datapackage")
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


def shoot(out: Path, browser: str) -> None:
    """Write the screenshots: what is most often reported, and the paper that reports most at an address of it."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (measuring needs no browser)

    register = open_register(RELEASE)
    key = max(register.series, key=lambda one: register.series[one])
    figures = register.release["figures"].arrow().to_pylist()
    many = Counter(row["document_id"] for row in figures)
    ours = [row for row in figures if (row["measure"], row["group"], row["unit"], row["place_entity_id"]) == key]
    shown = max(ours, key=lambda row: many[row["document_id"]])
    shots = {
        "site-figures.png": (links.series(*key), 740),
        "site-paper.png": (register.addresses(shown["figure_id"]), 540),
    }
    with tempfile.TemporaryDirectory(prefix="regesta-bench-") as name:
        site = write_site(RELEASE, Path(name, "site"), searchable=False).folder
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(site)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as running:
            chromium = running.chromium.launch(executable_path=browser, args=["--no-sandbox"])
            for file, (path, height) in shots.items():
                page = chromium.new_page(viewport={"width": 1280, "height": height})
                page.goto(f"http://127.0.0.1:{server.server_port}/{path}")
                page.wait_for_timeout(500)  # Until the address is shown.
                page.screenshot(path=out / file)
            chromium.close()
        server.shutdown()


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--screenshots", type=Path, help="only write screenshots into this folder")
    parser.add_argument("--browser", default=shutil.which("chromium"), help="the Chromium for them")
    given = parser.parse_args()
    if given.screenshots:
        shoot(given.screenshots, given.browser)
        return 0
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
