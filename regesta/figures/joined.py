"""Sources joined into one text: the rules run over about a megabyte, whatever the size of a paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from regesta.figures.lexicon import languages
from regesta.tables.columns import Numbers, codes, keys, numbers

_SIZE = 1 << 20
# Between two sources stands more than any rule looks across, and no word.
_BETWEEN = "\n" + 64 * "\0"
_COLUMNS = {
    "documents": ("document_id", "source_id", "place", "kind"),
    "blocks": ("kind",),
    "sentences": ("sentence_id", "block_id"),
    "dates": ("date_id", "timex_type", "granularity", "date_start", "date_end"),
    "mentions": ("surface", "entity_id", "type", "method"),
}


class Rows(NamedTuple):
    """Rows of a table in the order of the text, the longer of two that begin together first.

    Attributes:
        table: the rows.
        source: the source of each, as a row of the table of sources.
        start: first character.
        end: one past the last.
    """

    table: pa.Table
    source: Numbers
    start: Numbers
    end: Numbers

    def column(self, name: str) -> pa.Array:
        """A column of the table."""
        found = self.table[name].combine_chunks()
        return found.chunk(0) if isinstance(found, pa.ChunkedArray) else found


class Joined:
    """Some sources of one language as one text.

    Args:
        rows: the rows of the shard, by table.
        first: the first of the sources, as a row of their table.
        texts: their texts.
        language: their language.

    Attributes:
        text: the sources, one behind the other.
        raw: the text in UTF-8.
        begins, ends: where each source begins, and one past its last character.
    """

    def __init__(self, rows: Mapping[str, Rows], first: int, texts: Sequence[str], language: str) -> None:
        self.language = language
        self.text = _BETWEEN.join(texts)
        self.raw = self.text.encode("utf-8", "surrogatepass")
        sizes = np.array([len(text) for text in texts], np.int64)
        self.begins = np.cumsum(sizes + len(_BETWEEN)) - sizes - len(_BETWEEN)
        self.ends = self.begins + sizes
        self._rows, self.first, self._last = rows, first, first + len(texts)
        following = np.frombuffer(self.raw, np.uint8) & 0xC0 == 0x80 if not self.raw.isascii() else np.zeros(0, bool)
        # Bytes that begin no character, and how many characters have begun before each.
        self._following = np.flatnonzero(following)
        self._begun = self._following - np.arange(len(self._following))

    def rows(self, name: str) -> Rows:
        """The rows of a table that stand in the text, by their offsets in it."""
        whole = self._rows[name]
        low, high = np.searchsorted(whole.source, (self.first, self._last)).tolist()
        source = whole.source[low:high]
        shift = self.begins[source - self.first]
        table = whole.table.slice(low, high - low)
        return Rows(table, source, whole.start[low:high] + shift, whole.end[low:high] + shift)

    def to_bytes(self, places: Numbers) -> Numbers:
        """Byte offsets of character offsets."""
        return places + np.searchsorted(self._begun, places, side="right")

    def to_characters(self, places: Numbers) -> Numbers:
        """Character offsets of byte offsets."""
        return places - np.searchsorted(self._following, places)


def join(tables: Mapping[str, pa.Table]) -> Iterator[Joined]:
    """The sources in a language that has a word list, one after the other, about a megabyte at a time."""
    sources = tables["sources"]
    sizes = numbers(sources["characters"]).tolist()
    spoken = [language.split("-", maxsplit=1)[0].lower() for language in sources["language"].to_pylist()]
    papers = tables["documents"]
    rows = {name: _rows(tables[name], columns, papers, sources) for name, columns in _COLUMNS.items()}
    known, first = languages(), 0
    while first < len(spoken):
        last, size = first, 0
        while last < len(spoken) and size < _SIZE and spoken[last] == spoken[first]:
            size += sizes[last]
            last += 1
        if spoken[first] in known:
            texts = sources["text"].slice(first, last - first).to_pylist()
            yield Joined(rows, first, texts, spoken[first])
        first = last


def _rows(table: pa.Table, columns: Sequence[str], papers: pa.Table, sources: pa.Table) -> Rows:
    source_of_paper = np.append(codes(papers["source_id"], sources["source_id"]), -1)
    source = source_of_paper[codes(table["document_id"], papers["document_id"])]
    start, end = (numbers(table[column]) for column in ("char_start", "char_end"))
    table, places = table.select(list(columns)).combine_chunks(), keys(source, start)
    if not np.all(places[1:] > places[:-1]):
        order = np.lexsort((-end, places))
        table, source, start, end = table.take(order), source[order], start[order], end[order]
    return Rows(table, source, start, end)
