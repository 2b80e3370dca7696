"""The cyclic garbage collector, held off where it has nothing to find."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_off() -> Iterator[None]:
    """Holds the collector off for one shard; also a decorator.

    A shard makes tens of thousands of tuples and not one cycle; the collector would look through all of them
    again and again, for a tenth to a sixth of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
