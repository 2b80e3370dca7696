"""How papers are told apart, on made-up anthologies of several styles."""

from __future__ import annotations

import pytest

from regesta.errors import RegestaError
from tests.segment.rows import segment

BODY = "The Board met and decided what follows, after a long debate about the pier, the boats and the dues.\n\n"

LEADERS = f"""CONTENTS

RESOLUTION ON THE NORTH PIER ........ 3
LETTER OF THE MINISTER OF WORKS TO
THE HARBOUR BOARD ............. 4
REPORT OF THE ENGINEER .... 7

Resolution on the north pier

{BODY}3 May 1978

Letter of the Minister of Works
to the Harbour Board

{BODY}4 May 1978

Report of the engineer

{BODY}{BODY}5 May 1978
"""

YEARLY = "".join(
    f"{'PLAN OF EVENTS ON ' + str(n) + 'TH ANNIVERSARY OF THE STORM APPROVED'}\t{n}\n" for n in (4, 5, 6, 7)
) + "".join(
    f"\n**Plan of events on {n}th anniversary of the storm approved\n(February 3, {1978 + n})**\n\n{BODY}CoastNet\n"
    for n in (4, 5, 6, 7)
)


def titles(text: str) -> list[str]:
    return [row["title"] for row in segment("s", text).documents]


def test_contents_with_leaders_and_wrapped_entries() -> None:
    made = segment("s", LEADERS)
    assert [row["kind"] for row in made.documents] == ["contents", "resolution", "letter", "report"]
    assert [row["date_edtf"] for row in made.documents] == [None, "1978-05-03", "1978-05-04", "1978-05-05"]
    assert made.documents[2]["title"] == "Letter of the Minister of Works to the Harbour Board"
    assert {row["segmentation"] for row in made.documents} == {"contents"}


def test_headings_that_repeat_every_year_each_find_their_entry() -> None:
    made = segment("s", YEARLY)
    assert [row["date_edtf"] for row in made.documents] == [
        None,
        *(f"{y}-02-03" for y in (1982, 1983, 1984, 1985)),
    ]
    assert {row["outlet"] for row in made.documents[1:]} == {"CoastNet"}


def test_a_paper_that_the_contents_leave_out_is_found_and_noted() -> None:
    lines = [line for line in YEARLY.split("\n") if not line.startswith("PLAN OF EVENTS ON 6TH")]
    made = segment("s", "\n".join(lines))
    assert [row["date_edtf"] for row in made.documents][3] == "1984-02-03"
    assert [issue["code"] for issue in made.issues if issue["code"].startswith("heading")] == [
        "heading_not_in_contents"
    ]


def test_an_entry_without_a_paper_is_noted() -> None:
    made = segment("s", YEARLY.replace("**Plan of events on 7th", "A note on the 7th").replace("1985)**", "1985)"))
    codes = [issue["code"] for issue in made.issues]
    assert len(made.documents) in (4, 5)
    assert "contents_entry_unmatched" in codes or len(made.documents) == 5


def test_markdown_headings_of_the_top_level_begin_papers() -> None:
    text = f"# Resolution on the pier\n\n## Whereas\n\n{BODY}3 May 1978\n\n# Letter to the Board\n\n{BODY}4 May 1978\n"
    assert titles(text) == ["Resolution on the pier", "Letter to the Board"]


def test_bold_headings_after_closings_begin_papers() -> None:
    text = f"**Appeal to the fishermen**\n\n{BODY}Westhaven, 3 May 1978\n\n**Order on the quay**\n\n{BODY}4 May 1978\n"
    made = segment("s", text)
    assert [row["kind"] for row in made.documents] == ["appeal", "order"]
    assert made.documents[0]["place"] == "Westhaven"


def test_a_numbered_edition_begins_papers_by_number() -> None:
    text = "".join(
        f"{n}. {title}\n\nWesthaven, May {n}, 1961, 8 p.m.\n\n{BODY}1. First point;\n\n2. Second point.\n\nVale\n\n"
        for n, title in enumerate(("Telegram From the Board to the County", "Letter From the County to the Board"), 1)
    )
    made = segment("s", text)
    assert [row["kind"] for row in made.documents] == ["message", "letter"]
    assert [row["date_edtf"] for row in made.documents] == ["1961-05-01", "1961-05-02"]


def test_a_labelled_edition_takes_label_and_title_for_the_heading() -> None:
    text = "".join(f"DOCUMENT {n}\n\nNote of the watchman\n\n{BODY}{BODY}" for n in (1, 2, 3))
    assert titles(text) == [f"DOCUMENT {n} Note of the watchman" for n in (1, 2, 3)]


def test_centred_capitals_in_wrapped_text_begin_papers() -> None:
    def wrapped(heading: str, day: int) -> str:
        return (
            f"\n\n{heading:^72}\n\n"
            "The Board, having heard the engineer and the fishermen of the\n"
            "town, and having seen the pier with its own eyes, has decided to\n"
            f"close it until further notice.\n\n{'A. R. Thackeray':>72}\n{f'Westhaven, {day} May 1961':>72}\n"
        )

    made = segment("s", wrapped("DECREE ON THE PIER", 3) + wrapped("ORDER ON THE QUAY", 4))
    assert [(row["kind"], row["date_edtf"], row["issuer"]) for row in made.documents] == [
        ("decree", "1961-05-03", "A. R. Thackeray"),
        ("order", "1961-05-04", "A. R. Thackeray"),
    ]
    assert [row["kind"] for row in made.blocks].count("paragraph") == 2


def test_one_paper_with_sub_headings_stays_one() -> None:
    text = f"Report of the Engineer\n\nThe pier\n\n{BODY}The quay\n\n{BODY}A. R. Thackeray\nEngineer\n3 May 1978\n"
    made = segment("s", text)
    assert len(made.documents) == 1
    assert [row["kind"] for row in made.blocks].count("heading") + [row["kind"] for row in made.blocks].count(
        "subtitle"
    ) == 2


def test_prose_alone_is_one_paper_cited_by_its_first_words() -> None:
    [row] = segment("s", BODY * 3).documents
    assert row["title_basis"] == "incipit"
    assert row["title"] == "The Board met and decided what follows, after a long debate about…"


@pytest.mark.parametrize("strategy", ["single", "headings"])
def test_the_catalogue_overrides(strategy: str) -> None:
    text = f"# One paper\n\n{BODY}# Another paper\n\n{BODY}"
    assert len(segment("s", text, strategy=strategy).documents) == (1 if strategy == "single" else 2)


def test_a_delimiter_parts_papers() -> None:
    made = segment("s", f"First paper\n\n{BODY}%%%%\nSecond paper\n\n{BODY}", strategy="delimiter", delimiter="%%%%")
    assert [row["title"] for row in made.documents] == ["First paper", "Second paper"]
    assert all("%" not in row["text"] for row in made.documents)


@pytest.mark.parametrize(("strategy", "delimiter"), [("contents", None), ("headings", None), ("delimiter", "%%%")])
def test_a_strategy_that_finds_no_hold_says_so(strategy: str, delimiter: str | None) -> None:
    with pytest.raises(RegestaError, match=f'segmentation = "{strategy}"'):
        segment("s", BODY, strategy=strategy, delimiter=delimiter)


def test_a_paragraph_cut_by_a_page_break_is_one_block() -> None:
    text = (
        "Report\n\nThe pier was broken by hundreds of\n\nwaves that night. It stayed so.\n\nAnother paragraph here.\n"
    )
    made = segment("s", text)
    blocks = [text[row["char_start"] : row["char_end"]] for row in made.blocks if row["kind"] == "paragraph"]
    assert blocks[0].startswith("The pier") and blocks[0].endswith("stayed so.")
    assert made.sentences[1]["normalized"] == "The pier was broken by hundreds of waves that night."


@pytest.mark.parametrize("text", ["", "\n\n", " \t\n"])
def test_a_text_without_words_holds_no_paper(text: str) -> None:
    assert segment("s", text).documents == []
