from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regesta.spans import SLUG_PATTERN, Span, address, addresses, parse

ids = st.from_regex(rf"\A(?:{SLUG_PATTERN})\Z")


@given(ids, st.integers(0, 10**12), st.integers(0, 10**6))
def test_an_address_is_read_back(source: str, start: int, length: int) -> None:
    span = Span(source, start, start + length)
    assert parse(str(span)) == span


@settings(deadline=None)
@given(st.lists(st.tuples(ids, st.integers(0, 10**12), st.integers(0, 10**12))))
def test_many_addresses_are_written_like_one(spans: list[tuple[str, int, int]]) -> None:
    sources, starts, ends = ([span[n] for span in spans] for n in range(3))
    written = addresses(pa.array(sources, pa.string()), np.array(starts, np.int64), np.array(ends, np.int64))
    assert written.to_pylist() == [address(*span) for span in spans]


@given(st.text(), st.integers(0, 50), st.integers(0, 50))
def test_a_span_cuts_its_words_out(text: str, start: int, length: int) -> None:
    assert Span("a", start, start + length).of(text) == text[start : start + length]


@pytest.mark.parametrize(
    "text", ["", "a", "a@", "a@1", "a@1-", "a@-1-2", "a@01-2", "a@5-4", "a b@1-2", "a@1-2 ", "a@1-2\n"]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not an address|lies before"):
        parse(text)
