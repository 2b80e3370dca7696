"""The generated files of a release, and whether they would be others if the release were made again today."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regesta.corpus import Corpus
from regesta.describe import describe_release
from regesta.package import verify
from regesta.package.datasheet import datasheet
from regesta.package.describe import describe, path_of, to_json
from regesta.tables import TABLES

CHANGELOG = "CHANGELOG.md"
HISTORY = tuple(name for name, entry in TABLES.items() if entry.history)


@dataclass(frozen=True)
class Identity:
    """What a release is, beside what is in it: no difference in these makes a new release.

    Attributes:
        version: its version.
        date: its date.
        authority: SHA-256 of the names that were looked for.
        software: the version of the code; the one at work if None.
    """

    version: str
    date: dt.date
    authority: str | None
    software: str | None = None

    @classmethod
    def of(cls, folder: Path) -> Identity:
        """That of a release on disk."""
        descriptor = json.loads((folder / verify.DESCRIPTOR).read_bytes())
        run = json.loads((folder / "prov.json").read_bytes()) if (folder / "prov.json").is_file() else {}
        software = run.get("agent", {}).get("package:software", {}).get("regesta:version")
        authority = descriptor.get("authorityHash", "").removeprefix("sha256:") or None
        return cls(descriptor["version"], dt.date.fromisoformat(descriptor["created"][:10]), authority, software)


def write_documents(
    folder: Path, corpus: Corpus, tables: Mapping[str, Path], hashes: Mapping[str, str], identity: Identity
) -> None:
    """Write into a folder with tables and changelog all else that makes a release of it.

    Args:
        folder: the folder.
        corpus: the catalogue.
        tables: the files of its tables, those of its history too.
        hashes: SHA-256 of each table's file, by table.
        identity: which release it is.
    """
    descriptor = describe(corpus, tables, hashes, identity.version, identity.date, identity.authority)
    write_text(folder / verify.DESCRIPTOR, to_json(descriptor))
    write_text(folder / "README.md", datasheet(corpus, tables, descriptor))
    shutil.copyfile(verify.__file__, folder / "verify.py")
    describe_release(folder, descriptor, tables["sources"], identity.software)
    paths = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    # What was written last is small; the tables are not, and their checksums are known.
    known = {path_of(name): digest for name, digest in hashes.items()}
    lines = [f"{known.get(p) or verify.sha256_of(folder / p)}  {p}\n" for p in paths if p != verify.SUMS]
    write_text(folder / verify.SUMS, "".join(lines))


def changed_documents(
    folder: Path, aside: Path, corpus: Corpus, tables: Mapping[str, Path], hashes: Mapping[str, str]
) -> list[str]:
    """The files of a release that would not be the same if it were made again, under its own version and date.

    Nothing is taken for a change but the bytes of a file: another version of the code that writes the same is none.

    Args:
        folder: the release.
        aside: a folder with the same tables; what is written there is taken away again.
        corpus: the catalogue as it is now.
        tables: the files of the tables, without history.
        hashes: SHA-256 of each table's file, by table.
    """
    mine = set(aside.rglob("*"))
    history: dict[str, Path] = {}
    known: dict[str, Any] = dict(hashes)
    for name in HISTORY:
        if (folder / path_of(name)).is_file():
            history[name] = shutil.copyfile(folder / path_of(name), aside / path_of(name))
            known[name] = verify.sha256_of(aside / path_of(name))
    shutil.copyfile(folder / CHANGELOG, aside / CHANGELOG)
    write_documents(aside, corpus, {**tables, **history}, known, Identity.of(folder))
    before, now = _sums(folder), _sums(aside)
    for path in set(aside.rglob("*")) - mine:
        path.unlink()
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def _sums(folder: Path) -> dict[str, str]:
    lines = (folder / verify.SUMS).read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def write_text(path: Path, text: str) -> None:
    """Write a text as releases have it, the same on every machine."""
    path.write_text(text, encoding="utf-8", newline="\n")
