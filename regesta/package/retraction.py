"""Retraction: a release that must not be used any more stays listed and its data goes."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from regesta.errors import RegestaError, reason
from regesta.package import verify
from regesta.package.describe import to_json


@dataclass(frozen=True)
class Tombstone:
    """What stays of a release: which it was, when and why it was retracted, and the checksums of its files."""

    version: str
    released: str
    retracted: str
    reason: str
    files: dict[str, str]


def tombstone(folder: Path) -> Tombstone | None:
    """The tombstone of a retracted release, or None for one that stands."""
    path = folder / verify.TOMBSTONE
    return Tombstone(**json.loads(path.read_bytes())) if path.is_file() else None


def retract(folder: Path, why: str, date: dt.date) -> Tombstone:
    """Retract a release: put up the tombstone, then take the data away.

    The tombstone comes first, in one step: a retraction that is cut off counts, and doing it again completes it.

    Args:
        folder: the release.
        why: the reason, for people.
        date: the day of the retraction.

    Raises:
        RegestaError: there is no such release, no reason is given, or the files cannot be changed.
    """
    if not why.strip():
        raise RegestaError('a retraction needs a reason that tells users what is wrong: --reason "…"')
    try:
        stone = tombstone(folder) or _new_tombstone(folder, why.strip(), date)
        aside = folder / f".{verify.TOMBSTONE}"
        aside.write_text(to_json(asdict(stone)), encoding="utf-8", newline="\n")
        aside.replace(folder / verify.TOMBSTONE)
        for path in sorted(folder.rglob("*"), reverse=True):
            if path.is_dir():
                path.rmdir()
            elif path.name != verify.TOMBSTONE:
                path.unlink()
    except OSError as error:
        raise RegestaError(f"{error.filename or folder}: cannot be retracted ({reason(error)})") from None
    return stone


def _new_tombstone(folder: Path, why: str, date: dt.date) -> Tombstone:
    if not (folder / verify.SUMS).is_file():
        raise RegestaError(f"{folder}: no release here; `regesta info` lists the releases")
    lines = (folder / verify.SUMS).read_text(encoding="utf-8").splitlines()
    files = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    created = json.loads((folder / verify.DESCRIPTOR).read_bytes())["created"][:10]
    return Tombstone(folder.name, created, date.isoformat(), why, files)
