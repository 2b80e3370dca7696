"""What publishing a release costs beside copying its files.

    python -m benchmarks.publishing [--megabytes 1000]

A made-up release is published to a folder, to a zip and to an S3-compatible server on this machine, and beside each
its files are brought there and nothing else: copied by the system, one after the other, each synced to the disk as
published files are (`shutil.copytree`, then `fsync`), or put with obstore, four at once. Neither reads back what it
wrote; publishing hashes all that it reads against SHA256SUMS besides, which takes a second of processor time for a
gigabyte and more, beside the copying where a second core is free. So the bound, 1.5 times, is for a machine of two
cores or more that does nothing else; with one core to share, the ratio is that of the processor times.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import obstore
from obstore.store import S3Store

from regesta.publish import Options, Secrets, publish

FILES = 8
KEY, SECRET = "key-of-the-benchmark", "secret-of-the-benchmark"


def write_release(out: Path, megabytes: int) -> Path:
    """A release of noise: one file has half of it, the others share the rest."""
    folder = out / "1.0.0"
    (folder / "data").mkdir(parents=True)
    sizes = [megabytes * 500_000, *[megabytes * 500_000 // (FILES - 1)] * (FILES - 1)]
    for number, size in enumerate(sizes):
        with (folder / "data" / f"table{number}.parquet").open("wb") as file:
            for start in range(0, size, 1 << 20):
                file.write(os.urandom(min(1 << 20, size - start)))
    descriptor = {"name": "papers", "version": "1.0.0", "created": "2001-02-03T00:00:00Z", "resources": []}
    descriptor |= {"title": "Papers", "description": "Noise.", "licenses": [{"name": "CC0-1.0"}]}
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = [f"{_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in paths]
    (folder / "SHA256SUMS").write_text("".join(sums))
    return folder


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy(folder: Path, target: Path) -> None:
    """Copy the files and have them on the disk."""
    shutil.copytree(folder, target)
    for path in target.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def put(folder: Path, bucket: str, endpoint: str) -> None:
    """Put the files with obstore as it does by itself, as many at once as publishing does."""
    store = _store(bucket, endpoint)
    paths = [path for path in folder.rglob("*") if path.is_file()]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda path: obstore.put(store, path.relative_to(folder).as_posix(), path), paths))


def _store(bucket: str, endpoint: str) -> S3Store:
    return S3Store(
        bucket,
        access_key_id=KEY,
        secret_access_key=SECRET,
        endpoint=endpoint,
        region="us-east-1",
        client_options={"allow_http": True},
    )


@contextmanager
def served(root: Path) -> Iterator[str]:
    """An S3-compatible server (`rclone serve s3`) over a folder with a bucket for each run."""
    binary = shutil.which("rclone", path=str(Path(sys.executable).parent)) or "rclone"
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{sock.getsockname()[1]}"
    command = [binary, "serve", "s3", "--addr", address, "--auth-key", f"{KEY},{SECRET}", str(root)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        while server.poll() is None:
            with socket.socket() as sock:
                if sock.connect_ex((address.split(":", maxsplit=1)[0], int(address.split(":")[1]))) == 0:
                    break
            time.sleep(0.1)
        yield f"http://{address}"
    finally:
        server.terminate()
        server.wait()


def measure(megabytes: int, runs: int, store: bool) -> dict[str, float]:
    """How many times as long publishing takes as copying, by target; the fastest of some runs of each."""
    with tempfile.TemporaryDirectory(prefix="regesta-bench-", dir=os.environ.get("REGESTA_BENCH")) as name:
        base = Path(name)
        folder = write_release(base / "out", megabytes)
        found = {"folder": _folder(base, folder, runs), "zip": _zip(base, folder, runs)}
        if store:
            found["s3"] = _s3(base, folder, runs)
    return found


def _folder(base: Path, folder: Path, runs: int) -> float:
    target = base / "target"
    return _ratio(
        "folder",
        runs,
        lambda: copy(folder, target),
        lambda: publish(str(target), folder.parent, options=Options(), secrets=Secrets({})),
        lambda: shutil.rmtree(target),
    )


def _zip(base: Path, folder: Path, runs: int) -> float:
    target, archive = base / "target", base / "papers.zip"
    return _ratio(
        "zip",
        runs,
        lambda: copy(folder, target),
        lambda: publish(str(archive), folder.parent, options=Options(), secrets=Secrets({})),
        lambda: shutil.rmtree(target) if target.exists() else archive.unlink(),
    )


def _s3(base: Path, folder: Path, runs: int) -> float:
    bucket = base / "store" / "bucket"
    bucket.mkdir(parents=True)

    with served(bucket.parent) as endpoint:
        secrets = Secrets({"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_ENDPOINT_URL": endpoint})
        forced = Options(force=True)
        store = _store("bucket", endpoint)

        def clear() -> None:
            # Through the server, which remembers what it has.
            for path in [meta["path"] for batch in obstore.list(store) for meta in batch]:
                obstore.delete(store, path)

        return _ratio(
            "s3",
            runs,
            lambda: put(folder, "bucket", endpoint),
            lambda: publish("s3://bucket", folder.parent, options=forced, secrets=secrets),
            clear,
        )


def _ratio(
    name: str, runs: int, plain: Callable[[], object], whole: Callable[[], object], clear: Callable[[], object]
) -> float:
    seconds: tuple[list[float], list[float]] = ([], [])
    # In turns, so that what else the machine does falls on both.
    for _ in range(runs):
        for taken, work in zip(seconds, (plain, whole), strict=True):
            os.sync()
            start = time.perf_counter()
            work()
            taken.append(time.perf_counter() - start)
            clear()
    copying, publishing = (min(taken) for taken in seconds)
    print(f"{name:8} copying {copying:6.2f} s   publishing {publishing:6.2f} s   {publishing / copying:.2f} times")
    return publishing / copying


def main() -> int:
    """Measure and print; status 1 if publishing takes more than 1.5 times as long as copying."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-store", action="store_true", help="leave the S3-compatible server out")
    given = parser.parse_args()
    found = measure(given.megabytes, given.runs, not given.no_store)
    return 0 if max(found.values()) <= 1.5 else 1


if __name__ == "__main__":
    sys.exit(main())
