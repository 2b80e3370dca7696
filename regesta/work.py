"""The work on a corpus as plain functions of paths: what a thread, a process or a machine of a cluster is given to do.

Each function finds work that was done by its key, or does it and saves it, and gives the folder of the output; what it
is given and gives back is small and can be pickled. Whoever runs them must see the same folders.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from regesta import corrections, expectations, merging, stages
from regesta.corpus import Corpus, Source, load
from regesta.entities import authority
from regesta.entities.authority import Authority
from regesta.package import release, verify
from regesta.shards import Shard, fingerprint
from regesta.store import Output, Store, make_key, open_output


def ingest_shard(folder: Path, corpus: Corpus, shard: Shard, processed: Path) -> str:
    """Read the sources of a shard; gives the folder of the output."""
    store = Store(processed)
    found = fingerprint(folder, shard)
    key = make_key("ingest", corpus.language, found)
    output = store.find("ingest", key)
    if output is None:
        tables = stages.ingest(folder, corpus, shard.sources, [digest for _, digest in found])
        output = store.save("ingest", key, shard.label, shard.source_ids, tables)
    return str(output.folder)


def segment_shard(ingested: str, sources: Sequence[Source], processed: Path) -> str:
    """Segment the sources of a shard; gives the folder of the output."""
    store = Store(processed)
    before = open_output(Path(ingested))
    key = make_key("segment", before.key)
    output = store.find("segment", key)
    if output is None:
        output = store.save("segment", key, before.label, before.source_ids, stages.segment(before.tables(), sources))
    return str(output.folder)


def extract_shard(ingested: str, segmented: str, processed: Path, corpus: Path) -> str:
    """Extract from the papers of a shard; gives the folder of the output."""
    store = Store(processed)
    before = open_output(Path(segmented))
    names = _authority(corpus)
    key = make_key("extract", before.key, names.sha256)
    output = store.find("extract", key)
    if output is None:
        tables = stages.extract({**open_output(Path(ingested)).tables(), **before.tables()}, names)
        output = store.save("extract", key, before.label, before.source_ids, tables)
    return str(output.folder)


def process_shard(folder: Path, corpus: Corpus, shard: Shard, processed: Path) -> list[str]:
    """All stages of one shard, one after the other: the folders of their outputs, each with its manifest."""
    ingested = ingest_shard(folder, corpus, shard, processed)
    segmented = segment_shard(ingested, shard.sources, processed)
    return [ingested, segmented, extract_shard(ingested, segmented, processed, folder)]


def publish(
    outputs: Sequence[str], corpus: Path, out: Path, processed: Path, date: dt.date, strict: bool = False
) -> release.Published:
    """Merge the outputs of all shards and publish them, unless the latest release was made of just these.

    Raises:
        RegestaError: sources had to be set aside, more than half of them or any if `strict`; the tables break a
            rule, or a folder cannot be read or written.
    """
    catalogue = load(corpus)
    names = _authority(corpus)
    made = [open_output(Path(folder)) for folder in outputs]
    note = processed / "published" / f"{_key(made, catalogue, names.sha256, corpus, strict)}.json"
    if known := _published(note, out):
        return known

    def write(to: Path) -> Mapping[str, Path]:
        return merging.write(made, corpus, catalogue, names, to, strict)

    done = release.publish(write, catalogue, out, date, names.sha256)
    # The release is out: a note that cannot be written costs the next build some time, and is no failure of this one.
    with suppress(OSError):
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(json.dumps({"version": done.version, "sums": _sums(done.folder), "rows": done.rows}))
    return done


def _authority(corpus: Path) -> Authority:
    """The authority files of a corpus, read once as long as they stay what they are."""
    digest = hashlib.sha256()
    for path in sorted((corpus / authority.FOLDER).glob("*.csv")):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return _load_authority(corpus / authority.FOLDER, digest.hexdigest())


@lru_cache(maxsize=2)
def _load_authority(folder: Path, _digest: str) -> Authority:
    return authority.load(folder)


def _key(outputs: Sequence[Output], catalogue: Corpus, names: str, corpus: Path, strict: bool) -> str:
    files = [corpus / file for file in (corrections.FILE, expectations.FILE)]
    settings = [hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "" for file in files]
    parts = [[output.key for output in outputs], catalogue.model_dump_json(), names, settings, strict]
    return make_key("published", *parts)


def _published(note: Path, out: Path) -> release.Published | None:
    """The latest release, if it is the one that the note tells of."""
    try:
        told: Mapping[str, Any] = json.loads(note.read_bytes())
        version, sums = told["version"], told["sums"]
        if release.is_listed(out) and release.latest_release(out) == version and _sums(out / version) == sums:
            return release.Published(version, out / version, False, told["rows"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None


def _sums(folder: Path) -> str:
    return verify.sha256_of(folder / verify.SUMS)
