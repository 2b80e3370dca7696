"""Stage outputs on disk, addressed by what they were made from.

`processed/<stage>/<key>/` holds the tables that a stage made of one shard. The key is a hash of the shard's input, of
the settings and of the code, so that work which was done is found again, and nothing stale ever is. Everything here
can be deleted at any time; it costs no more than doing the work again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from regesta.errors import RegestaError, reason

_MANIFEST = "manifest.json"
# Libraries whose version can change a row.
_LIBRARIES = ("ahocorasick-rs", "babel", "charset-normalizer", "google-re2", "pyarrow", "pycountry", "rapidfuzz")
# The same, of those that only some users have.
_EXTRAS = ("lxml", "pypdfium2", "python-docx", "trafilatura")


@dataclass(frozen=True)
class Output:
    """What a stage made of a shard.

    Attributes:
        folder: where it lies.
        key: what it was made from.
        label: the shard's name, for people.
        source_ids: the sources of the shard.
        rows: number of rows, per table.
    """

    folder: Path
    key: str
    label: str
    source_ids: tuple[str, ...]
    rows: dict[str, int]

    def tables(self) -> dict[str, pa.Table]:
        """The tables.

        Raises:
            RegestaError: they cannot be read any more.
        """
        return {name: self.table(name) for name in self.rows}

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """One of the tables, whole or some of its columns.

        Raises:
            RegestaError: it cannot be read any more.
        """
        try:
            with pq.ParquetFile(self.folder / f"{name}.parquet") as file:
                return file.read(columns and list(columns), use_threads=False)
        except (OSError, pa.ArrowException) as error:
            raise RegestaError(
                f"{self.folder}: cannot be read ({' '.join(str(error).split())}); delete it and build again"
            ) from None


@cache
def code_digest() -> str:
    """A hash of the code that makes rows: the library's own files and the versions of the libraries it leans on."""
    digest = hashlib.sha256()
    root = Path(str(resources.files("regesta")))
    for path in sorted(p for p in root.rglob("*") if p.suffix in (".py", ".yaml", ".j2")):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes())
    for name in _LIBRARIES:
        digest.update(f"{name}={metadata.version(name)}\0".encode())
    there = {found.name.lower(): found.version for found in metadata.distributions() if found.name}
    for name in _EXTRAS:
        digest.update(f"{name}={there.get(name)}\0".encode())
    return digest.hexdigest()


def make_key(stage: str, *parts: Any) -> str:
    """The key of a stage's output: a hash of the stage, the code, and what goes in (anything JSON can hold)."""
    text = json.dumps([stage, code_digest(), *parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Store:
    """The folder of stage outputs."""

    def __init__(self, root: Path) -> None:
        """Keep the folder; it is made when the first output is saved."""
        self.root = root

    def find(self, stage: str, key: str) -> Output | None:
        """The output with a key, or None. A damaged one counts as not there: every file is held to its checksum."""
        found = _open(self.root / stage / key)
        return found if found and _sound(found.folder) else None

    def save(
        self, stage: str, key: str, label: str, source_ids: tuple[str, ...], tables: Mapping[str, pa.Table]
    ) -> Output:
        """Save an output in one step: it is there whole or not at all.

        Raises:
            RegestaError: the folder cannot be written.
        """
        folder = self.root / stage / key
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder.parent))
            try:
                _fill(aside, key, label, source_ids, tables)
                _place(aside, folder)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
        except OSError as error:
            raise RegestaError(
                f"{error.filename or self.root}: cannot be written ({reason(error)}); make room or give the right to "
                "write, or name another folder with --processed"
            ) from None
        found = _open(folder)
        assert found is not None
        return found


def _place(aside: Path, folder: Path) -> None:
    """Put an output in its place. Where another build has put the same there meanwhile, that one stays: it may be
    reading it."""
    if _open(folder) is None or not _sound(folder):
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder, ignore_errors=True)
        else:
            folder.unlink(missing_ok=True)
    try:
        aside.rename(folder)
    except OSError:
        if _open(folder) is None:
            raise


def _fill(folder: Path, key: str, label: str, source_ids: tuple[str, ...], tables: Mapping[str, pa.Table]) -> None:
    files = {}
    for name, table in sorted(tables.items()):
        path = folder / f"{name}.parquet"
        # Read again in a moment by the next stage, and once or twice by the merger: quick to write and to read.
        pq.write_table(table, path, compression="lz4", use_dictionary=False, write_statistics=False)
        files[name] = {"rows": len(table), "bytes": path.stat().st_size, "sha256": _sha256(path)}
    manifest = {"key": key, "label": label, "source_ids": list(source_ids), "tables": files}
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _open(folder: Path) -> Output | None:
    try:
        manifest = json.loads((folder / _MANIFEST).read_bytes())
        files = manifest["tables"]
        if any((folder / f"{name}.parquet").stat().st_size != file["bytes"] for name, file in files.items()):
            return None
        rows = {name: int(file["rows"]) for name, file in files.items()}
        return Output(folder, manifest["key"], manifest["label"], tuple(manifest["source_ids"]), rows)
    # What stands there instead of a manifest may be anything.
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _sound(folder: Path) -> bool:
    """Whether the files of an output are those that were written."""
    try:
        files = json.loads((folder / _MANIFEST).read_bytes())["tables"]
        return all(_sha256(folder / f"{name}.parquet") == file["sha256"] for name, file in files.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_output(folder: Path) -> Output:
    """The output in a folder.

    Raises:
        RegestaError: there is none, or it is damaged.
    """
    found = _open(folder)
    if found is None:
        raise RegestaError(f"{folder}: no whole stage output here; delete it and build again")
    return found
