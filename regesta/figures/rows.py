"""The stage: papers with their sentences, dates and mentions in, the table `figures` out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa

from regesta.collector import held_off
from regesta.entities.authority import Authority, base
from regesta.figures import places
from regesta.figures.find import Figure, finder
from regesta.figures.joined import join
from regesta.figures.lexicon import words
from regesta.figures.papers import Papers
from regesta.figures.quotes import Quote, Speaker, Told, span_of
from regesta.figures.signs import located
from regesta.spans import addresses
from regesta.tables.arrow import table, table_from_rows
from regesta.tables.columns import taken

Tables = dict[str, pa.Table]


@held_off()
def count(tables: Mapping[str, pa.Table], authority: Authority | None = None) -> Tables:
    """Find the figures in the papers of a shard: the table `figures`.

    What needs the whole corpus (`reused_from`, `earlier_papers`) is filled in by `regesta.figures.conclude`. Papers in
    a language without a word list are left out.

    Args:
        tables: `sources`, `documents`, `blocks`, `sentences`, `dates` and `mentions` of the shard.
        authority: the names that the mentions were found by; without it, those of the states of the world.
    """
    known = places.gazetteer(authority or base())
    made = [_Figures(Papers(joined, known)).table() for joined in join(tables)]
    return {"figures": pa.concat_tables([table_from_rows("figures", []), *made])}


class _Figures:
    """The figures of some papers, made into columns: what they say, and where each stands, has one element a figure."""

    def __init__(self, papers: Papers) -> None:
        self.papers, self.text = papers, papers.text
        joined = papers.joined
        found = finder(joined.language).find(joined.raw, papers.in_bytes, papers.closed())
        spans = np.array([(f.start, f.end, f.stop) for f in found], np.int64).reshape(-1, 3)
        start, end, stop = joined.to_characters(spans).T
        paper = papers.paper_of(start)
        contents = np.array([kind == "contents" for kind in papers.papers.column("kind").to_pylist()] + [True])
        kept = np.flatnonzero(~contents[paper])
        place_of = dict(zip(kept.tolist(), range(len(kept)), strict=True))
        self.figures: list[Figure] = [found[n] for n in kept.tolist()]
        self.whole = [None if f.whole is None else place_of.get(f.whole) for f in self.figures]
        self.start, self.end, self.paper = start[kept], end[kept], paper[kept]
        self.sentence = np.array([f.sentence for f in self.figures], np.int64)
        self.paragraph = papers.paragraphs(self.start, self.paper)
        self.date = papers.governing(self.start, stop[kept], self.sentence, self.paragraph).tolist()
        self.counted = [
            " ".join(self.text[slice(*located(self.text, at, until, f.counted))].split()) if f.counted else ""
            for f, at, until in zip(self.figures, self.end.tolist(), stop[kept].tolist(), strict=True)
        ]
        self.bounds = list(map(_bounds, self.figures))
        self.place: list[str | None] = []
        self.quoted: list[bool] = []
        self.said: list[tuple[str | None, str | None]] = []
        self.exceeds = [False] * len(self.figures)
        # Of the mentions of the papers: where they begin and end; of their language: words that make a name somebody's.
        self.mentioned, self.mention_ends = papers.mentions.start.tolist(), papers.mentions.end.tolist()
        lists = words(joined.language)
        self.leading = lists.sets["prepositions"] | {*lists.raw["belonging"]}
        self._ask()
        self._join()

    def _ask(self) -> None:
        """Where each figure is, and who says so."""
        sentences = self.papers.sentences
        spans = (sentences.start, sentences.end, *self.papers.in_bytes[:2])
        told = Told(self.text, self.papers.joined.raw, spans, self.papers.joined.language)
        serving = frozenset(words(self.papers.joined.language).raw["serving"])
        starts, ends = told.starts, told.ends
        columns = (self.paper, self.sentence, self.start, self.end, self.paragraph)
        rows = zip(*(column.tolist() for column in columns), self.figures, self.counted, self.date, strict=True)
        first_years, last_years = self.papers.years
        for paper, mine in groupby(rows, key=itemgetter(0)):
            about = self.papers.places(paper)
            quoted = self.papers.quotes(paper)
            part = self.papers.parts["sentences"][paper]
            within = part.start, part.stop
            before, last = None, -1
            for _, sentence, start, end, paragraph, figure, counted, date in mine:
                reading = figure.reading
                years = _both(first_years[date], last_years[date]) if date >= 0 else None
                place = about.place_of(
                    reading.measure, reading.unit, (start, end), counted, (starts[sentence], ends[sentence]),
                    paragraph, before if last == sentence else None, years, figure.noun in serving,
                )  # fmt: skip
                before, last = place, sentence
                quote = _around(quoted, start) if quoted else None
                speaker = told.source_of(sentence, start, quote, within) if quote or told[sentence] else None
                self.place.append(place)
                self.quoted.append(quote is not None)
                self.said.append((speaker.words, self._entity(speaker, paper)) if speaker else (None, None))

    def _entity(self, said: Speaker, paper: int) -> str | None:
        """The entity that the words for a source name: the first name in them that is not only said to be somebody's
        ("the spokesman of …"); a place alone, as a state that speaks."""
        span = span_of(self.text, said, *self.papers.sources[paper])
        if span is None:
            return None
        at = bisect_left(self.mentioned, span[0])
        while at < len(self.mentioned) and (start := self.mentioned[at]) < span[1]:
            end, entity = self.mention_ends[at], self.papers.entities[at].as_py()
            before = self.text[span[0] : start].lower().split()
            alone = end == span[1] and len(before) <= 1
            if (
                end <= span[1]
                and not self.leading.intersection(before)
                and (self.papers.types[at].as_py() != "place" or alone)
            ):
                return entity or None
            at += 1
        return None

    def _join(self) -> None:
        """Make figures parts of others: a part is about the same place and day, and is flagged where it exceeds its
        whole."""
        for part, whole in enumerate(self.whole):
            if whole is None:
                continue
            one, other = self.figures[part], self.figures[whole]
            if one.reading.measure != "other" and self.place[whole]:
                self.place[part] = self.place[whole]
            if self.date[part] < 0:
                self.date[part] = self.date[whole]
            low, high = self.bounds[part]
            low, most = high if low is None else low, self.bounds[whole][1]
            same = _unit(one) == _unit(other)
            self.exceeds[part] = same and low is not None and most is not None and low > most

    def table(self) -> pa.Table:
        """The rows of the table `figures`."""
        papers, joined = self.papers, self.papers.joined
        paper = papers.papers.column("document_id").take(pa.array(self.paper))
        source = papers.papers.column("source_id").take(pa.array(self.paper))
        begins = joined.begins[papers.papers.source[self.paper] - joined.first]
        start, end = self.start - begins, self.end - begins
        ids = addresses(source, start, end)
        spans = zip(self.start.tolist(), self.end.tolist(), strict=True)
        size = len(ids)
        columns: dict[str, Any] = {
            "figure_id": ids,
            "sentence_id": papers.sentences.column("sentence_id").take(pa.array(self.sentence)),
            "document_id": paper,
            "source_id": source,
            "char_start": start,
            "char_end": end,
            "surface": [self.text[first:last] for first, last in spans],
            "value_low": [low for low, _ in self.bounds],
            "value_high": [high for _, high in self.bounds],
            "qualifier": [f.qualifier for f in self.figures],
            "measure": [f.reading.measure for f in self.figures],
            "group": [f.noun or "all" if f.reading.group == "noun" else f.reading.group for f in self.figures],
            "unit": [_unit(f) for f in self.figures],
            "counted": [counted or None for counted in self.counted],
            "place_entity_id": self.place,
            "date_id": taken(papers.dates.column("date_id"), np.array(self.date, np.int64)),
            "attributed_to": [named for named, _ in self.said],
            "attributed_to_entity_id": [entity for _, entity in self.said],
            "quoted": self.quoted,
            "part_of": taken(ids, np.array([-1 if n is None else n for n in self.whole], np.int64)),
            "part_exceeds_whole": self.exceeds,
            "reused_from": pa.nulls(size, pa.string()),
            "earlier_papers": np.zeros(size, np.int64),
            "method": pa.repeat("rule", size),
        }
        return table("figures", columns)


def _both(first: int | None, last: int | None) -> tuple[int, int] | None:
    return (first, last) if first and last else None


def _unit(figure: Figure) -> str:
    return figure.amount.unit if figure.amount.kind != "count" else figure.reading.unit


def _bounds(figure: Figure) -> tuple[float | None, float | None]:
    """The bounds a figure states: "over 1,000" has no upper one, "up to 613" no lower one."""
    low, high = figure.amount.low, figure.amount.high
    return (None if figure.qualifier == "max" else low), (None if figure.qualifier == "min" else high)


def _around(quoted: list[Quote], start: int) -> Quote | None:
    at = bisect_right(quoted, start, key=lambda quote: quote.start) - 1
    return quoted[at] if at >= 0 and start < quoted[at].end else None
