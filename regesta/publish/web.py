"""Requests to a REST service: a token that goes nowhere else, tries again where that is harmless, clean messages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from regesta.errors import RegestaError
from regesta.publish.errors import PASSING_STATUS, PassingError, retry_after
from regesta.publish.extras import need
from regesta.publish.secrets import Secrets

if TYPE_CHECKING:
    import httpx

TRIES = 4
LONGEST = 120.0
"""Seconds to wait within a request; a server that asks for more is left to the flow, which tries again later."""

_CHUNK = 1 << 20
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Web:
    """A REST service.

    Args:
        base: the address of its interface.
        name: how messages name it.
        token: sent with every request, and to no other host.
        secrets: what is taken out of messages.
        sleep: waits; tests give their own.
        timeout: seconds without an answer.
    """

    def __init__(
        self,
        base: str,
        name: str,
        token: str,
        secrets: Secrets,
        sleep: Callable[[float], object] = time.sleep,
        timeout: float = 60,
    ) -> None:
        self._httpx: ModuleType = need("httpx", "httpx", name)
        self.base = checked(base, name)
        self.name = name
        self._secrets = secrets
        self._sleep = sleep
        self._client: httpx.Client = self._httpx.Client(
            headers={"Authorization": f"Bearer {token}"}, timeout=timeout, follow_redirects=False
        )

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, url: str, missing_ok: bool = False, **params: str | int) -> Any:
        """The JSON at an address; None if it is not there and may be missing."""
        answer = self.send("GET", url, missing_ok=missing_ok, params=params)
        return None if answer is None else answer.json()

    def upload(self, url: str, path: Path) -> Any:
        """PUT a file; gives the JSON of the answer."""
        answer = self.send("PUT", url, path=path)
        return answer.json() if answer is not None else None

    def send(
        self,
        method: str,
        url: str,
        *,
        json: object = None,
        path: Path | None = None,
        params: dict[str, str | int] | None = None,
        missing_ok: bool = False,
    ) -> httpx.Response | None:
        """Send a request and take a good answer (None for a missing one that may be missing).

        A request that the server has not looked at (429) is sent again; one that failed on the way only if doing it
        twice is the same as doing it once, so never a POST.

        Raises:
            PassingError: it failed for a reason that may pass, too often or for too long.
            RegestaError: the service refuses; or the address is of another host.
        """
        address = self._own(url)
        for tried in range(1, TRIES + 1):
            again: float | None = None
            try:
                answer = self._client.request(
                    method,
                    address,
                    json=json,
                    content=_chunks(path) if path else None,
                    headers={"Content-Length": str(path.stat().st_size)} if path else None,
                    params=params or None,
                )
            except self._httpx.TransportError as error:
                what = f"{type(error).__name__}: {error}"
                harmless = method != "POST"
            else:
                if answer.is_success:
                    return answer
                if answer.status_code == 404 and missing_ok:
                    return None
                what = self._words(answer)
                if answer.status_code not in PASSING_STATUS:
                    raise RegestaError(self._clean(f"{self.name}: {method} {address}: {what}"))
                again = retry_after(answer.headers)
                harmless = method != "POST" or answer.status_code == 429
            wait = 2.0 ** (tried - 1) if again is None else again
            if not harmless or tried == TRIES or wait > LONGEST:
                message = f"{self.name}: {method} {address}: {what}; publish again to go on"
                raise PassingError(self._clean(message), again) from None
            self._sleep(wait)
        raise AssertionError("unreachable")

    def _own(self, url: str) -> str:
        """The address of a path or link, if it is of this service: the token must not go elsewhere."""
        address = url if "://" in url else f"{self.base}/{url}"
        ours, theirs = urlsplit(self.base), urlsplit(address)
        if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
            raise RegestaError(f"{self.name}: sends to another host ({theirs.netloc}); the token is not given to it")
        return address

    def _words(self, answer: httpx.Response) -> str:
        """The status and what the service says of it."""
        hint = {401: "; check the token", 403: "; check the token and its rights"}.get(answer.status_code, "")
        try:
            found = answer.json()
            parts = [str(found.get("message", ""))]
            parts += [
                f"{e.get('field', '')}: {e.get('message', e.get('messages', ''))}" for e in found.get("errors", ())
            ]
            said = "; ".join(part for part in parts if part)
        except (ValueError, TypeError, AttributeError):
            said = " ".join(answer.text.split())
        return f"{answer.status_code} {answer.reason_phrase}{hint}{f' ({said[:300]})' if said else ''}"

    def _clean(self, text: str) -> str:
        return self._secrets.scrub(text)


def checked(base: str, name: str) -> str:
    """An address to which a token may be sent.

    Raises:
        RegestaError: anybody on the way could read it.
    """
    parts = urlsplit(base)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise RegestaError(f"{name}: {parts.scheme}://{parts.netloc}: a token is sent over https only; correct it")
    return base.rstrip("/")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
