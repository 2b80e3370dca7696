"""Expectations of a corpus: `expectations.toml`, floors that stop a release and ceilings that warn.

```toml
[floors]                              # below: nothing is published
"documents.rows" = 60                 # number of rows
"documents.date_edtf.filled" = 0.9    # share of rows in which the column is not empty

[ceilings]                            # above: published, with a row in `issues`
"dates.basis=none" = 0.1              # share of rows in which the column has this value
```
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, ValidationError

from regesta.errors import RegestaError, reason
from regesta.issues import corpus_issue_row
from regesta.tables import TABLES, files
from regesta.tables.arrow import table_from_rows

FILE = "expectations.toml"
_MEASURE = re.compile(r"(?P<table>\w+)\.(?:rows|(?P<column>\w+)(?:\.(?P<filled>filled)|=(?P<value>.+)))\Z")


class Expectations(BaseModel):
    """Measures with the least (floors) and the most (ceilings) that is expected of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    floors: dict[str, float] = {}
    ceilings: dict[str, float] = {}


def load(folder: Path) -> Expectations:
    """The expectations of a corpus; none if it has no such file.

    Raises:
        RegestaError: the file is not valid, or names a measure that there is not.
    """
    path = folder / FILE
    if not path.is_file():
        return Expectations()
    try:
        found = Expectations.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RegestaError(f"{path}: not valid TOML in UTF-8: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise RegestaError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except OSError as error:
        raise RegestaError(f"{path}: cannot be read ({reason(error)})") from None
    for measure in (*found.floors, *found.ceilings):
        hit = _MEASURE.match(measure)
        table = TABLES.get(hit["table"]) if hit else None
        if hit is None or table is None or (hit["column"] and hit["column"] not in table.by_name):
            raise RegestaError(
                f"{path}: {measure!r} is no measure; write TABLE.rows, TABLE.COLUMN.filled or TABLE.COLUMN=VALUE"
            )
    return found


def check(tables: Mapping[str, pa.Table | Path], expected: Expectations) -> pa.Table:
    """Hold tables against what is expected: rows for `issues`, one for each ceiling that is exceeded.

    Raises:
        RegestaError: a floor is not reached; all such floors are named.
    """
    low = [(m, least, found) for m, least in expected.floors.items() if (found := measure(tables, m)) < least]
    if low:
        lines = "\n".join(f"  {m}: {found:g}, expected at least {least:g}" for m, least, found in low)
        raise RegestaError(f"not published: {FILE} expects more; the latest release is untouched\n{lines}")
    rows: list[dict[str, Any]] = []
    for m, most in expected.ceilings.items():
        if (found := measure(tables, m)) > most:
            message = f"{m} is {found:g}, expected at most {most:g}"
            rows.append(corpus_issue_row(len(rows) + 1, "expectation_exceeded", message))
    return table_from_rows("issues", rows)


def table_of(measure: str) -> str:
    """The table that a measure reads."""
    hit = _MEASURE.match(measure)
    if hit is None:
        raise ValueError(f"{measure!r} is no measure")
    return hit["table"]


def measure(tables: Mapping[str, pa.Table | Path], name: str) -> float:
    """The value of a measure: a number of rows, or a share between 0 and 1 (0 for a table without rows).

    Args:
        tables: the tables by name, each in memory or as its Parquet file, of which a row group is read at a time.
        name: the measure.
    """
    hit = _MEASURE.match(name)
    if hit is None:
        raise ValueError(f"{name!r} is no measure")
    table = tables.get(hit["table"])
    rows = 0 if table is None else files.rows(table)
    if table is None or not rows or hit["column"] is None:
        return float(rows)
    columns = (part[hit["column"]] for part in files.parts(table, [hit["column"]]))
    if hit["filled"]:
        return float(sum(len(column) - column.null_count for column in columns)) / rows
    same = (pc.sum(pc.equal(pc.cast(column, pa.string()), hit["value"])).as_py() or 0 for column in columns)
    return float(sum(same)) / rows
