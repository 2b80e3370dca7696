"""Rows left out before two releases are compared do not show in what is found."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regesta import stages
from regesta.package import changes
from regesta.package.changes import compare
from regesta.package.same import Rest, leave_out
from regesta.tables import TABLES
from regesta.tables.arrow import schema

NAMES = ("sources", "documents", "sentences", "dates", "entities", "reuse")
edits = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["drop", "twist", "text", "point"]), st.integers(0, 10**6)),
    max_size=5,
)


def edited(tables: stages.Tables, name: str, how: str, number: int) -> stages.Tables:
    """The tables with one edit: a row gone, a value changed, a text with a word more, a pointer to another row."""
    rows: list[dict[str, Any]] = tables[name].to_pylist()
    if not rows:
        return tables
    row = rows[number % len(rows)]
    pointers = [column for key in TABLES[name].foreign_keys for column in key.fields if row[column]]
    if how == "drop":
        rows.remove(row)
    elif how == "text" and name == "sources":
        at = number % len(row["text"])
        row["text"] = row["text"][:at] + " more " + row["text"][at:]
        row["sha256"] = f"{number:064}"
    elif how == "point" and pointers:
        column = pointers[number % len(pointers)]
        row[column] = rows[number // 7 % len(rows)][column]
    else:
        column = TABLES[name].columns[-1]
        row[column] = {"string": f"x{number}", "number": float(number), "integer": number}.get(
            TABLES[name].by_name[column].type
        )
    loose = pa.schema([field.with_nullable(True) for field in schema(name)])
    return {**tables, name: pa.Table.from_pylist(rows, loose)}


def told(old: stages.Tables, new: stages.Tables) -> list[Any]:
    with compare(old, new) as found:
        rows = [found.table(name).to_pylist() for name in ("changes", "id_map")]
        return [found.same, found.moved, found.counts, rows]


@settings(deadline=None, max_examples=6)
@given(edits)
def test_what_is_left_out_is_not_missed(harbour_tables: stages.Tables, some: list[tuple[str, str, int]]) -> None:
    old = {name: harbour_tables[name] for name in NAMES}
    new = old
    for edit in some:
        new = edited(new, *edit)
    found = told(old, new)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "leave_out", lambda old, new, _folder: Rest(old, new, 0))
        assert told(old, new) == found


def test_all_but_what_differs_is_left_out(harbour_tables: stages.Tables, tmp_path) -> None:
    old = {name: harbour_tables[name] for name in NAMES}
    new = edited(old, "dates", "twist", 3)
    left = leave_out(dict(old), dict(new), tmp_path)
    kept = {name: pq.read_table(path).num_rows for name, path in left.new.items() if name != "entities"}
    assert kept == {"sources": 0, "documents": 0, "sentences": 0, "dates": 1, "reuse": 0}
    assert left.same == sum(len(old[name]) for name in NAMES if name != "entities") - 1
    assert left.old["entities"] is old["entities"], "what tells of no source stays whole"
