"""The one place that knows at which address of the site something stands.

File names come from ids alone, never from the order of a run, so that an address that was given out keeps its meaning
from release to release. All addresses are relative to the root of the site.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from regesta import spans

HOME, PAPERS, ENTITIES, FIGURES, DATA = (
    "index.html",
    "papers/index.html",
    "entities/index.html",
    "figures/index.html",
    "data/index.html",
)
CHANGES, QUALITY, SEARCH, SOURCES, MISSING = "changes.html", "quality.html", "search.html", "sources.html", "404.html"
FEED, SITEMAP = "atom.xml", "sitemap.xml"
_PLAIN = re.compile(r"[a-z0-9]+(?:[-_.@][a-z0-9]+)*\Z")
# Names that mean something else here or to some file systems. No id ends in an underscore, so this makes no twins.
_TAKEN = frozenset({"index", "con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(10))})
_LONGEST = 120


class Place(NamedTuple):
    """Where a paper stands in its source."""

    document_id: str
    source_id: str
    start: int
    end: int


def stem(name: str) -> str:
    """The file name for an id, without its ending: the id, or where that cannot be one, a safe name with a checksum."""
    if _PLAIN.match(name) and len(name) <= _LONGEST:
        return f"{name}_" if name.partition(".")[0] in _TAKEN else name
    safe = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80]
    return f"{safe or 'x'}_{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def page(path: str, number: int) -> str:
    """The address of a further page of what begins at `path`; numbers from 1."""
    return path if number == 1 else f"{path.removesuffix('.html')}.{number}.html"


def paper(document_id: str, part: int = 1) -> str:
    """The page of a paper, or of a further part of a long one."""
    return page(f"papers/{stem(document_id)}.html", part)


def entity(entity_id: str) -> str:
    """The page of an entity."""
    return f"entities/{stem(entity_id)}.html"


def table(name: str, number: int = 1) -> str:
    """A page of the rows of a table."""
    return page(f"data/{stem(name)}.html", number)


def source(source_id: str) -> str:
    """Where a source is described."""
    return f"{SOURCES}#{stem(source_id)}"


def series(measure: str, group: str, unit: str, place: str | None) -> str:
    """The page of the figures of one measure, group, unit and place."""
    return f"figures/{stem('.'.join(_word(part) for part in (measure, group, unit, place or '-')))}.html"


def _word(text: str) -> str:
    """A part of a file name: plain words stay as they are, others get a checksum, so that no two values meet."""
    if re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", text):
        return text
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40]
    return f"{plain or 'none'}-{hashlib.sha256(text.encode()).hexdigest()[:6]}" if text != "-" else "none"


def download(name: str) -> str:
    """A file of the release that the site carries."""
    return f"download/{name}"


class Addresses:
    """Addresses of the data as addresses of the site."""

    def __init__(self, papers: Iterable[Place], parts: Mapping[str, Sequence[int]] | None = None) -> None:
        """Of papers, and of long ones where their further parts begin."""
        self._parts = parts or {}
        self._places: dict[str, list[Place]] = defaultdict(list)
        for place in sorted(papers, key=lambda p: (p.source_id, p.start, p.end)):
            self._places[place.source_id].append(place)
        self._ends = {place.document_id: place.end for places in self._places.values() for place in places}
        self._starts = {source_id: [p.start for p in places] for source_id, places in self._places.items()}

    def holder(self, span: spans.Span) -> str | None:
        """The paper that a span stands in or begins in; None if it stands in none."""
        places = self._places.get(span.source_id, [])
        at = bisect_right(self._starts.get(span.source_id, []), span.start) - 1
        if at < 0:
            return None
        found = places[at]
        inside = span.start < found.end or (span.start == found.end == span.end)
        return found.document_id if inside else None

    def part(self, document_id: str, start: int) -> int:
        """In which part of its paper a place stands, from 1."""
        return bisect_right(self._parts.get(document_id, ()), start) + 1

    def parts(self, document_id: str) -> Sequence[int]:
        """Where the further parts of a paper begin; empty for most."""
        return self._parts.get(document_id, ())

    def __call__(self, address: str) -> str:
        """Where the span with this address is shown; what follows a `#` in it does not matter.

        Raises:
            ValueError: this is no address.
        """
        span = spans.parse(address.partition("#")[0])
        found = self.holder(span)
        if found is None or span.end > self._ends[found]:
            return source(span.source_id)
        return f"{paper(found, self.part(found, span.start))}#{span.start}-{span.end}"
