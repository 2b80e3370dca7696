"""Faults of real runs: `regesta build` as a process of its own, Prefect's engine and server and all.

See `benchmarks.faults` for the command.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.faults_build import DAY, SHARD, Scene
from benchmarks.faults_server import Server, asked, runs, wire
from benchmarks.faults_victim import ERRORS
from regesta import aside
from regesta.package import release

LONGEST = 300
_ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@dataclass
class Ending:
    """How a command ended: done, refused (one message), killed, hung, or failed in another way."""

    ended: str
    message: str
    wrong: list[str] = field(default_factory=list)


class Machine:
    """Where real runs take place: a server, and how many functions an undisturbed build calls."""

    def __init__(self, folder: Path, api: str | None = None, functions: int = 0) -> None:
        """With the address of a server that must not be killed, or with one of its own, started when it is needed;
        `functions`, if that is known."""
        self._api = api
        self.server = Server(folder / "prefect")
        self._functions = functions

    @property
    def api(self) -> str:
        """The address of the server, which runs."""
        if self._api is None:
            self.server.start()
        return self._api or self.server.api

    def functions(self, scene: Scene) -> int:
        """How many of our functions a build calls; the build of a copy is tried once."""
        if not self._functions:
            calm = scene.out.parent / "counted"
            copy = Scene(calm / "corpus", calm / "out", calm / "processed")
            for old, new in ((scene.corpus, copy.corpus), (scene.out, copy.out), (scene.processed, copy.processed)):
                shutil.copytree(old, new)
            with self.begun(copy, "none", 0) as process:
                said, told = process.communicate(timeout=LONGEST)
            assert process.returncode == 0, told
            self._functions = int(said.rpartition("functions: ")[2])
        return self._functions

    @contextmanager
    def begun(
        self, scene: Scene, act: str = "none", number: int = -1, *more: str, api: str | None = "", patience: int = 1
    ) -> Iterator[subprocess.Popen[str]]:
        """A build with a fault inside, at work; `api` is another address, or None for a server of the build's own.
        `patience` is how often a request is tried again: after 2, 4, 8 … s."""
        address = self.api if api == "" else api
        temporary = scene.out.parent / "tmp"
        temporary.mkdir(exist_ok=True)
        environment = {**self.server.environment, "TMPDIR": str(temporary)}
        environment["PREFECT_CLIENT_MAX_RETRIES"] = str(patience)
        environment.pop("PREFECT_API_URL")
        if address is not None:
            environment["PREFECT_API_URL"] = address
        command = [sys.executable, "-m", "benchmarks.faults_victim", act, str(number), "build"]
        command += ["--corpus", str(scene.corpus), "--out", str(scene.out), "--processed", str(scene.processed)]
        command += ["--release-date", str(DAY), "--shard-bytes", str(SHARD), *more]
        process = subprocess.Popen(  # noqa: S603
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def build(self, scene: Scene, act: str = "none", number: int = -1, *more: str, **how: Any) -> Ending:
        """Build a scene with a fault inside."""
        with self.begun(scene, act, number, *more, **how) as process:
            return ending(process)


def ending(process: subprocess.Popen[str]) -> Ending:
    """Wait for a build; tells how it ended."""
    try:
        said, told = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return Ending("hung", "", ["the build hung"])
    message = told[told.rfind("regesta: ") :].strip() if "regesta: " in told else told.strip()[-500:]
    if process.returncode == 0:
        found = Ending("done", said.strip().splitlines()[-1] if said.strip() else "")
    elif process.returncode < 0 or process.returncode > 128:
        found = Ending("killed", f"signal {signal.Signals(-process.returncode % 128).name}")
    else:
        found = Ending("refused" if "regesta: " in told else "failed", message)
    if "Traceback" in told:
        found.wrong.append(f"a traceback on the terminal: {told[-1500:]}")
    if found.ended == "failed":
        found.wrong.append(f"no message: {told[-500:]}")
    if "the whole account is in" in message:
        account = Path(message.rpartition("the whole account is in ")[2].splitlines()[0])
        if not account.is_file() or "Traceback" not in account.read_text():
            found.wrong.append(f"no account in {account}")
    return found


def _record(api: str, scene: Scene, found: Ending, first: int = 0) -> Iterator[str]:
    """Whether every run has an end in the record, and a run that failed has the words of its failure there."""
    known = runs(api, scene.out)
    for run in known:
        if run["state_type"] not in _ENDED or not run["state"]["message"]:
            yield f"the record says of a run that it is {run['state_name']}: {run['state']['message']}"
    if found.ended == "refused" and known and known[first]["state_type"] != "COMPLETED":
        # Which request it was that was not answered, the run and its end may see differently.
        said = found.message.removeprefix("regesta: ").partition("\n")[0].partition("; ")[0].partition("/api: ")[0]
        if said not in known[first]["state"]["message"]:
            yield f"the record says {known[first]['state']['message']!r}, and the terminal {said!r}"


# --- kinds ------------------------------------------------------------------------------------------------------------

Kind = Callable[[Scene, float, Machine], Ending]


def _number(scene: Scene, moment: float, machine: Machine) -> int:
    return 1 + int(moment * machine.functions(scene))


def _raised(scene: Scene, moment: float, machine: Machine) -> Ending:
    """A fault in the program, anywhere: one message, the same in the record, and the traceback in a file."""
    error = list(ERRORS)[int(moment * 1000) % len(ERRORS)]
    found = machine.build(scene, f"raise:{error}", _number(scene, moment, machine))
    found.wrong += _record(machine.api, scene, found)
    return found


def _killed(scene: Scene, moment: float, machine: Machine) -> Ending:
    """`kill -9`; the next run tells the record."""
    found = machine.build(scene, "kill:0", _number(scene, moment, machine))
    return _again(found, scene, machine)


def _terminated(scene: Scene, moment: float, machine: Machine) -> Ending:
    """The system asks the build to end, as it does when the machine is shut down."""
    found = machine.build(scene, "term:0", _number(scene, moment, machine))
    return _again(found, scene, machine)


def _again(found: Ending, scene: Scene, machine: Machine) -> Ending:
    """The next build of all, which ends well and ends the record of the one before."""
    after = machine.build(scene)
    if after.ended != "done":
        found.wrong.append(f"the next run {after.ended}: {after.message}")
    found.wrong += [*after.wrong, *_record(machine.api, scene, found)]
    return found


def _server_killed(scene: Scene, moment: float, machine: Machine) -> Ending:
    """`kill -9` of the server under the run, which is started again afterwards."""
    number = _number(scene, moment, machine)
    machine.server.start()
    assert machine.server.process is not None
    found = machine.build(scene, f"kill:{machine.server.process.pid}", number)
    machine.server.kill()
    machine.server.start()
    return _again(found, scene, machine)


def _server_restarted(scene: Scene, moment: float, machine: Machine) -> Ending:
    """The server ends under the run, and is started again at once."""
    number = _number(scene, moment, machine)
    machine.server.start()
    process = machine.server.process
    assert process is not None

    def watch() -> None:
        process.wait()
        machine.server.start()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    found = machine.build(scene, f"term:{process.pid}", number, patience=5)
    if process.poll() is None:  # The run had ended before.
        machine.server.kill()
    watcher.join()
    return _again(found, scene, machine)


def _network_cut(scene: Scene, moment: float, machine: Machine) -> Ending:
    """The way to the server is cut under the run: refused, broken off, or dumb."""
    number = _number(scene, moment, machine)
    how = ("refuse", "break", "silent")[int(moment * 1000) % 3]
    flag = scene.out.parent / "cut"
    port = int(machine.api.rpartition(":")[2].partition("/")[0])
    with wire(port) as way, machine.begun(scene, f"touch:{flag}", number, api=way.api) as process:

        def watch() -> None:
            while process.poll() is None and not flag.exists():
                time.sleep(0.005)
            way.cut(how)

        threading.Thread(target=watch, daemon=True).start()
        found = ending(process)
    return _again(found, scene, machine)


def _two_builds(scene: Scene, moment: float, machine: Machine) -> Ending:
    """Two builds started together: one release, and one polite refusal or word that nothing has changed since."""
    with machine.begun(scene) as one:
        time.sleep(moment)
        with machine.begun(scene) as other:
            both = [ending(one), ending(other)]
    new = [found for found in both if found.message.startswith("published release 1.1.0")]
    polite = ("another build is publishing", "nothing has changed since release 1.1.0")
    rest = [found for found in both if found not in new]
    found = Ending(rest[0].ended if rest else "done", " / ".join(found.message for found in both))
    found.wrong += [line for one_of in both for line in one_of.wrong]
    if len(new) != 1 or not any(words in rest[0].message for words in polite):
        found.wrong.append(f"not one release and one polite word: {found.message}")
    if release.versions(scene.out) != ["1.0.0", "1.1.0"]:
        found.wrong.append(f"releases: {release.versions(scene.out)}")
    found.wrong += _record(machine.api, scene, Ending("done", ""))
    return found


def _own_server(scene: Scene, moment: float, machine: Machine) -> Ending:
    """A build with a server of its own is killed: the server does not outlive it for long."""
    number = _number(scene, moment, machine)
    with machine.begun(scene, "kill:0", number, api=None) as process:
        process.wait(LONGEST)
        deadline = time.monotonic() + 20
        while (left := _members(process.pid)) and time.monotonic() < deadline:
            time.sleep(0.5)
        for one in left:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        found = ending(process)
    found.wrong += [f"a process of a build that was killed goes on without it: {one}" for one in left]
    return found


def _members(group: int) -> list[int]:
    """The processes of a group that are at work."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, _parent, of = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(of) == group and state != "Z":
                found.append(int(folder.name))
    return found


def _poison_among_many(scene: Scene, moment: float, machine: Machine) -> Ending:
    """A file that is no text among many good ones: set aside, told in `issues` and in the artifact; or, if strict, no
    release."""
    many = 10_000
    with (scene.corpus / "corpus.toml").open("a") as catalogue:
        for n in range(many):
            (scene.corpus / f"m-{n}.txt").write_text(f"Note {n} of the Board\n\nThe pier is open.\n\n3 May 1980\n")
            catalogue.write(f'\n[[source]]\nid = "m-{n}"\npath = "m-{n}.txt"\n')
    bad = scene.corpus / f"m-{int(moment * many)}.txt"
    bad.write_bytes(b"\xff\xfe\x00\xd8")
    more = ("--shard-bytes", "4000000")
    strict = machine.build(scene, "none", -1, "--strict", *more)
    wrong = list(strict.wrong)
    if strict.ended != "refused" or bad.name not in strict.message or release.versions(scene.out) != ["1.0.0"]:
        wrong.append(f"--strict: {strict.message}")
    found = machine.build(scene, "none", -1, *more)
    told = " ".join(aside.of_release(scene.out / "1.1.0")) if found.ended == "done" else ""
    latest: dict[str, Any] = asked(machine.api, "artifacts/filter", sort="CREATED_DESC", limit=1)[0]
    if bad.name not in told or bad.name not in latest["data"]:
        wrong.append(f"{bad.name} is not told: {found.message}, {told}, {latest['data'][:500]}")
    found.wrong += wrong
    return found


def _worker_killed(scene: Scene, moment: float, machine: Machine) -> Ending:
    """The process that serves the schedule, and the run it has started, are killed; it is started again."""
    api = machine.api
    name = scene.out.parent.name
    command = [sys.executable, "-m", "flows.cli", "schedule", "--cron", "0 0 1 1 *", "--corpus", str(scene.corpus)]
    command += ["--out", str(scene.out), "--processed", str(scene.processed)]
    environment = {**machine.server.environment, "PREFECT_API_URL": api}
    log = scene.out.parent / f"{name}.log"

    def served() -> subprocess.Popen[bytes]:
        with log.open("ab") as out:
            return subprocess.Popen(  # noqa: S603
                command, env=environment, stdout=out, stderr=out, start_new_session=True
            )

    def order() -> str:
        deployed = asked(api, "deployments/filter", deployments={"name": {"any_": ["scheduled"]}})
        made = asked(api, f"deployments/{deployed[0]['id']}/create_flow_run", state={"type": "SCHEDULED"})
        return str(made["id"])

    def state(run: str) -> dict[str, Any]:
        return dict(asked(api, "flow_runs/filter", flow_runs={"id": {"any_": [run]}})[0]["state"])

    wrong: list[str] = []
    killed = ""
    first = served()
    try:
        _until(lambda: b"being served" in log.read_bytes())
        killed = order()
        _until(lambda: state(killed)["type"] in ("RUNNING", *_ENDED))
        time.sleep(moment)
    finally:
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        _kill_runs(killed or "none")
    second = served()
    try:
        _until(lambda: state(killed)["type"] in _ENDED)
        next_one = order()
        _until(lambda: state(next_one)["type"] in _ENDED)
    finally:
        os.killpg(second.pid, signal.SIGTERM)
        second.wait(60)
    ends = [state(run) for run in (killed, next_one)]
    message = "; ".join(f"{end['name']}: {end['message']}" for end in ends)
    if ends[0]["type"] not in ("CRASHED", "COMPLETED") or ends[1]["type"] != "COMPLETED":
        wrong.append(message)
    return Ending("killed", message, wrong)


def _until(found: Callable[[], bool], seconds: float = LONGEST) -> None:
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.2)


def _kill_runs(run: str) -> None:
    """Kill the process that a runner has started for a run."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"PREFECT__FLOW_RUN_ID={run}".encode() in (folder / "environ").read_bytes():
                os.kill(int(folder.name), signal.SIGKILL)


KINDS: dict[str, tuple[int, Kind]] = {
    "real run: exception": (12, _raised),
    "real run: killed": (6, _killed),
    "real run: terminated": (3, _terminated),
    "real run: server killed": (4, _server_killed),
    "real run: server restarted": (4, _server_restarted),
    "real run: network cut": (6, _network_cut),
    "real run: two builds": (4, _two_builds),
    "real run: killed with a server of its own": (2, _own_server),
    "real run: poison among 10,000": (1, _poison_among_many),
    "real run: schedule killed": (1, _worker_killed),
}
"""What can break in a real run, and how often of some two hundred faults."""
OTHER_RELEASES = ("real run: poison among 10,000", "real run: schedule killed")
"""Kinds whose release is not that of an undisturbed build: of other papers, or dated by the clock."""
