"""The review loop: candidates listed for an editor, and what the editor decides taken into the authority files."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from rapidfuzz import fuzz, process

from regesta.corpus import slug
from regesta.entities.authority import COLUMNS, FILES, IGNORED, Authority, load
from regesta.entities.grouping import plain
from regesta.errors import RegestaError

REVIEW = {
    "decision": "add (a new entry), merge (another name of `id`) or ignore (names nothing); empty: later",
    "id": "id of the new entry, or of the entry it is merged into",
    "type": " | ".join(FILES.values()),
    "label": "name in full",
    "variants": "other names, set apart by ' | '",
    "country": COLUMNS["country"],
    "description": COLUMNS["description"],
    "note": COLUMNS["note"],
    "suggestion": "the entry whose name is nearest, to help; not read",
    "mentions": "how often; not read",
    "documents": "in how many papers; not read",
    "examples": "where; not read",
}
_NEAR = 80.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that awaits an editor: how it is spelled, how often, and in which words."""

    id: str
    type: str
    label: str
    spellings: tuple[str, ...]
    mentions: int
    documents: int
    examples: tuple[str, ...]
    suggestion: str | None


def candidates(
    tables: Mapping[str, pa.Table], authority: Authority, least: int = 1, examples: int = 3
) -> list[Candidate]:
    """The candidates of a corpus, the most frequent first.

    Args:
        tables: `entities`, `aliases`, `mentions` and `sentences`.
        authority: the entries to suggest from.
        least: leave out what is named less often.
        examples: how many sentences to show of each.
    """
    shown: dict[str, list[str]] = defaultdict(list)
    sentences = dict(zip(*(tables["sentences"][c].to_pylist() for c in ("sentence_id", "normalized")), strict=True))
    for entity, sentence in zip(
        *(tables["mentions"][c].to_pylist() for c in ("entity_id", "sentence_id")), strict=True
    ):
        if len(shown[entity]) < examples:
            shown[entity].append(sentences[sentence])
    spelled: dict[str, list[str]] = defaultdict(list)
    for entity, alias in zip(*(tables["aliases"][c].to_pylist() for c in ("entity_id", "alias")), strict=True):
        spelled[entity].append(alias)
    names = {name.text: name.entity_id for name in authority.names}
    plains = {text: plain(text) for text in names}
    found = []
    for row in tables["entities"].to_pylist():
        # A part of a law needs no entry: it hangs on its law.
        if row["status"] != "candidate" or row["parent_entity_id"] or row["mentions"] < least:
            continue
        near = process.extractOne(plain(row["label"]), plains, scorer=fuzz.ratio, score_cutoff=_NEAR)
        others = tuple(name for name in sorted(spelled[row["entity_id"]]) if name != row["label"])
        key = row["entity_id"]
        found.append(
            Candidate(
                key, row["type"], row["label"], others, row["mentions"], row["documents"], tuple(shown[key]),
                names[near[2]] if near else None,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (-one.mentions, one.id))


def review_csv(found: Sequence[Candidate]) -> str:
    """Candidates as the CSV file that an editor completes; see `REVIEW` for its columns."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(REVIEW), lineterminator="\n")
    writer.writeheader()
    for one in found:
        writer.writerow(
            {
                "id": one.id.removeprefix("candidate-"),
                "type": one.type,
                "label": one.label,
                "variants": " | ".join(one.spellings),
                "suggestion": one.suggestion,
                "mentions": one.mentions,
                "documents": one.documents,
                "examples": " … ".join(one.examples)[:600],
            }
        )
    return out.getvalue()


def adopt(review: Path, folder: Path) -> dict[str, int]:
    """Take an editor's decisions into the authority files; gives how many were added, merged and ignored.

    Nothing is written unless all of it can be, and what is written is read back first.

    Args:
        review: the completed CSV file.
        folder: the folder of the authority files; made where there is none.

    Raises:
        RegestaError: a decision cannot be followed; the message names file, line and cure.
    """
    decided = _decisions(review)
    files = {stem: _rows(folder / f"{stem}.csv") for stem in FILES}
    ignored = _rows(folder / IGNORED)
    stems = {kind: stem for stem, kind in FILES.items()}
    where = {row["id"]: (stem, row) for stem, rows in files.items() for row in rows}
    for line, row in decided:
        key = row["id"].strip()
        names = [row["label"], *filter(None, (part.strip() for part in row.get("variants", "").split("|")))]
        if row["decision"] == "ignore":
            ignored += [{"name": name, "note": row.get("note", "")} for name in names]
        elif row["decision"] == "add":
            if row["type"] not in stems:
                raise RegestaError(f"{review}:{line}: type {row['type']!r}; the types are {', '.join(stems)}")
            if key in where:
                raise RegestaError(
                    f"{review}:{line}: id {key!r} stands already in {where[key][0]}.csv; use merge, or another id"
                )
            entry = {name: row.get(name, "") for name in COLUMNS} | {"id": key or slug(row["label"])}
            files[stems[row["type"]]].append(entry)
            where[entry["id"]] = (stems[row["type"]], entry)
        else:
            if key not in where:
                raise RegestaError(f"{review}:{line}: no entry has the id {key!r}; to merge, enter the id of an entry")
            entry = where[key][1]
            known = [entry["label"], *filter(None, (part.strip() for part in entry.get("variants", "").split("|")))]
            entry["variants"] = " | ".join([*known[1:], *(name for name in dict.fromkeys(names) if name not in known)])
    _write(folder, files, ignored)
    counts = [row["decision"] for _, row in decided]
    return {name: counts.count(name) for name in ("add", "merge", "ignore")}


def _decisions(review: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        reader = csv.DictReader(review.read_text(encoding="utf-8-sig").splitlines(keepends=True))
    except OSError as error:
        raise RegestaError(
            f"{review}: cannot be read ({error.strerror}); write one with: regesta candidates --csv"
        ) from None
    except UnicodeDecodeError:
        raise RegestaError(f"{review}: not UTF-8; save the file as UTF-8") from None
    missing = {"decision", "id", "type", "label"} - set(reader.fieldnames or ())
    if missing:
        raise RegestaError(
            f"{review}:1: the column {sorted(missing)[0]} is missing; keep the columns as they were written"
        )
    found = []
    for row in reader:
        decision = (row["decision"] or "").strip().lower()
        if decision not in ("", "add", "merge", "ignore"):
            raise RegestaError(
                f"{review}:{reader.line_num}: decision {row['decision']!r}; write add, merge, ignore or nothing"
            )
        if decision:
            found.append((reader.line_num, {k: v or "" for k, v in row.items() if k} | {"decision": decision}))
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{k: v or "" for k, v in row.items() if k} for row in csv.DictReader(file)]


def _write(folder: Path, files: Mapping[str, list[dict[str, str]]], ignored: list[dict[str, str]]) -> None:
    """Write beside, read back as a corpus would, then put in place: a bad decision leaves the files as they were."""
    beside = folder.with_name(folder.name + ".new")
    beside.mkdir(parents=True, exist_ok=True)
    for path in beside.glob("*.csv"):
        path.unlink()
    columns: dict[str, list[str]] = {f"{stem}.csv": list(COLUMNS) for stem in FILES} | {IGNORED: ["name", "note"]}
    rows = {f"{stem}.csv": sorted(entries, key=lambda row: row["id"]) for stem, entries in files.items()}
    rows[IGNORED] = sorted({row["name"]: row for row in ignored}.values(), key=lambda row: row["name"])
    for name, entries in rows.items():
        if entries:
            with (beside / name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns[name], lineterminator="\n", extrasaction="ignore", restval="")
                writer.writeheader()
                writer.writerows(entries)
    try:
        load(beside)
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(beside.glob("*.csv")):
            path.replace(folder / path.name)
    finally:
        for path in beside.glob("*.csv"):
            path.unlink()
        beside.rmdir()
