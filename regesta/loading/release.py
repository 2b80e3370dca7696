"""A release: its tables, its texts, and whether it is sound."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from regesta import spans
from regesta.errors import RegestaError
from regesta.loading.places import Options, Place, place
from regesta.loading.tables import Table, arrow_backed
from regesta.loading.views import make_views
from regesta.package import verify as checks
from regesta.package.version import parse

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl

RELEASES = "releases.json"
LATEST = "latest"


class Context(NamedTuple):
    """The words at an address and those around them."""

    before: str
    text: str
    after: str

    def __str__(self) -> str:
        return f"{self.before}[{self.text}]{self.after}"


def load(path_or_url: str | Path, version: str = LATEST, *, options: Options | None = None) -> Release:
    """Open a release. Its tables are read when they are asked for.

    Args:
        path_or_url: a release, its `datapackage.json`, or a folder of releases with `releases.json`; a path, or an
            address that begins with `http://`, `https://`, `s3://`, `gs://` or `az://`.
        version: which release of a folder of releases, such as "1.2.0"; "latest" for the newest one that is not
            retracted.
        options: settings of the object store, as obstore names them: `endpoint`, `region`, `skip_signature` …

    Raises:
        RegestaError: there is no release, no such version, or it was retracted.
    """
    text = str(path_or_url).rstrip("/")
    where = place(text.removesuffix(f"/{checks.DESCRIPTOR}") if text.endswith(checks.DESCRIPTOR) else text, options)
    listed = where.read(RELEASES)
    if listed is not None:
        entry = choose(_parsed(f"{where}/{RELEASES}", listed), version, str(where))
        where = where.below(str(entry["path"]).rpartition("/")[0])
    found = where.read(checks.DESCRIPTOR)
    if found is None:
        if (stone := where.read(checks.TOMBSTONE)) is not None:
            gone = _parsed(f"{where}/{checks.TOMBSTONE}", stone)
            raise RegestaError(
                f"{where}: version {gone['version']} was retracted on {gone['retracted']}: {gone['reason']}; "
                "take another version"
            )
        raise RegestaError(
            f"{where}: no release here: neither {RELEASES} nor {checks.DESCRIPTOR}; name a release, or a folder of them"
        )
    descriptor = _parsed(f"{where}/{checks.DESCRIPTOR}", found)
    if version not in (LATEST, descriptor.get("version")):
        raise RegestaError(f"{where}: this is version {descriptor.get('version')}, not {version}")
    return Release(where, descriptor)


def choose(releases: list[dict[str, Any]], version: str, where: str) -> dict[str, Any]:
    """The entry of `releases.json` that a version names.

    Raises:
        RegestaError: there is none, or it was retracted.
    """
    standing = [entry for entry in releases if not entry.get("retracted")]
    known = ", ".join(entry["version"] for entry in standing) or "none"
    if version == LATEST:
        if not standing:
            raise RegestaError(f"{where}: every release was retracted; ask the publisher for a new one")
        return max(standing, key=lambda entry: parse(entry["version"]) or (0, 0, 0))
    entry = next((entry for entry in releases if entry["version"] == version), None)
    if entry is None:
        raise RegestaError(f"{where}: no version {version}; there are: {known}")
    if gone := entry.get("retracted"):
        raise RegestaError(
            f"{where}: version {version} was retracted on {gone}: {entry.get('reason')}; take one of: {known}"
        )
    return entry


def _parsed(name: str, data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError as error:
        raise RegestaError(f"{name}: not JSON ({error}); get the file again") from None


class Release(Mapping[str, Table]):
    """A release as a mapping of its tables by name.

    Attributes:
        descriptor: the content of its `datapackage.json`.
        version: its version.
        tables: the tables by name, in an order in which each follows those it points to.
    """

    def __init__(self, place: Place, descriptor: Mapping[str, Any]) -> None:
        self._place = place
        self.descriptor = descriptor
        self.version: str = descriptor["version"]
        self.tables: dict[str, Table] = {r["name"]: Table(place, r) for r in descriptor["resources"]}
        self._texts: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"<release {self.version} of {self.descriptor['name']}: {', '.join(self.tables)}>"

    def __getitem__(self, name: str) -> Table:
        try:
            return self.tables[name]
        except KeyError:
            raise KeyError(f"no table {name!r}; there are: {', '.join(self.tables)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    @property
    def location(self) -> str:
        """Its folder or web address."""
        return str(self._place)

    @property
    def folder(self) -> Path | None:
        """Its folder, if it is on this machine."""
        return self._place.local()

    # --- every table at once ------------------------------------------------------------------------------------------

    def arrow(self) -> dict[str, pa.Table]:
        """Every table as Arrow, by name."""
        return {name: table.arrow() for name, table in self.tables.items()}

    def pandas(self) -> dict[str, pd.DataFrame]:
        """Every table as a pandas frame with Arrow-backed columns, by name."""
        return {name: table.pandas() for name, table in self.tables.items()}

    def polars(self) -> dict[str, pl.LazyFrame]:
        """Every table as a lazy Polars frame, by name."""
        return {name: table.polars_scan() for name, table in self.tables.items()}

    def duckdb(self, connection: duckdb.DuckDBPyConnection | None = None) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection with every table as a view, its title and the meaning of its columns as comments.

        Args:
            connection: where to make the views; a new one in memory if not given.
        """
        return make_views(self, connection)

    # --- figures ------------------------------------------------------------------------------------------------------

    def series(self, measure: str | None = None, place: str | None = None, group: str | None = None) -> pd.DataFrame:
        """How the number for one thing moves from paper to paper, as reported.

        A pandas frame with Arrow-backed columns. Its rows are those of the table `figure_series`, with `title`,
        `issuer` and `outlet` of the paper and the label of the `place`, series by series, in order of the papers'
        dates. No number is made of two.

        Args:
            measure: what is measured ("killed", "wounded", "missing" …); all measures if not given.
            place: a place by its id, its label or any of its names, in any capitals; all places if not given.
            group: who is counted ("all", "women", "children" …); all groups if not given.

        Raises:
            RegestaError: there is no such measure or place, no series of them, or the release has none at all.
        """
        # Brings the words of every language: for those who ask.
        from regesta.figures.series import READS, series  # noqa: PLC0415

        if missing := READS.keys() - self.tables.keys() - {"aliases"}:
            lacking = ", ".join(sorted(missing))
            raise RegestaError(f"{self.location}: no series here, for want of {lacking}; take a later version")
        tables = {name: self[name].arrow(columns) for name, columns in READS.items() if name in self.tables}
        found = series(tables, measure, place, group)
        return arrow_backed(found, "Release.series()")

    # --- texts --------------------------------------------------------------------------------------------------------

    def text(self, address: str) -> str:
        """The words at an address, such as "anthology@120-145".

        Raises:
            RegestaError: this is no address, or nothing stands there.
        """
        return self.context(address, 0).text

    def context(self, address: str, characters: int = 200) -> Context:
        """The words at an address, and up to so many code points before and after them.

        Args:
            address: the address of a row, or any other span of a source.
            characters: how many code points on either side.

        Raises:
            RegestaError: this is no address, or nothing stands there.
        """
        try:
            span = spans.parse(address)
        except ValueError as error:
            raise RegestaError(str(error)) from None
        text = self._source(span.source_id)
        if span.end > len(text):
            raise RegestaError(f"{address}: source {span.source_id} ends at {len(text)}; nothing stands there")
        start, end = max(0, span.start - characters), span.end + characters
        return Context(text[start : span.start], text[span.start : span.end], text[span.end : end])

    def _source(self, source_id: str) -> str:
        if source_id not in self._texts:
            found = self["sources"].arrow(["text"], pc.field("source_id") == source_id)["text"].to_pylist()
            if not found:
                raise RegestaError(f"{source_id}: no such source in {self.location}; look in the table sources")
            self._texts[source_id] = found[0]
        return self._texts[source_id]

    # --- checks -------------------------------------------------------------------------------------------------------

    @cached_property
    def checksums(self) -> dict[str, str]:
        """SHA-256 of every file of the release, by path.

        Raises:
            RegestaError: the list is not there.
        """
        lines = self._fetch(checks.SUMS).decode().splitlines()
        return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}

    def verify(self) -> list[checks.Problem]:
        """Check every file, key and address; an empty list means that the release is sound.

        A release elsewhere is brought here whole for the time of the check.
        """
        if self.folder is not None:
            return checks.verify(self.folder)
        with tempfile.TemporaryDirectory(prefix="regesta-") as aside:
            copy = Path(aside, self.version)
            for name in [*self.checksums, checks.SUMS]:
                self.bring(name, copy)
            return checks.verify(copy)

    def bring(self, name: str, folder: Path) -> Path | None:
        """Write a file of the release to the same place below a folder; gives its path, or None if it is not there.

        Raises:
            RegestaError: the name leads out of the folder.
        """
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise RegestaError(f"{self.location}: {name!r} leaves the release; do not trust it")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path if self._place.save(name, path) else None

    def _fetch(self, name: str) -> bytes:
        data = self._place.read(name)
        if data is None:
            raise RegestaError(f"{self.location}/{name}: not there; get the release again, or ask its publisher")
        return data
