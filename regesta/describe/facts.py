"""What is known of a release: the one thing that every description is rendered from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import pyarrow as pa

from regesta.describe.licences import Licence
from regesta.tables import files as tables

PARQUET = "application/vnd.apache.parquet"
MEDIA_TYPES = {
    ".parquet": PARQUET,
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".md": "text/markdown",
    ".py": "text/x-python",
    ".cff": "application/yaml",
}
_DAY = r"\d{4}-\d{2}-\d{2}"
_PERIOD = re.compile(rf"({_DAY})(?:/({_DAY}))?\Z")


@dataclass(frozen=True)
class File:
    """A file of a release: its path in the folder, with forward slashes, its size in bytes, and its SHA-256."""

    path: str
    bytes: int
    sha256: str

    @property
    def media_type(self) -> str:
        """Its media type."""
        return MEDIA_TYPES.get(Path(self.path).suffix, "text/plain")


@dataclass(frozen=True)
class Agent:
    """Who contributed to a release.

    Attributes:
        person: whether this is a person; a contributor is one if the catalogue says where they work.
        roles: Data Package roles.
    """

    name: str
    person: bool
    roles: tuple[str, ...] = ()
    affiliation: str | None = None
    email: str | None = None
    url: str | None = None

    @property
    def orcid(self) -> str | None:
        """The ORCID, without its web address, if that is the address of the person."""
        found = re.search(r"orcid\.org/(\d{4}-\d{4}-\d{4}-\d{3}[\dX])\Z", self.url or "")
        return found[1] if found else None


@dataclass(frozen=True)
class Facts:
    """A release, its files, and its sources.

    Attributes:
        descriptor: the content of datapackage.json.
        files: the files in the folder, by path.
        sources: the rows of `sources` without their text.
        software: the version of the code that made the release.
    """

    descriptor: Mapping[str, Any]
    files: Mapping[str, File]
    sources: tuple[Mapping[str, Any], ...]
    software: str

    @classmethod
    def of(
        cls, folder: Path, descriptor: Mapping[str, Any], sources: pa.Table | Path, software: str | None = None
    ) -> Facts:
        """The facts of the release in a folder."""
        # The descriptor has the checksums of the data, which may be large, from when they were written.
        known = {r["path"]: r["hash"].removeprefix("sha256:") for r in descriptor["resources"]}
        paths = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
        files = {path: _file(folder, path, known.get(path)) for path in paths}
        rows = tables.read(sources, [name for name in tables.columns(sources) if name != "text"]).to_pylist()
        return cls(descriptor, files, tuple(rows), software or metadata.version("regesta"))

    def with_file(self, folder: Path, path: str) -> Facts:
        """The same facts, and a file that has been written or changed since."""
        files = {**self.files, path: _file(folder, path)}
        return replace(self, files={name: files[name] for name in sorted(files)})

    @property
    def title(self) -> str:
        """Title of the data package."""
        return str(self.descriptor["title"])

    @property
    def version(self) -> str:
        """Version of the release."""
        return str(self.descriptor["version"])

    @property
    def date(self) -> str:
        """Release date, in ISO 8601."""
        return str(self.descriptor["created"][:10])

    @property
    def description(self) -> str | None:
        """What the papers are and whose voice they are; None if the catalogue does not say."""
        return self.descriptor.get("description")

    @property
    def homepage(self) -> str | None:
        """Web address of the project."""
        return self.descriptor.get("homepage")

    @property
    def keywords(self) -> list[str]:
        """Words to be found by."""
        return list(self.descriptor.get("keywords", ()))

    @property
    def languages(self) -> list[str]:
        """Languages of the sources (BCP 47), sorted."""
        return sorted({str(source["language"]) for source in self.sources})

    @property
    def licences(self) -> list[Licence]:
        """Licences of the data package, in the order of the catalogue."""
        return [Licence(**licence) for licence in self.descriptor.get("licenses", ())]

    @property
    def agents(self) -> list[Agent]:
        """The contributors, in the order of the catalogue."""
        return [
            Agent(
                name=person["title"],
                person=bool(person.get("organization")),
                roles=tuple(person.get("roles", ())),
                affiliation=person.get("organization"),
                email=person.get("email"),
                url=person.get("path"),
            )
            for person in self.descriptor.get("contributors", ())
        ]

    @property
    def publishers(self) -> list[Agent]:
        """The contributors whose role is to publish, or else all of them."""
        return [agent for agent in self.agents if "publisher" in agent.roles] or self.agents

    @property
    def resources(self) -> list[Mapping[str, Any]]:
        """The tables, as the descriptor has them."""
        return list(self.descriptor["resources"])

    @property
    def period(self) -> tuple[str, str] | None:
        """First and last day covered, in ISO 8601, where the catalogue gives whole days."""
        found = _PERIOD.match(self.descriptor.get("coverage", {}).get("temporal", ""))
        return (found[1], found[2] or found[1]) if found else None

    @property
    def places(self) -> list[str]:
        """The places covered, in words."""
        return list(self.descriptor.get("coverage", {}).get("spatial", ()))

    def data_file(self, resource: Mapping[str, Any]) -> File:
        """The file of a table."""
        return self.files[resource["path"]]


def _file(folder: Path, path: str, digest: str | None = None) -> File:
    if digest is None:
        with (folder / path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    return File(path, (folder / path).stat().st_size, digest)


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are there."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {}, ())}


def one_or_many(values: list[Any]) -> Any:
    """The value alone where there is only one, as JSON-LD likes it; None where there is none."""
    return values[0] if len(values) == 1 else values or None
