"""What two versions of a text have in common, and so where a span of the old one stands in the new one."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter


def stretches(old: str, new: str) -> list[tuple[int, int, int]]:
    """Common stretches as (start in old, length, start in new), in code points, in order and without overlap.

    Lines that stand in both are paired by patience (unique lines in their longest common order, then what touches
    them); inside a line that was edited, its common beginning and end are paired. A span that holds an edit can be
    mapped by its two ends. Costs grow with the length of the texts, and with the logarithm of their lines.
    """
    a, b = old.splitlines(keepends=True), new.splitlines(keepends=True)
    a_at, b_at = _starts(a), _starts(b)
    found: list[tuple[int, int, int]] = []
    for kind, (i, i_end), (j, j_end) in _blocks(a, b):
        if kind == "same":
            found.append((a_at[i], a_at[i_end] - a_at[i], b_at[j]))
        else:
            found += _edges(old, (a_at[i], a_at[i_end]), new, (b_at[j], b_at[j_end]))
    return [stretch for stretch in found if stretch[1]]


def _starts(lines: list[str]) -> list[int]:
    at = [0]
    for line in lines:
        at.append(at[-1] + len(line))
    return at


def _edges(old: str, a: tuple[int, int], new: str, b: tuple[int, int]) -> list[tuple[int, int, int]]:
    """The common beginning and end of two edited stretches."""
    left, right = old[a[0] : a[1]], new[b[0] : b[1]]
    most = min(len(left), len(right))
    head = next((n for n in range(most) if left[n] != right[n]), most)
    rest = most - head
    tail = next((n for n in range(rest) if left[-1 - n] != right[-1 - n]), rest)
    return [(a[0], head, b[0]), (a[1] - tail, tail, b[1] - tail)]


_Range = tuple[int, int]


def _blocks(a: list[str], b: list[str]) -> list[tuple[str, _Range, _Range]]:
    """The lines as runs that are the same and runs that differ, in order (patience diff, Cohen 2010)."""
    blocks: list[tuple[str, _Range, _Range]] = []
    i = j = 0
    for x, y in [*_anchors(a, b), (len(a), len(b))]:
        if x < i or y < j:
            continue
        tail = 0
        while x - tail > i and y - tail > j and a[x - tail - 1] == b[y - tail - 1]:
            tail += 1
        head = 0
        while i + head < x - tail and j + head < y - tail and a[i + head] == b[j + head]:
            head += 1
        blocks.append(("same", (i, i + head), (j, j + head)))
        blocks.append(("edited", (i + head, x - tail), (j + head, y - tail)))
        run = 0
        while x + run < len(a) and y + run < len(b) and a[x + run] == b[y + run]:
            run += 1
        blocks.append(("same", (x - tail, x + run), (y - tail, y + run)))
        i, j = x + run, y + run
    return [block for block in blocks if block[1][0] < block[1][1] or block[2][0] < block[2][1]]


def _anchors(a: list[str], b: list[str]) -> list[tuple[int, int]]:
    """Lines that stand once in each text, in their longest common order (patience sorting)."""
    in_a, in_b = Counter(a), Counter(b)
    where = {line: n for n, line in enumerate(b) if in_b[line] == 1}
    pairs = [(n, where[line]) for n, line in enumerate(a) if in_a[line] == 1 and line in where]
    tops: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for number, (_, y) in enumerate(pairs):
        pile = bisect_right(tops, y)
        before.append(tails[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(y)
            tails.append(number)
        else:
            tops[pile] = y
            tails[pile] = number
    chain: list[tuple[int, int]] = []
    number = tails[-1] if tails else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]
