"""Some hundreds of the random documents; `benchmarks.fuzz` makes as many as one likes."""

from __future__ import annotations

import pytest

from benchmarks import fuzz
from tests.conftest import HARBOUR


@pytest.mark.timeout(120)
def test_random_documents_go_all_the_way() -> None:
    found = fuzz.fuzz(seed=11, count=300, measured=0)
    assert found.wrong == []
    assert found.documents == 300
    assert found.rows > 3000


def test_the_check_of_words_sees_a_shift_of_one() -> None:
    text = (HARBOUR / "order-quay.txt").read_text()
    tables = fuzz.road({"a": (text, "en")})
    assert fuzz.check(tables) == []
    dates = tables["dates"]
    moved = dates.set_column(
        dates.schema.get_field_index("char_start"),
        "char_start",
        fuzz.pc.subtract(dates["char_start"], 1),
    )
    assert fuzz.astray({**tables, "dates": moved}) != []
    assert fuzz.check({**tables, "dates": moved}) != []


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "text",
    [
        "half a dozen men, ",
        "3 May 1980 and ",
        "said the Harbour Board; ",
        "1992 ",
        # Headings and signatures without end, and no paragraph: each asks what stands before it.
        "# Letter to the Board\n\nMillbrook, 3 May 1980\n\nAnna Berg\nMayor of Millbrook",
    ],
)
def test_time_grows_as_the_text_does(text: str) -> None:
    assert fuzz.growth(text) <= fuzz.MOST_GROWTH
