"""Corrections and expectations: data of the corpus, bound to what they expect."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from regesta import corpus, corrections, expectations, stages
from regesta.errors import RegestaError
from regesta.package import release
from regesta.tables import TABLES
from tests.conftest import HARBOUR

HEAD = "table,address,field,expected,value,reason,by\n"
REPORT = "board@491-815"


def put(folder: Path, *lines: str, head: str = HEAD) -> list[corrections.Correction]:
    (folder / "corrections.csv").write_text(head + "\n".join(lines) + "\n")
    return corrections.load(folder)


def row(tables: dict[str, pa.Table], key: str) -> dict:
    return next(r for r in tables["documents"].to_pylist() if r["document_id"] == key)


def test_a_correction_is_made_and_marked(harbour_tables: stages.Tables, tmp_path: Path) -> None:
    made = put(
        tmp_path,
        f"documents,{REPORT},place,Port Ellery,Westhaven,see his diary,editor",
        f"documents,{REPORT},date_start,1978-02-27,1978-02-26,see his diary,editor",
        f"documents,{REPORT},outlet,,CoastNet,see the stamp,editor",
    )
    corrected = corrections.apply(harbour_tables, made)
    after = row(corrected, REPORT)
    assert (after["place"], str(after["date_start"]), after["outlet"]) == ("Westhaven", "1978-02-26", "CoastNet")
    assert after["method"] == "correction"
    assert corrected["documents"].schema.equals(harbour_tables["documents"].schema)
    others = [r for r in corrected["documents"].to_pylist() if r["document_id"] != REPORT]
    assert others == [r for r in harbour_tables["documents"].to_pylist() if r["document_id"] != REPORT]


def test_no_file_no_corrections(harbour_tables: stages.Tables, tmp_path: Path) -> None:
    assert corrections.load(tmp_path) == []
    assert corrections.apply(harbour_tables, []) == harbour_tables


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f"documents,{REPORT},place,Westhaven,X,r,editor", r"csv:2: .*: expected 'Westhaven', found 'Port Ellery'"),
        ("documents,board@1-2,place,,X,r,editor", r"csv:2: documents has no row board@1-2"),
    ],
)
def test_a_correction_that_no_longer_holds_stops_the_build(
    harbour_tables, tmp_path: Path, line: str, message: str
) -> None:
    with pytest.raises(RegestaError, match=message):
        corrections.apply(harbour_tables, put(tmp_path, line))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("poems,a@1-2,place,,X,r,editor", r"csv:2: rows of 'poems' cannot be corrected; tables that can: documents"),
        ("documents,a@1-2,colour,,X,r,editor", r"csv:2: 'colour' is no field of documents that can be corrected"),
        ("documents,a@1-2,char_start,,1,r,editor", r"'char_start' is no field"),
        ("documents,a@1-2,document_id,,1,r,editor", r"'document_id' is no field"),
        ("documents,a@1-2,text,,1,r,editor", r"'text' is no field"),
        ("documents,a@1-2,title,,,r,editor", r"csv:2: title must not be empty"),
        ("documents,a@1-2,date_start,,soon,r,editor", r"csv:2: 'soon' is no date"),
        ("documents,a@1-2,place,,X,,editor", r"csv:2: a correction needs a reason"),
        ("documents,a@1-2,place,,X,r,editor,more", r"csv:2: the line has not as many cells"),
        ("documents,a@1-2,place,,X", r"csv:2: the line has not as many cells"),
        (
            "documents,a@1-2,place,,X,r,e\ndocuments,a@1-2,place,,Y,r,e",
            r"csv:3: a@1-2 place is corrected at .*:2 already",
        ),
    ],
)
def test_lines_that_cannot_be(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(RegestaError, match=message):
        put(tmp_path, line)


def test_files_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(RegestaError, match=r"csv:1: the columns must be table,address"):
        put(tmp_path, head="address,field\n")
    (tmp_path / "corrections.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(RegestaError, match="not UTF-8 at byte 0"):
        corrections.load(tmp_path)


def expect(folder: Path, text: str) -> expectations.Expectations:
    (folder / "expectations.toml").write_text(text)
    return expectations.load(folder)


def test_measures(harbour_tables: stages.Tables) -> None:
    assert expectations.measure(harbour_tables, "documents.rows") == 12
    assert expectations.measure(harbour_tables, "documents.date_edtf.filled") == pytest.approx(11 / 12)
    assert expectations.measure(harbour_tables, "documents.kind=news") == pytest.approx(2 / 12)
    assert expectations.measure({}, "documents.rows") == 0


def test_a_floor_stops_and_a_ceiling_warns(harbour: Path, harbour_tables: stages.Tables) -> None:
    expect(harbour, '[floors]\n"documents.rows" = 12\n[ceilings]\n"documents.kind=news" = 0.1\n')
    finished = stages.finish(harbour_tables, harbour, corpus.load(harbour))
    [warning] = [r for r in finished["issues"].to_pylist() if r["code"] == "expectation_exceeded"]
    assert warning["message"] == "documents.kind=news is 0.166667, expected at most 0.1"
    expect(harbour, '[floors]\n"documents.rows" = 13\n"dates.rows" = 10000\n')
    with pytest.raises(RegestaError) as refused:
        stages.finish(harbour_tables, harbour, corpus.load(harbour))
    assert "documents.rows: 12, expected at least 13" in str(refused.value)
    assert "dates.rows" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[floors]\n"poems.rows" = 1\n', "'poems.rows' is no measure"),
        ('[floors]\n"documents.colour.filled" = 1\n', "is no measure"),
        ('[floors]\n"documents" = 1\n', "is no measure"),
        ("[walls]\n", "walls"),
        ('[floors]\n"documents.rows" = "many"\n', "documents.rows"),
        ("[floors\n", "not valid TOML"),
    ],
)
def test_expectations_that_cannot_be(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RegestaError, match=message):
        expect(tmp_path, text)


def test_every_table_of_rows_about_text_can_be_corrected(harbour_tables: stages.Tables, tmp_path: Path) -> None:
    """Each carries the mark, the release with it passes the gate, and the datasheet counts it."""
    fields = {
        "documents": "url",
        "blocks": "level",
        "sentences": "normalized",
        "dates": "edtf",
        "mentions": "anniversary",
    }
    fields |= {"dated_entities": "edtf"}
    assert {name for name, entry in TABLES.items() if entry.address and name != "figures"} <= set(fields)
    lines = []
    for name, field in fields.items():
        [key] = TABLES[name].key
        first = harbour_tables[name].to_pylist()[0]
        now = "" if first[field] is None else f'"{first[field]}"'
        lines.append(f"{name},{first[key]},{field},{now},7,r,editor")
    corrected = corrections.apply(harbour_tables, put(tmp_path, *lines))
    for name, field in fields.items():
        assert (corrected[name][field][0].as_py(), corrected[name]["method"][0].as_py()) in (
            ("7", "correction"),
            (7, "correction"),
        )
        assert corrected[name]["method"].to_pylist().count("correction") == 1
    made = release.publish(corrected, corpus.load(HARBOUR), tmp_path / "out", dt.date(2001, 2, 3))
    told = (made.folder / "README.md").read_text()
    assert all(f"1 in `{name}`" in told for name in fields)


def test_tables_that_can_be_corrected_have_one_key() -> None:
    assert all(len(entry.key) == 1 for entry in TABLES.values() if "method" in entry.by_name)
