"""The command `regesta figures`: a series printed, and drawn."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import typer
from rich.console import Console
from rich.table import Table

from regesta.figures.plot import plot as draw
from regesta.figures.series import series
from regesta.package import release

NEEDED = ("figure_series", "documents", "entities", "aliases")
_WIDE = 160


class OutputOption(StrEnum):
    """How to print."""

    table = "table"
    csv = "csv"
    json = "json"


def load(folder: Path) -> dict[str, pa.Table]:
    """The tables that a series needs, from a release or the latest one of a folder of releases.

    Raises:
        RegestaError: there is no release, or it has no series.
    """
    return release.tables_of(release.find_release(folder), NEEDED)


def figures(
    measure: Annotated[str | None, typer.Option(help="What is measured: killed, wounded, missing, displaced …")] = None,
    place: Annotated[str | None, typer.Option(help="A place, by any of its names.")] = None,
    group: Annotated[str, typer.Option(help="Who is counted: all, women, children, elderly, men, other.")] = "all",
    package: Annotated[Path, typer.Option(help="A release, or a folder of releases: then the latest.")] = Path(
        "datapackage"
    ),
    plot: Annotated[Path | None, typer.Option(help="Draw the series to this file as well (.svg or .png).")] = None,
    output: Annotated[OutputOption, typer.Option("--format", help="How to print.")] = OutputOption.table,
) -> None:
    """Print how the number for one thing moves from paper to paper, as reported."""
    tables = load(package)
    if measure is None:
        _print_measures(tables, place)
        return
    rows = series(tables, measure, place, group)
    _print(rows, output)
    if plot is not None:
        draw(rows, plot)
        typer.echo(f"drew {plot}", err=True)


def _print_measures(tables: Mapping[str, pa.Table], place: str | None) -> None:
    """What series there are: without a measure there is nothing else to show."""
    counts: dict[tuple[str, str], int] = {}
    for row in series(tables, place=place).to_pylist():
        key = (row["measure"], row["group"])
        counts[key] = max(counts.get(key, 0), row["papers"])
    shown = Table("measure", "group", "most papers", box=None)
    for (name, group), papers in sorted(counts.items()):
        shown.add_row(name, group, str(papers))
    Console().print(shown)


def _print(rows: pa.Table, output: OutputOption) -> None:
    if output is OutputOption.table:
        _print_table(rows)
        return
    records = [{key: _plain(value) for key, value in row.items()} for row in rows.to_pylist()]
    if output is OutputOption.json:
        typer.echo(json.dumps(records, ensure_ascii=False, indent=1))
        return
    writer = csv.DictWriter(sys.stdout, fieldnames=rows.column_names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _print_table(rows: pa.Table) -> None:
    console = Console(width=None if sys.stdout.isatty() else _WIDE)
    records = rows.to_pylist()
    for key in dict.fromkeys((r["measure"], r["group"], r["unit"], r["place"]) for r in records):
        mine = [r for r in records if (r["measure"], r["group"], r["unit"], r["place"]) == key]
        head = mine[0]
        title = ", ".join(str(part) for part in key if part)
        values = f"{head['distinct_values']} different largest values from {head['lowest']:,g} to {head['highest']:,g}"
        shown = Table("date of paper", "value", "said", "copied from", "paper", "figure", box=None)
        for row in mine:
            value = row["surface"] if row["rank_in_paper"] == 1 else f"  {row['surface']}"
            said = "" if row["qualifier"] == "exact" else row["qualifier"]
            earlier = f"{row['earlier_papers']} earlier" if row["earlier_papers"] else ""
            shown.add_row(row["date_edtf"] or "", value, said, earlier, _short(row["title"]), row["figure_id"])
        console.print(f"{title}: {head['papers']} papers, {values}; as reported, nothing merged")
        console.print(shown)


def _short(title: str, most: int = 46) -> str:
    return title if len(title) <= most else title[: most - 1] + "…"
