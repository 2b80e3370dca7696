"""The browser of the tests: it runs, and what goes wrong in a page is noticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser import chromium, modules

if TYPE_CHECKING:
    from playwright.sync_api import Page, Playwright

PAGE = """<!doctype html><meta charset="utf-8"><title>A page</title><link rel="icon" href="data:,">
<script type="module">import { said } from './said.js'; document.body.textContent = said</script><body></body>"""


def test_a_page_runs_its_scripts(page: Page, served: Callable[[Path], str], tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "said.js").write_text("export const said = 'from a module'")
    page.goto(served(tmp_path) + "/")
    assert page.inner_text("body") == "from a module"


def test_errors_are_noticed(page: Page, complaints: list[str], served: Callable[[Path], str], tmp_path: Path) -> None:
    script = "<script>console.error('one'); two()</script>"
    (tmp_path / "index.html").write_text(f"<link rel='icon' href='data:,'>{script}<img src='nowhere.png'>")
    page.goto(served(tmp_path) + "/index.html", wait_until="networkidle")
    for wanted in ("console: one", "two is not defined", "404"):
        assert any(wanted in complaint for complaint in complaints), wanted
    assert len(complaints) == 3
    complaints.clear()


def test_a_request_to_elsewhere_is_noticed_and_does_not_get_there(page: Page, complaints: list[str]) -> None:
    page.set_content("<img src='http://example.org/a.png' onerror='document.title = `stopped`'>")
    page.wait_for_function("document.title == 'stopped'")
    assert complaints[0] == "request to elsewhere: http://example.org/a.png"
    assert any("ERR_NAME_NOT_RESOLVED" in complaint for complaint in complaints)
    complaints.clear()


def test_the_browser_of_npm_runs_where_there_is_no_other(playwright: Playwright) -> None:
    """On a bare machine it is the only one, so that it must run on every machine."""
    browser = chromium.launch(playwright, chromium.of_npm())
    page = browser.new_page()
    page.set_content("<span>Port Ellery</span>")
    assert page.inner_text("span") == "Port Ellery"
    box = page.locator("span").bounding_box()
    assert box and box["width"] > 20, "there is no font"
    browser.close()


def test_the_lock_has_a_checksum_of_every_package_and_names_no_registry() -> None:
    text = (modules.HERE / "package-lock.json").read_text()
    packages = {name: package for name, package in json.loads(text)["packages"].items() if name}
    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert "://" not in text
