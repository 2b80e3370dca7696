"""The pages: what each shows, rendered from its template."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup

from regesta.site import charts, citation, data, feeds, links, paper, search, tell, words
from regesta.site.model import Head, Register, SeriesKey
from regesta.site.render import LIST_PAGE, List, Page, Renderer
from regesta.site.stream import OTHERS, Paper


class Pages:
    """The pages of a release."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self._renderer = Renderer(register)
        self._page, self._lists = self._renderer.page, self._renderer.lists

    # --- the papers ---------------------------------------------------------------------------------------------------

    def papers(self) -> Iterator[Page]:
        """The list of papers."""
        heads = self.register.heads
        yield from self._lists("papers", links.PAPERS, "Papers", heads, self._number())

    def _number(self) -> str:
        papers = self.register.papers
        front = len(self.register.heads) - papers
        told = words.of(papers, "paper")
        return f"{told} and {words.of(front, 'table of contents', 'tables of contents')}" if front else told

    def paper(self, one: Paper) -> Iterator[Page]:
        """The pages of a paper."""
        heads, head = self.register.heads, one.head
        starts = [head.start, *self.register.addresses.parts(head.document_id)]
        files = " ".join(
            f"{start}:{links.paper(head.document_id, n).partition('/')[2]}" for n, start in enumerate(starts, start=1)
        )
        for page in paper.parts(self.register, one):
            number = page.number
            path = links.paper(head.document_id, number)
            yield self._page(
                "paper",
                path,
                head.title,
                head=head,
                part=number,
                parts=len(starts),
                first=starts[number - 1],
                last=starts[number] if number < len(starts) else head.end,
                files=files if len(starts) > 1 else "",
                lines=page.lines,
                matches=page.matches,
                shown=OTHERS,
                issues=page.odd,
                previous=heads[one.rank - 1] if one.rank else None,
                next=heads[one.rank + 1] if one.rank + 1 < len(heads) else None,
                cited=citation.cite(self.register, head.document_id),
                before=citation.before(self.register, head),
                after=citation.after(self.register),
                base=citation.absolute(self.register, path) if self.register.base else "",
                about=_about(head),
            )

    # --- entities and figures -----------------------------------------------------------------------------------------

    def entities(self) -> Iterator[Page]:
        """The list of entities."""
        rows = list(self.register.entities.values())
        first: dict[str, int] = {}
        for n, row in enumerate(rows):
            first.setdefault(row["type"], n)
        counts = Counter(row["type"] for row in rows)
        types = [
            (words.TYPES.get(kind, kind), counts[kind], f"{links.page(links.ENTITIES, n // LIST_PAGE + 1)}#{kind}")
            for kind, n in first.items()
        ]
        anchors = {rows[n]["entity_id"] for n in first.values()}
        total = words.of(len(rows), "entity", "entities")
        yield from self._lists("entities", links.ENTITIES, "Entities", rows, total, types=types, anchors=anchors)

    def entity(self, one: tell.Told) -> Page:
        """The page of an entity."""
        return self._page(
            "entity",
            links.entity(one.row["entity_id"]),
            one.row["label"],
            row=one.row,
            names=[pair for pair in one.names if pair[0] != one.row["label"]],
            entries=one.entries,
            total=one.entries[0].total if one.entries else 0,
            papers=one.papers,
            strip=charts.years(charts.by_year(entry.day for entry in one.entries), "Dated sentences by year"),
            about=f"What the papers say about {one.row['label']}, by date.",
        )

    def figures(self) -> Iterator[Page]:
        """The list of what is reported."""
        rows = list(self.register.series.items())
        yield from self._lists("figures", links.FIGURES, "Figures as reported", rows, words.of(len(rows), "kind"))

    def series(self, key: SeriesKey, rows: list[tell.Statement]) -> Page:
        """The page of the figures of one measure, group, unit and place."""
        place = self.register.label(key.place)
        heading = f"{words.counted(*key[:3])}{', ' + place if place else ', no place told'}"
        return self._page(
            "series",
            links.series(*key),
            f"{heading}, as reported",
            heading=f"{heading[:1].upper()}{heading[1:]}",
            rows=rows,
            total=rows[0].total if rows else 0,
            chart=self._chart(heading, rows),
            about=f"What the papers report of {heading}, paper by paper.",
        )

    def _chart(self, heading: str, rows: Sequence[tell.Statement]) -> Markup:
        """A mark for each paper: the largest value that it reports."""
        largest: dict[int, tell.Statement] = {}
        for row in rows:
            known = largest.get(row.rank)
            if known is None or _size(row) > _size(known):
                largest[row.rank] = row
        points = []
        for row in largest.values():
            head = self.register.heads[row.rank]
            told = f"{head.date_edtf or 'no date'}: {words.value(row.low, row.high, row.qualifier)}, {head.title}"
            href = f"../{self.register.addresses(row.figure_id)}"
            points.append(
                charts.Point(head.date_start, row.low, row.high, row.qualifier, row.earlier_papers > 0, href, told)
            )
        label = f"{heading}: value as reported by date of paper, one mark a paper, the largest it reports"
        return charts.figures(points, label) + charts.LEGEND if len(points) > 1 else Markup("")

    # --- the data -----------------------------------------------------------------------------------------------------

    def tables(self) -> Iterator[Page]:
        """The list of tables, and the rows of each."""
        release = self.register.release
        hrefs = {name: f"../{links.table(name)}" for name in release}
        drawn = charts.schema({name: data.points_to(table) for name, table in release.items()}, hrefs)
        yield self._page("data", links.DATA, "Data", tables=list(release.values()), schema=drawn)
        for name, table in release.items():
            most = min(table.rows, data.MOST)
            pages = max(1, -(-most // data.PAGE))
            files = (links.download(f"{name}.parquet"), links.download(f"{name}.csv"))
            for number, rows in enumerate(data.pages(self.register, table), start=1):
                one = List(links.table(name), number, pages, "", ())
                fields = data.columns(table)
                yield self._page(
                    "table",
                    one.at(number),
                    table.title,
                    list=one,
                    table=table,
                    fields=fields,
                    rows=rows,
                    most=most,
                    files=files,
                )

    def sources(self) -> Page:
        """The sources."""
        table = self.register.release["sources"]
        rows = table.arrow([name for name in table.columns if name != "text"]).to_pylist()
        papers: dict[str, list[Head]] = {row["source_id"]: [] for row in rows}
        for head in self.register.heads:
            papers.setdefault(head.source_id, []).append(head)
        for row in rows:
            mine = papers[row["source_id"]]
            row |= {"stem": links.stem(row["source_id"]), "papers": mine[:100], "more": max(0, len(mine) - 100)}
        return self._page("sources", links.SOURCES, "Sources", sources=rows)

    # --- the whole ----------------------------------------------------------------------------------------------------

    def home(self, downloads: Sequence[Any], others: Sequence[Any], cff: str | None) -> Page:
        """The first page."""
        register = self.register
        descriptor, texts, heads = register.descriptor, register.texts, register.heads
        voice = texts.get("Whose voice this is", "").partition("\n\n**Content notice.**")[0]
        description = str(descriptor.get("description", "")).removesuffix(voice).strip()
        what = (
            description
            or "A register of papers: what they say, word for word and with the address of every word it uses."
        )
        dated = [head.date_edtf for head in heads if head.date_start and head.kind != "contents"]
        return self._page(
            "home",
            links.HOME,
            "Register",
            voice=voice,
            notice=descriptor.get("contentNotice", ""),
            what=what,
            counts=self._counts(),
            dated=f"{len(dated)} of {register.papers} papers are dated"
            + (f", from {dated[0]} to {dated[-1]}." if dated else "."),
            timeline=self._timeline(),
            downloads=downloads,
            others=others,
            cited=citation.whole(register),
            cff=cff,
            loading=_loading(register),
            versions=register.versions,
            limits=texts.get("Known limits", "").partition("\n\nThe rules make mistakes")[0],
            rights=descriptor.get("rights", ""),
            jsonld=_script(feeds.dataset(register)),
            about=str(descriptor.get("description", descriptor["title"])).partition("\n")[0][:300],
        )

    def _counts(self) -> list[tuple[str, int, str]]:
        counts = self.register.counts
        named = [
            ("papers", self.register.papers, links.PAPERS),
            ("sources", counts.get("sources", 0), links.SOURCES),
            ("sentences", counts.get("sentences", 0), links.table("sentences")),
            ("dates in the text", counts.get("dates", 0), links.table("dates")),
            ("entities", len(self.register.entities), links.ENTITIES),
            ("mentions of them", counts.get("mentions", 0), links.table("mentions")),
            ("figures as reported", counts.get("figures", 0), links.FIGURES),
        ]
        return [(label, count, href) for label, count, href in named if count]

    def _timeline(self) -> Markup:
        years: dict[int, list[tuple[str, str]]] = {}
        for head in self.register.heads:
            if head.date_start:
                named = (links.paper(head.document_id), f"{head.date_edtf}: {head.title}")
                years.setdefault(int(head.date_start[:4]), []).append(named)
        bars = [charts.Bar(year, len(items), items) for year, items in years.items()]
        return charts.years(bars, "Papers by year of their date; each square is a paper")

    def changes(self) -> Iterator[Page]:
        """What is different from the release before."""
        release = self.register.release
        total = self.register.counts.get("changes", 0)
        found = release["changes"].dataset().head(data.MOST).to_pylist() if total else []
        for row in found:
            row["href"] = self._now(row["table_name"], row["new_id"])
        summary: Counter[tuple[str, str, str]] = Counter()
        for batch in release["changes"].dataset().to_batches() if total else ():
            summary.update(zip(*(batch[name].to_pylist() for name in ("table_name", "kind", "reason")), strict=True))
        yield from self._lists(
            "changes",
            links.CHANGES,
            "Changes",
            found,
            "",
            changed=total,
            most=data.MOST,
            moved=self.register.counts.get("id_map", 0),
            first=self.register.versions[-1].version == release.version,
            summary=[(*key, count) for key, count in sorted(summary.items())],
        )

    def _now(self, table: str, key: str | None) -> str | None:
        if key is None:
            return None
        if table == "entities" and key in self.register.entities:
            return links.entity(key)
        try:
            return self.register.addresses(key)
        except ValueError:
            return None

    def quality(
        self, gates: str, scores: Sequence[tuple[str, str, float]], filled: Sequence[tuple[str, str, float]]
    ) -> Page:
        """What was checked, what was odd, and what is empty."""
        release = self.register.release
        total = self.register.counts.get("issues", 0)
        issues = release["issues"].dataset().head(1000).to_pylist() if total else []
        for row in issues:
            where = row["issue_id"].partition("#")[0]
            row |= {"where": where, "href": self._now("issues", where) if where else None}
        return self._page(
            "quality",
            links.QUALITY,
            "Quality",
            gates=gates,
            scores=scores,
            issues=issues,
            issue_total=total,
            filled=filled,
        )

    def others(self) -> Iterator[Page]:
        """Search, and the page for addresses that lead nowhere."""
        yield self._page("search", links.SEARCH, "Search", "search", more=search.folders(self.register)[1:])
        yield self._page("missing", links.MISSING, "Nothing stands here")

    def moved(
        self, path: str, old: str, now: str | None, label: str, rows: Sequence[tuple[str, str | None, str]]
    ) -> Page:
        """What stands at an address that a former release gave."""
        return self._page("moved", path, label or old, old=old, now=now, label=label, rows=rows)


def _about(head: Head) -> str:
    parts = (head.kind, head.issuer or head.outlet, head.date_edtf)
    return f"{head.title} ({', '.join(part for part in parts if part)})"


def _size(row: tell.Statement) -> float:
    value = row.high if row.high is not None else row.low
    return -1.0 if value is None else value


def _script(record: dict[str, Any]) -> Markup:
    """JSON for a block of data in a page: no text in it can end the block."""
    text = json.dumps(record, ensure_ascii=False, sort_keys=True)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 (no sign left that HTML knows)


def _loading(register: Register) -> list[tuple[str, str]]:
    file = citation.absolute(register, links.download("documents.parquet"))
    return [
        ("pandas", f'import pandas as pd\n\npapers = pd.read_parquet("{file}", dtype_backend="pyarrow")'),
        ("Polars", f'import polars as pl\n\npapers = pl.read_parquet("{file}")'),
        ("DuckDB", f"SELECT date_edtf, kind, title FROM '{file}' ORDER BY date_start;"),  # noqa: S608 (shown, never run)
        ("R", f'library(arrow)\n\npapers <- read_parquet("{file}")'),
    ]
