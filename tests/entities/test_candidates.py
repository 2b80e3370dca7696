"""Names nobody knows: found by their capitals, typed by the words around, grouped by likeness."""

from collections import Counter

import pytest

from regesta.entities.grouping import grouped, same


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
    assert same(one, other, kind, kind) is expected


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
