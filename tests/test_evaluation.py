"""Scores against hand annotations, and the quality that a build must keep."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.errors import RegestaError
from regesta.evaluation import evaluate
from regesta.evaluation.gold import Annotation, Paper, read_layer
from regesta.evaluation.scores import b_cubed, score
from regesta.package import release
from tests.conftest import ROOT

GOLD = ROOT / "tests" / "gold"
# What the latest release reaches on the annotated papers, less a little; a change that loses quality is seen here.
FLOORS = {
    "documents": {"bounds": 1.0, "title": 1.0, "date": 1.0, "place": 0.94, "issuer": 1.0, "outlet": 1.0, "kind": 1.0},
    "dates": {"strict": 0.97, "relaxed": 0.98, "type": 0.97, "edtf": 0.95},
    "entities": {"strict": 0.97, "relaxed": 0.98, "type": 0.98, "link": 0.97},
    "figures": {"strict": 0.97, "value": 0.97, "qualifier": 0.97, "measure": 0.96, "group": 0.97},
}


@pytest.fixture(scope="module")
def scores() -> dict[str, dict[str, float]]:
    out = ROOT / "datapackage"
    return evaluate(release.tables_of(out / str(release.latest_release(out))), GOLD)


@pytest.mark.parametrize(("layer", "name"), [(layer, name) for layer, names in FLOORS.items() for name in names])
def test_the_release_keeps_its_quality(scores, layer: str, name: str) -> None:
    assert scores[layer][name] >= FLOORS[layer][name]


def spans(*pairs: tuple[int, int]) -> list[Annotation]:
    return [Annotation(a, b, {"k": "x"}) for a, b in pairs]


def rows(*pairs: tuple[int, int]) -> list[dict]:
    return [{"char_start": a, "char_end": b, "k": "x"} for a, b in pairs]


def test_counts() -> None:
    found = score(
        [(spans((0, 5), (10, 15), (20, 25)), rows((0, 5), (11, 15), (30, 35)))],
        {"k": lambda a, r: a.values["k"] == r["k"]},
    )
    assert (found.gold, found.found, found.strict, found.relaxed, found.right) == (3, 3, 1, 2, {"k": 2})
    assert found.summary() == pytest.approx({"strict": 1 / 3, "relaxed": 2 / 3, "k": 2 / 3})


def test_one_row_is_not_counted_for_two_annotations() -> None:
    assert score([(spans((0, 5), (6, 9)), rows((0, 9)))], {}).relaxed == 1


def test_nothing_annotated_nothing_found() -> None:
    assert score([], {}).summary() == {"strict": 0.0, "relaxed": 0.0}


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)).map(lambda p: (p[0], p[0] + p[1])), unique=True))
def test_the_annotations_themselves_score_one(pairs) -> None:
    found = score([(spans(*pairs), rows(*pairs))], {})
    assert found.strict == len(pairs)
    assert found.relaxed <= len(pairs)


def test_b_cubed() -> None:
    assert b_cubed([("a", "1"), ("a", "1"), ("b", "2")]) == 1.0
    assert b_cubed([("a", "1"), ("b", "1")]) == pytest.approx(2 * 0.5 / 1.5)
    assert b_cubed([]) == 0.0


def paper(folder: Path, line: str) -> list[Annotation] | None:
    (folder / "dates").mkdir(exist_ok=True)
    (folder / "dates" / "p.tsv").write_text("line\tocc\tsurface\ttype\n" + line + "\n")
    return read_layer(folder, "dates", Paper("p", "", 5, 24, {}), "xxxx\naab aab\naaaa and aa\n")


def test_annotations_are_found_by_line_and_occurrence(tmp_path: Path) -> None:
    assert paper(tmp_path, "1\t2\taab\tDATE") == [Annotation(9, 12, {"type": "DATE"})]
    assert paper(tmp_path, "2\t2\taa\tDATE") == [Annotation(15, 17, {"type": "DATE"})]


@pytest.mark.parametrize("line", ["1\t3\taab\tDATE", "9\t1\taab\tDATE", "1\t1\tzz\tDATE", "x\t1\taab\tDATE"])
def test_annotations_that_do_not_fit_are_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(RegestaError, match=r"p\.tsv:2: these words are not in the paper"):
        paper(tmp_path, line)


def test_a_folder_without_annotations(tmp_path: Path) -> None:
    with pytest.raises(RegestaError, match=r"documents\.jsonl: cannot be read"):
        evaluate({}, tmp_path)
