"""Packages of npm for the tests: those of package-lock.json beside this file, installed once for an environment."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import filelock

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent


def installed() -> Path:
    """A folder with `node_modules`, in the environment of the running Python; `npm ci` makes it if it is not there."""
    names = ("package.json", "package-lock.json")
    lock = b"".join((HERE / name).read_bytes() for name in names)
    folder = Path(sys.prefix, "browser", hashlib.sha256(lock).hexdigest()[:16])
    folder.parent.mkdir(exist_ok=True)
    with filelock.FileLock(f"{folder}.lock"):
        if not folder.exists():
            # Under another name until it is whole: whoever is killed here leaves nothing that looks installed.
            unfinished = folder.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            for name in names:
                shutil.copy(HERE / name, unfinished)
            run(unfinished, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
            unfinished.rename(folder)
    return folder


def run(folder: Path, command: str, *arguments: str, **environment: str) -> None:
    """Run `npm` or `node` of this environment in a folder."""
    done = subprocess.run(
        [BIN / command, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command} {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
