"""Properties that hold for every text, checked on generated ones."""

import datetime as dt
import re
import time

import pytest
from edtf import parse_edtf
from hypothesis import example, given, settings
from hypothesis import strategies as st

from regesta.temporal import find, find_each, find_many, find_shards
from regesta.temporal.grammar import load
from regesta.temporal.points import Point, bounds, edtf

PIECES = st.sampled_from(
    [
        "26 February 1992", "25-26 February 1992", "in April", "on Friday", "three days later",
        "the 1990s", "XX century",
        "17 years ago", "at 5 p.m. on", "that night", "every year", "490 BC", "May", "the", "from",
        "to", "and", "of", "1905-1907",
        "\u00a0", "\n", "\n\n", ".", ",", "–", "“", "İstanbul", "é", "🙂",
        "822 (1993)", "early", "mid-", "1992", "5", "'80s",
        "http://a.b/1990/05/05", "two", "hundred", "half", "a", "year", "next", "last", "week",
    ]
)  # fmt: skip
TEXT = st.one_of(
    st.text(max_size=200),
    st.lists(PIECES, max_size=25).map(" ".join),
    st.lists(PIECES, max_size=25).map("".join),
)
DATES = st.dates(min_value=dt.date(1000, 1, 1), max_value=dt.date(2199, 12, 31))
ENGLISH = ["{d} {B} {y}", "{B} {d}, {y}", "{B}, {d} {y}", "{d} of {B} {y}",
           "{y}-{m:02d}-{d:02d}", "{d:02d}.{m:02d}.{y}",
           "the {d}{th} of {B}, {y}", "{A}, {d} {B} {y}", "{A}, {B} {d}, {y}",
           "{d:02d}. {m:02d}. {y}", "{b} {d}, {y}"]  # fmt: skip
OTHER = {
    "az": "{d} {month} {y}", "ru": "{d} {month} {y} года", "tr": "{d} {month} {y}", "fr": "{d} {month} {y}",
    "de": "{d}. {month} {y}", "es": "{d} de {month} de {y}",
}  # fmt: skip


def _english(day: dt.date, shape: str) -> str:
    th = "th" if 11 <= day.day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    return shape.format(
        d=day.day,
        m=day.month,
        y=day.year,
        th=th,
        B=months[day.month - 1],
        b=months[day.month - 1][:3],
        A=days[day.weekday()],
    )


@given(TEXT, st.sampled_from(["edtf", "timex3"]), st.sampled_from(["news", "narrative", "auto"]))
@example("May\u00a05,\u20031999", "edtf", "auto")
@settings(max_examples=300, deadline=None)
def test_the_surface_is_the_span(text: str, view: str, mode: str) -> None:
    last = 0
    for t in find(text, anchor="2012-02-26", view=view, mode=mode):
        assert text[t.start : t.end] == t.surface
        assert last <= t.start < t.end <= len(text)
        assert t.surface == t.surface.strip()
        last = t.end


@given(
    DATES,
    st.sampled_from(ENGLISH),
    st.sampled_from(["", "On ", "(", "“", "İ é: "]),
    st.sampled_from(["", ".", ", they", ")", "\n"]),
)
@settings(max_examples=300, deadline=None)
def test_every_english_date_resolves_to_itself(day: dt.date, shape: str, before: str, after: str) -> None:
    words = _english(day, shape)
    found = find(before + words + after)
    assert [(t.edtf, t.earliest, t.latest) for t in found] == [(day.isoformat(), day, day)]


@given(DATES, st.sampled_from(sorted(OTHER)), st.sampled_from(["title", "lower", "upper", "plain"]))
@settings(max_examples=300, deadline=None)
def test_every_date_of_the_other_languages_resolves_to_itself(day: dt.date, language: str, case: str) -> None:
    from babel.dates import format_date

    month = format_date(day, "MMMM", locale=language)
    if case == "title":
        month = month[:1].upper() + month[1:]
    elif case == "upper":
        month = month.upper()
    words = OTHER[language].format(d=day.day, month=month, y=day.year)
    assert [t.edtf for t in find(words, language=language)] == [day.isoformat()]


@given(TEXT, st.text(alphabet=st.characters(exclude_categories=("Nd", "Cs")), max_size=40))
@settings(max_examples=200, deadline=None)
def test_text_before_shifts_offsets_and_nothing_else(text: str, prefix: str) -> None:
    lead = re.sub(r"[A-Za-z]", "é", prefix) + "\n\n"
    plain = find(text, anchor="2012-02-26", mode="news")
    moved = find(lead + text, anchor="2012-02-26", mode="news")
    shift = len(lead)
    assert [(t.start + shift, t.end + shift, t.surface, t.type, t.edtf, t.anchor) for t in plain] == [
        (t.start, t.end, t.surface, t.type, t.edtf, t.anchor) for t in moved
    ]


@given(TEXT, st.sampled_from(["news", "narrative"]))
@settings(max_examples=300, deadline=None)
def test_every_edtf_parses_and_its_bounds_agree(text: str, mode: str) -> None:
    for t in find(text, anchor="2012-02-26", mode=mode):
        if t.edtf is None or t.type in ("DURATION", "SET") or "T" in t.edtf:
            continue
        parsed = parse_edtf(t.edtf)
        if t.earliest is not None and t.latest is not None:
            first, last = parsed.lower_strict(), parsed.upper_strict()
            assert t.earliest == dt.date(*first[:3])
            if not t.edtf.rstrip("~").endswith("-24"):  # the package ends a winter in December
                assert t.latest == dt.date(*last[:3])


@given(
    st.integers(-3000, 2999).filter(bool),
    st.sampled_from(["year", "month", "day", "season", "quarter", "half"]),
)
def test_every_point_has_an_edtf_that_parses(year: int, unit: str) -> None:
    point = Point(unit, year, *{"year": (0, 0), "day": (2, 28)}.get(unit, (2, 0)))
    form = edtf(point)
    assert form is not None
    first = parse_edtf(form).lower_strict()
    found = bounds(point)
    if found:
        assert dt.date.fromordinal(found[0]) == dt.date(*first[:3])
    else:
        assert first[0] == (year if year > 0 else year + 1)


@given(st.lists(TEXT, max_size=6), st.sampled_from(["edtf", "timex3"]))
@settings(max_examples=100, deadline=None)
def test_the_bulk_path_finds_what_find_finds(texts: list[str], view: str) -> None:
    anchors = ["2012-02-26"] * len(texts)
    table = find_many(texts, anchors, view=view)
    one_by_one = [(i, t) for i, text in enumerate(texts) for t in find(text, anchor="2012-02-26", view=view)]
    assert [(i, t.start, t.end, t.type, t.value, t.edtf) for i, t in one_by_one] == list(
        zip(*(table[k].tolist() for k in ("text", "start", "end", "type", "value", "edtf")), strict=True)
    )
    assert find_each(texts, anchors, view=view) == [find(t, anchor="2012-02-26", view=view) for t in texts]


def _longest(rules: list[tuple[re.Pattern[str], re.Pattern[str], bool]], text: str) -> set[tuple[int, int]]:
    """Every leftmost longest match of any rule, with ``re`` alone.

    The end that ``fullmatch`` is given is a word boundary to ``re`` even within a word; there the second
    pattern of a rule serves, whose boundaries are none at the end.
    """
    found = set()
    at = 0
    while at < len(text):
        end = 0
        words = [bool(re.match(r"\w", c, re.ASCII)) for c in (text[at - 1] if at else " ", text[at])]
        for rule, cut, bare in rules:
            if bare or words[0] != words[1]:
                for stop in range(len(text), at, -1):
                    if stop <= end:
                        break
                    within = re.match(r"\w\w", text[stop - 1 : stop + 1], re.ASCII)
                    if (cut if within else rule).fullmatch(text, at, stop):
                        end = stop
                        break
        if end:
            found.add((at, end))
            at = end
        else:
            at += 1
    return found


@given(st.lists(PIECES.filter(str.isascii), min_size=1, max_size=4).map(" ".join))
@settings(max_examples=12, deadline=None)
def test_re2_finds_what_python_finds(text: str) -> None:
    grammar = load("en")
    rules = [
        (p := r.python(), re.compile(p.pattern.replace(r"\b", r"\b(?!\Z)"), p.flags), bool(r.spec.get("bare_start")))
        for r in grammar.rules
    ]
    text = text[:48]
    assert {m.span() for m in grammar.finder.finditer(text.encode())} == _longest(rules, text)


@pytest.mark.parametrize(
    "unit",
    ["a", "the ", "1990 ", "1990-", "May ", "1, 2, ", "Friday ", '"“', "early the very beginning of ",
     "a" + " " * 999, "/1990",
     "1", "of ", "\n", "\"'“(", "1992-1993-1994-",
     "May\n5,\n",
     "\u0130\u00a0🙂", "two hundred and ", "that night "],
)  # fmt: skip
def test_cost_is_linear(unit: str) -> None:
    def cost(size: int) -> float:
        text = unit * (size // len(unit))
        best = 9.0
        for _ in range(2):
            start = time.process_time()
            find(text, anchor="2012-02-26", mode="news")
            best = min(best, time.process_time() - start)
        return best

    cost(2_000)
    small, large = cost(20_000), cost(80_000)
    assert large < max(0.05, small * 4 * 3)


def test_shards_are_the_whole_in_parts() -> None:
    day = "It fell on 26 February 1992. Three days later, in March, help came. "
    papers = [(day * n, "2012-02-26") for n in (1, 20_000, 0, 3, 9_000, 1)]
    whole = find_many([text for text, _ in papers], [anchor for _, anchor in papers])
    shards = list(find_shards(iter(papers)))
    assert len(shards) > 1
    for name in whole:
        if name != "anchor":
            assert [v for s in shards for v in s[name].tolist()] == whole[name].tolist(), name
    row = 0
    for shard in shards:
        leans = shard["anchor"]
        assert leans.max() < len(leans)
        assert [a + row if a >= 0 else -1 for a in leans.tolist()] == whole["anchor"][row : row + len(leans)].tolist()
        row += len(leans)
