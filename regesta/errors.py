"""The error that is meant for the user."""

from __future__ import annotations


class RegestaError(Exception):
    """Something that the user can mend: one message that names the file, the place in it, and the cure.

    The command line prints the message without a traceback and exits with a status other than zero.
    """
