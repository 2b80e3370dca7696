"""Whose name it is: rules between bearers, abbreviations, surnames, articles, what is no name."""

from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regesta.entities.find import Finder

from .conftest import papers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left Elbonia for Elbonia district.", [("Elbonia", "elbonia"), ("Elbonia district", "elbonia-district")]),
        ("The Parliaments of Georgia and Romania.", [("Georgia", "georgia"), ("Romania", "romania")]),
        ("Texas, Georgia and Ohio passed it.", [("Georgia", "georgia-us")]),
        ("The Time magazine said so. It was Time to go.", [("Time", "time-magazine")]),
        ("On the Elbonia Tragedy and the elbonia tragedy.", [("Elbonia Tragedy", "elbonia-1990")]),
        ("See https://elbonia.example/Elbonia and www.Elbonia.org, or elbonia.net/Elbonia.", []),
    ],
)
def test_names_of_the_authority(names, text, expected):
    assert names(text, "alias") == expected


def test_an_abbreviation_counts_from_its_definition_on(names):
    found = names("CTP was unknown. The Conference on Trade and Ports (CTP) met. The CTP agreed.", "short_form")
    assert found == [("CTP", "trade-union-conference")] * 2


def test_a_surname_is_the_person_named_last_by_it(names):
    text = "Berg was late. Anna Berg spoke. Berg sat down. Carl Berg rose. Minister Berg left. Eva Berg came."
    assert names(text, "short_form") == [("Berg", "anna-berg"), ("Berg", "carl-berg")]


def test_a_resolution_is_that_of_the_body_beside_it(names):
    assert ("Council of Ports Resolution 101", "council-101") in names("By Council of Ports Resolution 101 it ended.")
    assert ("102", "council-102") in names("The Council of Ports resolutions 101 and 102 say so.")
    assert ("102", "assembly-102") in names("The resolutions 102 Assembly of Ports passed.")


def test_articles_go_with_the_law_behind_or_before_them(names):
    assert names("Under article 5 of the Harbour Code it is so.") == [
        ("article 5 of the Harbour Code", "harbour-code-article-5")
    ]
    listed = names("Articles 5 and 6 of the Harbour Code.")
    assert listed == [
        ("5", "harbour-code-article-5"),
        ("6", "harbour-code-article-6"),
        ("Harbour Code", "harbour-code"),
    ]
    before = names("These parts of the Harbour Code were broken:\nArticle 7, on ropes;")
    assert before[-1] == ("Article 7", "harbour-code-article-7")
    assert names("Under article 5 it is so.") == []


def test_an_anniversary_is_told_of_its_event(authority):
    text = "On the 25th anniversary of the Elbonia tragedy we met."
    [hit] = Finder(authority).find(papers(text)).of("event")
    assert hit.what.anniversary == 25


def test_a_name_does_not_run_over_a_line_outside_running_text(authority):
    finder = Finder(authority)
    assert not [h for h in finder.find(papers("Harbour\nCode", kind="title")) if h.what.method == "alias"]


def test_hits_never_overlap_and_lie_in_sentences(authority):
    text = (
        "Anna Berg of the Council of Ports (CP) and the CP cited resolutions 101, 102 of Elbonia district. Berg left."
    )
    both = papers(text)
    hits = Finder(authority).find(both)
    assert (hits.end[:-1] <= hits.start[1:]).all()
    assert (both.sentences.at(hits.start, hits.end) >= 0).all()


WORDS = (
    "Anna Berg|Berg|A. Berg|Gansbruck|GEORGIA|Georgia|Council of Ports|(CP)|CP|Time|Harbour Code|law"
    "|article 5|articles 5 and 6 of the|resolution 102|12th rifle brigade|A/RES/5|The|magazine|Texas|Elbonia tragedy"
    '|,|.|. | | |\n|gansbruck|25th anniversary of the|report "On the Way to Sea"|www.Elbonia.org|\n\n|-|’s|(|)|"|“|é|İ'
).split("|")
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map("".join)


@settings(deadline=None)
@given(texts=st.lists(TEXT, min_size=2, max_size=4))
def test_what_is_found_in_a_paper_does_not_depend_on_the_papers_beside_it(authority, texts):
    finder = Finder(authority)
    each = [(n, h.start, h.end, h.what) for n, text in enumerate(texts) for h in finder.find(papers(text))]
    together = papers(*texts)
    starts = together.papers.start.tolist()
    found = [(bisect_right(starts, h.start) - 1, *h) for h in finder.find(together)]
    assert [(n, start - starts[n], end - starts[n], what) for n, start, end, what in found] == each


def test_threads_share_a_finder(authority):
    finder = Finder(authority)
    texts = [
        f"We saw Anna Berg in Gansbruck {'abcdefgh'[n % 8].upper()}lm{'xyz' * n}. Berg left Zor{n}." for n in range(60)
    ]
    wanted = [list(Finder(authority).find(papers(text))) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert [list(hits) for hits in pool.map(lambda text: finder.find(papers(text)), texts)] == wanted
