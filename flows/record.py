"""The record of runs that could not end it themselves: killed, or cut off from Prefect's server. The next run does.

Each run keeps a note in `processed/runs/` of how it ended, as far as it knows, under a lock that falls with its
process. Who finds a note that nobody holds tells the server, unless the server knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from filelock import FileLock, Timeout
from prefect import runtime
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterParentFlowRunId
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import ObjectNotFound

FOLDER = "runs"
_KILLED = "the process of this run was killed, or its machine went down"
_TELLS = "the server did not hear it from the run itself, but from the next"


@dataclass(frozen=True)
class Note:
    """Where a run notes how it ended; nowhere if it is part of another, or the folder cannot be written."""

    path: Path | None

    def ended(self, kind: StateType, message: str) -> None:
        """Note how the run ended."""
        if self.path is not None:
            # A disk that is full has stopped the run already; its own message is on the way to the server.
            with suppress(OSError):
                self.path.write_text(f"{kind.value}\n{message}", encoding="utf-8")


@contextmanager
def noted(processed: Path) -> Iterator[Note]:
    """A note of the flow run inside, which stays until another run has seen that the server knows how it ended."""
    run = runtime.flow_run.id
    if run is None or runtime.flow_run.parent_flow_run_id is not None:
        yield Note(None)
        return
    note = Note(processed / FOLDER / f"{run}.txt")
    assert note.path is not None
    lock = _lock(note.path)
    try:
        note.path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except OSError:  # Without the right to write there, a run may still find everything done.
        yield Note(None)
        return
    note.ended(StateType.CRASHED, _KILLED)
    try:
        yield note
    finally:
        lock.release()


def tell_lost(processed: Path) -> list[tuple[FlowRun, State]]:
    """Tell the server how runs ended that it never heard of again, unless this run is part of another; gives them with
    their new states."""
    if runtime.flow_run.parent_flow_run_id is not None:
        return []
    found = []
    notes = [path for path in sorted((processed / FOLDER).glob("*.txt")) if _is_run(path.stem)]
    with get_client(sync_client=True) as client:
        for note in notes:
            with suppress(Timeout, OSError), _lock(note).acquire(timeout=0):
                found += _told(client, UUID(note.stem), note.read_text(encoding="utf-8"))
                note.unlink()
                note.with_suffix(".lock").unlink(missing_ok=True)
    return found


def _told(client: SyncPrefectClient, run: UUID, note: str) -> list[tuple[FlowRun, State]]:
    try:
        known = client.read_flow_run(run)
    except ObjectNotFound:  # Of another server, or forgotten since.
        return []
    if known.state is None or known.state.is_final():
        return []
    kind, _, message = note.partition("\n")
    # A note may be damaged as anything may that lies on a disk.
    kind, message = (kind, message) if kind in StateType.__members__ and message else ("CRASHED", _KILLED)
    state: State = State(type=StateType(kind), message=f"{message} ({_TELLS})")
    inside = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[run]))
    for part in client.read_flow_runs(flow_run_filter=inside):
        if part.state is None or not part.state.is_final():
            client.set_flow_run_state(part.id, State(type=StateType.CRASHED, message=state.message), force=True)
    client.set_flow_run_state(run, state, force=True)
    return [(known, state)]


def _is_run(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _lock(note: Path) -> FileLock:
    return FileLock(note.with_suffix(".lock"))
