"""A release in the forms that other tools take in, with its keys and the meaning of its columns.

What is exported is said by the descriptor of the release, so that releases of any version of this package can be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from regesta.errors import RegestaError
from regesta.export import postgres, separated, sqlite, workbook
from regesta.loading import Release

__all__ = ["EXPORTERS", "export"]

EXPORTERS: Mapping[str, Callable[[Release, str], str]] = {
    "csv": separated.write,
    "postgres": postgres.write,
    "sqlite": sqlite.write,
    "xlsx": workbook.write,
}
"""What a release can be exported to, by name: functions of the release and the target, which tell what was written."""


def export(release: Release, to: str, target: str) -> str:
    """Export every table of a release.

    Args:
        release: the release.
        to: "csv" (a folder), "postgres" (a database), "sqlite" (a file) or "xlsx" (a file).
        target: the folder, file, or address of the database.

    Returns:
        What was written, in words.

    Raises:
        RegestaError: no such form, the target is there already or cannot be written, or it cannot hold the tables.
    """
    if to not in EXPORTERS:
        raise RegestaError(f"{to}: no such export; there are: {', '.join(EXPORTERS)}")
    return EXPORTERS[to](release, target)
