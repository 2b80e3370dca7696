"""Fixtures for tests in a real browser; tests/conftest.py hands them to every test.

While Playwright runs in a module, `asyncio.run` does not: what needs it (Prefect, Datasette) stands in another module,
or in a fixture of the session, which is made before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.browser import modules
from tests.loading.servers import Ranged, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright, Request


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The packages of npm that pages of the tests may load."""
    return modules.installed() / "node_modules"


@pytest.fixture(scope="session")
def served() -> Iterator[Callable[[Path], str]]:
    """Gives the address at which a folder is served from then on, with range requests, on this machine only."""
    with ExitStack() as servers:
        yield lambda folder: servers.enter_context(serve(folder, Ranged))[0]


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """What drives browsers."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A real browser without a window."""
    from tests.browser import chromium

    running = chromium.launch(playwright, chromium.find())
    yield running
    running.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What went wrong in the page of a test: it must be nothing, or taken from the list by the test that wants it."""
    found: list[str] = []
    yield found
    assert not found, "\n".join(found)


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    """A new page, with nothing kept from pages before; errors in it and requests to elsewhere fail the test."""
    with browser.new_context() as context:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"error in the page: {error}"))
        page.on("console", lambda line: complaints.append(f"console: {line.text}") if line.type == "error" else None)
        page.on("requestfailed", lambda asked: complaints.extend(_failed(asked)))
        context.on("request", lambda asked: complaints.extend(_elsewhere(asked.url)))
        yield page


def _failed(asked: Request) -> list[str]:
    # Chromium also says so of an answer whose body a page does not want, that of every HEAD for one.
    return [] if asked.failure == "net::ERR_ABORTED" else [f"failed: {asked.url}: {asked.failure}"]


def _elsewhere(url: str) -> list[str]:
    at = urlsplit(url)
    here = at.scheme in ("data", "blob", "about") or at.hostname == "127.0.0.1"
    return [] if here else [f"request to elsewhere: {url}"]
