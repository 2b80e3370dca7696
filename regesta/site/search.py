"""Full-text search that needs no server: pagefind makes indexes of the pages, and a script of the site reads them.

Pagefind holds all that it indexes in memory. Very many papers therefore have several indexes, each of so many papers,
which the script asks together.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from regesta.errors import RegestaError
from regesta.site import links
from regesta.site.model import Head, Register

FOLDER = "pagefind"
SHARE = 2000
"""How many papers one index has."""
# Pagefind's own widgets, which the site does not use.
_UNUSED = ("pagefind-ui.*", "pagefind-modular-ui.*", "pagefind-component-ui.*", "pagefind-highlight.js", "playground")


def folders(register: Register) -> list[str]:
    """The folders of the indexes of a site."""
    more = range(2, -(-len(register.heads) // SHARE) + 1)
    return [FOLDER, *(f"{FOLDER}.{n}" for n in more)]


@contextmanager
def indexing(site: Path, register: Register, workers: int = 1) -> Iterator[None]:
    """Make the indexes of the papers of a site, so many at a time in processes of their own, by the end of the block.

    Raises:
        RegestaError: pagefind is missing or failed.
    """
    languages = {head.language.partition("-")[0] for head in register.heads}
    # One language for all, whatever they are: with one of them its word forms are known, with many none are.
    language = languages.pop() if len(languages) == 1 else "unknown"
    pool = ThreadPoolExecutor(workers)
    try:
        running = [
            pool.submit(_index, site, name, register, register.heads[n * SHARE : (n + 1) * SHARE], language)
            for n, name in enumerate(folders(register))
        ]
        yield
        for one in running:
            one.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _index(site: Path, name: str, register: Register, heads: Sequence[Head], language: str) -> None:
    with tempfile.TemporaryDirectory(prefix=".indexing-", dir=site.parent) as aside:
        (Path(aside) / "papers").mkdir()
        for head in heads:
            for part in range(1, len(register.addresses.parts(head.document_id)) + 2):
                page = links.paper(head.document_id, part)
                os.link(site / page, Path(aside, page))
        command = [sys.executable, "-m", "pagefind", "--site", aside, "--output-path", str(site / name)]
        done = subprocess.run(  # noqa: S603
            [*command, "--force-language", language, "--quiet"], capture_output=True, text=True, check=False
        )
    if done.returncode or not (site / name / "pagefind.js").is_file():
        told = (done.stdout + done.stderr).strip().splitlines()
        raise RegestaError(
            f"the search index was not made ({told[-1] if told else 'no word from pagefind'}); install pagefind with: "
            "pip install 'regesta[site]', or leave the search out with --no-search"
        )
    for pattern in _UNUSED:
        for path in (site / name).glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
