"""A release folder: checked before it is written, written aside, and put in place in one step."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from filelock import FileLock, Timeout

from regesta.corpus import Corpus
from regesta.describe import describe_release, refuse_poor
from regesta.errors import RegestaError, reason
from regesta.package import verify
from regesta.package.datasheet import datasheet
from regesta.package.describe import DATA, describe, to_json
from regesta.package.version import FIRST, compare, following, parse
from regesta.package.write import write_table
from regesta.tables import TABLES

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


def publish(tables: Mapping[str, pa.Table], corpus: Corpus, out: Path, date: dt.date) -> Published:
    """Publish tables as the next release, unless they are those of the latest one.

    The release is written beside the others under a name of its own and checked; only then is it put in place by
    one rename, and `releases.json` by another. Whatever dies on the way leaves the latest release as it was.

    Args:
        tables: tables of the registry, rows in address order.
        corpus: the catalogue.
        out: the folder that holds the releases.
        date: the release date.

    Raises:
        RegestaError: the metadata are too poor, the tables break a rule, or the folder cannot be written.
    """
    refuse_poor(corpus)
    with _writing(out), _alone(out):
        _clear(out)
        _write_list(out)
        latest = latest_release(out)
        aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=out))
        try:
            return _publish(tables, corpus, out, date, latest, aside)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _publish(
    tables: Mapping[str, pa.Table], corpus: Corpus, out: Path, date: dt.date, latest: str | None, aside: Path
) -> Published:
    rows = {name: len(tables[name]) for name in TABLES if name in tables}
    hashes = _write_tables(tables, aside)
    descriptor = describe(corpus, tables, hashes, FIRST, date)
    check(tables, descriptor)
    if latest is not None:
        before = json.loads((out / latest / verify.DESCRIPTOR).read_bytes())
        change = compare(out / latest, before, tables, descriptor)
        if change is None:
            return Published(latest, out / latest, False, rows)
        descriptor["version"] = following(latest, change)
    version = descriptor["version"]
    _write_text(aside / verify.DESCRIPTOR, to_json(descriptor))
    _write_text(aside / "README.md", datasheet(corpus, tables, descriptor))
    shutil.copyfile(verify.__file__, aside / "verify.py")
    describe_release(aside, descriptor, tables["sources"])
    _write_sums(aside)
    if problems := verify.verify(aside):
        raise RegestaError(_refusal(problems))
    _put_in_place(aside, out / version)
    _write_list(out)
    return Published(version, out / version, True, rows)


def check(tables: Mapping[str, pa.Table], descriptor: Mapping[str, Any]) -> None:
    """The gate: refuse tables that break a rule of their descriptor.

    Raises:
        RegestaError: naming each rule that is broken, and rows that break it.
    """
    if problems := verify.check_tables(tables, descriptor):
        raise RegestaError(_refusal(problems))


def _refusal(problems: list[verify.Problem]) -> str:
    lines = "\n".join(f"  {problem}" for problem in problems)
    return f"not published: the tables break {len(problems)} rules; the latest release is untouched\n{lines}"


# --- the list of releases ---------------------------------------------------------------------------------------------


def versions(out: Path) -> list[str]:
    """The versions in a releases folder, oldest first."""
    found = [(parse(p.name), p.name) for p in out.iterdir() if p.is_dir()] if out.is_dir() else []
    whole = [(numbers, name) for numbers, name in found if numbers and (out / name / verify.SUMS).is_file()]
    return [name for _, name in sorted(whole)]


def latest_release(out: Path) -> str | None:
    """The latest version in a releases folder, or None."""
    return versions(out)[-1] if versions(out) else None


def listed(out: Path) -> list[dict[str, Any]]:
    """The releases in a folder as `releases.json` lists them, oldest first."""
    return [_entry(out / version) for version in versions(out)]


def _write_list(out: Path) -> None:
    """Write `releases.json` from the releases that are there, in one step, unless it lists just these."""
    if not versions(out):
        return
    text = to_json(listed(out))
    if (out / RELEASES).is_file() and (out / RELEASES).read_text(encoding="utf-8") == text:
        return
    handle, name = tempfile.mkstemp(prefix=_ASIDE, dir=out)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    Path(name).replace(out / RELEASES)


def _entry(folder: Path) -> dict[str, Any]:
    descriptor = json.loads((folder / verify.DESCRIPTOR).read_bytes())
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


def _write_tables(tables: Mapping[str, pa.Table], aside: Path) -> dict[str, str]:
    (aside / DATA).mkdir()
    hashes = {}
    for name in (n for n in TABLES if n in tables):
        path = aside / DATA / f"{name}.parquet"
        write_table(name, tables[name], path)
        hashes[name] = verify.sha256_of(path)
    return hashes


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_sums(folder: Path) -> None:
    paths = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    _write_text(folder / verify.SUMS, "".join(f"{verify.sha256_of(folder / p)}  {p}\n" for p in paths))


def _put_in_place(aside: Path, folder: Path) -> None:
    for path in [p for p in aside.rglob("*") if p.is_file()]:
        path.chmod(0o644)
        with path.open("rb") as file:
            os.fsync(file.fileno())
    aside.chmod(0o755)
    aside.rename(folder)
