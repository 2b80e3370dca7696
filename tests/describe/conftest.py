"""Releases to describe: a rich catalogue, a poor one, none; and no way out to the network."""

from __future__ import annotations

import datetime as dt
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from regesta import corpus, stages
from regesta.package import release
from tests.conftest import HARBOUR

DAY = dt.date(2001, 2, 3)

RICH = """
description = "Twelve short made-up papers.\\n\\nA storm, \\"a pier\\" & <more>: é."
homepage = "https://example.org/port-ellery"
rights = "Nobody's."
content_notice = "A storm."

[[corpus.licenses]]
name = "CC-BY-4.0"
title = "Creative Commons Attribution 4.0 International"
path = "https://creativecommons.org/licenses/by/4.0/"

[[corpus.licenses]]
name = "Harbour-Terms"
title = "Terms of the harbour board"
path = "https://example.org/terms"

[[corpus.contributors]]
title = "Ada Maria Quay"
organization = "Harbour Board"
roles = ["dataCurator", "editor"]
path = "https://orcid.org/0000-0002-1825-0097"

[[corpus.contributors]]
title = "Harbour Board"
roles = ["publisher"]
path = "https://example.org/board"

[corpus.coverage]
period = "1975-01-01/1980-12-31"
places = ["Port Ellery"]
"""


def publish(folder: Path, out: Path) -> Path:
    """The release of a corpus, made without Prefect."""
    described = corpus.load(folder)
    read = stages.ingest(folder, described, described.sources)
    cut = stages.segment(read, described.sources)
    tables = stages.merge([read, cut, stages.extract({**read, **cut}), {"issues": stages.corpus_issues(described)}])
    return release.publish(tables, described, out, DAY).folder


def catalogued(folder: Path, more: str) -> Path:
    """A copy of the made-up corpus whose catalogue says something else of the whole."""
    shutil.copytree(HARBOUR, folder)
    text = (folder / "corpus.toml").read_text()
    sources = text[text.index("[[source]]") :]
    head = '[corpus]\nname = "port-ellery"\ntitle = "Papers about the north pier: a \\"title\\""\n'
    (folder / "corpus.toml").write_text(head + more + "\n" + sources)
    return folder


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release of a corpus with much metadata."""
    root = tmp_path_factory.mktemp("rich")
    return publish(catalogued(root / "port", RICH), root / "out")


@pytest.fixture(scope="session", params=["harbour", "rich", "bare"])
def described(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release: of the made-up corpus, of one with much more metadata, and of one with none."""
    root = tmp_path_factory.mktemp("described")
    if request.param == "harbour":
        return publish(HARBOUR, root / "out")
    if request.param == "rich":
        return Path(request.getfixturevalue("rich"))
    shutil.copytree(HARBOUR, root / "bare")
    (root / "bare" / "corpus.toml").unlink()
    return publish(root / "bare", root / "out")


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever asks the network for anything fails."""

    def refuse(*_args: object, **_more: object) -> None:
        raise OSError("this test is offline")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    yield
