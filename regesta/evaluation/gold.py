"""Hand annotations: papers with their spans, and one TSV file per paper and layer."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regesta.errors import RegestaError, reason

PAPERS = "documents.jsonl"
LAYERS = ("dates", "entities", "figures")


@dataclass(frozen=True)
class Paper:
    """An annotated paper: its name, the checksum of its source file, its span there, and what is said of it."""

    name: str
    sha256: str
    start: int
    end: int
    facts: dict[str, str]


@dataclass(frozen=True)
class Annotation:
    """An annotated span, in code points of its source's text, with the other columns of its line."""

    start: int
    end: int
    values: dict[str, str]


def papers(folder: Path) -> list[Paper]:
    """The annotated papers of a folder.

    Raises:
        RegestaError: the folder has no list of papers, or a line of it cannot be read.
    """
    path = folder / PAPERS
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "not UTF-8"
        raise RegestaError(f"{path}: cannot be read ({why}); name a folder of annotations") from None
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            row: dict[str, Any] = json.loads(line)
            name, sha256 = str(row.pop("doc")), str(row.pop("sha256"))
            start, end = int(row.pop("char_start")), int(row.pop("char_end"))
        except (ValueError, KeyError, AttributeError) as error:
            raise RegestaError(f"{path}:{number}: no annotated paper: {error}") from None
        found.append(Paper(name, sha256, start, end, {key: str(value) for key, value in row.items()}))
    return found


def read_layer(folder: Path, layer: str, paper: Paper, text: str) -> list[Annotation] | None:
    """A paper's annotations of a layer, or None if nobody annotated it.

    Args:
        folder: the folder of annotations.
        layer: the layer, the name of a folder in it.
        paper: the paper.
        text: the text of its source.

    Raises:
        RegestaError: a line names words that are not there.
    """
    path = folder / layer / f"{paper.name}.tsv"
    if not path.is_file():
        return None
    lines = text[paper.start : paper.end].split("\n")
    starts = [paper.start]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    found = []
    with path.open(encoding="utf-8", newline="") as file:
        for place, row in enumerate(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE), start=2):
            try:
                number, surface = int(row.pop("line")) - 1, row.pop("surface")
                start = starts[number] + _occurrence(lines[number], surface, int(row.pop("occ")))
            except (ValueError, KeyError, IndexError, AttributeError):
                raise RegestaError(f"{path}:{place}: these words are not in the paper at this line") from None
            found.append(Annotation(start, start + len(surface), dict(row)))
    return found


def _occurrence(line: str, surface: str, number: int) -> int:
    """Where the n-th occurrence of some words stands in a line, counted without overlap."""
    at = -len(surface)
    for _ in range(number):
        at = line.index(surface, at + len(surface))
    return at
