"""Flow `build`: from the raw files to a release, stage by stage."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from prefect import flow

from flows.common import CORPUS, PROCESSED, RELEASES
from flows.extract import extract
from flows.ingest import ingest
from flows.publish import publish
from flows.segment import segment
from regesta import stages
from regesta.package.release import Published
from regesta.shards import SHARD_BYTES


@flow(name="build", flow_run_name="build-{corpus}")
def build(
    corpus: Path = CORPUS,
    out: Path = RELEASES,
    processed: Path = PROCESSED,
    release_date: dt.date | None = None,
    workers: int = 1,
    shard_bytes: int = SHARD_BYTES,
    strict: bool = False,
) -> Published:
    """Build a corpus: ingest, segment, extract, publish.

    Args:
        corpus: the folder of the texts and their catalogue.
        out: the folder that holds the releases.
        processed: the folder of the stage outputs.
        release_date: the date of the release if there is a new one; today (UTC) unless given.
        workers: how many shards are at work at once.
        shard_bytes: how many bytes of text make a shard; no row depends on it.
        strict: whether to publish nothing where a source had to be set aside.
    """
    stages.ready(corpus)
    ingested = ingest(corpus, processed, workers, shard_bytes)
    segmented = segment(corpus, processed, workers, ingested)
    extracted = extract(corpus, processed, workers, ingested, segmented)
    return publish(corpus, out, processed, release_date, workers, [*ingested, *segmented, *extracted], strict)


if __name__ == "__main__":
    print(build())
