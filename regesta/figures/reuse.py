"""Text reuse: sentences that papers share. Twenty reports that copy one sentence are not twenty sources.

Sentences are compared by their words alone. Candidates share one of a few shingles (runs of words) picked by the
smallest hash, a bottom-k sketch; each pair of candidates is then measured with rapidfuzz. Nothing depends on the
order of the sentences: hashes are of the words, and papers are ordered by date and address.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import process
from rapidfuzz.distance import Indel

from regesta.figures.chronology import Chronology
from regesta.tables.arrow import table

Tables = dict[str, pa.Table]
Array = np.ndarray[Any, np.dtype[Any]]
FEWEST_WORDS = 6
"""Shorter sentences ("Dear compatriots!") say nothing about who copied whom."""
NEAR = 0.8
"""From here on two sentences are nearly the same: normalised indel similarity of their words."""
_SHINGLE = 3
_SKETCH = 10
_CROWD = 64
_AT_ONCE = 1 << 18
# Words that more texts than this share are a stock phrase, and no sign that one was copied from another.
_STOCK = 256
_WORD = re.compile(r"\w+")


READS: Mapping[str, tuple[str, ...]] = {
    "documents": ("document_id",),
    "sentences": ("document_id", "char_start", "char_end", "normalized"),
}
"""What `Said.add` reads of the tables of a shard."""


class Said:
    """What the papers of a corpus say, gathered shard by shard.

    Attributes:
        scratch: a folder for what does not fit into memory; that of the system without it.
    """

    def __init__(self, scratch: Path | None = None) -> None:
        self.scratch = scratch
        self._papers: list[pa.Array] = []
        self._keys: list[str] = []
        self._places: list[Array] = []

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """Take in what the papers of a shard say; `READS` tells what is read."""
        sentences = tables["sentences"]
        words = [_WORD.findall(text.lower()) for text in sentences["normalized"].to_pylist()]
        long = np.array([len(some) >= FEWEST_WORDS for some in words], bool)
        self._keys += [" ".join(some) for some in words if len(some) >= FEWEST_WORDS]
        ids = tables["documents"]["document_id"].combine_chunks()
        paper = pc.index_in(sentences["document_id"], ids).to_numpy() + sum(map(len, self._papers))
        self._papers.append(ids)
        place = (paper, *(sentences[name].to_numpy() for name in ("char_start", "char_end")))
        self._places.append(np.stack(place)[:, long])

    def pairs(self, papers: Chronology) -> Pairs:
        """Pairs of sentences of different papers that are the same or nearly so."""
        place = np.concatenate([np.empty((3, 0), np.int64), *self._places], axis=1)
        numbers = papers.numbers(pa.chunked_array(self._papers, pa.string()))
        texts: dict[str, list[_Sentence]] = defaultdict(list)
        for key, (paper, start, end) in zip(self._keys, place.T.tolist(), strict=True):
            if papers.speaks[numbers[paper]]:
                texts[key].append((int(numbers[paper]), start, end))
        for group in texts.values():
            group.sort()
        found = [(*pair, 1.0) for group in texts.values() for pair in _pairs(group, group)]
        keys = sorted(texts)
        for first, second, similarity in near(keys):
            found += [(*pair, similarity) for pair in _pairs(texts[keys[first]], texts[keys[second]])]
        found.sort(key=lambda pair: pair[1])
        return Pairs(
            np.array([earlier for earlier, _, _ in found], np.int64).reshape(-1, 3),
            np.array([later for _, later, _ in found], np.int64).reshape(-1, 3),
            np.array([similarity for *_, similarity in found], np.float64),
        )


_Sentence = tuple[int, int, int]


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


def near(keys: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Pairs of different texts that are nearly the same: places of both, the first before the second, similarity.

    Args:
        keys: texts as words with single spaces, each once.
    """
    sketches = [_sketch(key) for key in keys]
    place = np.repeat(np.arange(len(keys)), [len(sketch) for sketch in sketches])
    shingle = np.fromiter(chain.from_iterable(sketches), np.uint32, len(place))
    size = np.fromiter(map(len, keys), np.int64, len(keys))
    rank = np.empty(len(keys), np.int64)
    rank[sorted(range(len(keys)), key=lambda one: (len(keys[one]), keys[one]))] = np.arange(len(keys))
    # On a shelf, the texts with one shingle, those of like length stand side by side, so that a crowd around a phrase
    # is not compared in full.
    order = np.lexsort((rank[place], shingle))
    shelf, place = shingle[order], place[order]
    begins = np.flatnonzero(np.append(True, shelf[1:] != shelf[:-1])) if len(shelf) else order
    count = np.diff(np.append(begins, len(shelf)))
    kept = np.repeat((count > 1) & (count <= _STOCK), count)
    for low, high in _candidates(shelf[kept], place[kept], size):
        texts = [[keys[one] for one in some.tolist()] for some in (low, high)]
        scores = process.cpdist(*texts, scorer=Indel.normalized_similarity, score_cutoff=NEAR, dtype=np.float64)
        near = np.flatnonzero(scores)
        for one, other, similarity in zip(low[near].tolist(), high[near].tolist(), scores[near].tolist(), strict=True):
            yield one, other, round(similarity, 4)


def _candidates(shelf: Array, place: Array, size: Array) -> Iterator[tuple[Array, Array]]:
    """Pairs of texts that stand near each other on a shelf, each pair once and in order, so many at a time."""
    longest = (2 - NEAR) / NEAR
    found = [np.empty(0, np.int64)]
    for step in range(1, min(_CROWD, len(shelf) - 1) + 1):
        one, other = place[:-step], place[step:]
        fit = (shelf[:-step] == shelf[step:]) & (size[other] <= size[one] * longest)
        one, other = one[fit], other[fit]
        found.append(np.minimum(one, other) * len(size) + np.maximum(one, other))
    pairs = np.sort(np.concatenate(found))
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])] if len(pairs) else pairs
    for start in range(0, len(pairs), _AT_ONCE):
        yield np.divmod(pairs[start : start + _AT_ONCE], len(size))


def _sketch(key: str) -> list[int]:
    """The smallest hashes of the shingles of a text."""
    words = key.split(" ")
    shingles = {" ".join(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)}
    return sorted(zlib.crc32(shingle.encode()) for shingle in shingles)[:_SKETCH]


def _pairs(one: Sequence[_Sentence], other: Sequence[_Sentence]) -> Iterator[tuple[_Sentence, _Sentence]]:
    """Pairs (earlier, later) of different papers; in a crowd of copies each only with the earliest."""
    if one is other:
        crowd = combinations(one, 2) if len(one) <= _CROWD else ((one[0], later) for later in one[1:])
    elif len(one) * len(other) <= _CROWD**2:
        crowd = (tuple(sorted((a, b))) for a in one for b in other)  # type: ignore[misc]
    else:
        first = min(one[0], other[0])
        crowd = ((first, later) for later in (*one, *other) if later != first)
    return (pair for pair in crowd if pair[0][0] != pair[1][0])


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
