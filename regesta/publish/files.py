"""A folder and a zip: copies of a release on this machine."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from filelock import FileLock, Timeout

from regesta.errors import RegestaError, reason
from regesta.package import release, verify
from regesta.publish import listing
from regesta.publish.bundle import Bundle, File, digest_of, retracted
from regesta.publish.delivery import Delivery

_ASIDE = ".sending-"
_LOCK = ".lock"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20
_AT_ONCE = 2
_AHEAD = 8
"""Chunks that wait to be hashed at most."""
_FLUSH = 32 << 20
"""Bytes after which a file that is being written is brought to the disk, while writing goes on."""
_UNIX = 3


# --- a folder ---------------------------------------------------------------------------------------------------------


def to_folder(bundle: Bundle, folder: Path) -> Delivery:
    """Publish a release into a folder of releases, laid out like the one it comes from.

    The files are copied aside and checked, then put in place by one rename; `releases.json` and `latest.json` follow.
    What an interrupted copy left aside is used again where its checksum is right.

    Raises:
        RegestaError: the folder holds another content for the version, the release is not what it lists, the folder
            cannot be written, or somebody else is publishing there.
    """
    if folder.resolve() == bundle.out.resolve():
        raise RegestaError(f"{folder}: this is where the release is; name another folder")
    with _writing(folder), _alone(folder):
        sent, kept = (0, 0) if bundle.stone else _copy(bundle, folder)
        buried = [b for b in retracted(bundle.out) if b.version == bundle.version or (folder / b.version).is_dir()]
        for old in buried:
            _put(folder / old.version / verify.TOMBSTONE, old.tombstone_bytes)
        latest = _list(folder, [old for old in buried if old.version != bundle.version] + [bundle])
        for old in buried:
            _take_away(folder / old.version)
    state = "retracted" if bundle.stone else "published" if sent else "unchanged"
    return Delivery(
        str(folder), bundle.version, state, sent, kept, latest, retracted=tuple(old.version for old in buried)
    )


def _copy(bundle: Bundle, folder: Path) -> tuple[int, int]:
    """Copy the files of a release aside and put them in place; gives how many were copied and how many were there."""
    place = folder / bundle.version
    if (place / verify.TOMBSTONE).is_file():
        raise RegestaError(f"{place}: retracted here; a version that was retracted is not given again")
    if place.is_dir():
        for file in bundle.files:
            path = place / file.name
            if not path.is_file() or digest_of(path) != file.sha256:
                raise RegestaError(f"{path}: another content than the release to be published; a release is immutable")
        return 0, len(bundle.files)
    aside = folder / f"{_ASIDE}{bundle.version}"
    aside.mkdir(exist_ok=True)
    missing = [file for file in bundle.files if not _whole(aside / file.name, file)]
    missing.sort(key=lambda file: -file.size)
    for folder_of in {(aside / file.name).parent for file in missing}:
        folder_of.mkdir(parents=True, exist_ok=True)
    # The sources are hashed while they are copied and written to disk, so that a file is read from the disk once: all
    # this leaves the interpreter free. Each kind of work has threads of its own, for copies wait and hashes do not.
    with ThreadPoolExecutor(_AT_ONCE) as copying, ThreadPoolExecutor(_AT_ONCE) as hashing:
        copied = [copying.submit(_copy_file, file.path, aside / file.name) for file in missing]
        digests = [hashing.submit(digest_of, file.path) for file in missing]
        try:
            for file, copy, digest in zip(missing, copied, digests, strict=True):
                copy.result()
                file.check(digest.result())
        except BaseException:
            for pool in (copying, hashing):
                pool.shutdown(wait=True, cancel_futures=True)
            raise
    for path in [path for path in aside.rglob("*") if path.is_file()]:
        if path.relative_to(aside).as_posix() not in {file.name for file in bundle.files}:
            path.unlink()
    aside.chmod(0o755)
    aside.rename(place)
    return len(missing), len(bundle.files) - len(missing)


def _copy_file(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    _sync(target)


def _whole(path: Path, file: File) -> bool:
    """Whether a file was copied before, wholly."""
    if not path.is_file() or path.stat().st_size != file.size or digest_of(path) != file.sha256:
        return False
    _sync(path)
    return True


def _list(folder: Path, bundles: list[Bundle]) -> str | None:
    """Bring the lists up to date, `latest` last; gives the latest version."""
    path = folder / release.RELEASES
    entries = listing.read(path.read_bytes() if path.is_file() else None, str(folder))
    for bundle in bundles:
        entries = listing.merged(entries, bundle.entry)
    _put(path, listing.to_bytes(entries))
    latest = listing.latest(entries)
    _put(folder / listing.LATEST, listing.to_bytes(latest))
    found: str | None = latest["version"]
    return found


def _take_away(place: Path) -> None:
    """Take the data of a retracted release away; its tombstone stays."""
    for path in sorted(place.rglob("*"), reverse=True):
        if path.is_dir():
            path.rmdir()
        elif path != place / verify.TOMBSTONE:
            path.unlink()


# --- a zip ------------------------------------------------------------------------------------------------------------


def to_zip(bundle: Bundle, path: Path) -> Delivery:
    """Publish a release as a zip: the same bytes on every machine.

    Raises:
        RegestaError: another content is there already, the release is retracted or is not what it lists, or the file
            cannot be written.
    """
    refuse_retracted(bundle, str(path))
    with _writing(path.parent):
        aside = path.with_name(f"{_ASIDE}{path.name}")
        try:
            write_zip(bundle, aside)
            if path.exists():
                if digest_of(path) != digest_of(aside):
                    raise RegestaError(f"{path}: another content is there; remove it, or name another file")
                return Delivery(str(path), bundle.version, "unchanged", 0, len(bundle.files))
            _sync(aside)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    return Delivery(str(path), bundle.version, "published", len(bundle.files))


def write_zip(bundle: Bundle, path: Path) -> None:
    """Write a release as a zip with fixed order, times and rights, below one folder named for it.

    Nothing is compressed: Parquet is already, and what a compressor makes depends on its version.

    Raises:
        RegestaError: the release is not what it lists.
    """
    top = f"{bundle.descriptor.get('name', 'release')}-{bundle.version}"
    with (
        ThreadPoolExecutor(1) as hashing,
        path.open("wb") as whole,
        _flushed(whole) as flush,
        zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive,
    ):
        for file in sorted(bundle.files, key=lambda file: file.name):
            member = zipfile.ZipInfo(f"{top}/{file.name}", _EPOCH)
            member.create_system = _UNIX
            member.external_attr = 0o100644 << 16
            member.file_size = file.size
            with file.path.open("rb") as source, archive.open(member, "w") as sink:
                file.check(_copied(source, sink, hashing, flush))


def _copied(source: IO[bytes], sink: IO[bytes], hashing: ThreadPoolExecutor, flush: Callable[[int], None]) -> str:
    """Copy a file and hash it in one reading, the hash in a thread of its own; gives its SHA-256."""
    digest, ahead = hashlib.sha256(), deque[Future[None]]()
    while chunk := source.read(_CHUNK):
        ahead.append(hashing.submit(digest.update, chunk))
        if len(ahead) > _AHEAD:
            ahead.popleft().result()
        sink.write(chunk)
        flush(len(chunk))
    for part in ahead:
        part.result()
    return digest.hexdigest()


@contextmanager
def _flushed(file: BinaryIO) -> Iterator[Callable[[int], None]]:
    """Bring a file to the disk while it is written; gives what is to be told of the bytes that were written."""
    written = 0
    flushing: Future[None] | None = None

    def told(count: int) -> None:
        nonlocal written, flushing
        written += count
        if written >= _FLUSH and (flushing is None or flushing.done()):
            if flushing is not None:
                flushing.result()
            written, flushing = 0, pool.submit(os.fsync, file.fileno())

    with ThreadPoolExecutor(1) as pool:
        yield told
        if flushing is not None:
            flushing.result()


def refuse_retracted(bundle: Bundle, target: str) -> None:
    """Refuse a retracted release where there is nothing that could be taken away.

    Raises:
        RegestaError: the release is retracted.
    """
    if bundle.stone:
        raise RegestaError(
            f"{target}: release {bundle.version} was retracted on {bundle.stone.retracted} ({bundle.stone.reason}); "
            "publish one that stands"
        )


# --- files ------------------------------------------------------------------------------------------------------------


def _put(path: Path, data: bytes) -> None:
    """Write a small file in one step, unless it says just this."""
    if path.is_file() and path.read_bytes() == data:
        return
    aside = path.with_name(f"{_ASIDE}{path.name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    aside.write_bytes(data)
    _sync(aside)
    aside.replace(path)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise RegestaError(
            f"{error.filename or folder}: cannot be written ({reason(error)}); make room or give the right to write, "
            "then publish again: what was copied is kept"
        ) from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    try:
        with FileLock(folder / _LOCK, timeout=0):
            yield
    except Timeout:
        raise RegestaError(f"{folder}: somebody else is publishing here; wait for them, then publish again") from None
