"""Flow `ingest`: the raw files become the table `sources`."""

from pathlib import Path

from prefect import flow

from flows.common import CORPUS, PROCESSED, done_by_engine, run_shards, shard_task
from regesta import work
from regesta.corpus import Corpus, load
from regesta.shards import SHARD_BYTES, Shard, plan


@shard_task("ingest")
def ingest_shard(label: str, folder: Path, corpus: Corpus, shard: Shard, processed: Path) -> str:
    """Read one shard, or find it read already; gives the folder of the output."""
    return done_by_engine(work.ingest_shard, folder, corpus, shard, processed)


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
