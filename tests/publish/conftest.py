"""What the tests of publishing share: releases, a store that honours conditions, a secret that must not show."""

from __future__ import annotations

import hashlib
import json
import logging
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from regesta.package import release
from regesta.publish import Secrets
from regesta.publish.bundle import Bundle
from regesta.publish.shelf import Shelf, open_store

MARKER = "marker+S3cret/that=must never show"
NAMES = ("README.md", "CHANGELOG.md", "data/a.parquet", "data/b.parquet", "data/c.parquet")


class Killed(BaseException):
    """Stands for the death of the process: nothing catches it."""


def write_release(out: Path, version: str, seed: int = 0, size: int = 2000) -> Path:
    """A made-up release: its files are noise, its lists are right."""
    noise = random.Random(f"{version} {seed}")
    folder = out / version
    (folder / "data").mkdir(parents=True)
    descriptor = {
        "name": "papers",
        "title": "Papers",
        "description": "Papers of a board.",
        "version": version,
        "created": "2001-02-03T00:00:00Z",
        "licenses": [{"name": "CC-BY-4.0"}],
        "contributors": [{"title": "The Board"}],
        "resources": [{"name": "a", "rows": 1}],
    }
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    for name in NAMES:
        data = noise.randbytes(size)
        (folder / name).write_bytes(data if name.endswith(".parquet") else data.hex().encode())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))
    release._write_list(out)
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder of releases with one release in it."""
    write_release(tmp_path / "out", "1.0.0")
    return tmp_path / "out"


@pytest.fixture
def bundle(out: Path) -> Bundle:
    return Bundle.of(out, "1.0.0")


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """moto's S3 in this process. Requests are taken one after the other, as a real store is atomic and moto is not."""
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app, lock = DomainDispatcherApplication(create_backend_app), threading.Lock()

    def one_at_a_time(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        with lock:
            return list(app(environ, start))

    server = make_server("127.0.0.1", 0, one_at_a_time, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def s3_secrets(endpoint: str) -> Secrets:
    return Secrets(
        {"AWS_ACCESS_KEY_ID": "key-of-the-test", "AWS_SECRET_ACCESS_KEY": MARKER, "AWS_ENDPOINT_URL": endpoint}
    )


_buckets = iter(range(1_000_000))


@pytest.fixture
def bucket(s3_server: str) -> str:
    """The name of a new bucket."""
    import httpx

    name = f"bucket-{next(_buckets)}"
    httpx.put(f"{s3_server}/{name}").raise_for_status()
    return name


@pytest.fixture
def shelf(s3_server: str, bucket: str) -> Shelf:
    return open_shelf(s3_server, bucket)


def open_shelf(endpoint: str, bucket: str, prefix: str = "") -> Shelf:
    return Shelf(open_store(bucket, prefix, s3_secrets(endpoint), f"s3://{bucket}"), f"s3://{bucket}")


def holds(shelf: Shelf, folder: Path) -> bool:
    """Whether a store holds the files of a release, all and nothing else."""
    wanted = {f"{folder.name}/{p.relative_to(folder).as_posix()}": p for p in folder.rglob("*") if p.is_file()}
    there = shelf.below(f"{folder.name}/")
    return set(there) == set(wanted) and all(fetch(shelf, name) == path.read_bytes() for name, path in wanted.items())


def fetch(shelf: Shelf, path: str) -> bytes:
    found = shelf.get(path)
    assert found is not None, f"{path} is not there"
    return found[0]


def latest_in(shelf: Shelf) -> Any:
    found = shelf.get("latest.json")
    return json.loads(found[0])["version"] if found else None
