"""Sources that are set aside: what nobody can take in must not keep the rest from being published.

A file that no reader makes sense of, or a text on which a stage breaks, is left out with a row in `issues`; the others
go on. A fault of the system (a disk, a library that is not installed) or of the catalogue is none of a source, and
stops the build: what it would leave out was sound, and would be back the next time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from regesta.errors import MissingLibraryError, RegestaError, in_words, where
from regesta.issues import issue_row
from regesta.package.describe import path_of

CODE = "source_set_aside"
SYSTEM = (OSError, MemoryError, MissingLibraryError)
"""What is no fault of a source."""


def unread(source_id: str, path: str, error: Exception) -> dict[str, Any]:
    """The issue of a source that could not be read; it is in no other table."""
    message = f"{_told(path, 'reading', error)}; nothing of it is here"
    return {"issue_id": f"#{CODE}-{source_id}", "code": CODE, "message": message}


def undone(source_id: str, path: str, length: int, stage: str, error: Exception) -> dict[str, Any]:
    """The issue of a source, of so many characters, on which a stage broke; what it gives is not in the tables."""
    left = {"segment": "its text is here, and no paper of it", "extract": "its papers are here, and nothing found in"}
    message = f"{_told(path, stage, error)}; {left[stage]}{' them' if stage == 'extract' else ''}"
    return issue_row(source_id, None, 0, length, CODE, message)


def _told(path: str, doing: str, error: Exception) -> str:
    if isinstance(error, RegestaError):
        message = str(error)
        return message if message.startswith(path) else f"{path}: {message}"
    return (
        f"{path}: {doing} broke in {where(error)} ({in_words(error)}); take the file out of the corpus, or report this"
    )


def refuse(issues: pa.Table, sources: int, strict: bool = False) -> None:
    """Refuse to publish where sources were set aside: any if `strict`, else more than half of so many.

    Raises:
        RegestaError: naming each of them.
    """
    told = messages(issues)
    if not told or (2 * len(told) <= sources and not strict):
        return
    why = "--strict takes them all" if strict else "more than half is no accident"
    lines = "\n".join(f"  {message}" for message in told)
    raise RegestaError(
        f"not published: {len(told)} of {sources} sources had to be set aside, and {why}; the latest release is "
        f"untouched\n{lines}"
    )


def messages(issues: pa.Table) -> list[str]:
    """Which sources were set aside, and why, as a table `issues` tells it."""
    told: list[str] = issues.filter(pc.equal(issues["code"], CODE))["message"].to_pylist()
    return told


def of_release(folder: Path) -> list[str]:
    """Which sources a release on disk had to leave out, and why."""
    path = folder / path_of("issues")
    return messages(pq.read_table(path, columns=["code", "message"])) if path.is_file() else []
