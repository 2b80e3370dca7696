"""One text divided, as rows; one block cut into sentences, as spans."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from regesta import segment as divided
from regesta.segment.letters import Letters
from regesta.segment.rules import rules
from regesta.segment.sentences import split as cut


def segment(*given: str | None, **settings: str | None) -> SimpleNamespace:
    """The rows of one source, per table."""
    made = divided.segment([divided.Given(*given, **settings)])
    return SimpleNamespace(**{name: table.to_pylist() for name, table in made.items()})


def split(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The spans of the sentences of a block of running text."""
    block = (np.array([start]), np.array([len(text) if end is None else end]), np.array([True]))
    starts, ends, _ = cut(Letters([text]), *block, rules("en"))
    return list(zip(starts.tolist(), ends.tolist(), strict=True))
