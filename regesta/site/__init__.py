"""The register: pages for every release, that need no server, no network beyond themselves, and no script to be read.

`model` reads what is known of a release as a whole, `stream` its papers one after another, `tell` its entities and
figures; `marks` sets marks in a text, `paper` puts notes beside it, `pages` renders, `links` knows where things stand,
`write` puts it all in a folder.
"""

from __future__ import annotations

from regesta.site.citation import Citation, cite
from regesta.site.model import open_register
from regesta.site.write import Written, write_site

__all__ = ["Citation", "Written", "cite", "open_register", "write_site"]
