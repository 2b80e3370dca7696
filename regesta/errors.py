"""The error that is meant for the user."""

from __future__ import annotations

import os


class RegestaError(Exception):
    """Something that the user can mend: one message that names the file, the place in it, and the cure.

    The command line prints the message without a traceback and exits with a status other than zero.
    """


def reason(error: OSError) -> str:
    """Why the system refused, in its own words and nothing else."""
    return os.strerror(error.errno) if error.errno else str(error)
