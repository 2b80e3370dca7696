"""What people read in a release, generated: datasheet with data dictionary, and changelog."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import jinja2
import pyarrow as pa
import pyarrow.compute as pc

from regesta.corpus import Corpus
from regesta.corrections import CORRECTED, METHOD
from regesta.package.changes import Changes
from regesta.package.report import counts
from regesta.tables import TABLES

_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("regesta.package"),
    undefined=jinja2.StrictUndefined,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 (Markdown, not HTML)
)


def datasheet(corpus: Corpus, tables: Mapping[str, pa.Table], descriptor: Mapping[str, Any]) -> str:
    """The text of a release's README, in Markdown.

    Args:
        corpus: the catalogue.
        tables: the tables in the release.
        descriptor: its descriptor, for version, date and numbers of rows.
    """
    papers = tables["documents"].filter(pc.not_equal(tables["documents"]["kind"], "contents"))
    dated = papers.filter(pc.is_valid(papers["date_start"]))
    first = pc.min(dated["date_start"]).as_py()
    last = pc.max(dated["date_end"]).as_py()
    return _TEMPLATES.get_template("datasheet.md.j2").render(
        corpus=corpus,
        version=descriptor["version"],
        date=descriptor["created"][:10],
        tables=[table for name, table in TABLES.items() if name in tables],
        rows={resource["name"]: resource["rows"] for resource in descriptor["resources"]},
        sources=tables["sources"].drop_columns(["text"]).to_pylist(),
        languages=sorted(set(tables["sources"]["language"].to_pylist())),
        papers=len(papers),
        dated=len(dated),
        first=first and first.isoformat(),
        last=last and last.isoformat(),
        issues=sorted(Counter(tables["issues"]["code"].to_pylist()).items()),
        assumptions=corpus.assumptions,
        corrected={name: n for name, table in tables.items() if (n := _corrected(table))},
    )


def _corrected(table: pa.Table) -> int:
    """Number of rows that a correction has touched."""
    if METHOD not in table.column_names:
        return 0
    return int(pc.sum(pc.equal(table[METHOD], CORRECTED)).as_py() or 0)


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
