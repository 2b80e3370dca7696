"""Failures as the state of a run and the command line tell them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from prefect.settings import PREFECT_API_URL

from regesta import errors
from regesta.errors import RegestaError, UnexpectedError
from regesta.package.release import latest_release

# Prefect says it in words of its own where it is the first request that fails, or its own server that does not start.
_NO_SERVER = ("Failed to reach API", "ephemeral Prefect API server")


def told(error: Exception, doing: str) -> RegestaError:
    """What to tell of an error, as `regesta.errors.told`; besides, of a server of Prefect that is gone."""
    gone = isinstance(error, RuntimeError) and any(words in str(error) for words in _NO_SERVER)
    if gone or isinstance(error, httpx.HTTPError):
        return UnexpectedError(
            f"{doing} lost Prefect's server ({_server()}: {errors.in_words(error)}); see to it that it runs and can be "
            "reached, and run this again: what is done stays done"
        )
    return errors.told(error, doing)


def _server() -> str:
    url = PREFECT_API_URL.value()
    return str(httpx.URL(url).copy_with(username=None, password=None)) if url else "its own, of this command"


@contextmanager
def explained(doing: str, out: Path | None = None) -> Iterator[None]:
    """Raise what goes wrong inside as a `RegestaError`; one that was not foreseen says which release stands."""
    try:
        yield
    except Exception as error:
        failure = told(error, doing)
        if isinstance(failure, UnexpectedError) and out is not None:
            latest = latest_release(out)
            stands = f"the latest release in {out} is {latest}" if latest else f"there is no release in {out}"
            failure = UnexpectedError(f"{failure}; {stands}")
        if failure is error:
            raise
        raise failure from (error.__cause__ if isinstance(error, UnexpectedError) else error)
