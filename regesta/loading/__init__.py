"""Releases as people use them: `regesta.load`.

`places` knows where files lie (a folder, a web server, an object store); `tables` gives a table to each client;
`release` is a release with its tables, its texts, and its checks.
"""

from __future__ import annotations

from regesta.loading.release import Context, Release, load
from regesta.loading.tables import Table

__all__ = ["Context", "Release", "Table", "load"]
