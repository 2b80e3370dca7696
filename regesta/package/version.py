"""The version of a release, computed from the comparison with the release before.

By the version recipe of Data Package: MAJOR where a table or column is renamed, removed or retyped; MINOR where a
table, a column or rows are added; PATCH where values or metadata are corrected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Change = Literal["major", "minor", "patch"]

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)\Z")
FIRST = "1.0.0"


def parse(version: str) -> tuple[int, int, int] | None:
    """The three numbers of a version, or None if the text is not one."""
    found = _VERSION.match(version)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def following(version: str, change: Change) -> str:
    """The version after a change."""
    numbers = parse(version)
    if numbers is None:
        raise ValueError(f"{version!r} is not a version")
    major, minor, patch = numbers
    return {
        "major": f"{major + 1}.0.0",
        "minor": f"{major}.{minor + 1}.0",
        "patch": f"{major}.{minor}.{patch + 1}",
    }[change]


def compare(
    old: Path,
    old_descriptor: Mapping[str, Any],
    new: Mapping[str, pa.Table],
    new_descriptor: Mapping[str, Any],
) -> Change | None:
    """What kind of change lies between a release on disk and new tables; None if there is none.

    Args:
        old: folder of the release before.
        old_descriptor: its datapackage.json.
        new: the new tables.
        new_descriptor: their descriptor.
    """
    before = {r["name"]: r for r in old_descriptor["resources"]}
    after = {r["name"]: r for r in new_descriptor["resources"]}
    if set(before) - set(after) or any(_breaks(before[n]["schema"], after[n]["schema"]) for n in before):
        return "major"
    if set(after) - set(before) or any(_fields(before[n]["schema"]) != _fields(after[n]["schema"]) for n in before):
        return "minor"
    changed = [n for n in before if before[n]["hash"] != after[n]["hash"]]
    if any(_adds_rows(old / before[n]["path"], new[n], after[n]["schema"]["primaryKey"]) for n in changed):
        return "minor"
    return "patch" if changed or _metadata(old_descriptor) != _metadata(new_descriptor) else None


def _fields(schema: Mapping[str, Any]) -> dict[str, str]:
    return {field["name"]: field["type"] for field in schema["fields"]}


def _breaks(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    old, new = _fields(before), _fields(after)
    return before["primaryKey"] != after["primaryKey"] or any(new.get(name) != kind for name, kind in old.items())


def _adds_rows(path: Path, table: pa.Table, key: list[str]) -> bool:
    if len(key) > 1:
        return bool(len(table) > pq.read_metadata(path).num_rows)
    known = pq.read_table(path, columns=key)[key[0]]
    return bool(pc.any(pc.invert(pc.is_in(table[key[0]], known.combine_chunks())), min_count=0).as_py())


def _metadata(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in descriptor.items() if key not in ("version", "created")}
