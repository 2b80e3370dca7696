"""The same road on a second corpus: twelve made-up papers in four encodings, two of them in one anthology."""

from __future__ import annotations

import pytest

from regesta import stages

EXPECTED = [
    # source, kind, date, basis, place, issuer, outlet
    ("appeal-fishermen", "appeal", "1978-06-14", "dateline", "Port Ellery", "fishermen of Port Ellery", None),
    ("board", "resolution", "1978-01-19", "dateline", None, "Harbour Board", None),
    ("board", "report", "1978-02-27", "dateline", "Port Ellery", "A. R. Thackeray", None),
    ("communique", "statement", "1978-01-20", "dateline", "Saint-Élie", None, None),
    ("letter", "letter", "1978-03-03", "dateline", None, "Edwin Vale", None),
    ("news-quay", "news", "1978-09-02", "dateline", None, None, "CoastNet"),
    ("news-widow", "news", "1979-03-12", "dateline", "PORT ELLERY", None, "CoastNet"),
    ("note", "article", None, "none", None, None, None),
    ("order", "order", "1978-08-21", "dateline", "Westhaven", "Margaret Dunmore", None),
    ("plan", "plan", "1979-05-04", "heading", None, None, None),
    ("postanovlenie", "article", "1978-09-02", "dateline", None, None, None),
    ("storm", "article", "1988-01-11", "inferred", None, None, None),
]


@pytest.fixture(scope="module")
def tables(harbour_tables: stages.Tables) -> stages.Tables:
    return harbour_tables


def test_the_papers_are_what_they_say(tables: stages.Tables) -> None:
    columns = ["source_id", "kind", "date_edtf", "date_basis", "place", "issuer", "outlet"]
    assert [tuple(row.values()) for row in tables["documents"].select(columns).to_pylist()] == EXPECTED


def test_the_encodings_are_found(tables: stages.Tables) -> None:
    found = dict(zip(*(tables["sources"][c].to_pylist() for c in ("source_id", "encoding")), strict=True))
    assert found["communique"] == "cp1252"
    assert found["postanovlenie"] == "cp1251"
    assert found["letter"] == "utf-16-le"
    assert found["plan"] == "utf-8"


def test_the_dates_in_three_languages_are_resolved(tables: stages.Tables) -> None:
    dates = dict(zip(*(tables["dates"][c].to_pylist() for c in ("surface", "edtf")), strict=True))
    assert dates["11 janvier 1978"] == "1978-01-11"
    assert dates["2 сентября 1978 года"] == "1978-09-02"
    assert dates["11 January 1978"] == "1978-01-11"


def test_every_row_holds_its_words(tables: stages.Tables) -> None:
    texts = dict(zip(*(tables["sources"][c].to_pylist() for c in ("source_id", "text")), strict=True))
    for table, column, key in (
        ("documents", "text", "document_id"),
        ("sentences", "text", "sentence_id"),
        ("dates", "surface", "date_id"),
    ):
        for row in tables[table].to_pylist():
            assert texts[row[key].partition("@")[0]][row["char_start"] : row["char_end"]] == row[column]
