"""Flow `publish`: the tables of all shards become the next release, if anything has changed."""

import datetime as dt
from pathlib import Path

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.account import accounted, tell_failure
from flows.common import CORPUS, PROCESSED, RELEASES, say
from flows.extract import extract
from flows.ingest import ingest
from flows.segment import segment
from regesta import stages, work
from regesta.package import release


@task(name="publish", task_run_name="publish-{out}", cache_policy=NO_CACHE, persist_result=False)
def publish_release(
    outputs: list[str], corpus: Path, out: Path, processed: Path, date: dt.date, strict: bool = False
) -> release.Published:
    """Merge the shards, check the tables, and put the release in place."""
    return work.publish(outputs, corpus, out, processed, date, strict)


@flow(name="publish", flow_run_name="publish-{corpus}", on_failure=[tell_failure], on_crashed=[tell_failure])
def publish(
    corpus: Path = CORPUS,
    out: Path = RELEASES,
    processed: Path = PROCESSED,
    release_date: dt.date | None = None,
    workers: int = 1,
    outputs: list[str] | None = None,
    notify: str | None = None,
    strict: bool = False,
) -> release.Published:
    """Publish a corpus as the next release of its data package.

    Without `outputs`, the folders that the other stages give, those run first. The release date is today (UTC) unless
    another is given. A failure is told through the notification block that `notify` names.
    If `strict`, nothing is published where a source had to be set aside.
    """
    with accounted(corpus, out, processed) as account:
        if outputs is None:
            stages.ready(corpus)
            ingested = ingest(corpus, processed, workers)
            segmented = segment(corpus, processed, workers, ingested)
            outputs = [*ingested, *segmented, *extract(corpus, processed, workers, ingested, segmented)]
        date = release_date or dt.datetime.now(dt.UTC).date()
        account.published = publish_release(outputs, corpus, out, processed, date, strict)
    say(f"publish: release {account.published.version} is {'new' if account.published.new else 'unchanged'}")
    return account.state()


if __name__ == "__main__":
    print(publish())
