"""The builds that faults are injected into, each in a process of its own.

See `benchmarks.faults` for the command.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from flows.extract import extract_shard
from flows.ingest import ingest_shard
from flows.publish import publish_release
from flows.segment import segment_shard
from regesta import aside
from regesta.corpus import load
from regesta.errors import RegestaError, told
from regesta.package import release
from regesta.shards import plan

DAY = dt.date(2001, 2, 3)
SHARD = 900
"""Bytes of a shard: some shards to a corpus."""
TIMEOUT = 120
OTHER = "other.txt"
"""What the other of two builds said, beside the folders of a scene."""
Harm = Callable[[], None]


@dataclass(frozen=True)
class Scene:
    """The folders of a build."""

    corpus: Path
    out: Path
    processed: Path


def build(scene: Scene, date: dt.date = DAY, strict: bool = False) -> release.Published:
    """A build by the tasks of the flows, without Prefect's engine; what nobody foresaw is told as the flows tell it."""
    try:
        return _build(scene, date, strict)
    except Exception as error:
        raise told(error, "the build") from error


def _build(scene: Scene, date: dt.date, strict: bool) -> release.Published:
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


def told_of(made: release.Published) -> str:
    """What came of a build, in a few words."""
    return f"{'new' if made.new else 'unchanged'} {made.version}, {len(aside.of_release(made.folder))} set aside"


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
