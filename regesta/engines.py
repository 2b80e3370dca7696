"""Where the work on shards is done: in this process, in processes beside it, or on a cluster of Dask or Ray."""

from __future__ import annotations

import multiprocessing
import os
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from regesta.errors import RegestaError
from regesta.optional import need


class Engine(StrEnum):
    """What runs the work on a shard."""

    THREADS = "threads"
    PROCESSES = "processes"
    DASK = "dask"
    RAY = "ray"


_DIED = (
    "a worker process died, most likely for want of memory; build again with fewer --workers or smaller --shard-bytes: "
    "what is done stays done"
)
Call = Callable[..., Any]
"""Takes a plain function and its arguments, and gives what the function gives, wherever it ran."""


@contextmanager
def engine(kind: Engine | str, workers: int, address: str | None = None) -> Iterator[Call]:
    """An engine, as long as the context lasts. Functions and arguments are pickled, threads apart; may be called from
    several threads at once.

    Args:
        kind: which engine.
        workers: how many processes there are; of a cluster that runs already it has its own.
        address: of a cluster that runs already: the scheduler of Dask, ``tcp://host:port``, or the head of Ray,
            ``host:port``; without it one is started on this machine.

    Raises:
        RegestaError: Dask or Ray is not installed, or nothing answers at the address; or, from a call, a process died.
    """
    if kind == Engine.THREADS:
        yield lambda function, *arguments: function(*arguments)
    elif kind == Engine.PROCESSES:
        # Started afresh: a fork of a process with threads, as Prefect's is, can hang.
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
            yield lambda function, *arguments: _from_pool(pool, function, arguments)
    elif kind == Engine.DASK:
        with _dask(workers, address) as client:
            yield lambda function, *arguments: client.submit(function, *arguments, pure=False).result()
    else:
        with _ray(workers, address) as ray:
            yield lambda function, *arguments: _from_ray(ray, function, arguments)


def _from_pool(pool: ProcessPoolExecutor, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        return pool.submit(function, *arguments).result()
    except BrokenProcessPool:
        raise RegestaError(_DIED) from None


@contextmanager
def _dask(workers: int, address: str | None) -> Iterator[Any]:
    distributed = need("distributed", "the engine dask")
    if address is None:
        with (
            distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = distributed.Client(address, timeout="10s")
    except OSError as error:
        raise RegestaError(f"{address}: no Dask scheduler answers ({error}); start one with: dask scheduler") from None
    with client:
        yield client


@contextmanager
def _ray(workers: int, address: str | None) -> Iterator[Any]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Without it Ray makes an environment of its own for its workers, where it finds a project file.
    os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
    ray = need("ray", "the engine ray")
    if address is None:
        there: dict[str, Any] = {"address": "local", "num_cpus": workers, "include_dashboard": False}
    else:
        there = {"address": address}
        _refuse_silence(address)
    ray.init(**there, log_to_driver=False, logging_level="ERROR")
    try:
        yield ray
    finally:
        ray.shutdown()


def _refuse_silence(address: str) -> None:
    """Refuse an address where nothing listens: Ray itself would go on asking for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=10).close()
    except (OSError, ValueError) as error:
        raise RegestaError(f"{address}: no Ray cluster answers ({error}); start one with: ray start --head") from None


def _from_ray(ray: Any, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        return ray.get(ray.remote(function).remote(*arguments))
    except ray.exceptions.RayTaskError as error:
        # What the function raised, without the account of Ray's processes around it.
        raise error.cause from None
    except ray.exceptions.WorkerCrashedError:
        raise RegestaError(_DIED) from None
