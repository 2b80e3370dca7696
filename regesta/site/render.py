"""How pages are rendered: templates in which every text is shown as text, each page with its policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import jinja2

from regesta.site import citation, links, words
from regesta.site.marks import coded, plain, shown
from regesta.site.model import Register

Page = tuple[str, str]
"""The address of a page and its text."""
LIST_PAGE = 200
"""How many rows a page of a list has."""
_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
_POLICIES = {
    "plain": _POLICY,
    # A list of several pages is put together from the others when somebody filters it.
    "list": f"{_POLICY}; connect-src 'self'",
    # The search runs as WebAssembly and fetches parts of the index.
    "search": _POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
    + "; connect-src 'self'; worker-src 'self'",
}
_NAV = [
    (links.PAPERS, "Papers", "papers"),
    (links.ENTITIES, "Entities", "entities"),
    (links.FIGURES, "Figures", "figures"),
    (links.DATA, "Data", "data"),
    (links.SEARCH, "Search", "search"),
]


class List(NamedTuple):
    """A page of a list that may have several."""

    path: str
    page: int
    pages: int
    total: str
    rows: Sequence[Any]

    def at(self, number: int) -> str:
        """The address of a page of it."""
        return links.page(self.path, number)

    def others(self, root: str) -> str:
        """The addresses of its other pages, for the script that filters."""
        return " ".join(f"{root}{self.at(n)}" for n in range(1, self.pages + 1) if n != self.page)


class Renderer:
    """Renders pages of one release."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("regesta.site"),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            keep_trailing_newline=True,
            # Every text that comes out is shown as text, controls of direction included.
            finalize=lambda value: shown(value) if type(value) is str and not value.isalnum() else value,
        )
        self._templates.filters |= {"plain": plain, "coded": coded}
        descriptor = register.descriptor
        site = {
            "title": descriptor["title"],
            "version": descriptor["version"],
            "date": descriptor["created"][:10],
            "licences": [
                {"title": one.get("title"), "name": one["name"], "path": one.get("path")}
                for one in descriptor.get("licenses", ())
            ],
            "nav": _NAV,
        }
        self._templates.globals.update(
            site=site, links=links, words=words, register=register, addresses=register.addresses
        )

    def page(self, template: str, path: str, title: str, policy: str = "plain", **more: Any) -> Page:
        """A page: its template, its address, its title, its policy, and what the template needs."""
        here = path.partition("/")[0].removesuffix(".html")
        text = self._templates.get_template(f"{template}.html.j2").render(
            path=path,
            title=title,
            root="../" * path.count("/"),
            here=here,
            policy=_POLICIES[policy],
            canonical=citation.absolute(self.register, path) if self.register.base else "",
            **({"about": ""} | more),
        )
        return path, text

    def lists(
        self, template: str, path: str, title: str, rows: Sequence[Any], total: str, **more: Any
    ) -> Iterator[Page]:
        """The pages of a list."""
        cuts = [rows[n : n + LIST_PAGE] for n in range(0, len(rows), LIST_PAGE)] or [rows]
        for number, cut in enumerate(cuts, start=1):
            one = List(path, number, len(cuts), total, cut)
            policy = "list" if len(cuts) > 1 else "plain"
            yield self.page(template, one.at(number), title, policy, list=one, **more)
