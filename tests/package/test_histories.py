"""Histories of a corpus, each with the version and the reasons that it must give."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from regesta import corpus, stages
from regesta.errors import RegestaError
from regesta.package import release
from regesta.package.changes import compare
from regesta.package.report import write_changes
from regesta.package.retraction import tombstone
from regesta.package.verify import verify
from regesta.package.version import change_of

DAY = dt.date(2001, 2, 3)
ANTHOLOGY = "harbour-board.md"


def publish(folder: Path, out: Path, edit=None) -> release.Published:
    described = corpus.load(folder)
    read = stages.ingest(folder, described, described.sources)
    cut = stages.segment(read, described.sources)
    merged = stages.merge([read, cut, stages.extract({**read, **cut})])
    tables = stages.finish(merged, folder, described)
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
    counts = {"mentions", "documents", "first_date", "last_date"}
    # The row of the edited source itself is another; every other row is recognised. An entity that the new paper names
    # is named once more, which is all that changes of it.
    touched = {
        (row["table_name"], row["old_id"])
        for row in changes
        if row["old_id"] and not (row["table_name"] == "entities" and row["field"] in counts)
    }
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
        with compare(before, now) as found:
            rows = found.table("changes").to_pylist()
            assert {(row["kind"], row["field"]) for row in rows} == kinds
            assert {row["reason"] for row in rows} == {"code changed"}
            assert change_of(found.kinds(), metadata_differs=True) == step


def test_new_metadata_is_a_patch(loose: Path, tmp_path: Path) -> None:
    publish(loose, tmp_path / "out")
    catalogue = loose / "corpus.toml"
    catalogue.write_text(catalogue.read_text().replace("Papers about the north pier", "Papers on the north pier"))
    made = publish(loose, tmp_path / "out")
    assert made.version == "1.0.1"
    assert history(made) == ([], [])
    assert "Documents changed: CITATION.cff, README.md," in (made.folder / "CHANGELOG.md").read_text()


def test_a_retraction_keeps_the_place_and_takes_the_data(loose: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(loose, out)
    note = loose / "untitled-note.txt"
    note.write_text(note.read_text() + "Nobody came. ")
    second = publish(loose, out)
    sums = (second.folder / "SHA256SUMS").read_text()
    release.retract(out, "1.1.0", "the note was not hers", DAY)
    assert [path.name for path in second.folder.iterdir()] == ["tombstone.json"]
    stone = tombstone(second.folder)
    assert stone.reason == "the note was not hers"
    assert all(f"{digest}  {name}\n" in sums for name, digest in stone.files.items())
    assert release.latest_release(out) == "1.0.0"
    entries = json.loads((out / "releases.json").read_text())
    assert [entry.get("reason") for entry in entries] == [None, "the note was not hers"]
    [problem] = verify(second.folder)
    assert "retracted on 2001-02-03: the note was not hers" in str(problem)
    note.write_text(note.read_text().replace("Nobody came. ", ""))
    assert not publish(loose, out).new
    note.write_text(note.read_text() + "Somebody came. ")
    third = publish(loose, out)
    assert third.version == "1.2.0"
    assert {row["reason"] for row in history(third)[0]} == {"source changed"}


def test_a_retraction_cut_off_is_completed(loose: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = publish(loose, out)
    (made.folder / "tombstone.json").write_text(
        json.dumps(
            {"version": "1.0.0", "released": "2001-02-03", "retracted": "2001-02-04", "reason": "x", "files": {}}
        )
    )
    assert release.latest_release(out) is None
    release.retract(out, "1.0.0", "another reason", DAY)
    assert [path.name for path in made.folder.iterdir()] == ["tombstone.json"]
    assert tombstone(made.folder).reason == "x"
    assert publish(loose, out).version == "1.1.0"


def test_what_cannot_be_retracted(loose: Path, tmp_path: Path) -> None:
    publish(loose, tmp_path / "out")
    with pytest.raises(RegestaError, match=r"no release '9\.9\.9' here; releases here: 1\.0\.0"):
        release.retract(tmp_path / "out", "9.9.9", "x", DAY)
    with pytest.raises(RegestaError, match="needs a reason"):
        release.retract(tmp_path / "out", "1.0.0", " ", DAY)


def test_diff_of_two_releases(loose: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(loose, out)
    note = loose / "untitled-note.txt"
    note.write_text(note.read_text() + "Nobody came. ")
    publish(loose, out)
    published = pq.read_table(out / "1.1.0" / "changes.parquet")
    with release.diff(out / "1.0.0", out / "1.1.0") as found:
        assert found.table("changes").equals(published)
        write_changes(found, tmp_path / "c.parquet")
        write_changes(found, tmp_path / "c.json")
        with pytest.raises(RegestaError, match=r"ends in \.parquet or \.json"):
            write_changes(found, tmp_path / "c.txt")
    rows = published.to_pylist()
    assert rows
    assert pq.read_table(tmp_path / "c.parquet").to_pylist() == rows
    assert json.loads((tmp_path / "c.json").read_text()) == rows
    with pytest.raises(RegestaError, match="no release that can be read"):
        release.diff(out / "1.0.0", out / "7.0.0")


def test_a_correction_is_a_patch_with_its_reason(loose: Path, tmp_path: Path) -> None:
    publish(loose, tmp_path / "out")
    line = "documents,board@491-815,place,Port Ellery,Westhaven,see his diary,editor"
    (loose / "corrections.csv").write_text(f"table,address,field,expected,value,reason,by\n{line}\n")
    made = publish(loose, tmp_path / "out")
    assert made.version == "1.0.1"
    changes, _ = history(made)
    assert {(row["field"], row["reason"]) for row in changes} == {("place", "correction"), ("method", "correction")}
    assert "1 in `documents`" in (made.folder / "README.md").read_text()
