"""The commands that run flows: build, fetch, publish. `flows/cli.py` mounts them."""

from __future__ import annotations

import datetime as dt
import logging
import os
from pathlib import Path
from typing import Annotated

import typer

from flows.options import CorpusOption, OutOption
from regesta import aside, corpus, stages
from regesta.engines import Engine
from regesta.errors import RegestaError, plain
from regesta.publish import targets
from regesta.shards import SHARD_BYTES
from regesta.site.deliver import check as takes_site


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


def _quiet(verbose: bool) -> None:
    """Keep Prefect's own words from the terminal, unless they are wanted; to be called before it is imported."""
    if not verbose:
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
        # That its log cannot be sent either where the server is gone: our own message says that it is.
        logging.raiseExceptions = False
