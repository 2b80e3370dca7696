"""Commands about names: the review loop, and an entity's dated sentences. `flows/cli.py` mounts them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from flows.options import CorpusOption, ReleaseOption
from regesta.entities import authority, review
from regesta.package import release
from regesta.timeline import timeline as dated_sentences


def candidates(
    corpus_folder: CorpusOption = Path("raw"),
    folder: ReleaseOption = Path("datapackage"),
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the CSV file that an editor completes.")] = None,
    least: Annotated[int, typer.Option(min=1, help="Leave out what is named less often.")] = 1,
    limit: Annotated[int, typer.Option(min=1, help="How many to list.")] = 50,
) -> None:
    """List the names that no authority file knows yet, with examples."""
    names = authority.load(corpus_folder / authority.FOLDER)
    found = review.candidates(_tables(folder, "entities", "aliases", "mentions", "sentences"), names, least)
    if csv is not None:
        csv.write_text(review.review_csv(found), encoding="utf-8")
        typer.echo(
            f"wrote {len(found)} candidates to {csv}; fill in the column decision, then run: regesta adopt {csv}"
        )
        return
    for one in found[:limit]:
        near = f"  (near {one.suggestion})" if one.suggestion else ""
        typer.echo(f"{one.mentions:5}  {one.type:12}  {one.label}{near}")
        for example in one.examples:
            typer.echo(f"         {example[:160]}")
    typer.echo(f"{len(found)} candidates")


def adopt(
    csv: Annotated[Path, typer.Argument(help="The completed CSV file.")],
    corpus_folder: CorpusOption = Path("raw"),
) -> None:
    """Take an editor's decisions about candidates into the authority files."""
    done = review.adopt(csv, corpus_folder / authority.FOLDER)
    typer.echo(f"{done['add']} added, {done['merge']} merged, {done['ignore']} ignored; now run: regesta build")


def timeline(
    name: Annotated[str, typer.Argument(help="A name or id of an entity.")],
    folder: ReleaseOption = Path("datapackage"),
    own_dates: Annotated[
        bool, typer.Option("--all", help="Also sentences that only the paper's own date dates.")
    ] = False,
) -> None:
    """Print an entity's dated sentences in the order of their dates."""
    tables = _tables(folder, "entities", "aliases", "dated_entities", "sentences", "documents")
    for entry in dated_sentences(tables, name, own_dates):
        typer.echo(f"{entry.edtf or '?'}\t{entry.relation}\t{entry.sentence_id}\t{entry.sentence}")


def _tables(folder: Path, *names: str) -> dict[str, pa.Table]:
    """Tables of a release, or of the latest in a folder of releases."""
    return release.tables_of(release.find_release(folder), names)
