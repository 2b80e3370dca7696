"""Reuse: what is found among sentences, however many there are at once."""

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import process
from rapidfuzz.distance import Indel

from regesta.figures import reuse, texts
from regesta.figures.wording import FEWEST_WORDS, wording

WORDS = st.sampled_from(
    ("the", "court", "of", "Élan", "don’t", "İstanbul", "ΟΔΟΣ", "x-ray", "9,300", "“no”", "ﬁre", "_", "")
)


@settings(deadline=None)
@given(st.lists(st.lists(WORDS, max_size=12).map(" ".join)))
def test_words_are_those_that_a_regular_expression_finds(sentences):
    found = wording(pa.chunked_array([sentences], pa.string()))
    words = [re.findall(r"\w+", sentence.lower()) for sentence in sentences]
    assert found.row.tolist() == [row for row, some in enumerate(words) if len(some) >= FEWEST_WORDS]
    assert found.text.to_pylist() == [" ".join(words[row]) for row in found.row]
    assert found.length.tolist() == [len(text) for text in found.text.to_pylist()]
    by_text = dict(zip(found.text.to_pylist(), found.hash.tolist(), strict=True))
    assert len(set(by_text.values())) == len(by_text)


def copied(seed, count):
    """Sentences of made-up words, a third of them copies with one to three words changed, and one copied by all."""
    draw = np.random.default_rng(seed)
    words = np.array(["".join(draw.choice(list("abdefgikmnoprstu"), 5)) for _ in range(3000)])
    made = [draw.choice(words, draw.integers(8, 25)) for _ in range(count)]
    for number in range(2 * count // 3, count):
        made[number] = made[0 if number % 9 == 0 else number % (count // 3)].copy()
        made[number][draw.integers(0, len(made[number]), draw.integers(1, 4))] = draw.choice(words)
    return sorted({" ".join(some) for some in made})


def found_among(sentences):
    gathered, chosen = texts.different(pa.chunked_array([sentences]))
    return {
        (*sorted((chosen[one], chosen[other])), alike)
        for low, high, similarity in reuse.near(gathered)
        for one, other, alike in zip(low.tolist(), high.tolist(), similarity.tolist(), strict=True)
    }


def test_copies_with_words_changed_are_found():
    sentences = copied(1, 900)
    scores = process.cdist(sentences, sentences, scorer=Indel.normalized_similarity, score_cutoff=reuse.NEAR)
    wanted = set(zip(*(side.tolist() for side in np.nonzero(np.triu(scores, 1))), strict=True))
    found = found_among(sentences)
    assert {pair[:2] for pair in found} <= wanted
    assert len(found) >= 0.98 * len(wanted) > 800


@pytest.mark.parametrize("size", [50, 333])
def test_a_corpus_in_parts_has_the_pairs_of_one_in_memory(monkeypatch, size):
    sentences = copied(2, 900)
    whole = found_among(sentences)
    monkeypatch.setattr(reuse, "_PART_OF", size)
    monkeypatch.setattr(reuse, "_AT_ONCE", 7 * size)
    monkeypatch.setattr(texts, "_BLOCK", size)
    monkeypatch.setattr(texts, "_FEW_BYTES", size)
    assert found_among(sentences) == whole
