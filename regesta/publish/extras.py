"""Libraries that only some targets need."""

from __future__ import annotations

import importlib
from typing import Any

from regesta.errors import RegestaError


def need(module: str, package: str, target: str) -> Any:
    """Import a module that comes with the extra `publish`.

    Raises:
        RegestaError: it is not installed; the message names the command that cures it.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise RegestaError(f'{target}: needs {package}; install it: pip install "regesta[publish]"') from None
