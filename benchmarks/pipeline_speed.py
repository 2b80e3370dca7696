"""The whole road from texts to a release: throughput, memory, Prefect's share, and what people would pick instead.

    make bench
    python -m benchmarks.pipeline_speed [--sizes 2MB 10MB] [--gigabyte] [--write docs]

Texts are generated (`benchmarks.corpus`), another corpus for each size. The clock is processor time of one process, the
best of `--repeat` runs, for it tells the same on a busy machine; only workers and incremental builds are timed on the
wall. Each measurement is a process of its own, its peak memory that of the process. Peers read a part of the same texts
in the same run and do what they can of it: spaCy (blank, sentencizer, entity ruler with the authority's names) with
dateparser looking for dates in every sentence; datatrove's reader, a filter and a writer, which finds nothing;
datefinder, which finds dates. Peers that are not installed are left out. With `--write` the table and the plot in the
folder's performance.md are made anew.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.corpus import size_of, write

_HERE = Path(__file__).parents[1]
_DAY = dt.date(2026, 1, 1)
_FILE = 10_000
_BEGIN, _END = "<!-- measured -->", "<!-- /measured -->"
Row = dict[str, Any]


def main() -> None:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--sizes", nargs="+", type=size_of, default=[size_of(s) for s in ("2MB", "10MB")])
    parser.add_argument("--gigabyte", action="store_true", help="100 MB and 1 GB as well; takes long")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--write", type=Path, metavar="DOCS")
    parser.add_argument("--one", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(_MEASURES[args.one[0]](Path(args.one[1]))))
        return
    sizes = [*args.sizes, *([size_of("100MB"), size_of("1GB")] if args.gigabyte else [])]
    with tempfile.TemporaryDirectory(prefix="regesta-bench-") as name:
        rows, others = _measured(Path(name), sizes, args.repeat)
    lines = _table(rows, others)
    print("\n".join(lines))
    if args.write:
        _write(args.write, lines, rows)


def _measured(scratch: Path, sizes: list[int], repeat: int) -> tuple[list[Row], dict[str, Row]]:
    rows, others = [], {}
    for number, size in enumerate(sizes):
        folder = scratch / f"corpus-{size}"
        written = write(folder, size, max(10, size // _FILE // 10), seed=number)
        best = min((_alone("road", folder) for _ in range(repeat)), key=lambda row: sum(row["seconds"].values()))
        rows.append({**best, "bytes": written})
        if number == 0:
            for what in ("spacy", "datatrove", "datefinder"):
                if find_spec(what):
                    others[what] = _alone(what, folder)
            if "spacy" in others:
                others["quality"] = _alone("quality", folder)
            others |= {what: _alone(what, folder) for what in ("workers", "incremental")}
        if number == min(1, len(sizes) - 1):
            others["prefect"] = {**_alone("prefect", folder), "bytes": written}
        shutil.rmtree(folder)
    return rows, others


def _alone(what: str, folder: Path) -> Row:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.pipeline_speed", "--one", what, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    if done.returncode:
        raise SystemExit(f"{what}: {done.stderr[-2000:]}")
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row


# --- what is measured -------------------------------------------------------------------------------------------------


def road(folder: Path) -> Row:
    """Every stage without Prefect: seconds of processor time of each, and peak memory in bytes."""
    from regesta import corpus, shards, work  # noqa: PLC0415
    from regesta.entities.authority import FOLDER, load  # noqa: PLC0415

    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[..., Any], *arguments: Any) -> Any:
        start = time.process_time()
        result = work(*arguments)
        seconds[name] = seconds.get(name, 0.0) + time.process_time() - start
        return result

    with tempfile.TemporaryDirectory() as name:
        processed, out = Path(name, "processed"), Path(name, "out")
        catalogue = timed("plan", corpus.load, folder)
        outputs = []
        for shard in timed("plan", shards.plan, catalogue, folder):
            ingested = timed("ingest", work.ingest_shard, folder, catalogue, shard, processed)
            segmented = timed("segment", work.segment_shard, ingested, shard.sources, processed)
            outputs += [
                ingested,
                segmented,
                timed("extract", work.extract_shard, ingested, segmented, processed, folder),
            ]
        made = timed("publish", work.publish, outputs, folder, out, processed, _DAY)
    assert load(folder / FOLDER).entities
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"seconds": seconds, "peak": peak, "rows": sum(made.rows.values())}


def prefect(folder: Path) -> Row:
    """Processor time of a build with Prefect's flows and tasks, beside that of the same work without; both warm."""
    from prefect.testing.utilities import prefect_test_harness  # noqa: PLC0415

    from flows.build import build  # noqa: PLC0415

    road(folder)  # Grammars are read, and memo tables full.
    with tempfile.TemporaryDirectory() as name, prefect_test_harness(server_startup_timeout=300):
        start = time.process_time()
        build(folder, Path(name, "out"), Path(name, "processed"), _DAY)
        with_it = time.process_time() - start
    return {"with": with_it, "without": sum(road(folder)["seconds"].values())}


def workers(folder: Path) -> Row:
    """Wall time of the shards of a corpus with one worker and with two, on processes and on Dask."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    from regesta import corpus, shards, work  # noqa: PLC0415
    from regesta.engines import engine  # noqa: PLC0415

    catalogue = corpus.load(folder)
    parts = shards.plan(catalogue, folder, 200_000)
    found: Row = {}
    for kind in ("processes", "dask") if find_spec("distributed") else ("processes",):
        for count in (1, 2):
            with (
                tempfile.TemporaryDirectory() as name,
                engine(kind, count) as call,
                ThreadPoolExecutor(count) as asking,
            ):

                def run(shard: Any, call: Any = call, processed: Path = Path(name)) -> Any:
                    return call(work.process_shard, folder, catalogue, shard, processed)

                # Every worker reads its grammars first.
                list(asking.map(run, parts[:count]))
                start = time.perf_counter()
                list(asking.map(run, parts[2:]))
                found[f"{kind} {count}"] = time.perf_counter() - start
    return found


def incremental(folder: Path) -> Row:
    """Processor time of a full build, of one after a file has changed, and of one after nothing has."""
    from regesta import corpus, shards, work  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as name:
        processed, out = Path(name, "processed"), Path(name, "out")

        def build() -> tuple[float, float]:
            start = time.process_time()
            catalogue = corpus.load(folder)
            outputs: list[str] = []
            for shard in shards.plan(catalogue, folder):
                outputs += work.process_shard(folder, catalogue, shard, processed)
            middle = time.process_time()
            work.publish(outputs, folder, out, processed, _DAY)
            return middle - start, time.process_time() - middle

        full = build()
        same = build()
        changed = folder / corpus.load(folder).sources[-1].path
        changed.write_text(changed.read_text(encoding="utf-8") + "\n\nThe harbour was closed on 3 May 1994.\n", "utf-8")
        one = build()
    return {"full": full, "same": same, "one": one, "files": len(list((folder / "texts").iterdir()))}


def quality(_folder: Path) -> Row:
    """F1 on the annotated papers of this corpus, of spaCy and dateparser and ours, by layer."""
    return peers.found_by_spacy(_HERE / "raw", _HERE / "datapackage", _HERE / "tests" / "gold")


_MEASURES: dict[str, Callable[[Path], Row]] = {
    measure.__name__: measure
    for measure in (road, prefect, workers, incremental, quality, peers.spacy, peers.datatrove, peers.datefinder)
}


# --- what is told -----------------------------------------------------------------------------------------------------


def _table(rows: list[Row], others: dict[str, Row]) -> list[str]:
    rate = rows[-1]["bytes"] / sum(rows[-1]["seconds"].values())
    lines = ["| beside | throughput, ours to theirs |", "| --- | --- |"]
    names = {
        "spacy": "spaCy (sentences, entity ruler) and dateparser",
        "datatrove": "datatrove: read, filter, write; finds nothing",
        "datefinder": "datefinder: dates only",
    }
    for what, name in names.items():
        if what in others:
            ratio = rate * others[what]["seconds"] / others[what]["bytes"]
            lines.append(f"| {name} | {ratio:.3g} × |")
    for layer, figures in others.get("quality", {}).items():
        told = ", ".join(f"{name} {theirs:.2f} to our {ours:.2f}" for name, (theirs, ours) in figures.items())
        lines.append(f"| the same, F1 on the annotated papers, {layer} | {told} |")
    if "prefect" in others:
        share = 1 - others["prefect"]["without"] / others["prefect"]["with"]
        size = f"{others['prefect']['bytes'] / 1e6:,.0f} MB"
        lines.append(
            f"| the same work without Prefect, {size} | Prefect takes {max(share, 0):.0%} of the processor time |"
        )
    for kind in ("processes", "dask"):
        if f"{kind} 2" in others.get("workers", {}):
            ratio = others["workers"][f"{kind} 1"] / others["workers"][f"{kind} 2"]
            lines.append(f"| one worker ({kind}) | two workers: {ratio:.2f} × |")
    if found := others.get("incremental"):
        shards, whole = found["one"][0] / found["full"][0], sum(found["one"]) / sum(found["full"])
        lines.append(
            f"| a full build of {found['files']} files | one file changed: {whole:.0%}, of its shards {shards:.0%} |"
        )
        lines.append(f"| a full build | nothing changed: {sum(found['same']) / sum(found['full']):.1%} |")
    stages = list(rows[0]["seconds"])
    lines += ["", f"| corpus | whole | {' | '.join(stages)} | peak memory |", f"| --- |{' --- |' * (len(stages) + 2)}"]
    for row in rows:
        total = sum(row["seconds"].values())
        parts = " | ".join(f"{row['seconds'][stage] / total:.0%}" for stage in stages)
        rate, peak = row["bytes"] / 1e6 / total, row["peak"] / 1e9
        lines.append(f"| {row['bytes'] / 1e6:,.0f} MB | {rate:.2f} MB/s | {parts} | {peak:.2f} GB |")
    return lines


def _write(docs: Path, lines: list[str], rows: list[Row]) -> None:
    path = docs / "performance.md"
    text = path.read_text(encoding="utf-8")
    body = "\n".join([_BEGIN, *lines, _END])
    path.write_text(re.sub(f"{_BEGIN}.*{_END}", lambda _: body, text, flags=re.DOTALL), encoding="utf-8")
    import altair as alt  # noqa: PLC0415

    values = [
        {
            "corpus, MB": round(row["bytes"] / 1e6),
            "stage": stage,
            "seconds of one core per MB": seconds * 1e6 / row["bytes"],
        }
        for row in rows
        for stage, seconds in row["seconds"].items()
    ]
    chart = (
        alt.Chart(alt.Data(values=values))
        .mark_bar()
        .encode(x=alt.X("corpus, MB:O"), y=alt.Y("seconds of one core per MB:Q"), color=alt.Color("stage:N"))
    )
    chart.properties(width=360, height=240).save(str(docs / "performance.png"), scale_factor=2)


if __name__ == "__main__":
    main()
