"""Flow `fetch`: the sources that a catalogue watches on the web, brought up to date."""

from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed

from flows.account import UNCHANGED, tell_failure
from flows.common import CORPUS, say
from regesta.fetch.run import Outcome
from regesta.fetch.run import fetch as fetch_sources


# Not tried again by Prefect: what passes was tried again, at the pace that the servers ask for.
@task(name="fetch", task_run_name="fetch-{corpus}", cache_policy=NO_CACHE, persist_result=False)
def fetch_all(corpus: Path) -> list[Outcome]:
    """Fetch what is watched, one address after the other."""
    return fetch_sources(corpus, told=lambda outcome: say(f"fetch: {outcome}"))


@flow(name="fetch", flow_run_name="fetch-{corpus}", on_failure=[tell_failure], on_crashed=[tell_failure])
def fetch(corpus: Path = CORPUS, notify: str | None = None) -> list[Outcome]:
    """Fetch the sources that the catalogue of a corpus watches.

    An address that fails stops no other, and no build: what was fetched before is still there. It stands in the
    artifact and in the state.

    Args:
        corpus: the folder of the corpus.
        notify: the Prefect notification block through which a failure is told.
    """
    outcomes = fetch_all(corpus)
    counted = {what: sum(outcome.what == what for outcome in outcomes) for what in ("new", "unchanged", "failed")}
    message = ", ".join(f"{number} {what}" for what, number in counted.items())
    create_table_artifact(
        key="fetched",
        table=[{"what": o.what, "source": o.source_id or "", "url": o.url, "message": o.message} for o in outcomes],
        description=message,
    )
    get_run_logger().info("fetch: %s", message)
    named = UNCHANGED if counted["unchanged"] == len(outcomes) else None
    state: State[list[Outcome]] = Completed(data=outcomes, name=named, message=message)
    # Callers are given the data in it.
    return state  # type: ignore[return-value]


if __name__ == "__main__":
    print("\n".join(map(str, fetch())))
