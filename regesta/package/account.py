"""What a run came to, as Markdown: row counts, quality, warnings and the way to the release."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from regesta import aside, expectations
from regesta.package.describe import path_of
from regesta.package.release import Published, latest_release
from regesta.package.verify import DESCRIPTOR

_EXAMPLE = 160


def account(published: Published, corpus: Path, notes: Sequence[str] = ()) -> str:
    """The account of a run that ended well.

    Args:
        published: what came of the publication.
        corpus: the folder of the corpus, for its expectations.
        notes: what else went on, a line each.
    """
    state = "new" if published.new else "unchanged: nothing has changed since it was made"
    parts = [f"# Release {published.version}", f"{_link(published.folder)} ({state})", *_list("Notes", notes)]
    parts += _list("Set aside", aside.of_release(published.folder))
    parts += ["## Rows", _table(("table", "rows"), published.rows.items())]
    parts += ["## Quality", "Every file, key, reference and address was checked; no rule is broken."]
    if measured := list(_expected(published.folder, corpus)):
        parts.append(_table(("expectation", "bound", "found"), measured))
    warnings = _warnings(published.folder)
    parts += ["## Warnings", _table(("issue", "rows", "the first"), warnings) if warnings else "None."]
    return "\n\n".join(parts) + "\n"


def account_of_failure(error: BaseException, out: Path, notes: Sequence[str] = ()) -> str:
    """The account of a run that failed: why, and the release that stands.

    Args:
        error: what stopped the run.
        out: the folder of the releases.
        notes: what else went on, a line each.
    """
    latest = latest_release(out)
    stands = f"The latest release is as it was: {_link(out / latest)}" if latest else "There is no release yet."
    why = f"```\n{str(error).replace('```', '')}\n```"
    return "\n\n".join(["# Nothing was published", why, stands, *_list("Notes", notes)]) + "\n"


def _link(folder: Path) -> str:
    return f"[{folder.name}]({(folder / DESCRIPTOR).resolve().as_uri()})"


def _list(title: str, notes: Sequence[str]) -> list[str]:
    return [f"## {title}", "\n".join(f"* {_cell(note)}" for note in notes)] if notes else []


def _expected(folder: Path, corpus: Path) -> Iterable[tuple[str, str, str]]:
    """Each expectation with its bound and what was found."""
    expected = expectations.load(corpus)
    bounds = [(m, f"at least {least:g}") for m, least in expected.floors.items()]
    bounds += [(m, f"at most {most:g}") for m, most in expected.ceilings.items()]
    for measure, bound in bounds:
        name = expectations.table_of(measure)
        yield measure, bound, f"{expectations.measure({name: folder / path_of(name)}, measure):g}"


def _warnings(folder: Path) -> list[tuple[str, int, str]]:
    """The issues of a release by their code: how many, and the words of the first."""
    path = folder / path_of("issues")
    if not path.is_file():
        return []
    table = pq.read_table(path, columns=["code", "message"])
    counted: pa.Table = table.group_by("code", use_threads=False).aggregate([("code", "count"), ("message", "first")])
    rows = zip(*(counted[c].to_pylist() for c in ("code", "code_count", "message_first")), strict=True)
    return sorted((code, rows, message[:_EXAMPLE]) for code, rows, message in rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(value: object) -> str:
    """A value in a line of Markdown: what came from outside makes no mark-up."""
    text = " ".join(str(value).split())
    return json.dumps(text, ensure_ascii=False)[1:-1].replace("|", "\\|").replace("<", "&lt;").replace('\\"', '"')
