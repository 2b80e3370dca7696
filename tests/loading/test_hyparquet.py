"""hyparquet in a real browser reads every table from a web server, in parts, and finds the same rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import regesta
from tests.conftest import ROOT
from tests.loading import servers
from tests.loading.conftest import digest

if TYPE_CHECKING:
    from playwright.sync_api import Page

Wanted = dict[str, tuple[int, str]]
# Where each package that the page imports lies: what a bundler, or a network of copies of npm, does elsewhere.
PAGE = """<!doctype html><meta charset="utf-8"><title>Tables</title><link rel="icon" href="data:,">
<script type="importmap">{"imports": {
  "hyparquet": "/node_modules/hyparquet/src/index.js",
  "hyparquet-compressors": "/node_modules/hyparquet-compressors/src/index.js",
  "fzstd": "/node_modules/fzstd/esm/index.mjs",
  "hysnappy": "/node_modules/hysnappy/js/index.js"
}}</script>"""
READ = """async url => {
  const { asyncBufferFromUrl, parquetReadObjects, toJson } = await import('hyparquet')
  const { compressors } = await import('hyparquet-compressors')
  const file = await asyncBufferFromUrl({ url })
  return toJson(await parquetReadObjects({ file, compressors }))
}"""


@pytest.fixture(scope="session")
def web(releases: Path, node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for a web server: the releases, the packages of npm, and a page."""
    folder = tmp_path_factory.mktemp("web")
    (folder / "index.html").write_text(PAGE)
    (folder / "releases").symlink_to(releases)
    (folder / "node_modules").symlink_to(node_modules)
    return folder


@contextmanager
def own(folder: Path, _root: Path) -> Iterator[tuple[str, Callable[[], list[str]]]]:
    with servers.serve(folder, servers.Ranged) as (address, handler):
        yield (
            address,
            lambda: [
                part or "whole"
                for method, path, part in handler.requests
                if path.endswith(".parquet") and method == "GET"
            ],
        )


@contextmanager
def by_nginx(folder: Path, root: Path) -> Iterator[tuple[str, Callable[[], list[str]]]]:
    if not servers.find_nginx():
        pytest.skip(servers.NO_NGINX)
    with servers.nginx(folder, root) as (address, log):
        yield (
            address,
            lambda: [
                # 304: the browser has this part already.
                part if status in ("206", "304") else f"whole ({status})"
                for method, path, status, part in (line.split(" ", 3) for line in log.read_text().splitlines())
                if path.endswith(".parquet") and method == "GET"
            ],
        )


@pytest.mark.parametrize("server", [own, by_nginx])
def test_hyparquet_in_a_browser(
    server: Callable[..., Any], page: Page, web: Path, release: regesta.Release, wanted: Wanted, tmp_path: Path
) -> None:
    with server(web, tmp_path) as (address, parts):
        page.goto(f"{address}/index.html")
        found = {
            name: digest(page.evaluate(READ, f"/releases/1.0.0/{table.path}"), table.schema)
            for name, table in release.items()
        }
        assert found == wanted
        assert len(parts()) >= len(release)
        assert all(part.startswith("bytes=") for part in parts())


def test_the_recipe_works(page: Page, web: Path, release: regesta.Release) -> None:
    """That of docs/loading.md, as it stands there."""
    [code] = re.findall(r"```js\n(.*?)```", (ROOT / "docs" / "loading.md").read_text(), re.DOTALL)
    with servers.serve(web, servers.Ranged) as (address, _):
        page.goto(f"{address}/index.html")
        with page.expect_console_message() as said:
            page.add_script_tag(
                content=code.replace("https://example.org/papers", f"{address}/releases"), type="module"
            )
    assert said.value.text == release["documents"].arrow(["title"])["title"][0].as_py()
