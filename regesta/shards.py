"""Shards: the sources of a corpus in parcels, one task each."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

from regesta.corpus import Corpus, Source
from regesta.errors import RegestaError, reason

# A task has a price of its own (milliseconds on threads, more on processes), so small papers share one; a shard's
# tables are held in memory, so a shard has a largest size; and one changed file costs its whole shard.
SHARD_BYTES = 4_000_000
_SOURCES = 2_000
# A shard may end before every so manieth source from half its size on.
_ENDS = 32


@dataclass(frozen=True)
class Shard:
    """Some sources of a corpus, in the order of their ids."""

    label: str
    sources: tuple[Source, ...]

    @property
    def source_ids(self) -> tuple[str, ...]:
        """The ids of the sources."""
        return tuple(source.id for source in self.sources)


def plan(corpus: Corpus, folder: Path, shard_bytes: int = SHARD_BYTES) -> list[Shard]:
    """Divide the sources of a corpus into shards of at most so many bytes; a source is never divided.

    Where a shard ends depends on the ids near its end, not on how many sources stand before it, so that one source more
    or less changes one shard or two and leaves the others what they were.

    Raises:
        RegestaError: a file is missing.
    """
    shards: list[list[Source]] = []
    room = 0
    for source in corpus.sources:
        try:
            size = (folder / source.path).stat().st_size
        except OSError as error:
            raise RegestaError(f"{folder / source.path}: cannot be read ({reason(error)}); put the file back") from None
        full = size > room or (room < shard_bytes // 2 and _may_end(source))
        if not shards or full or len(shards[-1]) >= _SOURCES:
            shards.append([])
            room = shard_bytes
        shards[-1].append(source)
        room -= size
    return [Shard(_name(sources), tuple(sources)) for sources in shards]


def _may_end(source: Source) -> bool:
    return zlib.crc32(source.id.encode()) % _ENDS == 0


def _name(sources: list[Source]) -> str:
    more = f"+{len(sources) - 1}" if len(sources) > 1 else ""
    return f"{sources[0].id[:40]}{more}"


def fingerprint(folder: Path, shard: Shard) -> list[tuple[str, str]]:
    """What the tables of a shard depend on: each source's catalogue entry and the hash of its file.

    Raises:
        RegestaError: a file cannot be read.
    """
    found = []
    for source in shard.sources:
        try:
            digest = hashlib.sha256((folder / source.path).read_bytes()).hexdigest()
        except OSError as error:
            raise RegestaError(
                f"{folder / source.path}: cannot be read ({reason(error)}); check that it is there and yours to read"
            ) from None
        found.append((source.model_dump_json(), digest))
    return found
