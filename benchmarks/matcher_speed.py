"""How fast names are found, beside spaCy's PhraseMatcher and flashtext2.

Run: python -m benchmarks.matcher_speed [--megabytes 20] [--names 5000 1000000] [--peers]

The text is the corpus in raw/, repeated; the names are its runs of capitalised words, filled up with made-up names
(fixed seed), so that many of them really occur. Measured is the whole of `Matcher.find`: folding, automaton, word
boundaries, case, overlaps, and offsets in code points. One process, processor time, the best of three runs.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.corpus import SYLLABLES
from regesta.entities.matcher import Matcher

SEED = 20260101


def corpus(megabytes: float) -> str:
    """The texts in raw/, repeated up to a size."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path("raw").glob("*.txt")))
    return text * max(1, round(megabytes * 1e6 / len(text.encode())))


def names(text: str, count: int) -> list[str]:
    """Names of the text and made-up ones, `count` in all, the same on every machine."""
    real = sorted(set(re.findall(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)*\b", text)))
    pick = random.Random(SEED)  # noqa: S311
    made: dict[str, None] = dict.fromkeys(pick.sample(real, min(len(real), count // 2)))
    while len(made) < count:
        words = ("".join(pick.choices(SYLLABLES, k=pick.randint(2, 4))).capitalize() for _ in range(pick.randint(1, 3)))
        made[" ".join(words)] = None
    return list(made)


def timed(work: Callable[[], object], runs: int = 3) -> float:
    """Seconds of processor time, the best of some runs."""
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def line(name: str, text: str, aliases: list[str], seconds: float, built: float, found: int) -> str:
    """One line of the report."""
    speed = len(text.encode()) / 1e6 / seconds
    return f"{name:12} {len(aliases):>9,} names {speed:7.2f} MB/s  built in {built:5.1f} s  {found:>9,} hits"


def ours(text: str, aliases: list[str]) -> str:
    """One line about our matcher."""
    start = time.process_time()
    matcher = Matcher(aliases)
    built = time.process_time() - start
    found = len(matcher.find(text).name)
    seconds = timed(lambda: matcher.find(text))
    return line("regesta", text, aliases, seconds, built, found)


def flashtext(text: str, aliases: list[str]) -> str:
    """One line about flashtext2, where it is installed."""
    try:
        from flashtext2 import KeywordProcessor  # noqa: PLC0415
    except ImportError:
        return "flashtext2   is not installed: pip install flashtext2"
    start = time.process_time()
    processor = KeywordProcessor(case_sensitive=True)
    for name in aliases:
        processor.add_keyword(name)
    built = time.process_time() - start
    found = len(processor.extract_keywords_with_span(text))
    seconds = timed(lambda: processor.extract_keywords_with_span(text))
    return line("flashtext2", text, aliases, seconds, built, found)


def spacy(text: str, aliases: list[str]) -> str:
    """One line about spaCy's PhraseMatcher with a blank pipeline, where it is installed; on a tenth of the text."""
    try:
        import spacy as package  # noqa: PLC0415
        from spacy.matcher import PhraseMatcher  # noqa: PLC0415
    except ImportError:
        return "spaCy        is not installed: pip install spacy"
    language = package.blank("en")
    text = text[: len(text) // 10]
    language.max_length = len(text) + 1
    start = time.process_time()
    matcher = PhraseMatcher(language.vocab)
    matcher.add("names", list(language.tokenizer.pipe(aliases)))
    built = time.process_time() - start
    parts = text.split("\n\n")
    seconds = timed(lambda: [matcher(doc) for doc in language.tokenizer.pipe(parts)], runs=1)
    found = sum(len(matcher(doc)) for doc in language.tokenizer.pipe(parts))
    return line("spaCy", text, aliases, seconds, built, found)


def main() -> None:
    """Print one line a matcher and number of names."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--megabytes", type=float, default=10)
    options.add_argument("--names", type=int, nargs="+", default=[5_000, 1_000_000])
    options.add_argument("--peers", action="store_true", help="also time spaCy and flashtext2")
    chosen = options.parse_args()
    text = corpus(chosen.megabytes)
    print(f"text: {len(text.encode()) / 1e6:.1f} MB")
    for count in chosen.names:
        aliases = names(text, count)
        print(ours(text, aliases), flush=True)
        if chosen.peers:
            print(flashtext(text, aliases), flush=True)
            if count <= 200_000:
                print(spacy(text, aliases), flush=True)


if __name__ == "__main__":
    main()
