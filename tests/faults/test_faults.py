"""A sample of the injected faults, one of each kind that ends differently; `benchmarks.faults` has them all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import faults as bench
from benchmarks import faults_flow as real
from benchmarks.faults_kinds import KINDS

SAMPLE = [
    ("killed", 0.9, {"killed"}),
    ("exception", 0.9701, {"refused"}),
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
    ("document blows up", 0.1, {"done"}),
    ("path leads out", 0.102, {"refused"}),
    ("site misbehaves", 0.102, {"done"}),
    ("two builds", 0.4, {"done", "refused"}),
]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bench.Ground]:
    yield bench.Ground("river", tmp_path_factory.mktemp("ground"))


@pytest.fixture(scope="module")
def machine(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> real.Machine:
    return real.Machine(tmp_path_factory.mktemp("machine"), prefect_server, functions=700)


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
    assert {fault.kind for fault in listed} == {*KINDS, *real.KINDS}


def test_two_builds_that_both_publish_are_seen() -> None:
    assert list(bench._both("new 1.1.0, 0 set aside", "new 1.1.0, 0 set aside"))
    assert list(bench._both("unchanged 1.1.0", "out: another build is publishing here"))
    assert not list(bench._both("unchanged 1.1.0, 0 set aside", "new 1.1.0, 0 set aside"))


@pytest.mark.timeout(280)
@pytest.mark.parametrize(("kind", "moment", "ends"), [("exception", 0.875, "refused"), ("killed", 0.6, "killed")])
def test_a_fault_of_a_real_run_is_in_the_record(
    kind: str, moment: float, ends: str, ground: bench.Ground, tmp_path: Path, machine: real.Machine
) -> None:
    outcome = bench.attempt(bench.Fault(1, f"real run: {kind}", moment, "river"), ground, tmp_path / "scene", machine)
    assert outcome.wrong == ()
    assert outcome.ended == ends, outcome
