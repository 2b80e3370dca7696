"""A release on disk as what is sent: its files with their checksums, or the tombstone of a retracted one."""

from __future__ import annotations

import hashlib
import json
import mimetypes
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from regesta.errors import RegestaError, reason
from regesta.package import release, verify
from regesta.package.retraction import Tombstone, tombstone

_CHUNK = 1 << 20


@dataclass(frozen=True)
class File:
    """A file of a release: its name there, where it lies, its size and its SHA-256 by the list of the release."""

    name: str
    path: Path
    size: int
    sha256: str

    @property
    def media_type(self) -> str:
        """Its media type, by its name."""
        if self.name.endswith(".parquet"):
            return "application/vnd.apache.parquet"
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def check(self, digest: str) -> None:
        """Refuse a content other than the one that the release lists.

        Raises:
            RegestaError: the checksum is another one.
        """
        if digest != self.sha256:
            raise RegestaError(
                f"{self.path}: not the file that {verify.SUMS} lists; a release is never changed, get it again or "
                "build anew"
            )


@dataclass(frozen=True)
class Bundle:
    """A release to be published.

    Attributes:
        out: the folder that holds the releases.
        version: its version.
        files: its files, SHA256SUMS first; none if it is retracted.
        stone: its tombstone, if it is retracted.
    """

    out: Path
    version: str
    files: tuple[File, ...]
    stone: Tombstone | None

    @classmethod
    def of(cls, out: Path, version: str) -> Bundle:
        """Read a release; its files are looked for, and their checksums compared when they are sent.

        Raises:
            RegestaError: there is no such release, or its files are not those that it lists.
        """
        folder = out / version
        if version not in release.versions(out):
            known = ", ".join(release.versions(out)) or "none"
            raise RegestaError(f"{out}: no release {version!r} here; releases here: {known}")
        if stone := tombstone(folder):
            return cls(out, version, (), stone)
        try:
            return cls(out, version, _files(folder), None)
        except OSError as error:
            raise RegestaError(f"{error.filename or folder}: cannot be read ({reason(error)})") from None

    @property
    def folder(self) -> Path:
        """The folder of the release."""
        return self.out / self.version

    @property
    def sums(self) -> File:
        """SHA256SUMS, the list which says what the release is, to the byte."""
        return self.files[0]

    @cached_property
    def descriptor(self) -> dict[str, Any]:
        """The content of its datapackage.json."""
        found: dict[str, Any] = json.loads((self.folder / verify.DESCRIPTOR).read_bytes())
        return found

    @cached_property
    def entry(self) -> dict[str, Any]:
        """How `releases.json` lists it."""
        return next(entry for entry in release.listed(self.out) if entry["version"] == self.version)

    @cached_property
    def tombstone_bytes(self) -> bytes:
        """The content of its tombstone."""
        return (self.folder / verify.TOMBSTONE).read_bytes()


def latest(out: Path) -> str:
    """The release that is published unless another is named: the latest that stands.

    Raises:
        RegestaError: there is none.
    """
    found = release.latest_release(out)
    if found is None:
        raise RegestaError(f"{out}: no release stands here; build one with `regesta build`, or name another with --out")
    return found


def retracted(out: Path) -> list[Bundle]:
    """The retracted releases of a folder, oldest first."""
    return [Bundle.of(out, version) for version in release.versions(out) if tombstone(out / version)]


def _files(folder: Path) -> tuple[File, ...]:
    sums = folder / verify.SUMS
    lines = sums.read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {verify.SUMS}
    if astray := sorted(set(listed) ^ there):
        raise RegestaError(
            f"{folder}: {', '.join(astray[:3])}: missing, or not listed in {verify.SUMS}; get the release again"
        )
    first = File(verify.SUMS, sums, sums.stat().st_size, digest_of(sums))
    return (first, *(_file(folder, name, digest) for name, digest in sorted(listed.items())))


def _file(folder: Path, name: str, digest: str) -> File:
    return File(name, folder / name, (folder / name).stat().st_size, digest)


def digest_of(path: Path, algorithm: str = "sha256") -> str:
    """The checksum of a file, in hexadecimal."""
    digest = hashlib.new(algorithm, usedforsecurity=False)
    buffer = bytearray(_CHUNK)
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as file:
        while read := file.readinto(buffer):
            digest.update(view[:read])
    return digest.hexdigest()
