"""The stage: papers with their sentences, dates and mentions in, the table `figures` out."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from regesta.entities.authority import Authority, base
from regesta.figures import places
from regesta.figures.find import Figure, Sentence, finder
from regesta.figures.lexicon import languages, words
from regesta.figures.quotes import Quote, Speaker, quotes, source_of, sources, span_of
from regesta.spans import address
from regesta.tables.arrow import table_from_rows

Tables = dict[str, pa.Table]
Row = dict[str, Any]
_NAMING = ("event", "work")
_POINTS = ("DATE", "INTERVAL", "TIME")
_CITED = 16
_YEAR_DIGITS = 4
_TOO_WIDE = ("century", "millennium", "unknown")


def count(tables: Mapping[str, pa.Table], authority: Authority | None = None) -> Tables:
    """Find the figures in the papers of a shard: the table `figures`.

    What needs the whole corpus (`reused_from`, `earlier_papers`) is filled in by `regesta.figures.conclude`. Papers in
    a language without a word list are left out.

    Args:
        tables: `sources`, `documents`, `blocks`, `sentences`, `dates` and `mentions` of the shard.
        authority: the names that the mentions were found by; without it, those of the states of the world.
    """
    known = places.gazetteer(authority or base())
    rows: list[Row] = []
    split = {name: _by_source(tables[name]) for name in ("documents", "blocks", "sentences", "dates", "mentions")}
    for source in tables["sources"].select(["source_id", "language", "text"]).to_pylist():
        language = source["language"].split("-")[0].lower()
        if language in languages():
            mine = {name: found.get(source["source_id"], []) for name, found in split.items()}
            rows += _Source(source["source_id"], source["text"], language, mine, known).rows()
    return {"figures": table_from_rows("figures", rows)}


_COLUMNS = {
    "documents": ("document_id", "char_start", "char_end", "place", "kind"),
    "blocks": ("block_id", "char_start", "char_end", "kind"),
    "sentences": ("sentence_id", "char_start", "char_end", "block_id", "document_id"),
    "dates": ("date_id", "char_start", "char_end", "timex_type", "granularity", "date_start", "date_end"),
    "mentions": ("mention_id", "char_start", "char_end", "surface", "entity_id", "type", "method"),
}


def _by_source(table: pa.Table) -> dict[str, list[tuple[Any, ...]]]:
    """Rows by source, in order of the text; the columns of `_COLUMNS`, the address first."""
    name = next(
        n
        for n, columns in _COLUMNS.items()
        if columns[0] in table.column_names[:1] and set(columns) <= set(table.column_names)
    )
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in zip(*(table[column].to_pylist() for column in _COLUMNS[name]), strict=True):
        found.setdefault(row[0].partition("@")[0], []).append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row[1], -row[2]))
    return found


class _Offsets:
    """Code points and bytes of a text, both ways."""

    def __init__(self, text: str) -> None:
        self.raw = text.encode("utf-8", "surrogatepass")
        self.plain = self.raw.isascii()
        if not self.plain:
            data = np.frombuffer(self.raw, np.uint8)
            self.bytes = np.append(np.flatnonzero((data & 0xC0) != 0x80), len(data))

    def to_bytes(self, offsets: Sequence[int]) -> list[int]:
        found: list[int] = (
            np.asarray(offsets, np.int64).tolist() if self.plain else self.bytes[np.asarray(offsets, np.int64)].tolist()
        )
        return found

    def to_characters(self, offsets: Sequence[int]) -> list[int]:
        if self.plain:
            return list(offsets)
        found: list[int] = np.searchsorted(self.bytes, np.asarray(offsets, np.int64)).tolist()
        return found


class _Spot(NamedTuple):
    """A figure in code points of its source."""

    figure: Figure
    start: int
    end: int
    counted: str


class _Source:
    """The figures of one source, made into rows."""

    def __init__(
        self,
        source_id: str,
        text: str,
        language: str,
        tables: Mapping[str, list[tuple[Any, ...]]],
        known: places.Gazetteer,
    ) -> None:
        self.source_id = source_id
        self.text = text
        self.language = language
        self.tables = tables
        self.known = known
        self.offsets = _Offsets(text)
        raw = words(language).raw
        self.serving = frozenset(raw["serving"])
        self.paper_dates = re.compile(rf"\b(?:{'|'.join(raw['paper_dates'])})\s+\Z", re.IGNORECASE)
        self.sentences = tables["sentences"]
        self.starts = [row[1] for row in self.sentences]
        self.mentioned = [row[1] for row in tables["mentions"]]
        self.dated = frozenset((*raw["year_cues"], *raw["dated_cues"]))
        self.range_noun = re.compile(r"(?:\s*[-–]\s*\d{4}|\s+to\s+\d{4})?\s+([a-z]+)")
        self.plural = words(language).plurals
        self.leading = words(language).sets["prepositions"] | {*raw["belonging"]}

    def rows(self) -> list[Row]:
        spots = self._spots()
        rows: list[Row] = []
        at = 0
        for document in self.tables["documents"]:
            mine = []
            while at < len(spots) and spots[at].start < document[2]:
                if spots[at].start >= document[1]:
                    mine.append(spots[at])
                at += 1
            if mine and document[4] != "contents":
                rows += self._paper(document, mine)
        ids = [address(self.source_id, s.start, s.end) for s in spots]
        found = {row["figure_id"]: row for row in rows}
        for spot, own in zip(spots, ids, strict=True):
            row = found.get(own)
            if row is not None and spot.figure.whole is not None and ids[spot.figure.whole] in found:
                _join(row, found[ids[spot.figure.whole]])
        return rows

    def _spots(self) -> list[_Spot]:
        spans = self.offsets.to_bytes([x for row in self.sentences for x in (row[1], row[2])])
        sentences = [Sentence(spans[2 * i], spans[2 * i + 1], row[3]) for i, row in enumerate(self.sentences)]
        find = finder(self.language)
        found = find.find(self.offsets.raw, sentences, self._closed())
        ends = [x for f in found for x in (f.start, f.end, *(find.counted(self.offsets.raw, f) or (f.end, f.end)))]
        points = self.offsets.to_characters(ends)
        return [
            _Spot(
                f, points[4 * i], points[4 * i + 1], " ".join(self.text[points[4 * i + 2] : points[4 * i + 3]].split())
            )
            for i, f in enumerate(found)
        ]

    def _closed(self) -> list[tuple[int, int]]:
        """Where no number counts: dates, addresses, and names with numbers in them."""
        spans = [(row[1], row[2]) for row in self.tables["dates"] if not self._counts(row[1], row[2])]
        spans += [(row[1], row[2]) for row in self.tables["blocks"] if row[3] == "url"]
        spans += [
            (row[1], row[2])
            for row in self.tables["mentions"]
            if row[6] != "candidate" and any(c.isdigit() for c in row[3])
        ]
        spans.sort()
        kept: list[tuple[int, int]] = []
        for start, end in spans:
            if kept and start < kept[-1][1]:
                kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
            else:
                kept.append((start, end))
        flat = self.offsets.to_bytes([x for span in kept for x in span])
        return list(zip(flat[::2], flat[1::2], strict=True))

    def _counts(self, start: int, end: int) -> bool:
        """Whether four digits that were taken for a year count something: "considered 1993 appeals"."""
        if end - start != _YEAR_DIGITS or not self.text[start:end].isdigit():
            return False
        before = self.text[max(0, start - _CITED) : start].split()
        if not before or before[-1].lower() in self.dated or not before[-1].isalpha():
            return False
        following = self.range_noun.match(self.text, end)
        return following is not None and following[1].lower() in self.plural

    # --- one paper ----------------------------------------------------------------------------------------------------

    def _paper(self, document: tuple[Any, ...], spots: Sequence[_Spot]) -> list[Row]:
        document_id, low, high, own_place, _ = document
        first, last = bisect_left(self.starts, low), bisect_left(self.starts, high)
        spans = [(row[1], row[2]) for row in self.sentences[first:last]]
        blocks = [row[1] for row in self.tables["blocks"] if low <= row[1] < high]
        quoted = quotes(self.text[low:high], [b - low for b in blocks])
        quoted = [Quote(q.start + low, q.end + low) for q in quoted]
        find = sources(self.language).find
        told = _Lazy(self.text, spans, find)
        paper = places.Paper(
            self.text,
            low,
            self._named(low, high),
            self.known.inside(own_place) if own_place else None,
            self.known,
            self.language,
        )
        dates = self._dates(low, high)
        days = {row[0]: (row[5].year, row[6].year) for row in dates if row[5] and row[6]}
        paper.learn_years([(row[1], row[5].year) for row in dates if row[5]], spans)
        rows: list[Row] = []
        before: tuple[int, str | None] = (-1, None)
        for spot in spots:
            figure, number = spot.figure, (spot.start, spot.end)
            home = self.sentences[figure.sentence]
            paragraph = blocks[max(0, bisect_right(blocks, spot.start) - 1)] if blocks else low
            amount, reading = figure.amount, figure.reading
            date = _governing(dates, spot, (home[1], home[2]), paragraph)
            place = paper.place_of(
                reading.measure, reading.unit, number, spot.counted, (home[1], home[2]), paragraph,
                before[1] if before[0] == figure.sentence else None, days.get(date or ""), figure.noun in self.serving,
            )  # fmt: skip
            before = (figure.sentence, place)
            quote = _around(quoted, spot.start)
            said = source_of(self.text, told, figure.sentence - first, spot.start, quote, spans)
            low_value, high_value = _bounds(amount.low, amount.high, figure.qualifier)
            rows.append(
                {
                    "figure_id": address(self.source_id, *number),
                    "sentence_id": home[0],
                    "document_id": document_id,
                    "source_id": self.source_id,
                    "char_start": spot.start,
                    "char_end": spot.end,
                    "surface": self.text[spot.start : spot.end],
                    "value_low": low_value,
                    "value_high": high_value,
                    "qualifier": figure.qualifier,
                    "measure": reading.measure,
                    "group": figure.noun or "all" if reading.group == "noun" else reading.group,
                    "unit": amount.unit if amount.kind != "count" else reading.unit,
                    "counted": spot.counted or None,
                    "place_entity_id": place,
                    "date_id": date,
                    "attributed_to": said.words if said else None,
                    "attributed_to_entity_id": self._entity(said) if said else None,
                    "quoted": quote is not None,
                    "part_exceeds_whole": False,
                    "earlier_papers": 0,
                    "method": "rule",
                }
            )
        return rows

    def _entity(self, said: Speaker) -> str | None:
        """The entity that the words for a source name: the first name in them that is not only said to be somebody's
        ("the spokesman of …"); a place alone, as a state that speaks."""
        span = span_of(self.text, said)
        if span is None:
            return None
        at = bisect_left(self.mentioned, span[0])
        for row in self.tables["mentions"][at:]:
            if row[1] >= span[1]:
                break
            before = self.text[span[0] : row[1]].lower().split()
            alone = row[2] == span[1] and len(before) <= 1
            if row[2] <= span[1] and not self.leading.intersection(before) and (row[5] != "place" or alone):
                return str(row[4]) if row[4] else None
        return None

    def _dates(self, low: int, high: int) -> list[tuple[Any, ...]]:
        """The dates of a paper that something can have happened on; not those of the papers it cites."""
        cited = [row[2] for row in self.tables["mentions"] if row[5] == "instrument" and low <= row[1] < high]
        found = []
        for row in self.tables["dates"]:
            if not low <= row[1] < high or row[3] not in _POINTS or row[4] in _TOO_WIDE:
                continue
            at = bisect_right(cited, row[1]) - 1
            if at >= 0 and row[1] - cited[at] < _CITED and "." not in self.text[cited[at] : row[1]]:
                continue
            if not self.paper_dates.search(self.text[max(low, row[1] - _CITED) : row[1]]):
                found.append(row)
        return found

    def _named(self, low: int, high: int) -> list[places.Named]:
        out = []
        for row in self.tables["mentions"]:
            if not low <= row[1] < high:
                continue
            if row[5] == "place":
                out.append(places.Named(row[1], row[2], row[4], True))
            elif row[5] in _NAMING and (inner := self.known.inside(row[3])):
                out.append(places.Named(row[1], row[2], inner, False))
        return out


class _Lazy(Sequence[Sequence[Speaker]]):
    """The sources named in each sentence of a paper, looked for when a figure asks."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int]], find: Any) -> None:
        self.text, self.spans, self.find = text, spans, find
        self.known: dict[int, list[Speaker]] = {}

    def __len__(self) -> int:
        return len(self.spans)

    def __getitem__(self, place: Any) -> Any:
        if place not in self.known:
            self.known[place] = self.find(self.text, *self.spans[place])
        return self.known[place]


def _bounds(low: float | None, high: float | None, qualifier: str) -> tuple[float | None, float | None]:
    """The bounds a figure states: "over 1,000" has no upper one, "up to 613" no lower one."""
    return (None if qualifier == "max" else low), (None if qualifier == "min" else high)


def _around(quoted: Sequence[Quote], start: int) -> Quote | None:
    at = bisect_right([q.start for q in quoted], start) - 1
    return quoted[at] if at >= 0 and start < quoted[at].end else None


def _governing(dates: Sequence[tuple[Any, ...]], spot: _Spot, sentence: tuple[int, int], paragraph: int) -> str | None:
    """The date a figure is about: the last one before it in the sentence, else the first one behind, else the last one
    told in the paragraph."""
    starts = [row[1] for row in dates]
    at = bisect_left(starts, spot.start)
    if at and starts[at - 1] >= sentence[0]:
        return str(dates[at - 1][0])
    if at < len(dates) and starts[at] < min(sentence[1], spot.figure.stop + 200):
        return str(dates[at][0])
    return str(dates[at - 1][0]) if at and starts[at - 1] >= paragraph else None


def _join(part: Row, whole: Row) -> None:
    """Make a figure part of another: it is about the same place and day, and is flagged where it exceeds its whole."""
    part["part_of"] = whole["figure_id"]
    if part["measure"] != "other" and whole["place_entity_id"]:
        part["place_entity_id"] = whole["place_entity_id"]
    part["date_id"] = part["date_id"] or whole["date_id"]
    low = part["value_low"] if part["value_low"] is not None else part["value_high"]
    high = whole["value_high"]
    same = part["unit"] == whole["unit"]
    part["part_exceeds_whole"] = bool(same and low is not None and high is not None and low > high)
