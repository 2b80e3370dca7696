"""The command ``regesta dates``: what goes in, what comes out, and what it says when something is wrong."""

import json
import xml.etree.ElementTree as ET

import pytest
import typer
from typer.testing import CliRunner

from regesta.temporal import command
from regesta.temporal.cli import dates

RUN = CliRunner()
APP = typer.Typer()
APP.command()(dates)
LINE = json.dumps({"id": "a", "text": "He met them on Tuesday, 5 March 2013.", "dct": "2013-03-20"})


def run(args: list[str], text: str) -> str:
    result = RUN.invoke(APP, args, input=text)
    assert result.exit_code == 0, result.output
    return result.output


def test_json_lines_in_and_out() -> None:
    (line,) = run([], LINE + "\n").splitlines()
    found = json.loads(line)
    assert found["id"] == "a"
    assert found["timexes"][0]["surface"] == "Tuesday, 5 March 2013"
    assert found["timexes"][0]["value"] == found["timexes"][0]["edtf"] == "2013-03-05"
    assert {"start", "end", "surface", "type", "value", "edtf"} <= set(found["timexes"][0])


def test_every_paper_has_its_line_even_without_expressions() -> None:
    lines = run([], LINE + '\n\n{"id": "b", "text": ""}\n').splitlines()
    assert [json.loads(x)["id"] for x in lines] == ["a", "b"]
    assert json.loads(lines[1])["timexes"] == []


def test_plain_text_and_timeml() -> None:
    output = run(["--format", "timeml", "--dct", "2013-03-20"], "At <5 p.m.> yesterday & on May 3, 1999.\nToday.")
    root = ET.fromstring(output.encode())
    assert "".join(root.find("TEXT").itertext()) == "At <5 p.m.> yesterday & on May 3, 1999.\nToday."
    assert [t.get("value") for t in root.find("TEXT").iter("TIMEX3")] == [
        "2013-03-20T17:00",
        "2013-03-19",
        "1999-05-03",
        "2013-03-20",
    ]


def test_views_differ() -> None:
    text = "It now lasts from 25 to 26 February 1992."
    assert [t["type"] for t in json.loads(run(["--view", "edtf"], text))["timexes"]] == ["INTERVAL"]
    assert [t["value"] for t in json.loads(run([], text))["timexes"]] == [
        "PRESENT_REF",
        "1992-02-25",
        "1992-02-26",
    ]


def test_explain_names_rule_anchor_and_chain() -> None:
    output = run(["--explain"], "On 26 February 1992 it fell. Three days later help came.")
    assert "day-month-year" in output
    assert "units-later" in output
    assert "'26 February 1992' (1992-02-26, day-month-year)" in output
    assert "mode narrative" in output


def test_line_ends_do_not_move_offsets() -> None:
    text = "a\r\nb\r\non 5 May 1999\r\n"
    (found,) = json.loads(run(["--input", "text"], text))["timexes"]
    assert text[found["start"] : found["end"]] == "5 May 1999"


@pytest.mark.parametrize(
    ("args", "text", "says"),
    [
        (["--input", "jsonl"], "{oops\n", "line 1 is not JSON"),
        (["--input", "jsonl"], '{"id": 1}\n', 'has no "text"'),
        ([], '{"text": "x", "dct": "soon"}\n', "not an ISO date"),
        (["--dct", "soon"], "x", "not an ISO date"),
        (["--language", "xx"], "x", "no rules for the language 'xx'"),
        (["/no/such/file"], "", "No such file"),
    ],
)
def test_errors_say_what_is_wrong(args: list[str], text: str, says: str) -> None:
    result = RUN.invoke(APP, args, input=text)
    assert result.exit_code == 2
    assert says in result.output


def test_big_input_is_read_in_batches() -> None:
    papers = (command.Paper(str(i), "On 5 May 1999 it rained. " * 400, None) for i in range(150))
    assert sum(len(timexes) for _, timexes in command.annotate(papers)) == 150 * 400
