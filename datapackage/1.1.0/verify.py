#!/usr/bin/env python3
"""Check a release: `python verify.py [FOLDER]`. Needs the standard library and pyarrow, nothing else.

Checked are the checksum of every file, missing and surplus files, and, by the rules that datapackage.json states, in
every table: columns and types, required values, ranges, patterns, permitted values, unique keys, references between
tables, and that every row's words stand in their source at the address the row gives.

Exit status: 0 if all is well, 1 if not. Each problem is one line that names the file or table and the rows.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
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
    problems = check_files(folder)
    try:
        descriptor = json.loads((folder / DESCRIPTOR).read_bytes())
        tables = {r["name"]: pq.read_table(folder / r["path"]) for r in descriptor["resources"]}
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        return [*problems, Problem(str(folder), f"cannot be read any further: {error}")]
    problems += _check_hashes(folder, descriptor)
    return problems + check_tables(tables, descriptor)


def check_tables(tables: Mapping[str, pa.Table], descriptor: Mapping[str, Any]) -> list[Problem]:
    """All problems of the tables of a package, by the rules in its descriptor."""
    schemas = {resource["name"]: resource["schema"] for resource in descriptor["resources"]}
    astray = sorted(set(schemas) ^ set(tables))
    problems = [Problem(name, "a table without a description, or described and not there") for name in astray]
    for name, schema in schemas.items():
        if name not in tables:
            continue
        columns = list(_check_columns(name, tables[name], schema))
        problems += columns
        if not columns:
            problems += _check_values(name, tables[name], schema)
            problems += _check_key(name, tables[name], schema)
            problems += _check_period(name, tables[name])
    if not problems:
        problems += _check_references(tables, schemas)
        problems += _check_addresses(tables, schemas)
    return problems


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
    return list(_check_files(folder))


def _check_files(folder: Path) -> Iterator[Problem]:
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
        elif sha256_of(path) != digest:
            yield Problem(name, f"the file is not the one that was published: its sha256 is not {digest}")
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    for name in sorted(present - set(listed) - {SUMS}):
        yield Problem(name, f"the file is not part of the release: {SUMS} does not list it")


def _check_hashes(folder: Path, descriptor: Mapping[str, Any]) -> Iterator[Problem]:
    for resource in descriptor["resources"]:
        if resource.get("hash") != f"sha256:{sha256_of(folder / resource['path'])}":
            yield Problem(resource["path"], f"the hash in {DESCRIPTOR} is another")


# --- columns and values -----------------------------------------------------------------------------------------------


def _check_columns(name: str, table: pa.Table, schema: Mapping[str, Any]) -> Iterator[Problem]:
    wanted = {field["name"]: _TYPES[field["type"]] for field in schema["fields"]}
    found = {field.name: field.type for field in table.schema}
    for column in [c for c in wanted if c not in found]:
        yield Problem(name, f"column {column} is missing")
    for column in [c for c in found if c not in wanted]:
        yield Problem(name, f"column {column} is not described")
    for column, kind in wanted.items():
        if column in found and found[column] != kind:
            yield Problem(name, f"column {column} is {found[column]}, not {kind}")


def _check_values(name: str, table: pa.Table, schema: Mapping[str, Any]) -> Iterator[Problem]:
    for field in schema["fields"]:
        column, rules = table[field["name"]], field.get("constraints", {})
        broken: dict[str, Any] = {}
        if rules.get("required"):
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
            yield from _rows(name, table, schema, pc.fill_null(mask, False), f"{field['name']} {what}")


def _check_key(name: str, table: pa.Table, schema: Mapping[str, Any]) -> Iterator[Problem]:
    key = schema["primaryKey"]
    counts = (
        table.select(key)
        .append_column("n", pa.array([1] * len(table), pa.int64()))
        .group_by(key)
        .aggregate([("n", "sum")])
    )
    twice = counts.filter(pc.greater(counts["n_sum"], 1))
    if len(twice):
        examples = _quote(_key(row, key) for row in twice.slice(0, _EXAMPLES + 1).to_pylist())
        yield Problem(name, f"{len(twice)} keys ({', '.join(key)}) stand more than once: {examples}", len(twice))


def _check_period(name: str, table: pa.Table) -> Iterator[Problem]:
    if not {"date_start", "date_end"} <= set(table.column_names):
        return
    start, end = table["date_start"], table["date_end"]
    broken = pc.or_(pc.xor(pc.is_null(start), pc.is_null(end)), pc.fill_null(pc.greater(start, end), False))
    count = pc.sum(broken).as_py() or 0
    if count:
        rows = table.filter(broken).slice(0, _EXAMPLES + 1).to_pylist()
        examples = _quote(str(next(iter(row.values()))) for row in rows)
        yield Problem(name, f"date_start and date_end do not make a period in {count} rows: {examples}", count)


# --- between tables ---------------------------------------------------------------------------------------------------


def _check_references(tables: Mapping[str, pa.Table], schemas: Mapping[str, Any]) -> Iterator[Problem]:
    for name, schema in schemas.items():
        table = tables[name]
        for key in schema.get("foreignKeys", ()):
            target = key["reference"]["resource"] or name
            [column], [wanted] = key["fields"], key["reference"]["fields"]
            known = pc.is_in(table[column], pc.unique(tables[target][wanted]))
            broken = pc.and_(pc.is_valid(table[column]), pc.invert(known))
            yield from _rows(name, table, schema, broken, f"{column} has no row in {target}")


def _check_addresses(tables: Mapping[str, pa.Table], schemas: Mapping[str, Any]) -> Iterator[Problem]:
    """Every address is what its columns say, lies in its source, and holds the words of the row; a row inside
    another one (a sentence in its block, say) lies inside its span."""
    texts = dict(zip(*(tables["sources"][c].to_pylist() for c in ("source_id", "text")), strict=True))
    sizes = dict(zip(*(tables["sources"][c].to_pylist() for c in ("source_id", "characters")), strict=True))
    wrong = [i for i, text in texts.items() if sizes[i] != len(text)]
    if wrong:
        yield Problem("sources", f"characters is not the length of text: {_quote(wrong)}", len(wrong))
    spans: dict[str, dict[str, tuple[int, int]]] = {}
    for name, schema in schemas.items():
        if "address" not in schema:
            continue
        ids = tables[name][schema["address"]].to_pylist()
        starts, ends = (tables[name][c].to_pylist() for c in ("char_start", "char_end"))
        words = tables[name][schema["addressText"]].to_pylist() if "addressText" in schema else None
        spans[name] = dict(zip(ids, zip(starts, ends, strict=True), strict=True))
        yield from _check_spans(name, ids, starts, ends, words, texts)
        for key in schema.get("foreignKeys", ()):
            outer = spans.get(key["reference"]["resource"])
            if outer and key["reference"]["resource"] != name and key.get("inside", True):
                yield from _check_inside(
                    name, ids, starts, ends, tables[name][key["fields"][0]].to_pylist(), outer, key
                )


def _check_spans(
    name: str,
    ids: list[str],
    starts: list[int],
    ends: list[int],
    words: list[str] | None,
    texts: Mapping[str, str],
) -> Iterator[Problem]:
    misnamed, outside, other = [], [], []
    for number, (row, start, end) in enumerate(zip(ids, starts, ends, strict=True)):
        source, _, span = row.partition("@")
        text = texts.get(source)
        if text is None or span != f"{start}-{end}":
            misnamed.append(row)
        elif not 0 <= start < end <= len(text):
            outside.append(row)
        elif words is not None and text[start:end] != words[number]:
            other.append(row)
    for rows, what in (
        (misnamed, "address is not source@start-end of its own row"),
        (outside, "address lies outside its source"),
        (other, "words at the address in the source are not those of the row"),
    ):
        if rows:
            yield Problem(name, f"{len(rows)} rows: {what}: {_quote(rows)}", len(rows))


def _check_inside(
    name: str,
    ids: list[str],
    starts: list[int],
    ends: list[int],
    parents: list[str],
    outer: Mapping[str, tuple[int, int]],
    key: Mapping[str, Any],
) -> Iterator[Problem]:
    astray = [
        row
        for row, start, end, parent in zip(ids, starts, ends, parents, strict=True)
        if parent in outer and not (outer[parent][0] <= start and end <= outer[parent][1])
    ]
    if astray:
        what = f"span is not inside its {key['fields'][0]}"
        yield Problem(name, f"{len(astray)} rows: {what}: {_quote(astray)}", len(astray))


# --- words ------------------------------------------------------------------------------------------------------------


def _rows(name: str, table: pa.Table, schema: Mapping[str, Any], mask: Any, what: str) -> Iterator[Problem]:
    count = pc.sum(mask).as_py() or 0
    if count:
        rows = table.select(schema["primaryKey"]).filter(mask).slice(0, _EXAMPLES + 1).to_pylist()
        examples = _quote(_key(row, schema["primaryKey"]) for row in rows)
        yield Problem(name, f"{what} in {count} rows: {examples}", count)


def _key(row: Mapping[str, Any], key: Iterable[str]) -> str:
    return "/".join(str(row[column]) for column in key)


def _quote(examples: Iterable[str]) -> str:
    some = list(examples)
    return ", ".join(some[:_EXAMPLES]) + (" …" if len(some) > _EXAMPLES else "")


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
