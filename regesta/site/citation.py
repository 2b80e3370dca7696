"""How to cite a span of a source, a paper or the whole release: as text, as BibTeX, and as a link."""

from __future__ import annotations

import re
from typing import NamedTuple

from regesta import spans
from regesta.errors import RegestaError
from regesta.site import links
from regesta.site.model import Head, Register


class Citation(NamedTuple):
    """A citation; `link` is relative to the root of the site where the site has no web address."""

    text: str
    bibtex: str
    link: str


def cite(register: Register, address: str) -> Citation:
    """The citation of a span.

    Raises:
        RegestaError: this is no address, or no paper of the release stands there.
    """
    try:
        span = spans.parse(address)
    except ValueError as error:
        raise RegestaError(str(error)) from None
    found = register.addresses.holder(span)
    if found is None or span.end > register.head(found).end:
        raise RegestaError(
            f"{address}: no paper of {register.release.location} stands there; look for the address in the release it "
            "was taken from"
        )
    head = register.head(found)
    link = absolute(register, register.addresses(address))
    return Citation(_text(register, head, address, link), _bibtex(register, head, address, link), link)


def absolute(register: Register, path: str) -> str:
    """An address of the site with its web address before it, where that is known."""
    return f"{register.base or ''}{path}"


def whole(register: Register) -> Citation:
    """The citation of the release."""
    descriptor = register.descriptor
    makers = " and ".join(one["title"] for one in descriptor.get("contributors", ())) or "Author not stated"
    title, version, date = descriptor["title"], descriptor["version"], descriptor["created"][:10]
    link = absolute(register, links.HOME)
    where = f" {link}" if register.base else ""
    text = f"{makers} ({date[:4]}). {title}, version {version} [data set], released {date}.{where}"
    fields = {"author": f"{{{makers}}}", "title": title, "year": date[:4], "version": version, "note": "Data set"}
    return Citation(text, _entry(f"{descriptor['name']}-{version}", fields | _url(register, link)), link)


def before(register: Register, head: Head) -> str:
    """What stands before the address in the citation of a span of a paper."""
    speaker = head.issuer or head.outlet
    date = head.date_edtf or "no date given"
    return f"{f'{speaker}, ' if speaker else ''}“{head.title}” ({date}), "


def after(register: Register) -> str:
    """What stands behind it."""
    descriptor = register.descriptor
    return f". In: {descriptor['title']}, version {descriptor['version']} ({descriptor['created'][:10]})."


def _text(register: Register, head: Head, address: str, link: str) -> str:
    where = f" {link}" if register.base else ""
    return f"{before(register, head)}{address}{after(register)}{where}"


def _bibtex(register: Register, head: Head, address: str, link: str) -> str:
    descriptor = register.descriptor
    fields = {
        "author": f"{{{head.issuer or head.outlet}}}" if head.issuer or head.outlet else "",
        "title": head.title,
        "date": head.date_start or "",
        "booktitle": descriptor["title"],
        "version": descriptor["version"],
        "note": f"Address {address}",
    }
    return _entry(re.sub(r"[^a-z0-9]+", "-", address), fields | _url(register, link))


def _url(register: Register, link: str) -> dict[str, str]:
    return {"url": link} if register.base else {}


def _entry(key: str, fields: dict[str, str]) -> str:
    lines = [f"  {name} = {{{_tex(text)}}}," for name, text in fields.items() if text]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def _tex(text: str) -> str:
    if text.startswith("{") and text.endswith("}"):
        return f"{{{_tex(text[1:-1])}}}"
    return re.sub(r"([&%$#_{}])", r"\\\1", text.replace("\\", " "))
