"""Papers that nobody lists, put before a table of contents, after it, or before a paper that stood alone."""

from __future__ import annotations

import pytest

from tests.segment.rows import segment
from tests.segment.test_papers import BODY, LEADERS

TITLE_PAGE = "CHAPTER 2\n\nPAPERS OF THE HARBOUR\n\nCollected by Ann Reed\n\nPort Ellery, 1979\n\n"
STATEMENT = f"STATEMENT OF THE WIDOWS\n\n{BODY}Port Ellery, 9 May 1979\n\n"
SIGNED = f"A storm over the quay\n\n{BODY}{BODY}Ann Reed\nSecretary of the Board\n\n9 May 1979\n\n"
UNDATED = f"Letter of the widows to the Board\n\n{BODY}"
HEADED = f"A storm over the quay\n\nPort Ellery, 9 May 1979\n\n{BODY}{BODY}"
LONG = "Petition of the widows\n\n" + BODY * 40 + "9 May 1979\n\n"
LISTED = ["resolution", "letter", "report"]


def documents(text: str) -> list[tuple[str, str, str | None]]:
    return [(row["kind"], row["title"], row["date_edtf"]) for row in segment("s", text).documents]


@pytest.mark.parametrize("paper", [STATEMENT, SIGNED, UNDATED, HEADED, LONG])
@pytest.mark.parametrize("title_page", ["", TITLE_PAGE])
@pytest.mark.parametrize("place", ["head", "before the contents", "after the contents"])
def test_an_unlisted_paper_is_one_of_its_own(paper: str, title_page: str, place: str) -> None:
    contents, rest = LEADERS.split("\n\nResolution on")
    contents, rest = f"{contents}\n\n", f"Resolution on{rest}"
    day = None if paper is UNDATED else "1979-05-09"
    text = {
        "head": paper + title_page + contents + rest,
        "before the contents": title_page + paper + contents + rest,
        "after the contents": title_page + contents + paper + rest,
    }[place]
    made = segment("s", text)
    papers = [row for row in made.documents if row["kind"] != "contents"]
    assert (papers[0]["title"], papers[0]["date_edtf"]) == (paper.partition("\n")[0], day)
    assert [row["kind"] for row in papers][1:] == LISTED
    assert papers[0]["text"] == paper.strip()
    front = [row["text"] for row in made.documents if row["kind"] == "contents"]
    assert len(front) == (2 if title_page and place == "before the contents" else 1)
    assert front[-1].endswith(contents.strip())
    assert title_page.strip() in front[0]
    [issue] = [issue for issue in made.issues if issue["code"] == "heading_not_in_contents"]
    assert issue["document_id"] == papers[0]["document_id"]


@pytest.mark.parametrize(
    "front",
    [
        TITLE_PAGE,
        f"{TITLE_PAGE}Foreword\n\n{BODY}Ann Reed\nPort Ellery, 9 May 1979\n\n",
        f"{TITLE_PAGE}All rights reserved. No part of this book may be copied.\n\nPrinted by J. Bell & Sons\n\n",
        "Papers of the harbour\n\nA collection of papers about the pier and the quay.\n\n1979\n\n",
    ],
)
def test_a_title_page_and_a_preface_are_no_papers(front: str) -> None:
    assert [kind for kind, _, _ in documents(front + LEADERS)] == ["contents", *LISTED]


def test_a_preface_after_an_unlisted_paper_stays_with_the_contents() -> None:
    made = segment("s", f"{STATEMENT}PREFACE\n\n{BODY}Ann Reed\n9 May 1980\n\n{LEADERS}").documents
    assert [row["kind"] for row in made] == ["statement", "contents", *LISTED]
    assert made[1]["text"].startswith("PREFACE")


def test_what_goes_on_after_a_date_stays_with_its_paper() -> None:
    paper = f"{STATEMENT}What followed\n\n{BODY}{BODY}"
    made = segment("s", paper + TITLE_PAGE + LEADERS).documents
    assert [row["kind"] for row in made] == ["statement", "contents", *LISTED]
    assert made[0]["text"] == paper.strip()


def test_two_unlisted_papers_are_two() -> None:
    found = documents(STATEMENT + SIGNED + TITLE_PAGE + LEADERS)
    assert [title for _, title, _ in found][:2] == ["STATEMENT OF THE WIDOWS", "A storm over the quay"]
    assert [kind for kind, _, _ in found][2:] == ["contents", *LISTED]


def test_a_list_of_pages_in_an_unlisted_paper_is_not_the_contents() -> None:
    tolls = "Boats\t3\nCarts\t4\nPorters\t6\n\n"
    found = documents(f"STATEMENT OF THE WIDOWS\n\n{BODY}{tolls}{BODY}9 May 1979\n\n{LEADERS}")
    assert [kind for kind, _, _ in found] == ["statement", "contents", *LISTED]


@pytest.mark.parametrize("paper", [STATEMENT, f"{SIGNED}\n"])
@pytest.mark.parametrize("alone", ["The quay and the pier", "**Report of the engineer**"])
def test_a_paper_put_before_one_that_stood_alone(paper: str, alone: str) -> None:
    text = f"{alone}\n\n{BODY}{BODY}"
    assert len(documents(text)) == 1
    found = documents(paper + text)
    assert [title for _, title, _ in found] == [paper.partition("\n")[0], alone.strip("*")]
    assert found[0][2] == "1979-05-09"


@pytest.mark.parametrize("after", ["Annex to the statement", "Note of the translator", "Ann Reed", "the quay of stone"])
def test_what_follows_a_date_and_belongs_to_the_paper(after: str) -> None:
    assert len(documents(f"{STATEMENT}{after}\n\n{BODY}")) == 1
