"""Runs that nobody starts by hand: a server, a worker on a process pool, and cron, all of them real."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from flows import cli
from regesta.package import release
from tests.conftest import HARBOUR, ROOT, _free_port

PREFECT = [sys.executable, "-m", "prefect"]


class Server:
    """A Prefect server with its scheduler, a home and a database of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = _free_port()
        self.api = f"http://127.0.0.1:{self.port}/api"
        settings = {
            "PREFECT_HOME": str(home),
            "PREFECT_API_URL": self.api,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_RUNNER_POLL_FREQUENCY": "2",
            "PREFECT_WORKER_QUERY_SECONDS": "2",
            "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "1",
        }
        self.environment = {**os.environ, **settings}

    @contextmanager
    def running(self, name: str, *command: str, cwd: Path) -> Iterator[Path]:
        """A process that goes on beside the test, with all it starts; gives its log."""
        log = self.home / f"{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, stdout=out, stderr=out, cwd=cwd, env=self.environment, start_new_session=True
            )
            try:
                yield log
            finally:
                os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)

    def run(self, *command: str, cwd: Path) -> str:
        done = subprocess.run(command, cwd=cwd, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def post(self, path: str, **asked: Any) -> Any:
        for _ in range(10):
            answer = httpx.post(f"{self.api}/{path}", json=asked, timeout=30, trust_env=False)
            if answer.status_code != 503:  # SQLite is at work for somebody else.
                break
            time.sleep(1)
        return answer.raise_for_status().json()

    def deployment(self, name: str) -> dict[str, Any]:
        found = httpx.get(f"{self.api}/deployments/name/{name}", timeout=30, trust_env=False)
        return dict(found.raise_for_status().json())

    def runs(self, name: str) -> list[dict[str, Any]]:
        found = self.post("flow_runs/filter", deployments={"id": {"any_": [self.deployment(name)["id"]]}})
        return list(found)

    def healthy(self) -> bool:
        try:
            return httpx.get(f"{self.api}/health", timeout=5, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False


def until(what: str, found: Callable[[], Any], seconds: float, logs: Path) -> Any:
    """Wait for something to be true; gives it."""
    deadline = time.monotonic() + seconds
    while not (value := found()):
        if time.monotonic() > deadline:
            told = "\n".join(f"--- {log.name}\n{log.read_text()[-3000:]}" for log in sorted(logs.glob("*.log")))
            pytest.fail(f"{what}: not within {seconds} s\n{told}")
        time.sleep(0.5)
    return value


@pytest.mark.timeout(400)
def test_runs_that_a_worker_and_cron_start_are_seen_to_finish(tmp_path: Path) -> None:
    """`prefect deploy --all` with a worker on a process pool, and `regesta schedule` fired by cron, side by side."""
    project, home = tmp_path / "project", tmp_path / "home"
    home.mkdir()
    shutil.copytree(ROOT / "flows", project / "flows", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "prefect.yaml", project)
    shutil.copytree(HARBOUR, project / "raw")
    server = Server(home)
    with ExitStack() as stack:
        command = (*PREFECT, "server", "start", "--port", str(server.port))
        stack.enter_context(server.running("server", *command, cwd=tmp_path))
        until("the server", server.healthy, 120, home)
        regesta = (sys.executable, "-m", "flows.cli", "schedule", "--cron", "* * * * *", "--corpus", str(HARBOUR))
        places = ("--out", str(tmp_path / "cron-out"), "--processed", str(tmp_path / "cron-processed"))
        stack.enter_context(server.running("schedule", *regesta, *places, cwd=tmp_path))
        server.run(*PREFECT, "work-pool", "create", "--type", "process", "regesta", cwd=project)
        server.run(*PREFECT, "--no-prompt", "deploy", "--all", cwd=project)
        nightly = server.deployment("build/nightly")["id"]
        first, second = [
            server.post(f"deployments/{nightly}/create_flow_run", state={"type": "SCHEDULED"}) for _ in "ab"
        ]
        worker = (*PREFECT, "worker", "start", "--pool", "regesta")
        stack.enter_context(server.running("worker", *worker, cwd=project))

        def ended() -> list[str]:
            names = {run["id"]: run["state_name"] for run in server.runs("build/nightly")}
            both = sorted(names[run["id"]] for run in (first, second))
            return both if set(both) <= {"Completed", "Unchanged", "Cancelled", "Failed", "Crashed"} else []

        # The second came while the first was at work: it is cancelled, not queued.
        assert until("the worker's runs", ended, 120, home) == ["Cancelled", "Completed"]
        assert release.latest_release(project / "datapackage") == "1.0.0"

        def fired() -> list[dict[str, Any]]:
            runs = server.runs("build/scheduled")
            return [run for run in runs if run["auto_scheduled"] and run["state_type"] in ("COMPLETED", "FAILED")]

        [run, *_] = until("a run that cron fired", fired, 150, home)
        assert run["state_name"] in ("Completed", "Unchanged"), run
        assert release.latest_release(tmp_path / "cron-out") == "1.0.0"


def test_what_is_deployed_is_what_the_flows_take() -> None:
    """Every deployment names a flow that is there, and only parameters that it has."""
    from prefect.flows import load_flow_from_entrypoint

    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    assert [d["name"] for d in deployments] == ["nightly", "on-demand", "nightly-delivery"]
    for deployment in deployments:
        found = load_flow_from_entrypoint(str(ROOT / deployment["entrypoint"]))
        assert set(deployment["parameters"]) <= set(found.parameters.properties)
        assert set(found.parameters.required) <= set(deployment["parameters"])
        assert deployment["concurrency_limit"]["limit"] == 1


def test_a_flow_can_be_sent_to_another_process(tmp_path: Path) -> None:
    """As a runner sends it: by value, with the flows that it calls."""
    import cloudpickle

    from flows.build import build

    sent = tmp_path / "build.pickle"
    sent.write_bytes(cloudpickle.dumps(build))
    code = f"""
import pickle
flow = pickle.loads(open({str(sent)!r}, "rb").read())
names = ("ingest", "segment", "extract", "publish", "fetch_sources")
for one in (flow, *(flow.fn.__globals__[name] for name in names)):
    print(one.name, one.validate_parameters({{"corpus": "raw"}})["corpus"])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    names = ("build", "ingest", "segment", "extract", "publish", "fetch")
    assert done.stdout.split() == [word for name in names for word in (name, "raw")], done.stderr


def _listened_on(port: int) -> set[str]:
    """The addresses that somebody listens on at a port, as the system tells them (IPv6 ones as they are written)."""
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, _, number = local.partition(":")
            if state == "0A" and int(number, 16) == port:
                found.add(socket.inet_ntoa(bytes.fromhex(address)[::-1]) if table == "tcp" else address)
    return found


def test_the_api_is_for_this_machine_unless_somebody_says_otherwise(prefect_server: str) -> None:
    from prefect.settings.models.server.api import ServerAPISettings

    assert ServerAPISettings.model_fields["host"].default == "127.0.0.1"
    # And a server that was started without a word about it listens on this machine's own address only.
    assert _listened_on(int(prefect_server.rpartition(":")[2].partition("/")[0])) == {"127.0.0.1"}
    for name in ("prefect.yaml", "Dockerfile", "docs/schedule.md", "Makefile"):
        assert "0.0.0.0" not in (ROOT / name).read_text(), name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cron", "every night"], r'--cron "every night" --timezone UTC: no such schedule'),
        (["--cron", "0 3 * * *", "--timezone", "Atlantis"], "--timezone Atlantis: no such schedule"),
        (["--cron", "0 3 * * *", "--corpus", "nowhere"], "nowhere: no such folder"),
    ],
)
def test_a_schedule_that_cannot_be_is_told_at_once(monkeypatch, arguments: list[str], message: str) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["regesta", "schedule", *arguments])
    with pytest.raises(SystemExit, match=message):
        cli.main()


def test_without_a_server_the_cure_is_told(monkeypatch) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["regesta", "schedule", "--cron", "0 3 * * *"])
    with temporary_settings({PREFECT_API_URL: None}), pytest.raises(SystemExit, match="run `prefect server start`"):
        cli.main()
