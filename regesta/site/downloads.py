"""The files of the release that the site carries: tables as Parquet and CSV, the whole as a zip, its descriptions."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

from regesta.errors import RegestaError
from regesta.export.separated import write_table
from regesta.package.verify import DESCRIPTOR, SUMS
from regesta.publish.bundle import Bundle, digest_of
from regesta.publish.files import write_zip
from regesta.site import links, words
from regesta.site.model import Register

_DESCRIBED = {
    DESCRIPTOR: "the descriptor (Data Package)",
    "README.md": "the datasheet with the data dictionary",
    "CITATION.cff": "how to cite (Citation File Format)",
    "CHANGELOG.md": "what changed from release to release",
    SUMS: "the checksums of the release",
    "croissant.json": "the description for machine learning (Croissant)",
    "schema.org.jsonld": "the description for search engines (schema.org)",
    "verify.py": "checks every file, key and address",
    "changes.parquet": "what changed, row by row",
    "id_map.parquet": "rows that stand at another address than before",
}


class File(NamedTuple):
    """A file of the site to download."""

    name: str
    href: str
    what: str
    size: str
    sha256: str


class Files(NamedTuple):
    """The files of a table."""

    name: str
    page: str
    rows: int
    files: tuple[File, File]


def write(register: Register, out: Path) -> tuple[list[Files], list[File]]:
    """Copy the files; gives those of the tables, and the others.

    Raises:
        RegestaError: the release is not a folder of this machine.
    """
    release = register.release
    folder = release.folder
    if folder is None:
        raise RegestaError(f"{release.location}: a site is made from a release on this machine; get it first")
    target = out / "download"
    target.mkdir()
    tables = []
    for name, table in release.items():
        parquet, separated = target / f"{name}.parquet", target / f"{name}.csv"
        shutil.copyfile(folder / table.path, parquet)
        write_table(table, separated)
        tables.append(Files(name, links.table(name), table.rows, (_file(parquet, ""), _file(separated, ""))))
    others = []
    if (folder / SUMS).is_file() and (folder.parent / "releases.json").is_file():
        archive = target / f"{release.descriptor['name']}-{release.version}.zip"
        write_zip(Bundle.of(folder.parent, folder.name), archive)
        others.append(_file(archive, "the whole release"))
    for name, what in _DESCRIBED.items():
        if (folder / name).is_file():
            if not (target / name).exists():
                shutil.copyfile(folder / name, target / name)
            others.append(_file(target / name, what))
    return tables, others


def _file(path: Path, what: str) -> File:
    return File(path.name, links.download(path.name), what, words.size(path.stat().st_size), digest_of(path))
