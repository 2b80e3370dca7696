"""The descriptions of a release for those who look for data elsewhere, one module for each format.

Every one is rendered from the same `Facts`: the descriptor of the release, which is itself rendered from the table
registry and the catalogue, and the files of the release. Nothing here states a table, a column, a number of rows or a
licence of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from regesta.describe import card, citation, croissant, dcat, provenance, rocrate, schemaorg, zenodo
from regesta.describe.facts import Facts
from regesta.describe.quality import blockers, refuse_blocked, refuse_poor

__all__ = ["FILES", "Facts", "blockers", "describe_release", "refuse_blocked", "refuse_poor"]

FILES: Mapping[str, Callable[[Facts], str]] = {
    "croissant.json": croissant.render,
    "schema.org.jsonld": schemaorg.render,
    "dcat.jsonld": dcat.render,
    "CITATION.cff": citation.render,
    "zenodo.json": zenodo.render,
    "prov.json": provenance.render,
    # Last: it lists the files that are there.
    "ro-crate-metadata.json": rocrate.render,
}
"""The files that describe a release, in the order in which they are written."""


def describe_release(
    folder: Path, descriptor: Mapping[str, Any], sources: pa.Table | Path, software: str | None = None
) -> None:
    """Write the descriptions into a release folder that is whole but for its checksums.

    The README.md that stands there, if any, becomes a Hugging Face dataset card as well: its front matter is put
    before it.

    Args:
        folder: the release folder, with its data files.
        descriptor: the content of its datapackage.json.
        sources: the table `sources`, or its file.
        software: the version of the code that made it; the one at work unless given.
    """
    facts = Facts.of(folder, descriptor, sources, software)
    readme = folder / "README.md"
    if readme.is_file():
        _write(readme, card.front_matter(facts) + readme.read_text(encoding="utf-8"))
        facts = facts.with_file(folder, readme.name)
    for name, render in FILES.items():
        _write(folder / name, render(facts))
        facts = facts.with_file(folder, name)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
