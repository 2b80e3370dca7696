"""Joins of columns, against the same said slowly."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from regesta.tables.columns import codes, keys, latest, taken

NAMES = st.lists(st.sampled_from("abcd"), max_size=12)
SPOTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=12)


@settings(deadline=None)
@given(NAMES)
def test_codes_tell_where_a_value_stands(names: list[str]) -> None:
    among = pa.chunked_array([["b", "a"], ["d"]])
    places = {"b": 0, "a": 1, "d": 2}
    assert codes(pa.array(names, pa.string()), among).tolist() == [places.get(name, -1) for name in names]


@settings(deadline=None)
@given(SPOTS, SPOTS)
def test_the_latest_before_is_of_the_same_owner(known: list[tuple[int, int]], wanted: list[tuple[int, int]]) -> None:
    known.sort()
    places, asked = (keys(*np.array(spots, np.int64).reshape(-1, 2).T) for spots in (known, wanted))
    for here in (False, True):
        slowly = [
            max((n for n, (other, at) in enumerate(known) if other == owner and at < place + here), default=-1)
            for owner, place in wanted
        ]
        assert latest(places, asked, here=here).tolist() == slowly


def test_a_row_that_is_none_is_null() -> None:
    column = pa.chunked_array([["a"], ["b", None]])
    assert taken(column, np.array([1, -1, 0, 2])).to_pylist() == ["b", None, "a", None]
    assert taken(column, np.array([], np.int64)).to_pylist() == []
    assert taken(pa.chunked_array([], pa.string()), np.array([-1])).to_pylist() == [None]
