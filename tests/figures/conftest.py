"""The tables of the made-up corpus about a flood and a factory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from regesta import corpus, stages
from regesta.entities.authority import Authority, Entity, Name, base
from regesta.tables.arrow import table_from_rows

RIVER = Path(__file__).parents[1] / "corpora" / "river"
PLACES = Authority(
    {key: Entity(key, "place", key.capitalize(), country="IE") for key in ("millbrook", "halden")},
    (Name("Millbrook", "millbrook"), Name("Halden", "halden")),
)
AUTHORITY = PLACES + base()


def build(shards: int = 1) -> stages.Tables:
    """All tables of the corpus, made from so many shards."""
    described = corpus.load(RIVER)
    parts = [described.sources[n::shards] for n in range(shards)]
    made = []
    for sources in reversed(parts):
        read = stages.ingest(RIVER, described, sources)
        cut = stages.segment(read, sources)
        made += [read, cut, stages.extract({**read, **cut}, AUTHORITY)]
    return stages.merge(made, AUTHORITY)


@pytest.fixture(scope="session")
def river() -> stages.Tables:
    return build()


def build_one(text: str) -> list[dict[str, Any]]:
    """Figures of a text that is one paper, as rows."""
    row = {
        "source_id": "paper", "path": "paper.txt", "title": "Paper", "language": "en", "media_type": "text/plain",
        "encoding": "utf-8", "bytes": len(text.encode()), "characters": len(text), "sha256": "0" * 64, "text": text,
    }  # fmt: skip
    tables: dict[str, pa.Table] = {"sources": table_from_rows("sources", [row])}
    tables |= stages.segment(tables, [corpus.Source(id="paper", path="paper.txt")])
    made: list[dict[str, Any]] = stages.extract(tables, AUTHORITY)["figures"].to_pylist()
    return made


@pytest.fixture
def figures_of() -> Callable[[str], list[dict[str, Any]]]:
    return build_one
