"""Reads a whole site: every link and every id of every page."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


@dataclass
class Seen:
    """A page: its ids, its links, and what may not be in it."""

    ids: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen = Seen()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                (self.seen.twice if value in self.seen.ids else self.seen.ids).add(value or "")
            if name in ("href", "src"):
                self.seen.links.append(value or "")
            if name == "style" or name.startswith("on"):
                self.seen.inline.append(f"{tag} {name}={value}")
        if tag == "style" or (tag == "script" and not {"src", "type"} & {name for name, _ in attrs}):
            self.seen.inline.append(tag)


def crawl(site: Path) -> dict[str, Seen]:
    """Every page of a site, by its address."""
    pages = {}
    for path in sorted(site.rglob("*.html")):
        reader = _Reader()
        reader.feed(path.read_text(encoding="utf-8"))
        pages[path.relative_to(site).as_posix()] = reader.seen
    return pages


def broken(site: Path, pages: dict[str, Seen]) -> list[str]:
    """Links of the site to itself that lead nowhere, fragments included."""
    found = []
    for page, seen in pages.items():
        for link in seen.links:
            at = urlsplit(link)
            if at.scheme or at.netloc:
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(at.path))) if at.path else page
            if not (site / target).is_file():
                found.append(f"{page}: {link}")
            elif at.fragment and target in pages and unquote(at.fragment) not in pages[target].ids:
                found.append(f"{page}: {link}: no such id")
    return found
