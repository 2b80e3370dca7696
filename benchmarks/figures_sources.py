"""Who says so, judged by reading: a sample of 100 figures of the corpus in `raw/`, drawn with a fixed seed.

    python -m benchmarks.figures_sources RELEASE_FOLDER [--draw]

`figures_sources.tsv` holds the sample: for each figure what a reader of the paper answers to "does the paper name a
source for this number, and which words name it?" and "does it stand inside quotation marks?". Without `--draw` the
release is compared with it; with `--draw` the sample is drawn again, to be judged anew.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from pathlib import Path

import pyarrow.parquet as pq

JUDGED = Path(__file__).with_suffix(".tsv")
SIZE, SEED = 100, 1992
_AROUND = 90


def draw(release: Path) -> None:
    """Print a new sample with its surroundings and what the release says."""
    rows = pq.read_table(release / "data" / "figures.parquet").to_pylist()
    texts = {r["source_id"]: r["text"] for r in pq.read_table(release / "data" / "sources.parquet").to_pylist()}
    chosen = random.Random(SEED).sample(sorted(rows, key=lambda r: r["figure_id"]), SIZE)  # noqa: S311
    writer = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    writer.writerow(("figure_id", "attributed_to", "quoted", "words around"))
    for row in sorted(chosen, key=lambda r: (r["source_id"], r["char_start"])):
        text = texts[row["source_id"]]
        around = text[max(0, row["char_start"] - _AROUND) : row["char_end"] + _AROUND]
        quoted = "yes" if row["quoted"] else "no"
        writer.writerow((row["figure_id"], row["attributed_to"] or "", quoted, " ".join(around.split())))


def compare(release: Path) -> None:
    """Print how many of the judged figures the release tells rightly, and each that it does not."""
    rows = {r["figure_id"]: r for r in pq.read_table(release / "data" / "figures.parquet").to_pylist()}
    with JUDGED.open(encoding="utf-8", newline="") as file:
        judged = list(csv.DictReader(file, delimiter="\t"))
    source = quotation = 0
    for wanted in judged:
        got = rows.get(wanted["figure_id"])
        if got is None:
            print(f"not found: {wanted['figure_id']}")
            continue
        right = (got["attributed_to"] or "") == wanted["attributed_to"]
        marked = got["quoted"] == (wanted["quoted"] == "yes")
        source, quotation = source + right, quotation + marked
        if not (right and marked):
            print(f"wrong: {wanted['figure_id']}: {got['attributed_to']!r}, {got['quoted']}; judged {wanted}")
    print(f"attributed_to {source}/{len(judged)}, quoted {quotation}/{len(judged)}")


def main() -> None:
    """Draw or compare."""
    options = argparse.ArgumentParser(description="Who says so: a sample judged by reading.")
    options.add_argument("release", type=Path)
    options.add_argument("--draw", action="store_true")
    asked = options.parse_args()
    (draw if asked.draw else compare)(asked.release)


if __name__ == "__main__":
    main()
