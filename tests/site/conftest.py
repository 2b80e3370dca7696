"""Sites to look at: of the first release, and of a made-up corpus that would like to be more than text."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from regesta.package.release import find_release
from regesta.site import write_site
from tests.conftest import HARBOUR, ROOT
from tests.describe.conftest import publish

if TYPE_CHECKING:
    from playwright.sync_api import Page

BASE = "https://example.org/register"
RELEASE = find_release(ROOT / "datapackage")
HOSTILE = (
    "Decree of the Board <script>alert('title')</script>\r\n\r\nPort Ellery, 3 May 1980\r\n\r\n"
    "<img src=x onerror=alert(1)> wrote to javascript:alert(2) on 4 May 1980; "
    "12 people were killed at Port Ellery.\r\n\r\n"
    "{{ 7 * 7 }} {% raw %} ${7*7} <!-- --> ]]> </article></main> &lt;b&gt; 'single' \"double\" `tick`\r\n\r\n"
    "abc \u202edetrever\u202c and \u2066isolated\u2069,"
    " \u200fright\u200e, a sign \u0001, 🙂 a face, İstanbul, e\u0301.\r\n\r\n"
    "The Board </script><script>alert(3)</script> thanks the Board of Port Ellery, 5 May 1980.\r\n"
)


def until(page: Page, expression: str) -> None:
    """Wait until something is so in a page; `wait_for_function` asks again by `eval`, which the pages forbid."""
    end = time.monotonic() + 20
    while not page.evaluate(expression):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(50)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the first release."""
    return write_site(RELEASE, tmp_path_factory.mktemp("site") / "register", base=BASE).folder


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a corpus with a text that is not to be trusted, with names in its catalogue to match."""
    root = tmp_path_factory.mktemp("hostile")
    folder = Path(shutil.copytree(HARBOUR, root / "port"))
    (folder / "hostile.txt").write_bytes(HOSTILE.encode())
    with (folder / "corpus.toml").open("a") as catalogue:
        catalogue.write(
            '\n[[source]]\nid = "hostile"\npath = "hostile.txt"\ntitle = "</title><script>alert(4)</script>\\u202E"\n'
            'url = "javascript:alert(5)"\npublisher = "{{ 1/0 }}"\n'
        )
    return write_site(publish(folder, root / "out"), root / "site", searchable=False).folder
