"""What all flows share: where things lie, how tasks run and when they try again, and how progress is shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.futures import PrefectFuture, as_completed, wait
from prefect.logging import get_run_logger
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from flows.failures import told
from regesta.engines import Call, Engine, engine

CORPUS = Path("raw")
PROCESSED = Path("processed")
RELEASES = Path("datapackage")


def shard_task(stage: str) -> Callable[[Callable[..., str]], Task[..., str]]:
    """The decorator of a task that does one shard of a stage.

    What was done is found again by our own content hash, so Prefect's cache is off; what fails for a passing reason
    (a file server that hiccups) is tried again.
    """
    return task(
        name=stage,
        task_run_name=f"{stage}-{{label}}",
        retries=2,
        retry_delay_seconds=2,
        retry_condition_fn=_passing,
        cache_policy=NO_CACHE,
        persist_result=False,
    )


def _passing(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a failure may pass: the system's are tried again, the user's mistakes are not."""
    result = state.result(raise_on_failure=False)
    return isinstance(result, OSError)


_calls: list[Call] = []


@contextmanager
def at_work(kind: Engine | str, workers: int, address: str | None = None) -> Iterator[None]:
    """Let an engine do the work of the tasks inside; without one they do it themselves."""
    with engine(kind, workers, address) as call:
        _calls.append(call)
        try:
            yield
        finally:
            _calls.pop()


def done_by_engine(function: Callable[..., str], *arguments: Any) -> str:
    """What a plain function gives, done by the engine at work."""
    result: str = _calls[-1](function, *arguments) if _calls else function(*arguments)
    return result


class _Display:
    """Where progress is shown: bars on a terminal, one line a stage elsewhere, nothing before `shown` is entered."""

    progress: Progress | None = None
    starting: TaskID | None = None
    lines = False


@contextmanager
def shown() -> Iterator[None]:
    """Show the progress of the flows run inside, on standard error."""
    console = Console(stderr=True)
    if not sys.stderr.isatty():
        _Display.lines = True
        say("starting Prefect")
        try:
            yield
        finally:
            _Display.lines = False
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        _Display.progress = progress
        _Display.starting = progress.add_task("starting Prefect", total=None)
        try:
            yield
        finally:
            _Display.progress = None


def say(text: str) -> None:
    """A line of plain progress, for logs; a terminal has its bars instead."""
    if _Display.lines:
        print(text, file=sys.stderr, flush=True)


def run_shards(stage: str, work: Task[..., str], parcels: Sequence[tuple[Any, ...]], workers: int) -> list[str]:
    """Run one task for each parcel of arguments, at most `workers` at once, and show how far it is.

    Gives the results in the order of the parcels. The first failure is raised once the tasks at work have ended, with
    the name of its shard; no new one is begun.
    """
    bar = _begin(stage, len(parcels))
    futures: list[PrefectFuture[str]] = []
    active: dict[PrefectFuture[str], str] = {}
    for parcel in parcels:
        while len(active) >= max(1, workers):
            _wait_for_one(active, bar)
        futures.append(work.submit(*parcel))
        active[futures[-1]] = f"{stage} of shard {parcel[0]}"
    while active:
        _wait_for_one(active, bar)
    results = [future.result() for future in futures]
    say(f"{stage}: {len(results)} of {len(results)} shards done")
    get_run_logger().info("%s: %d shards done", stage, len(results))
    return results


def _begin(stage: str, total: int) -> TaskID | None:
    """A bar for a stage, where there are bars; the first one takes the place of "starting"."""
    if _Display.progress is None:
        return None
    if _Display.starting is not None:
        _Display.progress.remove_task(_Display.starting)
        _Display.starting = None
    return _Display.progress.add_task(stage, total=total)


def _wait_for_one(active: dict[PrefectFuture[str], str], bar: TaskID | None) -> None:
    done = next(iter(as_completed(list(active))))
    doing = active.pop(done)
    if done.state.is_failed() or done.state.is_crashed():
        wait(list(active))
        try:
            done.result()
        except Exception as error:
            raise told(error, doing) from error
    if _Display.progress and bar is not None:
        _Display.progress.advance(bar)
