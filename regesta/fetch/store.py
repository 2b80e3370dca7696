"""Papers in an object store (S3 and its like): the objects below a prefix that have a reader, asked for only if new.

Settings and keys come from the environment as obstore names them (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL` …): a store
is one's own, or one was let in, so neither robots.txt nor a pause between requests has a place here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from regesta.errors import RegestaError
from regesta.fetch.feeds import Link
from regesta.fetch.web import Answer, FetchError
from regesta.optional import need
from regesta.reading import MEDIA_TYPES

_ENDPOINTS = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT", "AZURE_STORAGE_ENDPOINT")


class Stores:
    """The stores that a catalogue watches, each opened once.

    Args:
        most_bytes: the largest object that is taken.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._opened: dict[str, Any] = {}

    def listed(self, prefix: str) -> list[tuple[Link, str | None]]:
        """The objects below a prefix in the order of their names, each with its ETag as the store lists it.

        Args:
            prefix: `s3://bucket/folder`, or the same with `gs` or `az`.

        Raises:
            FetchError: the store does not answer, or refuses.
            RegestaError: obstore is not installed.
        """
        bucket, path = _parts(prefix)
        obstore, store = self._open(bucket, prefix)
        try:
            found = {meta["path"]: meta["e_tag"] for batch in obstore.list(store, path or None) for meta in batch}
        except Exception as error:  # obstore's errors have no common class that it names.
            raise _told(error) from None
        readable = sorted(name for name in found if PurePosixPath(name).suffix.lower() in MEDIA_TYPES)
        return [(Link(f"{bucket}/{quote(name)}"), found[name]) for name in readable]

    def get(self, url: str, known: Mapping[str, str]) -> Answer:
        """An object, or that it has not changed (status 304) or is not there (404), as a web server would say it.

        Args:
            url: its address, as `listed` gives it.
            known: the headers of a conditional request, of which `If-None-Match` counts.

        Raises:
            FetchError: the store does not answer or refuses, or the object is too large.
        """
        bucket, path = _parts(url)
        obstore, store = self._open(bucket, url)
        options = {"if_none_match": known["If-None-Match"]} if "If-None-Match" in known else None
        try:
            found = obstore.get(store, path, options=options)
            if found.meta["size"] > self._most_bytes:
                raise FetchError(f"{found.meta['size']} bytes, more than {self._most_bytes}")
            kind = found.attributes.get("Content-Type", "")
            headers = {"etag": found.meta["e_tag"] or "", "content-type": kind}
            return Answer(200, headers, bytes(found.bytes()), url)
        except (FetchError, RegestaError):
            raise
        except FileNotFoundError:
            return Answer(404, {}, b"", url)
        except Exception as error:
            if isinstance(error, need("obstore.exceptions", f"reading {url}", "regesta[remote]").NotModifiedError):
                return Answer(304, {}, b"", url)
            raise _told(error) from None

    def _open(self, bucket: str, address: str) -> tuple[Any, Any]:
        obstore = need("obstore", f"reading {address}", "regesta[remote]")
        if bucket not in self._opened:
            # Plain http is for servers of one's own; whoever names one wants it.
            plain = any(os.environ.get(name, "").startswith("http://") for name in _ENDPOINTS)
            stores = need("obstore.store", f"reading {address}", "regesta[remote]")
            try:
                self._opened[bucket] = stores.from_url(bucket, client_options={"allow_http": plain})
            except Exception as error:
                raise _told(error) from None
        return obstore, self._opened[bucket]


def _parts(address: str) -> tuple[str, str]:
    """The bucket as an address, and the path in it."""
    parts = urlsplit(address, allow_fragments=False)
    return f"{parts.scheme}://{parts.netloc}", unquote(parts.path.lstrip("/"))


def _told(error: Exception) -> FetchError:
    # The first line: what follows is the inside of the client, and may hold the headers of the request.
    said = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
    return FetchError(
        f"the store cannot be read ({said}); check the address, the keys in the environment and their rights"
    )
