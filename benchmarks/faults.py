"""Faults injected into builds, drawn by a seed: nothing published is lost, no paper goes without a word.

    python -m benchmarks.faults --seed 1 --count 200 --out benchmarks/faults.tsv

Each fault is a kind, a moment and a corpus. In a fresh folder a first release is built and a paper is added or changed;
then the next build, in a process of its own, meets the fault. After that must hold: every former release has its bytes
and verifies; the build failed with one message that names what is wrong and no traceback, or it published with every
paper in it or in `issues`; and a rerun without the fault ends with the very release of a build that nothing disturbed.

Most are stages of the flows, called without Prefect's engine. "real run" is the command itself, with a real server: of
each such run the server's record must say how it ended. Exit status 1 if anything did not hold.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import hashlib
import json
import multiprocessing
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import faults_flow as real
from benchmarks.faults_build import DAY, OTHER, Scene, apart, build, calls_of, told_of
from benchmarks.faults_kinds import KINDS
from regesta import aside
from regesta.corpus import Source, load
from regesta.package import release
from regesta.package.verify import SUMS, verify

CORPORA = Path(__file__).parents[1] / "tests" / "corpora"
_PAPER = "Notice of the {}\n\nOn {} May 1980 about {} persons were hurt in Millbrook.\n\nHarbour Board\n4 May 1980\n"


@dataclass(frozen=True)
class Fault:
    """A fault: what breaks, when (a share of the work, or which of the places), and in which corpus."""

    number: int
    kind: str
    moment: float
    corpus: str


@dataclass(frozen=True)
class Outcome:
    """What came of a fault: how the build ended, in its own words, and what did not hold."""

    ended: str
    message: str
    wrong: tuple[str, ...]


def faults(seed: int, count: int) -> list[Fault]:
    """A list of faults, the same for the same seed; each kind has its share."""
    dice = random.Random(seed)  # noqa: S311
    names = [name for name, (times, _) in (*KINDS.items(), *real.KINDS.items()) for _ in range(times)]
    drawn: list[str] = []
    while len(drawn) < count:
        dice.shuffle(names)
        drawn += names
    corpora = ("harbour", "river")
    return [Fault(n, kind, round(dice.random(), 6), dice.choice(corpora)) for n, kind in enumerate(drawn[:count], 1)]


# --- one fault --------------------------------------------------------------------------------------------------------


class Ground:
    """A corpus with its first release and outputs, the next release undisturbed, and how many calls that takes."""

    def __init__(self, name: str, folder: Path) -> None:
        """Build both."""
        self.first = Scene(folder / "corpus", folder / "out", folder / "processed")
        shutil.copytree(CORPORA / name, self.first.corpus)
        catalogue = self.first.corpus / "corpus.toml"
        lines = catalogue.read_text().splitlines(keepends=True)
        # Sources are changed here: a checksum would stop it all at once.
        catalogue.write_text("".join(line for line in lines if not line.startswith("sha256")))
        # In this process, so that those that are forked find the word lists read.
        assert build(self.first).version == "1.0.0"
        for number in range(2):
            (self.first.corpus / f"zz-{number}.txt").write_text(_PAPER.format(name, number + 2, 40 + number))
            with catalogue.open("a") as file:
                file.write(f'\n[[source]]\nid = "zz-{number}"\npath = "zz-{number}.txt"\n')
        calm = _copied(self.first, folder / "calm")
        self.calls = calls_of(calm)
        self.next = sums(calm.out)


def sums(out: Path) -> dict[str, str]:
    """The checksums of the files of every release in a folder."""
    return {version: (out / version / SUMS).read_text() for version in release.versions(out)}


def _copied(scene: Scene, folder: Path) -> Scene:
    made = Scene(folder / "corpus", folder / "out", folder / "processed")
    for old, new in zip(
        (scene.corpus, scene.out, scene.processed), (made.corpus, made.out, made.processed), strict=True
    ):
        shutil.copytree(old, new)
    return made


def attempt(fault: Fault, ground: Ground, folder: Path, machine: real.Machine | None = None) -> Outcome:
    """Let a build meet a fault, and look at what is left; real runs need a machine."""
    scene = _copied(ground.first, folder)
    before, sources = _bytes_of(scene.out / "1.0.0"), load(scene.corpus).sources
    if fault.kind in real.KINDS:
        assert machine is not None
        found = real.KINDS[fault.kind][1](scene, fault.moment, machine)
        ended, message, wrong = found.ended, found.message, list(found.wrong)
        wrong += _look(fault, scene, ended, message, before, sources)
        if fault.kind in real.OTHER_RELEASES:
            return _outcome(ended, message, wrong, folder)
    else:
        arm, mend = KINDS[fault.kind][1](scene, fault.moment, ground.calls)
        spoilt = _bytes_of(scene.out / "1.0.0")
        back = fault.kind == "clock back"
        date = DAY - dt.timedelta(days=1 + int(fault.moment * 9_000)) if back else DAY

        def work() -> str:
            arm()
            return told_of(build(scene, date))

        ended, message = apart(work)
        wrong = list(_look(fault, scene, ended, message, spoilt, sources))
        mend()
        if fault.kind == "two builds":
            wrong += _both(message, (folder / OTHER).read_text())
    again = apart(lambda: build(scene).version)
    if again[0] != "done":
        wrong.append(f"the rerun {again[0]}: {again[1]}")
    if _bytes_of(scene.out / "1.0.0") != before:
        wrong.append("the former release is not as it was after the rerun")
    wrong += list(_compare(scene, ground))
    return _outcome(ended, message, wrong, folder)


def _outcome(ended: str, message: str, wrong: Sequence[str], folder: Path) -> Outcome:
    """The list is published: the paths of the machine it was made on stay out of it."""
    told = message.partition("\nTraceback")[0].partition("\nthe whole account is in ")[0]
    told = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:…", told.replace(str(folder), "…"))
    return Outcome(ended, " ".join(told.split())[:300], tuple(wrong))


def _both(*said: str) -> Iterator[str]:
    """Two builds started together: one release; the other is refused politely, or finds that nothing has changed."""
    rest = [one for one in said if not one.startswith("new 1.1.0")]
    polite = ("another build is publishing", "unchanged 1.1.0")
    if len(rest) != 1 or not any(words in rest[0] for words in polite):
        yield f"not one release and one polite word: {' / '.join(said)}"


def _bytes_of(folder: Path) -> dict[str, str]:
    found = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


def _look(
    fault: Fault, scene: Scene, ended: str, message: str, spoilt: dict[str, str], sources: Sequence[Source]
) -> Iterator[str]:
    """What does not hold right after the fault."""
    if _bytes_of(scene.out / "1.0.0") != spoilt:
        yield "the former release was changed"
    if ended == "hung":
        yield "the build hung"
    if ended == "failed":
        yield f"a traceback and no message: {message}"
    if ended == "refused" and ("/" not in message or ";" not in message) and fault.kind != "clock back":
        yield f"a message without file or cure: {message}"
    for version in release.versions(scene.out):
        if version != "1.0.0" and (problems := verify(scene.out / version)):
            yield f"{version} was published and is not sound: {problems[0]}"
    if ended == "done":
        yield from _lost(scene, sources)


def _lost(scene: Scene, sources: Sequence[Source]) -> Iterator[str]:
    """Sources of the catalogue that are neither in the latest release nor in its issues."""
    latest = release.latest_release(scene.out)
    assert latest is not None
    data = scene.out / latest / "data"
    there = set(pq.read_table(data / "documents.parquet", columns=["source_id"])["source_id"].to_pylist())
    told = " ".join(aside.of_release(scene.out / latest))
    for source in sources:
        if source.id not in there and f"{Path(source.path).stem}." not in told:
            yield f"{source.id} was lost without a word"


def _compare(scene: Scene, ground: Ground) -> Iterator[str]:
    """Whether the latest release has the bytes of the undisturbed one; its history has not if one came between."""
    versions, latest = release.versions(scene.out), release.latest_release(scene.out)
    assert latest is not None
    if len(versions) == len(ground.next):
        if sums(scene.out) != ground.next:
            yield "the rerun gives other bytes than an undisturbed build"
        return
    wanted = {line for line in ground.next[max(ground.next)].splitlines() if "  data/" in line}
    if wanted - set(sums(scene.out)[latest].splitlines()):
        yield "the rerun gives other tables than an undisturbed build"
    if [entry["version"] for entry in json.loads((scene.out / release.RELEASES).read_bytes())] != versions:
        yield "releases.json does not list the releases"


def run(listed: Sequence[Fault], tell: Callable[[str], None]) -> Iterator[tuple[Fault, Outcome]]:
    """Every fault of a list with what came of it."""
    pa.set_cpu_count(1)
    with tempfile.TemporaryDirectory(prefix="regesta-faults-", ignore_cleanup_errors=True) as name:
        grounds = {c: Ground(c, Path(name, c)) for c in sorted({fault.corpus for fault in listed})}
        machine = real.Machine(Path(name))
        try:
            for fault in listed:
                folder = Path(name, str(fault.number))
                outcome = attempt(fault, grounds[fault.corpus], folder, machine)
                shutil.rmtree(folder, ignore_errors=True)
                if outcome.wrong:
                    tell(f"{fault}: {outcome}")
                yield fault, outcome
        finally:
            machine.server.kill()


def _part(listed: Sequence[Fault]) -> list[tuple[Fault, Outcome]]:
    return list(run(listed, lambda line: print(line, file=sys.stderr, flush=True)))


def main() -> None:
    """Inject faults, and write what came of each."""
    parser = argparse.ArgumentParser(description="Faults injected into builds.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--out", type=Path, help="write the list with its outcomes")
    parser.add_argument("--jobs", type=int, default=2, help="how many faults at once")
    given = parser.parse_args()
    listed = faults(given.seed, given.count)
    with ProcessPoolExecutor(given.jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        parts = list(pool.map(_part, [listed[n :: given.jobs] for n in range(given.jobs)]))
    done = sorted((pair for part in parts for pair in part), key=lambda pair: pair[0].number)
    if given.out:
        with given.out.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file, delimiter="\t", lineterminator="\n")
            rows.writerow(["fault", "kind", "moment", "corpus", "ended", "held", "said"])
            for fault, outcome in done:
                said = outcome.message if not outcome.wrong else "; ".join(outcome.wrong)
                rows.writerow(
                    [fault.number, fault.kind, fault.moment, fault.corpus, outcome.ended, not outcome.wrong, said]
                )
    wrong = sum(bool(outcome.wrong) for _, outcome in done)
    print(f"{len(done)} faults of {len({fault.kind for fault, _ in done})} kinds, {wrong} of them with something wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
