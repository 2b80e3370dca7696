"""Rows that two releases have alike, left out before the two are compared.

Of two releases of a corpus most rows are the same, and stand in the same order. Both are gone over side by side, a part
of the sources at a time; only the rows of sources in which something differs are written for the comparison.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from regesta.package.describe import path_of
from regesta.package.verify import SOURCE, Cursor, Rows
from regesta.tables import TABLES

Tables = dict[str, "pa.Table | Path"]


@dataclass(frozen=True)
class Rest:
    """What is left of two releases to be compared.

    Attributes:
        old: tables of the release before.
        new: tables of the release.
        same: number of rows that both have alike and that are left out.
    """

    old: Tables
    new: Tables
    same: int


def leave_out(old: Tables, new: Tables, folder: Path) -> Rest:
    """Leave out rows that are the same in both.

    Left out is nothing that stands in a source whose text was edited, or points into one: an address there may mean
    another place than it did. Tables that do not tell of single sources, or have other columns than before, stay whole.

    Args:
        old: tables of the release before.
        new: tables of the release.
        folder: where what is left of them shall stand.
    """
    left = Rest(dict(old), dict(new), 0)
    if not all("sources" in side and "text" in Rows(side["sources"]).schema.names for side in (old, new)):
        return left
    if not _alike("sources", old, new):
        return left
    group_of = _group_of(Rows(old["sources"]), Rows(new["sources"]))
    edited = pa.array([], pa.string())
    same = 0
    for name in ["sources", *(name for name in new if name in old and name in TABLES and name != "sources")]:
        files = folder / f"old-{name}.parquet", folder / f"new-{name}.parquet"
        try:
            if _alike(name, old, new) and _tells_of_sources(name, Rows(new[name]), group_of):
                same += _write(name, Rows(old[name]), Rows(new[name]), group_of, edited, files)
                left.old[name], left.new[name] = files
        except pa.ArrowException as error:
            raise pa.ArrowInvalid(f"{path_of(name)}: {error}") from None
        if name == "sources":
            edited = _edited(*(pq.read_table(path) for path in files))
    return Rest(left.old, left.new, same)


def _tells_of_sources(name: str, rows: Rows, group_of: Mapping[str, int]) -> bool:
    """Whether the rows of a table belong to sources, as the first one shows."""
    first = next((group[_place(name)][0].as_py() for group in rows.select([_place(name)]) if len(group)), "")
    return not first or first.partition("@")[0] in group_of


def _alike(name: str, old: Tables, new: Tables) -> bool:
    """Whether a table has the same columns in both, and such that tell of sources."""
    before, now = ({field.name: field.type for field in Rows(side[name]).schema} for side in (old, new))
    return before == now and {_place(name), *_pointers(name)} <= set(now)


def _place(name: str) -> str:
    return TABLES[name].address or TABLES[name].key[0]


def _pointers(name: str) -> list[str]:
    return [column for key in TABLES[name].foreign_keys for column in key.fields]


def _edited(old: pa.Table, new: pa.Table) -> pa.Array:
    """The sources with another text, of those that both have."""
    both = old.select(["source_id", "text"]).join(new.select(["source_id", "text"]), "source_id", right_suffix=".new")
    return both.filter(pc.not_equal(both["text"], both["text.new"]))["source_id"].combine_chunks()


def _group_of(old: Rows, new: Rows) -> dict[str, int]:
    """Which part of the sources each belongs to, for sources of both releases."""
    groups = [group["source_id"].to_pylist() for group in new.select(["source_id"])]
    last = [max(group) for group in groups if group]
    every = (
        source
        for group in (*groups, *(g["source_id"].to_pylist() for g in old.select(["source_id"])))
        for source in group
    )
    return {source: min(bisect_left(last, source), max(0, len(last) - 1)) for source in every}


def _write(
    name: str, old: Rows, new: Rows, group_of: Mapping[str, int], edited: pa.Array, files: tuple[Path, Path]
) -> int:
    """Write what is left of both sides of a table; gives the number of rows that are left out."""
    schema = {"primaryKey": list(TABLES[name].key), **({"address": _place(name)} if TABLES[name].address else {})}
    cursors = [Cursor(rows, schema, group_of) for rows in (old, new)]
    same = 0
    with (
        pq.ParquetWriter(files[0], old.schema, compression="lz4") as before,
        pq.ParquetWriter(files[1], new.schema, compression="lz4") as after,
    ):
        for number in range(max(group_of.values(), default=0) + 1):
            sides = [list(cursor.take(number)) for cursor in cursors]
            one, other = (pa.concat_tables(side).combine_chunks() if side else None for side in sides)
            if one is None or other is None:
                left = one, other
            else:
                left = _differing(name, one, other, edited)
                same += len(one) - len(left[0])
            for writer, rows, columns in zip((before, after), left, (old.schema, new.schema), strict=True):
                if rows is not None and len(rows):
                    writer.write_table(rows.select(columns.names))
    return same


def _differing(name: str, old: pa.Table, new: pa.Table, edited: pa.Array) -> tuple[pa.Table, pa.Table]:
    """The rows of two parts that are not the same in both: those of a source are paired as they stand."""
    counts = [
        dict(zip(*(found.field(i).to_pylist() for i in (0, 1)), strict=True))
        for found in (pc.value_counts(side[SOURCE]) for side in (old, new))
    ]
    paired = pa.array([source for source, count in counts[0].items() if counts[1].get(source) == count], pa.string())
    pairs = [pc.is_in(side[SOURCE], paired) for side in (old, new)]
    one, other = (side.filter(mask) for side, mask in zip((old, new), pairs, strict=True))
    differs = pa.array([False] * len(one), pa.bool_())
    for column in one.column_names:
        differs = pc.or_(differs, _distinct(one[column].combine_chunks(), other[column].combine_chunks()))
    if len(edited):
        for column in (_place(name), *_pointers(name)):
            source = pc.list_element(pc.split_pattern(one[column], "@", max_splits=1), 0)
            differs = pc.or_(differs, pc.fill_null(pc.is_in(source, edited), False))
    alone = [side.filter(pc.invert(mask)) for side, mask in zip((old, new), pairs, strict=True)]
    first, second = (
        pa.concat_tables([rest, side.filter(differs)]) for rest, side in zip(alone, (one, other), strict=True)
    )
    return first, second


def _distinct(one: pa.Array, other: pa.Array) -> pa.Array:
    """Where two columns differ, an empty value being the same as another."""
    if not one.null_count and not other.null_count:
        return pc.not_equal(one, other)
    empty = pc.xor(pc.is_null(one), pc.is_null(other))
    return pc.or_(empty, pc.fill_null(pc.not_equal(one, other), False))
