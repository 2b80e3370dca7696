"""Where the files of a release lie: a folder, a web server, or an S3-compatible store."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from regesta.errors import RegestaError, reason
from regesta.loading import ranges
from regesta.optional import need

Options = Mapping[str, Any]


class Place(Protocol):
    """A folder, wherever it is."""

    def read(self, name: str) -> bytes | None:
        """The bytes of a file below it, by its path with forward slashes; None if there is no such file."""

    def save(self, name: str, path: Path) -> bool:
        """Write a file below it to a path, a part at a time; False if there is no such file."""

    def dataset(self, name: str) -> ds.Dataset:
        """A Parquet file below it, of which only what is asked for is read."""

    def below(self, name: str) -> Place:
        """A folder below it."""

    def local(self) -> Path | None:
        """The folder itself, if it is on this machine."""


def place(path_or_url: str | Path, options: Options | None = None) -> Place:
    """The place that a path or a web address names.

    Args:
        path_or_url: a folder, or `http://`, `https://`, `s3://`, `gs://` or `az://` and what follows.
        options: for object stores: settings as obstore names them (`endpoint`, `region`, `skip_signature` …); what is
            not given is taken from the environment (`AWS_ACCESS_KEY_ID` …).
    """
    text = str(path_or_url)
    if "://" in text and not text.startswith("file://"):
        return RemotePlace(text.rstrip("/"), options or {})
    return LocalPlace(Path(text.removeprefix("file://")))


class LocalPlace:
    """A folder on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __str__(self) -> str:
        return str(self.folder)

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; None if there is no such file."""
        try:
            return self._inside(name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise RegestaError(f"{self.folder / name}: cannot be read ({reason(error)}); give the right to") from None

    def save(self, name: str, path: Path) -> bool:
        """Copy a file; False if there is no such file."""
        if not self._inside(name).is_file():
            return False
        shutil.copyfile(self._inside(name), path)
        return True

    def dataset(self, name: str) -> ds.Dataset:
        """A Parquet file."""
        try:
            return ds.dataset(self._inside(name), format="parquet")
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(f"{self.folder / name}", error) from None

    def below(self, name: str) -> LocalPlace:
        """A folder below it."""
        return LocalPlace(self._inside(name))

    def _inside(self, name: str) -> Path:
        """The path of a file: what a release says of its files may not lead out of its folder."""
        path = Path(name)
        if path.is_absolute() or ".." in path.parts:
            raise RegestaError(f"{self.folder}: names a file outside itself, {name!r}; do not trust this release")
        return self.folder / path

    def local(self) -> Path | None:
        """The folder."""
        return self.folder


class RemotePlace:
    """A folder behind a web address.

    Of a Parquet file only the footer and the columns and row groups asked for come over the line, by range requests.
    A server that does not answer those sends the file whole, once.
    """

    def __init__(self, url: str, options: Options) -> None:
        self.url = url
        self.options = options
        stores = need("obstore.store", f"reading {url.partition('://')[0]}:// addresses", "obstore")
        # Plain http is for servers of one's own; whoever names one wants it.
        plain = url.startswith("http://") or str(options.get("endpoint", "")).startswith("http://")
        settings = {**options, "client_options": {"allow_http": plain, **options.get("client_options", {})}}
        try:
            self._store = stores.from_url(url, **settings)
        except Exception as error:  # obstore's errors have no common class that it names.
            raise _unreadable(url, error) from None
        self._whole: dict[str, ds.Dataset] = {}

    def __str__(self) -> str:
        return self.url

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; None if there is no such file."""
        obstore = need("obstore", "reading web addresses")
        try:
            return bytes(obstore.get(self._store, name).bytes())
        except FileNotFoundError:
            return None
        except Exception as error:
            raise _unreadable(f"{self.url}/{name}", error) from None

    def save(self, name: str, path: Path) -> bool:
        """Write a file to a path, a part at a time; False if there is no such file."""
        obstore = need("obstore", "reading web addresses")
        try:
            parts = obstore.get(self._store, name).stream()
            with path.open("wb") as file:
                for part in parts:
                    file.write(part)
        except FileNotFoundError:
            return False
        except Exception as error:
            raise _unreadable(f"{self.url}/{name}", error) from None
        return True

    def dataset(self, name: str) -> ds.Dataset:
        """A Parquet file."""
        if name in self._whole:
            return self._whole[name]
        if self._answers_ranges(name):
            try:
                return ranges.dataset(need("obstore", "reading web addresses"), self._store, name)
            except Exception as error:
                raise _unreadable(f"{self.url}/{name}", error) from None
        data = self.read(name)
        if data is None:
            raise RegestaError(f"{self.url}/{name}: not there; get the release again, or ask its publisher")
        self._whole[name] = ds.dataset(pq.read_table(pa.BufferReader(data)))
        return self._whole[name]

    def _answers_ranges(self, name: str) -> bool:
        obstore = need("obstore", "reading web addresses")
        try:
            return len(obstore.get_range(self._store, name, start=0, end=4)) == 4
        except FileNotFoundError:
            raise RegestaError(f"{self.url}/{name}: not there; get the release again, or ask its publisher") from None
        except Exception:  # The server answers, but not with the part: `read` tells if it does not answer at all.
            return False

    def below(self, name: str) -> RemotePlace:
        """A folder below it."""
        return RemotePlace(f"{self.url}/{name}", self.options)

    def local(self) -> Path | None:
        """None: it is elsewhere."""
        return None


def _unreadable(where: str, error: Exception) -> RegestaError:
    # The first line: what follows is the inside of the client, and may hold the headers of the request.
    what = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
    return RegestaError(f"{where}: cannot be read ({what}); check the address, the network and your right to read it")
