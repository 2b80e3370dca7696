"""`Release.series`: how a number moves from paper to paper, from a folder and from a web server."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pyarrow as pa
import pytest

import regesta
from regesta import RegestaError, figures
from tests.loading.servers import Plain


def test_a_series_is_a_frame(release: regesta.Release) -> None:
    found = release.series(measure="killed", group="all")
    assert found.to_dict("list").keys() >= {"figure_id", "value_low", "value_high", "date_start", "title", "place"}
    assert found["surface"].to_list() == ["One"]
    assert found["place"].fillna("nowhere").to_list() == ["Port Ellery"]
    assert all(isinstance(day, dt.date) for day in found["date_start"])
    assert str(found["date_start"].dtype) == "date32[day][pyarrow]"
    # Every row leads back to its words.
    assert [release.text(address) for address in found["figure_id"]] == found["surface"].to_list()


def test_it_is_what_the_command_prints(release: regesta.Release, ranged: tuple[str, type[Plain]]) -> None:
    # The corpus is made up, and so is what its sentences make a place.
    wanted = figures.series(release.arrow(), "missing", "engineer")
    assert wanted.num_rows == 2
    for found in (release, regesta.load(ranged[0])):
        frame = found.series("missing", "ENGINEER")
        assert pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata().to_pylist() == (
            wanted.to_pylist()
        )


def test_without_a_measure_all_series_come_one_after_the_other(release: regesta.Release) -> None:
    found = release.series()
    assert len(found) == release["figure_series"].rows
    assert found["measure"].to_list() == sorted(found["measure"])


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"measure": "kiled"}, "there is no measure 'kiled'; measures are killed"),
        ({"place": "Atlantis"}, "no place is called 'Atlantis'"),
        (
            {"measure": "killed", "group": "women"},
            "no series for killed, women; this package has series for killed/all",
        ),
    ],
)
def test_what_is_not_there_is_told(asked: dict[str, str], message: str, release: regesta.Release) -> None:
    with pytest.raises(RegestaError, match=message):
        release.series(**asked)


def test_a_release_without_series_says_so(releases: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(releases / "1.0.0", tmp_path / "copy"))
    descriptor = json.loads((folder / "datapackage.json").read_text())
    descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] != "figure_series"]
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    with pytest.raises(RegestaError, match="no series here, for want of figure_series"):
        regesta.load(folder).series()
