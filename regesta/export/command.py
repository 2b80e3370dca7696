"""The command `regesta export`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from regesta.export import export
from regesta.loading import load


class Form(StrEnum):
    """What a release can be exported to."""

    sqlite = "sqlite"
    postgres = "postgres"
    csv = "csv"
    xlsx = "xlsx"


def export_command(
    target: Annotated[str, typer.Argument(help="The file, folder, or address of the database to write to.")],
    to: Annotated[Form, typer.Option("--to", help="What to write.")],
    release: Annotated[
        str, typer.Option("--release", help="A release or a folder of releases: a path or a web address.")
    ] = "datapackage",
    version: Annotated[str, typer.Option("--version", help="Which release of a folder of releases.")] = "latest",
) -> None:
    """Export a release to SQLite, PostgreSQL, CSV or a workbook, with its keys and the meaning of its columns."""
    typer.echo(f"exported {export(load(release, version), to.value, target)}")
