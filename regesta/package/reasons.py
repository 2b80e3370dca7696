"""Why rows changed between two releases."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from regesta.package.changes import Reason


def reasons(old: Mapping[str, pa.Table], new: Mapping[str, pa.Table], retracted: bool = False) -> Reason:
    """The function that gives the reason of a change.

    What stands in a source whose file is another one, or new, or gone, changed with it. Of the other rows those of
    `sources` change with the catalogue, and all else with the code, or, where a release between the two was retracted,
    by that retraction.
    """
    before, after = _digests(old), _digests(new)
    touched = {source for source in before.keys() | after.keys() if before.get(source) != after.get(source)}

    def reason(table: str, old_id: str | None, new_id: str | None) -> str:
        ids = [i.partition("@")[0] for i in (old_id, new_id) if i is not None]
        if not touched.isdisjoint(ids):
            return "source changed"
        if table == "sources" and ids:
            return "catalogue changed"
        return "retraction" if retracted else "code changed"

    return reason


def _digests(tables: Mapping[str, pa.Table]) -> dict[str, str]:
    if "sources" not in tables:
        return {}
    return dict(zip(*(tables["sources"][c].to_pylist() for c in ("source_id", "sha256")), strict=True))
