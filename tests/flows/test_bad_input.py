"""Each mistake a user can make is one clear message, a status other than zero, and nothing half-written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flows import cli

CATALOGUE = '[corpus]\nname = "c"\ntitle = "C"\n\n[[source]]\nid = "a"\npath = "a.txt"\n'
GOOD = "A paper of the Board.\n\n3 May 1980\n"


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """Run the command; gives the message it exits with, or fails if it exits well."""
    monkeypatch.setattr(sys, "argv", ["regesta", *arguments])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code not in (0, None), "the command succeeded"
    return str(stopped.value.code)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder


def nothing_in(out: Path) -> bool:
    """Whether a releases folder holds nothing (but the lock, which builds leave where it is)."""
    return not out.exists() or {path.name for path in out.iterdir()} <= {".lock"}


def refuses(monkeypatch: pytest.MonkeyPatch, corpus: Path, tmp_path: Path) -> str:
    """Build and be refused; gives the message. Nothing is left where releases go."""
    out = tmp_path / "out"
    message = run(
        monkeypatch,
        "build",
        "--corpus",
        str(corpus),
        "--out",
        str(out),
        "--processed",
        str(tmp_path / "processed"),
    )
    assert nothing_in(out)
    assert message.startswith("regesta: ")
    assert "Traceback" not in message
    return message


Write = Callable[[Path], object]
CATALOGUE_MISTAKES: dict[str, tuple[Write, str]] = {
    "empty folder": (lambda d: None, "no texts here"),
    "not TOML": (lambda d: (d / "corpus.toml").write_text("[corpus\n"), "corpus.toml: not valid TOML"),
    "not UTF-8": (lambda d: (d / "corpus.toml").write_bytes(b"\xff\xfe["), "not UTF-8 at byte 0"),
    "unknown key": (
        lambda d: catalogue(d, 'colour = "red"'),
        "corpus.toml:8: source.0.colour: unknown key; known keys",
    ),
    "unknown table": (lambda d: catalogue(d, "[extra]"), "corpus.toml:8: extra: unknown key"),
    "wrong type": (lambda d: catalogue(d, "retrieved = 7.5"), "corpus.toml:8: source.0.retrieved"),
    "no title": (
        lambda d: (d / "corpus.toml").write_text(CATALOGUE.replace('title = "C"\n', "")),
        "title: missing; add it",
    ),
    "no source": (lambda d: (d / "corpus.toml").write_text(CATALOGUE[:32]), "no [[source]] entry"),
    "two sources with one id": (
        lambda d: (catalogue(d, '[[source]]\nid = "a"\npath = "b.txt"'), (d / "b.txt").write_text(GOOD)),
        "corpus.toml:9: source.id: two sources have the id 'a'",
    ),
    "two sources with one path": (
        lambda d: catalogue(d, '[[source]]\nid = "b"\npath = "a.txt"'),
        "corpus.toml:10: source.path: two sources have the path 'a.txt'",
    ),
    "path upwards": (lambda d: path(d, "../a.txt"), "'../a.txt' leaves the corpus folder"),
    "absolute path": (lambda d: path(d, "/etc/passwd.txt"), "'/etc/passwd.txt' leaves the corpus folder"),
    "link out": (
        lambda d: (path(d, "link.txt"), link_out(d)),
        "'link.txt' is a link that leaves the corpus folder",
    ),
    "missing file": (lambda d: path(d, "gone.txt"), "corpus.toml:7: source.path: 'gone.txt' is not there"),
    "no reader": (lambda d: (path(d, "a.xls"), (d / "a.xls").write_text(GOOD)), "'a.xls' has no reader"),
    "bad id": (lambda d: (d / "corpus.toml").write_text(CATALOGUE.replace('"a"', '"A b"')), "source.0.id"),
    "delimiter alone": (lambda d: catalogue(d, 'delimiter = "--"'), "go together"),
}


def catalogue(folder: Path, more: str) -> None:
    (folder / "corpus.toml").write_text(CATALOGUE + more + "\n")
    (folder / "a.txt").write_text(GOOD)


def path(folder: Path, value: str) -> None:
    (folder / "corpus.toml").write_text(CATALOGUE.replace("a.txt", value))


def link_out(folder: Path) -> None:
    (folder.parent / "secret.txt").write_text(GOOD)
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")


@pytest.mark.parametrize("mistake", CATALOGUE_MISTAKES)
def test_catalogue_mistakes_are_told_before_anything_starts(
    mistake: str, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil, expected = CATALOGUE_MISTAKES[mistake]
    spoil(corpus)
    assert expected in refuses(monkeypatch, corpus, tmp_path)


PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
FILE_MISTAKES: dict[str, tuple[bytes, str]] = {
    "empty file": (b"", "a.txt: the file is empty"),
    "picture": (PNG, "a.txt: not text but a PNG image"),
    "only white space": (b"\n" * 100_000, "a.txt: nothing but white space"),
    "NUL": (b"The paper\0 goes on.", "a.txt: NUL character at byte 9"),
    "lone surrogate": ("Caf\u00e9 ".encode() + b"\xed\xa0\x80 end", "a.txt: byte 6 begins a lone surrogate"),
    "damaged UTF-8": ("na\u00efve caf\u00e9 ".encode() + b"\xff end", "a.txt: byte 13 (0xff) is not UTF-8"),
    "odd UTF-16": (b"\xff\xfeA\x00\x00\xd8", "is not utf-16-le"),
    "noise": (bytes(range(256)) * 4, "a.txt: not text"),
}


@pytest.mark.usefixtures("prefect_server")
@pytest.mark.parametrize("mistake", FILE_MISTAKES)
def test_files_that_are_no_text_are_refused(
    mistake: str, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, expected = FILE_MISTAKES[mistake]
    (corpus / "a.txt").write_bytes(data)
    assert expected in refuses(monkeypatch, corpus, tmp_path)


@pytest.mark.usefixtures("prefect_server")
def test_a_changed_file_is_noticed(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue(corpus, f'sha256 = "{"0" * 64}"')
    told = '[corpus]\ndescription = "Papers."\nlicenses = [{ name = "CC-BY-4.0" }]\n'
    (corpus / "corpus.toml").write_text((corpus / "corpus.toml").read_text().replace("[corpus]\n", told))
    message = refuses(monkeypatch, corpus, tmp_path)
    assert "a.txt: the file has changed: its sha256 is" in message
    assert "for source 'a' in the catalogue" in message


@pytest.mark.usefixtures("prefect_server")
def test_an_unreadable_file_is_named(corpus: Path, tmp_path: Path) -> None:
    (corpus / "a.txt").write_text(GOOD)
    (corpus / "a.txt").chmod(0)
    done = _build_as_a_common_user(corpus, tmp_path / "out", tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip().endswith(
        "a.txt: cannot be read (Permission denied); check that it is there and yours to read"
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("prefect_server")
def test_a_read_only_output_folder_is_named(corpus: Path, tmp_path: Path) -> None:
    (corpus / "a.txt").write_text(GOOD)
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o555)
    done = _build_as_a_common_user(corpus, out, tmp_path)
    assert done.returncode == 1
    assert "cannot be written (Permission denied)" in done.stderr
    assert "Traceback" not in done.stderr
    assert nothing_in(out)


def _build_as_a_common_user(corpus: Path, out: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Build without root's right to pass over file modes, where the tests run as root."""
    command = [sys.executable, "-m", "flows.cli", "build", "--corpus", str(corpus), "--out", str(out)]
    command += ["--processed", str(tmp_path / "processed")]
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.fail("run as root, this test needs setpriv (util-linux)")
        command = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", *command]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("prefect_server")
def test_a_full_disk_leaves_nothing_behind(corpus: Path, tmp_path: Path) -> None:
    """On a file system of 64 kB where mounting is allowed, else with a limit on the size of files."""
    (corpus / "a.txt").write_text("".join(f"Paper {n} of the Board, {n * 7919 % 65537:x}.\n\n" for n in range(20_000)))
    small = tmp_path / "small"
    small.mkdir()
    command = [
        sys.executable,
        "-m",
        "flows.cli",
        "build",
        "--corpus",
        str(corpus),
        "--out",
        str(small / "out"),
    ]
    command += ["--processed", str(tmp_path / "processed")]
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], capture_output=True, check=False
    )
    try:
        limit = None if mounted.returncode == 0 else _limit_files
        if limit:
            command[-1] = str(tmp_path / "out" / "processed")
        done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit)
        assert done.returncode == 1
        assert (
            "cannot be written (No space left on device)" in done.stderr
            or "cannot be written (File too large)" in done.stderr
        )
        assert "Traceback" not in done.stderr
        assert nothing_in(small / "out")
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", str(small)], check=True)


def _limit_files() -> None:
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))


def test_verify_of_nothing_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no release here" in run(monkeypatch, "verify", str(tmp_path))


def test_new_does_not_overwrite(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue(corpus, "")
    assert "there is a catalogue already" in run(monkeypatch, "new", str(corpus))


def test_new_writes_a_catalogue_that_can_be_read(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from regesta.corpus import load

    (corpus / "Über »a«.txt").write_text(GOOD)
    (corpus / "b").mkdir()
    (corpus / "b" / "x.md").write_text(GOOD)
    monkeypatch.setattr(sys, "argv", ["regesta", "new", str(corpus)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 0
    made = load(corpus)
    assert [source.id for source in made.sources] == ["b-x", "uber-a"]
    assert made.assumptions == ()
