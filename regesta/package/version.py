"""The version of a release, computed from the comparison with the release before.

By the version recipe of Data Package: MAJOR where a table or column is renamed, removed or retyped; MINOR where a
table, a column or rows are added; PATCH where values or metadata are corrected.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

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


def change_of(kinds: Collection[str], metadata_differs: bool) -> Change | None:
    """What sort of step the changes between two releases make; None if there are none.

    Args:
        kinds: the kinds of change that there are (`changes.kind`).
        metadata_differs: whether the descriptors differ in anything but version and date.
    """
    if not {"table_removed", "column_removed", "column_retyped"}.isdisjoint(kinds):
        return "major"
    if not {"table_added", "column_added", "added"}.isdisjoint(kinds):
        return "minor"
    return "patch" if kinds or metadata_differs else None
