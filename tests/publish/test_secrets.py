"""A secret is a marker in these tests, and must not show anywhere: not in errors, logs, texts or tracebacks."""

from __future__ import annotations

import base64
import logging
import pickle
import traceback
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from regesta.errors import RegestaError
from regesta.publish import Options, Secrets, publish
from tests.publish.conftest import MARKER
from tests.publish.service import Answer, Service

FORMS = (
    MARKER,
    quote(MARKER),
    quote(MARKER, safe=""),
    base64.b64encode(MARKER.encode()).decode(),
    MARKER.encode().hex(),
)


class Careless(Service):
    """A service that fails and tells all it was sent, as it was and encoded."""

    status = 500

    def respond(self, method: str, path: str, query: str, body: bytes) -> Answer:
        return self.status, {"message": " ".join(FORMS), "error": " ".join(FORMS), "errors": [{"message": MARKER}]}


@pytest.fixture
def careless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Careless]:
    from types import SimpleNamespace

    import huggingface_hub
    from huggingface_hub import constants

    service = Careless()
    service.token = MARKER
    with service.running():
        monkeypatch.setattr(constants, "ENDPOINT", service.base)
        monkeypatch.setattr(constants, "AGENT_HARNESSES_PATH", str(tmp_path / "harnesses.json"))
        quiet = SimpleNamespace(sleep=lambda _: None, time=lambda: 0.0)
        monkeypatch.setattr("huggingface_hub.utils._http.time", quiet)
        yield service
    huggingface_hub.close_session()


def secrets(base: str) -> Secrets:
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "ZENODO_TOKEN", "HF_TOKEN")
    places = {"AWS_ENDPOINT_URL": base, "ZENODO_URL": f"{base}/api", "HF_ENDPOINT": base}
    return Secrets({**dict.fromkeys(names, MARKER), **places})


def hidden(text: str) -> bool:
    return not any(form in text for form in FORMS)


STATUSES = [400, 401, 403, 404, 409, 418, 429, 500]
# The store's client tries 429 and 500 again for a minute, and words them like the others.
CASES = [(t, s) for t in ("zenodo", "hf://datasets/board/papers") for s in STATUSES]
CASES += [("s3://bucket/prefix", s) for s in STATUSES if s not in (429, 500)]


@pytest.mark.parametrize(("target", "status"), CASES)
def test_no_secret_shows_when_a_request_fails(
    careless: Careless,
    out: Path,
    target: str,
    status: int,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if target.startswith("s3"):
        careless._handle = lambda request: careless._send(request, status, careless.respond("", "", "", b"")[1])  # type: ignore[method-assign]
    careless.status = status
    monkeypatch.setattr("regesta.publish.web.time.sleep", lambda _: None)
    monkeypatch.setattr("regesta.publish.web.TRIES", 1)
    caplog.set_level(logging.DEBUG)
    with pytest.raises(RegestaError) as told:
        publish(target, out, options=Options(), secrets=secrets(careless.base))
    captured = capfd.readouterr()
    assert hidden("".join(traceback.format_exception(told.value)))
    assert hidden(caplog.text)
    assert hidden(captured.out + captured.err)
    assert hidden("".join(path.read_text() for path in out.glob("*.json")))


def test_what_is_not_foreseen_shows_none_either(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def burst(*_: object) -> None:
        raise KeyError(f"header {MARKER} is odd")

    monkeypatch.setattr("regesta.publish.targets.open_store", burst)
    with pytest.raises(RuntimeError, match=r"KeyError: .*\*\*\*") as told:
        publish("s3://bucket/p", out, options=Options(), secrets=secrets("http://127.0.0.1:9"))
    assert hidden("".join(traceback.format_exception(told.value)))


def test_secrets_show_their_names_only_and_are_not_written() -> None:
    kept = secrets("http://127.0.0.1:9")
    assert hidden(f"{kept} {kept!r}")
    assert "ZENODO_TOKEN" in repr(kept)
    with pytest.raises(TypeError, match="not written"):
        pickle.dumps(kept)


def test_a_block_comes_before_the_environment() -> None:
    kept = Secrets.of({"HF_TOKEN": "block"}, {"HF_TOKEN": "environment", "ZENODO_TOKEN": "z", "PATH": "/bin"})
    assert (kept.get("HF_TOKEN"), kept.get("ZENODO_TOKEN"), kept.get("PATH")) == ("block", "z", None)


def test_a_key_in_the_target_is_refused_and_not_repeated(out: Path) -> None:
    for target in (f"s3://key:{quote(MARKER, safe='')}@bucket/p", f"s3://bucket/p?key={MARKER}"):
        with pytest.raises(RegestaError, match="keys come from the environment") as told:
            publish(target, out, options=Options(), secrets=Secrets({}))
        assert hidden(str(told.value))
