"""What a run leaves behind: its state, its artifact, and word of a failure."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import get_client

from flows import account
from flows.build import build
from flows.publish import publish
from regesta import corpus, stages
from regesta.errors import RegestaError
from regesta.package import release
from regesta.package.account import account as account_of
from regesta.package.release import Published
from tests.conftest import HARBOUR

pytestmark = pytest.mark.usefixtures("prefect_server")
DAY = dt.date(2001, 2, 3)


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The address of a webhook on this machine, and what it was sent."""
    got: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", got
    finally:
        server.shutdown()
        server.server_close()


def latest_artifact() -> dict[str, Any]:
    """The artifact made last, which is that of the outermost run."""
    asked = {"sort": "CREATED_DESC", "limit": 1, "artifacts": {"key": {"any_": ["release"]}}}
    with get_client(sync_client=True) as client:
        [artifact] = client.request("POST", "/artifacts/filter", json=asked).json()
    return dict(artifact)


def test_a_run_says_what_came_of_it_in_its_state_and_its_artifact(tmp_path: Path) -> None:
    arguments = (HARBOUR, tmp_path / "out", tmp_path / "processed", DAY)
    first = build(*arguments, return_state=True)
    artifact = latest_artifact()
    assert (first.name, first.message) == ("Completed", "published release 1.0.0")
    assert artifact["key"] == "release"
    assert f"| documents | {first.result().rows['documents']} |" in artifact["data"]
    assert f"[1.0.0]({(tmp_path / 'out' / '1.0.0' / 'datapackage.json').as_uri()})" in artifact["data"]
    assert "no rule is broken" in artifact["data"]
    assert "| date_missing |" in artifact["data"]
    second = publish(*arguments, return_state=True)
    assert (second.name, second.message) == ("Unchanged", "nothing has changed since release 1.0.0")
    assert second.is_completed()
    assert (first.result().new, second.result().new) == (True, False)


def test_a_run_that_fails_says_why_and_what_stands(harbour: Path, tmp_path: Path, harbour_tables) -> None:
    release.publish(harbour_tables, corpus.load(harbour), tmp_path / "out", DAY)
    (harbour / "news-quay.txt").unlink()
    state = build(harbour, tmp_path / "out", tmp_path / "processed", DAY, return_state=True)
    told = latest_artifact()["data"]
    assert state.is_failed()
    assert "news-quay.txt" in told
    assert "The latest release is as it was: [1.0.0]" in told


def test_expectations_stand_in_the_account_with_what_was_found(harbour: Path, tmp_path: Path, harbour_tables) -> None:
    (harbour / "expectations.toml").write_text(
        '[floors]\n"documents.rows" = 3\n"documents.title.filled" = 0.5\n[ceilings]\n"documents.date_basis=none" = 0\n'
    )
    described = corpus.load(harbour)
    made = release.publish(stages.finish(harbour_tables, harbour, described), described, tmp_path / "out", DAY)
    told = account_of(made, harbour, ["a note | with <b>marks</b>"])
    assert f"| documents.rows | at least 3 | {made.rows['documents']} |" in told
    assert "| documents.title.filled | at least 0.5 | 1 |" in told
    assert "| documents.date_basis=none | at most 0 |" in told
    assert "| expectation_exceeded | 1 |" in told
    assert "* a note \\| with &lt;b>marks&lt;/b>" in told


def test_a_release_without_oddities_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "1.0.0"
    folder.mkdir()
    assert account_of(Published("1.0.0", folder, True, {}), HARBOUR).endswith("## Warnings\n\nNone.\n")


def test_a_failure_is_told_through_the_block_that_is_named(tmp_path: Path, webhook) -> None:
    url, got = webhook
    block = CustomWebhookNotificationBlock(name="desk", url=url, json_data={"text": "{{subject}}: {{body}}"})
    block.save("desk", overwrite=True)
    arguments = {"out": tmp_path / "out", "processed": tmp_path / "processed", "notify": "custom-webhook/desk"}
    assert build(tmp_path / "nowhere", **arguments, return_state=True).is_failed()
    [message] = got
    assert "Failed" in message["text"]
    assert "nowhere: no such folder" in message["text"]
    assert build(HARBOUR, **arguments, return_state=True).is_completed()
    assert len(got) == 1


def test_a_notification_block_that_is_none_is_named() -> None:
    from prefect.blocks.system import Secret

    with pytest.raises(RegestaError, match="no Prefect block 'slack-webhook/nobody'"):
        account.notification_block("slack-webhook/nobody")
    Secret(value="x").save("no-block-that-tells", overwrite=True)
    with pytest.raises(RegestaError, match="sends no notifications"):
        account.notification_block("secret/no-block-that-tells")
