"""Names of states in the names of bodies."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale


@cache
def _states() -> re.Pattern[str]:
    """Names of states as English has them (Unicode CLDR)."""
    names = sorted((name for code, name in Locale("en").territories.items() if len(code) == 2), key=len, reverse=True)
    return re.compile(
        rf"(?P<state>{'|'.join(map(re.escape, names))})\s+(?P<body>(?:Ministry|Department|Embassy|Office)\b.*)"
    )


def behind(name: str) -> str:
    """Put a state that stands before a body's name behind it: "Utopia Ministry of Peace" -> "Ministry of Peace of
    Utopia", which is how authority files enter it."""
    found = _states().fullmatch(name)
    return f"{found['body']} of {found['state']}" if found else name
