"""The failures of publishing that may pass, and what a server says of when to try again."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from regesta.errors import RegestaError

PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})


class PassingError(RegestaError):
    """A failure that may pass: too many requests, a server that is away, a time-out.

    What was sent is kept: publishing again goes on where this stopped.

    Attributes:
        after: seconds to wait before the next try, if the server said.
    """

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds to wait, by `Retry-After` (seconds or a date) or else `X-RateLimit-Reset` (seconds since 1970)."""
    moment = time.time() if now is None else now
    named = {name.lower(): value.strip() for name, value in headers.items()}
    value = named.get("retry-after", "")
    if value.isdigit():
        return float(value)
    if value:
        try:
            date = parsedate_to_datetime(value)
        except ValueError:
            return None
        return max(0.0, date.replace(tzinfo=date.tzinfo or dt.UTC).timestamp() - moment)
    reset = named.get("x-ratelimit-reset", "")
    if reset.isdigit() and named.get("x-ratelimit-remaining") in (None, "0"):
        return max(0.0, float(reset) - moment)
    return None
