"""The table registry: one YAML file per table, and every schema rendered from it.

`TABLES` is the only description of the tables. The Arrow schema (`regesta.tables.arrow`), the Frictionless Table
Schema (`regesta.tables.frictionless`), the columnar gate and the data dictionary are all made from it; no other
code names a table's columns and types together.
"""

from __future__ import annotations

from regesta.tables.registry import TABLES, Field, ForeignKey, Table

__all__ = ["TABLES", "Field", "ForeignKey", "Table"]
