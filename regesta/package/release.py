"""A release folder: checked before it is written, written aside, and put in place in one step."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from regesta.corpus import Corpus
from regesta.describe import refuse_poor
from regesta.errors import RegestaError, reason
from regesta.package import verify
from regesta.package.changes import Changes, compare, is_history
from regesta.package.datasheet import changelog
from regesta.package.describe import DATA, describe, to_json
from regesta.package.documents import (
    CHANGELOG,
    HISTORY,
    Identity,
    changed_documents,
    write_documents,
    write_text,
)
from regesta.package.reasons import Made
from regesta.package.retraction import Tombstone, tombstone
from regesta.package.retraction import retract as retract_folder
from regesta.package.version import FIRST, change_of, following, parse
from regesta.package.write import write_table
from regesta.tables import TABLES
from regesta.tables.arrow import table_from_rows
from regesta.tables.files import rows as rows_of

RELEASES = "releases.json"
_ASIDE = ".writing-"
_LOCK = ".lock"


@dataclass(frozen=True)
class Published:
    """What came of a publication.

    Attributes:
        version: the latest version now.
        folder: its folder.
        new: whether this publication made it; False if nothing had changed.
        rows: number of rows, per table.
    """

    version: str
    folder: Path
    new: bool
    rows: dict[str, int]


Tables = Mapping[str, "pa.Table"] | Callable[[Path], Mapping[str, Path]]
"""The tables of a release, rows in address order: in memory, or as what writes their files into a folder."""


def publish(tables: Tables, corpus: Corpus, out: Path, date: dt.date, authority: str | None = None) -> Published:
    """Publish tables as the next release, unless it would be the latest one again, but for version and date.

    The release is written beside the others under a name of its own and checked; only then is it put in place by
    one rename, and `releases.json` by another. Whatever dies on the way leaves the latest release as it was.

    Args:
        tables: tables of the registry.
        corpus: the catalogue.
        out: the folder that holds the releases.
        date: the release date.
        authority: SHA-256 of the names that were looked for, for the reasons of changes.

    Raises:
        RegestaError: the metadata are too poor, the tables break a rule, or the folder cannot be written.
    """
    refuse_poor(corpus)
    with _writing(out), _alone(out):
        _clear(out)
        _write_list(out)
        aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=out))
        try:
            data = aside / DATA
            files = tables(data) if callable(tables) else _write_tables(tables, data)
            return _publish(files, corpus, out, date, authority, aside)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _publish(
    files: Mapping[str, Path], corpus: Corpus, out: Path, date: dt.date, authority: str | None, aside: Path
) -> Published:
    rows = {name: rows_of(path) for name, path in files.items()}
    hashes = {name: verify.sha256_of(path) for name, path in files.items()}
    latest = latest_release(out)
    known = {} if latest is None else _hashes(_descriptor(out / latest))
    documents: list[str] = []
    if latest is not None and known == hashes:
        documents = changed_documents(out / latest, aside, corpus, files, hashes)
        if not documents:
            return Published(latest, out / latest, False, rows)
    # What is checked is what was read back from the files; files whose checksums are known were checked before.
    if known != hashes:
        _check(files, describe(corpus, files, hashes, FIRST, date))
    if latest is not None:
        _refuse_before(out / latest, date)
    with ExitStack() as stack:
        found = None
        if latest is not None and known != hashes:
            found = stack.enter_context(_changes_since(out, latest, files, authority))
        # A number that was given once, to a release since retracted, is not given again.
        last = versions(out)[-1] if versions(out) else None
        change = "minor" if latest is None else change_of(found.kinds() if found else set(), metadata_differs=True)
        version = FIRST if last is None else following(last, change or "patch")
        earlier = (out / latest / CHANGELOG).read_text(encoding="utf-8") if latest else ""
        write_text(aside / CHANGELOG, changelog(found, version, date, latest, earlier, documents))
        history = {name: found.table(name) if found else table_from_rows(name, []) for name in HISTORY}
    told = _write_tables(history, aside)
    hashes |= {name: verify.sha256_of(path) for name, path in told.items()}
    write_documents(aside, corpus, {**files, **told}, hashes, Identity(version, date, authority))
    _check(told, _descriptor(aside))
    if damage := verify.check_files(aside):
        raise RegestaError(_refusal(damage))
    _put_in_place(aside, out / version)
    _write_list(out)
    return Published(version, out / version, True, rows)


def _refuse_before(folder: Path, date: dt.date) -> None:
    """Refuse to go on from a release that is damaged, or that is dated after the new one.

    Raises:
        RegestaError: it is.
    """
    released = Identity.of(folder).date
    if date < released:
        raise RegestaError(
            f"not published: the release would be dated {date}, before {folder.name}, which is of {released}; set the "
            "clock right, or name the date with --release-date"
        )
    if damage := verify.check_files(folder):
        lines = "\n".join(f"  {problem}" for problem in damage)
        raise RegestaError(
            f"not published: the release before, {folder}, is damaged, and what has changed since cannot be told; put "
            f"its files back from a copy\n{lines}"
        )


def _hashes(descriptor: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 of the files of the tables of a release, those of its history left out."""
    found = {resource["name"]: resource["hash"].removeprefix("sha256:") for resource in descriptor["resources"]}
    return {name: digest for name, digest in found.items() if not is_history(name)}


def _changes_since(
    out: Path, latest: str, tables: Mapping[str, Path], authority: str | None
) -> AbstractContextManager[Changes]:
    """The changes from the latest release that stands to new tables."""
    others = _other_names(Identity.of(out / latest).authority, authority)
    made = Made(authority=others, retracted=versions(out)[-1] != latest)
    return compare(files_of(out / latest), tables, made)


def _other_names(before: str | None, now: str | None) -> bool:
    """Whether the authority files are others; False where a release does not say which they were."""
    return None not in (before, now) and before != now


def diff(old: Path, new: Path) -> AbstractContextManager[Changes]:
    """The changes from one release on disk to another, for as long as the context lasts.

    Raises:
        RegestaError: one of them is no release that can be read.
    """
    files = files_of(old), files_of(new)
    return compare(*files, Made(authority=_other_names(Identity.of(old).authority, Identity.of(new).authority)))


def find_release(folder: Path) -> Path:
    """The folder of a release: the one named, or the latest that stands in a folder of releases.

    Raises:
        RegestaError: there is none.
    """
    if any((folder / mark).exists() for mark in (verify.DESCRIPTOR, verify.SUMS, verify.TOMBSTONE)):
        return folder
    latest = latest_release(folder)
    if latest is None:
        raise RegestaError(f"{folder}: no release here; name a release, or a folder of releases, or run: regesta build")
    return folder / latest


def tables_of(folder: Path, names: Collection[str] | None = None) -> dict[str, pa.Table]:
    """The tables of a release on disk: those named, or all without its history.

    Raises:
        RegestaError: it is no release that can be read, or it has not such a table.
    """
    paths = files_of(folder)
    wanted = list(paths) if names is None else names
    if missing := [name for name in wanted if name not in paths]:
        raise RegestaError(f"{folder}: the release has no table {missing[0]}; build it anew with: regesta build")
    return {name: pq.read_table(paths[name]) for name in wanted}


def files_of(folder: Path) -> dict[str, Path]:
    """The files of the tables of a release on disk, those of its history left out.

    Raises:
        RegestaError: it is no release that can be read.
    """
    return {r["name"]: folder / r["path"] for r in _descriptor(folder)["resources"] if not is_history(r["name"])}


def _descriptor(folder: Path) -> dict[str, Any]:
    if stone := tombstone(folder):
        raise RegestaError(
            f"{folder}: no release that can be read: it was retracted on {stone.retracted}: {stone.reason}"
        )
    try:
        found: dict[str, Any] = json.loads((folder / verify.DESCRIPTOR).read_bytes())
    except FileNotFoundError:
        inside = f"; releases in it: {', '.join(versions(folder))}" if versions(folder) else ""
        raise RegestaError(
            f"{folder}: no release that can be read: it has no {verify.DESCRIPTOR}; "
            f"name the folder of a release{inside}"
        ) from None
    except (OSError, ValueError) as error:
        raise RegestaError(f"{folder}: no release that can be read ({error}); name the folder of a release") from None
    if not isinstance(found, dict) or "resources" not in found:
        raise RegestaError(f"{folder}: no release that can be read: {verify.DESCRIPTOR} names no resources")
    return found


def _check(files: Mapping[str, Path], descriptor: Mapping[str, Any]) -> None:
    """The gate: refuse tables that break a rule of their descriptor, which may tell of others as well.

    Raises:
        RegestaError: naming each rule that is broken, and rows that break it.
    """
    resources = [resource for resource in descriptor["resources"] if resource["name"] in files]
    if problems := verify.check_tables(files, {"resources": resources}):
        raise RegestaError(_refusal(problems))


def _refusal(problems: list[verify.Problem]) -> str:
    lines = "\n".join(f"  {problem}" for problem in problems)
    return f"not published: the tables break {len(problems)} rules; the latest release is untouched\n{lines}"


# --- the list of releases ---------------------------------------------------------------------------------------------


def versions(out: Path) -> list[str]:
    """The versions in a releases folder, retracted ones too, oldest first."""
    found = [(parse(p.name), p.name) for p in out.iterdir() if p.is_dir()] if out.is_dir() else []
    marks = (verify.SUMS, verify.TOMBSTONE)
    whole = [(n, name) for n, name in found if n and any((out / name / mark).is_file() for mark in marks)]
    return [name for _, name in sorted(whole)]


def latest_release(out: Path) -> str | None:
    """The latest version in a releases folder that stands, or None."""
    return next((version for version in reversed(versions(out)) if not tombstone(out / version)), None)


def retract(out: Path, version: str, why: str, date: dt.date) -> Tombstone:
    """Retract a release and list it as retracted.

    Raises:
        RegestaError: see `regesta.package.retraction.retract`; or another build is at work here.
    """
    if version not in versions(out):
        known = ", ".join(versions(out)) or "none"
        raise RegestaError(f"{out}: no release {version!r} here; releases here: {known}")
    with _writing(out), _alone(out):
        stone = retract_folder(out / version, why, date)
        _write_list(out)
    return stone


def listed(out: Path) -> list[dict[str, Any]]:
    """The releases in a folder as `releases.json` lists them, oldest first."""
    return [_entry(out / version) for version in versions(out)]


def is_listed(out: Path) -> bool:
    """Whether `releases.json` lists the releases that are there, and nothing else."""
    path = out / RELEASES
    return path.is_file() and path.read_bytes() == to_json(listed(out)).encode()


def _write_list(out: Path) -> None:
    """Write `releases.json` from the releases that are there, in one step, unless it lists just these."""
    if not versions(out):
        return
    if is_listed(out):
        return
    text = to_json(listed(out))
    handle, name = tempfile.mkstemp(prefix=_ASIDE, dir=out)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    Path(name).replace(out / RELEASES)


def _entry(folder: Path) -> dict[str, Any]:
    if stone := tombstone(folder):
        retracted = {"retracted": stone.retracted, "reason": stone.reason}
        return {
            "version": stone.version,
            "date": stone.released,
            **retracted,
            "path": f"{folder.name}/{verify.TOMBSTONE}",
        }
    descriptor = _descriptor(folder)
    return {
        "version": descriptor["version"],
        "date": descriptor["created"][:10],
        "path": f"{folder.name}/{verify.DESCRIPTOR}",
        "sha256": verify.sha256_of(folder / verify.SUMS),
        "bytes": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        "rows": {resource["name"]: resource["rows"] for resource in descriptor["resources"]},
    }


# --- files ------------------------------------------------------------------------------------------------------------


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    """Make the folder; turn what the file system refuses into a message."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        where = error.filename or out
        raise RegestaError(
            f"{where}: cannot be written ({reason(error)}); nothing was published, and the releases in {out} are as "
            "they were; make room or give the right to write, or name another folder with --out"
        ) from None


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Keep other builds out of the folder; the lock falls with the process that holds it."""
    lock = FileLock(out / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RegestaError(f"{out}: another build is publishing here; wait for it to end, then build again") from None
    try:
        yield
    finally:
        lock.release()


def _clear(out: Path) -> None:
    """Take away what builds that died have left aside."""
    for path in out.glob(f"{_ASIDE}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _write_tables(tables: Mapping[str, pa.Table], folder: Path) -> dict[str, Path]:
    folder.mkdir(exist_ok=True)
    files = {name: folder / f"{name}.parquet" for name in TABLES if name in tables}
    for name, path in files.items():
        write_table(name, tables[name], path)
    return files


def _put_in_place(aside: Path, folder: Path) -> None:
    for path in [p for p in aside.rglob("*") if p.is_file()]:
        path.chmod(0o644)
        with path.open("rb") as file:
            os.fsync(file.fileno())
    if folder.exists():
        raise RegestaError(f"{folder}: is there already and is no whole release; take it away and build again")
    aside.chmod(0o755)
    aside.rename(folder)
