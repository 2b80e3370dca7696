"""Publishing as a Prefect flow: it tries again what passes, and shows no secret on Prefect's pages."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.blocks.system import Secret

from flows import cli
from flows import deliver as flow
from flows.deliver import deliver, deliver_release
from regesta.errors import RegestaError
from regesta.publish import PassingError
from tests.publish.conftest import MARKER, write_release
from tests.publish.fake_zenodo import Zenodo

pytestmark = pytest.mark.usefixtures("prefect_server")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    write_release(tmp_path / "out", "1.0.0")
    return tmp_path / "out"


@pytest.fixture
def zenodo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Zenodo]:
    service = Zenodo(MARKER)
    with service.running():
        monkeypatch.setenv("ZENODO_URL", f"{service.base}/api")
        monkeypatch.setenv("ZENODO_TOKEN", MARKER)
        monkeypatch.setattr(deliver_release, "retry_delay_seconds", [0.0] * 4)
        monkeypatch.setattr(flow, "DELAYS", [0.0] * 4)
        yield service


def test_what_passes_is_tried_again_when_the_server_says(
    zenodo: Zenodo, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("flows.deliver.time.sleep", slept.append)
    zenodo.fail("POST", "depositions$", status=502)
    zenodo.fail("POST", "depositions$", status=429, headers={"Retry-After": "600"})
    zenodo.fail("POST", "actions/publish$", lost=True)
    made = deliver("zenodo", out)
    assert (made.state, made.doi, len(zenodo.deposits)) == ("published", "10.5281/zenodo.1000", 1)
    assert 600 in slept


def test_a_mistake_is_not_tried_again(zenodo: Zenodo, out: Path) -> None:
    zenodo.fail("PUT", "files/", status=413, times=99)
    with pytest.raises(RegestaError, match="413"):
        deliver("zenodo", out)
    assert zenodo.asked("PUT", "files/") == 1


def test_no_secret_shows_on_the_pages_of_prefect(
    zenodo: Zenodo, out: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The careless server answers with the token it was sent; logs, states, parameters and artifacts show none."""
    monkeypatch.setattr("flows.deliver.time.sleep", lambda _: None)
    zenodo.fail("POST", "depositions$", status=502, times=2)
    deliver("zenodo", out)
    write_release(out, "1.1.0")
    zenodo.fail("POST", "newversion$", status=403, times=99)
    with pytest.raises(RegestaError, match=r"403 .*\*\*\*"):
        deliver("zenodo", out)
    seen = {kind: everything(kind) for kind in ("logs", "artifacts", "flow_runs", "task_runs", "task_run_states")}
    assert "actions/newversion" in seen["flow_runs"]
    assert "10.5281/zenodo.1000" in seen["artifacts"]
    assert MARKER not in json.dumps(seen)
    for path in Path(os.environ["PREFECT_HOME"]).rglob("*"):
        assert not path.is_file() or MARKER.encode() not in path.read_bytes(), path
    captured = capfd.readouterr()
    assert MARKER not in captured.out + captured.err


def everything(kind: str) -> str:
    """All that Prefect shows of a kind."""
    if kind == "task_run_states":
        runs = json.loads(everything("task_runs"))
        api = os.environ["PREFECT_API_URL"]
        states = [httpx.get(f"{api}/task_run_states/", params={"task_run_id": run["id"]}).text for run in runs]
        return "".join(states)
    sort = {"logs": "TIMESTAMP_DESC", "artifacts": "CREATED_DESC"}.get(kind)
    body: dict[str, Any] = {"limit": 200, **({"sort": sort} if sort else {})}
    answer = httpx.post(f"{os.environ['PREFECT_API_URL']}/{kind}/filter", json=body)
    answer.raise_for_status()
    return answer.text


def test_secrets_come_from_a_block(zenodo: Zenodo, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZENODO_TOKEN")
    with pytest.raises(RegestaError, match="ZENODO_TOKEN is not set"):
        deliver("zenodo", out)
    with pytest.raises(RegestaError, match="no Prefect Secret block named 'nothing'"):
        deliver("zenodo", out, block="nothing")
    Secret(value=json.dumps({"ZENODO_TOKEN": MARKER})).save("publishing", overwrite=True)
    assert deliver("zenodo", out, block="publishing").doi
    Secret(value="no object").save("odd", overwrite=True)
    with pytest.raises(RegestaError, match="holds no JSON object"):
        deliver("zenodo", out, block="odd")


def test_the_command_publishes_and_tells(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["regesta", "publish", str(tmp_path / "there"), "--out", str(out)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    assert "release 1.0.0 published, 7 files sent, 0 kept; latest is 1.0.0" in capsys.readouterr().out
    assert (tmp_path / "there" / "1.0.0" / "SHA256SUMS").read_bytes() == (out / "1.0.0" / "SHA256SUMS").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ftp://host/x"], "no target; targets are a folder"),
        (["x.zip", "--release", "9.9.9"], "no release '9.9.9' here; releases here: 1.0.0"),
        (["x.zip", "--out", "nowhere"], "no release stands here"),
    ],
)
def test_mistakes_are_told_at_once(
    out: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["regesta", "publish", "--out", str(out), *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert words in str(ended.value.code)


def test_passing_failures_end_at_last(zenodo: Zenodo, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.deliver.time.sleep", lambda _: None)
    zenodo.fail("POST", "depositions$", status=502, times=99)
    with pytest.raises(PassingError, match="502"):
        deliver("zenodo", out)
    assert zenodo.asked("POST", "depositions$") == 5
