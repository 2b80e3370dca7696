"""What stands in the papers of a joined text besides numbers: dates, paragraphs, quotations, names of places."""

from __future__ import annotations

import re
from functools import cache, cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regesta.figures.find import Sentences
from regesta.figures.joined import Joined
from regesta.figures.lexicon import words
from regesta.figures.places import Gazetteer, Names, Paper
from regesta.figures.quotes import Quote, marks, quotes
from regesta.tables.columns import Numbers, numbers

_NAMING = ("event", "work")
_POINTS = ("DATE", "INTERVAL", "TIME")
_TOO_WIDE = ("century", "millennium", "unknown")
_NEAR = 16
_YEAR_DIGITS = 4
_BEHIND = 200
_NOWHERE = np.iinfo(np.int64).max


class Cues:
    """The words of a language that tell what a date is a date of."""

    def __init__(self, language: str) -> None:
        raw = words(language).raw
        self.of_papers = tuple(raw["paper_dates"])
        self.of_paper = re.compile(rf"\b(?:{'|'.join(raw['paper_dates'])})\s+\Z", re.IGNORECASE)
        self.of_years = frozenset((*raw["year_cues"], *raw["dated_cues"]))
        self.range_noun = re.compile(r"(?:\s*[-–]\s*\d{4}|\s+to\s+\d{4})?\s+([a-z]+)")
        self.plurals = words(language).plurals


@cache
def cues(language: str) -> Cues:
    """The cues of a language; one a process."""
    return Cues(language)


class Papers:
    """The papers of a joined text.

    Attributes:
        joined: the text.
        papers, sentences, blocks, mentions, dates: where they stand in it, in order.
        types, entities: of each mention.
        events: the dates on which something can have happened, as places among the dates.
    """

    def __init__(self, joined: Joined, known: Gazetteer) -> None:
        self.joined, self.text, self.known = joined, joined.text, known
        self.cues = cues(joined.language)
        self.papers, self.sentences, self.blocks, self.mentions, self.dates = (
            joined.rows(name) for name in ("documents", "sentences", "blocks", "mentions", "dates")
        )
        self.types, self.entities = self.mentions.column("type"), self.mentions.column("entity_id")
        self.events = self._events()

    @cached_property
    def in_bytes(self) -> Sentences:
        """The sentences as the finder takes them."""
        start, end = (self.joined.to_bytes(places) for places in (self.sentences.start, self.sentences.end))
        block = self.sentences.column("block_id")
        fresh = numbers(pc.not_equal(block[1:], block[:-1]))
        return Sentences(start, end, np.cumsum(np.append([True], fresh))[: len(block)], self.sentences.source)

    def closed(self) -> list[tuple[int, int]]:
        """Where no number counts, in bytes: dates, addresses, and names with numbers in them."""
        years = np.flatnonzero(self.dates.end - self.dates.start == _YEAR_DIGITS).tolist()
        counting = [at for at in years if self._counts(int(self.dates.start[at]))]
        surfaces = self.mentions.column("surface")
        known = pc.not_equal(self.mentions.column("method"), "candidate")
        names = np.flatnonzero(numbers(pc.and_(pc.match_substring_regex(surfaces, r"\pN"), known))).tolist()
        chosen = (
            (self.dates, np.delete(np.arange(len(self.dates.start)), counting)),
            (self.blocks, np.flatnonzero(numbers(pc.equal(self.blocks.column("kind"), "url")))),
            (self.mentions, [at for at in names if any(sign.isdigit() for sign in surfaces[at].as_py())]),
        )
        start, end = (
            self.joined.to_bytes(np.concatenate([getattr(rows, name)[some] for rows, some in chosen])).tolist()
            for name in ("start", "end")
        )
        return list(zip(start, end, strict=True))

    def _counts(self, start: int) -> bool:
        """Whether four signs that were taken for a year count something: "considered 1993 appeals"."""
        end = start + _YEAR_DIGITS
        before = self.text[max(0, start - _NEAR) : start].split()
        if not self.text[start:end].isdigit() or not before or not before[-1].isalpha():
            return False
        following = self.cues.range_noun.match(self.text, end) if before[-1].lower() not in self.cues.of_years else None
        return following is not None and following[1].lower() in self.cues.plurals

    def _events(self) -> Numbers:
        apt = pc.and_(
            pc.is_in(self.dates.column("timex_type"), value_set=pa.array(_POINTS)),
            pc.invert(pc.is_in(self.dates.column("granularity"), value_set=pa.array(_TOO_WIDE))),
        )
        paper = self.paper_of(self.dates.start)
        found = np.flatnonzero(numbers(apt) & (paper >= 0))
        start, low = self.dates.start[found], self.papers.start[paper[found]]
        cited = np.sort(self.mentions.end[numbers(pc.equal(self.types, "instrument"))])
        before = np.append(cited, -1)[np.searchsorted(cited, start, side="right") - 1]
        near = (before > low) & (start - before < _NEAR)
        kept = []
        for date, at, begins, cite, close in zip(*(c.tolist() for c in (found, start, low, before, near)), strict=True):
            if close and "." not in self.text[cite:at]:
                continue
            words_ = self.text[max(begins, at - _NEAR) : at]
            if words_.rstrip().casefold().endswith(self.cues.of_papers) and self.cues.of_paper.search(words_):
                continue
            kept.append(date)
        return np.array(kept, np.int64)

    def paper_of(self, places: Numbers) -> Numbers:
        """Which paper places stand in; -1 for none."""
        found = np.searchsorted(self.papers.start, places, side="right") - 1
        return np.where(places < np.append(self.papers.end, -1)[found], found, -1)

    @cached_property
    def sources(self) -> list[tuple[int, int]]:
        """Where the source of each paper begins, and one past its last character."""
        place = self.papers.source - self.joined.first
        return list(zip(self.joined.begins[place].tolist(), self.joined.ends[place].tolist(), strict=True))

    def paragraphs(self, places: Numbers, paper: Numbers) -> Numbers:
        """Where the paragraph of each place of a paper begins, or else its paper."""
        low, high = self.papers.start[paper], self.papers.end[paper]
        begins = np.append(self.blocks.start, _NOWHERE)
        found = np.searchsorted(self.blocks.start, places, side="right") - 1
        found += (found < 0) | (begins[found] < low)
        return np.where(begins[found] < high, begins[found], low)

    def governing(self, number: Numbers, stop: Numbers, sentence: Numbers, paragraph: Numbers) -> Numbers:
        """The date that each figure is about: the last one before it in its sentence, else the first one behind, else
        the last one told in the paragraph. Places among the dates, -1 for none.

        Args:
            number: where it begins.
            stop: where the words behind it end.
            sentence: its sentence.
            paragraph: where its paragraph begins.
        """
        begins = self.dates.start[self.events]
        behind = np.searchsorted(begins, number)
        at, following = np.append(begins, -1)[behind - 1], np.append(begins, _NOWHERE)[behind]
        before = (behind > 0) & (at >= self.sentences.start[sentence])
        after = following < np.minimum(self.sentences.end[sentence], stop + _BEHIND)
        told = (behind > 0) & (at >= paragraph)
        place = np.where(before | (told & ~after), behind - 1, np.where(after, behind, -1))
        return np.append(self.events, -1)[place]

    @cached_property
    def years(self) -> tuple[list[int | None], list[int | None]]:
        """The first year and the last year of each date."""
        first, last = (pc.year(self.dates.column(name)).to_pylist() for name in ("date_start", "date_end"))
        return first, last

    @cached_property
    def _marks(self) -> Numbers:
        return self.joined.to_characters(marks(self.joined.raw))

    def quotes(self, paper: int) -> list[Quote]:
        """The quotations of a paper, in order."""
        found, blocks = self.parts["marks"][paper], self.parts["blocks"][paper]
        if not found:
            return []
        begins = self.blocks.start[blocks.start : blocks.stop].tolist()
        signs = self._marks[found.start : found.stop].tolist()
        return quotes(self.text, signs, begins, int(self.papers.end[paper]))

    @cached_property
    def _names(self) -> Names:
        """The places named; also those inside the name of an event or a work."""
        within = np.flatnonzero(numbers(pc.is_in(self.types, value_set=pa.array(_NAMING))))
        surfaces = self.mentions.column("surface").take(pa.array(within)).to_pylist()
        spelled = zip(within.tolist(), surfaces, strict=True)
        inner = {at: place for at, surface in spelled if (place := self.known.inside(surface))}
        found = np.union1d(np.flatnonzero(numbers(pc.equal(self.types, "place"))), np.array([*inner], np.int64))
        found = found[np.lexsort((self.mentions.end[found], self.mentions.start[found]))]
        named = zip(found.tolist(), self.entities.take(pa.array(found)).to_pylist(), strict=True)
        entities = [inner.get(at) or entity for at, entity in named]
        return Names(self.mentions.start[found].tolist(), entities, [at not in inner for at in found.tolist()])

    @cached_property
    def _dated(self) -> list[tuple[int, int | None]]:
        """Where each of the events stands, and its year."""
        years = self.years[0]
        starts = self.dates.start[self.events].tolist()
        return [(at, years[n]) for n, at in zip(self.events.tolist(), starts, strict=True)]

    @cached_property
    def parts(self) -> dict[str, list[range]]:
        """Which names of places, events, quotation marks, blocks and sentences begin in each paper."""
        begins: dict[str, Numbers] = {
            "names": np.array(self._names.start, np.int64),
            "events": self.dates.start[self.events],
            "marks": self._marks,
            "blocks": self.blocks.start,
            "sentences": self.sentences.start,
        }
        edges = np.stack([self.papers.start, self.papers.end], 1)
        return {
            name: [range(*part) for part in np.searchsorted(places, edges).tolist()] for name, places in begins.items()
        }

    def places(self, paper: int) -> Paper:
        """The places of a paper."""
        begins, written = self._begins[paper]
        names, events = self.parts["names"][paper], self.parts["events"][paper]
        dates = self._dated[events.start : events.stop]
        where = (self.text, begins, self.sentence_starts)
        return Paper(*where, self._names, names, dates, written, self.known, self.joined.language)

    @cached_property
    def _begins(self) -> list[tuple[int, str | None]]:
        """Where each paper begins, and where it was written in its own words."""
        return list(zip(self.papers.start.tolist(), self.papers.column("place").to_pylist(), strict=True))

    @cached_property
    def sentence_starts(self) -> list[int]:
        """Where each sentence begins."""
        found: list[int] = self.sentences.start.tolist()
        return found
