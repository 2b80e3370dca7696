"""A feed to its links: RSS, Atom, a sitemap, or plain text with a link on each line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urljoin

from regesta.errors import RegestaError
from regesta.optional import need

MOST_LINKS = 1_000


@dataclass(frozen=True)
class Link:
    """A link of a feed, absolute, and what the feed calls it."""

    url: str
    title: str | None = None


def links(data: bytes, base: str) -> list[Link]:
    """The links of a feed in its order, each once.

    Args:
        data: the feed as it was received.
        base: its address, for links that are relative.

    Raises:
        RegestaError: it is no feed, defines entities, or has too many links.
    """
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    found = _of_xml(data, base) if text.startswith(b"<") else _of_lines(text, base)
    once = list({link.url: link for link in reversed(found)}.values())[::-1]
    if len(once) > MOST_LINKS:
        raise RegestaError(f"{base}: {len(once)} links, more than {MOST_LINKS}; divide the feed")
    return once


def _of_lines(text: bytes, base: str) -> list[Link]:
    try:
        lines = [line.strip() for line in text.decode("utf-8").splitlines()]
    except UnicodeDecodeError:
        raise RegestaError(f"{base}: neither XML nor a list of links in UTF-8; name a feed") from None
    wanted = [line for line in lines if line and not line.startswith("#")]
    if odd := [line for line in wanted if " " in line or "/" not in line]:
        raise RegestaError(f"{base}: {odd[0][:80]!r} is no link; a list of links has one on each line")
    return [Link(_absolute(base, line)) for line in wanted]


def _of_xml(data: bytes, base: str) -> list[Link]:
    etree = need("lxml.etree", "reading feeds", "regesta[sources]")
    # Entities stay what they are, and nothing is fetched because a feed says so.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise RegestaError(
            f"{base}: no feed that can be read ({error}); name an RSS, Atom or sitemap address"
        ) from None
    if root.getroottree().docinfo.doctype:
        raise RegestaError(f"{base}: a feed with a document type, which may define entities; none needs one")
    kind = etree.QName(root).localname
    if kind in ("rss", "RDF"):
        return [link for item in root.iter("{*}item") if (link := _of_item(item, base))]
    if kind == "feed":
        return [link for entry in root.iter("{*}entry") if (link := _of_entry(entry, base))]
    if kind == "urlset":
        return [Link(_absolute(base, place.text.strip())) for place in root.iter("{*}loc") if place.text]
    raise RegestaError(f"{base}: <{kind}> is no feed; RSS, Atom, a sitemap (urlset) or a list of links is")


def _of_item(item: Any, base: str) -> Link | None:
    """RSS: the file that an item encloses, else the page that it links to."""
    enclosed = item.find("{*}enclosure")
    where = enclosed.get("url") if enclosed is not None else item.findtext("{*}link")
    return Link(_absolute(base, where.strip()), _title(item)) if where and where.strip() else None


def _of_entry(entry: Any, base: str) -> Link | None:
    """Atom (RFC 4287): the file that an entry encloses, else its page."""
    by_kind = {link.get("rel", "alternate"): link.get("href") for link in reversed(entry.findall("{*}link"))}
    where = by_kind.get("enclosure") or by_kind.get("alternate")
    return Link(_absolute(base, where.strip()), _title(entry)) if where else None


def _absolute(base: str, where: str) -> str:
    """A link as an address; a place within a page is the page, and what is no address is told when it is asked for."""
    try:
        return urldefrag(urljoin(base, where)).url
    except ValueError:
        return where


def _title(item: Any) -> str | None:
    return " ".join((item.findtext("{*}title") or "").split()) or None
