"""A polite client: it says who it is, asks robots.txt, takes its time, and takes no more than it was told to."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any
from urllib.parse import urljoin, urlsplit

from regesta.fetch.guard import Guard, NotAllowedError
from regesta.optional import need

NAME = "regesta"
"""How robots.txt names us."""
_REDIRECTS = {301, 302, 303, 307, 308}
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_ROBOTS_BYTES = 500 * 1024
"""What RFC 9309 asks for at least."""


class FetchError(Exception):
    """An address could not be fetched: why, in words."""


class _PassingError(FetchError):
    """What may be better in a while."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


@dataclass(frozen=True)
class Manners:
    """How much is taken, and how fast.

    Attributes:
        delay: seconds between two requests to a host, at least; more where robots.txt asks for it.
        most_bytes: the largest file that is taken.
        most_seconds: how long a file may take, from the request to its last byte.
        timeout: seconds without a sign of life after which a server counts as gone.
        tries: how often an address is tried.
        backoff: seconds before the second try, doubled before each later one.
        most_wait: the longest that a server (Retry-After, Crawl-delay) is waited for.
        most_redirects: how many redirects are followed.
    """

    delay: float = 1.0
    most_bytes: int = 50_000_000
    most_seconds: float = 120.0
    timeout: float = 30.0
    tries: int = 4
    backoff: float = 2.0
    most_wait: float = 120.0
    most_redirects: int = 5


@dataclass(frozen=True)
class Answer:
    """What a server answered: its status, headers, body, and the address that was asked last."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


@dataclass
class _Host:
    """What is known of a host: when it was asked last, how long to wait, what it allows."""

    asked: float | None = None
    delay: float = 0.0
    robots: Any = None


@dataclass
class Web:
    """A session with the web. Times are those of `clock` (monotonic seconds)."""

    agent: str
    manners: Manners = Manners()
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _hosts: dict[str, _Host] = field(default_factory=dict)
    _client: Any = None

    def __enter__(self) -> Web:
        self._httpx = need("httpx", "fetching sources", "regesta[sources]")
        self._protego = need("protego", "fetching sources", "regesta[sources]")
        # Neither a proxy nor a password comes in from the environment: where we go is in the catalogue.
        self._client = self._httpx.Client(
            timeout=self.manners.timeout,
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": self.agent, "Accept-Encoding": "identity"},
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def get(self, url: str, guard: Guard, known: Mapping[str, str] | None = None) -> Answer:
        """Fetch an address, or learn that it has not changed (status 304).

        Args:
            url: the address.
            guard: where this may lead.
            known: the headers of a conditional request.

        Raises:
            FetchError: it could not be fetched, or may not be.
        """
        at = url
        for _ in range(self.manners.most_redirects + 1):
            self._ask_robots(at, guard)
            answer = self._patiently(at, guard, known or {}, self.manners.most_bytes)
            if answer.status not in _REDIRECTS:
                if answer.status in (200, 304, 404, 410):
                    return answer
                raise FetchError(f"the server answers {answer.status}")
            at = _onward(at, answer)
        raise FetchError(f"more than {self.manners.most_redirects} redirects")

    def _patiently(self, url: str, guard: Guard, known: Mapping[str, str], most: int) -> Answer:
        """One address, tried again while its failure may pass."""
        pause = self.manners.backoff
        for last in (*[False] * (self.manners.tries - 1), True):
            try:
                return self._once(url, guard, known, most)
            except _PassingError as error:
                if last:
                    raise FetchError(f"{error}, {self.manners.tries} times") from None
                if error.after is not None and error.after > self.manners.most_wait:
                    raise FetchError(f"{error}, and asks to be left alone for {error.after:.0f} s") from None
                self.sleep(pause if error.after is None else error.after)
                pause *= 2
        raise AssertionError("the last try returns or raises")

    def _once(self, url: str, guard: Guard, known: Mapping[str, str], most: int) -> Answer:
        httpx = self._httpx
        try:
            guard.check(url)
            parts = urlsplit(url)
            guard.check_place(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
            self._wait_for(parts.netloc)
            with self._client.stream("GET", url, headers=dict(known)) as response:
                # The name may lead elsewhere by now than a moment ago.
                peer = response.extensions["network_stream"].get_extra_info("server_addr")
                if peer:
                    guard.check_peer(peer[0])
                if response.status_code in _PASSING:
                    wait = _retry_after(response.headers.get("retry-after"))
                    raise _PassingError(f"the server answers {response.status_code}", wait)
                body = b"" if response.status_code in _REDIRECTS else self._body(response, most)
                return Answer(response.status_code, response.headers, body, url)
        except NotAllowedError as error:
            raise FetchError(str(error)) from None
        except httpx.InvalidURL as error:
            raise FetchError(f"{url}: no address ({error})") from None
        except httpx.TimeoutException:
            raise _PassingError(f"no sign of life in {self.manners.timeout:g} s") from None
        except httpx.RemoteProtocolError as error:
            raise _PassingError(f"the answer broke off ({error})") from None
        except (httpx.TransportError, OSError) as error:
            raise _PassingError(f"cannot be reached ({error})") from None

    def _body(self, response: Any, most: int) -> bytes:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise FetchError("the answer is compressed, which was not asked for")
        said = response.headers.get("content-length", "")
        if said.isdecimal() and int(said) > most:
            raise FetchError(f"{said} bytes, more than {most}")
        begun, parts, size = self.clock(), [], 0
        for part in response.iter_raw():
            size += len(part)
            if size > most:
                raise FetchError(f"more than {most} bytes")
            if self.clock() - begun > self.manners.most_seconds:
                raise FetchError(f"not here after {self.manners.most_seconds:g} s")
            parts.append(part)
        return b"".join(parts)

    def _wait_for(self, netloc: str) -> None:
        host = self._hosts.setdefault(netloc, _Host())
        if host.asked is not None:
            rest = max(self.manners.delay, host.delay) - (self.clock() - host.asked)
            if rest > 0:
                self.sleep(rest)
        host.asked = self.clock()

    def _ask_robots(self, url: str, guard: Guard) -> None:
        """Keep to robots.txt (RFC 9309): none there allows all, one that cannot be had forbids all."""
        try:
            guard.check(url)
        except NotAllowedError as error:
            raise FetchError(str(error)) from None
        parts = urlsplit(url)
        host = self._hosts.setdefault(parts.netloc, _Host())
        if host.robots is None:
            host.robots = self._protego.Protego.parse(
                self._robots(f"{parts.scheme}://{parts.netloc}/robots.txt", guard)
            )
            host.delay = min(host.robots.crawl_delay(NAME) or 0.0, self.manners.most_wait)
        if not host.robots.can_fetch(url, NAME):
            raise FetchError("robots.txt of the host forbids it")

    def _robots(self, url: str, guard: Guard) -> str:
        at = url
        for _ in range(self.manners.most_redirects + 1):
            try:
                answer = self._patiently(at, guard, {}, _ROBOTS_BYTES)
            except FetchError as error:
                raise FetchError(f"robots.txt cannot be had, so nothing is taken: {error}") from None
            if answer.status not in _REDIRECTS:
                return answer.body.decode("utf-8", "replace") if answer.status == 200 else ""
            at = _onward(at, answer)
        return ""


def _onward(url: str, answer: Answer) -> str:
    """Where a redirect leads; what is no address is left for the guard to refuse."""
    where = answer.headers.get("location", "")
    try:
        return urljoin(url, where)
    except ValueError:
        return where


def _retry_after(value: str | None) -> float | None:
    """Seconds to wait, from a number or a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=dt.UTC)
    return max(0.0, (then - dt.datetime.now(dt.UTC)).total_seconds())
