"""The documentation says what the program does."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap

import duckdb
import pytest
import typer

from flows.cli import command_line
from regesta.corpus import Contributor, Corpus, Coverage, License, Source, Watched
from regesta.package import release
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()
COMMANDS = (ROOT / "docs" / "commands.md").read_text()
CATALOGUE = (ROOT / "docs" / "catalogue.md").read_text()
FOUND = typer.main.get_command(command_line()).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", FOUND)
def test_every_command_and_option_is_documented(name: str) -> None:
    assert f"regesta {name}" in COMMANDS
    for parameter in FOUND[name].params:
        for option in parameter.opts:
            assert not option.startswith("--") or option == "--help" or option in COMMANDS, f"{name} {option}"


@pytest.mark.parametrize("model", [Corpus, Source, Watched, License, Contributor, Coverage])
def test_every_key_of_the_catalogue_is_documented(model) -> None:
    for key in set(model.model_fields) - {"sources", "watched", "unfetched", "assumptions"}:
        assert f"`{key}`" in CATALOGUE, key


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("code", blocks("python"))
def test_the_python_of_the_readme_runs(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("query", blocks("sql"))
def test_the_sql_of_the_readme_runs(query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert len(duckdb.sql(query).fetchall()) > 10


def test_the_rows_of_the_readme_are_rows_of_the_latest_release() -> None:
    import pyarrow.parquet as pq

    latest = release.latest_release(ROOT / "datapackage")
    assert f"(datapackage/{latest}/README.md)" in README
    data = ROOT / "datapackage" / latest / "data"
    documents = {row["document_id"]: row for row in pq.read_table(data / "documents.parquet").to_pylist()}
    dates = {row["date_id"]: row for row in pq.read_table(data / "dates.parquet").to_pylist()}
    shown = [[cell.strip() for cell in line.split("|")[1:-1]] for line in README.split("\n") if line.startswith("|")]
    addressed = [cells for cells in shown if re.search(r"@\d+-\d+$", cells[-1])]
    assert len(addressed) == 8
    for *cells, address in addressed:
        columns = ("date_edtf", "date_basis", "kind", "place", "issuer", "outlet")
        if address in dates:
            columns = ("surface", "timex_type", "edtf", "basis")
        row = documents.get(address) or dates[address]
        assert cells == [row[column] or "" for column in columns]


def test_every_release_that_is_listed_is_there() -> None:
    listed = release.listed(ROOT / "datapackage")
    assert listed
    assert "1.0.0" in [entry["version"] for entry in listed]


def test_no_room_is_missing_from_the_architecture() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    for path in (ROOT / "regesta").iterdir():
        if path.name not in ("__init__.py", "__pycache__", "errors.py", "issues.py", "py.typed"):
            assert f"`{path.name}" in text or f", `{path.name}" in text, path.name
