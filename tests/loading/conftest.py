"""A folder with one release whose texts are hard to carry, and the canonical form that contents are compared in."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import regesta
from tests.conftest import HARBOUR
from tests.describe.conftest import publish
from tests.loading import postgres
from tests.loading.servers import NO_NGINX, Plain, Ranged, find_nginx, nginx, serve

NASTY = (
    "Decree of the Board\r\n\r\nPort Ellery, 3 May 1980\r\n\r\n"
    '=HYPERLINK("https://example.org";"click") was written on 4 May 1980.\r\n\r\n'
    "-2+3 and @SUM(1;2), the Board's \"own\" words; +44, 'quoted', 1,5.\r\n\r\n"
    "\tA tab,\u00a0a space, 🙂 a face, İstanbul, ￼ and a mark \u0001 of control.\r\n\r\n"
    "＝1+1 in wide letters. 007 is not seven, 1e5 is not a number, NA is not nothing, NULL neither.\r\n"
)


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of releases."""
    root = tmp_path_factory.mktemp("load")
    folder = Path(shutil.copytree(HARBOUR, root / "port"))
    (folder / "nasty.txt").write_bytes(NASTY.encode())
    with (folder / "corpus.toml").open("a") as catalogue:
        catalogue.write('\n[[source]]\nid = "nasty"\npath = "nasty.txt"\n')
    publish(folder, root / "datapackage")
    return root / "datapackage"


@pytest.fixture
def release(releases: Path) -> regesta.Release:
    return regesta.load(releases)


@pytest.fixture(scope="session")
def ranged(releases: Path) -> Iterator[tuple[str, type[Plain]]]:
    """The releases on a web server that answers range requests."""
    with serve(releases, Ranged) as found:
        yield found


@pytest.fixture(scope="session")
def by_nginx(releases: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The releases on nginx; gives the address, and the log of requests."""
    if not find_nginx():
        pytest.skip(NO_NGINX)
    with nginx(releases, tmp_path_factory.mktemp("nginx")) as found:
        yield found


@pytest.fixture(scope="session")
def plain(releases: Path) -> Iterator[tuple[str, type[Plain]]]:
    """The releases on a web server that knows whole files only."""
    with serve(releases, Plain) as found:
        yield found


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """A real PostgreSQL server."""
    with postgres.server() as address:
        yield address


@pytest.fixture
def fresh_database(database: str) -> str:
    """The same, without what other tests have exported to it."""
    import adbc_driver_postgresql.dbapi

    with adbc_driver_postgresql.dbapi.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS port_ellery CASCADE")
        connection.commit()
    return database


@pytest.fixture(scope="session")
def bucket(releases: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The releases in an S3-compatible store; gives the address and the options."""
    import obstore
    from moto.server import ThreadedMotoServer
    from obstore.store import S3Store

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = {
        "endpoint": f"http://{host}:{port}",
        "region": "us-east-1",
        "access_key_id": "not-a-key",
        "secret_access_key": "not-a-secret",
    }
    os.environ["NO_PROXY"] = ",".join(filter(None, [os.environ.get("NO_PROXY"), "127.0.0.1"]))
    import urllib.request

    urllib.request.urlopen(urllib.request.Request(f"{options['endpoint']}/papers", method="PUT")).close()
    store = S3Store("papers", **options, client_options={"allow_http": True})
    for path in releases.rglob("*"):
        if path.is_file() and not path.name.startswith("."):
            obstore.put(store, f"data/{path.relative_to(releases).as_posix()}", path.read_bytes())
    yield "s3://papers/data", options
    server.stop()


def canonical(value: Any, kind: str) -> Any:
    """A value as every client should have it, whatever it calls nothing, days and texts."""
    if value is None or value != value or str(value) in ("<NA>", "NaT"):
        return None
    if isinstance(value, bytes):
        value = value.decode()
    if kind == "boolean":
        return {"true": True, "false": False}.get(str(value).lower(), bool(value))
    if kind == "date":
        return value[:10] if isinstance(value, str) else dt.date(value.year, value.month, value.day).isoformat()
    return {"integer": int, "number": float, "string": str}[kind](value)


def digest(rows: Iterable[Mapping[str, Any]], schema: Mapping[str, Any]) -> tuple[int, str]:
    """Number of rows, and a checksum of their contents that does not depend on their order."""
    fields = [(field["name"], field["type"]) for field in schema["fields"]]
    lines = sorted(repr([canonical(row[name], kind) for name, kind in fields]) for row in rows)
    return len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()


@pytest.fixture(scope="session")
def wanted(releases: Path) -> dict[str, tuple[int, str]]:
    """The digest of every table, from the Parquet files alone."""
    found = regesta.load(releases)
    return {
        name: digest(pq.read_table(releases / "1.0.0" / table.path).to_pylist(), table.schema)
        for name, table in found.items()
    }
