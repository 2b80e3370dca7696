"""Faults put into builds: `python -m benchmarks.faults --seed 1 --count 200`.

Each fault is a kind and a moment, drawn from a seed (`--list` prints them; `tests/faults/seed-1.tsv` keeps the first
two hundred of seed 1). A build of a small corpus that has a release already runs into it; then the same build runs
undisturbed. Held against each other are:

* the release that stood before: every byte as it was;
* every release that is there afterwards: sound by `verify`;
* the run that failed: it names a cause, or it was killed;
* the undisturbed build after it: the very release that it makes where nothing ever went wrong, no paper missing.

The stages run without Prefect, in a process of their own that is forked from this one, so that a moment is a moment
of the build: the n-th time that it opens, makes, renames or removes something below its folders, or a time after its
start.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regesta import corpus, stages
from regesta.errors import RegestaError
from regesta.package import release
from regesta.package.account import set_aside
from regesta.package.verify import SUMS, verify
from regesta.store import Store, make_key

CORPUS = Path(__file__).parents[1] / "tests" / "corpora" / "river"
DAY = dt.date(2001, 2, 3)
KINDS = (
    "kill",
    "kill later",
    "disk full",
    "device gone",
    "error",
    "file too large",
    "damage",
    "poison",
    "two",
    "clock",
)
_OPERATIONS = 60
"""About how many file operations such a build has; a later moment never comes, and then nothing may differ."""
_EVENTS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "os.truncate"}
_POISON = (b"", b"\x89PNG\r\n\x1a\n", b"The paper\0 goes on.", b"na\xc3\xafve \xff end", b"\xff\xfeA\x00\x00\xd8")


_TWO = (["published", "refused"], ["published", "unchanged"])


@dataclass(frozen=True)
class Fault:
    """A fault: its kind, and the moment of it, between 0 and 1."""

    kind: str
    moment: float


@dataclass(frozen=True)
class Verdict:
    """What came of a fault: how the run ended, and what was wrong with that (nothing, if all is well)."""

    ended: tuple[str, ...]
    wrong: tuple[str, ...]


def faults(seed: int, count: int) -> list[Fault]:
    """The faults of a seed: each kind in turn, at moments drawn by chance."""
    chance = random.Random(seed)  # noqa: S311
    return [Fault(KINDS[n % len(KINDS)], round(chance.random(), 4)) for n in range(count)]


def build(folder: Path, out: Path, processed: Path, day: dt.date = DAY) -> release.Published:
    """The stages one after the other, a shard for each source, what was done found again."""
    described = stages.ready(folder)
    store = Store(processed)
    made = []
    for source in described.sources:
        data = stages.file_bytes(folder, source)
        keys = (source.model_dump_json(), str(data))
        read = _kept(store, "ingest", source.id, keys, lambda s=source: stages.ingest(folder, described, [s]))
        there = [source] if len(read["sources"]) else []
        cut = _kept(store, "segment", source.id, keys, lambda r=read, t=there: stages.segment(r, t))
        found = _kept(store, "extract", source.id, keys, lambda r=read, c=cut: stages.extract({**r, **c}))
        made += [read, cut, found]
    return release.publish(stages.finish(stages.merge(made), folder, described), described, out, day)


def _kept(
    store: Store, stage: str, label: str, keys: tuple[str, str], make: Callable[[], stages.Tables]
) -> stages.Tables:
    key = make_key(stage, *keys)
    output = store.find(stage, key) or store.save(stage, key, label, (label,), make())
    return output.tables()


class Bench:
    """A folder with a corpus, its first release, and what the next one must be."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.corpus = Path(shutil.copytree(CORPUS, root / "corpus"))
        build(self.corpus, root / "first", root / "processed")
        paper = self.corpus / corpus.load(self.corpus).sources[-1].path
        paper.write_text(paper.read_text() + "\nOn 3 May 1980 nine men were hurt at the weir.\n")
        shutil.copytree(root / "first", root / "whole")
        begun = time.monotonic()
        self.version = build(self.corpus, root / "whole", root / "processed-2").version
        self.length = time.monotonic() - begun
        self.before = _sums(root / "first")
        self.after = _sums(root / "whole")

    def try_out(self, fault: Fault) -> Verdict:
        """Build into a fault, then without it."""
        place = Path(tempfile.mkdtemp(prefix="fault-", dir=self.root))
        out, processed, folder = place / "out", place / "processed", place / "corpus"
        shutil.copytree(self.corpus, folder)
        shutil.copytree(self.root / "first", out)
        # Half of them find the work of the day before.
        if fault.moment >= 0.5:
            shutil.copytree(self.root / "processed", processed)
        try:
            ended = self._run(fault, folder, out, processed)
            wrong = [f"{v}: {problem}" for v in release.versions(out) for problem in verify(out / v)]
            if not set(self.before.items()) <= set(_sums(out).items()):
                wrong.append("the release that stood is not as it was")
            wrong += [how for how in ended if "no word" in how]
            if fault.kind == "two" and sorted(how.split(":")[0] for how in ended) not in _TWO:
                wrong.append("two builds at once are neither one release and one refusal nor one after the other")
            wrong += self._again(fault, out, processed)
        finally:
            shutil.rmtree(place)
        return Verdict(ended, tuple(wrong))

    def _run(self, fault: Fault, folder: Path, out: Path, processed: Path) -> tuple[str, ...]:
        day = dt.date(1999, 12, 31) if fault.kind == "clock" else DAY
        if fault.kind == "damage":
            build(folder, self.root / "elsewhere", processed)
            _damage(processed, fault.moment)
        if fault.kind == "poison":
            paper = folder / corpus.load(folder).sources[int(fault.moment * 100) % 6].path
            paper.write_bytes(_POISON[int(fault.moment * 1000) % len(_POISON)])
        runs = [_forked(_strike(fault, out.parent), folder, out, processed, day)]
        if fault.kind == "two":
            time.sleep(self.length * fault.moment)
            runs.append(_forked(lambda: None, folder, out, processed, day))
        if fault.kind == "kill later":
            time.sleep(self.length * fault.moment * 1.2)
            runs[0][0].kill()
        return tuple(sorted(_ending(*run) for run in runs))

    def _again(self, fault: Fault, out: Path, processed: Path) -> list[str]:
        """What is wrong with the build after a fault."""
        if fault.kind == "poison":
            told = set_aside(out / release.versions(out)[-1])
            return [] if len(told) == 1 else ["the file that cannot be read is not on record"]
        if fault.kind == "clock":
            return [] if release.versions(out)[-1] == self.version else ["the clock kept a release from being made"]
        process, said = _forked(lambda: None, self.corpus, out, processed, DAY)
        if (ended := _ending(process, said)) not in ("published", "unchanged"):
            return [f"the build after it: {ended}"]
        return [] if _sums(out) == self.after else ["the release after it is not the one that should be"]


def _sums(out: Path) -> dict[str, str]:
    return {version: (out / version / SUMS).read_text() for version in release.versions(out)}


def _forked(strike: Callable[[], None], folder: Path, out: Path, processed: Path, day: dt.date) -> tuple[Any, Any]:
    """A build in a process of its own, and the end of the pipe on which it says how it ended."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)

    def work() -> None:
        strike()
        try:
            made = build(folder, out, processed, day)
            theirs.send("published" if made.new else "unchanged")
        except RegestaError as error:
            theirs.send(f"refused: {error}")
        except Exception as error:
            theirs.send(f"failed: {type(error).__name__}: {error}")
        os._exit(0)

    process = context.Process(target=work)
    process.start()
    theirs.close()
    return process, ours


def _ending(process: Any, said: Any) -> str:
    try:
        told = str(said.recv())
    except EOFError:
        told = ""
    process.join()
    return told or ("killed" if process.exitcode == -signal.SIGKILL else f"ended with {process.exitcode} and no word")


def _strike(fault: Fault, below: Path) -> Callable[[], None]:
    """What makes a fault happen, to be called in the process that is to run into it."""
    errors = {
        "disk full": lambda: OSError(28, "No space left on device"),
        "device gone": lambda: OSError(5, "Input/output error"),
        "error": lambda: RuntimeError("a fault that was put here"),
    }

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        size = 200 + int(fault.moment * 30_000)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    def watch() -> None:
        left = 1 + int(fault.moment * _OPERATIONS)

        def heard(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal left
            if event not in _EVENTS or not str(arguments[0]).startswith(str(below)):
                return
            left -= 1
            if left == 0 and fault.kind == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            # A disk that is full stays full; other faults come once.
            if fault.kind in errors and (
                left == 0 or (left < 0 and fault.kind == "disk full" and event != "os.remove")
            ):
                raise errors[fault.kind]()

        sys.addaudithook(heard)

    if fault.kind == "file too large":
        return limit
    return watch if fault.kind == "kill" or fault.kind in errors else lambda: None


def _damage(processed: Path, moment: float) -> None:
    """Spoil one file of the stage outputs: cut it, empty it, change a byte in its midst, or take it away."""
    files = sorted(path for path in processed.rglob("*") if path.is_file())
    path = files[int(moment * len(files))]
    data = path.read_bytes()
    way = int(moment * 10_000) % 4
    if way == 3:
        path.unlink()
        return
    middle = len(data) // 2
    path.write_bytes((data[:middle], b"", data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])[way])


def main() -> None:
    """Run faults and print what came of them; exit status 1 if something was lost."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--list", action="store_true", help="print the faults and stop")
    parser.add_argument("--only", default="1-", help="run these alone, by their numbers: 17-17, or 51-100")
    options = parser.parse_args()
    found = faults(options.seed, options.count)
    if options.list:
        print("kind\tmoment", *(f"{fault.kind}\t{fault.moment}" for fault in found), sep="\n")
        return
    first, _, last = options.only.partition("-")
    wanted = list(enumerate(found, start=1))[int(first) - 1 : int(last) if last else None]
    counted: Counter[tuple[str, str]] = Counter()
    lost = 0
    with tempfile.TemporaryDirectory(prefix="regesta-faults-") as root:
        bench = Bench(Path(root))
        for number, fault in wanted:
            verdict = bench.try_out(fault)
            counted[fault.kind, ", ".join(ended.split(":")[0] for ended in verdict.ended)] += 1
            if verdict.wrong:
                lost += 1
                print(number, fault.kind, fault.moment, *verdict.ended, *verdict.wrong, sep="\t", flush=True)
    for (kind, ended), times in sorted(counted.items()):
        print(f"{kind:16} {ended:40} {times}")
    print(f"{len(wanted)} faults, {lost} with something lost")
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
