"""Papers that lie in an object store, a real S3-compatible server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from regesta import corpus, fetched
from regesta.fetch import run
from regesta.fetch.store import Stores

STORE = '[[source]]\nid = "orders"\nstore = "s3://papers/board"\n'
Fetch = Callable[[Path], list[tuple[str, str | None, str]]]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket `papers` of a server that the environment names."""
    import obstore
    from moto.server import ThreadedMotoServer
    from obstore.store import S3Store

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "k",
        "AWS_SECRET_ACCESS_KEY": "s",
        "NO_PROXY": "127.0.0.1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    import httpx

    httpx.put(f"{settings['AWS_ENDPOINT_URL']}/papers", trust_env=False).raise_for_status()
    store = S3Store("papers", client_options={"allow_http": True})
    yield store
    # What moto keeps is the process's, and other tests have servers too.
    obstore.delete(store, [meta["path"] for batch in obstore.list(store) for meta in batch])
    server.stop()


@pytest.fixture
def folder(watching: Callable[[str], Path]) -> Path:
    return watching(STORE)


def put(bucket: Any, name: str, text: str) -> None:
    import obstore

    obstore.put(bucket, name, text.encode())


def test_objects_below_the_prefix_are_sources(bucket: Any, folder: Path, fetch: Fetch) -> None:
    put(bucket, "board/1994/order 1.txt", "ORDER\n\n3 May 1994\n\nThe quay is closed.\n")
    put(bucket, "board/order2.md", "# ORDER\n\n4 May 1994\n\nThe quay is open.\n")
    put(bucket, "board/scan.tiff", "no reader for this")
    put(bucket, "boardroom/other.txt", "Another folder.")
    assert [told[:2] for told in fetch(folder)] == [
        ("new", "orders-board-1994-order-1"),
        ("new", "orders-board-order2"),
    ]
    sources = corpus.load(folder).sources
    assert [source.url for source in sources] == ["s3://papers/board/1994/order%201.txt", "s3://papers/board/order2.md"]
    assert (folder / sources[0].path).read_text().startswith("ORDER")


def test_only_what_changed_is_asked_for(
    bucket: Any, folder: Path, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    get = Stores.get
    monkeypatch.setattr(Stores, "get", lambda self, url, known: asked.append(url) or get(self, url, known))
    for number in (1, 2, 3):
        put(bucket, f"board/{number}.txt", f"ORDER {number}\n")
    fetch(folder)
    put(bucket, "board/2.txt", "ORDER 2, amended\n")
    asked.clear()
    told = fetch(folder)
    assert [what for what, _, _ in told] == ["unchanged", "new", "unchanged"]
    assert asked == ["s3://papers/board/2.txt"]
    assert [v.supersedes for v in fetched.load(folder)] == [None, None, None, "orders-board-2"]
    # Without the state each is asked for on condition of nothing, and found to be the same.
    (folder / run._STATE).unlink()
    assert [what for what, _, _ in fetch(folder)] == ["unchanged"] * 3


def test_what_a_fetch_had_when_it_was_stopped_is_kept(
    bucket: Any, folder: Path, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        put(bucket, f"board/{number}.txt", f"ORDER {number}\n")
    get = Stores.get

    def stopped(self: Stores, url: str, known: dict[str, str]) -> Any:
        if url.endswith("3.txt"):
            raise KeyboardInterrupt
        return get(self, url, known)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Stores, "get", stopped)
        fetch(folder)
    assert [version.source_id for version in fetched.load(folder)] == ["orders-board-1", "orders-board-2"]
    assert [what for what, _, _ in fetch(folder)] == ["unchanged", "unchanged", "new"]


def test_too_large_is_not_taken(bucket: Any, folder: Path, fetch: Fetch) -> None:
    put(bucket, "board/1.txt", "long " * 2_000)
    assert [(what, message) for what, _, message in fetch(folder)] == [("failed", "10000 bytes, more than 5000")]


def test_a_store_that_is_not_there_is_told(folder: Path, fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the-s3cret")
    [(what, _, message)] = fetch(folder)
    assert what == "failed"
    assert "the store cannot be read" in message
    assert "s3cret" not in message


def test_a_feed_does_not_lead_into_a_store(site: Any, bucket: Any, watching: Any, fetch: Fetch) -> None:
    put(bucket, "board/secret.txt", "Not for a feed to name.\n")
    from tests.fetch.site import Said

    site.answers["/feed"] = Said(b"s3://papers/board/secret.txt\n", headers={"Content-Type": "text/plain"})
    folder = watching(f'[[source]]\nid = "feed"\nfeed = "{site.address}/feed"\n')
    [(what, _, message)] = fetch(folder)
    assert (what, "only http and https" in message) == ("failed", True)
