"""Every recipe of docs/loading.md that does not say otherwise works as it stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "loading.md").read_text()
BLOCKS = [
    (language, code)
    for language, code in re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
    # JavaScript runs in a browser: see test_hyparquet.py.
    if language != "js" and not code.startswith("# not run by the tests")
]


def title(block: tuple[str, str]) -> str:
    lines = [line for line in block[1].splitlines() if not line.startswith(("import", "from", "release =")) and line]
    return lines[0][:50]


@pytest.mark.parametrize("block", BLOCKS, ids=title)
def test_a_recipe_works(block: tuple[str, str], releases: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    language, code = block
    shutil.copytree(releases, tmp_path / "datapackage")
    if "postgresql://" in code:
        address = request.getfixturevalue("fresh_database")
        code = code.replace("postgresql://regesta@localhost/postgres", address)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    home = str(tmp_path / "home")
    settings = {**os.environ, "PATH": path, "HOME": home, "HF_HOME": home, "HF_HUB_OFFLINE": "1"}
    commands = {"python": [sys.executable, "-c", code], "sh": ["sh", "-euc", code], "r": ["Rscript", "-e", code]}
    if language == "r":
        if not shutil.which("Rscript"):
            pytest.skip("there is no R on this machine: install R and RSQLite")
        export = code.splitlines()[0].removeprefix("# after: ")
        subprocess.run(["sh", "-euc", export], cwd=tmp_path, env=settings, capture_output=True, check=True)
    command = commands[language]
    done = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_every_test_that_the_list_of_clients_names_is_there() -> None:
    from tests.loading import test_hyparquet, test_same_everywhere

    named = re.findall(r"\| `(test_\w+)` \|$", TEXT, re.MULTILINE)
    modules = (test_hyparquet, test_same_everywhere)
    written = {name for module in modules for name in vars(module) if name.startswith("test_")}
    assert sorted(named) == sorted(written - {"test_the_recipe_works"})
