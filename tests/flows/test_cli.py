"""The command line as a person sees it."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows import cli
from regesta import corpus, stages
from regesta.package import release
from tests.conftest import HARBOUR, ROOT


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str]:
    """Run the command; gives its exit status and what it printed."""
    monkeypatch.setattr(sys, "argv", ["regesta", *arguments])
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return stopped.value.code, capsys.readouterr().out


@pytest.fixture
def out(tmp_path: Path, harbour_tables: stages.Tables) -> Path:
    """Two releases of the made-up corpus, the second with another title of one paper."""
    described = corpus.load(HARBOUR)
    release.publish(harbour_tables, described, tmp_path / "out", dt.date(2001, 2, 3))
    titles = ["Another title", *harbour_tables["documents"]["title"].to_pylist()[1:]]
    field = harbour_tables["documents"].schema.field("title")
    number = harbour_tables["documents"].schema.get_field_index("title")
    documents = harbour_tables["documents"].set_column(number, field, [titles])
    release.publish({**harbour_tables, "documents": documents}, described, tmp_path / "out", dt.date(2001, 2, 4))
    return tmp_path / "out"


def test_info_lists_sources_and_releases(out: Path, monkeypatch, capsys) -> None:
    code, text = run(monkeypatch, capsys, "info", "--corpus", str(HARBOUR), "--out", str(out))
    assert code == 0
    assert "11 sources" in text
    assert "2001-02-03" in text
    assert "1.0.1" in text


def test_info_without_a_release_says_what_to_do(tmp_path: Path, monkeypatch, capsys) -> None:
    _, text = run(monkeypatch, capsys, "info", "--corpus", str(HARBOUR), "--out", str(tmp_path))
    assert "run: regesta build" in text


def test_verify_takes_the_latest_of_a_folder(out: Path, monkeypatch, capsys) -> None:
    assert run(monkeypatch, capsys, "verify", str(out)) == (
        0,
        f"{out}/1.0.1: sound; every file, key and address checked\n",
    )
    (out / "1.0.1" / "README.md").unlink()
    code, _ = run(monkeypatch, capsys, "verify", str(out))
    assert code == f"regesta: {out}/1.0.1: 1 checks failed; get the release again, or publish a new one"


def test_diff_sums_up_and_writes_all(out: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    target = tmp_path / "all.parquet"
    code, text = run(monkeypatch, capsys, "diff", "1.0.0", "1.0.1", "--out", str(out), "--to", str(target))
    assert code == 0
    assert "changed (title)" in text
    assert pq.read_table(target)["field"].to_pylist() == ["title"]
    _, text = run(monkeypatch, capsys, "diff", str(out / "1.0.0"), "1.0.0", "--out", str(out))
    assert text == "no row changed\n"


def test_retract_tells_what_is_latest_now(out: Path, monkeypatch, capsys) -> None:
    code, text = run(monkeypatch, capsys, "retract", "1.0.1", "--reason", "wrong title", "--out", str(out))
    assert code == 0
    assert "the latest release is now 1.0.0" in text
    _, text = run(monkeypatch, capsys, "info", "--corpus", str(HARBOUR), "--out", str(out))
    assert "wrong title" in text


def test_evaluate_prints_a_line_for_each_score(monkeypatch, capsys) -> None:
    gold = ROOT / "tests" / "gold"
    code, text = run(monkeypatch, capsys, "evaluate", str(gold), "--release", str(ROOT / "datapackage"))
    assert code == 0
    assert "documents" in text
    assert "edtf" in text


def test_interruption_is_told_without_a_traceback(monkeypatch, capsys) -> None:
    monkeypatch.setattr(cli, "command_line", lambda _wanted: (_ for _ in ()).throw(KeyboardInterrupt()))
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 130
    assert "the releases are as they were" in capsys.readouterr().err


def test_verify_of_a_retracted_release_tells_why(out: Path, monkeypatch, capsys) -> None:
    run(monkeypatch, capsys, "retract", "1.0.1", "--reason", "wrong title", "--out", str(out))
    monkeypatch.setattr(sys, "argv", ["regesta", "verify", str(out / "1.0.1")])
    with pytest.raises(SystemExit):
        cli.main()
    assert "wrong title" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("descriptor", "message"),
    [
        ("{}", "no release that can be read"),
        ("[", "no release that can be read"),
        ('{"resources": []}', "has no table entities; build it anew"),
    ],
)
def test_a_release_without_what_a_command_needs(tmp_path: Path, monkeypatch, capsys, descriptor, message) -> None:
    (tmp_path / "datapackage.json").write_text(descriptor)
    code, _ = run(monkeypatch, capsys, "timeline", "Anybody", "--release", str(tmp_path))
    assert message in str(code)
