"""Where the work on shards is done: in this process, in processes beside it, or on a Dask cluster."""

from __future__ import annotations

import multiprocessing
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


Call = Callable[..., Any]
"""Takes a plain function and its arguments, and gives what the function gives, wherever it ran."""


@contextmanager
def engine(kind: Engine | str, workers: int, address: str | None = None) -> Iterator[Call]:
    """An engine, as long as the context lasts. Functions and arguments are pickled, threads apart; may be called from
    several threads at once.

    Args:
        kind: which engine.
        workers: how many processes there are; of a cluster that runs already it has its own.
        address: of the scheduler of a Dask cluster, ``tcp://host:port``; without it one is started on this machine.

    Raises:
        RegestaError: Dask is not installed, or no scheduler answers at the address; or, from a call, a process died.
    """
    if kind == Engine.THREADS:
        yield lambda function, *arguments: function(*arguments)
    elif kind == Engine.PROCESSES:
        # Started afresh: a fork of a process with threads, as Prefect's is, can hang.
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
            yield lambda function, *arguments: _from_pool(pool, function, arguments)
    else:
        with _dask(workers, address) as client:
            yield lambda function, *arguments: client.submit(function, *arguments, pure=False).result()


def _from_pool(pool: ProcessPoolExecutor, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        return pool.submit(function, *arguments).result()
    except BrokenProcessPool:
        raise RegestaError(
            "a worker process died, most likely for want of memory; build again with fewer --workers or smaller "
            "--shard-bytes: what is done stays done"
        ) from None


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
