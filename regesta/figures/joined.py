"""Sources joined into one text: the rules run over about a megabyte, whatever the size of a paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from regesta.figures.lexicon import languages
from regesta.tables.columns import Numbers, codes, numbers, taken

_SIZE = 1 << 20
# Between two sources stands more than any rule looks across, and no word.
_BETWEEN = "\n" + 64 * "\0"
_COLUMNS = {
    "documents": ("document_id", "source_id", "place", "kind"),
    "blocks": ("document_id", "kind"),
    "sentences": ("document_id", "sentence_id", "block_id"),
    "dates": ("document_id", "date_id", "timex_type", "granularity", "date_start", "date_end"),
    "mentions": ("document_id", "surface", "entity_id", "type", "method"),
}


class Rows(NamedTuple):
    """Rows of a table in the order of the text, the longer of two that begin together first."""

    row: Numbers
    source: Numbers
    start: Numbers
    end: Numbers


class Joined:
    """Some sources of one language as one text.

    Args:
        tables: the tables of the shard.
        placed: their rows, by source.
        first: the first of the sources, as a row of their table.
        texts: their texts.
        language: their language.

    Attributes:
        text: the sources, one behind the other.
        raw: the text in UTF-8.
        begins: where each source begins, and where another one would.
    """

    def __init__(
        self,
        tables: Mapping[str, pa.Table],
        placed: Mapping[str, Rows],
        first: int,
        texts: Sequence[str],
        language: str,
    ) -> None:
        self._tables = tables
        self.language = language
        self.text = _BETWEEN.join(texts)
        self.raw = self.text.encode("utf-8", "surrogatepass")
        self.begins = np.cumsum([0, *(len(text) + len(_BETWEEN) for text in texts)])
        self._placed, self.first, self._last = placed, first, first + len(texts)
        following = np.frombuffer(self.raw, np.uint8) & 0xC0 == 0x80 if not self.raw.isascii() else np.zeros(0, bool)
        # Bytes that begin no character, and how many characters have begun before each.
        self._following = np.flatnonzero(following)
        self._begun = self._following - np.arange(len(self._following))

    def rows(self, name: str) -> Rows:
        """The rows of a table that stand in the text, by their offsets in it."""
        whole = self._placed[name]
        some = slice(*np.searchsorted(whole.source, (self.first, self._last)).tolist())
        row, source, start, end = (column[some] for column in whole)
        shift = self.begins[source - self.first]
        return Rows(row, source, start + shift, end + shift)

    def column(self, name: str, column: str) -> pa.Array:
        """The values of a table's rows in the text, in their order."""
        return taken(self._tables[name][column], self.rows(name).row)

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
    wanted = {
        name: tables[name].select([*columns, "char_start", "char_end"]).combine_chunks()
        for name, columns in _COLUMNS.items()
    }
    placed = {name: _placed(table, wanted["documents"], sources) for name, table in wanted.items()}
    known, first = languages(), 0
    while first < len(spoken):
        last, size = first, 0
        while last < len(spoken) and size < _SIZE and spoken[last] == spoken[first]:
            size += sizes[last]
            last += 1
        if spoken[first] in known:
            texts = sources["text"].slice(first, last - first).to_pylist()
            yield Joined(wanted, placed, first, texts, spoken[first])
        first = last


def _placed(table: pa.Table, papers: pa.Table, sources: pa.Table) -> Rows:
    source_of_paper = np.append(codes(papers["source_id"], sources["source_id"]), -1)
    source = source_of_paper[codes(table["document_id"], papers["document_id"])]
    start, end = (numbers(table[column]) for column in ("char_start", "char_end"))
    order = np.lexsort((-end, start, source))
    return Rows(order, source[order], start[order], end[order])
