"""Who says so, judged by reading: two samples of 100 figures of the corpus in `raw/`, drawn with fixed seeds.

    python -m benchmarks.figures_sources RELEASE_FOLDER [--draw]

`figures_sources.tsv` holds a sample of all figures, most of which have no source and stand in no quotation.
`figures_sources_hard.tsv` holds a harder one: 60 figures with a verb of saying or a quotation mark in their sentence or
the one before, 40 without. For each figure both say what a reader of the paper answers to "does the paper name a source
for this number, and which words name it?" and "does it stand inside quotation marks?". The harder one was judged before
the answers of the rules were seen; ten rows were judged again after the comparison, on reading more of the paper: their
quotation opened, or was told whose it is, beyond the words first read.

Without `--draw` a release is compared with both; with `--draw` the harder one is drawn again, to be judged anew.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import sys
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq

JUDGED = [Path(__file__).with_name(f"figures_sources{which}.tsv") for which in ("", "_hard")]
CUED, PLAIN, SEED = 60, 40, 2026
CUE = re.compile(
    r"[\"“”„«»]|\b(?:accord|cit(?:ed|ing)|estimat|quot|report|sa(?:id|y)|stat(?:ed|es|ing|ement)\b|t(?:old|ells?)\b|wr(?:ot|it)"
    r"|announc|claim|conclud|confirm|declar|inform|not(?:ed|es)\b|reveal|testif|letter|document|data\b|source|interview)",
    re.IGNORECASE,
)
_BEFORE, _AFTER = 330, 200


def draw(release: Path) -> None:
    """Print a new harder sample, each figure with the words around it; the answers are left to the reader."""
    tables = {
        n: pq.read_table(release / "data" / f"{n}.parquet").to_pylist() for n in ("sources", "sentences", "figures")
    }
    texts = {r["source_id"]: r["text"] for r in tables["sources"]}
    ordered = sorted(tables["sentences"], key=lambda r: (r["sentence_id"].partition("@")[0], r["char_start"]))
    said = {
        r["sentence_id"]: texts[r["sentence_id"].partition("@")[0]][r["char_start"] : r["char_end"]] for r in ordered
    }
    near = {r["sentence_id"]: said[before["sentence_id"]] for before, r in pairwise(ordered)}
    rows = sorted(tables["figures"], key=lambda r: (r["source_id"], r["char_start"]))
    cued = [r for r in rows if CUE.search(near.get(r["sentence_id"], "") + "\n" + said[r["sentence_id"]])]
    plain = [r for r in rows if r not in cued]
    rng = random.Random(SEED)  # noqa: S311
    chosen = rng.sample(cued, CUED) + rng.sample(plain, PLAIN)
    writer = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    writer.writerow(("figure_id", "attributed_to", "quoted", "words around"))
    for row in sorted(chosen, key=lambda r: (r["source_id"], r["char_start"])):
        text, start, end = texts[row["source_id"]], row["char_start"], row["char_end"]
        around = f"{text[max(0, start - _BEFORE) : start]}[[{text[start:end]}]]{text[end : end + _AFTER]}"
        writer.writerow((row["figure_id"], "", "", " ".join(around.split())))


def compare(release: Path) -> None:
    """Print how many of the judged figures the release tells rightly, and each that it does not."""
    for path in JUDGED:
        compare_with(path, release)


def compare_with(path: Path, release: Path) -> None:
    """The same for one sample."""
    rows = {r["figure_id"]: r for r in pq.read_table(release / "data" / "figures.parquet").to_pylist()}
    with path.open(encoding="utf-8", newline="") as file:
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
    print(f"{path.name}: attributed_to {source}/{len(judged)}, quoted {quotation}/{len(judged)}")


def main() -> None:
    """Draw or compare."""
    options = argparse.ArgumentParser(description="Who says so: a sample judged by reading.")
    options.add_argument("release", type=Path)
    options.add_argument("--draw", action="store_true")
    asked = options.parse_args()
    (draw if asked.draw else compare)(asked.release)


if __name__ == "__main__":
    main()
