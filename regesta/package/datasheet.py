"""What people read in a release, generated: datasheet with data dictionary, and changelog."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
import pyarrow as pa
import pyarrow.compute as pc

from regesta.corpus import Corpus
from regesta.corrections import CORRECTED, METHOD
from regesta.package.changes import Changes
from regesta.package.report import counts
from regesta.tables import TABLES, files

_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("regesta.package"),
    undefined=jinja2.StrictUndefined,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 (Markdown, not HTML)
)


def datasheet(corpus: Corpus, tables: Mapping[str, pa.Table | Path], descriptor: Mapping[str, Any]) -> str:
    """The text of a release's README, in Markdown.

    Args:
        corpus: the catalogue.
        tables: the tables in the release.
        descriptor: its descriptor, for version, date and numbers of rows.
    """
    documents = files.read(tables["documents"], ["kind", "date_start", "date_end"])
    papers = documents.filter(pc.not_equal(documents["kind"], "contents"))
    dated = papers.filter(pc.is_valid(papers["date_start"]))
    first = pc.min(dated["date_start"]).as_py()
    last = pc.max(dated["date_end"]).as_py()
    sources = [name for name in files.columns(tables["sources"]) if name != "text"]
    about = files.read(tables["sources"], sources).to_pylist()
    return _TEMPLATES.get_template("datasheet.md.j2").render(
        corpus=corpus,
        version=descriptor["version"],
        date=descriptor["created"][:10],
        tables=[table for name, table in TABLES.items() if name in tables],
        rows={resource["name"]: resource["rows"] for resource in descriptor["resources"]},
        sources=about,
        languages=sorted({source["language"] for source in about}),
        papers=len(papers),
        dated=len(dated),
        first=first and first.isoformat(),
        last=last and last.isoformat(),
        issues=sorted(Counter(files.read(tables["issues"], ["code"])["code"].to_pylist()).items()),
        assumptions=corpus.assumptions,
        corrected={name: n for name, table in tables.items() if (n := _corrected(table))},
    )


def _corrected(table: pa.Table | Path) -> int:
    """Number of rows that a correction has touched."""
    if METHOD not in files.columns(table):
        return 0
    return sum(pc.sum(pc.equal(part[METHOD], CORRECTED)).as_py() or 0 for part in files.parts(table, [METHOD]))


def changelog(
    found: Changes | None, version: str, date: dt.date, before: str | None, earlier: str, documents: Sequence[str] = ()
) -> str:
    """The text of a release's changelog, in Markdown.

    Args:
        found: what changed in the rows since the release before; None if nothing did.
        version: the version of this release.
        date: its date.
        before: the version of the release before, or None.
        earlier: the changelog of that release; its entries follow the new one.
        documents: files that changed though no row did.
    """
    return _TEMPLATES.get_template("changelog.md.j2").render(
        version=version,
        date=date.isoformat(),
        before=before,
        counts=counts(found) if found else [],
        moved=found.moved if found else 0,
        same=found.same if found else 0,
        documents=documents,
        earlier=earlier[earlier.index("## ") :] if "## " in earlier else "",
    )
