"""Sentences: where one ends and the next begins.

A full stop, question or exclamation mark or an ellipsis ends a sentence unless something around it says that it does
not: an abbreviation, an initial, a number, a list mark, a word in lower case after it, a bracket or a quotation still
open over a fragment. The rules look at a few characters around each mark, so cost grows with the text and no faster.
"""

from __future__ import annotations

import re

import numpy as np

from regesta.segment.letters import ALNUM, LOWER, MARK, SPACE, Codes, Letters, Numbers, Truths, among
from regesta.segment.marks import list_mark
from regesta.segment.rules import Rules

_MARKS, _WIDE_MARKS = ".!?…", "。！？"
_QUOTE_CLOSERS, _QUOTE_OPENERS, _EMPHASIS = "\"'”’»)]", "\"'“‘„«([", "*_"
# A mark that may end a sentence, what closes after it, the white space, and what opens the next one.
# It begins where a run of marks begins and gives nothing back, so that a long run is looked at once.
_STOP = re.compile(
    rf"(?<![{_MARKS}])(?P<mark>[{_MARKS}]++|[{_WIDE_MARKS}])(?P<close>[{re.escape(_QUOTE_CLOSERS + _EMPHASIS)}]*+)"
    rf"(?P<space>\s++|(?<=[{_WIDE_MARKS}]))(?P<open>[{re.escape(_QUOTE_OPENERS + _EMPHASIS)}]*+)(?=\S)"
)
_AROUND_WORD = "\"'“”‘’„«»()[]*_/"
_EDGE_MARKS = "#*"
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]\Z")
_ROMAN = re.compile(r"[IVXLC]+\b")
_CAPITALISED = re.compile(r"[A-Z][a-z]+\b")
_HEADING_MARK = re.compile(r"#{1,6}\s+")
# How far a rule looks back for the word before a mark.
_REACH = 40
# How long the mark of a list item can be.
_MARK = 8
# So many letters of a word are looked at all at once, and a number of so many digits is no list mark.
_PACKED = 8
_YEAR = 4


def split(
    letters: Letters, starts: Numbers, ends: Numbers, running: Truths, words: Rules
) -> tuple[Numbers, Numbers, Numbers]:
    """The sentences of blocks, without the white space and mark-up at their edges.

    Most marks tell by the characters next to them whether they end a sentence; these are looked at all at once, the
    others one by one, by the same rules.

    Args:
        letters: the texts.
        starts: where the blocks begin, in order.
        ends: where they end.
        running: whether each is running text; what is not is one sentence, whatever full stops stand in it.
        words: the word lists of the language.

    Returns:
        Where each sentence begins and ends, in order, and the number of its block.
    """
    marks, block = _marks(letters, starts, ends, running)
    cuts, begins, doubtful = _sure(letters, marks, block, starts, ends, words)
    begin, end = starts[block[doubtful]], _last_words(letters, ends)[block[doubtful]]
    more = _looked_at(letters.text, marks[doubtful], begin, end, cuts, begins, words)
    begins = np.sort(np.concatenate((starts, begins, more[:, 1])))
    ends = np.sort(np.concatenate((cuts, more[:, 0], ends)))
    begins, ends = _trimmed(letters, begins, ends)
    return begins, ends, np.searchsorted(starts, begins, "right") - 1


def _marks(letters: Letters, starts: Numbers, ends: Numbers, running: Truths) -> tuple[Numbers, Numbers]:
    """Marks in running text that may end a sentence, and the block of each."""
    marks = letters.where(MARK)
    block = np.searchsorted(starts, marks, "right") - 1
    # A run of marks counts where it begins; what a letter or a digit follows ends nothing.
    may_end = ~among(letters.codes[marks - 1], _MARKS) & (
        ((letters.kinds[marks + 1] & ALNUM) == 0) | among(letters.codes[marks], _WIDE_MARKS)
    )
    if not len(starts):
        may_end[:] = False
    else:
        may_end &= (block >= 0) & running[block] & (marks < _last_words(letters, ends)[block])
    return marks[may_end], block[may_end]


def _last_words(letters: Letters, ends: Numbers) -> Numbers:
    """Behind the last letter or digit before each end: what follows (a stray quotation mark, say) is no sentence."""
    begins, stops = letters.worded
    last = np.searchsorted(begins, ends) - 1
    return np.where(last >= 0, np.minimum(np.append(stops, 0)[last], ends), 0)


def _sure(
    letters: Letters, marks: Numbers, block: Numbers, starts: Numbers, ends: Numbers, words: Rules
) -> tuple[Numbers, Numbers, Numbers]:
    """Where the white space after marks that surely end a sentence begins and ends, and the numbers of the marks that
    may end one. What `_ends` would say of the others needs no words."""
    codes, kinds = letters.codes, letters.kinds
    closed = among(codes[marks + 1], _QUOTE_CLOSERS)
    space = marks + 1 + closed
    after = space + 1
    first = after + among(codes[after], _QUOTE_OPENERS)
    # One mark, at most one mark of quotation on each side, one white space.
    simple = among(codes[marks], ".!?") & ((kinds[space] & SPACE) != 0) & ((kinds[after] & SPACE) == 0)
    simple &= first < ends[block]
    goes_on = simple & ((kinds[first] & LOWER) != 0)
    begins = simple & (codes[first] >= ord("A")) & (codes[first] <= ord("Z"))
    begins &= ((kinds[marks - 1] & ALNUM) != 0) & (marks > starts[block])
    # The latest place where the sentence may begin that the mark would end.
    latest = starts[block]
    same = np.flatnonzero(block[1:] == block[:-1]) + 1
    latest[same] = np.where(simple[same - 1], after[same - 1], marks[same])
    free = (marks - latest > _MARK) & _free(codes, kinds, marks, words)
    sure = begins & ((codes[marks] != ord(".")) | closed | free)
    return space[sure], after[sure], np.flatnonzero(~sure & ~goes_on)


def _free(codes: Codes, kinds: Codes, stops: Numbers, words: Rules) -> Truths:
    """Whether the word before a full stop is of letters only, of more than one, and no abbreviation, or a number of
    four digits or more: before a capital, and far enough from where its sentence begins, `_belongs_to_word` says no."""
    known = words.title_abbreviations | words.number_abbreviations | words.inner_abbreviations | words.abbreviations
    longest = max(map(len, known), default=0)
    length = np.zeros(len(stops), np.int64)
    packed = np.zeros(len(stops), np.uint64)
    letters, digits = np.ones(len(stops), bool), np.ones(len(stops), bool)
    for back in range(1, max(longest, _PACKED) + 2):
        code = codes[stops - back]
        lower = code | 0x20
        letters &= (lower >= ord("a")) & (lower <= ord("z"))
        length += letters
        if back <= _PACKED:
            packed |= np.where(letters, lower, 0).astype(np.uint64) << np.uint64(8 * (back - 1))
        if back <= _YEAR:
            digits &= (code >= ord("0")) & (code <= ord("9"))
    short = [w for w in known if w.isascii() and w.isalpha() and len(w) <= _PACKED]
    abbreviations = np.array([int.from_bytes(w.encode(), "big") for w in short], np.uint64)
    whole = (length > 1) & (length <= _PACKED) & ((kinds[stops - length - 1] & SPACE) != 0)
    free: Truths = digits | (length > max(longest, _PACKED)) | (whole & ~np.isin(packed, abbreviations))
    return free


def _looked_at(
    text: str, marks: Numbers, starts: Numbers, ends: Numbers, cuts: Numbers, begins: Numbers, words: Rules
) -> Numbers:
    """Where the white space after those marks begins and ends that end a sentence, each looked at by itself.

    `starts` is where the block of each begins, `ends` where its last word ends; `cuts` and `begins` are those of the
    marks already known to end a sentence.
    """
    found: list[tuple[int, int]] = []
    earliest = np.maximum(starts, np.append(0, begins)[np.searchsorted(cuts, marks)])
    for mark, first, end in zip(marks.tolist(), earliest.tolist(), ends.tolist(), strict=True):
        begin = max(first, found[-1][1]) if found else first
        hit = _STOP.match(text, mark, end)
        if hit and _ends(text, begin, hit, words):
            found.append(hit.span("space"))
    return np.array(found, np.int64).reshape(-1, 2)


def _trimmed(letters: Letters, begins: Numbers, ends: Numbers) -> tuple[Numbers, Numbers]:
    """Sentences without white space and mark-up at their edges; those of which nothing is left are left out."""
    first, last = begins, np.maximum(begins, ends - 1)
    clean = begins < ends
    for edge in (first, last):
        clean &= ((letters.kinds[edge] & SPACE) == 0) & ~among(letters.codes[edge], _EDGE_MARKS)
    kept = np.ones(len(begins), bool)
    for n in np.flatnonzero(~clean).tolist():
        if found := trim(letters.text, int(begins[n]), int(ends[n])):
            begins[n], ends[n] = found
        else:
            kept[n] = False
    return begins[kept], ends[kept]


def trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span without white space and mark-up at its edges; None if nothing is left.

    A mark of emphasis is only cut off where its twin is not inside the sentence.
    """
    start, end = _strip(text, start, end)
    if heading := _HEADING_MARK.match(text, start, end):
        start = heading.end()
    for mark in ("***", "**", "*"):
        opens, closes = (
            text.startswith(mark, start, end),
            text.startswith(mark, max(start, end - len(mark)), end),
        )
        if opens and (closes or text.count(mark, start, end) == 1) and end - start > 2 * len(mark):
            start += len(mark)
        if closes and (opens or text.count(mark, start, end) == 1) and end - start > 2 * len(mark):
            end -= len(mark)
        if opens or closes:
            break
    start, end = _strip(text, start, end)
    return (start, end) if start < end else None


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _ends(text: str, begin: int, hit: re.Match[str], words: Rules) -> bool:
    mark, close = hit["mark"], hit["close"]
    after = text[hit.end() : hit.end() + _REACH]
    if _goes_on(after, hit["open"]):
        return False
    lead = text[max(begin, hit.start() - _REACH) : hit.start()]
    if not (lead and lead[-1].isalnum()) and not any(map(str.isalnum, lead)):
        # Nothing but marks since the sentence began: an ellipsis that opens it.
        return False
    if mark[0] in "!?" + _WIDE_MARKS or close.strip(_EMPHASIS):
        return True
    if len(mark) > 1 or mark == "…":
        return not after[0].islower()
    return not _belongs_to_word(text, begin, hit, lead, after, words)


def _goes_on(after: str, opener: str) -> bool:
    """Whether what follows cannot begin a sentence: a small letter, or a mark of punctuation."""
    first = after[0]
    if first.islower():
        return True
    return first in ",;:.…)]}/=+%" and not opener


def _belongs_to_word(text: str, begin: int, hit: re.Match[str], lead: str, after: str, words: Rules) -> bool:
    """Whether a full stop belongs to the word before it."""
    words_before = lead.rsplit(None, 1)
    word = words_before[-1].strip(_AROUND_WORD) if words_before else ""
    if not word:
        return False
    lower = word.lower().rstrip(".")
    if hit.start() - begin <= _MARK and list_mark(f"{text[begin : hit.end()].lstrip()} "):
        return True
    if _INITIALS.match(word) and word[-1].isupper():
        return after[0].isupper()
    if lower in words.title_abbreviations:
        return word[0].isupper() or after[0].isupper()
    if lower in words.number_abbreviations:
        return after[0].isdigit() or after[0] in "№#" or (after[0].isupper() and _ROMAN.match(after) is not None)
    if lower in words.inner_abbreviations:
        return True
    if lower in words.abbreviations:
        # "etc." and "p.m." may end a sentence: they do where a new one plainly begins.
        return not _CAPITALISED.match(after)
    if word[-1].isdigit() and after[0].isdigit():
        # A date or number with spaces in it ("19. 02. 2015", "1. 5 million"), not the end of "in 1992. 25 people".
        return len(word) <= 2
    return False
