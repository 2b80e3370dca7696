"""What a number measures, and what it may be a part of."""

from __future__ import annotations

from typing import NamedTuple


class Number(NamedTuple):
    """What the analysis needs to know of a number."""

    kind: str
    small: bool


class Whole(NamedTuple):
    """A number that parts may be told of: its place in the sentence, or -1, -2 … for those carried over from earlier
    sentences; NOWHERE if it is not in sight."""

    place: int
    measure: str
    unit: str
    group: str


class Reading(NamedTuple):
    """What a number measures.

    Attributes:
        measure: a measure of the taxonomy; empty where the number is no figure.
        group: the group counted.
        unit: what is counted.
        part_of: place of the whole in the sentence, -1, -2 … for a whole carried over, None for none.
        main: whether parts that follow may be parts of this number.
    """

    measure: str
    group: str = "all"
    unit: str = ""
    part_of: int | None = None
    main: bool = True


NONE = Reading("")
NOWHERE = -1000


def place_of(whole: Whole) -> int | None:
    """Where a whole stands, if it is in sight."""
    return whole.place if whole.place != NOWHERE else None
