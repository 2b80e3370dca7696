"""The papers of a release one after another, each with all its rows: memory holds one paper and a few batches."""

# ruff: noqa: S608 (queries are put together from names and numbers of ours)

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from regesta.site.model import Head, Register, connect

_BATCH = 4096
_OTHERS = 3
"""How many other papers with the same sentence are shown beside it."""


class Block(NamedTuple):
    """A part of a paper."""

    start: int
    end: int
    kind: str


class Sentence(NamedTuple):
    """A sentence."""

    start: int
    end: int


class Date(NamedTuple):
    """A temporal expression."""

    start: int
    end: int
    surface: str
    type: str
    edtf: str | None
    basis: str
    approximate: bool
    method: str


class Mention(NamedTuple):
    """A naming of an entity, with the date that governs it."""

    start: int
    end: int
    surface: str
    entity_id: str
    type: str
    method: str
    edtf: str | None
    relation: str | None


class Figure(NamedTuple):
    """A number as reported."""

    start: int
    end: int
    surface: str
    low: float | None
    high: float | None
    qualifier: str
    measure: str
    group: str
    unit: str
    counted: str | None
    place: str | None
    edtf: str | None
    attributed_to: str | None
    quoted: bool
    part_of: str | None
    earlier_papers: int
    reused_from: str | None


class Twin(NamedTuple):
    """A sentence of this paper (by where it stands), and one of another paper that says the same."""

    start: int
    end: int
    sentence_id: str
    document_id: str
    text: str
    kind: str
    many: int


class Issue(NamedTuple):
    """What was odd."""

    start: int
    end: int
    code: str
    message: str


@dataclass(frozen=True)
class Paper:
    """A paper with all its rows, each kind in the order of the text."""

    rank: int
    head: Head
    text: str
    blocks: list[Block]
    sentences: list[Sentence]
    dates: list[Date]
    mentions: list[Mention]
    figures: list[Figure]
    twins: list[Twin]
    issues: list[Issue]


_SPAN = "t.char_start, t.char_end"
_QUERIES: dict[str, tuple[type[Any], str]] = {
    "blocks": (Block, f"SELECT r.rank, {_SPAN}, kind FROM blocks t JOIN ranks r USING (document_id)"),
    "sentences": (Sentence, f"SELECT r.rank, {_SPAN} FROM sentences t JOIN ranks r USING (document_id)"),
    "dates": (
        Date,
        f"SELECT r.rank, {_SPAN}, surface, timex_type, edtf, basis, approximate, method "
        "FROM dates t JOIN ranks r USING (document_id)",
    ),
    "mentions": (
        Mention,
        f"SELECT r.rank, {_SPAN}, t.surface, t.entity_id, t.type, t.method, g.edtf, g.relation "
        "FROM mentions t JOIN ranks r USING (document_id) LEFT JOIN dated_entities g ON g.mention_id = t.mention_id",
    ),
    "figures": (
        Figure,
        f"SELECT r.rank, {_SPAN}, t.surface, value_low, value_high, qualifier, measure, \"group\", unit, counted, "
        "place_entity_id, d.edtf, attributed_to, quoted, part_of, earlier_papers, reused_from "
        "FROM figures t JOIN ranks r USING (document_id) LEFT JOIN dates d ON d.date_id = t.date_id",
    ),
    "issues": (
        Issue,
        # Some are about a stretch of a source that no paper was told for: they belong where they begin.
        f"SELECT r.rank, {_SPAN}, code, message FROM issues t JOIN documents d ON d.source_id = t.source_id "
        "AND t.char_start >= d.char_start AND t.char_end <= d.char_end JOIN ranks r ON r.document_id = d.document_id",
    ),
}  # fmt: skip
# A sentence may stand in very many papers: the first few are shown, and how many there are.
_TWINS = f"""
SELECT rank, t.char_start, t.char_end, other, other_document, o.text, t.kind, many
FROM (
    SELECT r.rank, s.char_start, s.char_end, p.other, p.other_document, p.kind,
           count(*) OVER (PARTITION BY p.mine) AS many,
           row_number() OVER (PARTITION BY p.mine ORDER BY q.rank, p.other) AS nth
    FROM (SELECT sentence_id AS mine, earlier_sentence_id AS other, document_id, earlier_document_id AS other_document,
                 kind
          FROM reuse UNION ALL
          SELECT earlier_sentence_id, sentence_id, earlier_document_id, document_id, kind FROM reuse) p
    JOIN ranks r ON r.document_id = p.document_id
    JOIN every_rank q ON q.document_id = p.other_document
    JOIN sentences s ON s.sentence_id = p.mine
) t JOIN sentences o ON o.sentence_id = other
WHERE nth <= {_OTHERS}
ORDER BY rank, t.char_start, nth"""


def papers(register: Register, first: int, last: int) -> Iterator[Paper]:
    """The papers with these ranks, in their order.

    Args:
        register: the release.
        first: rank of the first paper.
        last: one past the rank of the last one.
    """
    con = connect(register.release)
    ids = pa.table({"document_id": [h.document_id for h in register.heads], "rank": range(len(register.heads))})
    con.register("ranks__given", ids)
    con.execute("CREATE TABLE every_rank AS SELECT * FROM ranks__given")
    con.execute("CREATE TABLE ranks AS SELECT * FROM every_rank WHERE rank >= ? AND rank < ?", [first, last])
    texts = con.cursor().sql("SELECT r.rank, text FROM documents JOIN ranks r USING (document_id) ORDER BY r.rank")
    rows = {
        name: Rows(con.cursor(), made, f"{query} ORDER BY r.rank, {_SPAN}") for name, (made, query) in _QUERIES.items()
    }
    twins = Rows(con.cursor(), Twin, _TWINS)
    for batch in texts.to_arrow_reader(64):
        for rank, text in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            found = {name: table.of(rank) for name, table in rows.items()}
            yield Paper(rank=rank, head=register.heads[rank], text=text, twins=twins.of(rank), **found)


class Rows:
    """The rows of a table in the order of the papers, handed out paper by paper."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, made: Callable[..., Any], query: str) -> None:
        self._made = made
        self._rows = self._read(cursor.sql(query).to_arrow_reader(_BATCH))
        self._next = next(self._rows, None)

    @staticmethod
    def _read(reader: pa.RecordBatchReader) -> Iterator[tuple[Any, ...]]:
        for batch in reader:
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    def of(self, rank: int) -> list[Any]:
        """The rows of one paper; papers are asked for in order."""
        found = []
        while self._next is not None and self._next[0] == rank:
            found.append(self._made(*self._next[1:]))
            self._next = next(self._rows, None)
        return found
