"""A release that lies elsewhere, brought here for as long as it is needed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from regesta.errors import RegestaError
from regesta.loading.places import Options
from regesta.loading.release import load
from regesta.package import verify
from regesta.package.changes import is_history


@contextmanager
def brought(path_or_url: str | Path, options: Options | None = None) -> Iterator[Path]:
    """The folder of a release: the one named, or one with the tables and the descriptor of a release elsewhere.

    What the release says of the release before is left where it is.

    Args:
        path_or_url: a folder on this machine, which is given as it is; or what `load` takes.
        options: settings of the object store.

    Raises:
        RegestaError: there is no release, it was retracted, or a file has another checksum than the release lists.
    """
    if "://" not in str(path_or_url):
        yield Path(path_or_url)
        return
    release = load(path_or_url, options=options)
    tables = [table.path for name, table in release.tables.items() if not is_history(name)]
    with tempfile.TemporaryDirectory(prefix="regesta-fetch-") as aside:
        for name in [verify.DESCRIPTOR, *tables]:
            path = release.bring(name, Path(aside))
            if path is None:
                raise RegestaError(f"{release.location}/{name}: not there; ask its publisher")
            if verify.sha256_of(path) != release.checksums.get(name):
                raise RegestaError(
                    f"{release.location}/{name}: not the file that {verify.SUMS} lists; try again, and if it stays so "
                    "ask its publisher: a release is never changed"
                )
        yield Path(aside)
