"""The whole site: nothing in it is broken, inline, heavy or by chance."""

from __future__ import annotations

import filecmp
import gzip
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

import regesta
from regesta import spans
from regesta.errors import RegestaError
from regesta.package.release import listed
from regesta.site import cite, open_register, write_site
from regesta.tables import TABLES
from tests.site.conftest import BASE, HOSTILE, RELEASE
from tests.site.crawl import broken, crawl

HEAVIEST = 150_000


@pytest.fixture(scope="module")
def pages(site: Path):
    return crawl(site)


def test_no_link_is_broken(site: Path, pages) -> None:
    assert len(pages) > 500
    assert broken(site, pages) == []


def test_no_id_is_given_twice(pages) -> None:
    assert {page: seen.twice for page, seen in pages.items() if seen.twice} == {}


def test_nothing_is_inline_and_every_page_has_its_policy(site: Path, pages) -> None:
    for page, seen in pages.items():
        assert seen.inline == [], page
        text = (site / page).read_text()
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
        assert policy and "unsafe-inline" not in policy[1] and "'unsafe-eval'" not in policy[1], page
        assert ("wasm-unsafe-eval" in policy[1]) == (page == "search.html")


def test_links_leave_the_site_only_for_wikidata_the_licence_and_canonical_addresses(pages) -> None:
    away = {link for seen in pages.values() for link in seen.links if "://" in link}
    allowed = ("https://www.wikidata.org/wiki/Q", "https://creativecommons.org/licenses/", BASE)
    assert [link for link in away if not link.startswith(allowed)] == []


def test_every_address_of_every_table_has_its_place(site: Path, pages) -> None:
    register = open_register(RELEASE)
    checked = 0
    for name, table in TABLES.items():
        if not table.address:
            continue
        for address in register.release[name].arrow([table.address])[0].to_pylist():
            page, _, fragment = register.addresses(address).partition("#")
            assert fragment in pages[page].ids, address
            checked += 1
    assert checked > 6000


def test_the_text_of_a_paper_is_that_of_its_source(site: Path) -> None:
    from tests.site.test_marks import read

    release = regesta.load(RELEASE)
    text = release["sources"].arrow()["text"].to_pylist()[0]
    for block in re.findall(
        r'<(p|h2) class="b [^>]*data-at="(\d+)"[^>]*>(.*?)</\1>',
        (site / "papers" / "anthology@56128-67696.html").read_text(),
        re.DOTALL,
    ):
        words = "".join(read(block[2]).text)
        assert text[int(block[1]) : int(block[1]) + len(words)] == words


def test_first_views_are_light(site: Path, pages) -> None:
    assets = sum(
        len(gzip.compress((site / "assets" / name).read_bytes())) for name in ("style.css", "site.js", "icon.svg")
    )
    heavy = {page: len(gzip.compress((site / page).read_bytes(), 6)) + assets for page in pages}
    assert max(heavy.values()) < HEAVIEST, max(heavy, key=heavy.__getitem__)


def test_the_first_page_says_whose_voice_it_is_before_any_number(site: Path) -> None:
    text = (site / "index.html").read_text()
    main = text[text.index("<main") :]
    voice = main.index("Whose voice this is")
    assert voice < main.index("What it is") < main.index('class="counts"')
    assert "one party to a conflict" in main[voice : main.index("What it is")]


def test_machines_find_it(site: Path) -> None:
    sitemap = ElementTree.parse(site / "sitemap.xml")
    urls = [url.text or "" for url in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert f"{BASE}/papers/anthology@56128-67696.html" in urls
    assert all((site / url.removeprefix(f"{BASE}/")).is_file() for url in urls)
    feed = ElementTree.parse(site / "atom.xml")
    versions = [entry["version"] for entry in reversed(listed(RELEASE.parent))]
    assert [title.text for title in feed.iter("{http://www.w3.org/2005/Atom}title")][1:] == [
        f"Version {version}" for version in versions
    ]
    text = (site / "index.html").read_text()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found and json.loads(found[1])["@type"] == "Dataset"
    assert f'<link rel="canonical" href="{BASE}/index.html">' in text


def test_the_same_release_makes_the_same_bytes(site: Path, tmp_path: Path) -> None:
    again = write_site(RELEASE, tmp_path / "again", base=BASE, workers=2).folder
    names = sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(again).as_posix() for path in again.rglob("*") if path.is_file())
    _, different, unread = filecmp.cmpfiles(site, again, names, shallow=False)
    assert different == unread == []


def test_a_hostile_text_is_text(hostile: Path) -> None:
    pages = crawl(hostile)
    assert broken(hostile, pages) == []
    for page, seen in pages.items():
        assert seen.inline == [], page
        assert not [link for link in seen.links if link.strip().lower().startswith("javascript:")], page
        assert "49" not in (hostile / page).read_text().partition("{{ 7 * 7 }}")[2][:3]
    paper = next(path for path in (hostile / "papers").glob("hostile@*.html")).read_text()
    assert "&lt;script&gt;" in paper and "{{ 7 * 7 }}" in paper and 'data-code="U+202E"' in paper
    for sign in "\u202e\u2066":
        outside = re.sub(rf'<span class="control" data-code="[^"]*">{sign}</span>', "", paper)
        assert sign not in outside
    assert HOSTILE.count("\u202e") == 1


def test_other_folders_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RegestaError, match="no site of ours"):
        write_site(RELEASE, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("address", "words"),
    [("anthology@1-x", "not an address"), ("nowhere@1-2", "no paper"), ("anthology@0-1", "no paper")],
)
def test_citing_what_is_not_there_is_one_message(address: str, words: str) -> None:
    with pytest.raises(RegestaError, match=words):
        cite(open_register(RELEASE), address)


def test_a_citation_names_paper_address_version_and_link() -> None:
    found = cite(open_register(RELEASE, BASE), "anthology@56128-56140")
    assert found.link == f"{BASE}/papers/anthology@56128-67696.html#56128-56140"
    for part in ("Heydar Aliyev", "1998-03-26", "anthology@56128-56140", f"version {RELEASE.name}", found.link):
        assert part in found.text, part
    assert found.bibtex.startswith("@misc{") and spans.parse("anthology@56128-56140").end == 56140
