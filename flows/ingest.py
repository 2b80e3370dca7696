"""Flow `ingest`: the raw files become the table `sources`."""

from __future__ import annotations

from pathlib import Path

from prefect import flow

from flows.common import CORPUS, PROCESSED, run_shards, shard_task
from regesta import stages
from regesta.corpus import Corpus, load
from regesta.shards import SHARD_BYTES, Shard, fingerprint, plan
from regesta.store import Store, make_key


@shard_task("ingest")
def ingest_shard(label: str, folder: Path, corpus: Corpus, shard: Shard, processed: Path) -> str:
    """Read one shard, or find it read already; gives the folder of the output."""
    store = Store(processed)
    found = fingerprint(folder, shard)
    key = make_key("ingest", corpus.language, found)
    output = store.find("ingest", key)
    if output is None:
        tables = stages.ingest(folder, corpus, shard.sources, [digest for _, digest in found])
        output = store.save("ingest", key, label, shard.source_ids, tables)
    return str(output.folder)


@flow(name="ingest", flow_run_name="ingest-{corpus}")
def ingest(
    corpus: Path = CORPUS, processed: Path = PROCESSED, workers: int = 1, shard_bytes: int = SHARD_BYTES
) -> list[str]:
    """Read the sources of a corpus; gives the folders of the outputs, one for each shard."""
    catalogue = load(corpus)
    shards = plan(catalogue, corpus, shard_bytes)
    parcels = [(shard.label, corpus, catalogue, shard, processed) for shard in shards]
    return run_shards("ingest", ingest_shard, parcels, workers)


if __name__ == "__main__":
    print("\n".join(ingest()))
