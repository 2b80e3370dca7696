"""Texts laid out: the lines and chunks of all of them, found in arrays.

Where a few characters of a line already say what a rule would find, that is told here, so that the rule itself is only
asked of the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from regesta.segment.layout import HEADING_LINES, LONG, Chunk, Page
from regesta.segment.letters import ALNUM, BREAK, DIGIT, MARK, SPACE, Letters, Numbers, Truths, among

# Lines of a text that is wrapped at a margin are no longer.
MARGIN = 110
# Within so many characters a list mark is over.
_MARK = 8
_MARK_ENDS = ".)"
# A text that ends in one of these ends a clause, or is no heading, whatever is taken away at its end.
_STOPS = ".;:!?"
_NO_HEADING = ".;:,"
_PROSE = ".;:"


class Layout(NamedTuple):
    """Texts laid out: where all lines begin and end in them, the number of the first line of each, and their pages."""

    starts: Numbers
    ends: Numbers
    lines: list[int]
    pages: list[Page]
    dated: Numbers

    def short_lines_with_digits(self, letters: Letters) -> Iterator[str]:
        """What may be dates: short lines, and brackets at their ends."""
        for start, end in zip(self.starts[self.dated].tolist(), self.ends[self.dated].tolist(), strict=True):
            text = letters.text[start:end]
            yield text
            if text.endswith(")") and "(" in text:
                at = text.rfind("(")
                yield from (text[at:], text[at + 1 : -1])


class _Lines(NamedTuple):
    """Where lines begin and end without the white space around them, where the last word of each begins, and what is
    known of them: whether they may read otherwise when normalised, hold a digit, and are begun by no list mark, mark-up
    or quotation."""

    starts: Numbers
    ends: Numbers
    lasts: Numbers
    odd: Truths
    digits: Truths
    plain: Truths


class _Chunks(NamedTuple):
    """The number of the first line of each chunk and of the first one after it, the blank lines before it, and whether
    a form feed stands there."""

    firsts: Numbers
    afters: Numbers
    gaps: Numbers
    feeds: Truths


def lay_out(letters: Letters) -> Layout:
    """Lay texts out: every character that is not white space is in a line, and every line in a chunk."""
    breaks, codes, lines = _lines(letters)
    if not len(lines.starts):
        empty = [Page(text, [], [], [], []) for text in letters.texts]
        return Layout(lines.starts, lines.ends, [0] * len(empty), empty, lines.starts)
    source = np.searchsorted(letters.base, lines.starts, "right") - 1
    chunks = _chunks(letters, lines, source, breaks, codes)
    base = letters.base[source]
    tail = letters.codes[lines.ends - 1]
    columns = (lines.starts - base, lines.ends - base, lines.odd, among(tail, _STOPS))
    pages, bounds = _pages(
        letters, [column.tolist() for column in columns], source, chunks, *_looks(letters, lines, chunks)
    )
    # Those that are mostly asked for dates: in short chunks, or the last ones; of a list only the first.
    dated = np.repeat(_sizes(lines, chunks) <= LONG, chunks.afters - chunks.firsts)
    dated[chunks.afters - 1] = True
    item = ~lines.plain
    item[chunks.firsts] = False
    dated &= lines.digits & ~item & (lines.ends - lines.starts <= LONG // 2)
    return Layout(lines.starts, lines.ends, bounds, pages, np.flatnonzero(dated))


def _lines(letters: Letters) -> tuple[Numbers, Numbers, _Lines]:
    """Line breaks, the character that makes each, and the lines between."""
    breaks = letters.where(BREAK)
    codes = letters.codes[breaks]
    begins, stops = letters.visible
    low, high = np.searchsorted(begins, np.append(0, breaks)), np.searchsorted(begins, np.append(breaks, len(letters)))
    low, high = low[low < high], high[low < high] - 1
    starts, ends = begins[low], stops[high]
    odd, digits = letters.holds(letters.odd, starts, ends), letters.holds(letters.where(DIGIT), starts, ends)
    plain = (letters.kinds[starts] & ALNUM) != 0
    for step in range(1, _MARK):
        plain &= ~among(letters.codes[starts + step], _MARK_ENDS)
    return breaks, codes, _Lines(starts, ends, begins[high], odd, digits, plain)


def _chunks(letters: Letters, lines: _Lines, source: Numbers, breaks: Numbers, codes: Numbers) -> _Chunks:
    # Carriage return and line feed are one break.
    one = breaks[~((codes == ord("\n")) & (letters.codes[breaks - 1] == ord("\r")) & (breaks > 0))]
    opens = np.append(True, source[1:] != source[:-1])
    before = np.where(opens, letters.base[source], np.append(0, lines.ends[:-1]))
    between = np.searchsorted(one, lines.starts) - np.searchsorted(one, before)
    firsts = np.flatnonzero(opens | (between > 1))
    feeds = letters.holds(breaks[codes == ord("\f")], before[firsts], lines.starts[firsts])
    return _Chunks(firsts, np.append(firsts[1:], len(source)), np.maximum(0, between[firsts] - 1), feeds)


def _sizes(lines: _Lines, chunks: _Chunks) -> Numbers:
    sizes: Numbers = lines.ends[chunks.afters - 1] - lines.starts[chunks.firsts]
    return sizes


def _looks(letters: Letters, lines: _Lines, chunks: _Chunks) -> list[Truths]:
    """Whether each chunk may be a heading, is ordinary prose, and so on: see `Chunk`."""
    sizes, number = _sizes(lines, chunks), chunks.afters - chunks.firsts
    tail = letters.codes[lines.ends - 1]
    last = tail[chunks.afters - 1]
    may_head = (number <= HEADING_LINES) & (sizes <= LONG) & ~among(last, _NO_HEADING)
    # Lines of one paragraph: at a margin, or none but the last that may end a sentence.
    goes_on = ((letters.kinds[lines.ends - 1] & ALNUM) != 0) | (tail == ord(","))
    goes_on[chunks.afters - 1] = True
    wrapped = (number > 1) & (np.maximum.reduceat(lines.ends - lines.starts, chunks.firsts) <= MARGIN)
    one = wrapped | np.logical_and.reduceat(goes_on, chunks.firsts)
    # Shorter prose is one line that is plain as it stands, too long for what a web page leaves behind, and of words,
    # the last not the first, that end a clause.
    worded = ((letters.kinds[lines.lasts] & ALNUM) != 0) & (lines.lasts > lines.starts) & ~lines.odd
    short = (number == 1) & (sizes > LONG // 2) & among(last, _PROSE) & worded[chunks.firsts]
    ordinary = ((sizes > LONG) & one | short) & np.logical_and.reduceat(lines.plain, chunks.firsts)
    folio = ((letters.kinds[lines.ends - 1] & DIGIT) != 0) | (tail > 0x7F) | among(tail | 0x20, "ivxlcdm")
    folio &= lines.odd | letters.holds(_leaders(letters), lines.starts, lines.ends)
    may_list, digits = (np.logical_or.reduceat(found, chunks.firsts) for found in (folio, lines.digits))
    head = letters.codes[lines.starts[chunks.firsts]]
    may_part = (number == 1) & (sizes <= LONG) & (head == last)
    return [may_head, ordinary, may_list, digits & (sizes <= LONG // 2), may_part, head == ord("#")]


def _leaders(letters: Letters) -> Numbers:
    """Full stops that another follows at once or after a white space. (Other leaders are odd characters.)"""
    stops = letters.where(MARK)
    spaced = stops + 1 + ((letters.kinds[stops + 1] & SPACE) != 0)
    found: Numbers = stops[(letters.codes[stops] == ord(".")) & (letters.codes[spaced] == ord("."))]
    return found


def _pages(
    letters: Letters, columns: list[list[Any]], source: Numbers, chunks: _Chunks, *looks: Truths
) -> tuple[list[Page], list[int]]:
    """The pages, and the number of the first line of each and behind the last one."""
    bounds = np.searchsorted(source, np.arange(len(letters.base) + 1))
    parts = np.searchsorted(chunks.firsts, bounds).tolist()
    told = list(zip(*(column.tolist() for column in (*chunks, *looks)), strict=True))
    pages, lines = [], bounds.tolist()
    for n, text in enumerate(letters.texts):
        low, high = lines[n], lines[n + 1]
        starts, ends, odd, stops = (column[low:high] for column in columns)
        page = Page(text, starts, ends, odd, stops)
        page.chunks.extend(
            Chunk(page, first - low, after - low, *rest) for first, after, *rest in told[parts[n] : parts[n + 1]]
        )
        pages.append(page)
    return pages, lines
