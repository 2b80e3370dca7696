"""Sentences: where one ends and the next begins.

A full stop, question or exclamation mark or an ellipsis ends a sentence unless something around it says that it does
not: an abbreviation, an initial, a number, a list mark, a word in lower case after it, a bracket or a quotation still
open over a fragment. The rules look at a few characters around each mark, so cost grows with the text and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from regesta.segment.marks import list_mark
from regesta.segment.rules import Rules

_CLOSERS = "\"'”’»)\\]*_"
# A mark that may end a sentence, what closes after it, the white space, and what opens the next one.
# It begins where a run of marks begins and gives nothing back, so that a long run is looked at once.
_STOP = re.compile(
    rf"(?<![.!?…])(?P<mark>[.!?…]++|[。！？])(?P<close>[{_CLOSERS}]*+)(?P<space>\s++|(?<=[。！？]))(?P<open>[\"'“‘„«(\[*_]*+)(?=\S)"
)
_AROUND_WORD = "\"'“”‘’„«»()[]*_/"
_EDGES = frozenset(" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000#*").union(
    map(chr, range(0x2000, 0x200B))
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]\Z")
_HEADING_MARK = re.compile(r"#{1,6}\s+")
# How far a rule looks back for the word before a mark.
_REACH = 40
# How long the mark of a list item can be.
_MARK = 8


def split(text: str, start: int, end: int, words: Rules) -> Iterator[tuple[int, int]]:
    """The spans of the sentences in a block, without the white space and mark-up at their edges.

    Args:
        text: the source's text.
        start: where the block begins in it.
        end: where it ends.
        words: the word lists of the language.
    """
    begin = start
    # What follows the last word (a stray quotation mark, say) is no sentence of its own.
    last_word = next((at for at in range(end, start, -1) if text[at - 1].isalnum()), start)
    for hit in _STOP.finditer(text, start, end):
        if hit.start() < begin or hit.end() > last_word or not _ends(text, begin, hit, words):
            continue
        cut = hit.start("space")
        if trimmed := trim(text, begin, cut):
            yield trimmed
        begin = hit.end("space")
    if trimmed := trim(text, begin, end):
        yield trimmed


def trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span without white space and mark-up at its edges; None if nothing is left.

    A mark of emphasis is only cut off where its twin is not inside the sentence.
    """
    if start < end and text[start] not in _EDGES and text[end - 1] not in _EDGES:
        return start, end
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
    if mark[0] in "!?。！？" or close.strip("*_"):
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
        return (
            after[0].isdigit()
            or after[0] in "№#"
            or (after[0].isupper() and re.match(r"[IVXLC]+\b", after) is not None)
        )
    if lower in words.inner_abbreviations:
        return True
    if lower in words.abbreviations:
        # "etc." and "p.m." may end a sentence: they do where a new one plainly begins.
        return not re.match(r"[A-Z][a-z]+\b", after)
    if word[-1].isdigit() and after[0].isdigit():
        # A date or number with spaces in it ("19. 02. 2015", "1. 5 million"), not the end of "in 1992. 25 people".
        return len(word) <= 2
    return False
