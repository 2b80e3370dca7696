"""The commands `regesta site`, `regesta serve` and `regesta cite`."""

from __future__ import annotations

import tempfile
import webbrowser
from enum import StrEnum
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated

import typer

from regesta.errors import RegestaError, reason

ReleaseArgument = Annotated[str, typer.Argument(help="A release, or a folder of releases: then the latest.")]
BaseOption = Annotated[
    str | None, typer.Option("--base-url", help="The web address of the site [default: the catalogue's homepage].")
]


class Form(StrEnum):
    """How to cite."""

    all = "all"
    text = "text"
    bibtex = "bibtex"
    link = "link"


def site(
    release: ReleaseArgument = "datapackage",
    out: Annotated[Path, typer.Option("--out", help="The folder for the site.")] = Path("site"),
    base: BaseOption = None,
    gold: Annotated[
        Path | None,
        typer.Option("--gold", help="A folder of hand annotations to compare with; see docs/evaluation.md."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="How many processes write pages.")] = 1,
    search: Annotated[bool, typer.Option("--search/--no-search", help="Whether to make the index for search.")] = True,
) -> None:
    """Make the web pages of a release: a folder that any web server can serve, and that can be read without one."""
    from regesta.site.write import write_site  # noqa: PLC0415 (the other commands need none of it)

    made = write_site(release, out, base=base, gold=gold, workers=workers, searchable=search)
    typer.echo(f"{made.pages} pages of release {made.version}: {made.folder / 'index.html'}")


def serve(
    release: ReleaseArgument = "datapackage",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 for any that is free.")] = 8000,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Whether to open the browser.")] = True,
) -> None:
    """Show the web pages of a release on this machine, and open the browser."""
    from regesta.site.write import write_site  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="regesta-site-") as aside:
        folder = Path(aside, "site")
        write_site(release, folder, base="")
        try:
            server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Quiet, directory=str(folder)))
        except OSError as error:
            raise RegestaError(f"port {port}: cannot be used ({reason(error)}); name another with --port") from None
        address = f"http://127.0.0.1:{server.server_port}/"
        typer.echo(f"{address}  (Ctrl+C to stop)")
        if browser:
            webbrowser.open(address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            typer.echo("stopped")
        finally:
            server.server_close()


def cite(
    address: Annotated[str, typer.Argument(help="The address of a row, such as paper-1@120-145.")],
    release: Annotated[
        str, typer.Option("--release", help="A release, or a folder of releases: then the latest.")
    ] = "datapackage",
    base: BaseOption = None,
    form: Annotated[Form, typer.Option("--format", help="What to print.")] = Form.all,
) -> None:
    """Print how to cite an address: text, BibTeX, and the link to it on the site."""
    from regesta.site.citation import cite as cited  # noqa: PLC0415
    from regesta.site.model import open_register  # noqa: PLC0415

    found = cited(open_register(release, base), address)
    if form is not Form.all:
        typer.echo(getattr(found, form.value))
        return
    typer.echo(f"{found.text}\n\n{found.bibtex}\n\n{found.link}")


class _Quiet(SimpleHTTPRequestHandler):
    """Files of the site, without a line for each on the terminal."""

    def log_message(self, format: str, *args: object) -> None:
        pass
