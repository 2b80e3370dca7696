"""The Hugging Face Hub, played by a fake that answers by its interface and fails in all the usual ways."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from regesta.errors import RegestaError
from regesta.package import release
from regesta.publish import Delivery, Options, PassingError, Secrets, publish
from regesta.publish.bundle import Bundle
from regesta.publish.hub import Hub, to_hub
from tests.publish.conftest import Killed, write_release
from tests.publish.fake_hub import REPOSITORY, FakeHub

TOKEN = "hf_token_of_the_test"
DAY = dt.date(2002, 3, 4)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    import huggingface_hub
    from huggingface_hub import constants

    service = FakeHub(TOKEN)
    with service.running():
        # Xet has a protocol of its own; and nothing is asked of the real Hub.
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setattr(constants, "ENDPOINT", service.base)
        monkeypatch.setattr(constants, "AGENT_HARNESSES_PATH", str(tmp_path / "harnesses.json"))
        impatient = SimpleNamespace(sleep=lambda _: None, time=time.time)
        monkeypatch.setattr("huggingface_hub.utils._http.time", impatient)
        yield service
    huggingface_hub.close_session()


def secrets(hub: FakeHub, token: str = TOKEN) -> Secrets:
    return Secrets({"HF_TOKEN": token, "HF_ENDPOINT": hub.base})


def send(hub: FakeHub, bundle: Bundle, timeout: float = 5, token: str = TOKEN) -> Delivery:
    return to_hub(bundle, Hub(REPOSITORY, "hub", secrets(hub, token), timeout))


def whole(hub: FakeHub, bundle: Bundle, revision: str = "main") -> bool:
    there = {name: data for name, data in hub.tree(revision).items() if name != ".gitattributes"}
    return there == {file.name: file.path.read_bytes() for file in bundle.files}


def test_a_release_is_one_commit_and_a_tag(hub: FakeHub, bundle: Bundle) -> None:
    told = publish(f"hf://datasets/{REPOSITORY}", bundle.out, options=Options(), secrets=secrets(hub))
    assert (told.state, told.sent, told.latest) == ("published", 7, "1.0.0")
    assert told.url == f"{hub.base}/datasets/{REPOSITORY}"
    assert [title for _, title, _ in hub.commits] == ["initial commit", "Release 1.0.0"]
    assert whole(hub, bundle)
    assert hub.tags == {"1.0.0": hub.commits[-1][0]}


def test_again_is_nothing_new(hub: FakeHub, bundle: Bundle) -> None:
    send(hub, bundle)
    assert send(hub, bundle).state == "unchanged"
    assert len(hub.commits) == 2


def test_the_next_release_takes_its_place_and_the_tag_keeps_the_old(hub: FakeHub, out: Path, bundle: Bundle) -> None:
    folder = write_release(out, "1.1.0")
    send(hub, bundle)
    (folder / "data" / "c.parquet").unlink()
    sums = (folder / "SHA256SUMS").read_text().splitlines(keepends=True)
    (folder / "SHA256SUMS").write_text("".join(line for line in sums if "c.parquet" not in line))
    send(hub, Bundle.of(out, "1.1.0"))
    assert whole(hub, Bundle.of(out, "1.1.0"))
    assert whole(hub, bundle, "1.0.0")
    assert send(hub, bundle).state == "unchanged"


def test_an_older_release_does_not_take_the_place_of_a_newer_one(hub: FakeHub, out: Path, bundle: Bundle) -> None:
    write_release(out, "1.1.0")
    send(hub, Bundle.of(out, "1.1.0"))
    with pytest.raises(RegestaError, match=r"1\.1\.0 is there, and 1\.0\.0 would take its place"):
        send(hub, bundle)


def test_another_content_is_refused(hub: FakeHub, bundle: Bundle, tmp_path: Path) -> None:
    send(hub, bundle)
    write_release(tmp_path / "other", "1.0.0", seed=1)
    with pytest.raises(RegestaError, match="another content; a release is immutable"):
        send(hub, Bundle.of(tmp_path / "other", "1.0.0"))
    assert whole(hub, bundle)


def test_two_publishers_cannot_mix_theirs(hub: FakeHub, bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody commits between the look and the commit: the commit names its parent and is refused."""
    look = Hub.head

    def overtaken(self: Hub) -> str | None:
        found = look(self)
        hub._add("somebody else's", {**hub.tree(), "theirs.txt": b"theirs"})
        return found

    monkeypatch.setattr(Hub, "head", overtaken)
    with pytest.raises(PassingError, match="412"):
        send(hub, bundle)
    assert hub.tags == {}
    monkeypatch.setattr(Hub, "head", look)
    send(hub, bundle)
    assert whole(hub, bundle)


# --- failures that pass -----------------------------------------------------------------------------------------------

FAILURES: dict[str, dict[str, Any]] = {
    "429": {"status": 429, "headers": {"Retry-After": "7"}, "times": 99},
    "502": {"status": 502, "times": 99},
    "slow": {"slow": 1.5, "times": 99},
    "lost": {"lost": True, "times": 99},
}
STEPS = {
    "create": ("POST", "repos/create"),
    "refs": ("GET", "/refs"),
    "preupload": ("POST", "/preupload/"),
    "batch": ("POST", "/objects/batch"),
    "file": ("PUT", "/open/lfs/"),
    "commit": ("POST", "/commit/"),
    "tree": ("GET", "/tree/"),
    "tag": ("POST", "/tag/"),
}


@pytest.mark.parametrize("failure", ["429", "502", "lost"])
@pytest.mark.parametrize("step", STEPS)
def test_whatever_fails_a_rerun_completes(hub: FakeHub, bundle: Bundle, step: str, failure: str) -> None:
    method, path = STEPS[step]
    hub.fail(method, path, **FAILURES[failure])
    with pytest.raises(PassingError) as told:
        send(hub, bundle)
    assert hub.tags == {} or whole(hub, bundle, "1.0.0")
    if failure == "429" and step != "file":
        assert told.value.after == 7
    hub.faults.clear()
    assert send(hub, bundle).version == "1.0.0"
    assert whole(hub, bundle)
    assert whole(hub, bundle, "1.0.0")
    assert sum(title == "Release 1.0.0" for _, title, _ in hub.commits) == 1


@pytest.mark.parametrize("step", ["create", "commit"])
def test_timeouts(hub: FakeHub, bundle: Bundle, step: str) -> None:
    method, path = STEPS[step]
    hub.fail(method, path, slow=1.2)
    with pytest.raises(PassingError, match="ReadTimeout"):
        send(hub, bundle, timeout=0.5)
    time.sleep(1)
    send(hub, bundle)
    assert whole(hub, bundle, "1.0.0")
    assert len(hub.commits) == 2


def test_a_file_that_arrives_damaged_is_never_tagged(hub: FakeHub, bundle: Bundle) -> None:
    hub.damage = 1
    with pytest.raises(PassingError, match="not what was sent; no tag was set"):
        send(hub, bundle)
    assert hub.tags == {}
    send(hub, bundle)
    assert whole(hub, bundle, "1.0.0")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_step_a_rerun_completes(bundle: Bundle, hub: FakeHub, after: bool) -> None:
    steps = ("create", "head", "tags", "tree", "commit", "tag")
    for lives in range(20):
        hub.commits, hub.tags, hub.large = [], {}, {}
        left = [lives]

        def mortal(call: Callable[..., Any], left: list[int] = left) -> Callable[..., Any]:
            def run(*args: Any, **kwargs: Any) -> Any:
                left[0] -= 1
                if left[0] < 0 and not after:
                    raise Killed
                found = call(*args, **kwargs)
                if left[0] < 0:
                    raise Killed
                return found

            return run

        with pytest.MonkeyPatch.context() as patch:
            for step in steps:
                patch.setattr(Hub, step, mortal(getattr(Hub, step)))
            try:
                send(hub, bundle)
                died = False
            except Killed:
                died = True
        send(hub, bundle)
        assert whole(hub, bundle)
        assert whole(hub, bundle, "1.0.0")
        assert sum(title == "Release 1.0.0" for _, title, _ in hub.commits) == 1
        if not died:
            break
    assert lives > 5


# --- retractions and mistakes -----------------------------------------------------------------------------------------


def test_a_retracted_release_leaves_its_tombstone(hub: FakeHub, out: Path, bundle: Bundle) -> None:
    send(hub, bundle)
    release.retract(out, "1.0.0", "wrong", DAY)
    told = send(hub, Bundle.of(out, "1.0.0"))
    assert (told.state, told.latest, hub.tags) == ("retracted", None, {})
    assert "history" in told.notes[0]
    assert set(hub.tree()) == {".gitattributes", "tombstone.json"}
    assert send(hub, Bundle.of(out, "1.0.0")).state == "retracted"
    write_release(out, "1.0.1")
    send(hub, Bundle.of(out, "1.0.1"))
    assert whole(hub, Bundle.of(out, "1.0.1"))


def test_an_older_release_retracted_leaves_the_newer_one(hub: FakeHub, out: Path, bundle: Bundle) -> None:
    send(hub, bundle)
    write_release(out, "1.1.0")
    send(hub, Bundle.of(out, "1.1.0"))
    release.retract(out, "1.0.0", "wrong", DAY)
    assert send(hub, Bundle.of(out, "1.0.0")).latest == "1.1.0"
    assert list(hub.tags) == ["1.1.0"]
    assert whole(hub, Bundle.of(out, "1.1.0"))


def test_mistakes_are_told(hub: FakeHub, bundle: Bundle) -> None:
    with pytest.raises(RegestaError, match=r"401 .*check HF_TOKEN"):
        send(hub, bundle, token="another-token")
    with pytest.raises(RegestaError, match="HF_TOKEN is not set"):
        Hub(REPOSITORY, "hub", Secrets({}))
    with pytest.raises(RegestaError, match="names no dataset repository"):
        publish("hf://models/a/b", bundle.out, options=Options(), secrets=secrets(hub))
    (bundle.folder / "README.md").write_bytes(b"x" * 4000)
    with pytest.raises(RegestaError, match="not the file that SHA256SUMS lists"):
        send(hub, bundle)
    assert hub.tags == {}
