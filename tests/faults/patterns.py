"""Every regular expression of Python's own engine that regesta compiles, with the methods that are called on it.

Run as a program in a fresh interpreter, it prints them as JSON lines: modules compile theirs when they are imported.
RE2 needs no watch: its time is linear by construction.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from re import _compiler  # type: ignore[attr-defined]
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[2]
_METHODS = ("match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split")


@dataclass
class Seen:
    """A pattern as it was compiled, and where."""

    pattern: str | bytes
    flags: int
    where: str
    methods: set[str] = field(default_factory=set)


class _Watched:
    """A compiled pattern that notes which of its methods are called."""

    def __init__(self, real: Any, seen: Seen) -> None:
        self._real = real
        self._seen = seen

    def __getattr__(self, name: str) -> Any:
        if name in _METHODS:
            self._seen.methods.add(name)
        return getattr(self._real, name)


def _caller() -> FrameType | None:
    frame: FrameType | None = sys._getframe(2)
    while frame and ("/re/" in frame.f_code.co_filename or "functools" in frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def watched() -> dict[tuple[str | bytes, int], Seen]:
    """Begin to watch; gives what is seen, as it is seen."""
    found: dict[tuple[str | bytes, int], Seen] = {}
    compiled = _compiler.compile

    def spy(pattern: Any, flags: int = 0) -> Any:
        frame, real = _caller(), compiled(pattern, flags)
        path = Path(frame.f_code.co_filename) if frame else Path()
        if frame is None or not path.is_relative_to(ROOT / "regesta"):
            return real
        where = f"{path.relative_to(ROOT)}:{frame.f_lineno}"
        return _Watched(real, found.setdefault((real.pattern, real.flags), Seen(real.pattern, real.flags, where)))

    _compiler.compile = spy
    return found


def _by_its_name(where: str) -> set[str]:
    """The methods that are called on a pattern by the name that its line gives it."""
    path, _, number = where.partition(":")
    lines = (ROOT / path).read_text().splitlines()
    named = re.match(r"\s*(\w+)\s*(?::[^=]+)?=", lines[int(number) - 1])
    if not named:
        return set()
    return {m for line in lines for m in re.findall(rf"\b{named[1]}\.(\w+)\(", line) if m in _METHODS}


def main() -> None:
    """Import everything, take a corpus down the whole road, and print what was seen."""
    found = watched()
    import regesta

    for module in pkgutil.walk_packages(regesta.__path__, "regesta."):
        importlib.import_module(module.name)
    from regesta import corpus, stages

    folder = ROOT / "tests" / "corpora" / "harbour"
    described = corpus.load(folder)
    read = stages.ingest(folder, described, described.sources)
    cut = stages.segment(read, described.sources)
    stages.merge([read, cut, stages.extract({**read, **cut})])
    for seen in found.values():
        if isinstance(seen.pattern, str):
            methods = seen.methods or _by_its_name(seen.where) or {"search"}
            print(json.dumps([seen.pattern, seen.flags, seen.where, sorted(methods)]))


if __name__ == "__main__":
    main()
