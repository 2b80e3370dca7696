"""A place in an S3-compatible store: few operations, each of which either happens or says why not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from regesta.errors import RegestaError
from regesta.publish.bundle import File, digest_of
from regesta.publish.errors import PassingError
from regesta.publish.extras import need
from regesta.publish.secrets import Secrets

if TYPE_CHECKING:
    from obstore.store import ObjectStore

PROBE = ".regesta-probe"
_PROBE_TEXT = b"Publishers check here that the server refuses to overwrite when asked to.\n"
_NOBODY = '"00000000000000000000000000000000"'
_SHA256 = "sha256"
WHOLE = 64 << 20
"""Files up to this size are sent in one create-only request; larger ones in parts."""


class Shelf:
    """A prefix in an object store.

    Args:
        store: an obstore store, its prefix set.
        name: how messages name it.
        scrub: takes secrets out of a text.
        conditional: whether the server honours conditions; without, everything is checked before it is written, and
            two publishers at once may still harm each other.
    """

    def __init__(
        self, store: ObjectStore, name: str, scrub: Callable[[str], str] = str, conditional: bool = True
    ) -> None:
        self._obs: Any = need("obstore", "obstore", name)
        self._errors: Any = need("obstore.exceptions", "obstore", name)
        self._store = store
        self.name = name
        self._scrub = scrub
        self.conditional = conditional

    def probe(self) -> str | None:
        """Try whether the server honours conditions; gives what it does wrong, or None.

        The probe stays where it is: taking it away would spoil the probe of another publisher.
        """
        with self._told(PROBE):
            for _ in range(2):
                made = self._put(PROBE, _PROBE_TEXT, "create")
            if made:
                return "it overwrites an object that was to be created only (If-None-Match is ignored)"
            if self._put(PROBE, _PROBE_TEXT, {"e_tag": _NOBODY}):
                return "it overwrites an object that had changed (If-Match is ignored)"
        return None

    def get(self, path: str) -> tuple[bytes, str | None] | None:
        """An object's content and ETag, or None if it is not there."""
        with self._told(path):
            try:
                found = self._obs.get(self._store, path)
                return bytes(found.bytes()), found.meta["e_tag"]
            except FileNotFoundError:
                return None

    def create(self, path: str, data: bytes, media_type: str, digest: str) -> bool:
        """Create an object; False if one is there."""
        attributes = {"Content-Type": media_type, _SHA256: digest}
        with self._told(path):
            if self.conditional:
                return self._put(path, data, "create", attributes)
            if self._there(path):
                return False
            return self._put(path, data, "overwrite", attributes)

    def create_large(self, path: str, file: File) -> bool:
        """Send a large file in parts; False if one is there.

        The protocol has no condition for these. Only publishers whose SHA256SUMS is the one that was created come
        here, so whoever writes writes the same bytes.
        """
        with self._told(path):
            if self._there(path):
                return False
            attributes = {"Content-Type": file.media_type, _SHA256: file.sha256}
            self._obs.put(self._store, path, file.path, attributes=attributes, chunk_size=16 << 20, max_concurrency=4)
            return True

    def swap(self, path: str, data: bytes, tag: str | None) -> bool:
        """Put a JSON object in place of the one with this ETag (None: of none); False if it has changed since."""
        attributes = {"Content-Type": "application/json", "Cache-Control": "no-cache"}
        with self._told(path):
            if not self.conditional:
                return self._put(path, data, "overwrite", attributes)
            return self._put(path, data, "create" if tag is None else {"e_tag": tag}, attributes)

    def replace(self, path: str, data: bytes, media_type: str) -> None:
        """Put an object in place of whatever is there: for what can be made again, such as a page."""
        with self._told(path):
            self._put(path, data, "overwrite", {"Content-Type": media_type})

    def sha256(self, path: str) -> str | None:
        """The SHA-256 of an object, by its own record or else by reading it; None if it is not there."""
        with self._told(path):
            try:
                found = self._obs.get(self._store, path, options={"head": True}).attributes.get(_SHA256)
                return found or self._read_digest(path)
            except FileNotFoundError:
                return None

    def below(self, prefix: str) -> dict[str, int]:
        """The objects below a prefix and their sizes."""
        with self._told(prefix):
            found = [meta for batch in self._obs.list(self._store, prefix) for meta in batch]
            return {meta["path"]: meta["size"] for meta in found}

    def delete(self, paths: list[str]) -> None:
        """Delete objects; those that are not there are passed over."""
        for path in paths:
            with self._told(path):
                try:
                    self._obs.delete(self._store, path)
                except FileNotFoundError:
                    continue

    def _put(self, path: str, data: bytes, mode: Any, attributes: dict[str, str] | None = None) -> bool:
        try:
            self._obs.put(self._store, path, data, mode=mode, attributes=attributes, use_multipart=False)
        except (self._errors.AlreadyExistsError, self._errors.PreconditionError):
            return False
        return True

    def _there(self, path: str) -> bool:
        try:
            self._obs.head(self._store, path)
        except FileNotFoundError:
            return False
        return True

    def _read_digest(self, path: str) -> str:
        digest = hashlib.sha256()
        for chunk in self._obs.get(self._store, path).stream():
            digest.update(chunk)
        return digest.hexdigest()

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        """Turn what the store says into one message without secrets."""
        try:
            yield
        except (self._errors.PermissionDeniedError, self._errors.UnauthenticatedError) as error:
            raise RegestaError(
                f"{self.name}/{path}: the store refuses ({self._first(error)}); check AWS_ACCESS_KEY_ID, "
                "AWS_SECRET_ACCESS_KEY and the rights of that key"
            ) from None
        except FileNotFoundError as error:
            raise RegestaError(f"{self.name}: no such bucket ({self._first(error)}); create it first") from None
        except (self._errors.BaseError, OSError) as error:
            raise PassingError(f"{self.name}/{path}: {self._first(error)}; publish again to go on") from None

    def _first(self, error: Exception) -> str:
        """The words of an error, without the debugging text that follows them."""
        text = self._scrub(str(error)).strip().partition("\n\n")[0]
        return " ".join(text.split())[:300]


def content(file: File) -> bytes:
    """A small file's content, as its release lists it.

    Raises:
        RegestaError: it is another.
    """
    data = file.path.read_bytes()
    file.check(hashlib.sha256(data).hexdigest())
    return data


def check_large(file: File) -> None:
    """Refuse a large file that is not as its release lists it.

    Raises:
        RegestaError: it is another.
    """
    file.check(digest_of(file.path))


def open_store(bucket: str, prefix: str, secrets: Secrets, name: str, retries: int = 4) -> ObjectStore:
    """An S3-compatible store, with the key and the address from `secrets` (AWS_ENDPOINT_URL for one that is not AWS).

    Raises:
        RegestaError: there is no key, or obstore is not installed.
    """
    stores = need("obstore.store", "obstore", name)
    endpoint = secrets.get("AWS_ENDPOINT_URL")
    config = {
        "access_key_id": secrets.need("AWS_ACCESS_KEY_ID", name),
        "secret_access_key": secrets.need("AWS_SECRET_ACCESS_KEY", name),
        "session_token": secrets.get("AWS_SESSION_TOKEN"),
        "region": secrets.get("AWS_REGION") or "us-east-1",
        "endpoint": endpoint,
    }
    store: ObjectStore = stores.S3Store(
        bucket,
        prefix=prefix or None,
        config={key: value for key, value in config.items() if value},
        client_options={"allow_http": bool(endpoint and endpoint.startswith("http://")), "timeout": "300s"},
        retry_config={"max_retries": retries},
    )
    return store
