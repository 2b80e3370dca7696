"""No pattern of Python's own engine takes more than linear time, but those whose input somebody else keeps short."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time

import pytest

from tests.faults import attacks
from tests.faults.patterns import ROOT

LINEAR = 9.0
"""Four times the text takes 4 times as long if that is linear, 16 times if it is quadratic."""
SHORT: dict[str, tuple[int, str]] = {
    "regesta/temporal/": (1_500, "rules of our own grammar, never a document"),
    "regesta/linking.py": (200, "what stands between two citations, or before one, cut to a window"),
    "regesta/segment/names.py": (40, "a name of at most 40 characters"),
    "regesta/segment/marks.py": (400, "a heading: longer chunks are none"),
    "regesta/segment/contents.py": (500, "the last 500 characters of a line of the contents"),
    "regesta/segment/dating.py": (400, "the first or last line of a paper, if it is short"),
    "regesta/segment/description.py": (400, "a title or a part of one"),
    "regesta/segment/rules.py": (400, "a heading"),
    "regesta/entities/patterns.py": (300, "what RE2 has found, or what follows it, matched at its place"),
    "regesta/entities/shortforms.py": (200, "the words before a short form"),
    "regesta/figures/numbers.py": (150, "a figure that RE2 has found"),
    "regesta/figures/papers.py": (150, "what follows a figure, in a window"),
    "regesta/figures/told.py": (400, "the signs of a clause"),
}
"""Where patterns may take more than linear time: at most how long what they are given is, and what keeps it so. What is
given them may be longer in a document that was made to be slow; then the time is its square."""
PATIENCE = 0.2
"""Seconds that the worst attack of that length may take."""


@pytest.fixture(scope="module")
def patterns() -> list[tuple[str, int, str, list[str]]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.patterns"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def slow(pattern: str, flags: int, methods: list[str]) -> tuple[str, tuple[str, str, str]] | None:
    """A method and an attack that take more than linear time."""
    compiled = re.compile(pattern, flags)
    for method in sorted({m if m in ("match", "fullmatch") else "search" for m in methods}):
        for attack in attacks.attacks(pattern, flags, tries=2):
            if all(attacks.growth(compiled, method, attack) > LINEAR for _ in range(2)):
                return method, attack
    return None


@pytest.mark.timeout(300)
def test_no_pattern_can_be_made_slow_by_a_document(patterns) -> None:
    assert len(patterns) > 150
    unexpected = []
    for pattern, flags, where, methods in patterns:
        if (found := slow(pattern, flags, methods)) is None:
            continue
        most = next((most for room, (most, _) in SHORT.items() if where.startswith(room)), 0)
        method, (once, pump, last) = found
        start = time.process_time()
        attacks.use(re.compile(pattern, flags), method, once + pump * (most // len(pump)) + last)
        if not most or time.process_time() - start > PATIENCE:
            unexpected.append(f"{where}: {method} of {pattern[:120]!r} on {once!r} and {pump!r} again and again")
    assert unexpected == []


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"(a+)+$", "match"),
        (r"\s+$", "search"),
        (r"[\w.]+@x", "search"),
        (r"(?:\w+\s*)*;", "match"),
        (r".*?,.*;", "match"),
    ],
)
def test_slow_patterns_are_seen(pattern: str, method: str) -> None:
    assert slow(pattern, 0, [method])


@pytest.mark.parametrize(
    ("pattern", "method"),
    [(r"\s+$", "match"), (r"(?<!\s)\s+x", "search"), (r"\d{1,40}x", "search"), (r"a+b+c", "match")],
)
def test_quick_patterns_are_let_pass(pattern: str, method: str) -> None:
    assert slow(pattern, 0, [method]) is None
