"""The site goes to where the releases are: the folder `site/` beside them."""

from __future__ import annotations

import mimetypes
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from regesta.errors import RegestaError
from regesta.package.verify import DESCRIPTOR
from regesta.publish.secrets import Secrets
from regesta.publish.shelf import Shelf, open_store
from regesta.site.model import open_register
from regesta.site.write import Written, write_site

FOLDER = "site"
_AT_ONCE = 8
_KINDS = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".xml": "application/xml"}


def check(target: str) -> None:
    """Refuse a site for a target that cannot hold one.

    Raises:
        RegestaError: it is a zip, or an archive that takes files and shows no pages.
    """
    folder = "://" not in target and target != "zenodo" and not target.endswith(".zip")
    if not folder and not target.startswith("s3://"):
        raise RegestaError(f"{target}: holds no pages; publish the site to a folder or to s3://bucket/prefix")


def publish_site(release: str | Path, target: str, secrets: Secrets) -> Written:
    """Write the site of a release into `site/` of a folder or an S3-compatible store.

    A site is made anew from the release at any time, so its objects are written over; the home page goes up last. It
    links the data of those versions that stand at the target.

    Args:
        release: the release, or a folder of releases: then the latest.
        target: a folder, or `s3://bucket/prefix`.
        secrets: the keys of the store.

    Raises:
        RegestaError: the target cannot hold pages, there is no release, or the target refuses.
        PassingError: the store is away or busy.
    """
    check(target)
    if not target.startswith("s3://"):
        there = {path.parent.name for path in Path(target).glob(f"*/{DESCRIPTOR}")}
        return write_site(release, Path(target, FOLDER), beside=there)
    parts = urlsplit(target)
    shelf = Shelf(open_store(parts.netloc, parts.path.strip("/"), secrets, target), target.rstrip("/"), secrets.scrub)
    with tempfile.TemporaryDirectory(prefix="regesta-site-") as aside:
        versions = [one.version for one in open_register(release).versions]
        held = [version for version in versions if shelf.sha256(f"{version}/{DESCRIPTOR}")]
        made = write_site(release, Path(aside, FOLDER), beside=held)
        home = made.folder / "index.html"
        pages = [path for path in sorted(made.folder.rglob("*")) if path.is_file() and path != home]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda path: _send(shelf, made.folder, path), pages))
        _send(shelf, made.folder, home)
    return made._replace(folder=Path(FOLDER))


def _send(shelf: Shelf, folder: Path, path: Path) -> None:
    kind = _KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    shelf.replace(f"{FOLDER}/{path.relative_to(folder).as_posix()}", path.read_bytes(), kind)
