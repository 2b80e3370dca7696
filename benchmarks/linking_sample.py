"""Are mentions linked to the dates that govern them? A sample of 150 links, judged by reading.

Run: python -m benchmarks.linking_sample           what share of the judged links is right, and which have changed
     python -m benchmarks.linking_sample --draw    the sample anew, as the file to judge

`linking_sample.tsv` holds the links drawn from the corpus in raw/ (fixed seed, papers of kind `contents` left out) and
a verdict on each. A link is right when it gives the date that the paper itself gives for what is said there, in the
sentence or in the passage around it, and the paper's own date (or none, where the paper has none) only where the
passage gives no other. A link that has changed since it was judged counts as wrong until somebody judges it again.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from pathlib import Path
from typing import Any

from regesta import corpus, stages
from regesta.entities import authority

SEED, SIZE = 2026, 150
FILE = Path(__file__).with_suffix(".tsv")
FIELDS = ["mention_id", "surface", "relation", "edtf", "verdict", "remark", "sentence"]


def tables(folder: Path = Path("raw")) -> stages.Tables:
    """The tables of the corpus, made by the stages."""
    described, names = corpus.load(folder), authority.load(folder / authority.FOLDER)
    read = stages.ingest(folder, described, described.sources)
    cut = stages.segment(read, described.sources)
    return stages.merge([read, cut, stages.extract({**read, **cut}, names)], names)


def draw(made: stages.Tables) -> list[dict[str, Any]]:
    """The sample, without verdicts."""
    kinds = dict(zip(*(made["documents"][c].to_pylist() for c in ("document_id", "kind")), strict=True))
    surfaces = dict(zip(*(made["mentions"][c].to_pylist() for c in ("mention_id", "surface")), strict=True))
    sentences = dict(zip(*(made["sentences"][c].to_pylist() for c in ("sentence_id", "normalized")), strict=True))
    rows = [row for row in made["dated_entities"].to_pylist() if kinds[row["document_id"]] != "contents"]
    rows.sort(key=lambda row: row["dated_entity_id"])
    chosen = random.Random(SEED).sample(rows, SIZE)  # noqa: S311
    words = [{"surface": surfaces[row["mention_id"]], "sentence": sentences[row["sentence_id"]]} for row in chosen]
    return [{name: row.get(name, "") for name in FIELDS} | more for row, more in zip(chosen, words, strict=True)]


def main() -> None:
    """Print the share of right links, or the sample to judge."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--draw", action="store_true", help="print the sample to judge")
    made = tables()
    if options.parse_args().draw:
        writer = csv.DictWriter(sys.stdout, FIELDS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(draw(made))
        return
    now = {row["mention_id"]: row for row in made["dated_entities"].to_pylist()}
    with FILE.open(encoding="utf-8", newline="") as file:
        judged = list(csv.DictReader(file, delimiter="\t"))
    changed = [row for row in judged if not _same(row, now.get(row["mention_id"]))]
    right = sum(row["verdict"] == "right" for row in judged if row not in changed)
    for row in changed:
        print("changed:", row["mention_id"], repr(row["surface"]), row["relation"], row["edtf"] or "no date")
    share = right / len(judged)
    print(f"{right} of {len(judged)} links right ({share:.3f}); {len(changed)} changed since they were judged")


def _same(row: dict[str, str], link: dict[str, Any] | None) -> bool:
    return link is not None and (link["relation"], link["edtf"] or "") == (row["relation"], row["edtf"])


if __name__ == "__main__":
    main()
