"""Every client reads the same rows: same numbers, same checksum of contents."""

from __future__ import annotations

import asyncio
import csv
import json
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi
import duckdb
import frictionless
import mlcroissant
import openpyxl
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pytest
from datasette.app import Datasette

import regesta
from regesta.export import export
from tests.loading.conftest import digest
from tests.loading.servers import Plain

Rows = list[Mapping[str, Any]]
Wanted = dict[str, tuple[int, str]]
Read = Callable[[regesta.Release, str], Rows]


def check(release: regesta.Release, wanted: Wanted, read: Read) -> None:
    assert {name: digest(read(release, name), table.schema) for name, table in release.items()} == wanted


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> Rows:
    found = connection.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


LOADERS: dict[str, Read] = {
    "arrow": lambda release, name: release[name].arrow().to_pylist(),
    "pandas": lambda release, name: release[name].pandas().to_dict("records"),
    "polars": lambda release, name: release[name].polars().to_dicts(),
    "polars lazily": lambda release, name: release[name].polars_scan().collect().to_dicts(),
    "duckdb": lambda release, name: rows_of(release.duckdb(), f'SELECT * FROM "{name}"'),
    "pyarrow.dataset": lambda release, name: release[name].dataset().to_table().to_pylist(),
}


@pytest.mark.parametrize("client", LOADERS)
def test_loaded_from_a_folder(client: str, release: regesta.Release, wanted: Wanted) -> None:
    check(release, wanted, LOADERS[client])


@pytest.mark.parametrize("client", LOADERS)
def test_loaded_over_http_with_ranges(client: str, ranged: tuple[str, type[Plain]], wanted: Wanted) -> None:
    check(regesta.load(ranged[0]), wanted, LOADERS[client])


@pytest.mark.parametrize("client", LOADERS)
def test_loaded_from_nginx(client: str, by_nginx: tuple[str, Path], wanted: Wanted) -> None:
    address, log = by_nginx
    before = len(log.read_text().splitlines())
    check(regesta.load(address), wanted, LOADERS[client])
    asked = [line.split(" ", 3) for line in log.read_text().splitlines()[before:]]
    data = [(status, part) for method, path, status, part in asked if path.endswith(".parquet") and method == "GET"]
    assert len(data) >= len(wanted)
    assert all(status == "206" and part.startswith("bytes=") for status, part in data)


@pytest.mark.parametrize("client", ["arrow", "duckdb"])
def test_loaded_over_http_without_ranges(client: str, plain: tuple[str, type[Plain]], wanted: Wanted) -> None:
    check(regesta.load(plain[0]), wanted, LOADERS[client])


@pytest.mark.parametrize("client", LOADERS)
def test_loaded_from_an_object_store(client: str, bucket: tuple[str, dict[str, Any]], wanted: Wanted) -> None:
    check(regesta.load(bucket[0], options=bucket[1]), wanted, LOADERS[client])


FILES: dict[str, Callable[[Path], Rows]] = {
    "pandas": lambda path: pd.read_parquet(path, dtype_backend="pyarrow").to_dict("records"),
    "pandas as it is": lambda path: pd.read_parquet(path).to_dict("records"),
    "polars": lambda path: pl.read_parquet(path).to_dicts(),
    "duckdb": lambda path: rows_of(duckdb.connect(), f"SELECT * FROM '{path}'"),
    "pyarrow.dataset": lambda path: ds.dataset(path).to_table().to_pylist(),
}


@pytest.mark.parametrize("client", FILES)
def test_the_files_without_regesta(client: str, release: regesta.Release, wanted: Wanted) -> None:
    check(release, wanted, lambda release, name: FILES[client](release.folder / release[name].path))


def test_hugging_face_datasets(
    release: regesta.Release, wanted: Wanted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The libraries read the environment once, when they are imported, and other tests need the hub's client on line.
    import datasets
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)

    def read(release: regesta.Release, name: str) -> Rows:
        if not release[name].rows:
            with pytest.raises(ValueError, match="no data"):  # As docs/loading.md says.
                datasets.load_dataset(str(release.folder), name, split="train", cache_dir=str(tmp_path))
            return []
        found = datasets.load_dataset(str(release.folder), name, split="train", cache_dir=str(tmp_path))
        return found.to_list()

    check(release, wanted, read)
    default = datasets.load_dataset(str(release.folder), split="train", cache_dir=str(tmp_path))
    assert default.num_rows == release["documents"].rows


def test_mlcroissant(release: regesta.Release, wanted: Wanted) -> None:
    dataset = mlcroissant.Dataset(jsonld=release.folder / "croissant.json")

    def read(_release: regesta.Release, name: str) -> Rows:
        return [{key.partition("/")[2]: value for key, value in row.items()} for row in dataset.records(name)]

    check(release, wanted, read)


def test_frictionless(release: regesta.Release, wanted: Wanted) -> None:
    package = frictionless.Package(str(release.folder / "datapackage.json"))
    check(release, wanted, lambda _, name: [row.to_dict() for row in package.get_resource(name).read_rows()])


# --- exports ----------------------------------------------------------------------------------------------------------


def test_sqlite(release: regesta.Release, wanted: Wanted, tmp_path: Path) -> None:
    export(release, "sqlite", str(tmp_path / "a.db"))
    database = sqlite3.connect(tmp_path / "a.db")
    database.row_factory = sqlite3.Row
    check(release, wanted, lambda _, name: [dict(row) for row in database.execute(f'SELECT * FROM "{name}"')])
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    [(statement,)] = database.execute("SELECT sql FROM sqlite_master WHERE name = 'documents'").fetchall()
    assert "-- Address of the paper" in statement
    database.close()


def test_datasette(release: regesta.Release, wanted: Wanted, tmp_path: Path) -> None:
    export(release, "sqlite", str(tmp_path / "port.db"))
    metadata = json.loads((tmp_path / "port.db.datasette.json").read_text())
    pages = Datasette([str(tmp_path / "port.db")], metadata=metadata, settings={"max_returned_rows": 100_000})

    async def ask(name: str) -> Rows:
        answer = await pages.client.get(f"/port/{name}.json?_shape=array&_size=max")
        return answer.json()

    async def page() -> str:
        return (await pages.client.get("/port/documents")).text

    check(release, wanted, lambda _, name: asyncio.run(ask(name)))
    shown = asyncio.run(page())
    assert "Who speaks in the paper" in shown


def test_postgresql(release: regesta.Release, wanted: Wanted, fresh_database: str) -> None:
    export(release, "postgres", fresh_database)
    with adbc_driver_postgresql.dbapi.connect(fresh_database) as connection, connection.cursor() as cursor:

        def read(_release: regesta.Release, name: str) -> Rows:
            cursor.execute(f'SELECT * FROM port_ellery."{name}"')
            return cursor.fetch_arrow_table().to_pylist()

        check(release, wanted, read)
        cursor.execute("SELECT obj_description('port_ellery.documents'::regclass)")
        assert cursor.fetchone()[0].startswith("Documents. The papers")
        cursor.execute(
            "SELECT contype::text, count(*) FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace "
            "WHERE nspname = 'port_ellery' AND contype IN ('p', 'f') GROUP BY 1"
        )
        keys = dict(cursor.fetchall())
    assert keys["p"] == len(release)
    assert keys["f"] == sum(len(table.schema.get("foreignKeys", ())) for table in release.values())


def test_csv(release: regesta.Release, wanted: Wanted, tmp_path: Path) -> None:
    export(release, "csv", str(tmp_path / "out"))

    def read(_release: regesta.Release, name: str) -> Rows:
        with (tmp_path / "out" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        kinds = {field["name"]: field["type"] for field in release[name].schema["fields"]}
        for row in rows:
            for column, cell in row.items():
                assert kinds[column] != "string" or not cell.lstrip().startswith(tuple("=+-@＝＋－＠")), cell
                row[column] = (cell.removeprefix("'") if kinds[column] == "string" else cell) or None
        return rows

    check(release, wanted, read)
    report = frictionless.validate(str(tmp_path / "out" / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])


def test_xlsx(release: regesta.Release, wanted: Wanted, tmp_path: Path) -> None:
    export(release, "xlsx", str(tmp_path / "a.xlsx"))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")

    def read(_release: regesta.Release, name: str) -> Rows:
        head, *rows = book[name].iter_rows()
        assert all(cell.data_type != "f" and cell.hyperlink is None for row in rows for cell in row)
        names = [cell.value for cell in head]
        assert all(cell.comment for cell in head)
        return [dict(zip(names, (unescaped(cell.value) for cell in row), strict=True)) for row in rows]

    check(release, wanted, read)


def unescaped(value: Any) -> Any:
    """openpyxl leaves what a workbook may not hold as it is written there."""
    return openpyxl.utils.escape.unescape(value) if isinstance(value, str) else value
