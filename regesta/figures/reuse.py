"""Text reuse: sentences that papers share. Twenty reports that copy one sentence are not twenty sources.

Sentences are compared by their words alone. Candidates share one of a few shingles (runs of words) picked by the
smallest hash, a bottom-k sketch; each pair of candidates is then measured with rapidfuzz. Nothing depends on the
order of the sentences: hashes are of the words, and papers are ordered by date and address.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from rapidfuzz import process
from rapidfuzz.distance import Indel

from regesta.tables.arrow import table_from_rows

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
_LAST = dt.date.max


class Said(NamedTuple):
    """A sentence in the order in which papers said it: date, paper, place in the paper."""

    date: dt.date
    source_id: str
    start: int
    document_id: str
    sentence_id: str


def find(documents: pa.Table, sentences: pa.Table) -> pa.Table:
    """The table `reuse` of a corpus: pairs of sentences of different papers that are the same or nearly so.

    Args:
        documents: the table `documents` of the whole corpus.
        sentences: the table `sentences` of the whole corpus.
    """
    said = _said(documents, sentences)
    texts: dict[str, list[Said]] = defaultdict(list)
    for key, one in said:
        texts[key].append(one)
    for group in texts.values():
        group.sort()
    rows = [row for group in texts.values() for row in _rows(_pairs(group, group), 1.0)]
    keys = sorted(texts)
    for first, second, similarity in near(keys):
        rows += _rows(_pairs(texts[keys[first]], texts[keys[second]]), similarity)
    rows.sort(key=lambda row: (row["sentence_id"], row["earlier_sentence_id"]))
    return table_from_rows("reuse", rows)


def _said(documents: pa.Table, sentences: pa.Table) -> Iterator[tuple[str, Said]]:
    columns = ("document_id", "source_id", "date_start", "kind")
    papers = {
        row[0]: row for row in zip(*(documents[c].to_pylist() for c in columns), strict=True) if row[3] != "contents"
    }
    names = ("sentence_id", "document_id", "char_start", "normalized")
    for sentence_id, document_id, start, text in zip(*(sentences[c].to_pylist() for c in names), strict=True):
        words = _WORD.findall(text.lower())
        if document_id in papers and len(words) >= FEWEST_WORDS:
            _, source_id, date, _ = papers[document_id]
            yield " ".join(words), Said(date or _LAST, source_id, start, document_id, sentence_id)


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


def _pairs(one: Sequence[Said], other: Sequence[Said]) -> Iterator[tuple[Said, Said]]:
    """Pairs (earlier, later) of different papers; in a crowd of copies each only with the earliest."""
    if one is other:
        crowd = combinations(one, 2) if len(one) <= _CROWD else ((one[0], later) for later in one[1:])
    elif len(one) * len(other) <= _CROWD**2:
        crowd = (tuple(sorted((a, b))) for a in one for b in other)  # type: ignore[misc]
    else:
        first = min(one[0], other[0])
        crowd = ((first, later) for later in (*one, *other) if later != first)
    return (pair for pair in crowd if pair[0].document_id != pair[1].document_id)


def _rows(pairs: Iterable[tuple[Said, Said]], similarity: float) -> list[dict[str, Any]]:
    return [
        {
            "sentence_id": later.sentence_id,
            "document_id": later.document_id,
            "earlier_sentence_id": earlier.sentence_id,
            "earlier_document_id": earlier.document_id,
            "similarity": similarity,
            "kind": "exact" if similarity == 1.0 else "near",
        }
        for earlier, later in pairs
    ]


def origins(reuse: pa.Table, documents: pa.Table) -> Mapping[str, tuple[str, int]]:
    """For every sentence that an earlier paper carries: the earliest such sentence, and how many papers came before."""
    columns = ("document_id", "date_start", "source_id", "char_start")
    when = {
        row[0]: (row[1] or _LAST, *row[2:]) for row in zip(*(documents[c].to_pylist() for c in columns), strict=True)
    }
    before: dict[str, dict[str, str]] = defaultdict(dict)
    names = ("sentence_id", "earlier_document_id", "earlier_sentence_id")
    for sentence, paper, earlier in zip(*(reuse[c].to_pylist() for c in names), strict=True):
        before[sentence][paper] = min(earlier, before[sentence].get(paper, earlier))
    return {s: (papers[min(papers, key=lambda p: when[p])], len(papers)) for s, papers in before.items()}
