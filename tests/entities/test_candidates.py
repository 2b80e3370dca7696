"""Names nobody knows: found by their capitals, typed by the words around, grouped by likeness."""

import re
from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from regesta.entities.grouping import grouped, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We met President Anna Berg in Gansbruck.", [("Anna Berg", "person"), ("Gansbruck", "place")]),
        ("The law of the Ministry of Ports and Trade was read.", [("Ministry of Ports and Trade", "organization")]),
        ("It broke the Treaty of Gansbruck.", [("Treaty of Gansbruck", "instrument")]),
        ("After the Gansbruck massacre they fled.", [("Gansbruck massacre", "event")]),
        ("They live in the Gansbruck district.", [("Gansbruck district", "place")]),
        ("It was said by the OPT on Monday.", [("OPT", "organization")]),
        ("The Elbonian people and many Russians came.", []),
        ("However, people came. Ships sank on Friday, 3 May.", []),
        ('He wrote the book "A Short Way to the Sea" here.', [("A Short Way to the Sea", "work")]),
        ("The Head of State and the Prime Minister met MPs.", []),
    ],
)
def test_candidates(guesses, text, expected):
    assert guesses(text) == expected


def test_a_capital_at_the_head_of_a_sentence_proves_nothing(guesses):
    assert guesses("Gansbruck burned.") == []
    assert guesses("Gansbruck burned. We fled from Gansbruck.") == [("Gansbruck", "place")] * 2


def test_a_surname_follows_the_name_in_full(guesses):
    assert guesses("We saw Anna Berg there. Then Berg left for Bergen.")[:2] == [
        ("Anna Berg", "person"),
        ("Berg", "person"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "kind", "expected"),
    [
        ("Garadaghly", "Garadagly", "place", True),
        ("E. Mamedov", "Elman Mammadov", "person", True),
        ("E. Mamedov", "Anna Mammadov", "person", False),
        ("OPT", "Organization of Ports and Trade", "organization", True),
        ("Gansbruck", "Hansberg", "place", False),
        ("Resolution 12", "Resolution 13", "instrument", False),
    ],
)
def test_likeness(one, other, kind, expected):
    types = {name: Counter({kind: 1}) for name in (one, other)}
    assert (len(grouped({name: Counter({name: 1}) for name in types}, types)) == 1) is expected


@settings(deadline=None)
@given(st.lists(st.text("abé 1", min_size=6, max_size=14), unique=True, max_size=40), st.data())
def test_names_spelled_alike_are_grouped_as_if_all_pairs_were_compared(names, data):
    """Of all names that begin alike, whatever their length, type and number."""
    names = [f"Khor {name.strip()}" for name in names]
    types = {name: Counter({data.draw(st.sampled_from(("place", "event"))): 1}) for name in names}
    group = {m: g.id for g in grouped({name: Counter({name: 1}) for name in types}, types) for m in g.members}
    for one, other in product(names, names):
        a, b = plain(one), plain(other)
        shape = [(len(name.split()), re.findall(r"\d+", name), types[own]) for own, name in ((one, a), (other, b))]
        if a == b or (shape[0] == shape[1] and fuzz.ratio(a, b) >= 91):
            assert group[one] == group[other]


def test_groups_do_not_depend_on_order():
    spellings = {
        "candidate-a": Counter({"Gansbrück": 3}),
        "candidate-b": Counter({"Gansbruck": 5}),
        "candidate-c": Counter({"Ohio": 1}),
    }
    types = {key: Counter({"place": 1}) for key in spellings}
    one = grouped(spellings, types)
    two = grouped(dict(reversed(spellings.items())), dict(reversed(types.items())))
    assert one == two
    assert [(group.label, group.members) for group in one] == [
        ("Gansbruck", ("candidate-a", "candidate-b")),
        ("Ohio", ("candidate-c",)),
    ]
