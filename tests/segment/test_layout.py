from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from regesta.segment.layout import Chunk
from regesta.segment.letters import Letters
from regesta.segment.pages import lay_out


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
