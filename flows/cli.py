"""The command `regesta`."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from regesta import catalogue, corpus
from regesta.errors import RegestaError
from regesta.export.command import export_command
from regesta.package import release
from regesta.package.verify import verify as verify_release
from regesta.shards import SHARD_BYTES

app = typer.Typer(
    name="regesta",
    help="Turn a folder of official papers into a versioned, citable, verifiable data package.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

CorpusOption = Annotated[Path, typer.Option("--corpus", help="The folder with the texts and their corpus.toml.")]
OutOption = Annotated[Path, typer.Option("--out", help="The folder that holds the releases.")]


@app.command()
def build(
    corpus_folder: CorpusOption = Path("raw"),
    out: OutOption = Path("datapackage"),
    processed: Annotated[Path, typer.Option(help="The folder for stage outputs; safe to delete.")] = Path("processed"),
    release_date: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Date of the release [default: today, UTC]."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="How many shards of papers are at work at once.")] = 1,
    shard_bytes: Annotated[
        int,
        typer.Option(min=1, help="How many bytes of text one task takes; the tables do not depend on it."),
    ] = SHARD_BYTES,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show Prefect's own log as well.")] = False,
) -> None:
    """Build the texts into a release, unless nothing has changed since the last one."""
    corpus.load(corpus_folder)  # A wrong catalogue is told at once, not after Prefect's server has started.
    if not verbose:
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    # Prefect takes a second to import, and reads its settings then.
    from flows.build import build as build_flow  # noqa: PLC0415
    from flows.common import shown  # noqa: PLC0415

    with shown():
        date = release_date.date() if release_date else None
        published = build_flow(corpus_folder, out, processed, date, workers, shard_bytes)
    if published.new:
        typer.echo(f"published release {published.version}: {published.folder / 'datapackage.json'}")
    else:
        typer.echo(f"nothing has changed since release {published.version}: nothing published")


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="A release, or a folder of releases: then the latest.")] = Path(
        "datapackage"
    ),
) -> None:
    """Check a release: every file, key and address."""
    target = _release_in(folder)
    problems = verify_release(target)
    for problem in problems:
        typer.echo(f"FAILED {problem}", err=True)
    if problems:
        raise RegestaError(f"{target}: {len(problems)} checks failed; get the release again, or publish a new one")
    typer.echo(f"{target}: sound; every file, key and address checked")


@app.command()
def new(folder: Annotated[Path, typer.Argument(help="A folder with texts.")]) -> None:
    """Write a first catalogue (corpus.toml) for a folder of texts."""
    path = catalogue.write_new(folder)
    typer.echo(f"wrote {path}; fill in what it asks for, then run: regesta build --corpus {folder}")


@app.command()
def info(corpus_folder: CorpusOption = Path("raw"), out: OutOption = Path("datapackage")) -> None:
    """Tell what a corpus holds and what was released of it."""
    described = corpus.load(corpus_folder)
    typer.echo(f"{described.title}\n{len(described.sources)} sources in {corpus_folder}")
    for assumption in described.assumptions:
        typer.echo(f"assumed: {assumption}")
    entries = release.listed(out)
    if not entries:
        typer.echo(f"no release in {out} yet; run: regesta build")
        return
    table = Table("version", "date", *(f"{name}" for name in entries[-1]["rows"]), box=None)
    for entry in entries:
        table.add_row(entry["version"], entry["date"], *(str(entry["rows"].get(n, "")) for n in entries[-1]["rows"]))
    Console().print(table)


app.command("export")(export_command)


def _release_in(folder: Path) -> Path:
    if (folder / "datapackage.json").exists() or (folder / "SHA256SUMS").exists():
        return folder
    latest = release.latest_release(folder)
    if latest is None:
        raise RegestaError(f"{folder}: no release here; name a release, or a folder of releases")
    return folder / latest


def main() -> None:
    """Run the command line; a user's mistake is one message and exit status 1."""
    try:
        app()
    except RegestaError as error:
        sys.exit(f"regesta: {error}")
    except KeyboardInterrupt:
        typer.echo("regesta: interrupted; the releases are as they were", err=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
