"""Strings that attack a regular expression, made from its own parse tree, and how its time grows on them."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator, Sequence
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

LONG = 50
"""A repetition of more than so many times counts as one without end."""
_LIKELY = "aA 1.(\n\"'-/,:\u00e9"
_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
_CATEGORIES = {
    ops.CATEGORY_DIGIT: r"\d", ops.CATEGORY_NOT_DIGIT: r"\D", ops.CATEGORY_SPACE: r"\s",
    ops.CATEGORY_NOT_SPACE: r"\S", ops.CATEGORY_WORD: r"\w", ops.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def attacks(pattern: str, flags: int, seed: int = 1, tries: int = 6) -> list[tuple[str, str, str]]:
    """Attacks on a pattern: what comes once, what is repeated, and what comes at the end, so that it does not match."""
    dice = random.Random(seed)
    tree = _parser.parse(pattern, flags)
    found = []
    for before, body in _endless(list(tree)):
        for _ in range(tries):
            once, pump = _sample(before, dice), _sample(body, dice) or "a"
            found += [(once, pump, "\0"), ("", once + pump, "\0"), (once, pump, "!\n")]
        if once := _sample(before, dice):
            found.append(("", once, "\0"))
    return sorted(set(found))


def _endless(items: Sequence[Any], before: Sequence[Any] = ()) -> Iterator[tuple[list[Any], list[Any]]]:
    """Every repetition without end: the nodes that come before it, and those of its body."""
    for at, (op, value) in enumerate(items):
        prior = [*before, *items[:at]]
        for body in _bodies(op, value):
            if op in _REPEATS and value[1] > LONG:
                yield prior, body
            yield from _endless(body, prior)


def _bodies(op: Any, value: Any) -> list[list[Any]]:
    if op in _REPEATS:
        return [list(value[2])]
    if op is ops.BRANCH:
        return [list(branch) for branch in value[1]]
    if op is ops.SUBPATTERN:
        return [list(value[3])]
    if op is ops.ATOMIC_GROUP:
        return [list(value)]
    if op in (ops.ASSERT, ops.ASSERT_NOT):
        return [list(value[1])]
    if op is ops.GROUPREF_EXISTS:
        return [list(part) for part in value[1:] if part]
    return []


def _sample(items: Sequence[Any], dice: random.Random) -> str:
    """A string that a sequence of nodes matches, as good as can be told without its context."""
    return "".join(_one(op, value, dice) for op, value in items)


def _one(op: Any, value: Any, dice: random.Random) -> str:
    if op is ops.LITERAL:
        return chr(value)
    if op in (ops.NOT_LITERAL, ops.ANY, ops.IN):
        return _character(op, value, dice)
    if op in _REPEATS:
        times = min(value[1], max(value[0], dice.choice((0, 1, 1, 2, 3))))
        return "".join(_sample(list(value[2]), dice) for _ in range(times))
    if op in (ops.ASSERT_NOT, ops.AT, ops.GROUPREF):
        return ""
    if op is ops.ASSERT and value[0] < 0:
        return ""
    bodies = _bodies(op, value)
    return _sample(dice.choice(bodies), dice) if bodies else ""


def _character(op: Any, value: Any, dice: random.Random) -> str:
    if op is ops.ANY:
        return dice.choice("aA 1.")
    if op is ops.NOT_LITERAL:
        return next(c for c in dice.sample(_LIKELY, len(_LIKELY)) if ord(c) != value)
    fits = re.compile(_class(value)).fullmatch
    likely = [c for c in _LIKELY if fits(c)]
    if likely and dice.random() < 0.8:
        return dice.choice(likely)
    return next(c for c in map(chr, range(1, 0x30000)) if fits(c))


def _class(items: Sequence[Any]) -> str:
    out = []
    for op, value in items:
        if op is ops.NEGATE:
            out.append("^")
        elif op is ops.LITERAL:
            out.append(re.escape(chr(value)))
        elif op is ops.RANGE:
            out.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        elif op is ops.CATEGORY:
            out.append(_CATEGORIES[value])
    return f"[{''.join(out)}]"


def growth(pattern: re.Pattern[str], method: str, attack: tuple[str, str, str], longest: int = 30_000) -> float:
    """How much longer a method takes for four times the attack, where it takes long enough to be measured: 4 or so is
    linear, 16 is quadratic; 0 if it takes no time to speak of."""
    once, pump, last = attack

    def took(size: int) -> float:
        return _time(pattern, method, once + pump * max(1, size // len(pump)) + last)

    size = 16
    while size <= longest:
        if (long := took(size)) > _MEASURABLE:
            return min(long, took(size)) / max(1e-6, *(took(size // 4) for _ in range(3)))
        # In small steps at first: what is exponential never ends a large one.
        size = size * 5 // 4 if size < 150 else size * 4
    return 0.0


_MEASURABLE = 0.01


def use(pattern: re.Pattern[str], method: str, text: str) -> None:
    """Use a pattern; every method but those that begin at the beginning finds all there is."""
    if method in ("match", "fullmatch"):
        getattr(pattern, method)(text)
    else:
        for _ in pattern.finditer(text):
            pass


def _time(pattern: re.Pattern[str], method: str, text: str) -> float:
    start = time.process_time()
    use(pattern, method, text)
    return time.process_time() - start
