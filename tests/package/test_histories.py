"""Histories of a corpus, each with the version and the reasons that it must give."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from regesta import corpus, stages
from regesta.package import release
from regesta.package.changes import compare
from regesta.package.reasons import reasons
from regesta.package.verify import verify
from regesta.package.version import change_of

DAY = dt.date(2001, 2, 3)
ANTHOLOGY = "harbour-board.md"


def publish(folder: Path, out: Path, edit=None) -> release.Published:
    described = corpus.load(folder)
    read = stages.ingest(folder, described, described.sources)
    cut = stages.segment(read, described.sources)
    tables = stages.merge([read, cut, stages.extract({**read, **cut})])
    made = release.publish(edit(tables) if edit else tables, described, out, DAY)
    assert verify(made.folder) == []
    return made


@pytest.fixture
def loose(harbour: Path) -> Path:
    """The made-up corpus without checksums, so that its files may be edited."""
    catalogue = harbour / "corpus.toml"
    catalogue.write_text("\n".join(line for line in catalogue.read_text().split("\n") if not line.startswith("sha256")))
    return harbour


def history(made: release.Published) -> tuple[list[dict], list[dict]]:
    return tuple(pq.read_table(made.folder / f"{name}.parquet").to_pylist() for name in ("changes", "id_map"))


def test_a_first_release_has_no_history(loose: Path, tmp_path: Path) -> None:
    made = publish(loose, tmp_path / "out")
    assert history(made) == ([], [])
    assert "First release." in (made.folder / "CHANGELOG.md").read_text()


def test_nothing_changed(loose: Path, tmp_path: Path) -> None:
    publish(loose, tmp_path / "out")
    assert not publish(loose, tmp_path / "out").new


def test_a_typo_mended(loose: Path, tmp_path: Path) -> None:
    publish(loose, tmp_path / "out")
    path = loose / ANTHOLOGY
    path.write_text(path.read_text().replace("six weeks", "about six weeks"))
    made = publish(loose, tmp_path / "out")
    assert made.version == "1.0.1"
    changes, moved = history(made)
    assert {row["reason"] for row in changes} == {"source changed"}
    assert {row["kind"] for row in changes} == {"changed"}
    [sentence] = [row for row in changes if row["table_name"] == "sentences" and row["field"] == "text"]
    assert sentence["old_value"] == "2. Asks the engineer to report within six weeks;"
    assert sentence["new_value"] == "2. Asks the engineer to report within about six weeks;"
    assert {"table_name": "sentences", "old_id": sentence["old_id"], "new_id": sentence["new_id"]} in moved
    assert "1.0.1" in (made.folder / "CHANGELOG.md").read_text()
    assert "First release." in (made.folder / "CHANGELOG.md").read_text()


def test_a_paper_put_before_the_others_leaves_them_the_same(loose: Path, tmp_path: Path) -> None:
    first = publish(loose, tmp_path / "out")
    path = loose / ANTHOLOGY
    paper = "# Petition of the widow to the Harbour Board\n\nI ask for bread.\n\nPort Ellery, 30 January 1978\n\n"
    path.write_text(paper + path.read_text())
    made = publish(loose, tmp_path / "out")
    assert made.version == "1.1.0"
    changes, moved = history(made)
    others = sum(first.rows.values())
    touched = {(row["table_name"], row["old_id"]) for row in changes if row["old_id"]}
    # The row of the edited source itself is another; every other row is recognised.
    assert touched == {("sources", "board")}
    assert len(touched) <= 0.01 * others
    assert Counter(row["table_name"] for row in moved)["documents"] == 2
    added = [row for row in changes if row["kind"] == "added"]
    assert {row["reason"] for row in added} == {"source changed"}
    assert Counter(row["table_name"] for row in added)["documents"] == 1


def test_a_paper_taken_out(loose: Path, tmp_path: Path) -> None:
    publish(loose, tmp_path / "out")
    catalogue = loose / "corpus.toml"
    entries = catalogue.read_text().split("\n[[source]]")
    catalogue.write_text("\n[[source]]".join(e for e in entries if 'id = "note"' not in e))
    made = publish(loose, tmp_path / "out")
    changes, _ = history(made)
    assert made.version == "1.0.1"
    assert {(row["kind"], row["reason"]) for row in changes} == {("removed", "source changed")}


def test_a_column_added_and_one_renamed(harbour_tables: stages.Tables) -> None:
    now = {"documents": harbour_tables["documents"]}
    without = {"documents": now["documents"].drop_columns(["place"])}
    names = ["locality" if name == "place" else name for name in now["documents"].column_names]
    renamed = {"documents": now["documents"].rename_columns(names)}
    for before, kinds, step in (
        (without, {("column_added", "place")}, "minor"),
        (renamed, {("column_added", "place"), ("column_removed", "locality")}, "major"),
    ):
        found = compare(before, now, reasons(before, now))
        assert {(row["kind"], row["field"]) for row in found.changes.to_pylist()} == kinds
        assert {row["reason"] for row in found.changes.to_pylist()} == {"code changed"}
        assert change_of(found.kinds(), metadata_differs=True) == step


def test_new_metadata_is_a_patch(loose: Path, tmp_path: Path) -> None:
    publish(loose, tmp_path / "out")
    catalogue = loose / "corpus.toml"
    catalogue.write_text(catalogue.read_text().replace("Papers about the north pier", "Papers on the north pier"))
    made = publish(loose, tmp_path / "out")
    assert made.version == "1.0.1"
    assert history(made) == ([], [])
    assert "Metadata only" in (made.folder / "CHANGELOG.md").read_text()
