"""The commands about a corpus and its releases that need no flow. `flows/cli.py` mounts them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from flows.options import CorpusOption, OutOption
from regesta import catalogue, corpus, evaluation
from regesta.errors import RegestaError
from regesta.loading.fetch import brought
from regesta.package import release, report
from regesta.package.verify import verify as verify_release


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


def new(folder: Annotated[Path, typer.Argument(help="A folder with texts.")]) -> None:
    """Write a first catalogue (corpus.toml) for a folder of texts."""
    path = catalogue.write_new(folder)
    typer.echo(f"wrote {path}; fill in what it asks for, then run: regesta build --corpus {folder}")


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


def _named(name: str, out: Path) -> str:
    """A release by its folder or its web address, or by its version among the releases."""
    return name if "://" in name or Path(name).is_dir() else str(out / name)
