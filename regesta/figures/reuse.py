"""Text reuse: sentences that papers share. Twenty reports that copy one sentence are not twenty sources.

Sentences are compared by their words alone. Two texts are candidates if they share one of a few shingles (runs of
words) picked by the smallest hash, a bottom-k sketch, and enough others: few if it is rare. Each pair of candidates is
then measured with rapidfuzz. Nothing depends on the order of the sentences: hashes are of the words, and
papers are ordered by date and address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import process
from rapidfuzz.distance import Indel

from regesta.figures.chronology import Chronology
from regesta.figures.wording import MARKS, NONE, Wording, at_first, joined, places, wording
from regesta.tables.arrow import table

Tables = dict[str, pa.Table]
Array = np.ndarray[Any, np.dtype[Any]]
NEAR = 0.8
"""From here on two sentences are nearly the same: normalised indel similarity of their words."""
_CROWD = 64
_AT_ONCE = 1 << 18
# Words that more texts than this share are a stock phrase, and no sign that one was copied from another.
_STOCK = 256
_ROWS = 1 << 12
_HALF = np.uint64(32)
# Words that no more texts than this share are a sign in themselves.
_RARE = 16
# So large a part of the shingles of the text that has fewer is shared at least, where one is rare and where none is; or
# all but those that two other words may change.
_PART = {True: 0.1, False: 0.35}
_CHANGED = 5

READS: Mapping[str, tuple[str, ...]] = {
    "documents": ("document_id",),
    "sentences": ("document_id", "char_start", "char_end", "normalized"),
}
"""What `Said.add` reads of the tables of a shard."""


class Said:
    """What the papers of a corpus say, gathered shard by shard."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._papers: list[pa.Array] = [pa.array([], pa.string())]
        self._places: list[Array] = [np.empty((0, 3), np.int32)]
        self._wordings: list[Wording] = [wording(pa.chunked_array([], pa.string()))]

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """Take in what the papers of a shard say; `READS` tells what is read."""
        sentences, documents = tables["sentences"], tables["documents"]["document_id"].combine_chunks()
        paper = pc.index_in(sentences["document_id"], documents).to_numpy() + sum(map(len, self._papers))
        place = np.stack([paper, *(sentences[name].to_numpy() for name in ("char_start", "char_end"))], axis=1)
        self._papers.append(documents)
        for start in range(0, len(sentences), _ROWS):
            some = wording(sentences["normalized"].slice(start, _ROWS))
            self._wordings.append(some)
            self._places.append(place[start + some.row].astype(np.int32))

    def pairs(self, papers: Chronology) -> Pairs:
        """Pairs of sentences of different papers that are the same or nearly so."""
        said, place = joined(self._wordings), np.concatenate(self._places)
        place[:, 0] = papers.numbers(pa.chunked_array(self._papers))[place[:, 0]]
        speaks = np.flatnonzero(papers.speaks[place[:, 0]])
        # From here on sentences are numbered in the order in which papers said them, texts by their length.
        order = speaks[np.lexsort((place[speaks, 1], place[speaks, 0]))]
        place, key = place[order], said.hash[order]
        first = np.argsort(key, kind="stable")
        first = first[at_first(key[first])]
        first = first[np.lexsort((key[first], said.length[order[first]]))]
        texts = said.take(order[first])
        by_text = np.argsort(_numbers(key, key[first]), kind="stable")
        count = np.bincount(_numbers(key, key[first]), minlength=len(first))
        copies = _Copies(by_text, np.cumsum(count) - count, count)
        many = np.flatnonzero(count > 1)
        found = [copies.pairs(many, many, np.ones(len(many)))]
        found += [copies.pairs(*some) for some in near(texts)]
        earlier, later, similarity = (np.concatenate(column) for column in zip(*found, strict=True))
        other = place[earlier, 0] != place[later, 0]
        earlier, later, similarity = earlier[other], later[other], similarity[other]
        order = np.lexsort((earlier, later))
        return Pairs(place[earlier[order]], place[later[order]], similarity[order])


class Pairs(NamedTuple):
    """Pairs of sentences that are the same or nearly so, in the order of the later one.

    Attributes:
        earlier: number of the paper, start and end of the earlier sentence.
        later: the same of the later one; ascending.
        similarity: how alike they are, from `NEAR` to 1.
    """

    earlier: Array
    later: Array
    similarity: Array


class _Copies(NamedTuple):
    """The sentences that have each text: `sentence` from `begin` on, `size` of them, the earliest first."""

    sentence: Array
    begin: Array
    size: Array

    def pairs(self, one: Array, other: Array, similarity: Array) -> tuple[Array, Array, Array]:
        """Pairs of sentences from pairs of texts, the earlier sentence first; in a crowd of copies each only with the
        earliest."""
        size = np.where(one == other, self.size[one], self.size[one] * self.size[other])
        crowded = size > np.where(one == other, _CROWD, _CROWD**2)
        few, many = np.flatnonzero(~crowded), np.flatnonzero(crowded)
        count = self.size[one[few]] * self.size[other[few]]
        pair = np.repeat(few, count)
        nth = places(np.zeros(len(few), np.int64), count)
        first, second = np.divmod(nth, self.size[other[pair]])
        first, second = (self.sentence[self.begin[t[pair]] + n] for t, n in ((one, first), (other, second)))
        # Of a text with itself, each pair comes twice, and each sentence with itself.
        kept = (one[pair] != other[pair]) | (first < second)
        low, high, pair = np.minimum(first, second)[kept], np.maximum(first, second)[kept], pair[kept]
        for text in many.tolist():
            crowd = np.unique(np.concatenate([self._of(one[text]), self._of(other[text])]))
            low = np.append(low, np.full(len(crowd) - 1, crowd[0]))
            high = np.append(high, crowd[1:])
            pair = np.append(pair, np.full(len(crowd) - 1, text))
        return low, high, similarity[pair]

    def _of(self, text: int) -> Array:
        return self.sentence[self.begin[text] : self.begin[text] + self.size[text]]


def _numbers(values: Array, among: Array) -> Array:
    """Where each value stands among others, all of them different."""
    order = np.argsort(among)
    return order[np.searchsorted(among, values, sorter=order)]


def near(texts: Wording) -> Iterator[tuple[Array, Array, Array]]:
    """Pairs of different texts that are nearly the same: numbers of both, similarity.

    Args:
        texts: texts, each once, in the order of their length.
    """
    found = _candidates(texts)
    at = np.empty(len(texts.row), np.int32)
    for start in range(0, len(found), _AT_ONCE):
        low, high = np.divmod(found[start : start + _AT_ONCE], len(texts.row))
        asked = _distinct(np.append(low, high))
        spelled = np.array(texts.text.take(pa.array(asked)).to_pylist(), object)
        at[asked] = np.arange(len(asked))
        both = (spelled[at[some]].tolist() for some in (low, high))
        scores = process.cpdist(*both, scorer=Indel.normalized_similarity, score_cutoff=NEAR, dtype=np.float64)
        alike = np.flatnonzero(scores)
        yield low[alike], high[alike], np.array([round(score, 4) for score in scores[alike].tolist()])


def _candidates(texts: Wording) -> Array:
    """Pairs of texts worth measuring: number of the first times how many there are, plus that of the second."""
    has = texts.sketch != NONE
    number = np.repeat(np.arange(len(texts.row), dtype=np.uint64), has.sum(axis=1))
    # One sort puts the texts with one shingle on a shelf, and those of like length side by side, so that a crowd around
    # a phrase is not compared in full.
    shelves = np.sort((texts.sketch[has].astype(np.uint64) << _HALF) | number)
    shelf, text = (shelves >> _HALF).astype(np.uint32), shelves.astype(np.uint32).view(np.int32)
    begin = at_first(shelf)
    count = np.diff(np.append(begin, len(shelf)))
    behind = np.minimum(np.repeat(begin + count, count) - 1 - np.arange(len(shelf)), _CROWD)
    likely = _Likely(texts)
    pairs = []
    for wanted, rare in ((count <= _RARE, True), ((count > _RARE) & (count <= _STOCK), False)):
        entries = np.flatnonzero(np.repeat(wanted, count) & (behind > 0))
        for start in range(0, len(entries), _ROWS):
            some = entries[start : start + _ROWS]
            one = np.repeat(text[some], behind[some])
            pairs.append(likely(one, text[places(some + 1, behind[some])], rare))
    return _distinct(np.concatenate([np.empty(0, np.int64), *pairs]))


class _Likely:
    """Which pairs of texts are worth measuring."""

    def __init__(self, texts: Wording) -> None:
        self._length = texts.length
        self._longest = (texts.length * ((2 - NEAR) / NEAR)).astype(np.int32)
        self._marks = [np.ascontiguousarray(half) for half in texts.marks.T]
        self._count = np.bitwise_count(texts.marks).sum(axis=1, dtype=np.uint8)
        one, other = np.ogrid[: MARKS + 1, : MARKS + 1]
        fewer, chance = np.minimum(one, other), one * other / MARKS
        self._more_than = {
            rare: np.minimum(fewer * part + chance, fewer - _CHANGED).astype(np.int16) for rare, part in _PART.items()
        }

    def __call__(self, one: Array, other: Array, rare: bool) -> Array:
        """Of pairs of texts, the shorter first and sharing a shingle that is rare or not, the likely ones."""
        fit = self._length[other] <= self._longest[one]
        one, other = one[fit], other[fit]
        first, second = (np.bitwise_count(half[one] & half[other]) for half in self._marks)
        fit = first + second > self._more_than[rare][self._count[one], self._count[other]]
        return _distinct(one[fit].astype(np.int64) * len(self._length) + other[fit])


def _distinct(numbers: Array) -> Array:
    numbers = np.sort(numbers)
    return numbers[at_first(numbers)]


def rows(pairs: Pairs, papers: Chronology, documents: pa.Table) -> pa.Table:
    """The table `reuse` of a shard: what its papers repeat.

    Args:
        pairs: the pairs of the corpus.
        papers: its papers.
        documents: the table `documents` of the shard.
    """
    mine = np.zeros(len(papers), bool)
    mine[papers.numbers(documents["document_id"])] = True
    at = np.flatnonzero(mine[pairs.later[:, 0]])
    similarity = pairs.similarity[at]
    return table(
        "reuse",
        {
            "sentence_id": _ids(pairs.later[at], papers),
            "document_id": papers.ids.take(pa.array(pairs.later[at, 0])),
            "earlier_sentence_id": _ids(pairs.earlier[at], papers),
            "earlier_document_id": papers.ids.take(pa.array(pairs.earlier[at, 0])),
            "similarity": similarity,
            "kind": pc.if_else(pa.array(similarity == 1.0), "exact", "near"),
        },
    )


def _ids(sentences: Array, papers: Chronology) -> pa.Array:
    source = papers.source_ids.take(pa.array(sentences[:, 0]))
    start, end = (pa.array(sentences[:, i]).cast(pa.string()) for i in (1, 2))
    return pc.binary_join_element_wise(source, pc.binary_join_element_wise(start, end, "-"), "@")


def origins(reuse: pa.Table, papers: Chronology) -> pa.Table:
    """For every sentence of a shard that an earlier paper carries the earliest such sentence, `reused_from`, and how
    many papers came before, `earlier_papers`.

    Args:
        reuse: the table `reuse` of the shard.
        papers: the papers of the corpus.
    """
    by_paper = pa.table(
        {
            "sentence_id": reuse["sentence_id"],
            "paper": papers.numbers(reuse["earlier_document_id"]),
            "reused_from": reuse["earlier_sentence_id"],
        }
    )
    by_paper = by_paper.group_by(["sentence_id", "paper"], use_threads=False).aggregate([("reused_from", "min")])
    by_paper = by_paper.sort_by("paper")
    made = by_paper.group_by("sentence_id", use_threads=False).aggregate(
        [("reused_from_min", "first"), ([], "count_all")]
    )
    return made.rename_columns(["sentence_id", "reused_from", "earlier_papers"])
