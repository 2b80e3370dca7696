"""Libraries that only some users need."""

from __future__ import annotations

import importlib
from typing import Any

from regesta.errors import MissingLibraryError


def need(module: str, what: str, package: str | None = None) -> Any:
    """Import a library that is not installed with the package.

    Args:
        module: the module's name.
        what: what it is needed for.
        package: the name to install it by, where that is not the module's.

    Raises:
        MissingLibraryError: it is not installed; the message gives the command that installs it.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != module.partition(".")[0]:
            raise
        name = package or module
        raise MissingLibraryError(f"{what} needs {name}, which is not installed; run: pip install {name}") from None
