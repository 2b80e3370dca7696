"""The stage on the first corpus and on small ones: the gate, shards, order, the review loop, dates, the commands."""

import csv
import itertools

import pytest
from typer import Typer
from typer.testing import CliRunner

from flows import names as commands
from regesta import corpus, stages
from regesta.entities import review
from regesta.entities.authority import Authority, load
from regesta.entities.conclude import conclude
from regesta.errors import RegestaError
from regesta.linking import link
from regesta.package.verify import check_tables
from regesta.tables import TABLES
from regesta.tables.frictionless import table_schema
from regesta.timeline import timeline
from tests.conftest import write_loose_release

from ..conftest import RAW


def build(folder, authority, groups=None):
    described = corpus.load(folder)
    shards = []
    for sources in groups or [described.sources]:
        read = stages.ingest(folder, described, sources)
        cut = stages.segment(read, sources)
        shards += [read, cut, stages.extract({**read, **cut}, authority)]
    return stages.merge(shards, authority)


@pytest.fixture(scope="module")
def first():
    authority = load(RAW / "authority")
    return authority, build(RAW, authority)


def problems(tables):
    descriptor = {"resources": [{"name": n, "schema": table_schema(TABLES[n], tables)} for n in TABLES if n in tables]}
    return check_tables(tables, descriptor)


def test_the_first_corpus_passes_the_gate(first):
    assert problems(first[1]) == []


def test_nothing_depends_on_shards_or_their_order(first):
    authority, tables = first
    sources = corpus.load(RAW).sources
    other = build(RAW, authority, [[source] for source in reversed(sources)])
    assert all(other[name].equals(tables[name]) for name in tables)


def test_every_mention_is_dated_once(first):
    _, tables = first
    assert sorted(tables["dated_entities"]["mention_id"].to_pylist()) == sorted(
        tables["mentions"]["mention_id"].to_pylist()
    )


def test_papers_resolve_their_place_and_issuer(first):
    _, tables = first
    rows = tables["documents"].to_pylist()
    assert any(row["place_entity_id"] for row in rows)
    assert any(row["issuer_entity_id"] for row in rows)


def test_without_authority_files_candidates_take_over():
    tables = build(RAW, Authority())
    assert problems(tables) == []
    assert set(tables["entities"]["status"].to_pylist()) == {"candidate"}
    assert len(tables["mentions"]) > 1500


@pytest.fixture
def small(tmp_path):
    """A corpus of one paper that names somebody nobody knows."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "letter.txt").write_text(
        "Letter from the harbour\n\nOn 3 May 1990 the fleet left Gansbruck. "
        "We saw Anna Berg in Gansbruck, and Anna Berg saw us.\n\n"
        "They sailed from Gansbrück, which France had sold on 1 June 1989, to the north.\n\n4 July 1990\n",
        encoding="utf-8",
    )
    return folder


def test_the_review_loop_end_to_end(small, tmp_path):
    names = load(small / "authority")
    before = build(small, names)
    listed = review.candidates(before, names)
    assert [(one.label, one.type, one.mentions) for one in listed] == [
        ("Gansbruck", "place", 3),
        ("Anna Berg", "person", 2),
    ]
    file = tmp_path / "review.csv"
    file.write_text(review.review_csv(listed), encoding="utf-8")
    rows = list(csv.DictReader(file.open(encoding="utf-8")))
    rows[0] |= {"decision": "add", "id": "gansbruck", "country": "FR"}
    rows[1] |= {"decision": "ignore"}
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert review.adopt(file, small / "authority") == {"add": 1, "merge": 0, "ignore": 1}
    after = build(small, load(small / "authority"))
    entities = {row["entity_id"]: row for row in after["entities"].to_pylist()}
    assert entities["gansbruck"]["status"] == "authority"
    assert entities["gansbruck"]["mentions"] == 3
    assert set(entities) == {"gansbruck", "france"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("keep,x,place,X Town", r"review\.csv:2: decision 'keep'"),
        ("add,x,planet,X Town", r"review\.csv:2: type 'planet'"),
        ("merge,x,place,X Town", r"review\.csv:2: no entry has the id 'x'"),
    ],
)
def test_a_bad_decision_is_told_and_writes_nothing(tmp_path, row, message):
    file = tmp_path / "review.csv"
    file.write_text(f"decision,id,type,label\n{row}\n", encoding="utf-8")
    with pytest.raises(RegestaError, match=message):
        review.adopt(file, tmp_path / "authority")
    assert not (tmp_path / "authority").exists()


def test_dates_govern_by_clause_sentence_paragraph_and_paper(small):
    tables = build(small, load(small / "authority"))
    mentions = {row["mention_id"]: row for row in tables["mentions"].to_pylist()}
    found = [
        (mentions[row["mention_id"]]["surface"], row["edtf"], row["relation"])
        for row in tables["dated_entities"].to_pylist()
    ]
    assert ("Gansbruck", "1990-05-03", "clause") in found
    assert ("Anna Berg", "1990-05-03", "paragraph") in found
    assert ("Gansbrück", "1989-06-01", "sentence") in found
    assert ("France", "1989-06-01", "clause") in found


def test_a_date_of_an_instrument_dates_nothing_else(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    text = "By Resolution 12 and Resolution 13 of 3 May 1990 France was bound.\n\nResolutions 14, 15 and 16 of 1991 say no more.\n"  # noqa: E501
    (folder / "a.txt").write_text(text, encoding="utf-8")
    tables = build(folder, load(folder / "authority"))
    mentions = {row["mention_id"]: row["surface"] for row in tables["mentions"].to_pylist()}
    found = {mentions[row["mention_id"]]: row["edtf"] for row in tables["dated_entities"].to_pylist()}
    assert found["Resolution 13"] == "1990-05-03"
    assert found["France"] is None
    assert [found[number] for number in ("14", "15", "16")] == ["1991"] * 3


def test_the_timeline_is_in_order_of_dates(first):
    _, tables = first
    entries = timeline(tables, "Baku", own_dates=False)
    starts = [entry.start for entry in entries if entry.start]
    assert starts == sorted(starts)
    assert all(a.start is not None or b.start is None for a, b in itertools.pairwise(entries))
    with pytest.raises(RegestaError, match=r"near names: .*'Baku'"):
        timeline(tables, "Bakku")


def test_the_commands(first, tmp_path):
    _, tables = first
    release = tmp_path / "release"
    write_loose_release(release, tables)
    app = Typer()
    for command in (commands.candidates, commands.adopt, commands.timeline):
        app.command()(command)
    run = CliRunner().invoke
    shown = run(app, ["timeline", "Baku", "--release", str(release)])
    assert shown.exit_code == 0
    assert "1990-01" in shown.output
    listed = run(app, ["candidates", "--corpus", str(RAW), "--release", str(release)])
    assert listed.exit_code == 0
    assert "candidates" in listed.output
    written = run(
        app, ["candidates", "--corpus", str(RAW), "--release", str(release), "--csv", str(tmp_path / "r.csv")]
    )
    assert written.exit_code == 0
    assert (tmp_path / "r.csv").read_text(encoding="utf-8").startswith("decision,id,type")


def test_linking_and_conclusion_take_empty_tables(small):
    authority = load(small / "authority")
    tables = build(small, authority)
    empty = {name: table.slice(0, 0) for name, table in tables.items()}
    assert len(link(empty)["dated_entities"]) == 0
    assert len(conclude(empty, authority)["entities"]) == 0
