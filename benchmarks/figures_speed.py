"""How fast figures are found and measured, and sentences compared; with the cost as the text grows.

    python -m benchmarks.figures_speed [--megabytes 8] [--sentences 100000] [--seed 1] [--per-sentence 0.1]

The text is generated: words and numbers are drawn anew, and hardly a sentence comes twice, so that nothing lives off a
cache; a tenth of the sentences report figures (two or three numbers each), a third name a year or a number that counts
nothing. The clock is CPU time of this process
on one core. `find and measure` takes UTF-8, its sentences and its dates, and gives the figures; `rows` also tells
place, date and source and builds the Arrow table.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Iterator

from regesta.figures.find import Finder, Sentence
from regesta.figures.reuse import near

SYLLABLES = [
    "ba",
    "be",
    "bi",
    "bo",
    "da",
    "de",
    "di",
    "do",
    "fa",
    "fe",
    "ga",
    "go",
    "ka",
    "ke",
    "ki",
    "ko",
    "la",
    "le",
    "li",
    "lo",
    "ma",
    "me",
    "mi",
    "mo",
    "na",
    "ne",
    "ni",
    "no",
    "pa",
    "pe",
    "ra",
    "re",
]
GLUE = [
    "the",
    "a",
    "of",
    "to",
    "in",
    "and",
    "was",
    "were",
    "had",
    "by",
    "for",
    "with",
    "that",
    "from",
    "on",
    "it",
    "they",
    "he",
    "at",
    "which",
    "as",
    "an",
    "be",
]
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


def sample(size: int, seed: int, share: float) -> tuple[bytes, list[Sentence], list[tuple[int, int]]]:
    """About `size` bytes of text, where its sentences are (four a paragraph), and where its dates are."""
    made = sentences(random.Random(seed), share)  # noqa: S311 - not for secrets
    parts: list[str] = []
    spans: list[Sentence] = []
    at = 0
    while at < size:
        line = next(made)
        spans.append(Sentence(at, at + len(line), str(len(spans) // 4)))
        parts.append(line)
        at += len(line) + 1
    raw = " ".join(parts).encode()
    return raw, spans, [found.span(1) for found in YEAR.finditer(raw)]


def finding(megabytes: float, seed: int, share: float) -> tuple[float, int]:
    """CPU seconds for so much text, and how many figures it has; the finder is new, its automaton is built."""
    raw, spans, dates = sample(int(megabytes * 1e6), seed, share)
    find = Finder("en")
    find.find(*sample(20_000, seed + 1, share))
    start = time.process_time()
    found = find.find(raw, spans, dates)
    return time.process_time() - start, len(found)


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
    options.add_argument("--megabytes", type=float, default=8)
    options.add_argument("--sentences", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--per-sentence", type=float, default=0.1, help="share of sentences that report figures")
    asked = options.parse_args()
    print(f"find and measure, {asked.per_sentence:.0%} of sentences report figures")
    print(f"{'MB':>8} {'seconds':>9} {'MB/s':>7} {'figures':>9} {'µs/figure':>10}")
    for part in (16, 8, 4, 2, 1):
        size = asked.megabytes / part
        seconds, figures = finding(size, asked.seed, asked.per_sentence)
        print(f"{size:8.2f} {seconds:9.3f} {size / seconds:7.1f} {figures:9d} {seconds / max(figures, 1) * 1e6:10.1f}")
    print("\nreuse")
    print(f"{'sentences':>10} {'seconds':>9} {'pairs':>9}")
    for part in (16, 8, 4, 2, 1):
        keys = sorted(set(copied(asked.sentences // part, asked.seed)))
        start = time.process_time()
        pairs = sum(1 for _ in near(keys))
        print(f"{len(keys):10d} {time.process_time() - start:9.2f} {pairs:9d}")


if __name__ == "__main__":
    main()
