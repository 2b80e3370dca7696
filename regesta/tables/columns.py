"""Columns of tables as arrays: what joins of spans need, without an object a row."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Numbers = np.ndarray[Any, Any]
Column: TypeAlias = "pa.Array | pa.ChunkedArray"
# No text has as many code points; with so many bits for offsets, eight million owners are left.
_BITS = 40


def numbers(column: Column) -> Numbers:
    """A column of integers without gaps, int64."""
    found: Numbers = column.to_numpy() if isinstance(column, pa.ChunkedArray) else column.to_numpy(zero_copy_only=False)
    return found


def codes(column: Column, among: Column) -> Numbers:
    """Where each value of a column stands among others, all different; -1 where it does not. int64."""
    found = pc.index_in(column, value_set=among.combine_chunks() if isinstance(among, pa.ChunkedArray) else among)
    return numbers(pc.cast(pc.fill_null(found, -1), pa.int64()))


def keys(owners: Numbers, offsets: Numbers | int) -> Numbers:
    """One number for an owner and an offset in it, in the order of both: what spans of many texts are searched by."""
    return (owners << _BITS) + offsets


def latest(places: Numbers, wanted: Numbers, *, here: bool = False) -> Numbers:
    """For each of some keys the place of the last one before it that has the same owner; -1 where there is none.

    Args:
        places: keys in rising order.
        wanted: keys, in any order.
        here: whether an equal key will do as well.
    """
    found = np.searchsorted(places, wanted, side="right" if here else "left") - 1
    owner = np.append(places, keys(np.array([-1]), 0))[found] >> _BITS
    return np.where(owner == wanted >> _BITS, found, -1)


def taken(column: Column, rows: Numbers) -> pa.Array:
    """The values of a column in some rows; null where the row is -1."""
    found = column.take(pa.array(rows, pa.int64(), mask=rows < 0))
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
