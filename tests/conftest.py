"""What the tests share: a Prefect server of their own, and corpora to build."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from regesta import corpus, stages
from tests.browser.fixtures import browser, complaints, node_modules, page, playwright, served

__all__ = ["browser", "complaints", "node_modules", "page", "playwright", "served"]  # Fixtures for every test.

ROOT = Path(__file__).parents[1]
RAW = ROOT / "raw"
HARBOUR = ROOT / "tests" / "corpora" / "harbour"


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


# Before Prefect is imported anywhere: tests never touch the user's own Prefect, and share one server.
_HOME = tempfile.mkdtemp(prefix="regesta-prefect-")
_PORT = _free_port()
os.environ["PREFECT_HOME"] = _HOME
os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{_PORT}/api"
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[str]:
    """A real Prefect server; gives the address of its API."""
    command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(_PORT), "--no-services"]
    log = Path(_HOME, "server.log").open("wb")
    server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 180
        while not _healthy():
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail("the Prefect server did not start:\n" + Path(_HOME, "server.log").read_text())
            time.sleep(0.3)
        yield os.environ["PREFECT_API_URL"]
    finally:
        _last_words()
        server.terminate()
        server.wait(30)
        log.close()
        shutil.rmtree(_HOME, ignore_errors=True)


def _last_words() -> None:
    """Let Prefect say what it has to say while the server is there: it would try for minutes when it is gone."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    for worker in (APILogWorker, EventsWorker):
        worker.drain_all(timeout=20)


def _healthy() -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{_PORT}/api/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """A copy of the made-up corpus that a test may spoil."""
    return Path(shutil.copytree(HARBOUR, tmp_path / "harbour"))


def write_loose_release(folder: Path, tables: stages.Tables) -> None:
    """Tables in a folder under the least descriptor that names them, for commands that only read tables."""
    (folder / "data").mkdir(parents=True)
    for name, table in tables.items():
        pq.write_table(table, folder / "data" / f"{name}.parquet")
    resources = [{"name": name, "path": f"data/{name}.parquet"} for name in tables]
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}))


@pytest.fixture(scope="session")
def harbour_tables() -> stages.Tables:
    """The tables of the made-up corpus, made by the stages without Prefect."""
    described = corpus.load(HARBOUR)
    read = stages.ingest(HARBOUR, described, described.sources)
    cut = stages.segment(read, described.sources)
    return stages.merge([read, cut, stages.extract({**read, **cut})])
