"""What a run leaves behind: an artifact with its account, a state that says what came of it, and word of a failure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx
from prefect import Flow
from prefect.artifacts import create_markdown_artifact
from prefect.blocks.abstract import NotificationBlock
from prefect.blocks.core import Block
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.logging import get_run_logger
from prefect.settings import PREFECT_UI_URL
from prefect.states import Completed

from flows.failures import told
from flows.own_server import end_with_us
from flows.record import noted, tell_lost
from regesta.errors import RegestaError
from regesta.package.account import account, account_of_failure
from regesta.package.release import Published

ARTIFACT = "release"
UNCHANGED = "Unchanged"


@dataclass
class Account:
    """What is known of a run while it goes on.

    Attributes:
        notes: what else the artifact should say, a line each.
        published: what came of it, once that is known.
    """

    notes: list[str] = field(default_factory=list)
    published: Published | None = None

    @property
    def message(self) -> str:
        """What came of the run, in a few words."""
        assert self.published is not None, "the run inside tells what it published"
        version = self.published.version
        return f"published release {version}" if self.published.new else f"nothing has changed since release {version}"

    def state(self) -> Published:
        """What the flow returns: Prefect takes a state's name for the run's, and gives callers the data in it."""
        assert self.published is not None
        name = None if self.published.new else UNCHANGED
        state: State[Published] = Completed(data=self.published, name=name, message=self.message)
        return cast("Published", state)


@contextmanager
def accounted(corpus: Path, out: Path, processed: Path) -> Iterator[Account]:
    """Leave an artifact with the account of the run inside, however it ends; and see to the record of runs before it.

    What goes wrong inside is raised as a `RegestaError`: the message is that of the run's state.
    """
    end_with_us()
    for lost, state in tell_lost(processed):
        _send_kept(lost, state)
    kept = Account()
    with noted(processed) as note:
        try:
            yield kept
            note.ended(StateType.COMPLETED, kept.message)
        except Exception as error:
            failure = told(error, "the build")
            note.ended(StateType.FAILED, str(failure))
            # If it is the server that is gone, the next run tells it what the note says.
            with suppress(httpx.HTTPError):
                create_markdown_artifact(
                    key=ARTIFACT,
                    markdown=account_of_failure(failure, out, kept.notes),
                    description="nothing was published",
                )
            raise failure from error
        assert kept.published is not None
        create_markdown_artifact(
            key=ARTIFACT,
            markdown=account(kept.published, corpus, kept.notes),
            description=f"release {kept.published.version} ({'new' if kept.published.new else 'unchanged'})",
        )


def tell_failure(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """A hook: send word of a failed or crashed run through the notification block that its parameter `notify` names."""
    _send(flow_run, state)


def _send_kept(flow_run: FlowRun, state: State[Any]) -> None:
    """Send word of a run before this one; that it cannot be sent is in the log of this one, and does not stop it."""
    try:
        if not state.is_completed():
            _send(flow_run, state)
    except Exception:
        get_run_logger().exception("no word could be sent of %s", flow_run.name)


def _send(flow_run: FlowRun, state: State[Any]) -> None:
    name = flow_run.parameters.get("notify")
    if name is None:
        return
    block = notification_block(name)
    where = f"\n{PREFECT_UI_URL.value()}/runs/flow-run/{flow_run.id}" if PREFECT_UI_URL.value() else ""
    with block.raise_on_failure():
        sent: Any = block.notify(subject=f"Regesta: {flow_run.name}: {state.name}", body=f"{state.message}{where}")
    assert sent is None, "a notification block whose notify must be awaited"


def notification_block(name: str) -> NotificationBlock:
    """The notification block with a name such as `slack-webhook/press-office`.

    Raises:
        RegestaError: there is none, or it is a block of another kind.
    """
    try:
        found = cast("Block", Block.load(name))
    except ValueError:
        raise RegestaError(
            f"no Prefect block {name!r}; create a notification block on Prefect's pages and name it TYPE/NAME, "
            "slack-webhook/my-team for one"
        ) from None
    if not isinstance(found, NotificationBlock):
        raise RegestaError(f"Prefect block {name!r} sends no notifications; name one that does")
    return found
