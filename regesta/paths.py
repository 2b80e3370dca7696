"""The paths of a corpus: regular files below its folder, of a kind that a reader reads."""

from __future__ import annotations

import stat
import unicodedata
from pathlib import Path

from regesta.errors import RegestaError
from regesta.reading.formats import MEDIA_TYPES


class Paths:
    """Checks the paths of one catalogue: what is right is seen at a glance, what is not is told apart after."""

    def __init__(self, folder: Path) -> None:
        """Check paths below a folder."""
        self._folder = folder
        self._inside: dict[str, bool] = {}

    def check(self, where: object, value: str) -> None:
        """Check a path, named in messages by where it stands.

        Raises:
            RegestaError: it is no regular file inside the corpus that a reader reads.
        """
        if not self._sound(value):
            _explain(where, self._folder, value)

    def _sound(self, value: str) -> bool:
        """Whether a path is a plain name of a regular file, in a folder inside the corpus."""
        parent, _, name = value.rpartition("/")
        if not value.isprintable() or "\\" in value or value.startswith("/") or name.startswith("."):
            return False
        if (inside := self._inside.get(parent)) is None:
            real = (self._folder / parent).resolve()
            inside = ".." not in parent.split("/") and real.is_relative_to(self._folder.resolve())
            self._inside[parent] = inside
        try:
            regular = inside and stat.S_ISREG((self._folder / value).lstat().st_mode)
        except OSError:
            return False
        return regular and "." + name.rpartition(".")[2].lower() in MEDIA_TYPES


def _explain(where: object, folder: Path, value: str) -> None:
    path = Path(value)
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in value):
        raise RegestaError(f"{where}: {value!r} is no name for a file: it holds what cannot be printed; rename it")
    if path.is_absolute() or ".." in path.parts or "\\" in value:
        raise RegestaError(f"{where}: {value!r} leaves the corpus folder; give a path below it, with forward slashes")
    if not (folder / path).exists():
        raise RegestaError(f"{where}: {value!r} is not there; put the file back, or take the source out")
    if not (folder / path).is_file():
        raise RegestaError(f"{where}: {value!r} is no regular file; name a file, or take the source out")
    if not (folder / path).resolve().is_relative_to(folder.resolve()):
        raise RegestaError(f"{where}: {value!r} is a link that leaves the corpus folder; copy the file into it")
    if path.suffix.lower() not in MEDIA_TYPES:
        kinds = ", ".join(sorted(MEDIA_TYPES))
        raise RegestaError(f"{where}: {value!r} has no reader; files that can be read: {kinds}")
