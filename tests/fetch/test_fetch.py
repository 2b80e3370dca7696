"""Sources from a site that answers well, badly and with malice."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gzip
import hashlib
import os
from pathlib import Path

import pytest
from filelock import FileLock

from regesta import corpus, fetched, stages
from regesta.errors import RegestaError
from regesta.fetch import run
from tests.fetch.conftest import HASTY
from tests.fetch.site import Said, Site
from tests.reading.papers import PAGE, pdf

TEXT = {"Content-Type": "text/plain; charset=utf-8"}
HTML = {"Content-Type": "text/html"}
ONE = '[[source]]\nid = "board"\nurl = "{}/board"\n'
FEED = '[[source]]\nid = "news"\nfeed = "{}/feed"\n'
LETTER = b"Order of the Board\n\n3 May 1980\n\nThe quay is closed.\n"


def letter(text: bytes = LETTER, **headers: str) -> Said:
    return Said(text, headers=TEXT | {name.replace("_", "-"): value for name, value in headers.items()})


def test_what_is_new_is_kept_as_received_and_read_by_the_build(site: Site, watching, fetch) -> None:
    folder = watching(ONE.format(site.address))
    site.answers["/board"] = Said(PAGE.encode(), headers=HTML)
    assert fetch(folder) == [("new", "board", "")]
    [source] = corpus.load(folder).sources
    assert (folder / source.path).read_bytes() == PAGE.encode()
    assert source.path == f"fetched/{source.sha256[:2]}/{source.sha256}.html"
    [row] = stages.ingest(folder, corpus.load(folder), [source])["sources"].to_pylist()
    assert row["sha256"] == hashlib.sha256(PAGE.encode()).hexdigest()
    assert (row["media_type"], row["url"]) == ("text/html", f"{site.address}/board")
    assert row["retrieved"] == dt.date(2001, 2, 3)
    assert row["text"].startswith("# Order of the Harbour Board")


@pytest.mark.parametrize("headers", [{"ETag": '"abc"'}, {"Last_Modified": "Sat, 03 Feb 2001 00:00:00 GMT"}])
def test_what_has_not_changed_is_not_sent_again(site: Site, watching, fetch, headers) -> None:
    folder = watching(ONE.format(site.address))
    site.answers["/board"] = letter(**headers)
    fetch(folder)
    before = sorted((p, p.read_bytes()) for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    assert fetch(folder, day=dt.date(2001, 2, 4)) == [("unchanged", "board", "")]
    assert {"if-none-match", "if-modified-since"} & set(site.asked[-1][1])
    assert before == sorted(
        (p, p.read_bytes()) for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")
    )


def test_a_new_version_is_a_new_source_and_both_stay(site: Site, watching, fetch) -> None:
    folder = watching(ONE.format(site.address))
    site.answers["/board"] = letter()
    fetch(folder)
    site.answers["/board"] = letter(LETTER.replace(b"closed", b"open"))
    assert fetch(folder, day=dt.date(2001, 2, 4)) == [("new", "board.v2", "")]
    site.answers["/board"] = letter()
    assert fetch(folder, day=dt.date(2001, 2, 5)) == [("unchanged", "board.v2", "says again what board says")]
    described = corpus.load(folder)
    found = [(source.id, source.supersedes, source.retrieved) for source in described.sources]
    assert found == [("board", None, dt.date(2001, 2, 3)), ("board.v2", "board", dt.date(2001, 2, 4))]
    texts = stages.ingest(folder, described, described.sources)["sources"]["text"].to_pylist()
    assert ["closed" in texts[0], "open" in texts[1]] == [True, True]


def test_a_page_that_changes_around_its_text_makes_no_version(site: Site, watching, fetch) -> None:
    folder = watching(ONE.format(site.address))
    site.answers["/board"] = Said(PAGE.encode(), headers=HTML)
    fetch(folder)
    site.answers["/board"] = Said(PAGE.replace("steal()", "steal(4711)").encode(), headers=HTML)
    assert fetch(folder) == [("unchanged", "board", "")]


def test_a_version_whose_file_is_lost_is_asked_for_again(site: Site, watching, fetch) -> None:
    folder = watching(ONE.format(site.address))
    site.answers["/board"] = letter(ETag='"a"')
    fetch(folder)
    [version] = fetched.load(folder)
    (folder / version.path).unlink()
    assert fetch(folder) == [("unchanged", "board", "")]
    assert (folder / version.path).read_bytes() == LETTER


def test_the_state_can_be_lost_or_damaged(site: Site, watching, fetch) -> None:
    folder = watching(ONE.format(site.address))
    site.answers["/board"] = letter(ETag='"a"')
    fetch(folder)
    for damage in ("[", "[]", '{"http://x": 3}', f'{{"{site.address}/board": {{"etag": 3}}}}'):
        (folder / "fetched" / ".state.json").write_text(damage)
        assert fetch(folder) == [("unchanged", "board", "")]


RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>/home</link>
<item><title> The first
 order</title><link>/orders/first.txt</link></item>
<item><title>A plan</title><link>/page</link><enclosure url="/files/plan.pdf" type="application/pdf"/></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><link href="/self" rel="self"/>
<entry><title>The first order</title><link rel="self" href="/x"/><link href="/orders/first.txt"/></entry>
<entry><title>A plan</title><link href="/page"/><link rel="enclosure" href="/files/plan.pdf"/></entry></feed>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>/orders/first.txt</loc></url><url><loc>/files/plan.pdf</loc></url><url><loc>/files/plan.pdf</loc></url></urlset>"""
LIST = "# what we watch\n\n/orders/first.txt\nfiles/plan.pdf#page=2\nfiles/plan.pdf\n"


@pytest.mark.parametrize(("feed", "titles"), [(RSS, True), (ATOM, True), (SITEMAP, False), (LIST, False)])
def test_each_link_of_a_feed_is_a_source(site: Site, watching, fetch, feed: str, titles: bool) -> None:
    folder = watching(FEED.format(site.address))
    site.answers["/feed"] = Said(feed.encode(), headers={"ETag": '"f"'})
    site.answers["/orders/first.txt"] = letter()
    site.answers["/files/plan.pdf"] = Said(pdf([["The plan"]]), headers={"Content-Type": "application/octet-stream"})
    assert fetch(folder) == [("new", "news-orders-first", ""), ("new", "news-files-plan", "")]
    titled = [source.title for source in corpus.load(folder).sources]
    assert titled == (["A plan", "The first order"] if titles else ["plan.pdf", "first.txt"])
    assert fetch(folder) == [("unchanged", "news-orders-first", ""), ("unchanged", "news-files-plan", "")]
    assert site.asked[-3][1]["if-none-match"] == '"f"'


@pytest.mark.parametrize(
    ("feed", "message"),
    [
        (b"<html><body>no feed</body></html>", "<html> is no feed"),
        (b"<rss", "no feed that can be read"),
        (b"\xff\xfe\x00", "neither XML nor a list of links"),
        (b"some words that are none\n", "is no link"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><rss><item><link>/a&a;</link></item></rss>', "a document type"),
        (
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><item><link>&a;</link></item></rss>',
            "document type",
        ),
        (b"".join(b"/a%d\n" % n for n in range(600)), "no links"),
    ],
)
def test_what_is_no_feed_is_told(site: Site, watching, fetch, monkeypatch, feed: bytes, message: str) -> None:
    monkeypatch.setattr("regesta.fetch.feeds.MOST_LINKS", 500)
    folder = watching(FEED.format(site.address))
    site.answers["/feed"] = Said(feed)
    [(what, _, told)] = fetch(folder)
    assert what == "failed"
    assert message in told or "600 links, more than 500" in told
    assert site.paths() == ["/feed"]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (Said(status=404), "is not there any more"),
        (Said(status=410), "is not there any more"),
        (Said(status=403), "the server answers 403"),
        (Said(status=304), "which was not asked"),
        (Said(status=500), "the server answers 500, 4 times"),
        (Said(b"x" * 100, headers=TEXT, length=200), "broke off"),
        (Said(b"x" * 6_000, headers=TEXT), "6000 bytes, more than 5000"),
        (Said(b"x" * 50, headers=TEXT, drip=0.05), "not here after 1 s"),
        (Said(b"x", headers={"Content-Type": "image/png"}), "is image/png, which has no reader"),
        (Said(b"x", headers={}), "is of no known type"),
        (Said(b" ", headers=TEXT), "nothing but white space"),
        (Said(pdf([[]]), headers={"Content-Type": "application/pdf"}), "no text layer"),
        (Said(gzip.compress(LETTER), headers=TEXT | {"Content-Encoding": "gzip"}), "compressed"),
        (Said(status=302, headers={"Location": "/board"}), "more than 5 redirects"),
        (Said(status=302, headers={"Location": "file:///etc/passwd"}), "only http and https"),
        (Said(status=302, headers={"Location": "http://169.254.169.254/latest"}), "does not name"),
        (Said(status=302, headers={"Location": "http://localhost/"}), "does not name"),
        (Said(status=302, headers={"Location": "http://a:b@127.0.0.1/"}), "a password in it"),
        (Said(status=302, headers={"Location": "http://127.0.0.1:x/"}), "Invalid port"),
        (Said(status=302, headers={"Location": "http://[x/"}), "no address"),
    ],
)
def test_what_goes_wrong_is_told_and_nothing_is_kept(site: Site, watching, fetch, said: Said, message: str) -> None:
    folder = watching(ONE.format(site.address))
    site.answers["/board"] = said
    [(what, name, told)] = fetch(folder)
    assert (what, name) == ("failed", None)
    assert message in told
    assert fetched.load(folder) == []
    assert not [path for path in (folder / "fetched").rglob("*") if path.is_file() and not path.name.startswith(".")]


def test_one_that_fails_stops_no_other_and_keeps_what_was(site: Site, watching, fetch) -> None:
    folder = watching(ONE.format(site.address) + '[[source]]\nid = "other"\nurl = "' + site.address + '/other"\n')
    site.answers |= {"/board": letter(), "/other": letter(b"Another letter\n")}
    fetch(folder)
    site.answers |= {"/board": Said(status=404), "/other": letter(b"Another letter, changed\n")}
    assert [(what, name) for what, name, _ in fetch(folder)] == [("failed", "board"), ("new", "other.v2")]
    assert [source.id for source in corpus.load(folder).sources] == ["board", "other", "other.v2"]


@pytest.mark.parametrize(
    ("first", "waits"),
    [
        (Said(status=429, headers={"Retry-After": "7"}), [7.0]),
        (Said(status=503, headers={"Retry-After": "Sat, 03 Feb 2001 00:00:00 GMT"}), [0.0]),
        (Said(status=503, headers={"Retry-After": "soon"}), [0.01]),
        (Said(status=500), [0.01]),
        (Said(b"x", headers=TEXT, length=10), [0.01]),
    ],
)
def test_what_passes_is_tried_again_when_the_server_likes(
    site: Site, watching, monkeypatch, first: Said, waits: list[float]
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("regesta.fetch.run.Web", lambda agent, manners: _Web(agent, manners, sleep=slept.append))
    folder = watching(ONE.format(site.address))
    site.answers["/board"] = [first, letter()]
    assert [o.what for o in run.fetch(folder, HASTY)] == ["new"]
    assert slept == waits


_Web = run.Web


def test_a_server_that_asks_for_too_much_patience_is_left_alone(site: Site, watching, fetch) -> None:
    folder = watching(ONE.format(site.address))
    site.answers["/board"] = Said(status=429, headers={"Retry-After": "9999"})
    assert "asks to be left alone for 9999 s" in fetch(folder)[0][2]
    assert site.paths() == ["/board"]


def test_robots_txt_is_kept_to(site: Site, watching, fetch) -> None:
    folder = watching(ONE.format(site.address))
    site.answers |= {"/board": letter(), "/robots.txt": Said(b"User-agent: regesta\nDisallow: /board\n")}
    assert fetch(folder) == [("failed", None, "robots.txt of the host forbids it")]
    site.answers["/robots.txt"] = Said(b"User-agent: *\nDisallow: /\n\nUser-agent: regesta\nAllow: /\n")
    assert fetch(folder)[0][0] == "new"
    site.answers["/robots.txt"] = Said(status=500)
    assert "robots.txt cannot be had" in fetch(folder)[0][2]
    assert site.paths() == ["/board"]


def test_requests_are_spaced_and_say_who_we_are(site: Site, watching, monkeypatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(
        "regesta.fetch.run.Web", lambda agent, manners: _Web(agent, manners, sleep=slept.append, clock=lambda: 5.0)
    )
    folder = watching(FEED.format(site.address))
    site.answers |= {"/robots.txt": Said(b"User-agent: *\nCrawl-delay: 3\n"), "/feed": Said(b"/a\n/b\n")}
    run.fetch(folder, dataclasses.replace(HASTY, delay=1))
    assert slept == [3.0, 3.0, 3.0]
    assert {headers["user-agent"] for _, headers in site.asked} == {run.agent(corpus.read_catalogue(folder))}
    assert site.asked[0][1]["user-agent"].endswith("(+https://example.org/us)")


def test_a_redirect_on_the_same_host_is_followed(site: Site, watching, fetch) -> None:
    folder = watching(ONE.format(site.address))
    site.answers |= {"/board": Said(status=301, headers={"Location": "/new/board.txt"}), "/new/board.txt": letter()}
    assert fetch(folder) == [("new", "board", "")]


def test_a_charset_that_does_not_hold_is_not_believed(site: Site, watching, fetch) -> None:
    folder = watching(ONE.format(site.address))
    words = "The préfet wrote to Genève.\n"
    site.answers["/board"] = Said(words.encode("cp1252"), headers={"Content-Type": "text/plain; charset=utf-8"})
    fetch(folder)
    site.answers["/board"] = Said(
        (words + "Más.\n").encode("cp1252"), headers={"Content-Type": "text/plain; charset=cp1252"}
    )
    fetch(folder)
    assert [version.encoding for version in fetched.load(folder)] == [None, "cp1252"]


def test_without_leave_a_host_of_this_network_is_not_asked(site: Site, watching, fetch) -> None:
    folder = watching(ONE.format(site.address))
    catalogue = folder / "corpus.toml"
    catalogue.write_text(catalogue.read_text().replace("private = true", ""))
    assert "is not a public address" in fetch(folder)[0][2]
    assert site.asked == []


def test_a_link_that_is_no_address_stops_no_other(site: Site, watching, fetch) -> None:
    folder = watching(FEED.format(site.address))
    site.answers |= {"/feed": Said(b"http://[x/\njavascript:alert(1)//\n/a.txt\n"), "/a.txt": letter()}
    told = fetch(folder)
    assert [what for what, _, _ in told] == ["failed", "failed", "new"]
    assert "no address" in told[0][2]
    assert "only http and https" in told[1][2]


def test_two_links_of_one_name_get_two(site: Site, watching, fetch) -> None:
    folder = watching(FEED.format(site.address))
    site.answers |= {"/feed": Said(b"/a.txt\n/a.md\n"), "/a.txt": letter(), "/a.md": letter(b"Another\n")}
    first, second = [name for _, name, _ in fetch(folder)]
    assert first == "news-a"
    assert second == f"news-a-{hashlib.sha256(f'{site.address}/a.md'.encode()).hexdigest()[:8]}"


def test_two_fetches_at_once_are_one_and_a_refusal(site: Site, watching, fetch) -> None:
    folder = watching(ONE.format(site.address))
    (folder / "fetched").mkdir()
    with FileLock(folder / "fetched" / ".lock"), pytest.raises(RegestaError, match="another fetch is at work"):
        fetch(folder)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x,x,http://a/b,../../etc/passwd," + "0" * 64 + ",,2001-02-03,,", "path: String should match"),
        ("x,x,http://a/b,/etc/passwd," + "0" * 64 + ",,2001-02-03,,", "path: String should match"),
        ("x,x,file:///a,fetched/00/" + "0" * 64 + ".txt," + "0" * 64 + ",,2001-02-03,,", "url: String should match"),
        ("x,x,http://a/b,fetched/00/" + "0" * 64 + ".txt," + "0" * 64 + ",,yesterday,,", "retrieved"),
        ("board,board,http://a/b,fetched/00/" + "0" * 64 + ".txt," + "0" * 64 + ",,2001-02-03,,", "is not there"),
    ],
)
def test_a_record_that_was_tampered_with_is_refused(watching, row: str, message: str) -> None:
    folder = watching(ONE.format("http://a.example"))
    (folder / "fetched").mkdir()
    (folder / fetched.RECORD).write_text(",".join(fetched.Version.model_fields) + f"\n{row}\n")
    with pytest.raises(RegestaError, match=message):
        corpus.load(folder)


def test_a_link_that_leads_out_of_the_folder_is_refused(site: Site, watching, fetch, tmp_path: Path) -> None:
    folder = watching(ONE.format(site.address))
    site.answers["/board"] = letter()
    fetch(folder)
    [version] = fetched.load(folder)
    (folder / version.path).unlink()
    (tmp_path / "outside").write_bytes(LETTER)
    (folder / version.path).symlink_to(tmp_path / "outside")
    with pytest.raises(RegestaError, match="a link that leaves the corpus folder"):
        corpus.load(folder)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "corpus.toml").write_text('[corpus]\nname="a"\ntitle="a"\n[[source]]\nid="a"\npath="pipe.txt"\n')
    with pytest.raises(RegestaError, match="no regular file"):
        corpus.load(tmp_path)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('id = "a"\nurl = "file:///etc/passwd"', r"corpus.toml:\d+: source.0.url"),
        ('id = "a"\nurl = "https://a.example/"\nfeed = "https://a.example/"', "has a `url`, a `feed` or a `store`"),
        (
            'id = "a"\nurl = "https://a.example/"\nsha256 = "0"',
            "unknown key; known keys here: delimiter, encoding, feed",
        ),
        ('id = "a"\nurl = "https://a.example/"', "nothing was fetched yet; run: regesta fetch"),
    ],
)
def test_a_wrong_entry_is_told_with_its_line(watching, entry: str, message: str) -> None:
    with pytest.raises(RegestaError, match=message):
        corpus.load(watching(f"[[source]]\n{entry}\n"))


def test_what_was_never_fetched_is_an_issue_and_no_obstacle(site: Site, watching, fetch) -> None:
    folder = watching(ONE.format(site.address) + f'[[source]]\nid = "other"\nurl = "{site.address}/other"\n')
    site.answers["/board"] = letter()
    fetch(folder)
    described = corpus.load(folder)
    assert described.unfetched == ("other",)
    [issue] = stages.corpus_issues(described).to_pylist()
    assert (issue["code"], issue["message"]) == ("source_not_fetched", "other was never fetched: nothing of it is here")


def test_with_nothing_watched_there_is_nothing_to_fetch(harbour: Path, fetch) -> None:
    with pytest.raises(RegestaError, match="nothing to fetch"):
        fetch(harbour)
