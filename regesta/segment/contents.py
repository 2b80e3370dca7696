"""Papers told apart by a table of contents: its entries are matched, in order, to headings in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from rapidfuzz import fuzz, process

from regesta.segment.layout import Chunk, Line
from regesta.segment.marks import heading_like
from regesta.segment.normalize import normalize
from regesta.segment.rules import Rules

# An entry: words, then leaders, a tab or wide white space, then a page number.
_ENTRY = re.compile(
    r"(?P<title>.*?\S)(?:\s*+(?:\.\s?){2,}+|\s*+…++|\t|\s{3,}+)[\s.…]*+(?P<page>\d{1,4}|[ivxlcdm]{1,7})\s*\Z",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"\.\s?\.|…|\t|\s{3}")
_LETTERS = re.compile(r"[\W_]+")
_BRACKET = re.compile(r"\s*\([^()]*\)\s*\Z")
# Below this likeness (0-100, normalised Indel) an entry and a heading are about different papers.
_ALIKE = 78.0
_FEWEST = 3
# A table of contents without a heading begins within so many chunks of the head of a text.
_AT_HEAD = 20


@dataclass(frozen=True)
class Entry:
    """An entry of a table of contents and where it stands."""

    title: str
    start: int
    end: int


@dataclass(frozen=True)
class Contents:
    """A table of contents: its entries, the number of its first chunk (its heading), and of the first one after it."""

    entries: tuple[Entry, ...]
    first: int
    after: int


def find_contents(chunks: list[Chunk], words: Rules) -> Iterator[Contents]:
    """What could be the table of contents of a text, in order.

    It is told by lines that end in a page number after leaders or a tab; the page numbers must not fall. Entries that
    run over two lines are joined. A heading ("Contents") is needed only where more stands before than a title page.
    """
    after = 0
    for number, chunk in enumerate(chunks):
        if number < after or not chunk.may_list:
            continue
        headed = number > 0 and bool(words.contents.match(chunks[number - 1].foot.plain))
        if number <= _AT_HEAD or headed or words.contents.match(chunk.head.plain):
            entries, pages, after = _run(chunks, number, words)
            rises = sum(1 for a, b in pairwise(pages) if b >= a)
            if len(entries) >= _FEWEST and rises >= 0.8 * (len(pages) - 1):
                yield Contents(tuple(entries), number - headed, after)


def _run(chunks: list[Chunk], first: int, words: Rules) -> tuple[list[Entry], list[int], int]:
    """The entries that begin with a chunk, their page numbers, and the number of the first chunk after them."""
    entries, pages = _entries(chunks[first], words)
    after = first + 1
    number = after
    while entries and number < len(chunks) and number - after <= 2:
        found, numbers = _entries(chunks[number], words)
        if found:
            entries += found
            pages += numbers
            after = number + 1
        number += 1
    return entries, pages, after


def _entries(chunk: Chunk, words: Rules) -> tuple[list[Entry], list[int]]:
    if chunk.size > 100_000 or not any(map(_entry, (line.text[-500:] for line in chunk))):
        return [], []
    entries: list[Entry] = []
    pages: list[int] = []
    open_lines: list[Line] = []
    for line in chunk:
        hit = _entry(line.text) if len(line.text) < 2000 else None
        if hit is None:
            if words.contents.match(line.plain):
                open_lines = []
            else:
                open_lines.append(line)
            continue
        title = normalize(" ".join([*(part.text for part in open_lines), hit["title"]]))
        entries.append(Entry(title, open_lines[0].start if open_lines else line.start, line.end))
        pages.append(int(hit["page"]) if hit["page"].isdigit() else 0)
        open_lines = []
    return entries, pages


def _entry(text: str) -> re.Match[str] | None:
    return _ENTRY.match(text) if _LEADERS.search(text) else None


def align(entries: tuple[Entry, ...], chunks: list[Chunk], first: int, words: Rules) -> list[int | None]:
    """For each entry the number of the chunk that is its heading, or None.

    The alignment keeps the order and makes the sum of likenesses largest (dynamic programming as for the longest
    common subsequence), so that headings which repeat almost word for word each find their own entry.
    """
    candidates = [n for n in range(first, len(chunks)) if heading_like(chunks[n], words)]
    if not candidates:
        return [None] * len(entries)
    score = likeness([entry.title for entry in entries], [chunks[n].plain for n in candidates])
    gain = np.where(score >= _ALIKE, score - _ALIKE / 2, 0.0)
    rows, columns = gain.shape
    best = np.zeros((rows + 1, columns + 1))
    for i in range(1, rows + 1):
        taken = best[i - 1, :-1] + gain[i - 1]
        best[i, 1:] = np.maximum.accumulate(np.maximum(best[i - 1, 1:], taken))
    return _walk_back(best, gain, candidates)


def _walk_back(best: np.ndarray, gain: np.ndarray, candidates: list[int]) -> list[int | None]:
    """Read the pairs off the table, from its end; of equal choices the earliest heading is taken."""
    i, j = gain.shape
    matched: list[int | None] = [None] * i
    while i and j:
        if best[i, j] == best[i, j - 1]:
            j -= 1
        elif best[i, j] == best[i - 1, j]:
            i -= 1
        else:
            i, j = i - 1, j - 1
            matched[i] = candidates[j]
    return matched


def likeness(left: list[str], right: list[str]) -> np.ndarray:
    """Likeness (0-100) of each left text to each right one, by letters and digits only, with and without a
    bracket at the end, where contents and headings most often differ."""
    whole = process.cdist([_letters(t) for t in left], [_letters(t) for t in right], scorer=fuzz.ratio)
    bare = process.cdist(
        [_letters(_BRACKET.sub("", t)) for t in left],
        [_letters(_BRACKET.sub("", t)) for t in right],
        scorer=fuzz.ratio,
    )
    # A whole likeness counts a little more, so that the date in a bracket decides between twins.
    return np.asarray(np.maximum(whole, bare - 2.0), dtype=np.float64)


def _letters(text: str) -> str:
    return _LETTERS.sub(" ", text).strip().casefold()
