"""Counted things: buildings, settlements, districts, states, bodies and cases."""

from __future__ import annotations

from collections.abc import Sequence

from regesta.figures.clauses import Clause
from regesta.figures.lexicon import Term
from regesta.figures.readings import NONE, Number, Reading, Whole, place_of

_NOTHING = Term("")


def thing(i: int, number: Number, head: Term, whole: Whole | None, clauses: Sequence[Clause]) -> Reading:
    """What a number measures that counts no people.

    Args:
        i: its place in the sentence.
        number: the number.
        head: the noun that it counts.
        whole: the number that it may be a part of.
        clauses: the words before the first number, between each two, and behind the last.
    """
    terms = [t for c in clauses for t in (*c.terms, *c.described)]
    terms = [t for t in (*terms, *clauses[i].govern) if t.kind in ("predicate", "governor", "part")]
    values = {value for t in terms for value in (t.value, t.weak)}
    part = place_of(whole) if whole and whole.unit == head.unit else None
    if head.unit in ("building", "settlement"):
        if "destroyed" in values:
            return Reading("buildings", "noun", head.unit, part)
        return NONE if number.small else Reading("other", "noun", head.unit, part)
    if head.unit == "district":
        return Reading("districts_occupied" if "occupied" in values else "other", "all", "district", part)
    if head.unit == "state":
        if _recognised(i, clauses):
            return Reading("recognised_by", "all", "state", part)
        return NONE if number.small else Reading("other", "all", "state", part)
    return Reading(head.value or "other", "all", head.unit, part)


def _recognised(i: int, clauses: Sequence[Clause]) -> bool:
    """Whether the states counted are those that recognise: subject of the verb, or its agent."""
    left = clauses[i]
    if left.role == "agent":
        return any(t.value == "recognised_by" for t in left.terms)
    if left.role == "place":
        return False
    for c in range(i + 1, len(clauses)):
        before = _NOTHING
        for term in clauses[c].terms:
            if term.kind == "break":
                return False
            if term.value == "recognised_by" and not (before.kind == "preposition" and before.value):
                return True
            before = term
    return False
