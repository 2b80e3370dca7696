"""The papers of a corpus in the order of their dates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Array = np.ndarray[Any, np.dtype[Any]]
READS = ("document_id", "source_id", "char_start", "date_start", "kind")
"""What is read of the table `documents`."""


class Chronology:
    """The papers of a corpus, numbered in the order of their dates; papers without one come last.

    Attributes:
        ids: their ids.
        source_ids: their sources.
        speaks: whether a paper says anything: a table of contents only repeats.
    """

    def __init__(self, documents: Iterable[pa.Table]) -> None:
        """Number papers.

        Args:
            documents: the tables `documents` of all shards, with the columns in `READS` at least.
        """
        found = pa.concat_tables([table.select(READS) for table in documents])
        keys = [(name, "ascending") for name in ("date_start", "source_id", "char_start")]
        found = found.take(pc.sort_indices(found, keys)).combine_chunks()
        self.ids = found["document_id"].combine_chunks()
        self.source_ids = found["source_id"].combine_chunks()
        self.speaks: Array = pc.fill_null(pc.not_equal(found["kind"], "contents"), True).to_numpy()

    def __len__(self) -> int:
        """How many there are."""
        return len(self.ids)

    def numbers(self, ids: pa.Array | pa.ChunkedArray) -> Array:
        """The numbers of papers, by id."""
        found: Array = pc.index_in(ids, self.ids).to_numpy()
        return found
