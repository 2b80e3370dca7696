"""The words around a find: do they say that it is a date at all, or of which kind?

Which words those are is data (``languages/<code>/context.yaml``); here is only what is asked of them. Every
question reads a short window left and right of the find, within its paragraph, so the cost of a find is
constant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from regesta.temporal.engine import Words
from regesta.temporal.meaning import Meaning

WINDOW = 160
NEAR = 64
_SENTENCE = re.compile(r"[.!?;][\"'”’)\]]*\s+(?=[\"'“‘(]?[A-ZА-ЯƏİÖÜÇŞĞ])|\n")
_PARAGRAPH = re.compile(r"\n\s*\n|[.!?:][\"”’)\]\d]*[ \t]*\n")
_NEVER = Words(r"(?!)")
_OLDEST_PLAIN_YEAR = 1500
_NEWEST_COUNT = 1850
_ENDED = 16


def before(buffer: bytes, start: int, size: int, low: int = 0) -> str:
    """Up to ``size`` bytes of the same paragraph and paper before a find, as text."""
    text = buffer[max(low, start - size) : start].decode("utf-8", "ignore")
    cut = max(text.rfind("\n\n") + 2 if "\n\n" in text else 0, text.rfind("\x00") + 1)
    return text[cut:] if cut else text


def after(buffer: bytes, end: int, size: int, high: int | None = None) -> str:
    """Up to ``size`` bytes of the same paragraph and paper after a find, as text."""
    text = buffer[end : end + size if high is None else min(high, end + size)].decode("utf-8", "ignore")
    for mark in ("\n\n", "\x00"):
        if mark in text:
            text = text[: text.index(mark)]
    return text


def around(buffer: bytes, start: int, end: int, size: int = NEAR) -> tuple[str, str]:
    """:func:`before` and :func:`after` a find."""
    near = buffer[start - size if start > size else 0 : end + size]
    if b"\n\n" in near or b"\x00" in near or not near.isascii():
        return before(buffer, start, size), after(buffer, end, size)
    text = near.decode("ascii")
    head = min(start, size)
    return text[:head], text[head + end - start :]


def inside_url(left: str) -> bool:
    """Whether a find stands within a web address, an e-mail address or a document symbol."""
    tail = left.rsplit(None, 1)[-1] if left and not left[-1].isspace() else ""
    return "://" in tail or "www." in tail.lower() or "@" in tail or tail.count("/") > 1


def sentence_ends(text: str) -> bool:
    """Whether a sentence ends within a text."""
    return _SENTENCE.search(text) is not None


def leaves_paragraph(text: str) -> bool:
    """Whether a paragraph ends within a text, or so much is said that one might."""
    return _PARAGRAPH.search(text) is not None


def sentence_left(left: str) -> str:
    """The part of a text that belongs to its last sentence."""
    cut = 0
    for found in _SENTENCE.finditer(left):
        cut = found.end()
    return left[cut:]


def sentence_right(right: str) -> str:
    """The first sentence of a text."""
    found = _SENTENCE.search(right)
    return right[: found.start()] if found else right


class Context:
    """What one language's words around a find say.

    Args:
        words: the compiled patterns of ``context.yaml`` by name; a missing one never matches.
    """

    def __init__(self, words: Mapping[str, Words]) -> None:
        """See the class."""
        self.words = words

    def _ends(self, name: str, left: str) -> bool:
        return self.words.get(name, _NEVER).search(left)

    def _starts(self, name: str, right: str) -> bool:
        return self.words.get(name, _NEVER).begins(right)

    def accepts(self, test: str, m: Meaning, left: str, right: str) -> bool:
        """Whether a find passes a rule's ``filter``; one that names no test passes."""
        if test == "year":
            return self.is_year(m, left, right)
        if test == "month":
            return self.is_month(m, left, right)
        if test == "weekday":
            return not self._starts("paper_after", right)
        return self.is_clock(m, left, right) if test == "clock" else True

    def is_year(self, m: Meaning, left: str, right: str) -> bool:
        """Whether four figures that could be a year are one."""
        if self._starts("after_number", right):
            return False
        left = left[-28:]
        cue = left[left.rfind(" ", 0, -1) + 1 : -1] if left[-1:] == " " else ""
        sure = bool(cue) and self._starts("sure_cue", cue)
        if self._starts("after_count", right):
            year = (m.point.year or 0) if m.point is not None else 0
            plain = year >= _NEWEST_COUNT and year % 100 != 0
            return m.mod in ("START", "MID", "END") or (
                bool(cue) and (self._starts("head_cue", cue) or (sure and plain))
            )
        if sure or m.mod or m.surface[0].isalpha():
            return True
        if self._ends("before_number", left) or (right[:1] in "-–" and right[1:2].isdigit()):
            return False
        if left[-1:] in "-–" and left[-2:-1].isalnum() and not left[-2:-1].isdigit():
            return left[-5:-1].lower() in ("post", " pre", "-pre", "mid-")
        year = (m.point.year or 0) if m.point is not None else 0
        if year < _OLDEST_PLAIN_YEAR:
            if not self._ends("year_cue", left):
                return False
            return not self._ends("count_before", left) or self._of_event(year, left, right)
        return year >= _NEWEST_COUNT or not self._starts("plural_after", right) or self._ends("year_cue", left)

    def _of_event(self, year: int, left: str, right: str) -> bool:
        """Whether figures of the Middle Ages after "of" are the year of an event, not a count."""
        if year % 100 == 0 or self._ends("number_noun_before", left):
            return False
        if self._ends("apposed_before", left) and self._starts("apposed_after", right) and right[1:2] == " ":
            return True
        return left.endswith(" of ") and self._starts("event_then", right)

    def is_month(self, m: Meaning, left: str, right: str) -> bool:
        """Whether a month's name alone is the month, not a verb or a person."""
        if self._starts("event_after", right):
            return False
        word = m.surface.split()[-1].lower()
        if m.surface.isupper() and self._starts("caps_ambiguous", word):
            # "THIS MARCH WAS HELD": among capitals only a figure or a preposition makes it a month.
            return self._starts("figure_after", right) or (m.direction is None and self._ends("caps_cue", left))
        if m.direction is not None or self._ends("month_cue", left):
            return True
        if self._starts(f"after_{word}", right) or self._ends("name_before", left):
            return False
        heads = not left.strip() or left.rstrip()[-1:] in '.!?"“'
        if word == "may" and (heads or self._ends("verb_before", left)):
            return self._starts("date_after", right)
        if not self._starts("ambiguous_month", word) or not self._ends("capitalised_before", left):
            return True
        return self._ends("small_word_before", left)

    def is_clock(self, m: Meaning, left: str, right: str) -> bool:
        """Whether ``17.00`` or ``10:30`` is an hour and not a score, a verse, a price or a section."""
        figures = m.surface if m.surface[0].isdigit() else re.sub(r"^[A-Za-z ]+ (?=\d)", "", m.surface)
        if any(c.isalpha() for c in figures):
            return True
        if "." in figures and not (figures.count(".") == 1 and len(figures) >= 4 and self._ends("clock_cue", left)):
            return False
        return not self._ends("clock_not_before", left) and not self._starts("clock_not_after", right)

    def in_instrument_name(self, left: str, right: str) -> bool:
        """Whether a year belongs to a citation: ``822 (1993)``, ``the 1949 Geneva Conventions``."""
        if self._ends("citation", left):
            return True
        return self._starts("instrument", right) and self._ends("after_article", left)

    def is_yearly_day(self, left: str, right: str) -> bool:
        """Whether a bare day is named as the day of every year: declared so."""
        near = right[:90].lower()
        about = (
            "day" in near,
            "year" in near,
            "annual" in near,
            "annual" in left[-60:],
            "year" in left[-30:],
        )
        if not any(about) or self._starts("year_after", right):
            return False
        found = self.words.get("yearly_after", _NEVER).match(right)
        if found:
            words = found[0].lower()
            if "year" in words or "annual" in words:
                return True
            if self._ends("announced", sentence_left(left)[-80:]) or self._ends("announced", words):
                return True
            if self._starts("is_or_as", right):
                return True
        return self._ends("yearly_before", left) and (
            self._ends("yearly_near", left[-40:]) or self._starts("named_as", right)
        )

    def means_nowadays(self, left: str, right: str) -> bool:
        """Whether "today" means these times and not the day of writing.

        It is the day when the sentence tells of what a day holds: an anniversary, a meeting, a ceremony.
        """
        if self._ends("nowadays", left):
            return True
        return not self._ends("day_event", f"{sentence_left(left)} {sentence_right(right)}")

    def heads_story(self, left: str) -> bool:
        """Whether the sentence begins with the date ("In 1645 …", "By 3 May …")."""
        return not left.strip(' "“(') or self._ends("story_head", left)

    def tells_before(self, right: str) -> bool:
        """Whether the rest of the sentence tells what had been before."""
        return self.words.get("told_before", _NEVER).search(right)

    def is_attribute(self, left: str, right: str) -> bool:
        """Whether a year is the attribute of a noun ("a 1998 study")."""
        return self._ends("attribute_before", left) and self._starts("attribute_after", right)

    def names_writer(self, left: str) -> bool:
        """Whether a year is that of somebody who writes about the story ("a historian who published in 1954")."""
        return self._ends("writer_before", left)

    def names_event(self, left: str) -> bool:
        """Whether a year names an event ("the sack of 1204")."""
        return self._ends("of_before", left)

    def in_passing(self, left: str) -> bool:
        """Whether a date belongs to words in passing (", built in", "who came in", "as in")."""
        return self._ends("in_passing", left)

    def looks_back(self, left: str) -> bool:
        """Whether a date belongs to words that look back ("had joined in", "the pact signed in")."""
        return self._ends("looking_back", left)

    def looks_ahead(self, left: str) -> bool:
        """Whether a date belongs to words that look ahead ("would become king in")."""
        return self._ends("looking_ahead", left)

    def ended(self, gap: bytes) -> bool:
        """Whether a gap leads from a quarter to the day that it ended on."""
        return len(gap) < _ENDED and self._starts("ended", gap.decode("utf-8", "ignore"))

    def lends_across(self, gap: str) -> bool:
        """Whether a gap is of the kind "the March (events of) 1918"."""
        return self._starts("story_gap", gap)

    def lends_in(self, gap: str) -> bool:
        """Whether a gap is the one of "May 8 in 2008"."""
        return self._starts("year_joint", gap)

    def names_date(self, gap: str) -> bool:
        """Whether a gap leads from "a year after …" to the date itself, "…, in 1993"."""
        return not sentence_ends(gap) and self._ends("date_joint", gap)

    def joins(self, gap: str) -> bool:
        """Whether a gap joins the members of a list ("February and October of 1917")."""
        return self._starts("list_joint", gap)

    def leads_to_day(self, gap: str) -> bool:
        """Whether a gap leads from an hour to its day ("17.00 in the country on February 26")."""
        return not sentence_ends(gap) and self._ends("day_joint", gap)
