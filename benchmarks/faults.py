"""Faults injected into builds, drawn by a seed: nothing published is lost, no paper goes without a word.

    python -m benchmarks.faults --seed 1 --count 200 --out benchmarks/faults.tsv

Each fault is a kind, a moment and a corpus. In a fresh folder a first release is built and a paper is added or changed;
then the next build, in a process of its own, meets the fault. After that must hold: every former release has its bytes
and verifies; the build failed with a message that names what is wrong, or it published with every paper in it or in
`issues`; and a rerun without the fault ends with the very release of a build that nothing disturbed.

The stages are those of the flows, called without Prefect's engine. Exit status 1 if anything did not hold.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import errno
import hashlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.extract import extract_shard
from flows.ingest import ingest_shard
from flows.publish import publish_release
from flows.segment import segment_shard
from regesta import aside, stages
from regesta.corpus import load
from regesta.errors import RegestaError
from regesta.package import release
from regesta.package.verify import SUMS, verify
from regesta.shards import plan

CORPORA = Path(__file__).parents[1] / "tests" / "corpora"
DAY = dt.date(2001, 2, 3)
SHARD = 900
"""Bytes of a shard: some shards to a corpus."""
TIMEOUT = 120
_PAPER = "Notice of the {}\n\nOn {} May 1980 about {} persons were hurt in Millbrook.\n\nHarbour Board\n4 May 1980\n"
Harm = Callable[[], None]


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


@dataclass(frozen=True)
class Scene:
    """The folders of a build."""

    corpus: Path
    out: Path
    processed: Path


def build(scene: Scene, date: dt.date = DAY, strict: bool = False) -> release.Published:
    """A build by the tasks of the flows, without Prefect's engine."""
    catalogue = load(scene.corpus)
    outputs = []
    for shard in plan(catalogue, scene.corpus, SHARD):
        ingested = ingest_shard.fn(shard.label, scene.corpus, catalogue, shard, scene.processed)
        segmented = segment_shard.fn(shard.label, ingested, list(shard.sources), scene.processed)
        outputs += [
            ingested,
            segmented,
            extract_shard.fn(shard.label, ingested, segmented, scene.processed, scene.corpus),
        ]
    return publish_release.fn(outputs, scene.corpus, scene.out, date, strict)


# --- a build in a process of its own ----------------------------------------------------------------------------------


def apart(work: Callable[[], object]) -> tuple[str, str]:
    """Do work in a forked process; gives how it ended (done, refused, failed, killed, hung) and what it said."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        signal.alarm(TIMEOUT)
        try:
            said = ("done", str(work()))
        except RegestaError as error:
            said = ("refused", str(error))
        except BaseException as error:  # Whatever it is, it is the outcome.
            said = ("failed", f"{type(error).__name__}: {error}\n{traceback.format_exc(limit=-3)}")
        finally:
            sys.setprofile(None)
        os.write(write, json.dumps(said)[:60_000].encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as file:
        said_bytes = file.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return ("hung" if os.WTERMSIG(status) == signal.SIGALRM else "killed"), f"signal {os.WTERMSIG(status)}"
    ended, message = json.loads(said_bytes)
    return ended, message


def at_call(number: int, act: Harm) -> None:
    """Act at the n-th call of a function of Python from now on: the same moment on every run."""
    left = number

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal left
        if event == "call":
            left -= 1
            if left == 0:
                sys.setprofile(None)
                act()

    sys.setprofile(count)


def calls_of(scene: Scene) -> int:
    """How many functions a build calls."""

    def counted() -> int:
        total = 0

        def count(_frame: FrameType, event: str, _arg: object) -> None:
            nonlocal total
            total += event == "call"

        sys.setprofile(count)
        build(scene)
        sys.setprofile(None)
        return total

    ended, message = apart(counted)
    assert ended == "done", message
    return int(message)


# --- kinds of fault ---------------------------------------------------------------------------------------------------
# Each takes the scene, the moment (0 to 1) and the number of calls of a build, breaks what is on disk, and gives what
# else is to break inside the build, with what mends the scene afterwards.

Kind = Callable[[Scene, float, int], tuple[Harm, Harm]]


def _nothing() -> None:
    return None


def _raise(error: BaseException) -> Harm:
    def act() -> None:
        raise error

    return act


def _kill(_scene: Scene, moment: float, calls: int) -> tuple[Harm, Harm]:
    return lambda: at_call(1 + int(moment * calls), lambda: os.kill(os.getpid(), signal.SIGKILL)), _nothing


def _exception(_scene: Scene, moment: float, calls: int) -> tuple[Harm, Harm]:
    errors = (ValueError("injected"), OSError(errno.EIO, "injected"), MemoryError("injected"), KeyError("injected"))
    error = errors[int(moment * 1000) % len(errors)]
    return lambda: at_call(1 + int(moment * calls), _raise(error)), _nothing


def _nth_write(_scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """The n-th of the calls that write to the disk finds it full, and all after it."""
    left = 1 + int(moment * 90)

    def arm() -> None:
        for owner, name in (
            (pq, "write_table"),
            (Path, "write_text"),
            (Path, "write_bytes"),
            (Path, "mkdir"),
            (Path, "rename"),
            (Path, "replace"),
            (os, "fsync"),
            (shutil, "copyfile"),
            (tempfile, "mkdtemp"),
        ):
            setattr(owner, name, _full(getattr(owner, name)))

    def _full(real: Callable[..., Any]) -> Callable[..., Any]:
        def write(*arguments: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left <= 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*arguments, **named)

        return write

    return arm, _nothing


def _large_files(_scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """The system refuses files of more than some size, as a full disk does."""

    def arm() -> None:
        import resource  # noqa: PLC0415 (not on every system)

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        size = 200 + int(moment**2 * 40_000)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return arm, _nothing


def _damaged_output(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """A file of a stage output is cut, emptied, flipped, replaced, removed, or is a folder."""
    paths = sorted(path for path in scene.processed.rglob("*") if path.is_file())
    dice = random.Random(moment)  # noqa: S311
    path = dice.choice(paths)
    data = path.read_bytes()
    match dice.randrange(7):
        case 0:
            path.write_bytes(data[: dice.randrange(len(data))])
        case 1:
            path.write_bytes(b"")
        case 2:
            at = dice.randrange(len(data))
            path.write_bytes(data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :])
        case 3:
            path.write_bytes(dice.choice(paths).read_bytes())
        case 4:
            path.unlink()
        case 5:
            path.unlink()
            path.mkdir()
        case _:
            path.write_text(dice.choice(("[]", "{}", "null", '{"tables": []}', "\0" * 50)))
    return _nothing, _nothing


def _foreign_in_processed(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """Files and folders that are not ours, where outputs are kept."""
    for stage in ("ingest", "segment", "extract"):
        (scene.processed / stage).mkdir(parents=True, exist_ok=True)
        (scene.processed / stage / f"stranger-{moment:.3f}").write_bytes(b"\xff\x00")
        (scene.processed / stage / ".writing-left").mkdir(exist_ok=True)
    return _nothing, _nothing


def _damaged_list(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """`releases.json` is no JSON, lies, is cut, is gone, or leads out."""
    path = scene.out / release.RELEASES
    lies = (b"\xff\xfe\x00", b"[]", b"{", b"", b'[{"version": "9.9.9", "path": "../../etc/passwd"}]', b"null", None)
    lie = lies[int(moment * len(lies))]
    if lie is None:
        path.unlink()
    else:
        path.write_bytes(lie)
    return _nothing, _nothing


def _left_behind(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """What a build that died has left: a folder aside with half a release, a file aside, a folder with a version."""
    latest = scene.out / "1.0.0"
    left = scene.out / (".writing-abc" if moment < 0.5 else "1.1.0")
    shutil.copytree(latest, left)
    (left / SUMS).unlink()
    (scene.out / ".writing-xyz").write_text("half")
    return _nothing, lambda: shutil.rmtree(left, ignore_errors=True)


def _damaged_release(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """A file of the latest release is cut or changed."""
    paths = sorted(p for p in (scene.out / "1.0.0").rglob("*") if p.is_file() and p.name != SUMS)
    path = paths[int(moment * len(paths))]
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] if int(moment * 1000) % 2 else data[:-9] + b"\x00" + data[-8:])
    return _nothing, lambda: path.write_bytes(data) and None


def _changed_while_read(scene: Scene, moment: float, calls: int) -> tuple[Harm, Harm]:
    """Somebody writes to a source while the build is at work."""
    path = _some_source(scene, moment)
    data = path.read_bytes()

    def write() -> None:
        path.write_bytes(data + b"A line that was added meanwhile.\n")

    return lambda: at_call(1 + int(moment**3 * calls * 0.5), write), lambda: path.write_bytes(data) and None


def _unreadable(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """A source is gone, is a folder, or a link that leads nowhere or out of the corpus."""
    path = _some_source(scene, moment)
    data = path.read_bytes()
    path.unlink()
    match int(moment * 1000) % 4:
        case 1:
            path.mkdir()
        case 2:
            path.symlink_to("nowhere")
        case 3:
            path.symlink_to("/etc/hostname")

    def mend() -> None:
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        path.unlink(missing_ok=True)
        path.write_bytes(data)

    return _nothing, mend


def _vanishes(scene: Scene, moment: float, calls: int) -> tuple[Harm, Harm]:
    """A source goes while the build is at work."""
    path = _some_source(scene, moment)
    data = path.read_bytes()
    return lambda: at_call(1 + int(moment**3 * calls * 0.5), path.unlink), lambda: path.write_bytes(data) and None


def _poison(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """A source is no text."""
    path = _some_source(scene, moment)
    data = path.read_bytes()
    bad = (
        b"\x89PNG\r\n\x1a\n" + bytes(20),
        b"",
        b"A text\0of a kind",
        data + b"\xff\xc3",
        b"\xff\xfe\x00\xd8",
        b" \n ",
    )
    path.write_bytes(bad[int(moment * 1000) % len(bad)])
    return _nothing, lambda: path.write_bytes(data) and None


def _stage_breaks(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """A stage breaks on one text, every time; the mended code would have other keys, so its outputs go."""
    words = _some_source(scene, moment).read_text()[:60]
    stage = ("segment_source", "find_dates", "mention", "count", "link", "read")[int(moment * 1000) % 6]

    def arm() -> None:
        real = getattr(stages, stage)

        def broken(*given: Any) -> Any:
            texts = given[0]["sources"]["text"].to_pylist() if isinstance(given[0], dict) else [str(given[0]), *given]
            if any(words in (t.decode() if isinstance(t, bytes) else str(t)) for t in texts):
                raise IndexError("injected")
            return real(*given)

        setattr(stages, stage, broken)

    return arm, lambda: shutil.rmtree(scene.processed)


def _some_source(scene: Scene, moment: float) -> Path:
    sources = load(scene.corpus).sources
    return scene.corpus / sources[int(moment * 7919) % len(sources)].path


def _two_builds(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """Another build of the same is at work, begun a moment before."""

    def arm() -> None:
        if os.fork() == 0:
            try:
                build(scene)
            except RegestaError:
                pass
            finally:
                os._exit(0)
        time.sleep(moment / 2)

    def wait() -> None:
        lock = release.FileLock(scene.out / ".lock")
        lock.acquire(timeout=TIMEOUT)
        lock.release()

    return arm, wait


def _clock_back(_scene: Scene, _moment: float, _calls: int) -> tuple[Harm, Harm]:
    """The clock says a day before the last release; `attempt` takes the date from here."""
    return _nothing, _nothing


KINDS: dict[str, tuple[int, Kind]] = {
    "killed": (30, _kill),
    "exception": (24, _exception),
    "disk full at the n-th write": (20, _nth_write),
    "files limited in size": (12, _large_files),
    "damaged stage output": (24, _damaged_output),
    "strangers in processed": (3, _foreign_in_processed),
    "damaged list of releases": (10, _damaged_list),
    "left behind": (6, _left_behind),
    "damaged release": (12, _damaged_release),
    "changed while read": (12, _changed_while_read),
    "unreadable source": (12, _unreadable),
    "vanishing source": (8, _vanishes),
    "no text": (12, _poison),
    "stage breaks on a text": (12, _stage_breaks),
    "two builds": (8, _two_builds),
    "clock back": (3, _clock_back),
}
"""What can break, and how often of some two hundred."""


def faults(seed: int, count: int) -> list[Fault]:
    """A list of faults, the same for the same seed; each kind has its share."""
    dice = random.Random(seed)  # noqa: S311
    names = [name for name, (times, _) in KINDS.items() for _ in range(times)]
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


def attempt(fault: Fault, ground: Ground, folder: Path) -> Outcome:
    """Let a build meet a fault, and look at what is left."""
    scene = _copied(ground.first, folder)
    before = _bytes_of(scene.out / "1.0.0")
    arm, mend = KINDS[fault.kind][1](scene, fault.moment, ground.calls)
    spoilt = _bytes_of(scene.out / "1.0.0")
    date = DAY - dt.timedelta(days=1 + int(fault.moment * 9_000)) if fault.kind == "clock back" else DAY

    def work() -> str:
        arm()
        made = build(scene, date)
        return f"{made.version}, {len(aside.of_release(made.folder))} set aside"

    ended, message = apart(work)
    wrong = list(_look(fault, scene, ended, message, spoilt))
    mend()
    again = apart(lambda: build(scene).version)
    if again[0] != "done":
        wrong.append(f"the rerun {again[0]}: {again[1]}")
    if _bytes_of(scene.out / "1.0.0") != before:
        wrong.append("the former release is not as it was after the rerun")
    wrong += list(_compare(scene, ground))
    return Outcome(ended, " ".join(message.replace(str(folder), "…").split())[:200], tuple(wrong))


def _bytes_of(folder: Path) -> dict[str, str]:
    found = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


def _look(fault: Fault, scene: Scene, ended: str, message: str, spoilt: dict[str, str]) -> Iterator[str]:
    """What does not hold right after the fault."""
    if _bytes_of(scene.out / "1.0.0") != spoilt:
        yield "the former release was changed"
    if ended == "hung":
        yield "the build hung"
    if ended == "failed" and fault.kind != "exception":
        yield f"a traceback and no message: {message}"
    if ended == "refused" and ("/" not in message or ";" not in message) and fault.kind != "clock back":
        yield f"a message without file or cure: {message}"
    for version in release.versions(scene.out):
        if version != "1.0.0" and (problems := verify(scene.out / version)):
            yield f"{version} was published and is not sound: {problems[0]}"
    if ended == "done":
        yield from _lost(scene)


def _lost(scene: Scene) -> Iterator[str]:
    """Sources of the catalogue that are neither in the latest release nor in its issues."""
    latest = release.latest_release(scene.out)
    assert latest is not None
    data = scene.out / latest / "data"
    there = set(pq.read_table(data / "documents.parquet", columns=["source_id"])["source_id"].to_pylist())
    told = " ".join(aside.of_release(scene.out / latest))
    for source in load(scene.corpus).sources:
        if source.id not in there and source.path not in told:
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
    with tempfile.TemporaryDirectory(prefix="regesta-faults-") as name:
        grounds = {c: Ground(c, Path(name, c)) for c in sorted({fault.corpus for fault in listed})}
        for fault in listed:
            folder = Path(name, str(fault.number))
            outcome = attempt(fault, grounds[fault.corpus], folder)
            shutil.rmtree(folder, ignore_errors=True)
            if outcome.wrong:
                tell(f"{fault}: {outcome}")
            yield fault, outcome


def main() -> None:
    """Inject faults, and write what came of each."""
    parser = argparse.ArgumentParser(description="Faults injected into builds.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--out", type=Path, help="write the list with its outcomes")
    given = parser.parse_args()
    done = list(run(faults(given.seed, given.count), lambda line: print(line, file=sys.stderr, flush=True)))
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
