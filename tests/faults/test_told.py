"""What goes wrong is one message, with the traceback in a file if nobody foresaw it; a lost run is told by the next."""

from __future__ import annotations

import errno
import sys
import uuid
from pathlib import Path

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.states import Running

from flows import cli, failures, record
from regesta.errors import RegestaError, UnexpectedError, told


def failed(error: Exception) -> str:
    try:
        raise error
    except Exception as raised:
        return str(told(raised, "the build"))


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (KeyError("a"), "the build broke in test_told.py failed (KeyError: 'a'); that is no mistake of yours"),
        (MemoryError(), "there is no memory left; build with fewer --workers"),
        (OSError(errno.EIO, "x", "/a/file"), "/a/file: Input/output error; that is the system's: see to it"),
        (ValueError("at <0x7f1122334455>\n" + "x" * 999), "ValueError: at <0x…> xxx"),
    ],
)
def test_an_error_that_nobody_foresaw_names_the_place_and_what_to_do(error: Exception, message: str) -> None:
    assert message in failed(error)
    assert len(failed(error)) < 600
    assert "\n" not in failed(error)


def test_an_error_that_is_meant_for_the_user_stays_as_it_is() -> None:
    error = RegestaError("a.txt: the file is empty; fill it")
    assert told(error, "the build") is error
    with pytest.raises(RegestaError) as caught, failures.explained("the build", Path("nowhere")):
        raise error
    assert caught.value is error


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("refused"), RuntimeError("Failed to reach API at http://x"), httpx.ReadTimeout("late")]
)
def test_a_server_that_is_gone_is_named_with_what_to_do(error: Exception, tmp_path: Path) -> None:
    with (
        pytest.raises(UnexpectedError, match=r"lost Prefect's server \(http.*run this again.*there is no release in"),
        failures.explained("the build", tmp_path),
    ):
        raise error


def test_the_command_ends_with_one_message_and_keeps_the_traceback(monkeypatch, tmp_path: Path, capsys) -> None:
    def broken(*_given: object) -> None:
        raise KeyError("injected")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("regesta.catalogue.write_new", broken)
    monkeypatch.setattr(sys, "argv", ["regesta", "new", "x"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    message, account = str(stopped.value.code).split("\nthe whole account is in ")
    assert message.startswith("regesta: regesta new broke in flows/releases.py new (KeyError: 'injected')")
    assert "Traceback" in Path(account).read_text()
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.usefixtures("prefect_server")
def test_a_run_that_was_lost_is_told_by_the_next(tmp_path: Path) -> None:
    from flows.ingest import ingest

    with get_client(sync_client=True) as client:
        killed, failing, gone = [client.create_flow_run(ingest, state=Running()).id for _ in "abc"]
        client.delete_flow_run(gone)
        notes = tmp_path / record.FOLDER
        notes.mkdir()
        (notes / f"{killed}.txt").write_text("")
        (notes / f"{failing}.txt").write_text("FAILED\nthe disk is full")
        (notes / f"{gone}.txt").write_text("FAILED\nthe disk is full")
        (notes / f"{uuid.uuid4()}x.txt").write_text("FAILED\na stranger's")
        told_now = {run.id: state for run, state in record.tell_lost(tmp_path)}
        assert told_now.keys() == {killed, failing}
        states = [client.read_flow_run(run).state for run in (killed, failing)]
    assert [state.type for state in states if state] == [StateType.CRASHED, StateType.FAILED]
    assert "the process of this run was killed" in str(states[0] and states[0].message)
    assert "the disk is full (the server did not hear it" in str(states[1] and states[1].message)
    assert record.tell_lost(tmp_path) == []
    assert len(list(notes.glob("*.txt"))) == 1


def test_a_run_that_is_at_work_is_left_alone(tmp_path: Path, prefect_server: str) -> None:
    note = tmp_path / record.FOLDER / f"{uuid.uuid4()}.txt"
    note.parent.mkdir()
    note.write_text("CRASHED\nx")
    with record._lock(note):
        assert record.tell_lost(tmp_path) == []
    assert note.is_file()
