"""Bytes to text: the format of a file, its encoding, and what is odd in it.

`read` is the whole of it. A format plugs in as one function in `regesta.reading.formats`.
"""

from __future__ import annotations

from regesta.reading.formats import MEDIA_TYPES, media_type, read
from regesta.reading.text import Oddity, Reading

__all__ = ["MEDIA_TYPES", "Oddity", "Reading", "media_type", "read"]
