"""Regesta: folders of official papers as dated, addressed rows.

release = regesta.load("datapackage")
release["documents"].pandas()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regesta.errors import RegestaError

if TYPE_CHECKING:
    from regesta.loading import Release, load

__all__ = ["RegestaError", "Release", "load"]


def __getattr__(name: str) -> Any:
    # Arrow, and pandas with it, take a second to import, which is too much for who only wants to find dates.
    if name in ("Release", "load"):
        from regesta import loading  # noqa: PLC0415

        return getattr(loading, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
