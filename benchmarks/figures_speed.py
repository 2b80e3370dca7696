"""How fast figures are found and measured, and sentences compared; with the cost as the text grows.

    python -m benchmarks.figures_speed [--megabytes 1 10 100] [--release FOLDER] [--sentences 100000] [--seed 1]
                                       [--per-sentence 0.1]

What is timed is finding and measuring: from UTF-8, its sentences and its dates to the figures, each with its measure,
group, unit, qualifier, noun and whole. Place, date, source and quotation, and the Arrow table, come after that (`rows`)
and are not in it, nor is the cutting into sentences or the search for dates.

The text is generated: words and numbers are drawn anew, and hardly a sentence comes twice; a tenth of the sentences
report figures (one to three numbers each), a third name a year and a number that counts nothing. That makes about
1,800 figures a megabyte. With `--release` the papers of a release are timed as well, once each and in order.

The clock is CPU time of one process on one core. `first` is a new process, in which nothing is loaded or learnt but the
modules: word lists, automata and all; `again` is the same text once more.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.corpus import GLUE, SYLLABLES
from regesta.figures.find import Finder, Sentences
from regesta.figures.reuse import near
from regesta.figures.texts import different

PEOPLE = ["people", "civilians", "residents", "workers", "villagers", "soldiers", "passengers", "farmers", "students"]
GROUPS = ["women", "children", "elderly", "men"]
VERBS = ["were killed", "were injured", "went missing", "were evacuated", "were taken hostage", "died", "took part"]
HEDGES = ["", "", "", "about ", "more than ", "at least ", "nearly ", "some ", "up to "]


def sentences(rng: random.Random, share: float) -> Iterator[str]:
    """Sentences without end; `share` of them report figures."""
    lexicon = ["".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 4))) for _ in range(30_000)]

    def words(n: int) -> str:
        return " ".join(rng.choice(GLUE if rng.random() < 0.4 else lexicon) for _ in range(n))

    def number() -> str:
        n = int(10 ** rng.uniform(0.7, 4.5))
        return rng.choice([str(n), f"{n:,}", f"{n % 900 + 10}", "hundreds of", f"{n % 80 + 2} thousand"])

    def report() -> str:
        people, verb = rng.choice(PEOPLE), rng.choice(VERBS)
        told = f"{rng.choice(HEDGES)}{number()} {people}"
        if rng.random() < 0.4:
            told += (
                f", including {rng.randint(4, 99)} {rng.choice(GROUPS)} and {rng.randint(4, 99)} {rng.choice(GROUPS)},"
            )
        return f"{told} {verb}"

    while True:
        text = words(rng.randint(6, 20)).capitalize()
        roll = rng.random()
        if roll < share:
            text += f" {report()} {words(rng.randint(2, 8))}"
        elif roll < share + 0.3:
            text += f" in {rng.randint(1900, 2020)} {words(4)}, No. {rng.randint(1, 900)} {words(3)}"
        yield text + "."


YEAR = re.compile(rb" in ((?:19|20)\d\d) ")


def sample(size: int, seed: int, share: float) -> tuple[bytes, Sentences, list[tuple[int, int]]]:
    """About `size` bytes of text, where its sentences are (four a paragraph), and where its dates are."""
    made = sentences(random.Random(seed), share)  # noqa: S311 - not for secrets
    parts: list[str] = []
    spans: list[tuple[int, int, int]] = []
    at = 0
    while at < size:
        line = next(made)
        spans.append((at, at + len(line), len(spans) // 4))
        parts.append(line)
        at += len(line) + 1
    raw = " ".join(parts).encode()
    return raw, Sentences.of(spans), [found.span(1) for found in YEAR.finditer(raw)]


Text = tuple[bytes, Sentences, list[tuple[int, int]]]
Timed = tuple[float, float, int, int]


def papers(release: Path) -> list[Text]:
    """The sources of a release, each with its sentences and dates, in bytes."""
    tables = {
        n: pq.read_table(release / "data" / f"{n}.parquet").to_pylist() for n in ("sources", "sentences", "dates")
    }
    made = []
    for source in tables["sources"]:
        at = [0, *accumulate(len(c.encode("utf-8", "surrogatepass")) for c in source["text"])]

        def mine(name: str, key: str, source_id: str = source["source_id"]) -> list[dict[str, Any]]:
            rows = [r for r in tables[name] if r[key].partition("@")[0] == source_id]
            return sorted(rows, key=lambda r: (r["char_start"], r["char_end"]))

        blocks: dict[str, int] = {}
        spans = [
            (at[r["char_start"]], at[r["char_end"]], blocks.setdefault(r["block_id"], len(blocks)))
            for r in mine("sentences", "sentence_id")
        ]
        dates = [(at[r["char_start"]], at[r["char_end"]]) for r in mine("dates", "date_id")]
        made.append((source["text"].encode("utf-8", "surrogatepass"), Sentences.of(spans), dates))
    return made


def finding(texts: list[Text]) -> Timed:
    """CPU seconds for some texts from nothing and again, their bytes, and how many figures they have."""
    start = time.process_time()
    find = Finder("en")
    found = sum(len(find.find(*text)) for text in texts)
    first = time.process_time() - start
    start = time.process_time()
    for text in texts:
        find.find(*text)
    return first, time.process_time() - start, sum(len(raw) for raw, _, _ in texts), found


def generated(megabytes: float, seed: int, share: float) -> Timed:
    """The times for so much generated text."""
    return finding([sample(int(megabytes * 1e6), seed, share)])


def released(release: Path) -> Timed:
    """The times for the papers of a release."""
    return finding(papers(release))


def alone(task: Callable[..., Timed], *given: object) -> Timed:
    """Call a function in a new process."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(task, *given).result()


def tell(first: float, again: float, size: int, figures: int) -> None:
    """Print a line of the table."""
    mb = size / 1e6
    print(f"{mb:8.2f} {figures / mb:11.0f} {first:9.2f} {mb / first:7.1f} {again:9.2f} {mb / again:7.1f}", flush=True)


def copied(count: int, seed: int) -> list[str]:
    """Sentences of which a fifth is an earlier one with a word or two changed."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    made = sentences(rng, 0.25)
    out: list[str] = []
    while len(out) < count:
        if out and rng.random() < 0.2:
            words = rng.choice(out).split()
            words[rng.randrange(len(words))] = "other"
            out.append(" ".join(words))
        else:
            out.append(" ".join(next(made).lower().replace(",", "").rstrip(".").split()))
    return out


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    options.add_argument("--megabytes", type=float, nargs="+", default=[1, 10, 100])
    options.add_argument("--release", type=Path, help="a release whose papers are timed as well")
    options.add_argument("--sentences", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--per-sentence", type=float, default=0.1, help="share of sentences that report figures")
    asked = options.parse_args()
    print(f"find and measure, {asked.per_sentence:.0%} of sentences report figures")
    print(f"{'MB':>8} {'figures/MB':>11} {'first, s':>9} {'MB/s':>7} {'again, s':>9} {'MB/s':>7}")
    for megabytes in asked.megabytes:
        tell(*alone(generated, megabytes, asked.seed, asked.per_sentence))
    if asked.release:
        print("the papers of the release")
        tell(*alone(released, asked.release))
    print("\nreuse")
    print(f"{'sentences':>10} {'seconds':>9} {'pairs':>9}")
    for part in (16, 8, 4, 2, 1):
        keys = sorted(set(copied(asked.sentences // part, asked.seed)))
        start = time.process_time()
        pairs = sum(len(low) for low, *_ in near(different(pa.chunked_array([keys]))[0]))
        print(f"{len(keys):10d} {time.process_time() - start:9.2f} {pairs:9d}")


if __name__ == "__main__":
    main()
