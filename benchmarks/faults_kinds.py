"""The kinds of fault of a build without Prefect's engine: what is broken before it, and what breaks in it.

See `benchmarks.faults` for the command.
"""

from __future__ import annotations

import errno
import io
import os
import random
import shutil
import signal
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.faults_build import OTHER, TIMEOUT, Harm, Scene, at_call, build, told_of
from regesta import stages
from regesta.corpus import load
from regesta.errors import RegestaError
from regesta.fetch.run import fetch
from regesta.fetch.web import Manners
from regesta.package import release
from regesta.package.verify import SUMS
from regesta.segment import Given, rows
from tests.fetch.site import Said, served

# --- kinds of fault ---------------------------------------------------------------------------------------------------
# Each takes the scene, the moment (0 to 1) and the number of calls of a build, breaks what is on disk, and gives what
# else is to break inside the build, with what mends the scene afterwards.

Kind = Callable[[Scene, float, int], tuple[Harm, Harm]]


def _nothing() -> None:
    return None


def _raise(error: BaseException) -> Harm:
    def act() -> None:
        raise error

    return act


def _kill(_scene: Scene, moment: float, calls: int) -> tuple[Harm, Harm]:
    return lambda: at_call(1 + int(moment * calls), lambda: os.kill(os.getpid(), signal.SIGKILL)), _nothing


def _exception(_scene: Scene, moment: float, calls: int) -> tuple[Harm, Harm]:
    errors = (ValueError("injected"), OSError(errno.EIO, "injected"), MemoryError("injected"), KeyError("injected"))
    error = errors[int(moment * 1000) % len(errors)]
    return lambda: at_call(1 + int(moment * calls), _raise(error)), _nothing


def _nth_write(_scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """The n-th of the calls that write to the disk finds it full, and all after it."""
    left = 1 + int(moment * 90)

    def arm() -> None:
        for owner, name in (
            (pq, "write_table"),
            (Path, "write_text"),
            (Path, "write_bytes"),
            (Path, "mkdir"),
            (Path, "rename"),
            (Path, "replace"),
            (os, "fsync"),
            (shutil, "copyfile"),
            (tempfile, "mkdtemp"),
        ):
            setattr(owner, name, _full(getattr(owner, name)))

    def _full(real: Callable[..., Any]) -> Callable[..., Any]:
        def write(*arguments: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left <= 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*arguments, **named)

        return write

    return arm, _nothing


def _large_files(_scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """The system refuses files of more than some size, as a full disk does."""

    def arm() -> None:
        import resource  # noqa: PLC0415 (not on every system)

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        size = 200 + int(moment**2 * 40_000)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return arm, _nothing


def _damaged_output(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """A file of a stage output is cut, emptied, flipped, replaced, removed, or is a folder."""
    paths = sorted(path for path in scene.processed.rglob("*") if path.is_file())
    dice = random.Random(moment)  # noqa: S311
    path = dice.choice(paths)
    data = path.read_bytes()
    match dice.randrange(7):
        case 0:
            path.write_bytes(data[: dice.randrange(len(data))])
        case 1:
            path.write_bytes(b"")
        case 2:
            at = dice.randrange(len(data))
            path.write_bytes(data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :])
        case 3:
            path.write_bytes(dice.choice(paths).read_bytes())
        case 4:
            path.unlink()
        case 5:
            path.unlink()
            path.mkdir()
        case _:
            path.write_text(dice.choice(("[]", "{}", "null", '{"tables": []}', "\0" * 50)))
    return _nothing, _nothing


def _foreign_in_processed(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """Files and folders that are not ours, where outputs are kept."""
    for stage in ("ingest", "segment", "extract"):
        (scene.processed / stage).mkdir(parents=True, exist_ok=True)
        (scene.processed / stage / f"stranger-{moment:.3f}").write_bytes(b"\xff\x00")
        (scene.processed / stage / ".writing-left").mkdir(exist_ok=True)
    return _nothing, _nothing


def _damaged_list(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """`releases.json` is no JSON, lies, is cut, is gone, or leads out."""
    path = scene.out / release.RELEASES
    lies = (b"\xff\xfe\x00", b"[]", b"{", b"", b'[{"version": "9.9.9", "path": "../../etc/passwd"}]', b"null", None)
    lie = lies[int(moment * len(lies))]
    if lie is None:
        path.unlink()
    else:
        path.write_bytes(lie)
    return _nothing, _nothing


def _left_behind(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """What a build that died has left: a folder aside with half a release, a file aside, a folder with a version."""
    latest = scene.out / "1.0.0"
    left = scene.out / (".writing-abc" if moment < 0.5 else "1.1.0")
    shutil.copytree(latest, left)
    (left / SUMS).unlink()
    (scene.out / ".writing-xyz").write_text("half")
    return _nothing, lambda: shutil.rmtree(left, ignore_errors=True)


def _damaged_release(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """A file of the latest release is cut or changed."""
    paths = sorted(p for p in (scene.out / "1.0.0").rglob("*") if p.is_file() and p.name != SUMS)
    path = paths[int(moment * len(paths))]
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] if int(moment * 1000) % 2 else data[:-9] + b"\x00" + data[-8:])
    return _nothing, lambda: path.write_bytes(data) and None


def _changed_while_read(scene: Scene, moment: float, calls: int) -> tuple[Harm, Harm]:
    """Somebody writes to a source while the build is at work."""
    path = _some_source(scene, moment)
    data = path.read_bytes()

    def write() -> None:
        path.write_bytes(data + b"A line that was added meanwhile.\n")

    return lambda: at_call(1 + int(moment**3 * calls * 0.5), write), lambda: path.write_bytes(data) and None


def _unreadable(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """A source is gone, is a folder, or a link that leads nowhere or out of the corpus."""
    path = _some_source(scene, moment)
    data = path.read_bytes()
    path.unlink()
    match int(moment * 1000) % 4:
        case 1:
            path.mkdir()
        case 2:
            path.symlink_to("nowhere")
        case 3:
            path.symlink_to("/etc/hostname")

    def mend() -> None:
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        path.unlink(missing_ok=True)
        path.write_bytes(data)

    return _nothing, mend


def _vanishes(scene: Scene, moment: float, calls: int) -> tuple[Harm, Harm]:
    """A source goes while the build is at work."""
    path = _some_source(scene, moment)
    data = path.read_bytes()
    return lambda: at_call(1 + int(moment**3 * calls * 0.5), path.unlink), lambda: path.write_bytes(data) and None


def _poison(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """A source is no text."""
    path = _some_source(scene, moment)
    data = path.read_bytes()
    bad = (
        b"\x89PNG\r\n\x1a\n" + bytes(20),
        b"",
        b"A text\0of a kind",
        data + b"\xff\xc3",
        b"\xff\xfe\x00\xd8",
        b" \n ",
    )
    path.write_bytes(bad[int(moment * 1000) % len(bad)])
    return _nothing, lambda: path.write_bytes(data) and None


def _stage_breaks(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """A stage breaks on one text, every time; the mended code would have other keys, so its outputs go."""
    words = _some_source(scene, moment).read_bytes()[:60].decode("ascii", "replace").partition("\ufffd")[0]
    stage = ("outline", "find_dates", "mention", "count", "link", "read")[int(moment * 1000) % 6]
    room = rows if stage == "outline" else stages

    def arm() -> None:
        real = getattr(room, stage)

        def broken(*given: Any) -> Any:
            first = given[0]
            texts = (
                first["sources"]["text"].to_pylist()
                if isinstance(first, dict)
                else [*first]
                if isinstance(first, Given)
                else [*given]
            )
            if any(words in (t.decode("utf-8", "replace") if isinstance(t, bytes) else str(t)) for t in texts):
                raise IndexError("injected")
            return real(*given)

        setattr(room, stage, broken)

    return arm, lambda: shutil.rmtree(scene.processed)


def _some_source(scene: Scene, moment: float) -> Path:
    sources = load(scene.corpus).sources
    return scene.corpus / sources[int(moment * 7919) % len(sources)].path


def _two_builds(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """Another build of the same is at work, begun a moment before; `OTHER` says what came of it."""

    def arm() -> None:
        if os.fork() == 0:
            try:
                said = told_of(build(scene))
            except RegestaError as error:
                said = str(error)
            (scene.out.parent / OTHER).write_text(said)
            os._exit(0)
        time.sleep(moment / 2)

    def wait() -> None:
        deadline = time.monotonic() + TIMEOUT
        while not (scene.out.parent / OTHER).is_file() and time.monotonic() < deadline:
            time.sleep(0.05)

    return arm, wait


def _blown_up(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """A document that would fill the memory if it were opened, or is none, among the papers."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("word/document.xml", bytes(300_000_000) if moment < 0.3 else b"<!DOCTYPE a [<!ENTITY a 'b'>]>")
    bad = (
        ("docx", archive.getvalue()),
        ("pdf", b"%PDF-1.7\n1 0 obj <</Length 9999999999>> stream\n" + b"\xff" * 999),
        ("html", b"<html><body>" + b"<div>" * 200_000 + b"<script>while(1){}</script>"),
        ("html", b"<html><body><script>document.write('x')</script></body></html>"),
    )
    suffix, data = bad[int(moment * 1000) % len(bad)]
    (scene.corpus / f"zz-0.{suffix}").write_bytes(data)
    return _nothing, _catalogue(scene, 'path = "zz-0.txt"', f'path = "zz-0.{suffix}"')


def _leads_out(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """A path of the catalogue leads out of the corpus, by its words or through a link."""
    (scene.corpus / "inside").symlink_to(scene.corpus.parent)
    (scene.corpus.parent / "secret.txt").write_text("A secret.\n")
    paths = ("../secret.txt", "/etc/passwd", "inside/secret.txt", "a/../../secret.txt", "..\\\\secret.txt")
    return _nothing, _catalogue(scene, 'path = "zz-0.txt"', f'path = "{paths[int(moment * 1000) % len(paths)]}"')


def _catalogue(scene: Scene, old: str, new: str) -> Harm:
    """Change the catalogue; gives what puts it back."""
    path = scene.corpus / "corpus.toml"
    before = path.read_text()
    path.write_text(before.replace(old, new))
    return lambda: path.write_text(before) and None


def _site(scene: Scene, moment: float, _calls: int) -> tuple[Harm, Harm]:
    """A site that is watched is slow, breaks off, lies about its length, turns in circles, forbids, or is gone."""
    text = {"Content-Type": "text/plain"}
    answers = (
        Said(b"A letter.\n" * 9, headers=text, drip=0.2),
        Said(b"A letter.\n", headers=text, length=99),
        Said(status=302, headers={"Location": "/board"}),
        Said(status=302, headers={"Location": "file:///etc/passwd"}),
        Said(b"x" * 99_000, headers=text),
        Said(b"\x89PNG\r\n\x1a\n", headers={"Content-Type": "image/png"}),
        Said(status=500),
        None,
    )
    said = answers[int(moment * 1000) % len(answers)]
    hasty = Manners(delay=0, timeout=1, most_seconds=1, backoff=0.01, most_bytes=5_000)

    def arm() -> None:
        # In the process of the build: a thread does not live through a fork.
        with served() as site:
            site.answers |= {"/robots.txt": Said(b"User-agent: *\nDisallow: /\n")} if said is None else {"/board": said}
            entry = f'\n[[source]]\nid = "site"\nurl = "{site.address}/board"\nprivate = true\n'
            with (scene.corpus / "corpus.toml").open("a") as file:
                file.write(entry)
            [outcome] = fetch(scene.corpus, hasty)
            if outcome.what != "failed" or not outcome.message:
                raise AssertionError(f"the fetch does not tell what went wrong: {outcome}")

    def mend() -> None:
        shutil.rmtree(scene.corpus / "fetched", ignore_errors=True)
        put_back()

    put_back = _catalogue(scene, "", "")
    return arm, mend


def _clock_back(_scene: Scene, _moment: float, _calls: int) -> tuple[Harm, Harm]:
    """The clock says a day before the last release; `attempt` takes the date from here."""
    return _nothing, _nothing


KINDS: dict[str, tuple[int, Kind]] = {
    "killed": (20, _kill),
    "exception": (16, _exception),
    "disk full at the n-th write": (14, _nth_write),
    "files limited in size": (8, _large_files),
    "damaged stage output": (16, _damaged_output),
    "strangers in processed": (3, _foreign_in_processed),
    "damaged list of releases": (7, _damaged_list),
    "left behind": (5, _left_behind),
    "damaged release": (8, _damaged_release),
    "changed while read": (8, _changed_while_read),
    "unreadable source": (8, _unreadable),
    "vanishing source": (6, _vanishes),
    "no text": (8, _poison),
    "stage breaks on a text": (8, _stage_breaks),
    "two builds": (6, _two_builds),
    "clock back": (3, _clock_back),
    "document blows up": (6, _blown_up),
    "path leads out": (4, _leads_out),
    "site misbehaves": (7, _site),
}
"""What can break, and how often of some two hundred."""
