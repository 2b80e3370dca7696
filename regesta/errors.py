"""Errors as the user is told them."""

from __future__ import annotations

import os
import re
import tempfile
import traceback
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_WORDS = 300
# Where an object lies in memory, which is elsewhere on each run.
_PLACE = re.compile(r"\b0x[0-9a-f]{6,}")


class RegestaError(Exception):
    """Something that the user can mend: one message that names the file, the place in it, and the cure.

    The command line prints the message without a traceback and exits with a status other than zero.
    """


class MissingLibraryError(RegestaError):
    """A library that only some users need is not installed."""


class UnexpectedError(RegestaError):
    """What nobody foresaw, as one message; its cause is what was raised, with the traceback."""


def reason(error: OSError) -> str:
    """Why the system refused, in its own words and nothing else."""
    return os.strerror(error.errno) if error.errno else str(error)


def told(error: Exception, doing: str) -> RegestaError:
    """What to tell the user of an error: itself if it is meant for him; else what broke, where, and what to do."""
    if isinstance(error, RegestaError):
        return error
    broke = f"{doing} broke in {where(error)}"
    if isinstance(error, MemoryError):
        return UnexpectedError(
            f"{broke}: there is no memory left; build with fewer --workers or smaller --shard-bytes: what is done "
            "stays done"
        )
    if isinstance(error, OSError):
        file = f"{error.filename}: " if error.filename else ""
        return UnexpectedError(
            f"{broke}: {file}{reason(error)}; that is the system's: see to it, and run this again: what is done stays "
            "done"
        )
    return UnexpectedError(
        f"{broke} ({in_words(error)}); that is no mistake of yours but a fault of regesta: run this again, and report "
        "it if it comes back"
    )


def where(error: BaseException) -> str:
    """The innermost function of ours that an error came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if any(Path(f.filename).is_relative_to(_ROOT / room) for room in ("regesta", "flows"))]
    if not frames:
        return "an unknown place"
    frame = (ours or list(frames))[-1]
    name = Path(frame.filename)
    return f"{name.relative_to(_ROOT).as_posix() if ours else name.name} {frame.name}"


def in_words(error: BaseException) -> str:
    """An error on one line, with its kind: the same on each run."""
    words = _PLACE.sub("0x…", " ".join(str(error).split()))[:_WORDS]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def kept_account(error: BaseException) -> Path:
    """A new file with the whole account of an error, for those who mend the program."""
    handle, name = tempfile.mkstemp(prefix="regesta-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write("".join(traceback.format_exception(error)))
    return Path(name)


# What a terminal obeys, what turns the direction of writing, and what is no character: names of files hold all of it.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str) -> str:
    """A message as a terminal may have it: control characters as escapes, line breaks and tabs as they are."""
    return _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)
