"""A text with marks is the same text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.site.marks import Mark, coded, plain, render, shown

VOID_SAFE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
KINDS = ("s", "date", "entity", "figure")


class Reader(HTMLParser):
    """The text of a piece of HTML, and whether its elements are well nested."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.stack: list[str] = []
        self.ids: list[str] = []
        self.nested_links = False
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.nested_links |= tag == "a" and "a" in self.stack
        self.stack.append(tag)
        self.tags.add(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.stack == []
    return reader


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Mark], int]:
    text = draw(VOID_SAFE)
    offset = draw(st.integers(0, 1000))
    marks = []
    for _ in range(draw(st.integers(0, 8))):
        a, b = sorted(draw(st.tuples(*[st.integers(offset - 3, offset + len(text) + 3)] * 2)))
        href = draw(st.sampled_from([None, "#x", 'javascript:"<x>']))
        marks.append(Mark(a, b, draw(st.sampled_from(KINDS)), f"{a}-{b}", href, draw(st.integers(0, 3))))
    return text, marks, offset


@given(marked())
def test_without_its_tags_the_html_is_the_text(case: tuple[str, list[Mark], int]) -> None:
    text, marks, offset = case
    found = read(render(text, marks, offset))
    assert "".join(found.text) == text
    assert not found.nested_links
    assert found.tags <= {"a", "span"}


@given(marked())
def test_every_mark_has_its_id_once(case: tuple[str, list[Mark], int]) -> None:
    text, marks, offset = case
    visible = {m.id for m in marks if max(m.start, offset) < min(m.end, offset + len(text))}
    found = read(render(text, marks, offset))
    assert sorted(found.ids) == sorted(visible)


@given(marked())
def test_the_words_of_a_mark_are_inside_it(case: tuple[str, list[Mark], int]) -> None:
    text, marks, offset = case
    numbered = [m._replace(kind=f"k{n}") for n, m in enumerate(marks)]
    covered: dict[str, list[str]] = {}

    class Words(Reader):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.stack.append(dict(attrs).get("class") or "")

        def handle_endtag(self, tag: str) -> None:
            self.stack.pop()

        def handle_data(self, data: str) -> None:
            for kind in {k for k in self.stack if k.startswith("k")}:
                covered.setdefault(kind.split()[0], []).append(data)

    words = Words()
    words.feed(render(text, numbered, offset))
    words.close()
    for mark in numbered:
        inside = text[max(0, mark.start - offset) : max(0, mark.end - offset)]
        assert "".join(covered.get(mark.kind, [])) == inside


def test_marks_that_cross_are_cut_and_keep_their_ids() -> None:
    html = render("abcdef", [Mark(0, 4, "entity", "0-4", "#e"), Mark(2, 6, "date", "2-6", "#d")])
    assert html == (
        '<a class="entity" id="0-4" href="#e">ab<span class="date" id="2-6">cd</span></a>'
        '<a class="date on" href="#d">ef</a>'
    )


def test_ids_given_before_are_not_given_again() -> None:
    ids = {"0-3"}
    assert "id=" not in render("abc", [Mark(0, 3, "s", "0-3")], 0, ids)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{{ 7 * 7 }}", "{% raw %}", "javascript:alert(1)", '"&amp;']
)
def test_hostile_text_is_text(text: str) -> None:
    found = read(shown(text))
    assert "".join(found.text) == text
    assert found.tags == set()


def test_controls_of_direction_stand_alone_and_can_be_seen() -> None:
    html = shown("abc\u202edef")
    assert '<span class="control" data-code="U+202E">\u202e</span>' in html
    assert "".join(read(html).text) == "abc\u202edef"
    assert plain("abc\u202edef") == "abcdef"


def test_what_html_cannot_hold_is_replaced_one_for_one() -> None:
    assert "".join(read(shown("a\x00b\rc\r\nd")).text) == "a\ufffdb\rc\r\nd"


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("no code", "no code"),
        ("a column `end` and `<b>`", "a column <code>end</code> and <code>&lt;b&gt;</code>"),
        ("a lone ` stays", "a lone ` stays"),
    ],
)
def test_words_between_backticks_are_code(text: str, made: str) -> None:
    assert coded(text) == made
