"""A server of Prefect that faults may kill, and a way to it that they may cut."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

SETTINGS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_RUNNER_POLL_FREQUENCY": "2",
    # The least that Prefect takes: after it, the slot of a run that died is another's.
    "PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION": "30",
    "PREFECT_SERVER_SERVICES_REPOSSESSOR_LOOP_SECONDS": "2",
    # A run waits some minutes for a server that comes back; faults are many, and it comes back soon or never.
    "PREFECT_CLIENT_RETRY_JITTER_FACTOR": "0",
    "PREFECT_API_REQUEST_TIMEOUT": "4",
}


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Server:
    """A server in a process of its own, with a home and a database that outlive it."""

    def __init__(self, home: Path) -> None:
        """Choose a port; nothing is started."""
        self.home = home
        self.port = free_port()
        self.api = f"http://127.0.0.1:{self.port}/api"
        self.environment = {**os.environ, **SETTINGS, "PREFECT_HOME": str(home), "PREFECT_API_URL": self.api}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 120) -> None:
        """Start it, unless it runs; returns once it answers."""
        if self.process is not None and self.process.poll() is None:
            return
        self.home.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(self.port)]
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + seconds
        while not self.answers():
            assert time.monotonic() < deadline, (self.home / "server.log").read_text()[-2000:]
            time.sleep(0.2)

    def answers(self) -> bool:
        """Whether it is up."""
        try:
            return httpx.get(f"{self.api}/health", timeout=2, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it, and all that it has started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, how)
            self.process.wait(60)


def asked(api: str, path: str, **body: Any) -> Any:
    """What the server at an address answers; SQLite may be at work for somebody else, so it is asked again."""
    for _ in range(10):
        with suppress(httpx.HTTPError):
            answer = httpx.post(f"{api}/{path}", json=body, timeout=30, trust_env=False)
            if answer.status_code < 500:
                return answer.raise_for_status().json()
        time.sleep(1)
    raise AssertionError(f"{api}/{path}: no answer")


def runs(api: str, out: Path) -> list[dict[str, Any]]:
    """The runs of the flow `build` for a folder of releases, oldest first."""
    found = asked(api, "flow_runs/filter", flows={"name": {"any_": ["build"]}}, sort="START_TIME_DESC")
    return [run for run in reversed(found) if run["parameters"].get("out") == str(out)]


class Wire:
    """A port that passes on all it is sent, until it is cut: then it refuses, breaks off, or says nothing any more."""

    def __init__(self, to: int) -> None:
        """Listen on a port of its own."""
        self._to = to
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.api = f"http://127.0.0.1:{self._socket.getsockname()[1]}/api"
        self._cut = threading.Event()
        self._silent = False
        self._open: list[socket.socket] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self, how: str) -> None:
        """Cut it: `refuse` connections, `break` them off, or be `silent`."""
        self._silent = how == "silent"
        self._cut.set()
        if how == "refuse":
            self._socket.close()
        for one in self._open:
            if not self._silent:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Take it down."""
        self._cut.set()
        for one in (self._socket, *self._open):
            one.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                if self._cut.is_set() and not self._silent:
                    client.close()
                    continue
                self._open.append(client)
                threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with suppress(OSError, ValueError), closing(socket.create_connection(("127.0.0.1", self._to))) as server:
            self._open.append(server)
            while True:
                ready, _, _ = select.select((client, server), (), (), 0.2)
                for one in ready:
                    if self._cut.is_set() and self._silent:
                        self._cut.wait()
                        time.sleep(0.2)
                        continue
                    if not (data := one.recv(65_536)):
                        client.close()
                        return
                    (server if one is client else client).sendall(data)


@contextmanager
def wire(to: int) -> Iterator[Wire]:
    """A wire to a port, as long as the context lasts."""
    made = Wire(to)
    try:
        yield made
    finally:
        made.close()
