"""An S3-compatible store as a folder of releases that many may publish to at once.

How a release goes up, and why nobody's data is mixed:

1. `<version>/SHA256SUMS` is created. It says what every other file is, to the byte, so whoever creates it has claimed
   the version for one content. Anybody with another content is refused here, before a data object is written;
   anybody with the same content may help, or go on after a publisher that died.
2. The other files are created, none is ever overwritten.
3. The release enters `releases.json`, and last of all `latest.json` moves, both by compare-and-swap: until then nobody
   sees it.

A retraction goes the other way: the tombstone goes up, the lists change, then the data goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from regesta.errors import RegestaError
from regesta.package import release, verify
from regesta.publish import listing
from regesta.publish.bundle import Bundle, File, retracted
from regesta.publish.delivery import Delivery
from regesta.publish.errors import PassingError
from regesta.publish.shelf import WHOLE, Shelf, check_large, content

_AT_ONCE = 4
_SWAPS = 100


def to_shelf(bundle: Bundle, shelf: Shelf, force: bool = False) -> Delivery:
    """Publish a release to a store, and carry over the retractions of releases that are there.

    Args:
        bundle: the release.
        shelf: the place in the store.
        force: publish also where the server ignores conditions; then only one publisher may be at work.

    Raises:
        RegestaError: the server ignores conditions; the version holds another content or was retracted there; the
            release is not what it lists; or the store refuses.
        PassingError: the store is away or busy; publishing again goes on.
    """
    notes = _probe(shelf, force)
    sent, kept = (0, 0) if bundle.stone else _upload(bundle, shelf)
    buried = [old for old in retracted(bundle.out) if old.version == bundle.version or _is_there(old, shelf)]
    for old in buried:
        shelf.create(
            f"{old.version}/{verify.TOMBSTONE}", old.tombstone_bytes, "application/json", _digest(old.tombstone_bytes)
        )
    latest = _list(shelf, [*(old for old in buried if old.version != bundle.version), bundle])
    for old in buried:
        _take_away(old.version, shelf)
    state = "retracted" if bundle.stone else "published" if sent else "unchanged"
    there = tuple(old.version for old in buried)
    return Delivery(shelf.name, bundle.version, state, sent, kept, latest, retracted=there, notes=notes)


def _probe(shelf: Shelf, force: bool) -> tuple[str, ...]:
    wrong = shelf.probe()
    if wrong is None:
        return ()
    if not force:
        raise RegestaError(
            f"{shelf.name}: not published: the server ignores conditions: {wrong}; two publishers at once could mix "
            "their data there. Use another server, or --force if nobody else publishes to it"
        )
    shelf.conditional = False
    return ("the server ignores conditions: safe only while nobody else publishes there",)


# --- up ---------------------------------------------------------------------------------------------------------------


def _upload(bundle: Bundle, shelf: Shelf) -> tuple[int, int]:
    """Send the files that are not there; gives how many were sent and how many were there."""
    _refuse_buried(bundle.version, shelf)
    place = f"{shelf.name}/{bundle.version}"
    claimed = _send(bundle.sums, bundle.version, shelf, {})
    if claimed is None:
        raise RegestaError(
            f"{place}: not published: the version is there, or being published, with another content; a release is "
            "immutable. If that was a publication that was given up, remove what lies there; else build a new version"
        )
    there = shelf.below(f"{bundle.version}/")
    surplus = set(there) - {f"{bundle.version}/{file.name}" for file in bundle.files}
    if surplus:
        raise RegestaError(f"{place}: {min(surplus)} is no file of the release; remove it from the store")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        done = list(pool.map(lambda file: _send(file, bundle.version, shelf, there), bundle.files[1:]))
    for file, new in zip(bundle.files[1:], done, strict=True):
        if new is None:
            raise RegestaError(f"{place}/{file.name}: another content is there; remove it from the store")
    sent = sum(1 for new in (claimed, *done) if new)
    return sent, len(bundle.files) - sent


def _send(file: File, version: str, shelf: Shelf, there: dict[str, int]) -> bool | None:
    """Create an object; False if it was there with the same content, None if with another."""
    path = f"{version}/{file.name}"
    if path not in there:
        if file.size > WHOLE:
            check_large(file)
            if shelf.create_large(path, file):
                return True
        elif shelf.create(path, content(file), file.media_type, file.sha256):
            return True
    return False if shelf.sha256(path) == file.sha256 else None


def _refuse_buried(version: str, shelf: Shelf) -> None:
    if shelf.get(f"{version}/{verify.TOMBSTONE}") is not None:
        raise RegestaError(f"{shelf.name}/{version}: retracted there; a version that was retracted is not given again")


# --- the lists --------------------------------------------------------------------------------------------------------


def _list(shelf: Shelf, bundles: Sequence[Bundle]) -> str | None:
    """Bring the lists up to date, `latest` last; gives the latest version."""
    for bundle in bundles:
        if bundle.stone is None and shelf.get(f"{bundle.version}/{verify.TOMBSTONE}") is not None:
            _take_away(bundle.version, shelf)
            _refuse_buried(bundle.version, shelf)
    for _ in range(_SWAPS):
        found = shelf.get(release.RELEASES)
        entries = listing.read(found[0] if found else None, shelf.name)
        for bundle in bundles:
            entries = listing.merged(entries, bundle.entry)
        if _swapped(shelf, release.RELEASES, entries, found):
            return _move_latest(shelf)
    raise PassingError(f"{shelf.name}/{release.RELEASES}: others keep changing it; publish again")


def _move_latest(shelf: Shelf) -> str | None:
    for _ in range(_SWAPS):
        # `latest` is read before the list: if somebody moves it in between, by a newer list, the swap fails.
        before = shelf.get(listing.LATEST)
        found = shelf.get(release.RELEASES)
        latest = listing.latest(listing.read(found[0] if found else None, shelf.name))
        if _swapped(shelf, listing.LATEST, latest, before):
            version: str | None = latest["version"]
            return version
    raise PassingError(f"{shelf.name}/{listing.LATEST}: others keep changing it; publish again")


def _swapped(shelf: Shelf, path: str, value: object, before: tuple[bytes, str | None] | None) -> bool:
    data = listing.to_bytes(value)
    if before and before[0] == data:
        return True
    return shelf.swap(path, data, before[1] if before else None)


# --- down -------------------------------------------------------------------------------------------------------------


def _is_there(old: Bundle, shelf: Shelf) -> bool:
    """Whether a retracted release was published there, and something of it must still go or be listed."""
    return bool(shelf.below(f"{old.version}/"))


def _take_away(version: str, shelf: Shelf) -> None:
    stone = f"{version}/{verify.TOMBSTONE}"
    shelf.delete([path for path in sorted(shelf.below(f"{version}/")) if path != stone])


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
