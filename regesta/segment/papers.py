"""Where the papers of a source begin and end: the strategies, and the choice between them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from regesta.errors import RegestaError
from regesta.segment.contents import Contents, align, find_contents, likeness
from regesta.segment.layout import LONG, Chunk, Page
from regesta.segment.marks import Dates, dated_bracket, heading_like, read_line
from regesta.segment.rules import Rules
from regesta.segment.whole import Reader

Strategy = Literal["single", "contents", "headings", "delimiter"]

# Likeness (0-100) from which two headings count as of one series, as yearly papers' headings are.
_SERIES = 70.0
# Points of evidence that make a heading the beginning of a paper; see `_evidence`.
_ENOUGH = 3.0
_ENOUGH_WHEN_ASKED = 2.0
# What a whole paper before a heading adds to them; and how long a heading must be that nothing else marks.
_AFTER_A_WHOLE = 1.5
_UNMARKED = 15


class Paper(NamedTuple):
    """A paper as a run of chunks.

    Attributes:
        headings: how many of the first chunks are its heading.
        front: whether it is front matter (a table of contents and what stands before it).
    """

    chunks: tuple[Chunk, ...]
    headings: int = 0
    front: bool = False

    @property
    def start(self) -> int:
        """Where the paper begins in its source."""
        return self.chunks[0].start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.chunks[-1].end


@dataclass(frozen=True)
class Division:
    """A source divided into papers.

    Attributes:
        unmatched: spans of contents entries for which no heading was found, with the entry.
        unlisted: positions (in `papers`) of papers that the contents do not list.
    """

    strategy: Strategy
    papers: tuple[Paper, ...]
    unmatched: tuple[tuple[int, int, str], ...] = ()
    unlisted: tuple[int, ...] = ()


def divide(page: Page, dates: Dates, words: Rules, strategy: str = "auto", delimiter: str | None = None) -> Division:
    """Divide a source into papers.

    Args:
        page: the source laid out.
        dates: the dates of its language.
        words: the word lists of that language.
        strategy: ``auto`` chooses by the evidence: a table of contents whose entries are found again, else
            two headings or more that begin papers, else one paper.
        delimiter: the line that stands between papers, with the strategy ``delimiter``.

    Raises:
        RegestaError: the catalogue asks for a strategy that the text gives no hold for.
    """
    parts = page.chunks
    if not parts:
        return Division("single", ())
    if strategy == "single":
        return _single(parts, words)
    if strategy == "delimiter":
        return _by_delimiter(parts, words, delimiter or "")
    if strategy in ("auto", "contents") and (found := _by_contents(parts, dates, words)):
        return found
    if strategy == "contents":
        raise RegestaError('segmentation = "contents": the text has no table of contents whose entries are found again')
    if found := _by_headings(parts, dates, words, _ENOUGH if strategy == "auto" else _ENOUGH_WHEN_ASKED):
        return found
    if strategy == "headings":
        raise RegestaError('segmentation = "headings": fewer than two headings that begin a paper were found')
    return _single(parts, words)


def _single(parts: list[Chunk], words: Rules) -> Division:
    return Division("single", (_paper(parts, words),))


def _paper(parts: list[Chunk], words: Rules, headings: int | None = None) -> Paper:
    end = len(parts)
    while end > 1 and parts[end - 1].separator:
        end -= 1  # A rule between two papers belongs to neither.
    parts = parts[:end]
    return Paper(tuple(parts), _leading_headings(parts, words) if headings is None else headings)


def _leading_headings(parts: list[Chunk], words: Rules) -> int:
    """How many chunks at the head of a paper are its heading: the first one, if it could be one and prose follows."""
    return int(len(parts) > 1 and heading_like(parts[0], words))


def _by_delimiter(parts: list[Chunk], words: Rules, delimiter: str) -> Division:
    papers: list[Paper] = []
    run: list[Chunk] = []
    for part in [*_split_at(parts, delimiter), None]:
        if part is not None:
            run.append(part)
        elif run:
            papers.append(_paper(run, words))
            run = []
    if len(papers) < 2:
        raise RegestaError(f'segmentation = "delimiter": no line {delimiter!r} stands between two papers')
    return Division("delimiter", tuple(papers))


def _split_at(parts: list[Chunk], delimiter: str) -> list[Chunk | None]:
    """The chunks with None for every line that is the delimiter."""
    split: list[Chunk | None] = []
    for part in parts:
        at = [n for n, line in enumerate(part) if line.text == delimiter.strip()]
        if not at:
            split.append(part)
            continue
        for first, after in pairwise([-1, *at, len(part)]):
            lines = part[first + 1 : after]
            split += [Chunk(part.page, lines.first, lines.after, part.gap, part.page_break)] if lines else []
            split += [None] if after < len(part) else []
    return split


def _by_contents(parts: list[Chunk], dates: Dates, words: Rules) -> Division | None:
    for contents in find_contents(parts, words):
        matched = align(contents.entries, parts, contents.after, words)
        known = sorted(number for number in matched if number is not None)
        if len(known) >= max(2, len(matched) // 2):
            return _as_listed(parts, contents, matched, known, dates, words)
    return None


def _as_listed(
    parts: list[Chunk], contents: Contents, matched: list[int | None], known: list[int], dates: Dates, words: Rules
) -> Division:
    """The papers that a table of contents lists, those that it leaves out, and the front matter."""
    listed = set(known)
    begins = _without_continuations(known)
    begins += _unlisted(parts, begins, known, dates, words)
    reader = Reader(parts, dates, words)
    before, after = reader.papers(0, contents.first), reader.papers(contents.after, min(begins))
    begins += [paper.first for paper in (*before, *after)]
    # Front matter: what stands before the first paper, and from the last one before the contents to the next one.
    front = {0, before[-1].after if before else 0} - set(begins)
    bounds = sorted({*begins, *front, len(parts)})
    papers = []
    for begin, end in pairwise(bounds):
        headings = next((n for n in range(begin, end) if n not in listed), end) - begin
        whole = Paper(tuple(parts[begin:end]), front=True)
        papers.append(whole if begin in front else _paper(parts[begin:end], words, max(1, headings)))
    unmatched = tuple(
        (entry.start, entry.end, entry.title)
        for entry, number in zip(contents.entries, matched, strict=True)
        if number is None
    )
    unlisted = tuple(n for n, begin in enumerate(bounds[:-1]) if begin not in listed and begin not in front)
    return Division("contents", tuple(papers), unmatched, unlisted)


def _without_continuations(known: list[int]) -> list[int]:
    """Leave out a matched heading that stands right under another one: together they head one paper."""
    return [n for i, n in enumerate(known) if i == 0 or n != known[i - 1] + 1]


def _unlisted(parts: list[Chunk], begins: list[int], known: list[int], dates: Dates, words: Rules) -> list[int]:
    """Headings of papers that the contents leave out: like the listed ones, and right after the end of a paper."""
    outlets = _repeated_endings(parts, begins)
    titles = [parts[n].plain for n in begins]
    emphasised = sum(parts[n].emphasised for n in begins) >= 2
    taken = set(known)
    found = []
    for n in range(begins[0] + 2, len(parts) - 1):
        chunk = parts[n]
        if n in taken or n - 1 in taken or not heading_like(chunk, words) or len(chunk.plain) < _UNMARKED:
            continue
        if not _closes(parts[n - 1], outlets, dates, words):
            continue
        series = likeness([chunk.plain], titles).max() >= _SERIES
        marked = (emphasised and chunk.emphasised) or dated_bracket(chunk, dates) or chunk.markdown_level
        if series or marked:
            found.append(n)
    return found


def _repeated_endings(parts: list[Chunk], begins: list[int]) -> set[str]:
    """Short lines that end two papers or more: the names of the outlets that carried them."""
    ends = Counter(parts[n - 1].plain.casefold() for n in begins[1:] if parts[n - 1].size <= 40)
    return {text for text, often in ends.items() if often >= 2}


def _closes(chunk: Chunk, outlets: set[str], dates: Dates, words: Rules) -> bool:
    """Whether a paper can end with this chunk: a date, a dateline, an address or a known outlet in its last line."""
    last = chunk.foot
    return last.plain.casefold() in outlets or read_line(last, dates, words).mark in (
        "date",
        "dateline",
        "url",
        "enacted",
    )


def _by_headings(parts: list[Chunk], dates: Dates, words: Rules, enough: float) -> Division | None:
    numbered = _numbered(parts, words)
    candidates = [
        n
        for n in range(len(parts) - 1)
        if n in numbered or (parts[n].may_head and heading_like(parts[n], words) and len(parts[n].plain) >= 8)
    ]
    top = min((level for n in candidates if (level := parts[n].markdown_level)), default=0)
    reader = Reader(parts, dates, words)
    likely: list[int] = []
    for n in candidates:
        points = _evidence(n, parts, top, reader, dates, words) + 3.0 * (n in numbered)
        # Nothing stands before the first heading, so that it can show less.
        if points >= enough - (1.5 if n == candidates[0] else 0.0) and (likely or n == candidates[0]):
            likely.append(n)
        elif points >= enough - _AFTER_A_WHOLE:
            first = likely[-1] if likely else candidates[0]
            whole = _whole_before(n, first, parts, reader, words)
            if points + whole >= enough:
                likely += [first, n] if whole and not likely else [n]
    begins = [n for i, n in enumerate(likely) if i == 0 or n != likely[i - 1] + 1]
    if len(begins) < 2:
        return None
    papers = [Paper(tuple(parts[: begins[0]]), front=True)] if begins[0] > 0 else []
    for a, b in zip(begins, [*begins[1:], len(parts)], strict=True):
        labelled = numbered.get(a) == "" and b - a > 2 and heading_like(parts[a + 1], words)
        papers.append(_paper(parts[a:b], words, 2 if labelled else 1))
    return Division("headings", tuple(papers))


def _numbered(parts: list[Chunk], words: Rules) -> dict[int, str]:
    """Chunks that number the papers of an edition one after the other, each with the title that follows its number.

    "Document 12" counts by its label, "12. Letter from …" by the kind of paper it names; a list whose items are short
    has neither.
    """
    series: dict[int, str] = {}
    expected = None
    for n, chunk in enumerate(parts[:-1]):
        found = words.series.match(chunk.plain) if chunk.may_number and chunk.size <= LONG // 2 else None
        if found is None:
            continue
        title = found["title"] or ""
        kind = words.kind.search(title)
        named = bool(kind) and len(title[: kind.start()].split()) <= 3 if kind else False
        if not (found["label"] or named) or title.endswith((";", ",", ".")):
            continue
        if expected is None or int(found["number"]) == expected:
            series[n] = title
            expected = int(found["number"]) + 1
    return series if len(series) >= 2 else {}


def _whole_before(n: int, first: int, parts: list[Chunk], reader: Reader, words: Rules) -> float:
    """Points for a heading with prose that follows a whole paper: the heading `first`, prose and a date at its end."""
    chunk = parts[n]
    if len(chunk.plain) < _UNMARKED or words.attached.match(chunk.plain) or not heading_like(parts[first], words):
        return 0.0
    if not reader.goes_before(first, n) or reader.last_prose <= n:
        return 0.0
    marked = parts[first].capitals or parts[first].emphasised or reader.tells(first)
    return _AFTER_A_WHOLE if marked else _AFTER_A_WHOLE - 0.5


def _evidence(n: int, parts: list[Chunk], top: int, reader: Reader, dates: Dates, words: Rules) -> float:
    """Points of evidence that a paper begins with a chunk: its typography, its words, and what stands before it.
    `top` is the highest level of Markdown headings in the source."""
    chunk = parts[n]
    points = 0.0
    if level := chunk.markdown_level:
        points += 2.0 if level == top else -1.0
    points += 1.0 * (chunk.emphasised or chunk.capitals)
    points += 1.5 * dated_bracket(chunk, dates)
    points += 1.0 * reader.names_kind(n)
    if n == 0:
        return points
    before = parts[n - 1]
    points += 1.5 * _closes(before, set(), dates, words)
    points += 1.0 * (before.separator or chunk.page_break)
    points += 0.5 * (chunk.gap >= 2 and chunk.gap > parts[n + 1].gap)
    return points
