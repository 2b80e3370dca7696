"""Whether a date that a story names moves it, or is a look aside from which it comes back.

"The forts, built in 1890, were strong. On 16 August the last one fell" stays in the year that it was in; so it does
after "he had joined the army in 1911" and "a study of 1998". Such a date is a look aside only where words say so
(``context.yaml``) and the story stands in the same paragraph; what begins a sentence ("In 1645 …") moves it. Within
its own sentence it is the last date told like any other.
"""

from __future__ import annotations

from typing import NamedTuple

from regesta.temporal.context import Context, sentence_ends, sentence_left, sentence_right
from regesta.temporal.points import Point

# A jump ahead of so many years, told in passing, is no step of a story.
_FAR = 40
# So near ahead a year is one that the story comes to.
_NEXT = 1
_UNITS = frozenset(("day", "month", "season", "year", "time"))


class Stand(NamedTuple):
    """Where a story stood before it looked aside: what it had told last, and the indices of those finds."""

    ref: Point
    ref_at: int
    told_end: int
    day: Point | None
    day_at: int
    last_day: Point | None
    last_day_at: int


def looks_aside(p: Point, stand: Point, left: str, right: str, words: Context) -> bool:
    """Whether a date with its year is a look aside.

    Args:
        p: the date.
        stand: what the story has told last.
        left: the text before the date, from ``stand`` on at the most.
        right: the text after it.
        words: what the words around a date say.
    """
    if p.year is None or stand.year is None or p.year == stand.year or not {p.unit, stand.unit} <= _UNITS:
        return False
    left = sentence_left(left)
    ahead = p.year - stand.year
    if ahead < 0 and words.tells_before(sentence_right(right)):
        return True
    if words.heads_story(left):
        return False
    if p.unit == "year" and (words.is_attribute(left, right) or words.names_writer(left)):
        return True
    if p.unit == "year" and ahead < 0 and words.names_event(left):
        return True
    if ahead > 0:
        return (
            (ahead > _FAR and p.unit == "year" and stand.unit != "year")
            or words.looks_ahead(left)
            or (ahead > _NEXT and words.in_passing(left))
        )
    return words.in_passing(left) or words.looks_back(left)


def is_over(gap: str, *, part: bool) -> bool:
    """Whether the look aside has ended, after so much text: with its sentence; for a month or day without its year
    with a comma."""
    return sentence_ends(gap) or (part and ", " in gap)
