"""What arrays say of words is what a pattern says that reads them one by one."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regesta.entities import words as scan
from regesta.entities.chains import Evidence
from regesta.entities.letters import Letters
from regesta.entities.lexicon import lexicon
from regesta.entities.papers import SEAM, Papers, Spans
from regesta.entities.traits import Vocabulary, traits

TOKEN = re.compile(
    r"(?:[^\W\d_]\.){1,3}(?=\s?[^\W\d_]{2})|(?:[A-Z]\.){2,}|[^\W_]+(?:(?:-|[’'`](?!s\b))[^\W_]+)*", re.UNICODE
)
OPENING = set('“”"«»:.!?…—–*#>[•')
SMALL = re.compile(r"(?<![^\W_])[a-z][^\W_]*(?:-[^\W_]+)*")
PIECES = (
    "Berg",
    "berg",
    "A",
    "B.",
    "a",
    "é",
    "É",
    "ǅ",
    "ß",
    "12",
    "²",
    "s",
    "'",
    "’",
    "`",
    "-",
    "_",
    ".",
    " ",
    "\n",
    "“",
    "İ",
    "𝔄",
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@st.composite
def cut(draw):
    """A text and sentences in it, none overlapping another, that may begin and end anywhere."""
    text = draw(TEXTS)
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = np.array(edges[: len(edges) // 2 * 2], np.int64).reshape(-1, 2)
    return Letters(text), Spans.sorted(spans[:, 0], spans[:, 1])


def each(sentences):
    return zip(sentences.start.tolist(), sentences.end.tolist(), strict=True)


@given(cut())
def test_tokens(given_):
    letters, sentences = given_
    found = scan.tokens(letters, sentences, scan.plain_words(letters, sentences))
    wanted = [
        (*token.span(), number)
        for number, span in enumerate(each(sentences))
        for token in TOKEN.finditer(letters.text, *span)
    ]
    assert list(zip(found.start.tolist(), found.end.tolist(), found.sentence.tolist(), strict=True)) == wanted
    opens = []
    for number, (start, _, sentence) in enumerate(wanted):
        low = int(sentences.start[sentence])
        head = number == 0 or wanted[number - 1][2] != sentence
        opens.append(head or bool(OPENING & set(letters.text[max(low, start - 2) : start])))
    assert scan.opens(letters, sentences, found, np.arange(len(wanted))).tolist() == opens


@given(cut(), st.booleans())
def test_sentences_in_capitals(given_, heading):
    letters, sentences = given_
    wanted = []
    for start, end in each(sentences):
        long = re.compile(r"[^\W\d_]{4,}").findall(letters.text, start, end)
        share = sum(word[0].isupper() for word in long) / max(len(long), 1)
        mostly = (heading and len(long) > 3 and share > 0.6) or (len(long) > 6 and share > 0.8)
        wanted.append(mostly or letters.text[start:end].isupper())
    assert scan.in_capitals(letters, sentences, np.full(len(wanted), heading)).tolist() == wanted


@given(TEXTS, TEXTS)
def test_words_that_a_paper_writes_small(before, text):
    whole, low = before + SEAM + text + SEAM + before, len(before + SEAM)
    evidence = Evidence(whole, low, low + len(text), scan.Words(*[np.zeros(0, int)] * 3), frozenset(), Vocabulary(len))
    small = set(SMALL.findall(text))
    assert {word for word in small | {"a", "berg", "a-berg", "s", "berg-a", "É"} if evidence.small(word)} == small


def test_addresses_are_blanked_out():
    text = "See www.x.org/A or [b](c.d) or e@f.gh."
    blank = text.replace("www.x.org/A", "\n" * 11).replace("c.d", "\n" * 3).replace("e@f.gh", "\n" * 6)
    assert Papers.whole([text]).readable.text == blank


def test_a_vocabulary_tells_once_and_can_forget():
    told = []
    words = Vocabulary(lambda word: told.append(word) or len(word))
    assert words.told(words.numbers(["Berg", "Ohio", "Berg"])).tolist() == [4, 4, 4]
    assert told == ["Berg", "Ohio"]
    assert traits("en")("President") != traits("en")("Gansbruck")
    assert lexicon("en").bodies >= lexicon("en").heads["organization"]
