"""A file behind a web address, read in parts."""

from __future__ import annotations

import io
import os
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds


class RangeFile(io.RawIOBase):
    """A file of an object store, each read of which is one range request, and no more than was asked for.

    The reader of Parquet puts reads that lie near each other together itself; the read-ahead of file systems made for
    text would bring whole megabytes for a column of a few bytes.
    """

    def __init__(self, obstore: Any, store: Any, path: str) -> None:
        self._obstore, self._store, self._path = obstore, store, path
        self._at = 0
        self.length = int(obstore.head(store, path)["size"])

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to where the next read begins."""
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.length}[whence]
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes; fewer only at the end of the file."""
        end = self.length if size is None or size < 0 else min(self._at + size, self.length)
        if end <= self._at:
            return b""
        data = bytes(self._obstore.get_range(self._store, self._path, start=self._at, end=end))
        self._at = end
        return data


def dataset(obstore: Any, store: Any, path: str) -> ds.Dataset:
    """A Parquet file of an object store as a dataset."""
    form = ds.ParquetFileFormat()
    fragment = form.make_fragment(pa.PythonFile(RangeFile(obstore, store, path), mode="r"))
    return ds.FileSystemDataset([fragment], fragment.physical_schema, form)
