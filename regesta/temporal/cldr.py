"""Writes ``languages/cldr.json``: the names of months and weekdays, as Babel has them from CLDR.

    python -m regesta.temporal.cldr

The file is there because Babel takes longer to read one locale than we take for a megabyte of text; a test
holds the two together.
"""

from __future__ import annotations

import json
from typing import Any

from babel import Locale

from regesta.temporal.grammar import CLDR, LANGUAGES


def names() -> dict[str, dict[str, list[list[Any]]]]:
    """What ``languages/cldr.json`` holds: wide and abbreviated names, in running text and alone."""
    out: dict[str, dict[str, list[list[Any]]]] = {}
    for code in LANGUAGES:
        locale = Locale.parse(code)
        month: dict[str, Any] = {}
        weekday: dict[str, Any] = {}
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, word in locale.months[context][width].items():
                    if not word[:1].isdigit():
                        month.setdefault(word, number)
                if width == "wide":
                    for number, word in locale.days[context][width].items():
                        weekday.setdefault(word, number + 1)
        out[code] = {
            kind: sorted(([word, number] for word, number in found.items()), key=lambda pair: (pair[1], pair[0]))
            for kind, found in (("month", month), ("weekday", weekday))
        }
    return out


if __name__ == "__main__":
    lines = [f'"{code}": {json.dumps(found, ensure_ascii=False)}' for code, found in names().items()]
    CLDR.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
