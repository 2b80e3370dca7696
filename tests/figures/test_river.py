"""A made-up corpus about a flood and a factory, read with the same taxonomy as any other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import command_line
from regesta import stages
from regesta.errors import RegestaError
from regesta.figures import series
from regesta.figures.lexicon import taxonomy
from regesta.figures.plot import plot
from regesta.package.verify import check_tables
from regesta.tables import TABLES
from tests.conftest import write_loose_release
from tests.figures.conftest import build

ROOT = Path(__file__).parents[2]


def rows(tables: stages.Tables, paper: str) -> list[dict[str, Any]]:
    return [row for row in tables["figures"].to_pylist() if row["source_id"] == paper]


def brief(found: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(r["surface"], r["measure"], r["group"], r["qualifier"], r["place_entity_id"]) for r in found]


def test_first_statement(river: stages.Tables) -> None:
    assert brief(rows(river, "flood-first")) == [
        ("41", "killed", "all", "exact", "millbrook"),
        ("9", "killed", "children", "exact", "millbrook"),
        ("120", "missing", "all", "about", "millbrook"),
        ("2,300", "displaced", "all", "min", "millbrook"),
        ("640", "buildings", "houses", "about", "millbrook"),
        ("3", "buildings", "schools", "exact", "millbrook"),
        ("17", "displaced", "all", "exact", "millbrook"),
        ("12 million dollars", "damage_money", "all", "min", "millbrook"),
    ]


def test_second_statement(river: stages.Tables) -> None:
    assert brief(rows(river, "flood-second")) == [
        ("58", "killed", "all", "exact", "millbrook"),
        ("14", "killed", "women", "exact", "millbrook"),
        ("11", "killed", "children", "exact", "millbrook"),
        ("8", "killed", "elderly", "exact", "millbrook"),
        ("212", "wounded", "all", "exact", "millbrook"),
        ("30", "missing", "all", "exact", "millbrook"),
        ("12", "missing", "all", "exact", "millbrook"),
        ("Three", "families_destroyed", "all", "exact", "millbrook"),
        ("6", "orphaned_both", "children", "exact", "millbrook"),
        ("19", "orphaned_one", "children", "exact", "millbrook"),
        ("35", "investigated", "all", "exact", "millbrook"),
    ]


def test_factory_papers(river: stages.Tables) -> None:
    found = [row for paper in ("works-inquiry", "works-news", "works-union") for row in rows(river, paper)]
    assert [(r["surface"], r["measure"], r["group"]) for r in found] == [
        ("twenty-six", "killed", "all"),
        ("90 and 100", "wounded", "all"),
        ("21", "killed", "men"),
        ("5", "killed", "women"),
        ("48", "investigated", "all"),
        ("7", "investigated", "all"),
        ("19", "killed", "all"),
        ("80", "wounded", "all"),
        ("31", "wounded", "all"),
        ("Dozens", "displaced", "all"),
        ("Two hundred", "participants", "all"),
        ("Twenty-seven", "killed", "all"),
        ("3 million dollars", "other", "all"),
        ("Half a million", "other", "all"),
        ("14", "other", "all"),
        ("two", "recognised_by", "all"),
    ]


def test_sources_and_quotation(river: stages.Tables) -> None:
    told = {row["surface"]: (row["attributed_to"], row["quoted"]) for row in river["figures"].to_pylist()}
    assert told["17"] == ("the Red Cross", False)
    assert told["Sixty-one"] == ("Mayor Ada Perrin", True)
    assert told["19"] == ("police", False)


def test_parts(river: stages.Tables) -> None:
    found = {row["figure_id"]: row for row in river["figures"].to_pylist()}
    parts = {row["surface"]: found[row["part_of"]]["surface"] for row in rows(river, "flood-second") if row["part_of"]}
    assert parts == {"14": "58", "11": "58", "8": "58", "30": "212"}


def test_reuse(river: stages.Tables) -> None:
    [row] = [r for r in river["reuse"].to_pylist() if r["document_id"].startswith("flood-year")]
    assert row["earlier_document_id"].startswith("flood-second")
    assert row["kind"] == "exact"
    copied = [r for r in rows(river, "flood-year") if r["surface"] == "58"]
    assert [(r["earlier_papers"], r["reused_from"]) for r in copied] == [(1, row["earlier_sentence_id"])]


def test_series_keeps_every_value(river: stages.Tables) -> None:
    found = series(river, "killed", "Millbrook", "all").to_pylist()
    assert [r["value_high"] for r in found if r["rank_in_paper"] == 1] == [41, 58, 61]
    assert {(r["papers"], r["distinct_values"], r["lowest"], r["highest"]) for r in found} == {(3, 3, 41, 61)}


def test_tables_are_sound(river: stages.Tables) -> None:
    from regesta.tables.frictionless import table_schema

    described = {"resources": [{"name": n, "schema": table_schema(TABLES[n], set(river))} for n in river]}
    assert check_tables(river, described) == []


def test_shards_and_order_do_not_show(river: stages.Tables) -> None:
    other = build(shards=3)
    for name in ("figures", "figure_series", "reuse"):
        assert other[name].equals(river[name]), name


def test_measures_are_those_of_the_table() -> None:
    assert TABLES["figures"].by_name["measure"].enum == tuple(taxonomy())


@pytest.mark.parametrize(
    "asked", [{"measure": "eaten"}, {"place": "Nowhere"}, {"measure": "hostage", "place": "Halden"}]
)
def test_what_there_is_not(river: stages.Tables, asked: dict[str, str]) -> None:
    with pytest.raises(RegestaError, match=r"no (?:measure|place|series)"):
        series(river, **asked)


@pytest.mark.parametrize("name", ["killed.svg", "killed.png"])
def test_picture(river: stages.Tables, tmp_path: Path, name: str) -> None:
    plot(series(river, "killed", "Millbrook", "all"), tmp_path / name)
    assert (tmp_path / name).stat().st_size > 5_000


def test_picture_of_another_kind(river: stages.Tables, tmp_path: Path) -> None:
    with pytest.raises(RegestaError, match=r"name it \.svg or \.png"):
        plot(series(river, "killed", "Millbrook", "all"), tmp_path / "killed.gif")


def test_command(river: stages.Tables, tmp_path: Path) -> None:
    write_loose_release(tmp_path / "release", river)
    asked = ["figures", "--package", str(tmp_path / "release"), "--measure", "killed", "--place", "millbrook"]
    shown = CliRunner().invoke(command_line(), asked)
    assert shown.exit_code == 0, shown.output
    assert "3 papers, 3 different largest values from 41 to 61" in shown.output
    printed = json.loads(CliRunner().invoke(command_line(), [*asked, "--format", "json"]).stdout)
    assert [row["surface"] for row in printed] == ["41", "58", "Sixty-one", "58"]
    lines = CliRunner().invoke(command_line(), [*asked, "--format", "csv"]).stdout.splitlines()
    assert len(lines) == 5
    assert "killed" in CliRunner().invoke(command_line(), ["figures", "--package", str(tmp_path / "release")]).stdout


def test_nothing_names_the_first_corpus() -> None:
    import re

    named = re.compile(r"khojal|karabakh|azerbaij|armenia|baku\b", re.IGNORECASE)
    for path in sorted((ROOT / "regesta" / "figures").rglob("*.*")):
        if path.suffix in (".py", ".yaml"):
            assert not named.search(path.read_text(encoding="utf-8")), path.name
