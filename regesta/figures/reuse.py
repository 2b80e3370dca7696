"""Text reuse: sentences that papers share. Twenty reports that copy one sentence are not twenty sources.

Sentences are compared by their words alone. Two texts are candidates if they share one of a few shingles (runs of
words) picked by the smallest hash, a bottom-k sketch, and about half of their words. Each pair of candidates is then
measured with rapidfuzz. Nothing depends on the order of the sentences: hashes are of the words, and papers are ordered
by date and address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import process
from rapidfuzz.distance import Indel

from regesta.figures.chronology import Chronology
from regesta.figures.texts import Spill, Texts
from regesta.figures.wording import MARKS, at_first, places, wording
from regesta.spans import addresses
from regesta.tables.arrow import table

Tables = dict[str, pa.Table]
Array = np.ndarray[Any, np.dtype[Any]]
NEAR = 0.8
"""From here on two sentences are nearly the same: normalised indel similarity of their words."""
_SAME = 10_000
_CROWD = 64
_AT_ONCE = 1 << 20
# So many texts are worked on at once.
_PART_OF = 1 << 20
# Words that more texts than this share are a stock phrase, and no sign that one was copied from another.
_STOCK = 256
_ROWS = 1 << 12
_HALF = np.uint64(32)
# So large a part of the words, by their letters, candidates have in common: of a hundred pairs that are nearly the same
# one has less, of a hundred others eighty-five.
_PART = 0.47

READS: Mapping[str, tuple[str, ...]] = {
    "documents": ("document_id",),
    "sentences": ("document_id", "char_start", "char_end", "normalized"),
}
"""What `Said.add` reads of the tables of a shard."""


class Said:
    """What the papers of a corpus say, gathered shard by shard."""

    def __init__(self, scratch: Path | None = None) -> None:
        """Begin with nothing.

        Args:
            scratch: a folder for what should not be held in memory.
        """
        self._papers: list[pa.Array] = [pa.array([], pa.string())]
        self._places: list[Array] = [np.empty((0, 3), np.int32)]
        self._texts = Texts(scratch)

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """Take in what the papers of a shard say; `READS` tells what is read."""
        sentences, documents = tables["sentences"], tables["documents"]["document_id"].combine_chunks()
        paper = pc.index_in(sentences["document_id"], documents).to_numpy() + sum(map(len, self._papers))
        place = np.stack([paper, *(sentences[name].to_numpy() for name in ("char_start", "char_end"))], axis=1)
        self._papers.append(documents)
        for start in range(0, len(sentences), _ROWS):
            some = wording(sentences["normalized"].slice(start, _ROWS))
            self._texts.add(some)
            self._places.append(place[start + some.row].astype(np.int32))

    def pairs(self, papers: Chronology) -> Pairs:
        """Pairs of sentences of different papers that are the same or nearly so. To be asked once."""
        place, texts = np.concatenate(self._places), self._texts
        self._places = []
        place[:, 0] = papers.numbers(pa.chunked_array(self._papers))[place[:, 0]]
        speaks = np.flatnonzero(papers.speaks[place[:, 0]])
        # From here on sentences are numbered in the order in which papers said them, texts in that of their length.
        order = speaks[np.lexsort((place[speaks, 1], place[speaks, 0]))]
        texts.gather()
        place, copies, chosen = place[order], *_copies(texts.hash[order], texts.length[order])
        texts.choose(order[chosen])
        many = np.flatnonzero(copies.size > 1)
        exact = copies.pairs(many, many, np.full(len(many), _SAME, np.uint16))
        found = [_told(place, *exact), *(_told(place, *copies.pairs(*some)) for some in near(texts))]
        earlier, later, similarity = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.lexsort((earlier, later))
        return Pairs(place, earlier[order], later[order], similarity[order])


def _told(place: Array, earlier: Array, later: Array, similarity: Array) -> tuple[Array, Array, Array]:
    """Pairs of sentences, in as little room as they take, without those of one paper."""
    other = place[earlier, 0] != place[later, 0]
    return earlier[other].astype(np.int32), later[other].astype(np.int32), similarity[other]


class Pairs(NamedTuple):
    """Pairs of sentences that are the same or nearly so, in the order of the later one.

    Attributes:
        place: number of the paper, start and end of all sentences, in the order in which papers said them.
        earlier: which of them is the earlier sentence of each pair.
        later: which is the later one; ascending.
        similarity: how alike they are, in ten thousandths.
    """

    place: Array
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


def _copies(key: Array, length: Array) -> tuple[_Copies, Array]:
    """Sentences by text, the texts in the order of their length; and the first sentence that has each.

    Args:
        key: a hash of the text of each sentence.
        length: its length.
    """
    order = np.lexsort((key, length))
    begin = at_first(key[order])
    return _Copies(order, begin, np.diff(np.append(begin, len(key)))), order[begin]


def near(texts: Texts) -> Iterator[tuple[Array, Array, Array]]:
    """Pairs of different texts that are nearly the same: numbers of both, similarity in ten
    thousandths.

    Args:
        texts: texts, each once, in the order of their length.
    """
    at = np.empty(len(texts), np.int32)
    for found in _candidates(texts):
        for start in range(0, len(found), _AT_ONCE):
            low, high = np.divmod(found[start : start + _AT_ONCE], len(texts))
            asked = _distinct(np.append(low, high))
            at[asked] = np.arange(len(asked))
            spelled = texts.spelled(asked)
            both = (spelled[at[some]].tolist() for some in (low, high))
            scores = process.cpdist(*both, scorer=Indel.normalized_similarity, score_cutoff=NEAR, dtype=np.float64)
            alike = np.flatnonzero(scores)
            rounded = [round(score, 4) for score in scores[alike].tolist()]
            yield low[alike], high[alike], np.rint(np.array(rounded) * _SAME).astype(np.uint16)


def _candidates(texts: Texts) -> Iterator[Array]:
    """Pairs of texts worth measuring, each once: number of the first times how many texts there are, plus that of the
    second."""
    parts = 1 + len(texts) // _PART_OF
    likely = _Likely(texts)
    # A pair stands on a shelf for each shingle that both have; pairs whose first texts are neighbours come together.
    found = [Spill(np.int64, texts.scratch) for _ in range(parts)]
    for part in range(parts):
        for pairs in _shelved(texts.shingles(part, parts), likely):
            cuts = np.searchsorted(pairs, np.arange(1, parts) * _PART_OF * len(texts))
            for spill, some in zip(found, np.split(pairs, cuts), strict=True):
                spill.add(some)
    for spill in found:
        yield _distinct(spill.read(0, len(spill)))


def _shelved(shelves: Array, likely: _Likely) -> Iterator[Array]:
    """Likely pairs of texts that share a shingle."""
    # One sort puts the texts with one shingle on a shelf, and those of like length side by side, so that a crowd around
    # a phrase is not compared in full.
    shelves = np.sort(shelves)
    shelf, text = (shelves >> _HALF).astype(np.uint32), shelves.astype(np.uint32).view(np.int32)
    begin = at_first(shelf)
    count = np.diff(np.append(begin, len(shelf)))
    behind = np.minimum(np.repeat(begin + count, count) - 1 - np.arange(len(shelf)), _CROWD)
    entries = np.flatnonzero(np.repeat(count <= _STOCK, count) & (behind > 0))
    for start in range(0, len(entries), _ROWS):
        some = entries[start : start + _ROWS]
        yield likely(np.repeat(text[some], behind[some]), text[places(some + 1, behind[some])])


class _Likely:
    """Which pairs of texts are worth measuring."""

    def __init__(self, texts: Texts) -> None:
        self._length = texts.length
        self._longest = (texts.length * ((2 - NEAR) / NEAR)).astype(np.int32)
        self._marks = [np.ascontiguousarray(half) for half in texts.marks.T]
        self._count = np.bitwise_count(texts.marks).sum(axis=1, dtype=np.uint8)
        one, other = np.ogrid[: MARKS + 1, : MARKS + 1]
        # So many marks are the same by chance.
        chance = one * other / MARKS
        self._least = np.ceil(chance + (np.maximum(one, other) - chance) * _PART).astype(np.uint8)

    def __call__(self, one: Array, other: Array) -> Array:
        """Of pairs of texts, the shorter first, the likely ones."""
        fit = self._length[other] <= self._longest[one]
        one, other = one[fit], other[fit]
        first, second = (np.bitwise_count(half[one] & half[other]) for half in self._marks)
        fit = first + second >= self._least[self._count[one], self._count[other]]
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
    at = np.flatnonzero(mine[pairs.place[pairs.later, 0]])
    earlier, later = pairs.place[pairs.earlier[at]], pairs.place[pairs.later[at]]
    similarity = pairs.similarity[at] / _SAME
    return table(
        "reuse",
        {
            "sentence_id": _ids(later, papers),
            "document_id": papers.ids.take(pa.array(later[:, 0])),
            "earlier_sentence_id": _ids(earlier, papers),
            "earlier_document_id": papers.ids.take(pa.array(earlier[:, 0])),
            "similarity": similarity,
            "kind": pc.if_else(pa.array(similarity == 1.0), "exact", "near"),
        },
    )


def _ids(sentences: Array, papers: Chronology) -> pa.Array:
    source = papers.source_ids.take(pa.array(sentences[:, 0]))
    return addresses(source, sentences[:, 1], sentences[:, 2])


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
