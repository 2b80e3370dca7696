"""What leans on what: news, narratives, lists, nights and yearly days, in texts made up for the purpose."""

import pytest

from regesta.temporal import find, mode_of

NEWS = [
    # A Wednesday.
    ("The ministers met Tuesday in the capital.", "Tuesday", "2013-03-19"),
    ("The ministers will meet on Friday.", "Friday", "2013-03-22"),
    ("He told reporters on Monday that talks would go on.", "Monday", "2013-03-18"),
    ("The storm hit last Friday.", "last Friday", "2013-03-15"),
    ("It opens next Monday.", "next Monday", "2013-03-25"),
    ("Prices rose last week.", "last week", "2013-W11"),
    ("They voted this month.", "this month", "2013-03"),
    ("The law passed last year.", "last year", "2012"),
    ("It was signed in December.", "December", "2012-12"),
    ("The trial is scheduled for September.", "September", "2013-09"),
    ("He was arrested on Feb. 26.", "Feb. 26", "2013-02-26"),
    ("The deadline is April 15.", "April 15", "2013-04-15"),
    ("He spoke today.", "today", "2013-03-20"),
    ("He spoke yesterday.", "yesterday", "2013-03-19"),
    ("He arrived Tuesday night.", "Tuesday night", "2013-03-19TNI"),
    ("At 10 p.m. Tuesday it rained.", "10 p.m. Tuesday", "2013-03-19T22:00"),
    ("It happened three days ago.", "three days ago", "2013-03-17"),
    ("It happened 17 years ago.", "17 years ago", "1996"),
    ("It happened five months ago.", "five months ago", "2012-10"),
    ("It lasted nearly two months.", "nearly two months", "P2M"),
    ("During the past three years it grew.", "the past three years", "P3Y"),
    ("They are now ready.", "now", "PRESENT_REF"),
    ("They recently moved.", "recently", "PAST_REF"),
    ("It happens every day.", "every day", "P1D"),
    ("It opens each Thursday.", "each Thursday", "XXXX-WXX-4"),
    ("A two-hour meeting was held.", "two-hour", "PT2H"),
    ("March last year was cold.", "March last year", "2012-03"),
    ("the third quarter", "the third quarter", "2012-Q3"),
]

STORY = [
    ("On 14 May 1940 the city was bombed. The next day the army gave up.", "The next day", "1940-05-15"),
    ("On 14 May 1940 the city was bombed. Two days later it fell.", "Two days later", "1940-05-16"),
    ("On 14 May 1940 it began. In June the army left.", "June", "1940-06"),
    ("On 14 May 1940 it began. On 3 June the army left.", "3 June", "1940-06-03"),
    ("In December 1942 they halted. In February the thaw came.", "February", "1943-02"),
    ("On 14 May 1940 it began. That same day they fled.", "That same day", "1940-05-14"),
    ("In 1940 it began. A year later it was over.", "A year later", "1941"),
    ("In 490 BC they landed. Ten years later they came again.", "Ten years later", "BC0480"),
    ("In May 1940 it began. The following month it ended.", "The following month", "1940-06"),
    ("On 14 May 1940 it began. By nightfall it was over.", "nightfall", "1940-05-14TNI"),
    ("On 14 May 1940 it began. At 6:30 a.m. they landed.", "6:30 a.m.", "1940-05-14T06:30"),
    ("In early 1941 they came. That spring they left.", "That spring", "1941-SP"),
    ("On 14 May 1940 it began. On the 25th it ended.", "the 25th", "1940-05-25"),
    ("In 1940 it began. By late summer it was over.", "late summer", "1940-SU"),
]


@pytest.mark.parametrize(("text", "surface", "value"), NEWS)
def test_news(text: str, surface: str, value: str) -> None:
    found = find(text, anchor="2013-03-20", mode="news", view="timex3")
    assert (surface, value) in [(t.surface, t.value) for t in found]


@pytest.mark.parametrize(("text", "surface", "value"), STORY)
def test_narrative(text: str, surface: str, value: str) -> None:
    found = find(text, mode="narrative", view="timex3")
    by_surface = {t.surface: t for t in found}
    assert by_surface[surface].value == value
    assert by_surface[surface].basis == "context"
    assert by_surface[surface].anchor is not None


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "During the uprisings in February and October of 1917 they rose.",
            [("February", "DATE", "1917-02"), ("October of 1917", "DATE", "1917-10")],
        ),
        (
            "the years 1905-1907, 1918-1920",
            [("1905-1907", "INTERVAL", "1905/1907"), ("1918-1920", "INTERVAL", "1918/1920")],
        ),
        (
            "with the signing in 1813 and 1828 of the treaties",
            [("1813", "DATE", "1813"), ("1828", "DATE", "1828")],
        ),
        (
            "On the night of 25 to 26 February 1992 it fell",
            [("25 to 26 February 1992", "INTERVAL", "1992-02-25/1992-02-26")],
        ),
        (
            "about 11 p.m. on February 25, 1992. It was broken by 7 a.m. in the morning",
            [
                ("11 p.m. on February 25, 1992", "TIME", "1992-02-25T23:00"),
                ("7 a.m. in the morning", "TIME", "1992-02-25T07:00"),
            ],
        ),
        (
            "Every year at 5 p.m. on May 26 people gather",
            [("Every year at 5 p.m. on May 26", "SET", "XXXX-05-26T17:00")],
        ),
        ("Every 26th of February bells ring", [("Every 26th of February", "SET", "XXXX-02-26")]),
        ("sessions every two years", [("every two years", "SET", "P2Y")]),
        ("parliament declared May 26 as the Day of Memory", [("May 26", "SET", "XXXX-05-26")]),
        ("After over four months they left", [("four months", "DURATION", "P4M")]),
        ("Twenty five years have passed", [("Twenty five years", "DURATION", "P25Y")]),
        ("They are now where they recently were, as before", []),
        ("the 1949 Geneva Conventions", []),
        ("for long years and to this day", []),
    ],
)
def test_our_layer(text: str, rows: list[tuple[str, str, str]]) -> None:
    assert [(t.surface, t.type, t.edtf) for t in find(text)] == rows


def test_the_chain_of_anchors_can_be_followed() -> None:
    found = find("On 26 February 1992 it fell. Three days later help came. The next day they left.")
    assert [t.anchor for t in found] == [None, 0, 1]
    assert [t.basis for t in found] == ["explicit", "context", "context"]
    assert [t.edtf for t in found] == ["1992-02-26", "1992-02-29", "1992-03-01"]


def test_what_cannot_be_resolved_stays_unresolved() -> None:
    found = find("On Friday, three days later, they left in April.")
    assert [t.surface for t in found] == ["Friday", "three days later", "April"]
    assert all(t.edtf is None and t.basis == "none" and t.earliest is None for t in found)


def test_that_night_is_the_night_that_was_told() -> None:
    found = find("On the night of 25 to 26 February 1992 it began. That night the town fell.", anchor="2012-02-26")
    assert found[1].edtf == "1992-02-25/1992-02-26"


def test_a_paper_without_a_date_is_a_story() -> None:
    assert mode_of("It began on 3 May 1940.") == "narrative"


def test_a_paper_full_of_old_dates_is_a_story() -> None:
    text = " ".join(f"In {year} it grew. On 3 May {year} it fell." for year in range(1940, 1946))
    assert mode_of(text, "2009-12-19") == "narrative"
    assert mode_of("He said Tuesday that the talks of 1994 failed. " + text[:60], "2009-12-19") == "news"


def test_a_paper_of_the_first_millennium_is_a_story() -> None:
    text = "In 476 the emperor was deposed. In 493 the king took the city; by 526 he was dead."
    assert mode_of(text, "2009-12-19") == "narrative"
    assert mode_of("The firm sold it in 250 shops. It made a profit.", "2013-03-22") == "news"


def test_a_look_aside_ends_with_its_paragraph() -> None:
    told = "On 5 May 1940 he took command. He had joined the army in 1911."
    assert [t.value for t in find(f"{told} In May he went to Egypt.", mode="narrative", view="timex3")][-1] == "1940-05"
    moved = find(f"{told}\n\nThe army was raised in 1911. In May it marched.", mode="narrative", view="timex3")
    assert moved[-1].value == "1911-05"


def test_anchor_must_be_a_date() -> None:
    with pytest.raises(ValueError, match="ISO date"):
        find("today", anchor="yesterday")


def test_language_must_have_rules() -> None:
    with pytest.raises(ValueError, match="no rules for the language 'xx'"):
        find("today", language="xx")


@pytest.mark.parametrize(
    ("anchor", "values"),
    [
        ("2017", {"This year": "2017", "today": None, "last month": None, "April": "2017-04", "two years ago": "2015"}),
        (
            "2017~",
            {"This year": "2017", "today": None, "last month": None, "April": "2017-04", "two years ago": "2015"},
        ),
        (
            "1993-04",
            {
                "This year": "1993",
                "today": None,
                "last month": "1993-03",
                "April": "1993-04",
                "two years ago": "1991",
            },
        ),
    ],
)
def test_a_paper_may_be_dated_by_its_year_or_month_alone(anchor: str, values: dict[str, str | None]) -> None:
    text = "This year the minister said today that the talks of last month, held in April, began two years ago."
    assert {t.surface: t.edtf for t in find(text, anchor=anchor, mode="news")} == values


@pytest.mark.parametrize("anchor", ["2017-13", "199X", "0000", "17"])
def test_an_anchor_that_is_no_date_is_refused(anchor: str) -> None:
    with pytest.raises(ValueError, match="ISO date"):
        find("today", anchor=anchor)


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("THOUSANDS JOIN MARCH OF PEOPLE. THIS MARCH WAS HELD, LAST MARCH WAS NOT. PEACE MARCH AND RALLY.", []),
        ("IN MARCH THEY CAME. ON MARCH 5, 2001 AND BY MARCH 1992.", ["MARCH", "MARCH 5, 2001", "MARCH 1992"]),
        ("THE MEMBERS MAY NOT LEAVE BEFORE 25 MAY.", ["25 MAY"]),
        ("The October Revolution and the July Crisis of 1914.", ["1914"]),
        ("The Thirty Years' War, the Six-Day War and the Easter Rising.", []),
    ],
)
def test_names_that_only_look_like_dates(text: str, surfaces: list[str]) -> None:
    assert [t.surface for t in find(text, anchor="2001-04-05", view="timex3")] == surfaces
