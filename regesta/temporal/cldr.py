"""Writes ``languages/cldr.json``: the names of months and weekdays, as Babel has them from CLDR.

    python -m regesta.temporal.cldr

The file is there because Babel takes longer to read one locale than we take for a megabyte of text; and
because a process that has read the names of one language finds them in the locale of another, too (Babel writes what
it looks up into the root that all locales share). So every language is read by a process of its own. A test
holds file and Babel together.
"""

from __future__ import annotations

import json
import subprocess
import sys

from regesta.temporal.grammar import CLDR, LANGUAGES

Names = dict[str, dict[str, list[list[str | int]]]]


def names() -> Names:
    """What ``languages/cldr.json`` holds: wide and abbreviated names, in running text and alone."""
    command = [sys.executable, "-m", "regesta.temporal.cldr"]
    return {
        code: json.loads(subprocess.run([*command, code], capture_output=True, check=True).stdout)  # noqa: S603
        for code in LANGUAGES
    }


def names_of(code: str) -> dict[str, list[list[str | int]]]:
    """The names of one language; true only in a process that has not read another locale."""
    from babel import Locale  # noqa: PLC0415 - slow, and for this command alone

    locale = Locale.parse(code)
    found: dict[str, dict[str, int]] = {"month": {}, "weekday": {}}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, word in locale.months[context][width].items():
                if not word[:1].isdigit():
                    found["month"].setdefault(word, number)
        for number, word in locale.days[context]["wide"].items():
            found["weekday"].setdefault(word, number + 1)
    return {kind: [[w, n] for w, n in sorted(of.items(), key=lambda pair: pair[::-1])] for kind, of in found.items()}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(names_of(sys.argv[1])))
    else:
        lines = [f'"{code}": {json.dumps(found, ensure_ascii=False)}' for code, found in names().items()]
        CLDR.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
