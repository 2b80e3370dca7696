"""Full-text search that needs no server: pagefind makes an index of the pages, and a script of the site reads it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from regesta.errors import RegestaError
from regesta.site.model import Register

FOLDER = "pagefind"
# Pagefind's own widgets, which the site does not use.
_UNUSED = ("pagefind-ui.*", "pagefind-modular-ui.*", "pagefind-component-ui.*", "pagefind-highlight.js", "playground")


def index(site: Path, register: Register) -> None:
    """Make the index of a site: the words of the papers.

    Raises:
        RegestaError: pagefind is missing or failed.
    """
    languages = {head.language.partition("-")[0] for head in register.heads}
    # One index, whatever the languages: with one of them its word forms are known, with many none are.
    language = languages.pop() if len(languages) == 1 else "unknown"
    command = [sys.executable, "-m", "pagefind", "--site", str(site), "--glob", "papers/*.html"]
    done = subprocess.run(  # noqa: S603
        [*command, "--force-language", language, "--quiet"], capture_output=True, text=True, check=False
    )
    if done.returncode or not (site / FOLDER / "pagefind.js").is_file():
        told = (done.stderr or done.stdout).strip().splitlines()
        raise RegestaError(
            f"the search index was not made ({told[-1] if told else 'no word from pagefind'}); install pagefind with: "
            "pip install 'regesta[site]', or leave the search out with --no-search"
        )
    for pattern in _UNUSED:
        for path in (site / FOLDER).glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
