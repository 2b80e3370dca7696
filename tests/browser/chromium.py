"""A real browser for the tests: a Chromium of this machine, or the one that comes from the registry of npm."""

from __future__ import annotations

import os
import platform
import shutil
from typing import NamedTuple

import filelock
from playwright.sync_api import Browser, Playwright

from tests.browser import modules

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Nothing but this machine is ever asked for, whatever a page or the browser itself would like to fetch.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
UNPACK = """
import { inflate } from '@sparticuz/chromium'
for (const name of ['al2023.tar', 'fonts.tar', 'swiftshader.tar', 'chromium'])
  await inflate(`node_modules/@sparticuz/chromium/bin/${name}.br`)
"""


class Chromium(NamedTuple):
    """A Chromium: its program, and what its environment needs besides."""

    program: str
    environment: dict[str, str]


def find() -> Chromium:
    """The one of `REGESTA_CHROMIUM`, else one on the path, else the one of npm.

    The last is built for machines that have nothing but the C library (Linux on x86-64): it brings the other libraries
    and a font with it.
    """
    named = os.environ.get("REGESTA_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return Chromium(named, {}) if named else of_npm()


def of_npm() -> Chromium:
    """The Chromium of the npm package `@sparticuz/chromium`, unpacked once beside it."""
    machine = f"{platform.system()} {platform.machine()}"
    assert machine == "Linux x86_64", f"no Chromium for {machine} from npm: install one, and name it REGESTA_CHROMIUM"
    installed = modules.installed()
    folder = installed / "chromium"
    with filelock.FileLock(f"{folder}.lock"):
        if not folder.exists():
            unfinished = folder.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            # The package unpacks into the folder for temporary files.
            modules.run(installed, "node", "--input-type=module", "--eval", UNPACK, TMPDIR=str(unfinished))
            fonts = unfinished / "fonts" / "fonts.conf"
            fonts.write_text(fonts.read_text().replace("/tmp/fonts", str(folder / "fonts")))
            unfinished.rename(folder)
    libraries = [str(folder / "al2023" / "lib"), *filter(None, [os.environ.get("LD_LIBRARY_PATH")])]
    environment = {"LD_LIBRARY_PATH": os.pathsep.join(libraries), "FONTCONFIG_PATH": str(folder / "fonts")}
    return Chromium(str(folder / "chromium"), environment)


def launch(playwright: Playwright, chromium: Chromium) -> Browser:
    """The browser, running without a window."""
    environment = {**os.environ, **chromium.environment}
    return playwright.chromium.launch(executable_path=chromium.program, args=list(ARGUMENTS), env=environment)
