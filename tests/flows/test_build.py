"""The whole road, with real Prefect runs against a real server."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.build import build
from flows.extract import extract
from flows.ingest import ingest
from flows.publish import publish
from flows.segment import segment
from regesta.package import release
from regesta.package.verify import SUMS, verify
from tests.conftest import HARBOUR, RAW, ROOT

pytestmark = pytest.mark.usefixtures("prefect_server")
DAY = dt.date(2001, 2, 3)


def sums(folder: Path) -> str:
    return (folder / SUMS).read_text()


def test_the_published_release_is_built_again_byte_for_byte(tmp_path: Path) -> None:
    """What is committed is what the code makes of raw/ on the day of the release."""
    committed = ROOT / "datapackage"
    *earlier, latest = release.listed(committed)
    out = tmp_path / "datapackage"
    for entry in earlier:
        shutil.copytree(committed / entry["version"], out / entry["version"])
    made = build(RAW, out, tmp_path / "processed", dt.date.fromisoformat(latest["date"]))
    assert made.version == latest["version"]
    assert sums(made.folder) == sums(committed / latest["version"])
    assert (out / "releases.json").read_bytes() == (committed / "releases.json").read_bytes()


def test_workers_and_shards_do_not_show_in_the_bytes(tmp_path: Path) -> None:
    one = build(HARBOUR, tmp_path / "a" / "out", tmp_path / "a" / "processed", DAY, workers=1)
    four = build(HARBOUR, tmp_path / "b" / "out", tmp_path / "b" / "processed", DAY, workers=4, shard_bytes=300)
    assert len(list((tmp_path / "b" / "processed" / "ingest").iterdir())) > 4
    assert sums(one.folder) == sums(four.folder)


def test_nothing_changed_nothing_published(tmp_path: Path) -> None:
    first = build(HARBOUR, tmp_path / "out", tmp_path / "processed", DAY)
    second = build(HARBOUR, tmp_path / "out", tmp_path / "processed", DAY + dt.timedelta(days=1))
    assert first.new
    assert not second.new
    assert second.version == first.version == "1.0.0"
    assert [entry["version"] for entry in release.listed(tmp_path / "out")] == ["1.0.0"]


def test_processed_can_be_deleted_or_damaged(tmp_path: Path) -> None:
    processed = tmp_path / "processed"
    first = build(HARBOUR, tmp_path / "out", processed, DAY)
    for path in processed.rglob("documents.parquet"):
        path.write_bytes(path.read_bytes()[:-10])
    assert not build(HARBOUR, tmp_path / "out", processed, DAY).new
    shutil.rmtree(processed)
    assert build(HARBOUR, tmp_path / "again", processed, DAY).rows == first.rows


def test_a_paper_added_makes_a_minor_release(harbour: Path, tmp_path: Path) -> None:
    build(harbour, tmp_path / "out", tmp_path / "processed", DAY)
    (harbour / "zz-notice.txt").write_text("Notice of the Board\n\nThe pier is open again.\n\n3 May 1980\n")
    with (harbour / "corpus.toml").open("a") as catalogue:
        catalogue.write('\n[[source]]\nid = "zz-notice"\npath = "zz-notice.txt"\n')
    made = build(harbour, tmp_path / "out", tmp_path / "processed", DAY)
    assert made.new
    assert made.version == "1.1.0"
    assert verify(tmp_path / "out" / "1.0.0") == []


@pytest.mark.parametrize("flow", [ingest, segment, extract])
def test_each_stage_runs_alone(flow, tmp_path: Path) -> None:
    [folder] = flow(HARBOUR, tmp_path / "processed")
    assert (Path(folder) / "manifest.json").is_file()


def test_publish_runs_alone(tmp_path: Path) -> None:
    assert publish(HARBOUR, tmp_path / "out", tmp_path / "processed", DAY).version == "1.0.0"


def test_a_module_can_be_run(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flows.ingest"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "raw: no such folder" in done.stderr


@pytest.mark.timeout(280)
def test_killed_at_ten_moments_the_last_release_stays(harbour: Path, tmp_path: Path) -> None:
    """A kill -9 anywhere in a build leaves the last whole release, and the next build makes the next one."""
    out, processed = tmp_path / "out", tmp_path / "processed"
    whole = build(harbour, out, tmp_path / "other", DAY)
    before = sums(whole.folder)
    note = harbour / "untitled-note.txt"
    catalogue = (harbour / "corpus.toml").read_text()
    (harbour / "corpus.toml").write_text("\n".join(x for x in catalogue.split("\n") if not x.startswith("sha256")))
    command = [sys.executable, "-m", "flows.cli", "build", "--corpus", str(harbour), "--out", str(out)]
    command += ["--processed", str(processed), "--release-date", "2001-02-03", "--shard-bytes", "300"]
    note.write_text(note.read_text() + "A line that was added.\n")
    start = time.monotonic()
    subprocess.run([*command[:-6], "--out", str(tmp_path / "timed"), *command[-6:]], check=True, capture_output=True)
    length = time.monotonic() - start
    for moment in range(10):
        victim = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(length * (0.3 + 0.075 * moment))
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
        assert sums(out / "1.0.0") == before
        for version in release.versions(out):
            assert verify(out / version) == []
        if release.latest_release(out) != "1.0.0":
            shutil.rmtree(out / "1.1.0", ignore_errors=True)
            shutil.rmtree(out / "1.0.1", ignore_errors=True)
    subprocess.run(command, check=True, capture_output=True)
    assert len(release.versions(out)) == 2
    assert [path.name for path in out.iterdir() if path.name.startswith(".writing")] == []
    assert [entry["version"] for entry in release.listed(out)] == release.versions(out)
