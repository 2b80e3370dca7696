"""Flow `extract`: dated things are found in the papers."""

from pathlib import Path

from prefect import flow

from flows.common import CORPUS, PROCESSED, done_by_engine, run_shards, shard_task
from flows.ingest import ingest
from flows.segment import segment
from regesta import work
from regesta.store import open_output


@shard_task("extract")
def extract_shard(label: str, ingested: str, segmented: str, processed: Path, corpus: Path) -> str:
    """Extract from one shard, or find it done already; gives the folder of the output."""
    return done_by_engine(work.extract_shard, ingested, segmented, processed, corpus)


@flow(name="extract", flow_run_name="extract-{corpus}")
def extract(
    corpus: Path = CORPUS,
    processed: Path = PROCESSED,
    workers: int = 1,
    ingested: list[str] | None = None,
    segmented: list[str] | None = None,
) -> list[str]:
    """Extract from the papers of a corpus; gives the folders of the outputs, one for each shard.

    Without the folders that `ingest` and `segment` give, those stages run first.
    """
    ingested = ingest(corpus, processed, workers) if ingested is None else ingested
    segmented = segment(corpus, processed, workers, ingested) if segmented is None else segmented
    parcels = [
        (open_output(Path(after)).label, before, after, processed, corpus)
        for before, after in zip(ingested, segmented, strict=True)
    ]
    return run_shards("extract", extract_shard, parcels, workers)


if __name__ == "__main__":
    print("\n".join(extract()))
