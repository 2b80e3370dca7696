#!/usr/bin/env python3
"""Check a release: `python verify.py [FOLDER]`. Needs the standard library and pyarrow, nothing else.

Checked are the checksum of every file, missing and surplus files, and, by the rules that datapackage.json states, in
every table: columns and types, required values, ranges, patterns, permitted values, unique keys, references between
tables, and that every row's words stand in their source at the address the row gives.

Tables are read once, side by side and a part of the sources at a time, so that the memory needed does not grow with
them as long as their rows stand in the order of their sources. Others are checked as well, and take more.

Exit status: 0 if all is well, 1 if not. Each problem is one line that names the file or table and the rows.
"""

from __future__ import annotations

import hashlib
import json
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

SUMS = "SHA256SUMS"
DESCRIPTOR = "datapackage.json"
TOMBSTONE = "tombstone.json"
_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
_EXAMPLES = 3
# The column that holds the source of each row; no table has one of this name.
SOURCE = "@source"
# Keys that are put aside at most, to be looked up together.
_AT_ONCE = 1_000_000


class Problem(NamedTuple):
    """Something that is wrong: where, what, and how many rows or files."""

    where: str
    what: str
    rows: int = 1

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def verify(folder: Path) -> list[Problem]:
    """All problems of a release folder; an empty list means that it is sound."""
    if (folder / TOMBSTONE).is_file():
        stone = json.loads((folder / TOMBSTONE).read_bytes())
        return [Problem(folder.name, f"retracted on {stone['retracted']}: {stone['reason']}")]
    digests: dict[str, str] = {}
    problems = list(_check_files(folder, digests))
    try:
        descriptor = json.loads((folder / DESCRIPTOR).read_bytes())
        problems += _check_hashes(folder, descriptor, digests)
        return problems + check_tables({r["name"]: folder / r["path"] for r in descriptor["resources"]}, descriptor)
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        return [*problems, Problem(str(folder), f"cannot be read any further: {error}")]


def check_tables(tables: Mapping[str, pa.Table | Path], descriptor: Mapping[str, Any]) -> list[Problem]:
    """All problems of the tables of a package, by the rules in its descriptor."""
    schemas = {resource["name"]: resource["schema"] for resource in descriptor["resources"]}
    astray = sorted(set(schemas) ^ set(tables))
    problems = [Problem(name, "a table without a description, or described and not there") for name in astray]
    rows = {name: Rows(tables[name]) for name in schemas if name in tables}
    for name, table in rows.items():
        problems += _check_columns(name, table.schema, schemas[name])
    wrong = {problem.where for problem in problems}
    sound = {name: schema for name, schema in schemas.items() if name not in wrong}
    if "sources" not in rows and any("address" in schema for schema in schemas.values()):
        problems.append(Problem("sources", "the table is not there, and no address can be checked without it"))
    return problems + _Check(rows, sound, whole=not problems).run()


# --- files ------------------------------------------------------------------------------------------------------------


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal, read a megabyte at a time."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def check_files(folder: Path) -> list[Problem]:
    """Files of a release that are missing, surplus, or not those that were published."""
    return list(_check_files(folder, {}))


def _check_files(folder: Path, digests: dict[str, str]) -> Iterator[Problem]:
    """The problems of the files; enters the checksum of each."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        yield Problem(str(folder / SUMS), f"cannot be read: {error}")
        return
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    for name, digest in listed.items():
        path = folder / name
        if not path.is_file():
            yield Problem(name, "the file is missing")
            continue
        digests[name] = sha256_of(path)
        if digests[name] != digest:
            yield Problem(name, f"the file is not the one that was published: its sha256 is not {digest}")
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    for name in sorted(present - set(listed) - {SUMS}):
        yield Problem(name, f"the file is not part of the release: {SUMS} does not list it")


def _check_hashes(folder: Path, descriptor: Mapping[str, Any], digests: Mapping[str, str]) -> Iterator[Problem]:
    for resource in descriptor["resources"]:
        path = resource["path"]
        if resource.get("hash") != f"sha256:{digests.get(path) or sha256_of(folder / path)}":
            yield Problem(path, f"the hash in {DESCRIPTOR} is another")


def _check_columns(name: str, columns: pa.Schema, schema: Mapping[str, Any]) -> Iterator[Problem]:
    wanted = {field["name"]: _TYPES[field["type"]] for field in schema["fields"]}
    found = {field.name: field.type for field in columns}
    for column in [c for c in wanted if c not in found]:
        yield Problem(name, f"column {column} is missing")
    for column in [c for c in found if c not in wanted]:
        yield Problem(name, f"column {column} is not described")
    for column, kind in wanted.items():
        if column in found and found[column] != kind:
            yield Problem(name, f"column {column} is {found[column]}, not {kind}")


# --- tables, a part at a time -----------------------------------------------------------------------------------------


class Rows:
    """The rows of a table in memory or on disk, a row group at a time, each column in one piece."""

    def __init__(self, table: pa.Table | Path) -> None:
        self._table = pq.ParquetFile(table) if isinstance(table, Path) else table
        self.schema: pa.Schema = self._table.schema_arrow if isinstance(table, Path) else table.schema
        self.groups: int = self._table.num_row_groups if isinstance(table, Path) else 1

    def group(self, number: int, columns: list[str] | None = None) -> pa.Table:
        """The rows of a row group, with all columns or some."""
        if isinstance(self._table, pq.ParquetFile):
            return self._table.read_row_group(number, columns, use_threads=False).combine_chunks()
        return (self._table.select(columns) if columns else self._table).combine_chunks()

    def select(self, columns: list[str] | None = None) -> Iterator[pa.Table]:
        """All columns or some, a row group at a time."""
        return (self.group(number, columns) for number in range(self.groups))


def _array(table: pa.Table, column: str) -> pa.Array:
    found = table[column]
    return found.chunk(0) if found.num_chunks == 1 else found.combine_chunks()


def _placed(rows: pa.Table, schema: Mapping[str, Any]) -> pa.Table:
    """The rows with the source that each belongs to: what stands before the @ of its address, or else of its key."""
    ids = _array(rows, schema.get("address") or schema["primaryKey"][0])
    return rows.append_column(SOURCE, pc.list_element(pc.split_pattern(ids, "@", max_splits=1), 0))


class _Texts:
    """The texts of the sources, those of one row group at hand."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.group_of: dict[str, int] = {}
        for number, group in enumerate(rows.select(["source_id"])):
            self.group_of |= dict.fromkeys(group["source_id"].to_pylist(), number)
        self._number = -1
        self._texts: dict[str, str] = {}

    def get(self, source: str) -> str | None:
        """The text of a source; None if there is no such source."""
        number = self.group_of.get(source)
        if number is not None and number != self._number:
            group = self._rows.group(number, ["source_id", "text"])
            self._texts = dict(zip(*(group[c].to_pylist() for c in ("source_id", "text")), strict=True))
            self._number = number
        return None if number is None else self._texts.get(source)


class Cursor:
    """The rows of a table as they stand, up to those that belong to a row group of the sources."""

    def __init__(self, rows: Rows, schema: Mapping[str, Any], group_of: Mapping[str, int]) -> None:
        self._groups = rows.select()
        self._schema = schema
        self._group_of = group_of
        self._rest: pa.Table | None = None

    def take(self, number: int) -> Iterator[pa.Table]:
        """The rows from here on, up to the first that belongs to sources of a later row group."""
        while (rest := self._rest if self._rest is not None else self._next()) is not None:
            runs = pc.run_end_encode(_array(rest, SOURCE))
            belong = pa.array(list(map(self._group_of.get, runs.values.to_pylist())), pa.int64())
            later = pc.index(pc.greater(belong, number), True).as_py()
            stop = len(rest) if later < 0 else runs.run_ends[later - 1].as_py() if later else 0
            self._rest = rest.slice(stop) if stop < len(rest) else None
            if stop:
                yield rest.slice(0, stop)
            if self._rest is not None:
                return

    def _next(self) -> pa.Table | None:
        return next((_placed(group, self._schema) for group in self._groups if len(group)), None)


class _Order:
    """Whether the keys of a table rise from row to row, so that each stands once."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._last: list[Any] | None = None
        self.rises = True

    def add(self, rows: pa.Table) -> None:
        """Go on with some rows: by source, then by place, or else by key."""
        key = self._schema["primaryKey"]
        by = ["char_start", "char_end"] if key == [self._schema.get("address")] else key
        columns = [_array(rows, column) for column in (SOURCE, *by)]
        if "char_end" in by:
            # Of two spans that begin together the longer one comes first.
            columns[-1] = pc.negate(columns[-1])
        above = pa.array([False] * (len(rows) - 1), pa.bool_())
        for column in reversed(columns):
            now, before = column.slice(1), column.slice(0, len(rows) - 1)
            above = pc.or_(pc.greater(now, before), pc.and_(pc.equal(now, before), above))
        first, last = ([column[at].as_py() for column in columns] for at in (0, -1))
        whole = not above.null_count and None not in first
        self.rises = (
            self.rises and whole and (self._last is None or first > self._last) and pc.all(above).as_py() is not False
        )
        self._last = last if whole else None


class _Check:
    """The check of tables whose columns are as described; what lies between tables only if `whole`."""

    def __init__(self, tables: Mapping[str, Rows], schemas: Mapping[str, Any], whole: bool) -> None:
        self._tables, self._schemas = tables, schemas
        self._whole = whole
        self._texts = _Texts(tables["sources"]) if whole and "sources" in tables else None
        self._found: dict[tuple[str, str], tuple[int, list[str]]] = {}
        self._orders = {name: _Order(schema) for name, schema in schemas.items()}
        # Keys and spans of the sources at hand; keys that rows point to and that are not among them.
        self._at_hand: dict[str, list[pa.Table]] = {}
        self._open: dict[str, list[pa.Array]] = {name: [] for name in schemas}
        self._absent: dict[str, set[str]] = {name: set() for name in schemas}

    def run(self) -> list[Problem]:
        """All problems."""
        group_of = self._texts.group_of if self._texts else {}
        cursors = {name: Cursor(self._tables[name], schema, group_of) for name, schema in self._schemas.items()}
        for number in range(max(group_of.values(), default=0) + 1):
            self._at_hand = {name: [] for name in self._schemas}
            wanted: dict[str, list[pa.Array]] = {name: [] for name in self._schemas}
            for name, cursor in cursors.items():
                for rows in cursor.take(number):
                    self._rows(name, rows, wanted)
            for name, values in wanted.items():
                self._look_up(name, values)
        for name, order in self._orders.items():
            self._look_up_rest(name)
            if not order.rises:
                self._keys(name)
        for name in self._schemas:
            self._dangling(name)
        return [
            Problem(name, shape.replace("{n}", str(rows)).replace("{examples}", _quote(examples)), rows)
            for (name, shape), (rows, examples) in self._found.items()
        ]

    def _pointers(self, name: str) -> list[tuple[Mapping[str, Any], str]]:
        """The foreign keys of a table, each with the table it points to."""
        if not self._whole:
            return []
        return [(key, key["reference"]["resource"] or name) for key in self._schemas[name].get("foreignKeys", ())]

    def _tell(self, name: str, rows: pa.Table, broken: pa.Array, shape: str) -> bool:
        """Enter rows that break a rule, if there are any; tells whether there are."""
        count = pc.sum(broken).as_py() or 0
        if count:
            key = self._schemas[name]["primaryKey"]
            before, examples = self._found.get((name, shape), (0, []))
            more = rows.select(key).filter(broken).slice(0, _EXAMPLES + 1).to_pylist()
            examples += ["/".join(str(row[column]) for column in key) for row in more]
            self._found[name, shape] = before + count, examples[: _EXAMPLES + 1]
        return bool(count)

    def _rows(self, name: str, rows: pa.Table, wanted: Mapping[str, list[pa.Array]]) -> None:
        """Check rows of the sources at hand; enters the keys they point to that are still to be looked up."""
        schema = self._schemas[name]
        sound = not [True for broken, shape in _values(rows, schema) if self._tell(name, rows, broken, shape)]
        self._orders[name].add(rows)
        spans = ["char_start", "char_end"] if "address" in schema else []
        self._at_hand[name].append(rows.select([schema["primaryKey"][0], *spans]))
        if sound and self._texts and spans:
            for broken, shape in _spans(rows, schema, self._texts):
                self._tell(name, rows, broken, shape)
        if sound and name == "sources":
            wrong = pc.not_equal(pc.utf8_length(rows["text"]), rows["characters"])
            self._tell(name, rows, wrong, "characters is not the length of text: {examples}")
        for key, target in self._pointers(name):
            [column] = key["fields"]
            runs = pc.run_end_encode(_array(rows, column))
            if sound and spans and target != name and "address" in self._schemas[target] and key.get("inside", True):
                outer = self._here(target)
                at = pc.index_in(runs.values, _array(outer, self._schemas[target]["primaryKey"][0]))
                outside = _outside(rows, runs, outer.select(spans).take(at))
                self._tell(name, rows, outside, f"{{n}} rows: span is not inside its {column}: {{examples}}")
                self._open[target].append(runs.values.filter(pc.is_null(at)).drop_null())
            else:
                wanted[target].append(runs.values)

    def _here(self, name: str) -> pa.Table:
        """The keys, and spans if they have any, of the rows of a table that belong to the sources at hand."""
        found = self._at_hand[name]
        if len(found) > 1:
            found[:] = [pa.concat_tables(found).combine_chunks()]
        return found[0] if found else self._tables[name].schema.empty_table()

    def _look_up(self, name: str, values: list[pa.Array]) -> None:
        """Look keys up among those at hand, and put those that are not there aside."""
        if not values:
            return
        rest = pc.unique(pa.chunked_array(values).combine_chunks().drop_null())
        known = _array(self._here(name), self._schemas[name]["primaryKey"][0])
        self._open[name].append(rest.filter(pc.invert(pc.is_in(rest, known))))
        if sum(map(len, self._open[name])) > _AT_ONCE:
            self._look_up_rest(name)

    def _look_up_rest(self, name: str) -> None:
        """Look the keys that were put aside up in the whole table."""
        rest = sorted({value for values in self._open[name] for value in values.to_pylist()})
        self._open[name].clear()
        [key] = self._schemas[name]["primaryKey"] if rest else [""]
        there: set[str] = set()
        for group in self._tables[name].select([key]) if rest else ():
            bounds = pc.min_max(group[key]).as_py()
            if bounds["min"] is not None:
                some = pa.array(rest[bisect_left(rest, bounds["min"]) : bisect_right(rest, bounds["max"])], pa.string())
                there |= set(some.filter(pc.is_in(some, _array(group, key))).to_pylist())
        self._absent[name] |= set(rest) - there

    def _dangling(self, name: str) -> None:
        """Enter the rows that point to what is not there."""
        for key, target in self._pointers(name):
            if self._absent[target]:
                [column] = key["fields"]
                absent = pa.array(sorted(self._absent[target]), pa.string())
                for rows in self._tables[name].select(
                    list(dict.fromkeys([*self._schemas[name]["primaryKey"], column]))
                ):
                    shape = f"{column} has no row in {target} in {{n}} rows: {{examples}}"
                    self._tell(name, rows, pc.is_in(rows[column], absent), shape)

    def _keys(self, name: str) -> None:
        """Enter the keys that stand more than once in a table that is not in order."""
        key = self._schemas[name]["primaryKey"]
        columns = pa.concat_tables(self._tables[name].select(key))
        counts = columns.append_column("n", pa.array([1] * len(columns))).group_by(key).aggregate([("n", "sum")])
        twice = pc.greater(counts["n_sum"], 1)
        self._tell(name, counts, twice, f"{{n}} keys ({', '.join(key)}) stand more than once: {{examples}}")


# --- rules on rows ----------------------------------------------------------------------------------------------------


def _values(rows: pa.Table, schema: Mapping[str, Any]) -> Iterator[tuple[pa.Array, str]]:
    """Which rows break a rule on values, and the words for it."""
    for field in schema["fields"]:
        column, rules = _array(rows, field["name"]), field.get("constraints", {})
        broken: dict[str, Any] = {}
        if rules.get("required") and column.null_count:
            broken["is empty and must not be"] = pc.is_null(column)
        if "minimum" in rules:
            broken[f"is less than {rules['minimum']}"] = pc.less(column, pa.scalar(rules["minimum"], column.type))
        if "maximum" in rules:
            broken[f"is more than {rules['maximum']}"] = pc.greater(column, pa.scalar(rules["maximum"], column.type))
        if "enum" in rules:
            permitted = pc.is_in(column, pa.array(rules["enum"], column.type))
            broken[f"is none of {', '.join(rules['enum'])}"] = pc.and_(pc.is_valid(column), pc.invert(permitted))
        if "pattern" in rules:
            fits = pc.match_substring_regex(column, f"^(?:{rules['pattern']})$")
            broken[f"does not fit the pattern {rules['pattern']}"] = pc.invert(fits)
        for what, mask in broken.items():
            yield pc.fill_null(mask, False), f"{field['name']} {what} in {{n}} rows: {{examples}}"
    if {"date_start", "date_end"} <= set(rows.column_names):
        start, end = rows["date_start"], rows["date_end"]
        broken_period = pc.or_(pc.xor(pc.is_null(start), pc.is_null(end)), pc.fill_null(pc.greater(start, end), False))
        yield broken_period, "date_start and date_end do not make a period in {n} rows: {examples}"


def _spans(rows: pa.Table, schema: Mapping[str, Any], texts: _Texts) -> Iterator[tuple[pa.Array, str]]:
    """Which rows have an address that is not what their columns say, lies outside its source, or holds other words."""
    sources, start, end = (_array(rows, column) for column in (SOURCE, "char_start", "char_end"))
    place = pc.binary_join_element_wise(start.cast(pa.string()), end.cast(pa.string()), "-")
    own = pc.binary_join_element_wise(sources, place, "@")
    runs = pc.run_end_encode(sources)
    found = [texts.get(source) for source in runs.values.to_pylist()]
    length = _spread(runs, pa.array([-1 if text is None else len(text) for text in found], pa.int64()))
    misnamed = pc.or_(pc.not_equal(_array(rows, schema["address"]), own), pc.less(length, 0))
    inside = pc.and_(pc.and_(pc.greater_equal(start, 0), pc.less(start, end)), pc.less_equal(end, length))
    outside = pc.and_not(pc.invert(inside), misnamed)
    yield misnamed, "{n} rows: address is not source@start-end of its own row: {examples}"
    yield outside, "{n} rows: address lies outside its source: {examples}"
    if "addressText" in schema:
        said: list[str] = []
        first = 0
        starts, ends = start.to_pylist(), end.to_pylist()
        for text, stop in zip(found, runs.run_ends.to_pylist(), strict=True):
            said += [(text or "")[a:b] for a, b in zip(starts[first:stop], ends[first:stop], strict=True)]
            first = stop
        other = pc.fill_null(pc.not_equal(pa.array(said, pa.string()), _array(rows, schema["addressText"])), True)
        other = pc.and_not(pc.and_not(other, misnamed), outside)
        yield other, "{n} rows: words at the address in the source are not those of the row: {examples}"


def _outside(rows: pa.Table, runs: pa.RunEndEncodedArray, outer: pa.Table) -> pa.Array:
    """Which rows do not stand inside the row that each run of them points to."""
    first, stop = (_spread(runs, _array(outer, name)) for name in ("char_start", "char_end"))
    broken = pc.or_(pc.less(_array(rows, "char_start"), first), pc.greater(_array(rows, "char_end"), stop))
    return pc.fill_null(broken, False)


def _spread(runs: pa.RunEndEncodedArray, values: pa.Array) -> pa.Array:
    """A value of each run as a value of each row."""
    return pc.run_end_decode(pa.RunEndEncodedArray.from_arrays(runs.run_ends, values))


def _quote(examples: list[str]) -> str:
    return ", ".join(examples[:_EXAMPLES]) + (" …" if len(examples) > _EXAMPLES else "")


def main() -> int:
    """Verify the folder named on the command line, or else the one that this file stands in."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    problems = verify(folder)
    for problem in problems:
        print(f"FAILED {problem}")
    if not problems:
        print(f"{folder}: sound; every file, key and address checked")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
