"""The command `regesta`."""

from __future__ import annotations

import datetime as dt
import logging
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from flows import names, schedule
from regesta import aside, catalogue, corpus, evaluation, stages
from regesta.engines import Engine
from regesta.errors import RegestaError, UnexpectedError, kept_account, plain, told
from regesta.export.command import export_command
from regesta.figures.cli import figures
from regesta.loading.fetch import brought
from regesta.package import release, report
from regesta.package.verify import verify as verify_release
from regesta.publish import targets
from regesta.shards import SHARD_BYTES
from regesta.site.cli import cite, serve, site
from regesta.site.deliver import check as takes_site
from regesta.temporal.cli import dates

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
    engine: Annotated[
        Engine, typer.Option(help="What does the work: threads, processes, dask, or ray.")
    ] = Engine.THREADS,
    address: Annotated[
        str | None, typer.Option(help="A cluster that runs: tcp://HOST:PORT of Dask, HOST:PORT of Ray.")
    ] = None,
    fetch: Annotated[bool, typer.Option("--fetch", help="Bring the sources on the web up to date first.")] = False,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Publish nothing where a source cannot be taken in [default: leave it out]."),
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show Prefect's own log as well.")] = False,
) -> None:
    """Build the texts into a release, unless nothing has changed since the last one."""
    # A mistake is told at once, not after Prefect's server has started.
    (corpus.read_catalogue if fetch else stages.ready)(corpus_folder)
    _quiet(verbose)
    # Prefect takes a second to import, and reads its settings then.
    from flows.build import build as build_flow  # noqa: PLC0415
    from flows.common import shown  # noqa: PLC0415
    from flows.failures import explained  # noqa: PLC0415

    with shown(), explained("the build", out):
        date = release_date.date() if release_date else None
        published = build_flow(
            corpus_folder,
            out,
            processed,
            date,
            workers,
            shard_bytes,
            engine=engine,
            address=address,
            fetch=fetch,
            strict=strict,
        )
    for message in aside.of_release(published.folder):
        typer.echo(plain(f"set aside: {message}"), err=True)
    if published.new:
        typer.echo(f"published release {published.version}: {published.folder / 'datapackage.json'}")
    else:
        typer.echo(f"nothing has changed since release {published.version}: nothing published")


@app.command()
def fetch(
    corpus_folder: CorpusOption = Path("raw"),
    verbose: Annotated[bool, typer.Option("--verbose", help="Show Prefect's own log as well.")] = False,
) -> None:
    """Fetch the sources that the catalogue watches on the web; a build reads what was fetched."""
    corpus.read_catalogue(corpus_folder)
    _quiet(verbose)
    from flows.common import shown  # noqa: PLC0415
    from flows.failures import explained  # noqa: PLC0415
    from flows.fetch import fetch as fetch_flow  # noqa: PLC0415

    with shown(), explained("the fetch"):
        outcomes = fetch_flow(corpus_folder)
    for outcome in outcomes:
        typer.echo(str(outcome))
    if failed := [outcome for outcome in outcomes if outcome.what == "failed"]:
        raise RegestaError(f"{len(failed)} of {len(outcomes)} addresses could not be fetched; the others are kept")


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="A release, or a folder of releases: then the latest.")] = Path(
        "datapackage"
    ),
) -> None:
    """Check a release: every file, key and address."""
    target = release.find_release(folder)
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
    columns = list(next((entry["rows"] for entry in reversed(entries) if "rows" in entry), ["", ""]))
    table = Table("version", "date", *columns, box=None)
    for entry in entries:
        rows = entry.get("rows", {})
        told = [f"retracted {entry['retracted']}: {entry['reason']}"] if "retracted" in entry else []
        table.add_row(entry["version"], entry["date"], *(told or [str(rows.get(name, "")) for name in columns]))
    Console().print(table)


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="A release: its folder, its web address, or its version.")],
    new: Annotated[str, typer.Argument(help="The release to compare with it.")],
    out: OutOption = Path("datapackage"),
    to: Annotated[Path | None, typer.Option(help="Write every change to this file, .parquet or .json.")] = None,
) -> None:
    """Tell what changed from one release to another."""
    with brought(_named(old, out)) as before, brought(_named(new, out)) as now, release.diff(before, now) as found:
        if to is not None:
            report.write_changes(found, to)
        Console().print(report.summary(found) if found.counts or found.moved else "no row changed")


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(help="A folder of hand annotations; see docs/evaluation.md.")],
    folder: Annotated[Path, typer.Option("--release", help="A release, or a folder of releases.")] = Path(
        "datapackage"
    ),
) -> None:
    """Score a release against hand annotations."""
    scores = evaluation.evaluate(release.tables_of(release.find_release(folder)), gold)
    table = Table("layer", "compared", "score", box=None)
    for layer, values in scores.items():
        for name, value in values.items():
            table.add_row(layer, name, f"{value:.3f}")
    Console().print(table)


@app.command()
def publish(
    target: Annotated[
        str, typer.Argument(help="A folder, FILE.zip, s3://bucket/prefix, zenodo, or hf://datasets/owner/name.")
    ],
    out: OutOption = Path("datapackage"),
    version: Annotated[
        str | None, typer.Option("--release", help="The version [default: the latest that stands].")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Also to a store that ignores conditions.")] = False,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Zenodo's place to try things.")] = False,
    block: Annotated[
        str | None, typer.Option(help="A Prefect Secret block with keys and tokens [default: the environment].")
    ] = None,
    pages: Annotated[bool, typer.Option("--site", help="Its web pages as well, in site/ beside the releases.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show Prefect's own log as well.")] = False,
) -> None:
    """Publish a release to a target, or go on where that was interrupted."""
    # A mistake is told at once, not after Prefect's server has started.
    targets.check(target, out, version)
    if pages:
        takes_site(target)
    _quiet(verbose)
    from flows.common import shown  # noqa: PLC0415
    from flows.deliver import deliver  # noqa: PLC0415
    from flows.failures import explained  # noqa: PLC0415

    with shown(), explained("the delivery"):
        made = deliver(target, out, version, force, sandbox, block, pages)
    typer.echo(str(made))


@app.command()
def retract(
    version: Annotated[str, typer.Argument(help="The version to retract.")],
    reason: Annotated[str, typer.Option(help="What is wrong with it, for its users.")],
    out: OutOption = Path("datapackage"),
) -> None:
    """Withdraw a release: it stays listed with the reason, and its data goes."""
    stone = release.retract(out, version, reason, dt.datetime.now(dt.UTC).date())
    latest = release.latest_release(out)
    typer.echo(f"retracted {stone.version}: {stone.reason}")
    typer.echo(f"the latest release is now {latest}" if latest else f"no release stands in {out} any more")


# Commands that live with what they are about.
app.command()(dates)
app.command()(figures)
app.command()(names.candidates)
app.command()(names.adopt)
app.command()(names.timeline)
app.command()(schedule.schedule)
app.command("export")(export_command)
app.command()(site)
app.command()(serve)
app.command()(cite)


def _quiet(verbose: bool) -> None:
    """Keep Prefect's own words from the terminal, unless they are wanted; to be called before it is imported."""
    if not verbose:
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
        # That its log cannot be sent either where the server is gone: our own message says that it is.
        logging.raiseExceptions = False


def _named(name: str, out: Path) -> str:
    """A release by its folder or its web address, or by its version among the releases."""
    return name if "://" in name or Path(name).is_dir() else str(out / name)


def main() -> None:
    """Run the command line; what goes wrong is one message and exit status 1, without a traceback."""
    try:
        app()
    except KeyboardInterrupt:
        typer.echo("regesta: interrupted; the releases are as they were", err=True)
        sys.exit(130)
    except Exception as error:
        sys.exit(_last_words(told(error, f"regesta {' '.join(sys.argv[1:2])}".strip()), error))


def _last_words(failure: RegestaError, error: Exception) -> str:
    """The message; the whole account of what nobody foresaw is kept in a file."""
    if isinstance(failure, UnexpectedError):
        try:
            return plain(f"regesta: {failure}\nthe whole account is in {kept_account(error)}")
        except OSError:  # No room for it: then here.
            traceback.print_exception(error)
    return plain(f"regesta: {failure}")


if __name__ == "__main__":
    main()
