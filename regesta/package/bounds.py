"""Papers, blocks and sentences whose bounds moved: what they hold is still the same, at the same place.

A paper put before another one that it was taken for, a sentence that goes on: the old span is nowhere, and a new one
begins or ends where it did. Such two are one row that changed, so that what stands in them did not.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from regesta.tables import TABLES

# Two spans that begin or end together are one that moved its other end if they share more than this of the longer one.
_SHARED = 0.5


def pair(db: duckdb.DuckDBPyConnection, old: Mapping[str, pa.Schema], new: Mapping[str, pa.Schema]) -> set[str]:
    """Make the table `bounds` (table name, old id, new id) of the spans whose bounds moved.

    Args:
        db: a database with the views `old_NAME` and `new_NAME` of these columns, the tables `carry` and `stretch` of
            addresses carried over to edited sources, and the table `edited` of those sources.
        old: columns of the release before, by table.
        new: columns of the release, by table.

    Returns:
        The tables that have such spans.
    """
    db.execute("CREATE TEMP TABLE bounds (name VARCHAR, old VARCHAR, new VARCHAR)")
    for name in _holders():
        if name in old and name in new and TABLES[name].key[0] in set(old[name].names) & set(new[name].names):
            key = TABLES[name].key[0]
            # Most often every span is known, and nothing is left to pair.
            db.execute(f"CREATE OR REPLACE TEMP TABLE lone AS {_LONE.format(name=name, key=key)}")
            db.execute(_PAIRS, {"name": name, "shared": _SHARED})
    return {name for (name,) in db.execute("SELECT DISTINCT name FROM bounds").fetchall()}


def _holders() -> list[str]:
    """The tables of spans that other rows stand in."""
    held = {key.table for table in TABLES.values() for key in table.foreign_keys if key.inside}
    return [name for name, table in TABLES.items() if name in held and table.key == (table.address,)]


# Spans of one release that the other does not have.
_LONE = """
SELECT o.id AS old, n.id AS new FROM (
    SELECT t."{key}" AS id, CASE WHEN c.old IS NULL THEN t."{key}" ELSE c.new END AS now
    FROM old_{name} t LEFT JOIN carry c ON c.old = t."{key}"
) o FULL JOIN (SELECT "{key}" AS id FROM new_{name}) n ON o.now = n.id
WHERE o.id IS NULL OR n.id IS NULL
"""

# Where the common part of an old span stands now: from the first of its code points that are left to the last one.
_PAIRS = r"""
INSERT INTO bounds
WITH spans AS (
    SELECT old, new, regexp_extract(id, '^(.*)@(\d+)-(\d+)$', 1) AS source,
        regexp_extract(id, '^(.*)@(\d+)-(\d+)$', 2)::BIGINT AS first,
        regexp_extract(id, '^(.*)@(\d+)-(\d+)$', 3)::BIGINT AS stop
    FROM (SELECT *, coalesce(old, new) AS id FROM lone) WHERE regexp_matches(id, '^.*@\d+-\d+$')
),
gone AS (
    SELECT s.old AS id, s.source,
        CASE WHEN e.source IS NULL THEN s.first WHEN s.first < a.first + a.length THEN s.first - a.first + a.now
            ELSE b.now END AS first,
        CASE WHEN e.source IS NULL THEN s.stop ELSE least(s.stop - c.first, c.length) + c.now END AS stop
    FROM spans s LEFT JOIN edited e ON e.source = s.source
    ASOF LEFT JOIN stretch a ON s.source = a.source AND s.first >= a.first
    ASOF LEFT JOIN stretch b ON s.source = b.source AND s.first <= b.first
    ASOF LEFT JOIN stretch c ON s.source = c.source AND s.stop > c.first
    WHERE s.old IS NOT NULL
),
come AS (SELECT new AS id, source, first, stop FROM spans WHERE new IS NOT NULL),
alike AS (
    SELECT o.id AS old, n.id AS new, o.stop - o.first AS before, n.stop - n.first AS after
    FROM gone o JOIN come n ON o.source = n.source AND o.first = n.first
    UNION
    SELECT o.id, n.id, o.stop - o.first, n.stop - n.first
    FROM gone o JOIN come n ON o.source = n.source AND o.stop = n.stop
),
ranked AS (
    SELECT old, new, row_number() OVER (PARTITION BY old ORDER BY share DESC, new) AS of_old,
        row_number() OVER (PARTITION BY new ORDER BY share DESC, old) AS of_new
    FROM (SELECT *, least(before, after) / greatest(before, after) AS share FROM alike WHERE before > 0)
    WHERE share > $shared
)
SELECT $name, old, new FROM ranked WHERE of_old = 1 AND of_new = 1
"""
