"""A sample of the injected faults, one of each kind that ends differently; `benchmarks.faults` has them all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks import faults as bench
from benchmarks.faults_kinds import KINDS

SAMPLE = [
    ("killed", 0.9, {"killed"}),
    ("exception", 0.9701, {"failed"}),
    ("disk full at the n-th write", 0.3, {"refused"}),
    ("files limited in size", 0.4, {"refused"}),
    ("damaged stage output", 0.5, {"done"}),
    ("damaged list of releases", 0.0, {"done"}),
    ("left behind", 0.7, {"refused"}),
    ("damaged release", 0.743, {"refused"}),
    ("unreadable source", 0.1, {"refused"}),
    ("no text", 0.1, {"done"}),
    ("stage breaks on a text", 0.003, {"done"}),
    ("clock back", 0.5, {"refused"}),
]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bench.Ground]:
    yield bench.Ground("river", tmp_path_factory.mktemp("ground"))


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("kind", "moment", "ends"), SAMPLE)
def test_a_fault_loses_nothing(kind: str, moment: float, ends: set[str], ground: bench.Ground, tmp_path) -> None:
    outcome = bench.attempt(bench.Fault(1, kind, moment, "river"), ground, tmp_path / "scene")
    assert outcome.wrong == ()
    assert outcome.ended in ends, outcome


def test_the_list_of_faults_is_that_of_its_seed() -> None:
    listed = bench.faults(1, 200)
    assert listed == bench.faults(1, 200)
    assert listed != bench.faults(2, 200)
    assert {fault.kind for fault in listed} == set(KINDS)
