"""The targets by the names they have on the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from regesta.describe import refuse_blocked
from regesta.errors import RegestaError
from regesta.publish import files
from regesta.publish import zenodo as deposits
from regesta.publish.bundle import Bundle, latest
from regesta.publish.delivery import Delivery
from regesta.publish.hub import Hub, to_hub
from regesta.publish.s3 import to_shelf
from regesta.publish.secrets import Secrets
from regesta.publish.shelf import Shelf, open_store
from regesta.publish.web import Web

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+\Z")
_KNOWN = "a folder, a file that ends in .zip, s3://bucket/prefix, zenodo, hf://datasets/owner/name"


@dataclass(frozen=True)
class Options:
    """How to publish: `force` for servers that ignore conditions, `sandbox` for Zenodo's place to try things."""

    force: bool = False
    sandbox: bool = False


Way = Callable[[Bundle, str, Options, Secrets], Delivery]


def publish(target: str, out: Path, version: str | None = None, *, options: Options, secrets: Secrets) -> Delivery:
    """Publish a release to a target.

    Args:
        target: a folder, a file that ends in .zip, `s3://bucket/prefix`, `zenodo`, or `hf://datasets/owner/name`.
        out: the folder that holds the releases.
        version: the release; the latest that stands if not given.
        options: how.
        secrets: tokens and keys.

    Raises:
        RegestaError: there is no such target or release, or the target refuses it.
        PassingError: the target is away or busy; publishing again goes on where this stopped.
    """
    way = way_to(target)
    bundle = _bundle(out, version)
    try:
        return way(bundle, target, options, secrets)
    except RegestaError:
        raise
    except Exception as error:
        # Nothing that a library says may show a secret; what it says is kept, where it came from as well.
        shown = secrets.scrub(f"{type(error).__name__}: {error}")
        raise RuntimeError(f"{target}: {shown}").with_traceback(error.__traceback__) from None


def check(target: str, out: Path, version: str | None = None) -> None:
    """Refuse what is wrong whatever the target says.

    Raises:
        RegestaError: there is no such target or release, its files are not those that it lists, or its metadata are too
            poor for anybody to find it.
    """
    way_to(target)
    _bundle(out, version)


def _bundle(out: Path, version: str | None) -> Bundle:
    bundle = Bundle.of(out, version or latest(out))
    if bundle.stone is None:
        refuse_blocked(bundle.descriptor, str(bundle.folder))
    return bundle


def way_to(target: str) -> Way:
    """The way to a target.

    Raises:
        RegestaError: there is no such target; the message lists those there are.
    """
    if target == "zenodo":
        return _zenodo
    scheme = urlsplit(target).scheme if "://" in target else ""
    if scheme in _SCHEMES:
        return _SCHEMES[scheme]
    if scheme or not target.strip():
        raise RegestaError(f"{target!r}: no target; targets are {_KNOWN}")
    return _zip if target.endswith(".zip") else _folder


def _folder(bundle: Bundle, target: str, _options: Options, _secrets: Secrets) -> Delivery:
    return files.to_folder(bundle, Path(target))


def _zip(bundle: Bundle, target: str, _options: Options, _secrets: Secrets) -> Delivery:
    return files.to_zip(bundle, Path(target))


def _s3(bundle: Bundle, target: str, options: Options, secrets: Secrets) -> Delivery:
    parts = urlsplit(target)
    if not parts.netloc or not {"@", "?", "#"}.isdisjoint(target):
        raise RegestaError("s3: a bucket and a prefix are named, s3://bucket/prefix; keys come from the environment")
    store = open_store(parts.netloc, parts.path.strip("/"), secrets, target)
    return to_shelf(bundle, Shelf(store, target.rstrip("/"), secrets.scrub), options.force)


def _zenodo(bundle: Bundle, target: str, options: Options, secrets: Secrets) -> Delivery:
    name = f"{target}-sandbox" if options.sandbox else target
    base = secrets.get("ZENODO_URL") or (deposits.SANDBOX if options.sandbox else deposits.ADDRESS)
    with Web(base, name, secrets.need("ZENODO_TOKEN", name), secrets) as web:
        return deposits.to_zenodo(bundle, web, name)


def _hf(bundle: Bundle, target: str, _options: Options, secrets: Secrets) -> Delivery:
    parts = urlsplit(target)
    repository = parts.path.strip("/")
    if parts.netloc != "datasets" or not _REPOSITORY.match(repository):
        raise RegestaError(f"{target}: names no dataset repository; write hf://datasets/owner/name")
    return replace(to_hub(bundle, Hub(repository, target, secrets)), target=target)


_SCHEMES: dict[str, Way] = {"s3": _s3, "hf": _hf}
