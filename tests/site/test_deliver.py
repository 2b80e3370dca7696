"""The site goes to where the releases are."""

from __future__ import annotations

from pathlib import Path

import obstore
import pytest

from regesta.errors import RegestaError
from regesta.publish.bundle import Bundle
from regesta.publish.files import to_folder
from regesta.publish.shelf import Shelf, open_store
from regesta.site import write_site
from regesta.site.deliver import publish_site
from tests.conftest import HARBOUR
from tests.describe.conftest import publish
from tests.publish.conftest import bucket, s3_secrets, s3_server

__all__ = ["bucket", "s3_server"]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(HARBOUR, tmp_path_factory.mktemp("harbour"))


def pages_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_beside_the_releases_of_a_folder(release: Path, tmp_path: Path) -> None:
    made = publish_site(release, str(tmp_path / "mirror"), s3_secrets(""))
    assert made.folder == tmp_path / "mirror" / "site"
    assert (made.folder / "index.html").is_file()


def test_the_versions_that_stand_at_the_target_are_linked(release: Path, tmp_path: Path) -> None:
    home = publish_site(release, str(tmp_path), s3_secrets("")).folder / "index.html"
    link = f'href="../{release.name}/datapackage.json"'
    assert link not in home.read_text()
    to_folder(Bundle.of(release.parent, release.name), tmp_path)
    publish_site(release, str(tmp_path), s3_secrets(""))
    assert link in home.read_text()
    assert (home.parent / ".." / release.name / "datapackage.json").is_file()


def test_beside_the_releases_of_a_store(release: Path, tmp_path: Path, s3_server: str, bucket: str) -> None:
    described = (release / "datapackage.json").read_bytes()
    releases = Shelf(open_store(bucket, "papers", s3_secrets(s3_server), "s3"), "s3")
    releases.replace(f"{release.name}/datapackage.json", described, "application/json")
    made = publish_site(release, f"s3://{bucket}/papers", s3_secrets(s3_server))
    here = pages_of(write_site(release, tmp_path / "site", beside=[release.name]).folder)
    assert f"../{release.name}/datapackage.json".encode() in here["index.html"]
    assert made.pages > 10
    store = open_store(bucket, "papers/site", s3_secrets(s3_server), "s3")
    shelf = Shelf(store, "s3")
    assert {name: shelf.get(name)[0] for name in shelf.below("")} == here
    assert obstore.get(store, "index.html").attributes["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("target", ["papers.zip", "zenodo", "hf://datasets/owner/name"])
def test_what_holds_no_pages_is_refused(release: Path, target: str) -> None:
    with pytest.raises(RegestaError, match=r"holds no pages; publish the site to a folder or to s3://"):
        publish_site(release, target, s3_secrets(""))
