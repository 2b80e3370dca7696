"""Zenodo: a draft is made, filled, compared and published, and its DOI is written down beside the release.

What was done is noted after each step in `<version>.zenodo.json` in the folder of the releases (the release itself is
immutable), so that an interrupted deposit goes on where it stopped. A later release becomes a new version of the
record of the one before.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from filelock import FileLock, Timeout

from regesta.errors import RegestaError
from regesta.package import release, verify
from regesta.package.describe import to_json
from regesta.package.retraction import Tombstone
from regesta.publish.bundle import Bundle, digest_of, retracted
from regesta.publish.delivery import Delivery
from regesta.publish.errors import PassingError
from regesta.publish.files import refuse_retracted, write_zip
from regesta.publish.web import Web

ADDRESS = "https://zenodo.org/api"
SANDBOX = "https://sandbox.zenodo.org/api"

_DEPOSITS = "deposit/depositions"
_RECORD = "zenodo.json"
_BESIDE = ("README.md", verify.DESCRIPTOR, "croissant.json", "CITATION.cff")
_TRIES = 3
_RECORDED = ("published", "retracted")
_RETRACTED = "[Retracted] "

Json = dict[str, Any]


def to_zenodo(bundle: Bundle, web: Web, target: str) -> Delivery:
    """Deposit a release: the whole of it as one zip, and what describes it beside that.

    Zenodo deletes nothing that was published. The records of releases that were retracted since say so, from then on,
    in their title, description and notes.

    Args:
        bundle: the release.
        web: Zenodo, or its sandbox.
        target: `zenodo` or `zenodo-sandbox`; names the note beside the release.

    Raises:
        RegestaError: the release is retracted and was never deposited, or lacks what Zenodo asks for; Zenodo refuses;
            or a file arrives damaged again and again.
        PassingError: Zenodo is away or busy; publishing again goes on.
    """
    note = note_path(bundle.out, bundle.version, target)
    known = _read(note)
    if known.get("state") not in _RECORDED:
        refuse_retracted(bundle, target)
    with _alone(bundle, target):
        told = tuple(old.version for old in retracted(bundle.out) if _withdraw(old, web, target))
        known = _read(note)
        if known.get("state") in _RECORDED:
            state = "retracted" if bundle.stone else "unchanged"
            return replace(_delivery(target, bundle.version, known, state, 0, 1), retracted=told)
        metadata = _metadata(bundle, target)
        deposit = _draft(bundle, web, target, metadata, known)
        _write(note, {**_note(deposit, "draft"), "version": bundle.version})
        sent = kept = 0
        if not deposit.get("submitted"):
            web.send("PUT", f"{_DEPOSITS}/{deposit['id']}", json={"metadata": metadata})
            sent, kept = _fill(bundle, web, deposit)
            answer = web.send("POST", f"{_DEPOSITS}/{deposit['id']}/actions/publish")
            deposit = answer.json() if answer is not None else deposit
        _write(note, {**_note(deposit, "published"), "version": bundle.version})
    made = _delivery(target, bundle.version, _note(deposit, "published"), "published", sent, kept)
    return replace(made, retracted=told)


def note_path(out: Path, version: str, target: str) -> Path:
    """Where it is noted how far a deposit is, and its DOI."""
    return out / f"{version}.{target}.json"


# --- the draft --------------------------------------------------------------------------------------------------------


def _draft(bundle: Bundle, web: Web, target: str, metadata: Json, known: Json) -> Json:
    """The deposit of this release: the one begun before, or a new version of the last record, or a new one."""
    if "deposition" in known:
        found: Json | None = web.get(f"{_DEPOSITS}/{known['deposition']}", missing_ok=True)
        if found is not None:
            return found
    # A publisher may have died between making the draft and noting it.
    for draft in web.get(_DEPOSITS, status="draft", size=100):
        said = draft.get("metadata", {})
        if (said.get("title"), said.get("version")) == (metadata["title"], metadata["version"]):
            return {**draft, **web.get(f"{_DEPOSITS}/{draft['id']}")}
    earlier = _last_record(bundle, target)
    if earlier is None:
        answer = web.send("POST", _DEPOSITS, json={"metadata": metadata})
        assert answer is not None
        made: Json = answer.json()
        return made
    answer = web.send("POST", f"{_DEPOSITS}/{earlier}/actions/newversion")
    assert answer is not None
    newest: Json = web.get(answer.json()["links"]["latest_draft"])
    return newest


def _last_record(bundle: Bundle, target: str) -> int | None:
    """The record of the last release that was deposited."""
    for version in reversed(release.versions(bundle.out)):
        known = _read(note_path(bundle.out, version, target))
        if known.get("state") in _RECORDED:
            found: int = known["deposition"]
            return found
    return None


# --- its files --------------------------------------------------------------------------------------------------------


def _fill(bundle: Bundle, web: Web, deposit: Json) -> tuple[int, int]:
    """Bring the files of a draft to what they should be, compare all checksums; gives how many were sent and kept."""
    with tempfile.TemporaryDirectory(prefix="regesta-zenodo-") as folder:
        wanted = _files(bundle, Path(folder))
        sums = {name: digest_of(path, "md5") for name, path in wanted.items()}
        there = _there(web, deposit)
        for name in set(there) - set(sums):
            web.send("DELETE", f"{_DEPOSITS}/{deposit['id']}/files/{there[name][1]}", missing_ok=True)
        missing = [name for name in wanted if there.get(name, ("",))[0] != sums[name]]
        for name in missing:
            _upload(web, deposit, name, wanted[name], sums[name])
    arrived = {name: digest for name, (digest, _) in _there(web, deposit).items()}
    if arrived != sums:
        astray = min(name for name in {*arrived, *sums} if arrived.get(name) != sums.get(name))
        raise PassingError(f"{web.name}: {astray}: the draft does not hold what was sent; publish again to go on")
    return len(missing), len(sums) - len(missing)


def _files(bundle: Bundle, folder: Path) -> dict[str, Path]:
    archive = folder / f"{bundle.descriptor.get('name', 'release')}-{bundle.version}.zip"
    write_zip(bundle, archive)
    beside = {file.name: file.path for file in bundle.files if file.name in _BESIDE}
    return {archive.name: archive, **beside}


def _there(web: Web, deposit: Json) -> dict[str, tuple[str, str]]:
    """The files of a draft: checksum and id, by name."""
    files = web.get(f"{_DEPOSITS}/{deposit['id']}/files")
    return {file["filename"]: (file["checksum"].removeprefix("md5:"), file["id"]) for file in files}


def _upload(web: Web, deposit: Json, name: str, path: Path, digest: str) -> None:
    for _ in range(_TRIES):
        answer = web.upload(f"{deposit['links']['bucket']}/{quote(name)}", path)
        if answer["checksum"].removeprefix("md5:") == digest:
            return
    raise RegestaError(
        f"{web.name}: {name}: arrived damaged {_TRIES} times (MD5 {answer['checksum']} instead of {digest}); nothing "
        "was published. Publish again over another connection"
    )


# --- a record of a retracted release ----------------------------------------------------------------------------------


def _withdraw(bundle: Bundle, web: Web, target: str) -> bool:
    """Let the record of a retracted release say that it is; False if there is none, or it says so already."""
    note = note_path(bundle.out, bundle.version, target)
    known = _read(note)
    if bundle.stone is None or known.get("state") != "published":
        return False
    place = f"{_DEPOSITS}/{known['deposition']}"
    deposit = web.get(place)
    metadata = deposit["metadata"]
    # A publisher may have died at any step; what the record says tells how far it came.
    if not metadata["title"].startswith(_RETRACTED) or deposit["state"] != "done":
        if deposit["state"] == "done":
            web.send("POST", f"{place}/actions/edit")
        web.send("PUT", place, json={"metadata": _withdrawn(metadata, bundle.stone)})
        web.send("POST", f"{place}/actions/publish")
    _write(note, {**known, "state": "retracted"})
    return True


def _withdrawn(metadata: Mapping[str, Any], stone: Tombstone) -> Json:
    """The metadata of a record with the notice of its retraction."""
    if metadata["title"].startswith(_RETRACTED):
        return dict(metadata)
    notice = f"<p><strong>Version {escape(stone.version)} was retracted on {stone.retracted}: {escape(stone.reason)}"
    notice += "</strong> Do not use its files; take another version.</p>"
    return {
        **metadata,
        "title": _RETRACTED + metadata["title"],
        "description": f"{notice}\n{metadata['description']}",
        "notes": f"{notice}\n{metadata['notes']}" if metadata.get("notes") else notice,
    }


# --- metadata ---------------------------------------------------------------------------------------------------------


def _metadata(bundle: Bundle, target: str) -> Json:
    """What Zenodo is told of a release: its zenodo.json, or else what its descriptor says."""
    record = bundle.folder / _RECORD
    made: Json = json.loads(record.read_bytes()) if record.is_file() else _derived(bundle.descriptor)
    made = {**made, "version": bundle.version}
    missing = [name for name in ("title", "description", "creators", "license") if not made.get(name)]
    if missing:
        raise RegestaError(
            f"{target}: not published: the release has no {', '.join(missing)}; add "
            f"{', '.join(_CURE[name] for name in missing)} to corpus.toml and build again"
        )
    return made


_CURE = {"title": "title", "description": "description", "creators": "contributors", "license": "licenses"}


def _derived(descriptor: Mapping[str, Any]) -> Json:
    licences = [licence["name"] for licence in descriptor.get("licenses", ()) if "name" in licence]
    return {
        "upload_type": "dataset",
        "access_right": "open",
        "title": descriptor.get("title"),
        "description": descriptor.get("description"),
        "creators": [{"name": person["title"]} for person in descriptor.get("contributors", ())],
        "license": licences[0].lower() if licences else None,
        "publication_date": descriptor["created"][:10],
        "keywords": list(descriptor.get("keywords", ())),
    }


# --- the note beside the release --------------------------------------------------------------------------------------


def _note(deposit: Json, state: str) -> Json:
    found = {
        "state": state,
        "deposition": deposit["id"],
        "doi": deposit.get("doi"),
        "concept_doi": deposit.get("conceptdoi"),
        "url": deposit.get("links", {}).get("record_html"),
    }
    return {key: value for key, value in found.items() if value not in (None, "")}


def _read(note: Path) -> Json:
    if not note.is_file():
        return {}
    try:
        found: Json = json.loads(note.read_bytes())
    except ValueError as error:
        raise RegestaError(f"{note}: cannot be read ({error}); remove it if the deposit was given up") from None
    return found


def _write(note: Path, value: Json) -> None:
    aside = note.with_name(f".{note.name}")
    aside.write_text(to_json(value), encoding="utf-8", newline="\n")
    aside.replace(note)


def _delivery(target: str, version: str, note: Json, state: str, sent: int, kept: int) -> Delivery:
    return Delivery(target, version, state, sent, kept, doi=note.get("doi"), url=note.get("url"))


def _alone(bundle: Bundle, target: str) -> _Alone:
    return _Alone(bundle.out / f".{target}.lock", target)


class _Alone:
    """Keeps a second publisher on this machine from making a second draft."""

    def __init__(self, path: Path, target: str) -> None:
        self._lock, self._target = FileLock(path, timeout=0), target

    def __enter__(self) -> None:
        try:
            self._lock.acquire()
        except Timeout:
            raise RegestaError(
                f"{self._target}: a deposit is under way here; wait for it, then publish again"
            ) from None

    def __exit__(self, *_: object) -> None:
        self._lock.release()
