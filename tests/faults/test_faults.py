"""Faults in builds: the first of each kind; `python -m benchmarks.faults` runs them all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.faults import KINDS, Bench, Fault, faults

KEPT = [Fault(kind, float(moment)) for kind, moment in (
    line.split("\t") for line in Path(__file__).with_name("seed-1.tsv").read_text().splitlines()[1:]
)]  # fmt: skip
ENDINGS = {
    "kill": {"killed", "published"},
    "kill later": {"killed", "published"},
    "disk full": {"refused", "failed", "published"},
    "device gone": {"refused", "failed", "published"},
    "error": {"failed", "published"},
    "file too large": {"refused", "failed", "published"},
    "damage": {"published", "refused"},
    "poison": {"published"},
    "two": {"published", "unchanged", "refused"},
    "clock": {"published"},
}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="regesta-faults-") as root:
        yield Bench(Path(root))


def test_the_list_that_is_kept_is_that_of_its_seed() -> None:
    assert len(KEPT) == 200
    assert faults(1, 200) == KEPT


@pytest.mark.parametrize("fault", KEPT[: len(KINDS)], ids=lambda fault: fault.kind.replace(" ", "-"))
def test_nothing_is_lost(bench: Bench, fault: Fault) -> None:
    verdict = bench.try_out(fault)
    assert verdict.wrong == ()
    assert {ended.partition(":")[0] for ended in verdict.ended} <= ENDINGS[fault.kind]


@pytest.mark.parametrize("moment", [0.3, 0.9])
def test_a_loss_would_be_seen(bench: Bench, monkeypatch, moment: float) -> None:
    """The bench itself: a release that is touched, and one that lacks what it should have, are told."""
    monkeypatch.setattr(bench, "before", {"1.0.0": "other bytes"})
    monkeypatch.setattr(bench, "after", {})
    wrong = bench.try_out(Fault("error", moment)).wrong
    assert "the release that stood is not as it was" in wrong
    assert "the release after it is not the one that should be" in wrong
