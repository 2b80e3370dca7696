"""`releases.json` and `latest.json` of a published place, computed from what is there and what is new."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from regesta.errors import RegestaError
from regesta.package.describe import to_json
from regesta.package.release import RELEASES
from regesta.package.version import parse

LATEST = "latest.json"

Entry = Mapping[str, Any]


def read(data: bytes | None, where: str) -> list[Entry]:
    """The entries of a `releases.json`; none if there is no such file.

    Raises:
        RegestaError: it is no list of releases.
    """
    if data is None:
        return []
    try:
        found = json.loads(data)
        if not isinstance(found, list) or any(parse(entry["version"]) is None for entry in found):
            raise ValueError("no list of releases")
    except (ValueError, KeyError, TypeError) as error:
        raise RegestaError(f"{where}/{RELEASES}: cannot be read ({error}); is this a place for releases?") from None
    return found


def merged(there: Sequence[Entry], entry: Entry) -> list[Entry]:
    """The list with one more release, oldest first. What is retracted stays retracted."""
    found = {known["version"]: known for known in there}
    if "retracted" not in found.get(entry["version"], {}):
        found[entry["version"]] = entry
    return sorted(found.values(), key=lambda known: parse(known["version"]) or (0, 0, 0))


def latest(entries: Sequence[Entry]) -> dict[str, Any]:
    """What `latest.json` says: the last release of a list that stands, or a null version if none does."""
    standing = [entry for entry in entries if "retracted" not in entry]
    if not standing:
        return {"version": None}
    return {key: standing[-1][key] for key in ("version", "date", "path", "sha256") if key in standing[-1]}


def to_bytes(value: object) -> bytes:
    """JSON as releases have it."""
    return to_json(value).encode()
