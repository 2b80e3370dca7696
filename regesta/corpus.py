"""The catalogue of a corpus: `corpus.toml` read into checked objects.

A catalogue describes the corpus and lists its sources. A folder without one is a corpus as well: its text files are
the sources, and what had to be assumed is told in `Corpus.assumptions`.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from regesta import fetched
from regesta.errors import RegestaError, reason
from regesta.fetched import Version
from regesta.paths import Paths
from regesta.reading.formats import MEDIA_TYPES
from regesta.spans import SLUG_PATTERN

CATALOGUE = "corpus.toml"

Slug = Annotated[str, StringConstraints(pattern=rf"^{SLUG_PATTERN}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Edtf = Annotated[str, StringConstraints(pattern=r"^[-0-9X~?%./Y]+$")]
_NO_SOURCE = "no [[source]] entry; add one for each text (`regesta new` writes a first catalogue)"
Strategy = Literal["auto", "single", "contents", "headings", "delimiter"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class License(_Entry):
    """A licence of the data package (Data Package v2 `licenses`)."""

    name: Text
    title: Text | None = None
    path: Text | None = None


class Contributor(_Entry):
    """A person or body that made the corpus (Data Package v2 `contributors`)."""

    title: Text
    roles: tuple[Text, ...] = ()
    organization: Text | None = None
    email: Text | None = None
    path: Text | None = None


class Coverage(_Entry):
    """What the corpus is about: a period (EDTF) and places, in words."""

    period: Edtf | None = None
    places: tuple[Text, ...] = ()


class Source(_Entry):
    """One source text and what is known of it."""

    id: Slug
    path: Text
    title: Text | None = None
    publisher: Text | None = None
    language: Language | None = None
    url: Text | None = None
    retrieved: dt.date | None = None
    rights: Text | None = None
    original_name: Text | None = None
    sha256: Sha256 | None = None
    encoding: Text | None = None
    segmentation: Strategy = "auto"
    delimiter: Text | None = None
    supersedes: Slug | None = None

    @model_validator(mode="after")
    def _delimiter_goes_with_its_strategy(self) -> Source:
        if (self.segmentation == "delimiter") != (self.delimiter is not None):
            raise ValueError('`delimiter = "…"` and `segmentation = "delimiter"` go together')
        return self


class Watched(_Entry):
    """A source, or many, on the web or in an object store: `regesta fetch` looks for new versions.

    Attributes:
        url: the address of the source; or else
        feed: the address of RSS, Atom, a sitemap or a list of links, each link a source; or else
        store: a folder in an object store, each object below it a source.
        hosts: hosts besides its own to which links and redirects may lead.
        private: whether the hosts are in a network of one's own.
    """

    id: Slug
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    feed: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    store: Annotated[str, StringConstraints(pattern=r"^(s3|gs|az)://[^\s/]+(/\S*)?$")] | None = None
    hosts: tuple[Text, ...] = ()
    private: bool = False
    title: Text | None = None
    publisher: Text | None = None
    language: Language | None = None
    rights: Text | None = None
    encoding: Text | None = None
    segmentation: Strategy = "auto"
    delimiter: Text | None = None

    @model_validator(mode="after")
    def _one_address(self) -> Watched:
        if sum(address is not None for address in (self.url, self.feed, self.store)) != 1:
            raise ValueError("a source without `path` has a `url`, a `feed` or a `store`")
        return self


class Corpus(_Entry):
    """A corpus: what it is, whose voice it is, and its sources in the order of their ids.

    Attributes:
        voice: whose voice the papers are, and what they leave out; printed first in every datasheet.
        limits: what the user of this corpus must know before relying on it.
        watched: what is fetched from the web; `sources` has what was fetched of it.
        unfetched: ids of what is watched and was never fetched.
        assumptions: what was assumed because no catalogue said otherwise.
    """

    name: Slug
    title: Text
    description: Text | None = None
    voice: Text | None = None
    limits: Text | None = None
    content_notice: Text | None = None
    rights: Text | None = None
    homepage: Text | None = None
    language: Language = "en"
    keywords: tuple[Text, ...] = ()
    licenses: tuple[License, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    coverage: Coverage = Coverage()
    sources: tuple[Source, ...]
    watched: tuple[Watched, ...] = ()
    unfetched: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()

    def language_of(self, source: Source) -> str:
        """The language of a source: its own, else the corpus's."""
        return source.language or self.language


def load(folder: Path) -> Corpus:
    """The corpus in a folder: its catalogue, or what can be assumed without one.

    Raises:
        RegestaError: the folder is missing or holds no text, or the catalogue is wrong.
    """
    if not folder.is_dir():
        raise RegestaError(f"{folder}: no such folder; name the folder that holds the texts with --corpus")
    catalogue = folder / CATALOGUE
    if not catalogue.is_file():
        return assume(folder)
    corpus = read_catalogue(folder)
    known = {entry.id: entry for entry in corpus.watched}
    versions = [version for version in fetched.load(folder) if version.entry in known]
    sources = [*corpus.sources, *(_fetched_source(known[version.entry], version) for version in versions)]
    if not sources:
        raise RegestaError(f"{catalogue}: nothing was fetched yet; run: regesta fetch --corpus {folder}")
    _check_fetched(folder, sources, versions)
    missing = sorted(set(known) - {version.entry for version in versions})
    ordered = tuple(sorted(sources, key=lambda source: source.id))
    return corpus.model_copy(update={"sources": ordered, "unfetched": tuple(missing)})


def _fetched_source(entry: Watched, version: Version) -> Source:
    common = entry.model_dump(include={"publisher", "language", "rights", "segmentation", "delimiter"})
    name = urlsplit(version.url).path.rpartition("/")[2] or version.url
    return Source(
        id=version.source_id,
        path=version.path,
        title=version.title or entry.title or name,
        url=version.url,
        retrieved=version.retrieved,
        sha256=version.sha256,
        encoding=entry.encoding or version.encoding,
        supersedes=version.supersedes,
        **common,
    )


def _check_fetched(folder: Path, sources: Iterable[Source], versions: Iterable[Version]) -> None:
    record = folder / fetched.RECORD
    twice = [name for name, n in Counter(source.id for source in sources).items() if n > 1]
    if twice:
        raise RegestaError(f"{record}: two sources have the id {twice[0]!r}; give the entry in {CATALOGUE} another")
    paths = Paths(folder)
    for path in {version.path for version in versions}:
        paths.check(str(record), path)


def assume(folder: Path) -> Corpus:
    """A corpus of every text file in a folder, for want of a catalogue."""
    paths = [path.relative_to(folder).as_posix() for path in _texts(folder)]
    if not paths:
        kinds = ", ".join(f"*{suffix}" for suffix in sorted(MEDIA_TYPES))
        raise RegestaError(f"{folder}: no texts here ({kinds}); put the papers in this folder, or name another")
    name = slug(folder.resolve().name) or "corpus"
    ids = _unique(slug(path.rpartition(".")[0]) or "source" for path in paths)
    checked = Paths(folder)
    for path in paths:
        checked.check(f"{folder / path}", path)
    sources = [Source(id=i, path=path) for i, path in zip(ids, paths, strict=True)]
    return Corpus(
        name=name,
        title=folder.resolve().name,
        sources=tuple(sorted(sources, key=lambda source: source.id)),
        assumptions=(
            f"no {CATALOGUE}: every text file in the folder is a source, named after its file",
            f"no {CATALOGUE}: the language is English (en)",
            f"no {CATALOGUE}: licence, rights, contributors and whose voice the papers are is not known",
        ),
    )


_NO_SLUG = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """A name in lower-case ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NO_SLUG.sub("-", plain.lower()).strip("-")


def _unique(names: Iterable[str]) -> list[str]:
    made: dict[str, int] = {}
    for name in names:
        unique = name
        while unique in made:
            made[name] = made.get(name, 1) + 1
            unique = f"{name}-{made[name]}"
        made[unique] = 1
    return list(made)


def _texts(folder: Path) -> list[Path]:
    def wanted(path: Path) -> bool:
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        return path.suffix.lower() in MEDIA_TYPES and not hidden and path.is_file()

    return sorted(path for path in folder.rglob("*") if wanted(path))


def read_catalogue(folder: Path) -> Corpus:
    """The catalogue in a folder by itself: its sources are files, and what is watched is not looked for.

    Raises:
        RegestaError: there is none, or it is wrong.
    """
    catalogue = folder / CATALOGUE
    try:
        text = catalogue.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RegestaError(f"{catalogue}: not UTF-8 at byte {error.start}; save the catalogue as UTF-8") from None
    except OSError as error:
        raise RegestaError(f"{catalogue}: cannot be read ({reason(error)})") from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RegestaError(f"{catalogue}: not valid TOML: {error}") from None
    if odd := sorted(set(raw) - {"corpus", "source"}):
        line = _line_of(text, [odd[0]])
        raise RegestaError(f"{catalogue}:{line}: {odd[0]}: unknown key; known here: [corpus] and [[source]]")
    entries = list(enumerate(raw.get("source", [])))
    if not entries:
        raise RegestaError(f"{catalogue}:1: sources: {_NO_SOURCE}")
    watched = [(n, entry) for n, entry in entries if isinstance(entry, dict) and _is_watched(entry)]
    others = {n for n, _ in watched}
    files = [(n, entry) for n, entry in entries if n not in others]
    numbers = {"sources": [n for n, _ in files], "watched": [n for n, _ in watched]}
    listed = {"sources": [entry for _, entry in files], "watched": [entry for _, entry in watched]}
    try:
        corpus = Corpus.model_validate({**raw.get("corpus", {}), **listed})
    except ValidationError as error:
        raise RegestaError(_explain(catalogue, text, error, numbers)) from None
    _check_sources(catalogue, text, corpus, numbers)
    return corpus.model_copy(update={"sources": tuple(sorted(corpus.sources, key=lambda source: source.id))})


def _is_watched(entry: Mapping[str, object]) -> bool:
    return "path" not in entry and bool({"url", "feed", "store"} & set(entry))


def _explain(catalogue: Path, text: str, error: ValidationError, numbers: Mapping[str, list[int]]) -> str:
    first = error.errors()[0]
    place = [str(part) for part in first["loc"]]
    model = place[0]
    if len(place) > 1 and model in numbers:
        # The two kinds of entries are told apart here and not in the file.
        place = ["sources", str(numbers[model][int(place[1])]), *place[2:]]
    key = next((part for part in reversed(place) if not part.isdigit()), "")
    line = _line_of(text, place)
    if first["type"] == "extra_forbidden":
        known = ", ".join(sorted(_known_keys(model, place)))
        cure = f"unknown key; known keys here: {known}"
    elif first["type"] == "missing":
        cure = "missing; add it"
    else:
        message = first["msg"].removeprefix("Value error, ")
        cure = f"{message[0].lower()}{message[1:]}; found {first['input']!r:.80}" if key else message
    return f"{catalogue}:{line}: {'.'.join(place).replace('sources', 'source')}: {cure}"


def _known_keys(name: str, place: list[str]) -> Iterable[str]:
    models: dict[str, type[BaseModel]] = {
        "sources": Source,
        "watched": Watched,
        "licenses": License,
        "contributors": Contributor,
        "coverage": Coverage,
    }
    model = models.get(name, Corpus) if len(place) > 1 else Corpus
    return set(model.model_fields) - {"sources", "watched", "unfetched", "assumptions"}


def _line_of(text: str, place: list[str]) -> int:
    """The line of a key in the catalogue: the entry's header, then the key below it (1 where it cannot be told)."""
    lines = text.split("\n")
    header = {"sources": "source"}.get(place[0], f"corpus.{place[0]}")
    start = 0
    if len(place) > 1:
        nth = int(place[1]) if place[1].isdigit() else 0
        pattern = re.compile(rf"\s*\[\[?\s*{re.escape(header)}\s*\]\]?")
        found = [i for i, line in enumerate(lines) if pattern.match(line)]
        start = found[nth] if nth < len(found) else 0
    key = next((part for part in reversed(place) if not part.isdigit()), "")
    for i in range(start, len(lines)):
        if re.match(rf"\s*(?:[\"']?{re.escape(key)}[\"']?\s*=|\[+\s*(?:corpus\.)?{re.escape(key)}\s*\])", lines[i]):
            return i + 1
        if i > start and lines[i].lstrip().startswith("[") and len(place) > 1:
            break
    return start + 1


def _check_sources(catalogue: Path, text: str, corpus: Corpus, numbers: Mapping[str, list[int]]) -> None:
    """Ids and paths are unique, every path stays inside the folder, and what is superseded is there."""
    folder = catalogue.parent
    entries = [
        *zip(numbers["sources"], corpus.sources, strict=True),
        *zip(numbers["watched"], corpus.watched, strict=True),
    ]
    paths = Paths(folder)
    for field in ("id", "path"):
        seen: set[str] = set()
        for number, source in entries:
            value = getattr(source, field, None)
            if value is None:
                continue
            where = _Where(catalogue, text, number, field)
            if value in seen:
                raise RegestaError(f"{where}: two sources have the {field} {value!r}; give each its own")
            seen.add(value)
            if field == "path":
                paths.check(where, value)
    ids = {source.id for source in corpus.sources}
    for number, source in zip(numbers["sources"], corpus.sources, strict=True):
        if source.supersedes is not None and (source.supersedes == source.id or source.supersedes not in ids):
            where = _Where(catalogue, text, number, "supersedes")
            raise RegestaError(
                f"{where}: no other source {source.supersedes!r}; name the one that this is a new version of"
            )


class _Where(NamedTuple):
    """A key of a source in the catalogue, put in words only where a message asks: a catalogue may have many sources."""

    catalogue: Path
    text: str
    source: int
    field: str

    def __str__(self) -> str:
        return f"{self.catalogue}:{_line_of(self.text, ['sources', str(self.source), self.field])}: source.{self.field}"
