"""The builds that faults are injected into, each in a process of its own, and the kinds of fault.

See `benchmarks.faults` for the command.
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import pyarrow.parquet as pq

from flows.extract import extract_shard
from flows.ingest import ingest_shard
from flows.publish import publish_release
from flows.segment import segment_shard
from regesta import stages
from regesta.corpus import load
from regesta.errors import RegestaError
from regesta.package import release
from regesta.package.verify import SUMS
from regesta.shards import plan

DAY = dt.date(2001, 2, 3)
SHARD = 900
"""Bytes of a shard: some shards to a corpus."""
TIMEOUT = 120
Harm = Callable[[], None]


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
    return publish_release.fn(outputs, scene.corpus, scene.out, scene.processed, date, strict)


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
