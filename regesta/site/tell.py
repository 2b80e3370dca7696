"""What the pages of entities and of figures need, read one after another: memory holds one of them at a time."""

# ruff: noqa: S608 (queries are put together from names and numbers of ours)

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from regesta.site.model import Register, SeriesKey, connect
from regesta.site.stream import Rows

ENTRIES, PAPERS, STATEMENTS = 200, 400, 1000
"""How many dated sentences, papers and statements one page shows; it says how many there are."""


class Entry(NamedTuple):
    """A dated sentence about an entity; `total` is how many it has."""

    edtf: str | None
    day: str | None
    relation: str
    sentence: str
    sentence_id: str
    document_id: str
    total: int


class Named(NamedTuple):
    """A paper that names an entity, by rank."""

    rank: int
    many: int
    mention_id: str
    surface: str


class Statement(NamedTuple):
    """A figure in a series; `total` is how many the series has."""

    rank: int
    figure_id: str
    surface: str
    low: float | None
    high: float | None
    qualifier: str
    counted: str | None
    edtf: str | None
    attributed_to: str | None
    quoted: bool
    part_of: str | None
    exceeds: bool
    reused_from: str | None
    earlier_papers: int
    total: int


_ENTRIES = f"""
SELECT n, edtf, strftime(date_start, '%Y-%m-%d'), relation, s.normalized, t.sentence_id, t.document_id, total
FROM (
    SELECT *, count(*) OVER (PARTITION BY n) AS total,
           row_number() OVER (PARTITION BY n ORDER BY date_start NULLS LAST, date_end, rank, sentence_id) AS nth
    FROM (
        SELECT e.n, g.edtf, g.date_start, g.date_end, g.sentence_id, g.document_id, p.rank,
               arg_min(g.relation, list_position(['clause', 'sentence', 'paragraph'], g.relation)) AS relation
        FROM dated_entities g JOIN wanted e USING (entity_id) JOIN ranks p USING (document_id)
        WHERE g.relation <> 'document' AND g.edtf IS NOT NULL GROUP BY ALL)
) t JOIN sentences s USING (sentence_id)
WHERE nth <= {ENTRIES} ORDER BY n, nth"""
_NAMED = f"""
SELECT e.n, p.rank, count(*), arg_min(mention_id, char_start), arg_min(surface, char_start)
FROM mentions m JOIN wanted e USING (entity_id) JOIN ranks p USING (document_id)
GROUP BY e.n, p.rank QUALIFY row_number() OVER (PARTITION BY e.n ORDER BY p.rank) <= {PAPERS} ORDER BY e.n, p.rank"""
_ALIASES = """
SELECT e.n, alias, origin FROM aliases JOIN wanted e USING (entity_id) ORDER BY e.n, origin, alias"""
_STATEMENTS = f"""
SELECT k.n, p.rank, f.figure_id, f.surface, f.value_low, f.value_high, f.qualifier, f.counted, d.edtf,
       f.attributed_to, f.quoted, f.part_of, f.part_exceeds_whole, f.reused_from, f.earlier_papers,
       count(*) OVER (PARTITION BY k.n) AS total
FROM figures f JOIN wanted k ON f.measure = k.measure AND f."group" = k."group" AND f.unit = k.unit
     AND f.place_entity_id IS NOT DISTINCT FROM k.place
JOIN ranks p ON p.document_id = f.document_id LEFT JOIN dates d ON d.date_id = f.date_id
QUALIFY row_number() OVER (PARTITION BY k.n ORDER BY p.rank, f.char_start) <= {STATEMENTS}
ORDER BY k.n, p.rank, f.char_start"""


def _open(register: Register, wanted: pa.Table) -> duckdb.DuckDBPyConnection:
    con = connect(register.release)
    heads = register.heads
    con.register("ranks__given", pa.table({"document_id": [h.document_id for h in heads], "rank": range(len(heads))}))
    con.execute("CREATE TABLE ranks AS SELECT * FROM ranks__given")
    con.register("wanted__given", wanted)
    con.execute("CREATE TABLE wanted AS SELECT * FROM wanted__given")
    return con


class Told(NamedTuple):
    """An entity with all that its page shows."""

    row: dict[str, Any]
    names: list[tuple[str, str]]
    entries: list[Entry]
    papers: list[Named]


def entities(register: Register, first: int, last: int) -> Iterator[Told]:
    """The entities from one place in the list to another, in its order."""
    wanted = list(register.entities.values())[first:last]
    table = pa.table({"entity_id": [row["entity_id"] for row in wanted], "n": range(len(wanted))})
    con = _open(register, table)
    names = Rows(con.cursor(), lambda *row: row, _ALIASES)
    entries = Rows(con.cursor(), Entry, _ENTRIES)
    papers = Rows(con.cursor(), Named, _NAMED)
    for n, row in enumerate(wanted):
        yield Told(row, names.of(n), entries.of(n), papers.of(n))


def series(register: Register, first: int, last: int) -> Iterator[tuple[SeriesKey, list[Statement]]]:
    """The figures of each kind, by date of paper."""
    wanted = list(register.series)[first:last]
    table = pa.table(
        {name: [getattr(key, name) for key in wanted] for name in SeriesKey._fields} | {"n": range(len(wanted))}
    )
    rows = Rows(_open(register, table).cursor(), Statement, _STATEMENTS)
    for n, key in enumerate(wanted):
        yield key, rows.of(n)
