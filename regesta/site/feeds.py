"""What is made for machines that look for data: a description in schema.org's words, a sitemap, a feed of releases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from regesta.site import links
from regesta.site.marks import plain
from regesta.site.model import Register, Version

_URLS = 50_000
"""How many addresses a sitemap may hold (sitemaps.org)."""


def dataset(register: Register) -> dict[str, Any]:
    """The release as a schema.org Dataset, in short: the whole description is among its files."""
    descriptor = register.descriptor
    record = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": descriptor["title"],
        "description": descriptor.get("description"),
        "version": descriptor["version"],
        "datePublished": descriptor["created"][:10],
        "inLanguage": descriptor.get("language"),
        "keywords": descriptor.get("keywords"),
        "license": [one["path"] for one in descriptor.get("licenses", ()) if one.get("path")],
        "creator": [{"@type": "Organization", "name": one["title"]} for one in descriptor.get("contributors", ())],
        "temporalCoverage": descriptor.get("coverage", {}).get("temporal"),
        "spatialCoverage": descriptor.get("coverage", {}).get("spatial"),
        "url": register.base,
        "distribution": [
            {
                "@type": "DataDownload",
                "name": name,
                "encodingFormat": "application/vnd.apache.parquet",
                "contentUrl": f"{register.base}{links.download(f'{name}.parquet')}",
            }
            for name in register.release
        ]
        if register.base
        else None,
    }
    return {key: value for key, value in record.items() if value}


def sitemap(register: Register, paths: Iterable[str]) -> dict[str, str]:
    """The files of the sitemap by name: none where the site's web address is not known."""
    if not register.base:
        return {}
    day = register.descriptor["created"][:10]
    urls = [f"<url><loc>{escape(register.base + path)}</loc><lastmod>{day}</lastmod></url>" for path in sorted(paths)]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    if len(urls) <= _URLS:
        return {links.SITEMAP: f"{head}<urlset {space}>\n" + "\n".join(urls) + "\n</urlset>\n"}
    files = {}
    for number, at in enumerate(range(0, len(urls), _URLS), start=1):
        files[f"sitemap.{number}.xml"] = (
            f"{head}<urlset {space}>\n" + "\n".join(urls[at : at + _URLS]) + "\n</urlset>\n"
        )
    index = "\n".join(f"<sitemap><loc>{escape(register.base + name)}</loc></sitemap>" for name in files)
    return files | {links.SITEMAP: f"{head}<sitemapindex {space}>\n{index}\n</sitemapindex>\n"}


def atom(register: Register) -> str:
    """The feed of releases (RFC 4287), newest first."""
    descriptor = register.descriptor
    name = f"urn:regesta:{descriptor['name']}"
    author = next((one["title"] for one in descriptor.get("contributors", ())), descriptor["title"])
    where = register.base or ""
    itself = f'<link rel="self" href={quoteattr(where + links.FEED)}/>\n' if where else ""
    entries = "\n".join(_entry(register, name, version) for version in register.versions)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>{escape(name)}</id>\n<title>{_xml(descriptor['title'])}</title>\n{itself}"
        f"<updated>{max(v.date for v in register.versions)}T00:00:00Z</updated>\n"
        f"<author><name>{_xml(author)}</name></author>\n{entries}\n</feed>\n"
    )


def _entry(register: Register, name: str, version: Version) -> str:
    told = (
        f"Retracted on {version.retracted}: {version.reason}"
        if version.retracted
        else "What changed is on the page of changes."
    )
    link = (register.base or "") + (links.CHANGES if version.version == register.release.version else links.HOME)
    return (
        f"<entry><id>{escape(f'{name}:{version.version}')}</id><title>Version {escape(version.version)}</title>"
        f"<link href={quoteattr(link)}/><updated>{version.date}T00:00:00Z</updated>"
        f"<summary>{_xml(told)}</summary></entry>"
    )


def _xml(text: str) -> str:
    return escape(plain(text))
