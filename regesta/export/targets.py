"""What every export shares: targets that are whole or not there, and what a schema says of keys."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from regesta.errors import RegestaError, reason
from regesta.loading import Release, Table


@contextmanager
def written_aside(target: Path, ending: str = "") -> Iterator[Path]:
    """A path beside the target to write to, put in its place at the end; if anything fails, nothing is there.

    Raises:
        RegestaError: the target is there already, or cannot be written.
    """
    if target.exists():
        raise RegestaError(f"{target}: is there already; take it away, or name another target")
    aside = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=target.parent))
        made = aside / f"{target.name}{ending}"
        yield made
        os.replace(made, target)  # noqa: PTH105 (a folder as well)
    except OSError as error:
        raise RegestaError(
            f"{error.filename or target}: cannot be written ({reason(error)}); make room or give the right to write"
        ) from None
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)


class Reference(NamedTuple):
    """A foreign key: columns of a table, the table they point to, and its columns."""

    columns: list[str]
    table: str
    targets: list[str]


def references(table: Table) -> list[Reference]:
    """The foreign keys of a table."""
    return [
        Reference(key["fields"], key["reference"]["resource"] or table.name, key["reference"]["fields"])
        for key in table.schema.get("foreignKeys", ())
    ]


def required(field: Mapping[str, Any]) -> bool:
    """Whether a field may not be empty."""
    return bool(field.get("constraints", {}).get("required"))


def meaning(field: Mapping[str, Any]) -> str:
    """What a field means, with its unit."""
    unit = f" Unit: {field['unit']}." if "unit" in field else ""
    return f"{field['description']}{unit}"


def summary(release: Release, target: str) -> str:
    """What was written, in words."""
    rows = sum(table.rows for table in release.values())
    return f"{len(release)} tables with {rows} rows of version {release.version} to {target}"
