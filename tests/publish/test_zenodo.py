"""Zenodo, played by a fake that answers by its documented interface and fails in all the usual ways."""

from __future__ import annotations

import datetime as dt
import io
import json
import time
import zipfile
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from regesta.errors import RegestaError
from regesta.package import release
from regesta.publish import Delivery, PassingError, Secrets
from regesta.publish.bundle import Bundle
from regesta.publish.errors import retry_after
from regesta.publish.files import write_zip
from regesta.publish.web import Web
from regesta.publish.zenodo import note_path, to_zenodo
from tests.publish.conftest import Killed, write_release
from tests.publish.fake_zenodo import Zenodo

TOKEN = "zenodo-token-of-the-test"
DAY = dt.date(2002, 3, 4)
DEPOSITS = "/deposit/depositions"


@pytest.fixture
def zenodo() -> Iterator[Zenodo]:
    service = Zenodo(TOKEN)
    with service.running():
        yield service


class Sleeps(list[float]):
    """Notes how long it was told to wait, and does not."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def open_web(zenodo: Zenodo, sleep: Any = None, token: str = TOKEN, timeout: float = 5) -> Web:
    return Web(
        f"{zenodo.base}/api",
        "zenodo",
        token,
        Secrets({"ZENODO_TOKEN": token}),
        Sleeps() if sleep is None else sleep,
        timeout,
    )


def deposit(zenodo: Zenodo, bundle: Bundle, web: Web | None = None) -> Delivery:
    with web or open_web(zenodo) as opened:
        return to_zenodo(bundle, opened, "zenodo")


def whole(zenodo: Zenodo, bundle: Bundle, number: int, tmp_path: Path) -> bool:
    """Whether a deposit holds the release: the zip to the byte, and what describes it."""
    write_zip(bundle, tmp_path / "expected.zip")
    there = zenodo.contents(number)
    wanted = {f"papers-{bundle.version}.zip": (tmp_path / "expected.zip").read_bytes()}
    wanted |= {name: (bundle.folder / name).read_bytes() for name in ("README.md", "datapackage.json")}
    return there == wanted


def test_a_release_is_deposited_and_its_doi_written_down(zenodo: Zenodo, bundle: Bundle, tmp_path: Path) -> None:
    told = deposit(zenodo, bundle)
    [made] = zenodo.published
    assert (told.state, told.doi, told.sent) == ("published", "10.5281/zenodo.1000", 3)
    assert whole(zenodo, bundle, made["id"], tmp_path)
    assert made["metadata"] == {
        "upload_type": "dataset",
        "access_right": "open",
        "title": "Papers",
        "description": "Papers of a board.",
        "creators": [{"name": "The Board"}],
        "license": "cc-by-4.0",
        "publication_date": "2001-02-03",
        "keywords": [],
        "version": "1.0.0",
    }
    note = json.loads(note_path(bundle.out, "1.0.0", "zenodo").read_bytes())
    assert note == {
        "state": "published",
        "deposition": 1000,
        "doi": "10.5281/zenodo.1000",
        "concept_doi": "10.5281/zenodo.999",
        "url": f"{zenodo.base}/records/1000",
        "version": "1.0.0",
    }
    assert release.versions(bundle.out) == ["1.0.0"]


def test_again_is_nothing_new(zenodo: Zenodo, bundle: Bundle) -> None:
    deposit(zenodo, bundle)
    asked = len(zenodo.seen)
    assert deposit(zenodo, bundle).state == "unchanged"
    assert (len(zenodo.published), len(zenodo.seen)) == (1, asked)


def test_the_record_of_the_release_is_used_where_it_has_one(zenodo: Zenodo, out: Path) -> None:
    import hashlib

    folder = out / "1.0.0"
    record = json.dumps({"title": "T", "description": "D", "creators": [{"name": "A, B"}], "license": "cc0-1.0"})
    (folder / "zenodo.json").write_text(record)
    with (folder / "SHA256SUMS").open("a") as sums:
        sums.write(f"{hashlib.sha256(record.encode()).hexdigest()}  zenodo.json\n")
    deposit(zenodo, Bundle.of(out, "1.0.0"))
    assert zenodo.published[0]["metadata"] == {**json.loads(record), "version": "1.0.0"}


def test_the_next_release_is_a_new_version_of_the_record(zenodo: Zenodo, out: Path, tmp_path: Path) -> None:
    deposit(zenodo, Bundle.of(out, "1.0.0"))
    write_release(out, "1.1.0")
    told = deposit(zenodo, Bundle.of(out, "1.1.0"))
    first, second = zenodo.published
    assert first["concept"] == second["concept"]
    assert told.doi == f"10.5281/zenodo.{second['id']}"
    assert whole(zenodo, Bundle.of(out, "1.1.0"), second["id"], tmp_path)
    assert whole(zenodo, Bundle.of(out, "1.0.0"), first["id"], tmp_path)


# --- failures that pass -----------------------------------------------------------------------------------------------


def test_too_many_requests_wait_as_long_as_they_are_told(zenodo: Zenodo, bundle: Bundle) -> None:
    sleeps = Sleeps()
    zenodo.fail("POST", "depositions$", status=429, headers={"Retry-After": "7"})
    zenodo.fail("PUT", r"files/.*README", status=429, headers={"Retry-After": "11"}, times=2)
    deposit(zenodo, bundle, open_web(zenodo, sleeps))
    assert sleeps == [7, 11, 11]
    assert len(zenodo.published) == 1


def test_a_long_wait_is_left_to_the_flow(zenodo: Zenodo, bundle: Bundle) -> None:
    sleeps = Sleeps()
    zenodo.fail("GET", "depositions$", status=429, headers={"Retry-After": "3000"})
    with pytest.raises(PassingError, match="429 Too Many Requests") as told:
        deposit(zenodo, bundle, open_web(zenodo, sleeps))
    assert (told.value.after, sleeps) == (3000, [])
    assert deposit(zenodo, bundle).state == "published"


@pytest.mark.parametrize("path", [r"files/.*\.zip", r"depositions/\d+$"])
def test_bad_gateways_and_timeouts_are_tried_again(zenodo: Zenodo, bundle: Bundle, path: str, tmp_path: Path) -> None:
    zenodo.fail("PUT", path, status=502, times=2)
    zenodo.fail("PUT", path, slow=1.5)
    deposit(zenodo, bundle, open_web(zenodo, timeout=0.6))
    assert whole(zenodo, bundle, zenodo.published[0]["id"], tmp_path)


def test_a_gateway_that_stays_bad(zenodo: Zenodo, bundle: Bundle) -> None:
    zenodo.fail("PUT", r"files/.*\.zip", status=502, times=99)
    with pytest.raises(PassingError, match="502 Bad Gateway"):
        deposit(zenodo, bundle)
    assert zenodo.asked("PUT", r"\.zip") == 4
    assert zenodo.published == []
    zenodo.faults.clear()
    assert deposit(zenodo, bundle).state == "published"
    assert len(zenodo.deposits) == 1


@pytest.mark.parametrize("how", [{"lost": True}, {"slow": 1.5}, {"status": 502}], ids=["lost", "slow", "502"])
@pytest.mark.parametrize("path", ["depositions$", "actions/publish$", "actions/newversion$"])
def test_no_post_is_sent_twice(zenodo: Zenodo, out: Path, path: str, how: dict[str, Any], tmp_path: Path) -> None:
    """Whether it was done is looked at first: no second draft, no second record."""
    if "newversion" in path:
        deposit(zenodo, Bundle.of(out, "1.0.0"))
        write_release(out, "1.1.0")
    bundle = Bundle.of(out, release.versions(out)[-1])
    before = len(zenodo.deposits)
    zenodo.fail("POST", path, **how)
    with pytest.raises(PassingError):
        deposit(zenodo, bundle, open_web(zenodo, timeout=0.6))
    time.sleep(1.2 if "slow" in how else 0)
    told = deposit(zenodo, bundle)
    assert (told.state, len(zenodo.deposits), len(zenodo.published)) == ("published", before + 1, before + 1)
    assert whole(zenodo, bundle, zenodo.published[-1]["id"], tmp_path)
    assert told.doi == f"10.5281/zenodo.{zenodo.published[-1]['id']}"


def test_retry_after_is_read_in_all_its_forms() -> None:
    now = 1_000_000_000.0
    date = format_datetime(dt.datetime.fromtimestamp(now + 90, dt.UTC), usegmt=True)
    assert retry_after({"Retry-After": "12"}) == 12
    assert retry_after({"retry-after": date}, now) == 90
    assert retry_after({"Retry-After": "soon"}) is None
    assert retry_after({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(now) + 30)}, now) == 30
    assert retry_after({"X-RateLimit-Remaining": "5", "X-RateLimit-Reset": str(int(now) + 30)}, now) is None
    assert retry_after({}) is None


# --- files that arrive damaged ----------------------------------------------------------------------------------------


def test_a_file_that_arrives_damaged_is_sent_again(zenodo: Zenodo, bundle: Bundle, tmp_path: Path) -> None:
    zenodo.damage = {"papers-1.0.0.zip": 2}
    deposit(zenodo, bundle)
    assert zenodo.asked("PUT", r"\.zip") == 3
    assert whole(zenodo, bundle, zenodo.published[0]["id"], tmp_path)


def test_a_file_that_always_arrives_damaged_stops_the_deposit(zenodo: Zenodo, bundle: Bundle) -> None:
    zenodo.damage = {"README.md": 99}
    with pytest.raises(RegestaError, match=r"README.md: arrived damaged 3 times"):
        deposit(zenodo, bundle)
    assert zenodo.published == []


def test_a_file_that_rots_there_is_noticed_before_publishing(zenodo: Zenodo, bundle: Bundle, tmp_path: Path) -> None:
    zenodo.rots = {"README.md"}
    with pytest.raises(PassingError, match="does not hold what was sent"):
        deposit(zenodo, bundle)
    assert zenodo.published == []
    told = deposit(zenodo, bundle)
    assert (told.sent, told.kept) == (1, 2)
    assert whole(zenodo, bundle, zenodo.published[0]["id"], tmp_path)


# --- kills ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_request_a_rerun_completes(
    out: Path, after: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(out, "1.1.0")
    bundle = Bundle.of(out, "1.1.0")
    send = Web.send
    for lives in range(30):
        for note in out.glob("*.zenodo.json"):
            note.unlink()
        service = Zenodo(TOKEN)
        with service.running():
            # Every other time there is a record to make a new version of.
            later = lives % 2
            if later:
                deposit(service, Bundle.of(out, "1.0.0"))
            left = [lives]

            def mortal(self: Web, *args: Any, left: list[int] = left, **kwargs: Any) -> Any:
                left[0] -= 1
                if left[0] < 0 and not after:
                    raise Killed
                answer = send(self, *args, **kwargs)
                if left[0] < 0:
                    raise Killed
                return answer

            monkeypatch.setattr(Web, "send", mortal)
            try:
                deposit(service, bundle)
                died = False
            except Killed:
                died = True
            monkeypatch.setattr(Web, "send", send)
            told = deposit(service, bundle)
            assert (len(service.deposits), len(service.published)) == (1 + later, 1 + later)
            assert told.doi == f"10.5281/zenodo.{service.published[-1]['id']}"
            assert whole(service, bundle, service.published[-1]["id"], tmp_path)
        if not died:
            break
    assert lives > 8


# --- mistakes ---------------------------------------------------------------------------------------------------------


def test_a_release_that_lacks_what_zenodo_asks_for(zenodo: Zenodo, out: Path) -> None:
    path = write_release(out, "2.0.0") / "datapackage.json"
    said = json.loads(path.read_text())
    bundle = Bundle.of(out, "2.0.0")
    path.write_text(json.dumps({key: value for key, value in said.items() if key not in ("licenses", "contributors")}))
    with pytest.raises(RegestaError, match=r"no creators, license; add contributors, licenses to corpus.toml"):
        deposit(zenodo, bundle)
    assert zenodo.deposits == {}


def test_a_wrong_token(zenodo: Zenodo, bundle: Bundle) -> None:
    with pytest.raises(RegestaError, match=r"401 .*check the token"):
        deposit(zenodo, bundle, open_web(zenodo, token="another-token"))


def test_a_token_is_not_sent_in_the_clear_or_elsewhere(zenodo: Zenodo, bundle: Bundle) -> None:
    with pytest.raises(RegestaError, match="over https only"):
        Web("http://example.org/api", "zenodo", TOKEN, Secrets({}))
    zenodo._shown = lambda deposit: {"id": 1000, "links": {"bucket": "http://127.0.0.1:9/files/b"}}  # type: ignore[method-assign]
    with pytest.raises(RegestaError, match=r"another host \(127.0.0.1:9\)"):
        deposit(zenodo, bundle)


def test_a_retracted_release_is_refused(zenodo: Zenodo, out: Path) -> None:
    release.retract(out, "1.0.0", "wrong", DAY)
    with pytest.raises(RegestaError, match="retracted on 2002-03-04"):
        deposit(zenodo, Bundle.of(out, "1.0.0"))
    assert zenodo.seen == []


def test_the_record_of_a_retracted_release_says_so(zenodo: Zenodo, out: Path) -> None:
    deposit(zenodo, Bundle.of(out, "1.0.0"))
    before = dict(zenodo.contents(1000))
    release.retract(out, "1.0.0", "the <names> were wrong", DAY)
    told = deposit(zenodo, Bundle.of(out, "1.0.0"))
    assert (told.state, told.retracted, told.doi) == ("retracted", ("1.0.0",), "10.5281/zenodo.1000")
    record = zenodo.deposits[1000]
    assert (record["submitted"], record["edited"], zenodo.contents(1000)) == (True, False, before)
    assert record["metadata"]["title"] == "[Retracted] Papers"
    notice = "Version 1.0.0 was retracted on 2002-03-04: the &lt;names&gt; were wrong"
    assert notice in record["metadata"]["description"]
    assert "Papers of a board." in record["metadata"]["description"]
    assert notice in record["metadata"]["notes"]
    asked = len(zenodo.seen)
    assert deposit(zenodo, Bundle.of(out, "1.0.0")).state == "retracted"
    assert len(zenodo.seen) == asked
    # The next release is a new version of the same record, under its own title.
    write_release(out, "1.1.0")
    assert deposit(zenodo, Bundle.of(out, "1.1.0")).state == "published"
    assert [d["metadata"]["title"] for d in zenodo.published] == ["[Retracted] Papers", "Papers"]
    assert len({d["concept"] for d in zenodo.published}) == 1


@pytest.mark.parametrize("step", ["actions/edit$", "actions/publish$"])
def test_the_next_publication_carries_a_retraction_over_and_goes_on_after_a_failure(
    zenodo: Zenodo, out: Path, step: str
) -> None:
    deposit(zenodo, Bundle.of(out, "1.0.0"))
    release.retract(out, "1.0.0", "wrong", DAY)
    write_release(out, "1.1.0")
    zenodo.fail("POST", step, lost=True)
    with pytest.raises(PassingError):
        deposit(zenodo, Bundle.of(out, "1.1.0"))
    told = deposit(zenodo, Bundle.of(out, "1.1.0"))
    assert (told.state, told.retracted) == ("published", ("1.0.0",))
    assert zenodo.deposits[1000]["metadata"]["title"] == "[Retracted] Papers"
    assert zenodo.deposits[1000]["metadata"]["description"].count("was retracted") == 1
    assert not zenodo.deposits[1000]["edited"]


def test_the_zip_that_is_deposited_can_be_read(zenodo: Zenodo, bundle: Bundle) -> None:
    deposit(zenodo, bundle)
    archive = zipfile.ZipFile(io.BytesIO(zenodo.contents(1000)["papers-1.0.0.zip"]))
    assert archive.testzip() is None
    assert "papers-1.0.0/data/a.parquet" in archive.namelist()
