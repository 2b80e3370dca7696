"""Regesta: folders of official papers as dated, addressed rows.

release = regesta.load("datapackage")
release["documents"].pandas()
"""

from __future__ import annotations

from regesta.errors import RegestaError
from regesta.loading import Release, load

__all__ = ["RegestaError", "Release", "load"]
