"""Writes a first catalogue for a folder of texts."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from regesta.corpus import CATALOGUE, Corpus, assume
from regesta.errors import RegestaError, reason

_HEAD = """\
# The catalogue of this corpus. Lines that begin with # are to be filled in or left out.

[corpus]
name = {name}
title = {title}
# description = "What these papers are."
# voice = "Whose voice they are, and what they leave out."
# limits = "What a reader must know before relying on them."
# content_notice = "What in them may distress."
# rights = "Who holds the rights in the texts."
language = "en"
# keywords = ["official documents"]

# [[corpus.licenses]]
# name = "CC-BY-4.0"
# title = "Creative Commons Attribution 4.0 International"
# path = "https://creativecommons.org/licenses/by/4.0/"

# [[corpus.contributors]]
# title = "Your name"
# roles = ["dataCurator"]
"""
_SOURCE = """
[[source]]
id = {id}
path = {path}
sha256 = {sha256}
# title = "Title of the source"
# publisher = "Who published it"
# url = "https://…"
# retrieved = 2020-01-31
"""


def write_new(folder: Path) -> Path:
    """Write `corpus.toml` for the texts in a folder; gives its path.

    Raises:
        RegestaError: there is a catalogue already, there are no texts, or it cannot be written.
    """
    path = folder / CATALOGUE
    if not folder.is_dir():
        raise RegestaError(f"{folder}: no such folder; name the folder that holds the texts")
    if path.exists():
        raise RegestaError(f"{path}: there is a catalogue already; edit it, or move it away first")
    text = first_catalogue(assume(folder), folder)
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RegestaError(f"{path}: cannot be written ({reason(error)}); give the right to write") from None
    return path


def first_catalogue(corpus: Corpus, folder: Path) -> str:
    """The text of a first catalogue: what can be known, and places for what only people know."""
    parts = [_HEAD.format(name=_quoted(corpus.name), title=_quoted(corpus.title))]
    for source in corpus.sources:
        digest = hashlib.sha256((folder / source.path).read_bytes()).hexdigest()
        parts.append(_SOURCE.format(id=_quoted(source.id), path=_quoted(source.path), sha256=_quoted(digest)))
    return "".join(parts)


def _quoted(text: str) -> str:
    """A TOML basic string: its escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)
