"""`regesta.load`: which release, which words, and what it says when something is wrong."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pytest

import regesta
from regesta import RegestaError
from regesta.loading.release import choose
from regesta.package.verify import TOMBSTONE
from tests.loading.conftest import NASTY
from tests.loading.servers import Plain


def entries(*versions: str, retracted: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    return [
        {"version": v, "path": f"{v}/datapackage.json"}
        | ({"retracted": "2001-02-04", "reason": "a name too many"} if v in retracted else {})
        for v in versions
    ]


def test_latest_is_by_number_and_not_retracted() -> None:
    assert choose(entries("1.9.0", "1.10.0"), "latest", "x")["version"] == "1.10.0"
    assert choose(entries("1.9.0", "1.10.0", retracted=("1.10.0",)), "latest", "x")["version"] == "1.9.0"
    assert choose(entries("1.9.0", "1.10.0"), "1.9.0", "x")["version"] == "1.9.0"


def test_a_retracted_version_is_refused_with_its_reason() -> None:
    with pytest.raises(
        RegestaError, match=r"1\.0\.0 was retracted on 2001-02-04: a name too many; take one of: 1\.0\.1"
    ):
        choose(entries("1.0.0", "1.0.1", retracted=("1.0.0",)), "1.0.0", "x")
    with pytest.raises(RegestaError, match="every release was retracted"):
        choose(entries("1.0.0", retracted=("1.0.0",)), "latest", "x")
    with pytest.raises(RegestaError, match=r"no version 3\.0\.0; there are: 1\.0\.0"):
        choose(entries("1.0.0"), "3.0.0", "x")


def test_a_folder_that_holds_a_tombstone_tells_why(tmp_path: Path) -> None:
    stone = {"version": "1.0.0", "retracted": "2001-02-04", "reason": "a name too many"}
    (tmp_path / TOMBSTONE).write_text(json.dumps(stone))
    with pytest.raises(RegestaError, match=r"version 1\.0\.0 was retracted on 2001-02-04: a name too many"):
        regesta.load(tmp_path)


@pytest.mark.parametrize("tail", ["", "/1.0.0", "/1.0.0/", "/1.0.0/datapackage.json"])
def test_a_folder_of_releases_a_release_or_its_descriptor(tail: str, releases: Path) -> None:
    assert regesta.load(f"{releases}{tail}").version == "1.0.0"


@pytest.mark.parametrize("tail", ["", "/1.0.0", "/1.0.0/datapackage.json"])
def test_the_same_at_an_address(tail: str, ranged: tuple[str, type[Plain]]) -> None:
    assert regesta.load(ranged[0] + tail, "1.0.0").version == "1.0.0"


def test_nothing_is_read_before_it_is_asked_for(releases: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(releases, tmp_path / "copy"))
    for path in (folder / "1.0.0" / "data").iterdir():
        path.unlink()
    release = regesta.load(folder)
    assert len(release["documents"]) == release["documents"].rows
    with pytest.raises(RegestaError, match=r"documents\.parquet: cannot be read"):
        release["documents"].arrow()


def test_only_the_columns_asked_for_come_over_the_line(tmp_path: Path) -> None:
    import numpy as np
    import pyarrow.parquet as pq

    from regesta.loading.places import place
    from tests.loading.servers import Ranged, serve

    noise = np.random.default_rng(1).bytes(4_000_000)
    table = pa.table({"a": list(range(1000)), "b": [noise[i * 4000 : (i + 1) * 4000] for i in range(1000)]})
    pq.write_table(table, tmp_path / "big.parquet")
    with serve(tmp_path, Ranged) as (address, handler):
        found = place(address).dataset("big.parquet").to_table(columns=["a"])
        assert found["a"].to_pylist() == list(range(1000))
        assert handler.sent < 500_000 < (tmp_path / "big.parquet").stat().st_size
        assert all(asked for _, path, asked in handler.requests if path == "/big.parquet")


@pytest.mark.parametrize("where", ["folder", "ranged", "plain", "bucket"])
def test_words_and_what_stands_around_them(where: str, releases: Path, request: pytest.FixtureRequest) -> None:
    if where == "folder":
        release = regesta.load(releases)
    elif where == "bucket":
        address, options = request.getfixturevalue("bucket")
        release = regesta.load(address, options=options)
    else:
        release = regesta.load(request.getfixturevalue(where)[0])
    start = NASTY.index("🙂")
    address = f"nasty@{start}-{start + 1}"
    assert release.text(address) == "🙂"
    assert release.context(address, 3) == ("e, ", "🙂", " a ")
    assert str(release.context("nasty@0-6", 4)) == "[Decree] of "
    for row in release["dates"].arrow(["date_id", "surface"]).to_pylist():
        assert release.text(row["date_id"]) == row["surface"]
    assert release.verify() == []


def test_an_address_that_is_none(release: regesta.Release) -> None:
    for address, message in (
        ("nasty", "is not an address"),
        ("nasty@9-3", "before its start"),
        ("nobody@0-1", "nobody: no such source"),
        ("nasty@0-99999", "nothing stands there"),
    ):
        with pytest.raises(RegestaError, match=message):
            release.text(address)


def test_a_damaged_copy_is_found_out(releases: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(releases, tmp_path / "copy"))
    (folder / "1.0.0" / "CITATION.cff").write_text("other")
    assert [problem.where for problem in regesta.load(folder).verify()] == ["CITATION.cff"]


def test_columns_and_rows_can_be_chosen(release: regesta.Release) -> None:
    decrees = release["documents"].arrow(["title", "kind"], ds.field("kind") == "decree")
    assert set(decrees["kind"].to_pylist()) == {"decree"}
    assert decrees.column_names == ["title", "kind"]
    frame = release["documents"].pandas()
    assert str(frame["date_char_start"].dtype) == "int64[pyarrow]"
    assert str(frame["date_start"].dtype) == "date32[day][pyarrow]"
    assert release["documents"].polars()["date_start"].dtype.is_temporal()


def test_duckdb_has_views_that_join_with_comments(release: regesta.Release, ranged: tuple[str, type[Plain]]) -> None:
    for found in (release, regesta.load(ranged[0])):
        base = found.duckdb()
        joined = base.sql(
            "SELECT count(*) FROM dates JOIN sentences USING (sentence_id) JOIN sources USING (source_id)"
        )
        assert joined.fetchall() == [(found["dates"].rows,)]
        comments = dict(
            base.sql("SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'dates'").fetchall()
        )
        assert comments["surface"] == "The words as they stand in the source."
        [(comment,)] = base.sql("SELECT comment FROM duckdb_views() WHERE view_name = 'dates'").fetchall()
        assert comment.startswith("Dates. ")


def test_what_is_not_there_is_told(tmp_path: Path, ranged: tuple[str, type[Plain]]) -> None:
    for where in (tmp_path, f"{ranged[0]}/nowhere"):
        with pytest.raises(RegestaError, match="no release here"):
            regesta.load(where)
    (tmp_path / "releases.json").write_text("[")
    with pytest.raises(RegestaError, match=r"releases\.json: not JSON"):
        regesta.load(tmp_path)
    with pytest.raises(RegestaError, match="cannot be read"):
        regesta.load("http://127.0.0.1:1/x", options={"retry_config": {"max_retries": 0}})


def test_a_library_that_is_missing_is_named_with_its_cure(
    release: regesta.Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, package, use in (
        ("polars", "polars", release["documents"].polars),
        ("duckdb", "duckdb", release.duckdb),
        ("obstore", "obstore", lambda: regesta.load("https://example.org/x")),
    ):
        monkeypatch.setitem(sys.modules, module, None)
        monkeypatch.delitem(sys.modules, f"{module}.store", raising=False)
        with pytest.raises(RegestaError, match=f"not installed; run: pip install {package}"):
            use()


def test_a_list_of_checksums_cannot_write_elsewhere(releases: Path, tmp_path: Path) -> None:
    from tests.loading.servers import Ranged, serve

    folder = Path(shutil.copytree(releases, tmp_path / "copy"))
    with (folder / "1.0.0" / "SHA256SUMS").open("a") as sums:
        sums.write(f"{'0' * 64}  ../../escaped\n")
    with serve(folder, Ranged) as (address, _), pytest.raises(RegestaError, match="leaves the release"):
        regesta.load(address).verify()


def test_the_descriptor_decides_not_the_registry(releases: Path, tmp_path: Path) -> None:
    """A release of another version of the package, with other tables, loads all the same."""
    folder = Path(shutil.copytree(releases / "1.0.0", tmp_path / "copy"))
    descriptor = json.loads((folder / "datapackage.json").read_text())
    descriptor["resources"] = [{**descriptor["resources"][0], "name": "other"}]
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    assert list(regesta.load(folder)) == ["other"]
    with pytest.raises(KeyError, match="no table 'documents'; there are: other"):
        regesta.load(folder)["documents"]
