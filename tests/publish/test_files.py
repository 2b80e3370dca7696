"""A folder and a zip on this machine."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from regesta.errors import RegestaError
from regesta.package import release
from regesta.package.verify import verify
from regesta.publish import Options, Secrets, files, publish
from regesta.publish.delivery import Delivery
from tests.conftest import ROOT
from tests.publish.conftest import Killed, write_release

DAY = dt.date(2002, 3, 4)


def send(target: Path, out: Path, version: str | None = None) -> Delivery:
    return publish(str(target), out, version, options=Options(), secrets=Secrets({}))


def same(one: Path, two: Path) -> bool:
    def contents(folder: Path) -> dict[str, bytes]:
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    return contents(one) == contents(two)


def test_the_first_release_of_the_project_is_published_and_sound(tmp_path: Path) -> None:
    out = ROOT / "datapackage"
    told = send(tmp_path / "there", out)
    assert told.latest == told.version
    assert verify(tmp_path / "there" / told.version) == []
    assert json.loads((tmp_path / "there" / "latest.json").read_bytes())["version"] == told.version
    assert (tmp_path / "there" / told.version).stat().st_mode & 0o777 == 0o755


def test_again_is_nothing_new_and_another_content_is_refused(out: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    assert (send(there, out).state, send(there, out).state) == ("published", "unchanged")
    write_release(tmp_path / "other", "1.0.0", seed=1)
    with pytest.raises(RegestaError, match="another content"):
        send(there, tmp_path / "other")
    assert same(there / "1.0.0", out / "1.0.0")
    with pytest.raises(RegestaError, match="name another folder"):
        send(out, out)


def test_a_copy_that_was_cut_off_goes_on(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there, copy = tmp_path / "there", shutil.copyfile
    for lives in range(7):
        left = [lives]

        def mortal(source: Any, target: Any, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                Path(target).write_bytes(b"half")
                raise Killed
            copy(source, target)

        shutil.rmtree(there, ignore_errors=True)
        monkeypatch.setattr(files.shutil, "copyfile", mortal)
        with pytest.raises(Killed):
            send(there, out)
        assert not (there / "latest.json").exists()
        assert not (there / "1.0.0").exists()
        monkeypatch.setattr(files.shutil, "copyfile", copy)
        told = send(there, out)
        assert told.kept <= lives
        assert told.kept + told.sent == 7
        assert same(there / "1.0.0", out / "1.0.0")
        assert {path.name for path in there.iterdir()} <= {"1.0.0", "latest.json", "releases.json", ".lock"}


def test_a_retraction_is_carried_over(out: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    write_release(out, "1.1.0")
    send(there, out, "1.0.0")
    send(there, out)
    release.retract(out, "1.1.0", "wrong", DAY)
    told = send(there, out)
    assert (told.latest, told.retracted) == ("1.0.0", ("1.1.0",))
    assert [path.name for path in (there / "1.1.0").iterdir()] == ["tombstone.json"]
    assert (there / "releases.json").read_bytes() == (out / "releases.json").read_bytes()
    shutil.rmtree(out / "1.1.0")
    write_release(out, "1.1.0")
    with pytest.raises(RegestaError, match="not given again"):
        send(there, out, "1.1.0")


def test_a_release_that_is_not_what_it_lists_stays_here(out: Path, tmp_path: Path) -> None:
    (out / "1.0.0" / "data" / "a.parquet").write_bytes(b"x" * 2000)
    for target in (tmp_path / "there", tmp_path / "papers.zip"):
        with pytest.raises(RegestaError, match="not the file that SHA256SUMS lists"):
            send(target, out)
    assert not (tmp_path / "papers.zip").exists()
    assert not (tmp_path / "there" / "1.0.0").exists()
    (out / "1.0.0" / "extra.txt").write_text("x")
    with pytest.raises(RegestaError, match=r"extra.txt: missing, or not listed"):
        send(tmp_path / "there", out)


# --- zip --------------------------------------------------------------------------------------------------------------


def test_a_zip_has_the_same_bytes_everywhere(out: Path, tmp_path: Path) -> None:
    """Another process, place, time, order of files, rights, time zone and language: the same bytes."""
    send(tmp_path / "one.zip", out)
    elsewhere = tmp_path / "elsewhere"
    for path in sorted((out / "1.0.0").rglob("*"), reverse=True):
        if path.is_file():
            target = elsewhere / path.relative_to(out)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            target.chmod(0o600)
            os.utime(target, (1, 1))
    script = (
        "import sys; from pathlib import Path; from regesta.publish import *; "
        "publish(sys.argv[1], Path(sys.argv[2]), options=Options(), secrets=Secrets({}))"
    )
    environment = {**os.environ, "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", script, tmp_path / "two.zip", elsewhere], check=True, env=environment)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_the_bytes_of_a_zip_are_known(out: Path, tmp_path: Path) -> None:
    """If this fails, zips made before are no longer made again to the byte: the layout must not change lightly."""
    send(tmp_path / "papers.zip", out)
    with zipfile.ZipFile(tmp_path / "papers.zip") as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert names[0] == "papers-1.0.0/CHANGELOG.md"
        assert {(i.date_time, i.create_system, i.external_attr, i.compress_type) for i in archive.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 3, 0o100644 << 16, 0)
        }
    assert hashlib.sha256((tmp_path / "papers.zip").read_bytes()).hexdigest() == KNOWN


KNOWN = "65e698e6829720c33399407e9f8906d4ef272e2f9a475a9c6742d61f5d177507"


def test_a_zip_is_not_overwritten_by_another(out: Path, tmp_path: Path) -> None:
    target = tmp_path / "papers.zip"
    assert (send(target, out).state, send(target, out).state) == ("published", "unchanged")
    write_release(out, "1.1.0")
    with pytest.raises(RegestaError, match="another content is there"):
        send(target, out)
    release.retract(out, "1.0.0", "wrong", DAY)
    with pytest.raises(RegestaError, match="publish one that stands"):
        send(tmp_path / "old.zip", out, "1.0.0")


def test_a_release_that_nobody_could_find_is_not_sent(out: Path, tmp_path: Path) -> None:
    path = out / "1.0.0" / "datapackage.json"
    described = json.loads(path.read_bytes())
    del described["licenses"]
    path.write_text(json.dumps(described))
    with pytest.raises(
        RegestaError, match=r"1\.0\.0: not published: the metadata are too poor: no `\[\[corpus.licenses"
    ):
        send(tmp_path / "there", out)
    assert not (tmp_path / "there").exists()


def test_a_missing_library_names_its_cure(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(RegestaError, match=r'needs obstore; install it: pip install "regesta\[publish\]"'):
        publish("s3://bucket", out, options=Options(), secrets=Secrets({}))


def test_a_folder_that_cannot_be_written(out: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(RegestaError, match=r"cannot be written \(Not a directory\)"):
        send(tmp_path / "file" / "there", out)


@pytest.mark.timeout(300)
def test_publishing_costs_little_more_than_copying(capsys: pytest.CaptureFixture[str]) -> None:
    """The benchmark, small: `python -m benchmarks.publishing` does it with a gigabyte."""
    from benchmarks.publishing import measure

    found = measure(100, 3, store=shutil.which("rclone", path=str(Path(sys.executable).parent)) is not None)
    assert set(found) >= {"folder", "zip"}
    # A blunder shows. The bound is the benchmark's: 1.5 for a gigabyte on a machine that does nothing else, which a
    # machine that runs tests is not.
    assert max(found.values()) <= 10
