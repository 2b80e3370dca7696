"""What opens the doors: tokens and keys, from the environment or a Prefect block, never shown."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from urllib.parse import quote, quote_plus

from regesta.errors import RegestaError

SECRET = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "ZENODO_TOKEN", "HF_TOKEN")
"""Names of values that must not be seen."""

SETTINGS = ("AWS_REGION", "AWS_ENDPOINT_URL", "ZENODO_URL", "HF_ENDPOINT")
"""Names of values that go with them and may be seen."""

HIDDEN = "***"


class Secrets:
    """Tokens, keys and the settings that go with them, by the names they have in the environment.

    Its own text is their names, so that no log or traceback shows a value.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {name: value for name, value in values.items() if name in (*SECRET, *SETTINGS) and value}

    @classmethod
    def of(cls, block: Mapping[str, str] | None = None, environment: Mapping[str, str] | None = None) -> Secrets:
        """The secrets of a Prefect block, and those of the environment where the block has none."""
        return cls({**(os.environ if environment is None else environment), **(block or {})})

    def __repr__(self) -> str:
        return f"Secrets({', '.join(sorted(self._values))})"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("secrets are not written anywhere")

    def get(self, name: str) -> str | None:
        """A value, or None."""
        return self._values.get(name)

    def need(self, name: str, target: str) -> str:
        """A value that publishing cannot do without.

        Raises:
            RegestaError: it is neither in the environment nor in the block.
        """
        if name not in self._values:
            raise RegestaError(
                f"{target}: {name} is not set; set it in the environment, or name a Prefect Secret block that holds it "
                "with --block (not in a file, not as an argument)"
            )
        return self._values[name]

    def scrub(self, text: str) -> str:
        """A text without any of the secret values, as they are or as servers and libraries write them."""
        found = {written for name in SECRET if name in self._values for written in _written(self._values[name])}
        for written in sorted(found, key=len, reverse=True):
            text = text.replace(written, HIDDEN)
        return text


def _written(value: str) -> set[str]:
    data = value.encode()
    forms = {value, quote(value), quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1], repr(value)[1:-1]}
    forms |= {base64.b64encode(data).decode(), base64.b64encode(data).decode().rstrip("=")}
    forms |= {base64.urlsafe_b64encode(data).decode(), data.hex()}
    return forms
