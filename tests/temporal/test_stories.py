"""Short news items and paragraphs of histories, written and annotated by hand for these tests.

``stories/*.jsonl`` hold a paper a line, ``{"id", "text", "dct", "timexes": [{"start", "end", "surface", "type",
"value"}]}``, by the TIMEX3 guidelines as TimeBank and TempEval-3 apply them. The events are told loosely and the
figures are nobody's source; what counts is how such texts say when. The sets called ``-kept`` are kept from
development: only their figures are looked at, and a failing test shows no more than those.
"""

from pathlib import Path

import pytest

from benchmarks.temporal_quality import Counts, count, read_lines
from regesta.temporal import mode_of

STORIES = Path(__file__).parent / "stories"
NAMES = (
    "news", "wires", "bulletins", "dispatches-kept",
    "narratives", "histories", "wars", "campaigns", "campaigns-kept", "chronicles-kept",
)  # fmt: skip
PAPERS = {name: list(read_lines(STORIES / f"{name}.jsonl", "timex3")) for name in NAMES}
MODE = dict.fromkeys(("news", "wires", "bulletins", "dispatches-kept"), "news")
KEPT = {"campaigns-kept", "chronicles-kept", "dispatches-kept"}
FLOORS = {"relaxed": 98.0, "strict": 97.0, "type": 97.0, "value": 95.0}
KEPT_FLOORS = {"relaxed": 97.5, "strict": 96.5, "type": 97.0, "value": 92.0}


@pytest.mark.parametrize("name", sorted(PAPERS))
def test_the_annotations_are_where_they_say(name: str) -> None:
    assert len(PAPERS[name]) >= 10
    for paper in PAPERS[name]:
        last = 0
        for span in paper.gold:
            assert last <= span.start < span.end <= len(paper.text), paper.id
            last = span.end


@pytest.mark.parametrize("name", sorted(PAPERS))
def test_the_stories_are_read_as_a_reader_reads_them(name: str) -> None:
    counts = Counts()
    for paper in PAPERS[name]:
        count(paper, counts, "timex3", MODE.get(name, "narrative"))
    found = {
        "relaxed": counts.f1(counts.paired),
        "strict": counts.f1(counts.strict),
        "type": counts.f1(counts.type),
        "value": counts.f1(counts.value),
    }
    floors = KEPT_FLOORS if name in KEPT else FLOORS
    short = {key: round(found[key], 1) for key, floor in floors.items() if found[key] < floor}
    assert not short, str(short) if name in KEPT else "\n".join([str(short), *counts.errors])


def test_stories_and_news_are_told_apart() -> None:
    histories = [mode_of(p.text, "2009-12-19") for p in PAPERS["narratives"]]
    assert histories.count("narrative") >= 0.8 * len(histories)
    assert [p.id for p in PAPERS["news"] if mode_of(p.text, p.dct) != "news"] == []
