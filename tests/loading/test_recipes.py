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
    if language != "r" and not code.startswith("# not run by the tests")
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
    command = [sys.executable, "-c", code] if language == "python" else ["sh", "-euc", code]
    done = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
