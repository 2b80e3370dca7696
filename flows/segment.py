"""Flow `segment`: the sources become papers, blocks and sentences."""

from pathlib import Path

from prefect import flow

from flows.common import CORPUS, PROCESSED, done_by_engine, run_shards, shard_task
from flows.ingest import ingest
from regesta import work
from regesta.corpus import Source, load
from regesta.store import open_output


@shard_task("segment")
def segment_shard(label: str, ingested: str, sources: list[Source], processed: Path) -> str:
    """Segment one shard, or find it segmented already; gives the folder of the output."""
    return done_by_engine(work.segment_shard, ingested, sources, processed)


@flow(name="segment", flow_run_name="segment-{corpus}")
def segment(
    corpus: Path = CORPUS, processed: Path = PROCESSED, workers: int = 1, ingested: list[str] | None = None
) -> list[str]:
    """Segment the sources of a corpus; gives the folders of the outputs, one for each shard.

    Without `ingested`, the folders that `ingest` gives, they are read first.
    """
    folders = ingest(corpus, processed, workers) if ingested is None else ingested
    catalogue = {source.id: source for source in load(corpus).sources}
    parcels = []
    for folder in folders:
        before = open_output(Path(folder))
        parcels.append((before.label, folder, [catalogue[i] for i in before.source_ids], processed))
    return run_shards("segment", segment_shard, parcels, workers)


if __name__ == "__main__":
    print("\n".join(segment()))
