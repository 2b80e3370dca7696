"""Exports: nothing half-written, nothing lost in silence, nothing that a spreadsheet runs."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import sys
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

import regesta
from flows import cli
from regesta import RegestaError
from regesta.export import EXPORTERS, export
from regesta.export.separated import safe
from regesta.export.workbook import fitting
from regesta.loading import Release
from regesta.loading.places import place

FILES = sorted(set(EXPORTERS) - {"postgres"})


def small(tmp_path: Path, columns: dict[str, pa.Array], rows: int | None = None) -> Release:
    """A release of one table `t`, whose first column is the key."""
    import pyarrow.parquet as pq

    kinds = {"string": "string", "int64": "integer", "date32[day]": "date", "double": "number"}
    table = pa.table(columns)
    pq.write_table(table, tmp_path / "t.parquet")
    fields = [{"name": f.name, "type": kinds[str(f.type)], "description": "A field."} for f in table.schema]
    resource = {
        "name": "t",
        "path": "t.parquet",
        "title": "T",
        "description": "A table.",
        "rows": rows or len(table),
        "schema": {"fields": fields, "primaryKey": [table.column_names[0]]},
    }
    descriptor = {"name": "small", "title": "Small", "version": "1.0.0", "created": "2001-02-03T00:00:00Z"}
    return Release(place(tmp_path), {**descriptor, "resources": [resource]})


@pytest.mark.parametrize("form", FILES)
def test_a_target_that_is_there_is_left_alone(form: str, release: Release, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(RegestaError, match="is there already"):
        export(release, form, str(tmp_path / "out"))
    assert (tmp_path / "out").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("form", FILES)
def test_an_export_that_fails_leaves_nothing(form: str, release: Release, tmp_path: Path, monkeypatch) -> None:
    class StopError(Exception):
        pass

    def broken(*_args: object, **_more: object) -> None:
        raise StopError

    monkeypatch.setattr(release["sentences"], "arrow", broken)
    monkeypatch.setattr(release["sentences"], "dataset", broken)
    with pytest.raises(StopError):
        export(release, form, str(tmp_path / "out"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", FILES)
def test_the_same_release_gives_the_same_bytes(form: str, release: Release, tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        export(release, form, str(tmp_path / name / "out"))
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        made.append({path.relative_to(tmp_path / name): path.read_bytes() for path in files})
    assert made[0] == made[1]


def test_a_form_that_is_not_known(release: Release) -> None:
    with pytest.raises(RegestaError, match="pdf: no such export; there are: csv, postgres, sqlite, xlsx"):
        export(release, "pdf", "x")


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def test_postgres_takes_all_or_nothing(tmp_path: Path, database: str) -> None:
    import adbc_driver_postgresql.dbapi

    release = small(tmp_path, {"id": pa.array(["a", "b"]), "text": pa.array(["fine", "with \0 in it"])})
    with pytest.raises(RegestaError, match="t, b, text: holds the character NUL") as refused:
        export(release, "postgres", database)
    assert "sqlite or csv" in str(refused.value)
    with adbc_driver_postgresql.dbapi.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'small'")
        assert cursor.fetchone() == (0,)


def test_postgres_does_not_write_over_a_schema(tmp_path: Path, database: str) -> None:
    import adbc_driver_postgresql.dbapi

    with adbc_driver_postgresql.dbapi.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA small")
        connection.commit()
        with pytest.raises(RegestaError, match="there is a schema small already"):
            export(small(tmp_path, {"id": pa.array(["a"])}), "postgres", database)
        cursor.execute("DROP SCHEMA small")
        connection.commit()


def test_postgres_never_shows_a_password(tmp_path: Path) -> None:
    release = small(tmp_path, {"id": pa.array(["a"])})
    for address in ("postgresql://me:geheim@127.0.0.1:1/x", "postgresql://127.0.0.1:1/x?user=me&password=geheim"):
        with pytest.raises(RegestaError, match="set PGPASSWORD") as refused:
            export(release, "postgres", address)
        assert "geheim" not in str(refused.value)


def test_postgres_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = small(tmp_path, {"id": pa.array(["a"])})
    monkeypatch.setenv("PGPASSWORD", "geheim")
    with pytest.raises(RegestaError, match="nothing was written") as refused:
        export(release, "postgres", "postgresql://me@127.0.0.1:1/x")
    assert "geheim" not in str(refused.value)
    with pytest.raises(RegestaError, match="is an address such as postgresql://"):
        export(release, "postgres", "out.db")


# --- spreadsheets -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", " =1", "\r\n=1", "＝1", "'a", "'=1"])
def test_no_cell_is_a_formula_and_every_cell_can_be_read_back(text: str) -> None:
    [made] = safe(pa.chunked_array([[text]])).to_pylist()
    assert made == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "a'b", "–5", None])
def test_harmless_cells_stay_as_they_are(text: str | None) -> None:
    assert safe(pa.chunked_array([pa.array([text], pa.string())])).to_pylist() == [text]


def test_a_text_longer_than_a_cell_is_cut_in_the_open(tmp_path: Path) -> None:
    assert fitting("a" * 32_767) == ("a" * 32_767, False)
    text, cut = fitting("🙂" * 20_000)
    assert cut
    assert text.endswith("🙂… [cut]")
    assert len(text.encode("utf-16-le")) <= 2 * 32_767
    release = small(tmp_path, {"id": pa.array(["a"]), "text": pa.array(["b" * 40_000])})
    export(release, "xlsx", str(tmp_path / "a.xlsx"))
    about = openpyxl.load_workbook(tmp_path / "a.xlsx")["about"]
    assert "t, row 2, text" in " ".join(str(cell.value) for row in about.iter_rows() for cell in row)


def test_days_that_excel_does_not_know_and_numbers_it_rounds_are_texts(tmp_path: Path) -> None:
    columns = {
        "id": pa.array([2**60, 1]),
        "old": pa.array([dt.date(1811, 1, 1), None]),
        "new": pa.array([dt.date(1993, 11, 11), None]),
        "measure": pa.array([float("nan"), 1.5]),
    }
    export(small(tmp_path, columns), "xlsx", str(tmp_path / "a.xlsx"))
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["t"].iter_rows(min_row=2, values_only=True))
    assert rows == [(str(2**60), "1811-01-01", dt.datetime(1993, 11, 11), "nan"), (1, None, None, 1.5)]


def test_more_rows_than_a_sheet_holds(tmp_path: Path) -> None:
    release = small(tmp_path, {"id": pa.array(["a"])}, rows=1_048_576)
    with pytest.raises(RegestaError, match="a sheet holds 1048575; export to sqlite, postgres or csv"):
        export(release, "xlsx", str(tmp_path / "a.xlsx"))


def test_the_workbook_explains_its_columns(release: Release, tmp_path: Path) -> None:
    export(release, "xlsx", str(tmp_path / "a.xlsx"))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["about", *release]
    said = {(row[0], row[1]): row[5] for row in book["about"].iter_rows(values_only=True)}
    for name, table in release.items():
        for field in table.schema["fields"]:
            assert said[name, field["name"]].startswith(field["description"])


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command(releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    target = tmp_path / "a.db"
    monkeypatch.setattr(sys, "argv", ["regesta", "export", "--to", "sqlite", "--release", str(releases), str(target)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code in (0, None)
    rows = sum(table.rows for table in regesta.load(releases).values())
    assert f"with {rows} rows of version 1.0.0" in capsys.readouterr().out
    assert json.loads((tmp_path / "a.db.datasette.json").read_text())["license"] == "CC0-1.0"
    database = sqlite3.connect(target)
    assert database.execute("SELECT count(*) FROM documents").fetchone()[0] > 10
    database.close()


def test_the_command_tells_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["regesta", "export", "--to", "csv", "--release", str(tmp_path), "out"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert str(ended.value.code).startswith(f"regesta: {tmp_path}: no release here")
