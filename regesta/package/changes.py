"""What is different between two releases: rows added, removed and changed, and rows that only moved.

Rows are matched by their key. Where the text of a source was edited, the keys of the old release are first carried
over to the new text (`regesta.package.moves`), so that a paper inserted at the head of a file changes the addresses
after it and nothing else. A paper that begins or ends elsewhere than it did is still the same row, with another text
(`regesta.package.bounds`), and what stands in it is unchanged.

DuckDB does the work, within a fixed amount of memory and with a folder to put aside what does not fit; tables that are
files are never held as a whole, and neither is what is found.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from regesta.errors import RegestaError
from regesta.package.bounds import pair
from regesta.package.moves import stretches
from regesta.package.reasons import Evidence, Made
from regesta.package.same import leave_out
from regesta.tables import TABLES, Table
from regesta.tables.arrow import schema

Tables = Mapping[str, "pa.Table | Path"]
"""The tables of a release by name, each in memory or as its Parquet file."""

MEMORY = "1500MB"
"""What DuckDB may hold; buffers of Parquet and Arrow come on top."""
BATCH = 100_000
"""Rows of a batch of what was found."""
_PASSED_ON = (duckdb.IOException, duckdb.InvalidInputException, duckdb.OutOfMemoryException, pa.ArrowInvalid, OSError)
# Values longer than this are told by their hash; the words themselves stand in the two releases.
_LONG = 1000
_ADDRESS = r"^([^@\s]+)@(\d+)-(\d+)((?s:.*))$"


@dataclass(frozen=True)
class Changes:
    """The changes between two releases, in the tables `changes` and `id_map` of a database that closes with them.

    Attributes:
        same: number of rows that are in both releases and say the same, moved or not.
        moved: number of rows that stand at another address.
        counts: how often each kind of change stands in each table, with its field and reason, in order:
            ((table, kind, field or None, reason), count).
    """

    db: duckdb.DuckDBPyConnection
    same: int
    moved: int
    counts: tuple[tuple[tuple[str, str, str | None, str], int], ...]

    def kinds(self) -> set[str]:
        """The kinds of change that there are."""
        return {kind for (_, kind, _, _), _ in self.counts}

    def batches(self, name: str) -> pa.RecordBatchReader:
        """A table of the history, `changes` or `id_map`, a batch at a time."""
        return self.db.table(name).to_arrow_reader(BATCH)

    def table(self, name: str) -> pa.Table:
        """A table of the history as a whole, as releases have it."""
        return self.batches(name).read_all().cast(schema(name))


def is_history(name: str) -> bool:
    """Whether a table tells of the release before, and so is no part of what is compared."""
    return name in TABLES and TABLES[name].history


@contextmanager
def compare(old: Tables, new: Tables, made: Made | None = None) -> Iterator[Changes]:
    """Compare the tables of two releases.

    Args:
        old: tables of the release before, by name.
        new: tables of the release, by name.
        made: what is known of how the two were made, for the reasons.

    Raises:
        RegestaError: a file cannot be read, or there is no room to put things aside.
    """
    settings = {"memory_limit": MEMORY}
    with (
        tempfile.TemporaryDirectory(prefix="regesta-diff-") as aside,
        duckdb.connect(config={**settings, "temp_directory": aside}) as db,
    ):
        try:
            left = leave_out(_of(old), _of(new), Path(aside))
            found = _Comparison(db, left.old, left.new, made or Made()).run()
            found = replace(found, same=found.same + left.same)
        except _PASSED_ON as error:
            raise RegestaError(
                f"the releases cannot be compared ({str(error).splitlines()[0]}); check both with `regesta "
                f"verify`, and the room in {tempfile.gettempdir()} (TMPDIR names another folder)"
            ) from None
        yield found


def _of(tables: Tables) -> dict[str, pa.Table | Path]:
    return {name: table for name, table in tables.items() if not is_history(name)}


class _Comparison:
    """The comparison of the views `old_NAME` and `new_NAME` of a database."""

    def __init__(
        self,
        db: duckdb.DuckDBPyConnection,
        old: Mapping[str, pa.Table | Path],
        new: Mapping[str, pa.Table | Path],
        made: Made,
    ) -> None:
        self._db = db
        self._old = {name: _view(db, f"old_{name}", table) for name, table in old.items()}
        self._new = {name: _view(db, f"new_{name}", table) for name, table in new.items()}
        self._evidence = Evidence.of(db, self._old, self._new, made)
        for name in ("changes", "id_map"):
            columns = ", ".join(f"{field.name} VARCHAR" for field in TABLES[name].fields)
            db.execute(f"CREATE TABLE {name} ({columns})")
        self._edited = _carry(db, self._old, self._new)
        self._moved = pair(db, self._old, self._new)

    def run(self) -> Changes:
        same = 0
        names = dict.fromkeys([*TABLES, *sorted(self._old), *sorted(self._new)])
        for name in [n for n in names if n in self._old or n in self._new]:
            if name not in self._old or name not in self._new:
                self._tell(name, "table_added" if name in self._new else "table_removed")
            else:
                self._columns(name)
                same += self._rows(name)
        [(moved,)] = self._db.execute("SELECT count(*) FROM id_map").fetchall()
        counts = self._db.execute(
            "SELECT table_name, kind, field, reason, count(*) FROM changes GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        return Changes(self._db, same, moved, tuple(((table, kind, f, why), n) for table, kind, f, why, n in counts))

    def _tell(
        self,
        name: str,
        kind: str,
        field: str | None = None,
        ids: tuple[str, str] = ("NULL", "NULL"),
        values: tuple[str, str] = ("NULL", "NULL"),
        rows: str = "(SELECT 1)",
        order: str = "1",
    ) -> None:
        """Enter changes: one, or one for each of some rows, whose ids and values are expressions of SQL."""
        old, new = ids
        why = self._evidence.reason(name, kind, field, old, new)
        self._db.execute(
            f"INSERT INTO changes SELECT concat_ws(' ', $kind, $name, coalesce({new}, {old}), $field), $name, $kind, "  # noqa: S608
            f"{old}, {new}, $field, {values[0]}, {values[1]}, {why} FROM {rows} ORDER BY {order}",
            {"kind": kind, "name": name, "field": field},
        )

    def _columns(self, name: str) -> None:
        old, new = self._old[name], self._new[name]
        for column in [*old.names, *(n for n in new.names if n not in old.names)]:
            before = str(old.field(column).type) if column in old.names else None
            after = str(new.field(column).type) if column in new.names else None
            if before != after:
                kind = "column_added" if before is None else "column_removed" if after is None else "column_retyped"
                self._tell(name, kind, column, values=(_literal(before), _literal(after)))

    def _rows(self, name: str) -> int:
        """Enter the rows added, removed, changed and moved; gives the number of rows that say the same."""
        entry, old, new = TABLES.get(name), self._old[name], self._new[name]
        key = list(entry.key) if entry else new.names[:1]
        if not set(key) <= set(old.names) & set(new.names):
            return 0
        common = [c for c in new.names if c in old.names and old.field(c).type == new.field(c).type]
        told = [c for c in common if c not in key and not (entry and c in entry.by_name and entry.by_name[c].layout)]
        on = " AND ".join(f'o."{c}" = n."{c}"' for c in key)
        differs = " OR ".join(f'o."{c}" IS DISTINCT FROM n."{c}"' for c in told) or "false"
        sides = [f'{side}."{c}" AS "{side}.{c}"' for c in told for side in ("o", "n")]
        kept = [f'CASE WHEN differs THEN "{side}.{c}" END AS "{side}.{c}"' for c in told for side in ("o", "n")]
        # One join, of which only what differs or moved is kept.
        self._db.execute(
            "CREATE OR REPLACE TEMP TABLE found AS "  # noqa: S608
            f"SELECT {', '.join(['old_id', 'new_id', 'differs', *kept])} FROM ("
            f"SELECT {', '.join(['o.__id AS old_id', 'n.__id AS new_id', *sides])}, "
            f"o.__id IS NOT NULL AND n.__id IS NOT NULL AND ({differs}) AS differs "
            f"FROM ({self._carried(name, key, told)}) o FULL JOIN ({_keyed(f'new_{name}', key, told)}) n ON {on}) "
            "WHERE old_id IS NULL OR new_id IS NULL OR old_id <> new_id OR differs"
        )
        # Most often there are few kinds of change, and each that is not there would cost a query.
        sums = ["old_id IS NULL", "new_id IS NULL", "old_id <> new_id", "differs OR new_id IS NULL"]
        sums += [f'differs AND "o.{c}" IS DISTINCT FROM "n.{c}"' for c in told]
        counted = ", ".join(f"count(*) FILTER (WHERE {which})" for which in sums)
        [(added, removed, moved, other, *changed)] = self._db.execute(f"SELECT {counted} FROM found").fetchall()  # noqa: S608
        if removed:
            self._tell(name, "removed", ids=("old_id", "NULL"), rows="found WHERE new_id IS NULL", order="old_id")
        if added:
            self._tell(name, "added", ids=("NULL", "new_id"), rows="found WHERE old_id IS NULL", order="new_id")
        for column in (c for c, count in zip(told, changed, strict=True) if count):
            before, after = f'"o.{column}"', f'"n.{column}"'
            rows = f"found WHERE differs AND {before} IS DISTINCT FROM {after}"
            self._tell(
                name, "changed", column, ("old_id", "new_id"), (_short(before), _short(after)), rows, "new_id, old_id"
            )
        if moved:
            self._db.execute(
                "INSERT INTO id_map SELECT $name, old_id, new_id FROM found WHERE old_id <> new_id ORDER BY old_id",
                {"name": name},
            )
        [(all_rows,)] = self._db.execute(f"SELECT count(*) FROM old_{name}").fetchall()  # noqa: S608
        return int(all_rows) - int(other)

    def _carried(self, name: str, key: list[str], told: list[str]) -> str:
        """The old rows with the addresses in their key and their pointers carried over to the new text and bounds."""
        if not self._edited and not self._moved:
            return _keyed(f"old_{name}", key, told)
        columns, joins = [f"{_joined(key, 't')} AS __id"], []
        addresses = _addresses(TABLES.get(name), self._old[name])
        for number, column in enumerate([*key, *told]):
            if column not in addresses:
                columns.append(f't."{column}"')
                continue
            joins.append(f'LEFT JOIN carry c{number} ON c{number}.old = t."{column}"')
            stays = f'CASE WHEN c{number}.old IS NULL THEN t."{column}" ELSE c{number}.new END'
            value = stays if column in key else f'coalesce(c{number}.new, t."{column}")'
            if addresses[column] in self._moved:
                which = f"b{number}.name = '{addresses[column]}'"
                joins.append(f'LEFT JOIN bounds b{number} ON {which} AND b{number}.old = t."{column}"')
                value = f"coalesce(b{number}.new, {value})"
            columns.append(f'{value} AS "{column}"')
        return f"SELECT {', '.join(columns)} FROM old_{name} t {' '.join(joins)}"  # noqa: S608


def _view(db: duckdb.DuckDBPyConnection, name: str, table: pa.Table | Path) -> pa.Schema:
    """A view of a table; gives its columns."""
    if isinstance(table, Path):
        file = str(table).replace("'", "''")
        db.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet('{file}')")  # noqa: S608
        return pq.read_schema(table)
    db.register(name, table)
    return table.schema


def _keyed(view: str, key: list[str], told: list[str]) -> str:
    columns = ", ".join(f't."{c}"' for c in [*key, *told])
    return f"SELECT {_joined(key, 't')} AS __id, {columns} FROM {view} t"  # noqa: S608


def _joined(key: list[str], view: str) -> str:
    """The key of a row as one text."""
    return "concat_ws('/', " + ", ".join(f'{view}."{c}"' for c in key) + ")"


def _literal(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def _short(value: str) -> str:
    text = f"CAST({value} AS VARCHAR)"
    return f"CASE WHEN length({text}) > {_LONG} THEN 'sha256:' || sha256({text}) ELSE {text} END"


# --- addresses in edited sources --------------------------------------------------------------------------------------


def _addresses(entry: Table | None, columns: pa.Schema) -> dict[str, str]:
    """Columns of texts that hold the address of the row itself or of others, each with the table of that row."""
    if entry is None:
        return {}
    pointers = {column: foreign.table for foreign in entry.foreign_keys for column in foreign.fields}
    return {c: table for c, table in {**dict.fromkeys(entry.key, entry.name), **pointers}.items() if c in columns.names}


def _carry(db: duckdb.DuckDBPyConnection, old: Mapping[str, pa.Schema], new: Mapping[str, pa.Schema]) -> bool:
    """Make the table `carry`: addresses in edited sources and where they stand now; False if no source was edited.
    `edited` holds those sources, and `stretch` what their old and new texts have in common.

    An address of which an end was edited away stays as it is, unless another one now stands there: then it is nowhere
    (NULL).
    """
    db.execute("CREATE TEMP TABLE carry (old VARCHAR, new VARCHAR)")
    db.execute("CREATE TEMP TABLE edited (source VARCHAR)")
    db.execute("CREATE TEMP TABLE stretch (source VARCHAR, first BIGINT, length BIGINT, now BIGINT)")
    if not all("sources" in side and {"source_id", "text"} <= set(side["sources"].names) for side in (old, new)):
        return False
    edited = "old_sources o JOIN new_sources n USING (source_id) WHERE o.text <> n.text"
    db.execute(f"INSERT INTO edited SELECT source_id FROM {edited} ORDER BY 1")  # noqa: S608
    names = [name for (name,) in db.execute("SELECT source FROM edited").fetchall()]
    for name in names:
        [texts] = db.execute(f"SELECT o.text, n.text FROM {edited} AND source_id = $1", [name]).fetchall()  # noqa: S608
        if found := stretches(*texts):
            first, length, now = (pa.array(column, pa.int64()) for column in zip(*found, strict=True))
            db.register("made", pa.table({"source": [name] * len(found), "f": first, "l": length, "n": now}))
            db.execute("INSERT INTO stretch SELECT * FROM made")
            db.unregister("made")
    if not names:
        return False
    every = " UNION ".join(
        f'SELECT "{column}" AS old FROM old_{table} WHERE split_part("{column}", \'@\', 1) IN $edited'  # noqa: S608
        for table, columns in old.items()
        for column in _addresses(TABLES.get(table), columns)
        if pa.types.is_string(columns.field(column).type)
    )
    db.execute(f"INSERT INTO carry {_CARRY.format(every=every)}", {"edited": names, "address": _ADDRESS})
    return True


# The stretch in which the first and the last code point of a span lie, if any; both moved by what it moved.
_CARRY = """
WITH every AS ({every}),
spans AS (
    SELECT old, regexp_extract(old, $address, 1) AS source, regexp_extract(old, $address, 2)::BIGINT AS start,
        regexp_extract(old, $address, 3)::BIGINT - 1 AS last, regexp_extract(old, $address, 4) AS rest
    FROM every WHERE regexp_matches(old, $address)
),
ends AS (
    SELECT s.*, CASE WHEN s.start < a.first + a.length THEN s.start - a.first + a.now END AS new_start,
        CASE WHEN s.last < b.first + b.length THEN s.last - b.first + b.now + 1 END AS new_end
    FROM spans s
    ASOF LEFT JOIN stretch a ON s.source = a.source AND s.start >= a.first
    ASOF LEFT JOIN stretch b ON s.source = b.source AND s.last >= b.first
),
carried AS (
    SELECT old, CASE WHEN new_start < new_end THEN source || '@' || new_start || '-' || new_end || rest END AS new
    FROM ends
)
SELECT * FROM carried WHERE new IS NOT NULL OR old IN (SELECT new FROM carried WHERE new IS NOT NULL)
"""
