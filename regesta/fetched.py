"""The record of what was fetched: `fetched/sources.csv` in the folder of a corpus, and the files beside it.

A file lies there as it was received, under its own hash: `fetched/<first two digits>/<sha256><suffix>`. The record has
a row for each version of each source; rows are added and never changed, so what was once cited can be cited for good.
The first version of a source bears its plain id, later ones `id.v2`, `id.v3` and so on. Builds read this record and
these files and never the network.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from regesta.errors import RegestaError, reason
from regesta.spans import SLUG_PATTERN

FOLDER = "fetched"
RECORD = f"{FOLDER}/sources.csv"

_Slug = Annotated[str, StringConstraints(pattern=rf"^{SLUG_PATTERN}$")]


class Version(BaseModel):
    """A version of a source, as it was fetched.

    Attributes:
        source_id: the id that its addresses bear.
        entry: the id of the catalogue's entry that it came by.
        url: where it was found.
        path: its file below the folder of the corpus.
        sha256: of that file.
        encoding: what the server said of its encoding, where that held.
        retrieved: the day (UTC) on which it was fetched.
        title: what a feed calls it.
        supersedes: the source_id of the version before.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source_id: _Slug
    entry: _Slug
    url: Annotated[str, StringConstraints(pattern=r"^(https?|s3|gs|az)://")]
    path: Annotated[str, StringConstraints(pattern=r"^fetched/[0-9a-f]{2}/[0-9a-f]{64}\.[a-z]+$")]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    encoding: str | None = None
    retrieved: dt.date
    title: str | None = None
    supersedes: _Slug | None = None


def load(folder: Path) -> list[Version]:
    """What was fetched into a corpus, in the order of the record; nothing where there is none.

    Raises:
        RegestaError: the record cannot be read.
    """
    path = folder / RECORD
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            return [Version.model_validate({name: value for name, value in row.items() if value}) for row in rows]
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RegestaError(f"{path}:{rows.line_num}: {where}: {first['msg']}; put the record back as it was") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise RegestaError(f"{path}: no CSV in UTF-8 ({error}); put the record back as it was") from None
    except OSError as error:
        raise RegestaError(f"{path}: cannot be read ({reason(error)})") from None


def save(folder: Path, versions: Sequence[Version]) -> None:
    """Write the record in one step.

    Raises:
        OSError: it cannot be written; the one before is as it was.
    """
    names = list(Version.model_fields)
    text = io.StringIO()
    rows = csv.DictWriter(text, names, lineterminator="\n")
    rows.writeheader()
    rows.writerows(version.model_dump() for version in versions)
    write(folder / RECORD, text.getvalue().encode())


def keep(folder: Path, data: bytes, suffix: str) -> str:
    """Keep a file as it was received, under its hash; gives its path below the folder.

    Raises:
        OSError: it cannot be written.
    """
    digest = hashlib.sha256(data).hexdigest()
    path = f"{FOLDER}/{digest[:2]}/{digest}{suffix}"
    if not (folder / path).is_file():
        write(folder / path, data)
    return path


def write(path: Path, data: bytes) -> None:
    """Write a file in one step: it is there whole or as it was before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
