"""The error that is meant for the user."""

from __future__ import annotations

import os
import re


class RegestaError(Exception):
    """Something that the user can mend: one message that names the file, the place in it, and the cure.

    The command line prints the message without a traceback and exits with a status other than zero.
    """


class MissingLibraryError(RegestaError):
    """A library that only some users need is not installed."""


def reason(error: OSError) -> str:
    """Why the system refused, in its own words and nothing else."""
    return os.strerror(error.errno) if error.errno else str(error)


# What a terminal obeys, what turns the direction of writing, and what is no character: names of files hold all of it.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str) -> str:
    """A message as a terminal may have it: control characters as escapes, line breaks and tabs as they are."""
    return _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)
