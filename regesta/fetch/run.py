"""The sources that a catalogue watches, fetched: what is new is kept as a new version, what is not is left alone."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from regesta import fetched
from regesta.corpus import CATALOGUE, Corpus, Watched, read_catalogue, slug
from regesta.errors import RegestaError, reason
from regesta.fetch.feeds import Link, links
from regesta.fetch.guard import Guard
from regesta.fetch.store import Stores
from regesta.fetch.web import NAME, Answer, FetchError, Manners, Web
from regesta.fetched import FOLDER, Version
from regesta.reading import MEDIA_TYPES, Reading, read

_STATE = f"{FOLDER}/.state.json"
_LOCK = f"{FOLDER}/.lock"
_SLUG_LENGTH = 60
_SAVED_WITHIN = 1.0
_SUFFIXES = {media_type: suffix for suffix, media_type in reversed(MEDIA_TYPES.items())}
GENTLE = Manners()
_State: TypeAdapter[dict[str, dict[str, Any]]] = TypeAdapter(dict[str, dict[str, str | list[tuple[str, str | None]]]])
_VAGUE = {"", "application/octet-stream", "binary/octet-stream", "application/x-download"}


@dataclass(frozen=True)
class Outcome:
    """What came of an address.

    Attributes:
        url: the address.
        what: `new`, `unchanged`, or `failed`.
        source_id: the version that is now the latest, if there is one.
        message: why it failed, or what is worth saying.
    """

    url: str
    what: str
    source_id: str | None = None
    message: str = ""

    def __str__(self) -> str:
        told = [self.what, self.source_id or "", self.url, self.message and f"({self.message})"]
        return " ".join(part for part in told if part)


@dataclass
class _Session:
    """A fetch under way: what is known, and what the servers said last (which can be lost without loss)."""

    folder: Path
    corpus: Corpus
    web: Web
    versions: list[Version]
    state: dict[str, dict[str, Any]]
    today: dt.date
    stores: Stores
    taken: set[str] = field(default_factory=set)
    _of: dict[tuple[str, str], list[Version]] = field(default_factory=dict)
    _saved: float = field(default_factory=time.monotonic)
    _recorded: int = 0
    _news: bool = False

    def __post_init__(self) -> None:
        self.taken |= {source.id for source in self.corpus.sources} | {entry.id for entry in self.corpus.watched}
        for version in self.versions:
            self._note(version)
        self._recorded = len(self.versions)

    def of(self, url: str, entry: str) -> list[Version]:
        """The versions of a source, oldest first."""
        return self._of.get((url, entry), [])

    def add(self, version: Version) -> None:
        """Enter a new version."""
        self.versions.append(version)
        self._note(version)

    def _note(self, version: Version) -> None:
        self.taken.add(version.source_id)
        self._of.setdefault((version.url, version.entry), []).append(version)

    def save(self, within: float = 0.0) -> None:
        """Write the record and the state, unless that was done within so many seconds: each is one file, and a store
        may hold very many objects. What is lost is fetched again."""
        if not self._news or time.monotonic() - self._saved < within:
            return
        if self._recorded < len(self.versions):
            fetched.save(self.folder, self.versions)
        text = json.dumps(self.state, indent=1, sort_keys=True, ensure_ascii=False)
        fetched.write(self.folder / _STATE, text.encode())
        self._saved, self._recorded, self._news = time.monotonic(), len(self.versions), False

    def ask(self, url: str, guard: Guard | None, whether_kept: bool) -> Answer:
        """Ask for an address: for all of it only if there is news. One without a guard was listed by a store."""
        said = self.state.get(url, {}) if whether_kept else {}
        known = {
            name: said[key]
            for key, name in (("etag", "If-None-Match"), ("modified", "If-Modified-Since"))
            if key in said
        }
        answer = self.stores.get(url, known) if guard is None else self.web.get(url, guard, known)
        if answer.status in (404, 410):
            raise FetchError("is not there any more; what was fetched before stays")
        if answer.status == 304 and not known:
            raise FetchError("the server answers that nothing has changed, which was not asked")
        return answer

    def remember(self, url: str, answer: Answer, **more: Any) -> None:
        """Keep what the server said, for the next time."""
        said = {"etag": answer.headers.get("etag"), "modified": answer.headers.get("last-modified"), **more}
        self.state[url] = {key: value for key, value in said.items() if value}
        self._news = True


def fetch(
    folder: Path,
    manners: Manners = GENTLE,
    today: dt.date | None = None,
    told: Callable[[Outcome], None] = lambda _outcome: None,
) -> list[Outcome]:
    """Fetch the sources that the catalogue in a folder watches.

    What was fetched before is asked for on condition (ETag, Last-Modified). A file is a new version if its text is not
    that of an earlier one: pages change a little at every request. An address that fails stops no other.

    Args:
        folder: the folder of the corpus.
        manners: how much is taken, and how fast.
        today: the day that new versions bear; today (UTC) if not given.
        told: called with each outcome as it comes.

    Raises:
        RegestaError: the catalogue or the record is wrong, nothing is watched, another fetch is at work, a library is
            missing, or the folder cannot be written.
    """
    corpus = read_catalogue(folder)
    if not corpus.watched:
        raise RegestaError(
            f"{folder / CATALOGUE}: no [[source]] with a `url`, `feed` or `store` and no `path`: nothing to fetch"
        )
    outcomes: list[Outcome] = []
    with _alone(folder), Web(agent(corpus), manners) as web:
        day = today or dt.datetime.now(dt.UTC).date()
        stores = Stores(manners.most_bytes)
        session = _Session(folder, corpus, web, fetched.load(folder), _state(folder), day, stores)
        try:
            for entry in corpus.watched:
                for outcome in _entry(session, entry):
                    session.save(within=_SAVED_WITHIN)
                    outcomes.append(outcome)
                    told(outcome)
        finally:
            session.save()
    return outcomes


def agent(corpus: Corpus) -> str:
    """How we name ourselves: the program, and where the corpus's makers can be reached."""
    reached = corpus.homepage or next((person.email for person in corpus.contributors if person.email), None)
    about = f" (+{reached})" if reached else ""
    return f"{NAME}/{metadata.version('regesta')}{about}".encode("ascii", "ignore").decode()


def _entry(session: _Session, entry: Watched) -> Iterator[Outcome]:
    if entry.store is not None:
        yield from _fetch_store(session, entry, entry.store)
        return
    guard = Guard.of([entry.url or entry.feed or ""], entry.hosts, entry.private)
    if entry.url is not None:
        yield _fetch_one(session, entry, Link(entry.url), guard)
        return
    assert entry.feed is not None
    try:
        found = _links(session, entry.feed, guard)
    except (FetchError, RegestaError) as error:
        yield Outcome(entry.feed, "failed", None, str(error))
        return
    for link in found:
        yield _fetch_one(session, entry, link, guard)


def _links(session: _Session, feed: str, guard: Guard) -> list[Link]:
    """The links of a feed, from the server or, if that has no news, from the last time."""
    kept = session.state.get(feed, {}).get("links")
    answer = session.ask(feed, guard, whether_kept=kept is not None)
    if answer.status == 304:
        return [Link(*pair) for pair in kept or ()]
    found = links(answer.body, answer.url)
    session.remember(feed, answer, links=[[link.url, link.title] for link in found])
    return found


def _fetch_store(session: _Session, entry: Watched, store: str) -> Iterator[Outcome]:
    try:
        found = session.stores.listed(store)
    except FetchError as error:
        yield Outcome(store, "failed", None, str(error))
        return
    for link, tag in found:
        yield _fetch_one(session, entry, link, None, tag)


def _fetch_one(session: _Session, entry: Watched, link: Link, guard: Guard | None, tag: str | None = None) -> Outcome:
    """One source; `tag` is its ETag, if that is known without asking."""
    earlier = session.of(link.url, entry.id)
    latest = earlier[-1] if earlier else None
    name = latest.source_id if latest else None
    whole = latest is not None and (session.folder / latest.path).is_file()
    if whole and tag and session.state.get(link.url, {}).get("etag") == tag:
        return Outcome(link.url, "unchanged", name)
    try:
        answer = session.ask(link.url, guard, whether_kept=whole)
        if answer.status == 304:
            return Outcome(link.url, "unchanged", name)
        suffix = _suffix(answer)
        reading, encoding = _read(session, entry, answer, suffix, link.url)
    except (FetchError, RegestaError) as error:
        return Outcome(link.url, "failed", name, str(error))
    if same := _same(session, entry, earlier, answer.body, reading.text):
        if not whole and same == latest:
            fetched.keep(session.folder, answer.body, suffix)
        session.remember(link.url, answer)
        note = "" if same == latest else f"says again what {same.source_id} says"
        return Outcome(link.url, "unchanged", name, note)
    path = fetched.keep(session.folder, answer.body, suffix)
    version = Version(
        source_id=_name(session, entry, link.url, earlier),
        entry=entry.id,
        url=link.url,
        path=path,
        sha256=hashlib.sha256(answer.body).hexdigest(),
        encoding=encoding,
        retrieved=session.today,
        title=link.title,
        supersedes=name,
    )
    session.add(version)
    session.remember(link.url, answer)
    return Outcome(link.url, "new", version.source_id)


def _suffix(answer: Answer) -> str:
    """The suffix that names the reader, by the type the server names, or by the address where it names none."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    suffix = PurePosixPath(urlsplit(answer.url).path).suffix.lower()
    if kind == "text/plain" and MEDIA_TYPES.get(suffix) == "text/markdown":
        return suffix
    if kind in _SUFFIXES:
        return _SUFFIXES[kind]
    if kind in _VAGUE and suffix in MEDIA_TYPES:
        return suffix
    raise FetchError(f"is {kind or 'of no known type'}, which has no reader")


def _read(session: _Session, entry: Watched, answer: Answer, suffix: str, url: str) -> tuple[Reading, str | None]:
    """The text, and the encoding that the server named if the bytes keep to it."""
    language = entry.language or session.corpus.language
    named = f"{url} [{suffix}]{suffix}"
    said = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", answer.headers.get("content-type", ""), re.IGNORECASE)
    if entry.encoding is None and said and suffix not in (".pdf", ".docx"):
        try:
            return read(answer.body, named, said[1].lower(), language), said[1].lower()
        except RegestaError:
            pass  # Servers say wrong things of their files; the bytes have the last word.
    return read(answer.body, named, entry.encoding, language), None


def _same(session: _Session, entry: Watched, earlier: list[Version], body: bytes, text: str) -> Version | None:
    """The latest earlier version with these bytes or this text."""
    digest = hashlib.sha256(body).hexdigest()
    for version in reversed(earlier):
        if version.sha256 == digest or _text(session, entry, version) == text:
            return version
    return None


def _text(session: _Session, entry: Watched, version: Version) -> str | None:
    path = session.folder / version.path
    if not path.is_file():
        return None
    language = entry.language or session.corpus.language
    try:
        return read(path.read_bytes(), str(path), entry.encoding or version.encoding, language).text
    except RegestaError:
        return None  # What was read once and is not any more is no longer the same text.


def _name(session: _Session, entry: Watched, url: str, earlier: list[Version]) -> str:
    """The id of a new version: that of the first, which is made from the entry and the address, and its number."""
    if earlier:
        return f"{earlier[0].source_id}.v{len(earlier) + 1}"
    if entry.url is not None:
        return entry.id
    parts = urlsplit(url)
    plain = slug(unquote(f"{parts.path.rpartition('.')[0] or parts.path} {parts.query}"))[-_SLUG_LENGTH:].strip("-")
    name = f"{entry.id}-{plain}" if plain else entry.id
    return f"{name}-{hashlib.sha256(url.encode()).hexdigest()[:8]}" if name in session.taken else name


def _state(folder: Path) -> dict[str, dict[str, Any]]:
    """What the servers said last; a state that is gone or damaged costs one full fetch and nothing else."""
    try:
        found = json.loads((folder / _STATE).read_bytes())
    except (OSError, ValueError):
        return {}
    try:
        return _State.validate_python(found)
    except ValidationError:
        return {}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other fetches out; turn what the file system refuses into a message."""
    try:
        (folder / FOLDER).mkdir(exist_ok=True)
        with FileLock(folder / _LOCK, timeout=0):
            yield
    except Timeout:
        raise RegestaError(f"{folder}: another fetch is at work here; wait for it to end") from None
    except OSError as error:
        raise RegestaError(
            f"{error.filename or folder}: cannot be written ({reason(error)}); make room or give the right to write; "
            "what was fetched before is as it was"
        ) from None
