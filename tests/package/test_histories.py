"""Histories of a corpus, each with the version and the reasons that it must give.

The first six are those that anybody meets: nothing changed; a typo mended; a paper put before the others; a column
added; a column renamed; a correction, and a retraction.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regesta import stages
from regesta.entities import authority
from regesta.errors import RegestaError
from regesta.package import datasheet, release
from regesta.package.report import write_changes
from regesta.package.retraction import tombstone
from regesta.package.verify import verify
from regesta.tables import TABLES, Field
from tests.conftest import RAW

DAY = dt.date(2001, 2, 3)
ANTHOLOGY = "harbour-board.md"


def publish(folder: Path, out: Path, edit=None) -> release.Published:
    """The build, stage by stage, without Prefect; `edit` changes the tables as another version of the code would."""
    described = stages.ready(folder)
    names = authority.load(folder / authority.FOLDER)
    read = stages.ingest(folder, described, described.sources)
    cut = stages.segment(read, described.sources)
    merged = stages.merge([read, cut, stages.extract({**read, **cut}, names)], names)
    tables = stages.finish(merged, folder, described)
    with pytest.MonkeyPatch.context() as patch:
        if edit:
            tables = edit(tables, patch)
        made = release.publish(tables, described, out, DAY, names.sha256)
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


def known_as(patch: pytest.MonkeyPatch, fields: list[Field]) -> None:
    """Let the registry know `documents` by these fields, as another version of the code does."""
    by_name = {field.name: field for field in fields}
    patch.setitem(TABLES, "documents", replace(TABLES["documents"], fields=tuple(fields), by_name=by_name))


def without_outlet(tables: stages.Tables, patch: pytest.MonkeyPatch) -> stages.Tables:
    known_as(patch, [field for field in TABLES["documents"].fields if field.name != "outlet"])
    return {**tables, "documents": tables["documents"].drop_columns(["outlet"])}


def outlet_called_carrier(tables: stages.Tables, patch: pytest.MonkeyPatch) -> stages.Tables:
    fields = TABLES["documents"].fields
    known_as(patch, [replace(field, name="carrier") if field.name == "outlet" else field for field in fields])
    names = ["carrier" if name == "outlet" else name for name in tables["documents"].column_names]
    return {**tables, "documents": tables["documents"].rename_columns(names)}


def outlets_not_found(tables: stages.Tables, _patch: pytest.MonkeyPatch) -> stages.Tables:
    documents = tables["documents"]
    column = documents.schema.get_field_index("outlet")
    empty = pa.nulls(len(documents), pa.string())
    return {**tables, "documents": documents.set_column(column, documents.schema.field(column), empty)}


def test_a_column_added(loose: Path, tmp_path: Path) -> None:
    publish(loose, tmp_path / "out", without_outlet)
    made = publish(loose, tmp_path / "out")
    assert made.version == "1.1.0"
    [change], moved = history(made)
    assert (change["table_name"], change["kind"], change["field"]) == ("documents", "column_added", "outlet")
    assert change["reason"] == "code changed"
    assert moved == []


def test_a_column_renamed(loose: Path, tmp_path: Path) -> None:
    publish(loose, tmp_path / "out", outlet_called_carrier)
    made = publish(loose, tmp_path / "out")
    assert made.version == "2.0.0"
    changes, moved = history(made)
    kinds = {(row["kind"], row["field"]) for row in changes}
    assert kinds == {("column_added", "outlet"), ("column_removed", "carrier")}
    assert {row["reason"] for row in changes} == {"code changed"}
    assert moved == []


def test_a_correction_and_its_retraction(loose: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(loose, out)
    line = "documents,board@491-815,place,Port Ellery,Westhaven,see his diary,editor"
    (loose / "corrections.csv").write_text(f"table,address,field,expected,value,reason,by\n{line}\n")
    made = publish(loose, out)
    assert made.version == "1.0.1"
    changes, _ = history(made)
    assert {(row["field"], row["reason"]) for row in changes} == {("place", "correction"), ("method", "correction")}
    assert "1 in `documents`" in (made.folder / "README.md").read_text()
    release.retract(out, "1.0.1", "the diary is forged", DAY)
    (loose / "corrections.csv").unlink()
    assert publish(loose, out).version == "1.0.0"
    # What a later code makes otherwise is told against the release that stands, with what came between.
    made = publish(loose, out, outlets_not_found)
    assert made.version == "1.0.2"
    assert {row["reason"] for row in history(made)[0]} == {"retraction"}


# --- the same on papers as they are -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, release.Published]:
    """The papers as they are, without checksums so that they may be edited, and a release of them."""
    folder = Path(shutil.copytree(RAW, tmp_path_factory.mktemp("papers") / "raw"))
    catalogue = (folder / "corpus.toml").read_text(encoding="utf-8")
    (folder / "corpus.toml").write_text("\n".join(x for x in catalogue.split("\n") if not x.startswith("sha256")))
    return folder, publish(folder, folder.parent / "out")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", ["listed", "before the title page", "after the contents", "before one alone"])
def test_a_paper_put_before_others_leaves_their_rows_the_same(
    published: tuple[Path, release.Published], tmp_path: Path, place: str
) -> None:
    """An invented paper put before papers as they are: it is one of its own, and 99 % of the other rows are known."""
    papers, first = published
    folder = Path(shutil.copytree(papers, tmp_path / "raw"))
    out = Path(shutil.copytree(first.folder.parent, tmp_path / "out"))
    heads = pq.read_table(first.folder / "data" / "documents.parquet").to_pylist()
    alone = Counter(row["source_id"] for row in heads)
    head = next(
        row for row in heads if row["kind"] != "contents" and (alone[row["source_id"]] == 1) == ("alone" in place)
    )
    sources = {source.id: source.path for source in stages.ready(folder).sources}
    path = folder / sources[head["source_id"]]
    text = path.read_text(encoding="utf-8")
    title = "STATEMENT OF THE HARBOUR BOARD"
    at = head["char_start"] if place in ("listed", "after the contents") else 0
    before = text[:at].replace("CONTENTS\n\n", f"CONTENTS\n\n{title}.....\t5\n", place == "listed")
    paper = f"{title}\n\nThe board met on 3 May 2005 and asked for bread.\n\n4 May 2005\n\n"
    path.write_text(before + paper + text[at:], encoding="utf-8")
    made = publish(folder, out)
    changes, moved = history(made)
    assert (Path(made.folder).name, {row["reason"] for row in changes}) == ("1.1.0", {"source changed"})
    [new] = [row["new_id"] for row in changes if (row["table_name"], row["kind"]) == ("documents", "added")]
    found = {row["document_id"]: row for row in pq.read_table(made.folder / "data" / "documents.parquet").to_pylist()}
    assert len(found) == len(heads) + 1
    assert (found[new]["title"], found[new]["date_edtf"], found[new]["kind"]) == (title, "2005-05-04", "statement")
    assert found[new]["text"] == paper.strip()
    rows = sum(first.rows[name] for name in first.rows)
    gone = {(row["table_name"], row["old_id"]) for row in changes if row["old_id"]}
    recognised = 1 - len(gone) / rows
    print(f"{recognised:.4%} of {rows} rows recognised as the same, {len(moved)} of them at another address")
    assert recognised >= 0.99
    of_source = {row["table_name"] for row in moved if row["old_id"].startswith(f"{head['source_id']}@")}
    assert {"documents", "blocks", "sentences", "dates", "mentions"} <= of_source


# --- more -------------------------------------------------------------------------------------------------------------


def test_a_first_release_has_no_history(loose: Path, tmp_path: Path) -> None:
    made = publish(loose, tmp_path / "out")
    assert history(made) == ([], [])
    assert "First release." in (made.folder / "CHANGELOG.md").read_text()


def test_a_paper_taken_out(loose: Path, tmp_path: Path) -> None:
    publish(loose, tmp_path / "out")
    catalogue = loose / "corpus.toml"
    entries = catalogue.read_text().split("\n[[source]]")
    catalogue.write_text("\n[[source]]".join(e for e in entries if 'id = "note"' not in e))
    made = publish(loose, tmp_path / "out")
    changes, _ = history(made)
    assert made.version == "1.0.1"
    assert {(row["kind"], row["reason"]) for row in changes} == {("removed", "source changed")}


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
    with pytest.raises(RegestaError, match="retracted on 2001-02-03: the note was not hers"):
        release.diff(out / "1.0.0", second.folder)
    with pytest.raises(RegestaError, match=r"has no datapackage\.json; .*; releases in it: 1\.0\.0"):
        release.diff(out / "1.0.0", out)
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


def test_an_entry_added_to_the_authority_files(loose: Path, tmp_path: Path) -> None:
    """What is named anew, and what that changes in other tables, changed by it; the rest of the release did not."""
    head = "id,label,variants,country,latitude,longitude,wikidata,valid_from,valid_to,rules,description,note\n"
    (loose / authority.FOLDER).mkdir(exist_ok=True)
    publish(loose, tmp_path / "out")
    places = loose / authority.FOLDER / "places.csv"
    before = places.read_text() if places.is_file() else head
    places.write_text(before + "port-ellery-town,Port Ellery,,,,,,,,,a town,\n")
    made = publish(loose, tmp_path / "out")
    changes, _ = history(made)
    named = {"entities", "aliases", "mentions", "dated_entities"}
    assert {row["reason"] for row in changes} == {"authority changed"}
    assert named <= {row["table_name"] for row in changes}
    assert {row["field"] for row in changes if row["table_name"] in ("documents", "figures")} <= {
        "place_entity_id",
        "issuer_entity_id",
    }
    # A note is nobody's business but the editor's, and the hash alone makes no release.
    places.write_text(places.read_text().replace("a town,", "a town,seen on a map"))
    assert not publish(loose, tmp_path / "out").new


def test_changed_documents_are_a_patch_and_another_version_of_the_code_is_not(
    loose: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    first = publish(loose, out)
    monkeypatch.setattr("regesta.describe.facts.metadata.version", lambda _name: "99.0")
    assert not publish(loose, out).new
    template = datasheet._TEMPLATES.get_template("datasheet.md.j2")
    with monkeypatch.context() as patch:
        patch.setattr(template, "root_render_func", lambda _context: iter(["# Another datasheet\n"]))
        made = publish(loose, out)
        assert not publish(loose, out).new
    assert made.version == "1.0.1"
    assert history(made) == ([], [])
    entry = (made.folder / "CHANGELOG.md").read_text().split("## ")[1]
    assert "Documents changed: README.md, ro-crate-metadata.json; every row is as it was in\n1.0.0." in entry
    assert '"regesta:version": "99.0"' in (made.folder / "prov.json").read_text()
    tables = sorted(path.name for path in (first.folder / "data").iterdir())
    assert all((made.folder / "data" / n).read_bytes() == (first.folder / "data" / n).read_bytes() for n in tables)
    assert publish(loose, out).version == "1.0.2"
