from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from regesta.segment.blocks import Block, Setter
from regesta.segment.contents import _entries
from regesta.segment.layout import LONG, Chunk, Line
from regesta.segment.letters import Letters
from regesta.segment.marks import Dates, heading_like
from regesta.segment.names import Names
from regesta.segment.normalize import normalize
from regesta.segment.pages import lay_out
from regesta.segment.rules import rules


def chunks(text: str) -> list[Chunk]:
    [page] = lay_out(Letters([text])).pages
    return page.chunks


@given(st.text(alphabet=st.sampled_from("ab \t\n\r\f\x85\u2028*#"), max_size=200))
def test_chunks_hold_every_visible_character_once(text: str) -> None:
    found = chunks(text)
    lines = [line for chunk in found for line in chunk]
    assert all(text[line.start : line.end] == line.text == line.text.strip() for line in lines)
    assert all(a.end <= b.start for a, b in zip(lines, lines[1:], strict=False))
    assert "".join("".join(line.text.split()) for line in lines) == "".join(text.split())


def test_blank_lines_part_chunks_whatever_the_line_ends() -> None:
    for end in ("\n", "\r\n", "\r"):
        text = end.join(["one", "two", "", "", "three"])
        found = chunks(text)
        assert [[line.text for line in chunk] for chunk in found] == [["one", "two"], ["three"]]
        assert [chunk.gap for chunk in found] == [0, 2]


def test_form_feeds_and_type() -> None:
    text = "**A bold\nheading**\n\n\f\nNEXT PAGE\n\n* * *\n\n## Two\n\nplain *word*"
    bold, capitals, rule, heading, plain = chunks(text)
    assert bold.emphasised
    assert bold.plain == "A bold heading"
    assert capitals.page_break
    assert capitals.capitals
    assert rule.separator
    assert heading.markdown_level == 2
    assert not plain.emphasised


PIECES = [
    "The pier", "the quay ", "of stone ", "12", "IV. ", "1. ", "(a) ", "- ", "Annex ", "Back ", "Copyright ", "xxx",
    "# ", "**", "“", "”", '"', "> ", "…", "....", ". .", "\t", "\u2014", "ß", ".", ";", ":", ",", "?", "www.a.org", " ",
    "\n", "\r\n", "\n\n", "\f", "a long line of words about the harbour and its boats, ",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_what_a_few_characters_rule_out_the_words_rule_out(pieces: list[str]) -> None:
    text, words = "".join(pieces), rules("en")
    setter = Setter(Dates("en"), words, Names(text, words))
    for chunk in chunks(text):
        looked_at = Chunk(chunk.page, chunk.first, chunk.after, chunk.gap, chunk.page_break)
        assert chunk.may_head or not heading_like(looked_at, words)
        assert chunk.separator == looked_at.separator
        assert chunk.markdown_level == looked_at.markdown_level
        assert chunk.may_list or not _entries(looked_at, words)[0]
        assert chunk.may_number or looked_at.size > LONG // 2 or not words.series.match(looked_at.plain)
        if chunk.ordinary:
            assert setter._body_blocks(looked_at, None, looked_at) == [Block("paragraph", looked_at)]
            assert not setter._of_closing(looked_at)
        for line in chunk:
            assert line.plain == Line(line.start, line.end, line.text).plain


@settings(deadline=None)
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40), max_size=5))
def test_letters_are_what_python_says_they_are(texts: list[str]) -> None:
    letters = Letters(texts)
    ends = letters.base + [len(text) for text in texts]
    assert letters.slices(letters.base, ends).to_pylist() == texts
    words = [len(re.findall(r"[^\W_]+(?:[-'’`][^\W_]+)*", text)) for text in texts]
    assert letters.words(letters.base, ends).tolist() == words
    odd = letters.holds(letters.odd, letters.base, ends)
    assert all(
        normalize(text) == text for text, is_odd in zip(texts, odd, strict=True) if text == text.strip() and not is_odd
    )
