"""Flow `publish`: the tables of all shards become the next release, if anything has changed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows.common import CORPUS, PROCESSED, RELEASES, say
from flows.extract import extract
from flows.ingest import ingest
from flows.segment import segment
from regesta import aside, stages
from regesta.corpus import load
from regesta.entities import authority
from regesta.errors import plain
from regesta.package import release
from regesta.store import open_output


@task(name="publish", task_run_name="publish-{out}", cache_policy=NO_CACHE, persist_result=False)
def publish_release(
    outputs: list[str], corpus: Path, out: Path, date: dt.date, strict: bool = False
) -> release.Published:
    """Merge the shards, check the tables, and put the release in place."""
    catalogue = load(corpus)
    names = authority.load(corpus / authority.FOLDER)
    shards = [open_output(Path(folder)).tables() for folder in outputs]
    tables = stages.finish(stages.merge(shards, names), corpus, catalogue, strict)
    return release.publish(tables, catalogue, out, date, names.sha256)


@flow(name="publish", flow_run_name="publish-{corpus}")
def publish(
    corpus: Path = CORPUS,
    out: Path = RELEASES,
    processed: Path = PROCESSED,
    release_date: dt.date | None = None,
    workers: int = 1,
    outputs: list[str] | None = None,
    strict: bool = False,
) -> release.Published:
    """Publish a corpus as the next release of its data package.

    Without `outputs`, the folders that the other stages give, those run first. The release date is today (UTC) unless
    another is given. If `strict`, nothing is published where a source had to be set aside.
    """
    if outputs is None:
        stages.ready(corpus)
        ingested = ingest(corpus, processed, workers)
        segmented = segment(corpus, processed, workers, ingested)
        outputs = [*ingested, *segmented, *extract(corpus, processed, workers, ingested, segmented)]
    published = publish_release(outputs, corpus, out, release_date or dt.datetime.now(dt.UTC).date(), strict)
    _report(published)
    return published


def _report(published: release.Published) -> None:
    """Leave the row counts and the way to the release where the run is looked at."""
    link = (published.folder / "datapackage.json").resolve().as_uri()
    state = "new" if published.new else "unchanged"
    create_table_artifact(
        key="row-counts",
        table=[{"table": name, "rows": rows} for name, rows in published.rows.items()],
        description=f"Release [{published.version}]({link}) ({state}).",
    )
    if told := aside.of_release(published.folder):
        table = [{"source set aside": plain(message)} for message in told]
        create_table_artifact(key="set-aside", table=table, description=f"Not in release {published.version}.")
    say(f"publish: release {published.version} is {state}")


if __name__ == "__main__":
    print(publish())
