"""What papers say of themselves: kind, date, place, issuer, outlet."""

from __future__ import annotations

import pytest

from tests.segment.rows import segment

BODY = "The Board met and decided what follows, after a long debate about the pier and the boats.\n\n"


def paper(head: str, closing: str, body: str = BODY) -> dict:
    [row] = segment("s", f"{head}\n\n{body}{closing}\n", strategy="single").documents
    return row


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("Resolution of the Board on the pier", "resolution"),
        ("United Harbours Resolution 822 (1978)", "resolution"),
        ("Decree of the President about the pier", "decree"),
        ("ORDER OF THE COUNTY COUNCIL ON THE QUAY", "order"),
        ("Appeal to the fishermen", "appeal"),
        ("The statement of the commissioner for harbours", "statement"),
        ("From the report of the engineer", "report"),
        ("Open letter to the Minister", "letter"),
        ("Council approves plan of works", "news"),
        ("Plan of works for the pier", "plan"),
        ("Plan of works for the pier approved", "news"),
        ("The pier of Port Ellery", "article"),
    ],
)
def test_kind(head: str, kind: str) -> None:
    assert paper(head, "3 May 1978")["kind"] == kind


def test_a_greeting_makes_an_address() -> None:
    assert paper("To the people of Port Ellery", "3 May 1978", f"Dear citizens!\n\n{BODY}")["kind"] == "address"


@pytest.mark.parametrize(
    ("closing", "issuer", "place", "date"),
    [
        ("Edwin Vale\nMinister of Works\nWesthaven, 3 May 1978", "Edwin Vale", "Westhaven", "1978-05-03"),
        (
            "The Minister of Works\nEdwin Vale\nWesthaven city, May 3, 1978",
            "Edwin Vale",
            "Westhaven",
            "1978-05-03",
        ),
        (
            "*Edwin Vale,\nMinister of Works.\nCity of Westhaven, May 3, 1978*",
            "Edwin Vale",
            "Westhaven",
            "1978-05-03",
        ),
        ("Edwin Vale\n\nMinister of Works\n\n03.05.1978", "Edwin Vale", None, "1978-05-03"),
        (
            "Edwin Vale\nMinister\n\n3. 05. 1978\n\nThis letter is addressed to all harbours of the coast.",
            "Edwin Vale",
            None,
            "1978-05-03",
        ),
        (
            "Adopted by the Harbour Board at its 3rd meeting on 3 May 1978",
            "Harbour Board",
            None,
            "1978-05-03",
        ),
        (
            "Adopted by Harbour Board\nof Port Ellery\non May, 3 1978",
            "Harbour Board of Port Ellery",
            None,
            "1978-05-03",
        ),
        ("Harbour Institute on Piers", "Harbour Institute on Piers", None, None),
        ("Westhaven\nMay 3, 1978", None, "Westhaven", "1978-05-03"),
    ],
)
def test_closings(closing: str, issuer: str | None, place: str | None, date: str | None) -> None:
    row = paper("Statement on the pier", closing)
    assert (row["issuer"], row["place"], row["date_edtf"]) == (issuer, place, date)


@pytest.mark.parametrize(
    ("closing", "outlet", "url"),
    [
        ("CoastNet\nMay 3, 1978", "CoastNet", None),
        ("[APX](#)\n\nMay 3, 1978", "APX", None),
        ("www.coast.net\n\n03.05.1978", "www.coast.net", None),
        ("<http://www.coast.net/en/node/12>", "www.coast.net", "http://www.coast.net/en/node/12"),
        ("coast.net", "coast.net", None),
    ],
)
def test_outlets(closing: str, outlet: str, url: str | None) -> None:
    row = paper("Council approves plan of works", closing)
    assert (row["outlet"], row["url"], row["issuer"]) == (outlet, url, None)


def test_a_place_that_the_text_knows_is_no_outlet() -> None:
    row = paper("Statement on the pier", "McAdam\nMay 3, 1978", "The Board met in McAdam and decided.\n\n")
    assert (row["place"], row["outlet"]) == ("McAdam", None)


def test_a_news_line_gives_place_date_and_agency() -> None:
    row = paper(
        "Council approves plan",
        "",
        "Westhaven, 3 May 1978 (CoastNet). The Council has approved the plan.\n\n",
    )
    assert (row["place"], row["outlet"], row["date_edtf"]) == ("Westhaven", "CoastNet", "1978-05-03")


def test_titles_are_the_papers_own_words_without_mark_up_and_date() -> None:
    row = paper("**Council signs order on “Piers for All” campaign\n(May 3, 1978)**", "CoastNet")
    assert row["title"] == "Council signs order on “Piers for All” campaign"
    assert (row["date_edtf"], row["date_basis"]) == ("1978-05-03", "heading")


def test_two_dates_keep_the_better_one_and_tell_of_the_other() -> None:
    head = "Resolution 12\n\nHarbour Council\n\nR/12 (1978) 14 April 1978"
    body = (
        "Recalling the letter dated 9 May 1978 of the engineer and the appeal of 4 May 1978,\n\n1. Decides to wait.\n\n"
    )
    made = segment("s", f"{head}\n\n{body}11 May 1978\n")
    [row] = made.documents
    assert (row["date_edtf"], row["date_conflict"]) == ("1978-05-11", "1978-04-14")
    [issue] = [issue for issue in made.issues if issue["code"] == "date_conflict"]
    assert "cites 2 dates later than 1978-04-14" in issue["message"]
    text = f"{head}\n\n{body}11 May 1978\n"
    assert text[issue["char_start"] : issue["char_end"]] == "14 April 1978"
    assert text[row["date_char_start"] : row["date_char_end"]] == "11 May 1978"


def test_a_coarser_date_is_no_conflict() -> None:
    row = paper(
        "Resolution 12\n\nHarbour Council\n\nR/RES/12(1978) April 1978",
        "Adopted by the Council on 30 April 1978",
    )
    assert (row["date_edtf"], row["date_conflict"]) == ("1978-04-30", None)


def test_an_anniversary_tells_the_date() -> None:
    body = "On 11 January 1978 the storm broke the pier.\n\n"
    assert paper("Today is the 10th anniversary of the storm", "", body)["date_edtf"] == "1988-01-11"
    assert paper("10th anniversary of the storm", "", body)["date_edtf"] == "1988~"
    assert paper("The storm", "", "He spoke on the 9th anniversary of it.\n\n" + body)["date_edtf"] is None


def test_residue_of_a_web_page_is_boilerplate() -> None:
    made = segment(
        "s",
        f"Statement on the pier\n\n{BODY}back news prev news\n\n© Copyright HARBOUR - All Rights Reserved",
    )
    assert [row["kind"] for row in made.blocks] == ["title", "paragraph", "boilerplate", "boilerplate"]
