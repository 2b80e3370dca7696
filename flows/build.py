"""Flow `build`: from the raw files to a release, stage by stage."""

import datetime as dt
from pathlib import Path

from prefect import flow

from flows.account import accounted, tell_failure
from flows.common import CORPUS, PROCESSED, RELEASES, at_work
from flows.extract import extract
from flows.fetch import fetch as fetch_sources
from flows.ingest import ingest
from flows.publish import publish
from flows.segment import segment
from regesta import stages
from regesta.engines import Engine
from regesta.package.release import Published
from regesta.shards import SHARD_BYTES


@flow(name="build", flow_run_name="build-{corpus}", on_failure=[tell_failure], on_crashed=[tell_failure])
def build(
    corpus: Path = CORPUS,
    out: Path = RELEASES,
    processed: Path = PROCESSED,
    release_date: dt.date | None = None,
    workers: int = 1,
    shard_bytes: int = SHARD_BYTES,
    notify: str | None = None,
    fetch: bool = False,
    engine: Engine = Engine.THREADS,
    address: str | None = None,
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
        engine: what does the work on shards: threads of this process, processes, or a cluster of Dask or Ray.
        address: of a cluster of Dask or Ray that runs already; without it one is started here.
        notify: the Prefect notification block through which a failure is told, such as `slack-webhook/press-office`.
        fetch: bring the sources on the web up to date first.
        strict: whether to publish nothing where a source had to be set aside.
    """
    with accounted(corpus, out, processed) as account:
        if fetch:
            account.notes += [str(outcome) for outcome in fetch_sources(corpus) if outcome.what != "unchanged"]
        stages.ready(corpus)
        with at_work(engine, workers, address):
            ingested = ingest(corpus, processed, workers, shard_bytes)
            segmented = segment(corpus, processed, workers, ingested)
            extracted = extract(corpus, processed, workers, ingested, segmented)
        outputs = [*ingested, *segmented, *extracted]
        account.published = publish(corpus, out, processed, release_date, workers, outputs, strict=strict)
    return account.state()


if __name__ == "__main__":
    print(build())
