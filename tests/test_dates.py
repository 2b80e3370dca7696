"""The table `dates`: its columns against one paper and one expression at a time."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regesta.dates import find_dates
from regesta.spans import address
from regesta.tables.arrow import table_from_rows
from regesta.temporal import find

WORDS = (
    "On 3 May 1990", "two days later", "from 1994 to 1991", "from 2 June 1992 to March 1993", "Zürich said", "—",
    "in 1988", "since then", "every Monday", "about 1950", "nobody came.",
)  # fmt: skip


def tables(papers, cuts, language="en"):
    """Tables of sources of one paper each; every paper is cut into sentences after so many characters."""
    sources, documents, sentences = [], [], []
    for number, text in enumerate(papers):
        source = f"p-{number}"
        whole = "## " + text
        own = address(source, 3, len(whole))
        sources.append(
            dict.fromkeys(("path", "title", "media_type", "encoding", "sha256"), "x")
            | {"source_id": source, "language": language, "bytes": 1, "characters": len(whole), "text": whole}
        )
        documents.append(
            {"document_id": own, "source_id": source, "char_start": 3, "date_edtf": "1995-06-07", "text": text}
        )
        for start in range(3, len(whole), cuts):
            end = min(start + cuts, len(whole))
            sentences.append(
                {"sentence_id": address(source, start, end), "document_id": own, "char_start": start, "char_end": end}
            )
    return {
        "sources": table_from_rows("sources", sources),
        "documents": table_from_rows("documents", documents),
        "sentences": table_from_rows("sentences", sentences[::-1]),
    }


def expected(given_tables):
    """The same, said slowly."""
    rows, across = [], []
    for paper in given_tables["documents"].to_pylist():
        source, base = paper["source_id"], paper["char_start"]
        homes = [s for s in given_tables["sentences"].to_pylist() if s["document_id"] == paper["document_id"]]
        ids = []
        found = find(paper["text"], anchor=paper["date_edtf"])
        for one in found:
            span = base + one.start, base + one.end
            home = [s["sentence_id"] for s in homes if s["char_start"] <= span[0] and span[1] <= s["char_end"]]
            ids.append((address(source, *span), home[0] if home else None))
        for one, (own, home) in zip(found, ids, strict=True):
            if home is None:
                across.append(own)
                continue
            sound = not (one.earliest and one.latest and one.earliest > one.latest)
            leans = ids[one.anchor] if one.anchor is not None else (None, None)
            rows.append(
                {
                    "date_id": own,
                    "sentence_id": home,
                    "surface": one.surface,
                    "timex_value": one.value
                    or (f"{one.begin_value}/{one.end_value}" if one.begin_value and one.end_value else None),
                    "edtf": one.edtf if sound else None,
                    "date_start": one.earliest if sound else None,
                    "date_end": one.latest if sound else None,
                    "basis": one.basis if sound else "none",
                    "anchor_date_id": leans[0] if leans[1] else None,
                }
            )
    return rows, across


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), max_size=5), st.integers(5, 60))
def test_rows_say_what_each_paper_says_alone(papers, cuts):
    given_tables = tables(papers, cuts)
    made = find_dates(given_tables)
    rows, across = expected(given_tables)
    assert made["dates"].select(list(rows[0]) if rows else []).to_pylist() == rows
    assert [row["issue_id"] for row in made["issues"].to_pylist()] == [f"{own}#date_across_sentences" for own in across]


def test_a_language_without_rules_is_recorded():
    made = find_dates(tables(["Am 3 May 1990."], 80, language="fi"))
    assert made["dates"]["date_start"].to_pylist() == [dt.date(1990, 5, 3)]
    assert made["issues"]["code"].to_pylist() == ["language_without_rules"]


def test_no_papers_no_dates():
    empty = {name: table.slice(0, 0) for name, table in tables(["On 3 May 1990."], 80).items()}
    assert [len(table) for table in find_dates(empty).values()] == [0, 0]


@pytest.mark.parametrize("chunks", [1, 3])
def test_tables_in_pieces_read_alike(chunks):
    whole = tables(["On 3 May 1990 and two days later.", "In 1988.", "Since 1950 — and then on 4 July 1951."], 40)
    pieces = {
        name: pa.concat_tables([table.slice(n, 1) for n in range(len(table))]) if chunks > 1 else table
        for name, table in whole.items()
    }
    assert find_dates(pieces)["dates"].equals(find_dates(whole)["dates"])


def test_a_range_from_a_day_that_there_is_not_has_no_period() -> None:
    """1995 has no 29 February."""
    [row] = find_dates(tables(["It went on, 29 February to 28 August, as told."], 1000))["dates"].to_pylist()
    assert (row["surface"], row["basis"]) == ("29 February to 28 August", "none")
    assert (row["edtf"], row["date_start"], row["date_end"]) == (None, None, None)
