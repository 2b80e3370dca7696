"""Flow `deliver`: a release goes to a target beyond the folder of releases."""

import json
import time
from pathlib import Path
from typing import Any, cast

from prefect import Task, flow, runtime, task
from prefect.artifacts import create_table_artifact
from prefect.blocks.system import Secret
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from flows.common import RELEASES, say
from regesta.errors import RegestaError
from regesta.publish import Delivery, Options, PassingError, Secrets, publish

RETRIES = 4
DELAYS: list[float] = [2, 10, 60, 300]
LONGEST = 3600.0
"""Seconds to wait at most when a server says how long."""


def _passes(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a failure may pass: a server that is away or busy is tried again, a mistake is not."""
    return isinstance(state.result(raise_on_failure=False), PassingError | ConnectionError | TimeoutError)


@task(
    name="deliver",
    task_run_name="deliver-{target}",
    retries=RETRIES,
    retry_delay_seconds=DELAYS,
    retry_condition_fn=_passes,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def deliver_release(target: str, out: Path, version: str | None, options: Options, block: str | None) -> Delivery:
    """Publish to a target, or go on where an earlier try stopped.

    Secrets are read in here and never leave: parameters and results of tasks can be read on Prefect's pages.
    """
    try:
        return publish(target, out, version, options=options, secrets=_secrets(block))
    except PassingError as error:
        tried = runtime.task_run.run_count or 1
        if error.after is not None and tried <= RETRIES:
            say(f"publish: {error}; asked to wait {error.after:.0f} s")
            # The delay that Prefect adds is known before; the server's wish is not.
            time.sleep(max(0.0, min(error.after, LONGEST) - DELAYS[tried - 1]))
        raise


def _secrets(block: str | None) -> Secrets:
    """What the environment has, and before it what a Prefect Secret block has: a JSON object of the same names.

    Raises:
        RegestaError: there is no such block, or it holds something else.
    """
    if block is None:
        return Secrets.of()
    try:
        value: Any = cast("Secret[Any]", Secret.load(block)).get()
    except ValueError:
        raise RegestaError(
            f"no Prefect Secret block named {block!r}; create it on Prefect's pages, or leave --block away and set the "
            "environment"
        ) from None
    try:
        found = json.loads(value) if isinstance(value, str) else value
        if not isinstance(found, dict) or any(not isinstance(v, str) for v in found.values()):
            raise ValueError
    except ValueError:
        raise RegestaError(
            f'Prefect Secret block {block!r}: holds no JSON object of names and texts, such as {{"ZENODO_TOKEN": "…"}}'
        ) from None
    return Secrets.of(found)


@flow(name="deliver", flow_run_name="deliver-{target}")
def deliver(
    target: str,
    out: Path = RELEASES,
    version: str | None = None,
    force: bool = False,
    sandbox: bool = False,
    block: str | None = None,
) -> Delivery:
    """Publish a release to a target.

    Args:
        target: a folder, a file that ends in .zip, `s3://bucket/prefix`, `zenodo`, or `hf://datasets/owner/name`.
        out: the folder that holds the releases.
        version: the release; the latest that stands if not given.
        force: publish also to a server that ignores conditions.
        sandbox: Zenodo's place to try things.
        block: name of a Prefect Secret block with the keys and tokens; those of the environment if not given.
    """
    made = deliver_release(target, out, version, Options(force, sandbox), block)
    create_table_artifact(
        key="delivery",
        table=[
            {"target": made.target, "version": made.version, "state": made.state, "sent": made.sent, "kept": made.kept}
        ],
        description=str(made),
    )
    say(f"publish: {made}")
    return made
