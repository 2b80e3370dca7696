"""The command `regesta schedule`: a corpus built again and again, without a work pool. `flows/cli.py` mounts it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from regesta import corpus, stages
from regesta.errors import RegestaError

NAME = "scheduled"
TAGS = ["regesta"]


def schedule(
    cron: Annotated[str, typer.Option(help='When, as cron has it: "30 2 * * *" is every night at half past two.')],
    timezone: Annotated[str, typer.Option(help="The time zone of --cron, such as Asia/Baku.")] = "UTC",
    corpus_folder: Annotated[
        Path, typer.Option("--corpus", help="The folder with the texts and their corpus.toml.")
    ] = Path("raw"),
    out: Annotated[Path, typer.Option("--out", help="The folder that holds the releases.")] = Path("datapackage"),
    processed: Annotated[Path, typer.Option(help="The folder for stage outputs; safe to delete.")] = Path("processed"),
    workers: Annotated[int, typer.Option(min=1, help="How many shards of papers are at work at once.")] = 1,
    fetch: Annotated[bool, typer.Option("--fetch", help="Bring the sources on the web up to date first.")] = False,
    notify: Annotated[
        str | None,
        typer.Option(help="A Prefect block that tells failures, slack-webhook/my-team for one."),
    ] = None,
) -> None:
    """Build on a schedule, as long as this command runs; needs a Prefect server."""
    (corpus.read_catalogue if fetch else stages.ready)(corpus_folder)
    parameters: dict[str, Any] = {
        "corpus": str(corpus_folder.resolve()),
        "out": str(out.resolve()),
        "processed": str(processed.resolve()),
        "workers": workers,
        "fetch": fetch,
        "notify": notify,
    }
    _serve(cron, timezone, parameters)


def _serve(cron: str, timezone: str, parameters: dict[str, Any]) -> None:
    # Prefect takes a second to import, and reads its settings then.
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy  # noqa: PLC0415
    from prefect.client.schemas.schedules import CronSchedule  # noqa: PLC0415
    from prefect.schedules import Cron  # noqa: PLC0415
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415
    from prefect.types.entrypoint import EntrypointType  # noqa: PLC0415

    from flows.account import notification_block  # noqa: PLC0415
    from flows.build import build  # noqa: PLC0415
    from flows.record import tell_lost  # noqa: PLC0415

    try:
        CronSchedule(cron=cron, timezone=timezone)
    except ValueError as error:
        raise RegestaError(
            f'--cron "{cron}" --timezone {timezone}: no such schedule ({_first_line(error)}); '
            'write five fields and the name of a zone, --cron "30 2 * * *" --timezone Europe/Rome for one'
        ) from None
    if not PREFECT_API_URL.value():
        raise RegestaError(
            "no Prefect server is named, and without one nothing is fired; run `prefect server start`, and set "
            "PREFECT_API_URL=http://127.0.0.1:4200/api (docs/schedule.md)"
        )
    if parameters["notify"] is not None:
        notification_block(parameters["notify"])
    # What this command was killed over the last time; else nobody tells before the next run, which the slot that the
    # dead one holds may keep from starting.
    tell_lost(Path(parameters["processed"]))
    # The same limit and strategy as in prefect.yaml, for the reason that is told there.
    limit = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    build.serve(
        name=NAME,
        schedule=Cron(cron, timezone=timezone),
        global_limit=limit,
        parameters=parameters,
        tags=TAGS,
        # By its file, a flow is not found again from another folder than the project's.
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def _first_line(error: ValueError) -> str:
    """What pydantic or Prefect objects to, without the rest of its report."""
    errors = getattr(error, "errors", None)
    return str(errors()[0]["msg"]) if errors else str(error).split("\n", maxsplit=1)[0]
