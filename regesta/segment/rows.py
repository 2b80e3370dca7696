"""The tables that segmentation makes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regesta.issues import issue_row
from regesta.segment.blocks import Block, Setter
from regesta.segment.description import Description, describe
from regesta.segment.layout import Page
from regesta.segment.letters import Letters, Numbers, Truths
from regesta.segment.marks import Dates
from regesta.segment.names import Names
from regesta.segment.normalize import normalize
from regesta.segment.pages import Layout, lay_out
from regesta.segment.papers import Division, Paper, divide
from regesta.segment.rules import Rules, rules
from regesta.segment.sentences import split
from regesta.spans import address, addresses
from regesta.tables import TABLES
from regesta.tables.arrow import table, table_from_rows

Row = dict[str, Any]
Tables = dict[str, pa.Table]

_RUNNING = {"paragraph", "list_item", "quote", "boilerplate"}
# Texts are laid out together up to so many characters.
_TOGETHER = 2_000_000


class Given(NamedTuple):
    """A source to divide.

    Attributes:
        source_id: its id, the first part of every address.
        text: its text; all offsets count its code points.
        language: its language (BCP 47).
        strategy: ``auto``, ``single``, ``contents``, ``headings`` or ``delimiter``.
        delimiter: the line between papers, for the strategy ``delimiter``.
    """

    source_id: str
    text: str
    language: str = "en"
    strategy: str = "auto"
    delimiter: str | None = None


class Outline(NamedTuple):
    """A source divided into papers, each with its blocks and what it says of itself."""

    division: Division
    papers: list[tuple[Paper, list[Block], Description]]


Work = Callable[[], Outline]


def segment(sources: Sequence[Given], attempt: Callable[[Given, Work], Outline | None] | None = None) -> Tables:
    """Divide sources into papers, blocks and sentences: the tables `documents`, `blocks`, `sentences` and `issues`.

    Args:
        sources: the sources.
        attempt: does the work on one source, or gives None to leave it out.

    Raises:
        RegestaError: the strategy asked for finds no hold in a text.
    """
    made = [_together(batch, attempt or (lambda _, work: work())) for batch in _batches(sources)]
    made = made or [_together([], lambda _, work: work())]
    return {name: pa.concat_tables([tables[name] for tables in made]).combine_chunks() for name in made[0]}


def _batches(sources: Sequence[Given]) -> Iterator[list[Given]]:
    """Sources that follow each other and are of one language, some at a time."""
    for _, alike in groupby(sources, key=lambda given: given.language):
        batch: list[Given] = []
        room = _TOGETHER
        for given in alike:
            if batch and len(given.text) > room:
                yield batch
                batch, room = [], _TOGETHER
            batch.append(given)
            room -= len(given.text)
        yield batch


def _together(sources: list[Given], attempt: Callable[[Given, Work], Outline | None]) -> Tables:
    letters = Letters([given.text for given in sources])
    layout = lay_out(letters)
    language = sources[0].language if sources else "en"
    words, dates = rules(language), Dates(language)
    dates.foresee(layout.short_lines_with_digits(letters))
    made = _Made()
    for number, (given, page) in enumerate(zip(sources, layout.pages, strict=True)):
        found = attempt(given, lambda: outline(given, page, dates, words))  # noqa: B023 (called there)
        if found is not None:
            made.add(number, given, found, layout.lines[number])
    ids = pa.array([given.source_id for given in sources], pa.string())
    return made.tables(letters, layout, ids, words)


@dataclass
class _Made:
    """What sources gave, and where it stands in the texts put together.

    Attributes:
        documents: rows without what is told by arrays.
        source: the number of each paper's source.
        blocks: how many each paper has.
        lines: the first line of each block, and the first one after it.
    """

    documents: list[Row] = field(default_factory=list)
    issues: list[Row] = field(default_factory=list)
    source: list[int] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    levels: list[int | None] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)
    afters: list[int] = field(default_factory=list)

    def add(self, number: int, given: Given, outline: Outline, line: int) -> None:
        """Take in the papers of a source, whose first line has that number."""
        first = len(self.documents)
        for paper, blocks, found in outline.papers:
            document_id = address(given.source_id, paper.start, paper.end)
            position = len(self.documents) - first + 1
            self.documents.append(_document(document_id, given, position, paper, outline.division.strategy, found))
            self.issues += _document_issues(given.source_id, document_id, paper, found)
            self.source.append(number)
            self.blocks.append(len(blocks))
            self.kinds += [block.kind for block in blocks]
            self.levels += [block.level for block in blocks]
            self.firsts += [line + block.lines.first for block in blocks]
            self.afters += [line + block.lines.after for block in blocks]
        self.issues += _division_issues(given.source_id, outline.division, self.documents[first:])

    def tables(self, letters: Letters, layout: Layout, ids: pa.StringArray, words: Rules) -> Tables:
        """All of it as tables."""
        source = np.array(self.source, np.int64)
        paper = np.repeat(np.arange(len(source)), self.blocks)
        starts, ends = layout.starts[np.array(self.firsts, int)], layout.ends[np.array(self.afters, int) - 1]
        kinds = pa.array(self.kinds, pa.string())
        is_in = _flags(pc.is_in(kinds, pa.array(_RUNNING)))
        told = _flags(pc.not_equal(kinds, "separator"))
        spans = _Spans(letters, ids, source[paper], starts, ends)
        document_ids = pa.array([row["document_id"] for row in self.documents], pa.string())
        made = {
            **spans.columns("block_id"),
            "document_id": document_ids.take(pa.array(paper)),
            "position": _places(paper),
            "kind": kinds,
            "level": self.levels,
            "method": pa.repeat("rule", len(paper)),
        }
        begins, stops, of = split(letters, starts[told], ends[told], is_in[told], words)
        of = np.flatnonzero(told)[of]
        parts = _Spans(letters, ids, source[paper[of]], begins, stops)
        text = letters.slices(begins, stops)
        sentences = {
            **parts.columns("sentence_id"),
            "block_id": made["block_id"].take(pa.array(of)),
            "document_id": document_ids.take(pa.array(paper[of])),
            "position": _places(paper[of]),
            "text": text,
            "normalized": _normalized(letters, begins, stops, text),
            "method": pa.repeat("rule", len(of)),
        }
        return {
            "documents": _documents(letters, self.documents, source),
            "blocks": table("blocks", made),
            "sentences": table("sentences", sentences),
            "issues": table_from_rows("issues", self.issues),
        }


class _Spans(NamedTuple):
    """Spans of the texts put together, and the sources they are in."""

    letters: Letters
    ids: pa.StringArray
    source: Numbers
    starts: Numbers
    ends: Numbers

    def columns(self, key: str) -> dict[str, Any]:
        """The columns that say where a span stands in its source."""
        base = self.letters.base[self.source]
        starts, ends = pa.array(self.starts - base), pa.array(self.ends - base)
        return {
            key: addresses(self.ids.take(pa.array(self.source)), starts, ends),
            "char_start": starts,
            "char_end": ends,
        }


def _flags(column: pa.BooleanArray) -> Truths:
    found: Truths = column.to_numpy(zero_copy_only=False).astype(bool)
    return found


def _places(paper: Numbers) -> pa.Array:
    """The place of each of the rows among those of its paper."""
    return pa.array(np.arange(1, len(paper) + 1) - np.searchsorted(paper, paper))


def _normalized(letters: Letters, starts: Numbers, ends: Numbers, text: pa.StringArray) -> pa.Array:
    """The normalised reading of spans; most read as they stand."""
    odd = letters.holds(letters.odd, starts, ends)
    read = [
        normalize(letters.text[start:end]) for start, end in zip(starts[odd].tolist(), ends[odd].tolist(), strict=True)
    ]
    return pc.replace_with_mask(text, pa.array(odd), pa.array(read, pa.string()))


def _documents(letters: Letters, rows: list[Row], source: Numbers) -> pa.Table:
    base = letters.base[source]
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
    starts, ends = (base + np.array(columns.get(name, []), np.int64) for name in ("char_start", "char_end"))
    bounds = zip(letters.byte(starts).tolist(), letters.byte(ends).tolist(), strict=True)
    columns["words"] = pa.array(letters.words(starts, ends))
    columns["sha256"] = [hashlib.sha256(letters.utf8(start, end)).hexdigest() for start, end in bounds]
    columns["text"] = letters.slices(starts, ends)
    missing = {name: pa.nulls(len(rows)) for name in TABLES["documents"].columns if name not in columns}
    return table("documents", {**columns, **missing})


def outline(given: Given, page: Page, dates: Dates, words: Rules) -> Outline:
    """Divide one source, laid out."""
    division = divide(page, dates, words, given.strategy, given.delimiter)
    names = Names(given.text, words)
    setter = Setter(dates, words, names)
    papers = []
    for paper in division.papers:
        blocks = setter.blocks(paper)
        papers.append((paper, blocks, describe(paper, blocks, given.text, dates, words, names)))
    return Outline(division, papers)


def _document(document_id: str, given: Given, position: int, paper: Paper, strategy: str, found: Description) -> Row:
    date = found.dating.chosen
    return {
        "document_id": document_id,
        "source_id": given.source_id,
        "position": position,
        "char_start": paper.start,
        "char_end": paper.end,
        "segmentation": strategy,
        "title": found.title,
        "title_basis": found.title_basis,
        "kind": found.kind,
        "date_edtf": date.edtf if date else None,
        "date_start": date.start if date else None,
        "date_end": date.end if date else None,
        "date_basis": date.basis if date else "none",
        "date_char_start": date.char_start if date else None,
        "date_char_end": date.char_end if date else None,
        "date_conflict": found.dating.rival.edtf if found.dating.rival else None,
        "place": found.place,
        "issuer": found.issuer,
        "outlet": found.outlet,
        "url": found.url,
        "method": "rule",
    }


def _document_issues(source_id: str, document_id: str, paper: Paper, found: Description) -> list[Row]:
    dating = found.dating
    issues = []
    if dating.chosen and dating.rival:
        message = (
            f"the paper gives itself two dates: {dating.chosen.edtf} ({dating.chosen.basis}) was kept, "
            f"{dating.rival.edtf} ({dating.rival.basis}) was not: {dating.reason}"
        )
        issues.append(
            issue_row(
                source_id,
                document_id,
                dating.rival.char_start,
                dating.rival.char_end,
                "date_conflict",
                message,
            )
        )
    elif dating.chosen and dating.chosen.basis == "inferred":
        message = f"no date is given; {dating.chosen.edtf} was {dating.reason}"
        issues.append(
            issue_row(
                source_id,
                document_id,
                dating.chosen.char_start,
                dating.chosen.char_end,
                "date_inferred",
                message,
            )
        )
    elif not dating.chosen and not paper.front:
        issues.append(
            issue_row(
                source_id,
                document_id,
                paper.start,
                paper.end,
                "date_missing",
                "the paper gives no date for itself",
            )
        )
    return issues


def _division_issues(source_id: str, division: Division, documents: list[Row]) -> list[Row]:
    issues = []
    for start, end, title in division.unmatched:
        message = f"no heading was found for the contents entry {title!r}"
        issues.append(issue_row(source_id, None, start, end, "contents_entry_unmatched", message))
    for number in division.unlisted:
        row = documents[number]
        message = f"the table of contents does not list the paper {row['title']!r}"
        issues.append(
            issue_row(
                source_id,
                row["document_id"],
                row["char_start"],
                row["char_end"],
                "heading_not_in_contents",
                message,
            )
        )
    return issues
