from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from regesta.package.moves import stretches


class TextMap:
    """The stretches as a map of code points and spans."""

    def __init__(self, old: str, new: str) -> None:
        self.found = stretches(old, new)

    def point(self, at: int) -> int | None:
        return next((now + at - start for start, length, now in self.found if start <= at < start + length), None)

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        first, last = self.point(start), self.point(end - 1)
        return None if first is None or last is None else (first, last + 1)


lines = st.lists(st.text(alphabet="abcd ", max_size=6), max_size=12).map("\n".join)


@given(lines, lines)
def test_what_is_mapped_is_the_same_word(old: str, new: str) -> None:
    moved = TextMap(old, new)
    points = [moved.point(at) for at in range(len(old))]
    assert all(now is None or old[at] == new[now] for at, now in enumerate(points))
    kept = [now for now in points if now is not None]
    assert kept == sorted(set(kept))


@given(lines)
def test_an_unchanged_text_maps_to_itself(text: str) -> None:
    moved = TextMap(text, text)
    assert all(moved.span(a, b) == (a, b) for a in range(len(text)) for b in range(a + 1, len(text) + 1))


@given(lines, lines, lines)
def test_what_is_put_before_moves_everything_by_its_length(text: str, before: str, after: str) -> None:
    old = f"First unique line\n{text}\nLast unique line\n"
    new = f"{before}!!\n{old}{after}"
    moved = TextMap(old, new)
    assert moved.span(0, len(old)) == (len(before) + 3, len(before) + 3 + len(old))


def test_a_typo_inside_a_line_keeps_both_sides() -> None:
    old = "One line.\nThe pier of Prot Ellery was closed.\nAnother line.\n"
    moved = TextMap(old, old.replace("Prot", "Port"))
    assert moved.span(10, 45) == (10, 45)
    assert moved.point(old.index("Ellery")) == old.index("Ellery")
    assert moved.point(old.index("rot")) is None
    longer = TextMap(old, old.replace("Prot", "Greater Port"))
    assert longer.span(old.index("Ellery"), old.index(" was")) == (old.index("Ellery") + 8, old.index(" was") + 8)


def test_a_big_text_of_like_lines_takes_no_long_time() -> None:
    old = "the same line\n" * 100_000
    assert TextMap(old, "new\n" + old).span(0, 13) is not None
