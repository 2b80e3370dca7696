"""Names in text: whole words, capitals, folded spellings, the longest of several."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.entities.fold import _PLAIN
from regesta.entities.matcher import Matcher


def found(names, text, accept=None, ruled=()):
    matcher = Matcher(names, ruled)
    hits = matcher.find(text, accept)
    return [(matcher.names[n], text[a:b]) for n, a, b in zip(*(column.tolist() for column in hits), strict=True)]


@pytest.mark.parametrize(
    ("names", "text", "expected"),
    [
        (["Turkey"], "turkey in Turkey", ["Turkey"]),
        (["US"], "tell us of the US", ["US"]),
        (["Utopia"], "Utopian UTOPIA Utopia's Utopia-based Utopia", ["UTOPIA", "Utopia", "Utopia", "Utopia"]),
        (["Gänsbrück"], "Gansbruck and Gänsbrück", ["Gansbruck", "Gänsbrück"]),
        (["Gansbruck"], "Gänsbru\u0308ck", ["Gänsbru\u0308ck"]),
        (["President's Office"], "President`s Office, President’s Office", ["President`s Office", "President’s Office"]),  # noqa: E501
        (["North-South Union"], "North South  Union", ["North South  Union"]),
        (["North South"], "North\nSouth", []),
        (["North South"], "North, South", []),
        (["Elbonia tragedy"], "Elbonia Tragedy, ELBONIA TRAGEDY, Elbonia tragedy", ["Elbonia Tragedy", "ELBONIA TRAGEDY", "Elbonia tragedy"]),  # noqa: E501
        (["Day of the Elbonia tragedy"], "Day of the Elbonia Tragedy", ["Day of the Elbonia Tragedy"]),
        (["S/26718"], "(S/26718)", ["S/26718"]),
        (["Москва"], "Москва и Москвы", ["Москва"]),
        (["Союз"], "Союзник", []),
        (["North", "North Union", "Union Street"], "North Union Street", ["Union Street", "North"]),
        ([], "anything", []),
        (["Utopia"], "", []),
    ],
)  # fmt: skip
def test_names_are_found(names, text, expected):
    assert sorted(surface for _, surface in found(names, text)) == sorted(expected)


def test_of_one_spelling_with_two_cases_the_text_decides():
    assert found(["Time", "TIME"], "TIME Time") == [("TIME", "TIME"), ("Time", "Time")]


def test_a_refused_name_gives_way_to_a_shorter_one():
    names = ["North Union", "North"]
    assert found(names, "North Union", lambda *_: False, ruled=[0]) == [("North", "North")]


def test_a_name_without_letters_is_refused():
    with pytest.raises(ValueError, match="no letter"):
        Matcher(["--"])


_WORDS = ["Aa", "Bb", "aa", "bb", "Cc", "é", "Ж", "x"]
_NAMES = st.lists(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map(" ".join), unique=True, max_size=6)
_TEXTS = st.lists(st.sampled_from([*_WORDS, "\n", ", ", "-", "’", "İ", "e\u0301", "  "]), max_size=25).map(" ".join)


def plain(text):
    text = "".join(_PLAIN.get(char, char) for char in text)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()


def oracle(names, text):
    """All places where a name can stand, read word by word; the longest first, then the earliest."""
    words = [m.span() for m in re.finditer(r"(?:[^\W_]\u0301?)+", text)]
    spans = []
    for at in range(len(words)):
        for size in range(1, 4):
            if at + size > len(words):
                break
            low, high = words[at][0], words[at + size - 1][1]
            between = [text[words[k][1] : words[k + 1][0]] for k in range(at, at + size - 1)]
            if any(not re.fullmatch(r"[ ]+|[-’]", gap) for gap in between):
                continue
            for name in names:
                parts = name.split()
                there = [text[a:b] for a, b in words[at : at + size]]
                if [plain(p) for p in parts] != [plain(t) for t in there]:
                    continue
                opens = [p[0].isupper() for p in parts]
                small = [k for k, o in enumerate(opens) if not o]
                capital = [there[k][0].isupper() for k in range(size)]
                forms = ({k for k in small if len(parts[k]) >= 4}, set(), set(small))
                if all(capital[k] for k in range(size) if opens[k]) and {k for k in small if capital[k]} in forms:
                    spans.append((low - high, low, high, -sum(c.isupper() for c in name), name))
    taken = []
    for _, low, high, _, name in sorted(spans):
        if all(high <= a or low >= b for a, b, _ in taken):
            taken.append((low, high, name))
    return sorted((low, high) for low, high, _ in taken)


@given(_NAMES, _TEXTS)
def test_the_automaton_finds_what_reading_word_by_word_finds(names, text):
    hits = Matcher(names).find(text)
    spans = list(zip(hits.start.tolist(), hits.end.tolist(), strict=True))
    # Folded lengths order the hits; runs of spaces count once there, so compare texts without them.
    if "  " not in text:
        assert spans == oracle(names, text)


@given(_NAMES, st.text(max_size=60))
def test_offsets_are_those_of_the_text(names, text):
    hits = Matcher(names).find(text)
    for number, start, end in zip(*(column.tolist() for column in hits), strict=True):
        assert 0 <= start < end <= len(text)
        assert " ".join(re.findall(r"\w+", plain(text[start:end]))) == " ".join(
            re.findall(r"\w+", plain(names[number]))
        )


@given(_NAMES, _TEXTS, st.randoms())
def test_the_order_of_names_does_not_matter(names, text, random):
    other = list(names)
    random.shuffle(other)
    one, two = Matcher(names).find(text), Matcher(other).find(text)
    assert list(zip(one.start.tolist(), one.end.tolist(), strict=True)) == list(
        zip(two.start.tolist(), two.end.tolist(), strict=True)
    )


@given(_NAMES, st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map(" ".join), _TEXTS)
def test_a_new_name_changes_others_only_where_it_is_longer(names, new, text):
    names = [name for name in names if plain(name) != plain(new)]
    before = {(n, a, b) for n, a, b in zip(*(c.tolist() for c in Matcher(names).find(text)), strict=True)}
    after = {(n, a, b) for n, a, b in zip(*(c.tolist() for c in Matcher([*names, new]).find(text)), strict=True)}
    mine = [(a, b) for n, a, b in after if n == len(names)]
    for number, start, end in before - after:
        lost_to = [(a, b) for a, b in mine if a < end and start < b]
        freed = [(a, b) for n, a, b in after - before if n != len(names) and a < end and start < b]
        assert lost_to or freed, (number, start, end)
    if not mine:
        assert before == after
