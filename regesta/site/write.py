"""A release becomes a folder of pages: all of it or nothing, and the same bytes each time."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from importlib.resources import files
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from regesta import spans
from regesta.errors import RegestaError, reason
from regesta.package import verify
from regesta.package.verify import DESCRIPTOR
from regesta.site import downloads, feeds, links, search, stream, tell
from regesta.site.model import Register, open_register
from regesta.site.pages import Pages
from regesta.site.render import Page

MARKER = "regesta-site.txt"
"""The file by which a folder is known as a site, which may be written over."""
_MANY, _SHARE = 400, 1500
"""Papers from which on several processes pay, and how many one of them is given at a time: DuckDB sorts their rows."""


class Written(NamedTuple):
    """What was written."""

    folder: Path
    version: str
    pages: int


def write_site(
    release: str | Path,
    out: Path,
    *,
    base: str | None = None,
    gold: Path | None = None,
    workers: int = 1,
    searchable: bool = True,
    beside: Collection[str] = (),
) -> Written:
    """Write the site of a release.

    Args:
        release: the release, or a folder of releases: then the latest.
        out: the folder for the site; an older site there is replaced in one step.
        base: the web address of the site; that of the catalogue if not given, none if empty.
        gold: a folder of hand annotations to compare with on the page of quality.
        workers: how many processes write pages; the pages do not depend on it.
        searchable: whether to make the index for full-text search.
        beside: the versions whose folders will stand beside that of the site: its list of versions links them.

    Raises:
        RegestaError: there is no release, or the folder holds something else or cannot be written.
    """
    if out.exists() and not (out / MARKER).is_file() and (not out.is_dir() or any(out.iterdir())):
        raise RegestaError(f"{out}: holds something that is no site of ours; name another folder, or empty this one")
    register = open_register(release, base)
    register.versions = [
        replace(one, where=f"../{one.version}/{DESCRIPTOR}") if one.version in beside and not one.retracted else one
        for one in register.versions
    ]
    aside = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=out.parent))
        made = aside / "site"
        made.mkdir()
        count = _write(register, made, base, gold, workers, searchable)
        _put(made, out, aside / "old")
    except OSError as error:
        raise RegestaError(
            f"{error.filename or out}: cannot be written ({reason(error)}); make room or give the right to write"
        ) from None
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
    return Written(out, register.release.version, count)


def _put(made: Path, out: Path, old: Path) -> None:
    if out.exists():
        out.rename(old)
    try:
        made.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise


def _write(register: Register, out: Path, base: str | None, gold: Path | None, workers: int, searchable: bool) -> int:
    for folder in ("papers", "entities", "figures", "data", "assets"):
        (out / folder).mkdir()
    _assets(out)
    pages = Pages(register)
    _write_pages(out, _moved(register, pages))
    paths = _many(register, out, base, workers)
    with search.indexing(out, register, workers) if searchable else nullcontext():
        # The papers are all there: the index is made of them while the other pages are written.
        tables, others = downloads.write(register, out)
        home = pages.home(tables, others, _text(register, "CITATION.cff"))
        quality = pages.quality(_gates(register), _scores(register, gold), list(_filled(register)))
        paths += _write_pages(out, [home, quality, pages.sources(), *pages.others()])
        for made in (pages.papers(), pages.entities(), pages.figures(), pages.tables(), pages.changes()):
            paths += _write_pages(out, made)
    for name, text in {**feeds.sitemap(register, paths), links.FEED: feeds.atom(register)}.items():
        _save(out / name, text)
    _save(out / MARKER, f"{register.descriptor['name']} {register.release.version}\n")
    return len(paths)


# --- the pages of which there are many --------------------------------------------------------------------------------


def _many(register: Register, out: Path, base: str | None, workers: int) -> list[str]:
    jobs = [
        (kind, first, last)
        for kind, count in (
            ("papers", len(register.heads)),
            ("entities", len(register.entities)),
            ("series", len(register.series)),
        )
        for first, last in _shares(count, workers)
    ]
    if workers <= 1:
        return [path for job in jobs for path in _write_some(register, out, *job)]
    place = register.release.location
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        found = pool.map(partial(_write_apart, place, str(out), base), *zip(*jobs, strict=True))
        return [path for paths in found for path in paths]


def _shares(count: int, workers: int) -> list[tuple[int, int]]:
    """Equal runs of so many things, two for each process where they are many, and none too long."""
    runs = max(1 if workers <= 1 or count < _MANY else workers * 2, -(-count // _SHARE))
    borders = [count * n // runs for n in range(runs + 1)]
    return list(pairwise(borders))


def _write_apart(place: str, out: str, base: str | None, kind: str, first: int, last: int) -> list[str]:
    """What a process of its own does."""
    return _write_some(open_register(place, base), Path(out), kind, first, last)


def _write_some(register: Register, out: Path, kind: str, first: int, last: int) -> list[str]:
    pages = Pages(register)
    if kind == "papers":
        return _write_pages(out, (page for one in stream.papers(register, first, last) for page in pages.paper(one)))
    if kind == "entities":
        return _write_pages(out, (pages.entity(one) for one in tell.entities(register, first, last)))
    return _write_pages(out, (pages.series(key, rows) for key, rows in tell.series(register, first, last)))


def _write_pages(out: Path, pages: Iterable[Page]) -> list[str]:
    paths = []
    for path, text in pages:
        _save(out / path, text)
        paths.append(path)
    return paths


def _save(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)


def _assets(out: Path) -> None:
    for asset in files("regesta.site").joinpath("assets").iterdir():
        (out / "assets" / asset.name).write_bytes(asset.read_bytes())


def _text(register: Register, name: str) -> str | None:
    folder = register.release.folder
    path = folder / name if folder is not None else None
    return path.read_text(encoding="utf-8") if path is not None and path.is_file() else None


# --- addresses of former releases -------------------------------------------------------------------------------------


def _moved(register: Register, pages: Pages) -> Iterator[Page]:
    """A page at every address of a former release that is another one now, with the rows it held."""
    rows: dict[str, list[tuple[str, str | None, str]]] = {}
    old_papers = {old: new for old, new in register.moved.get("documents", {}).items() if old not in register.rank}
    places = [_place(old) for old in old_papers]
    before = links.Addresses([place for place in places if place])
    for name, known in register.moved.items():
        if name in ("entities", "documents"):
            continue
        for old, new in known.items():
            place = _place(old)
            holder = before.holder(spans.Span(*place[1:])) if place else None
            if place and holder:
                now = register.addresses(new) if new else None
                rows.setdefault(holder, []).append((f"{place.start}-{place.end}", now, new or ""))
    for old, new in sorted(old_papers.items()):
        head = register.heads[register.rank[new]] if new in register.rank else None
        unique = {row[0]: row for row in sorted(rows.get(old, []), key=lambda row: (row[0], row[1] is None))[::-1]}
        now = links.paper(head.document_id) if head else None
        yield pages.moved(links.paper(old), old, now, head.title if head else "", sorted(unique.values()))
    for old, new in sorted(register.moved.get("entities", {}).items()):
        if old not in register.entities:
            there = links.entity(new) if new in register.entities else None
            yield pages.moved(links.entity(old), old, there, register.label(new) if new else "", ())


def _place(address: str) -> links.Place | None:
    try:
        span = spans.parse(address)
    except ValueError:
        return None
    return links.Place(address, *span)


# --- quality ----------------------------------------------------------------------------------------------------------


def _gates(register: Register) -> str:
    """What the checks of the release say of it."""
    problems = verify.check_files(register.release.folder) if register.release.folder else []
    if problems:
        return f"{len(problems)} files of the release are not as published: {problems[0]}"
    return (
        "Every file is the one that was published: its checksum was checked when these pages were made. A release is "
        "published only if every key is unique, every reference leads to a row, and the words of every row stand at "
        "its address; verify.py of the release checks it again."
    )


def _scores(register: Register, gold: Path | None) -> list[tuple[str, str, float]]:
    if gold is None:
        return []
    from regesta.evaluation import evaluate  # noqa: PLC0415 (only for those who have annotations)

    found: Mapping[str, Mapping[str, float]] = evaluate(register.release.arrow(), gold)
    return [(layer, name, score) for layer, scores in found.items() for name, score in scores.items()]


def _filled(register: Register) -> Iterator[tuple[str, str, float]]:
    for name, table in register.release.items():
        optional = [f["name"] for f in table.schema["fields"] if not f.get("constraints", {}).get("required")]
        if not table.rows or not optional or name in ("changes", "id_map"):
            continue
        filled: dict[str, Any] = dict.fromkeys(optional, 0)
        for batch in table.dataset().to_batches(columns=optional):
            for column in optional:
                filled[column] += len(batch) - batch[column].null_count
        yield from ((name, column, count / table.rows) for column, count in filled.items())
