"""The pages in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from regesta.site import search, write_site
from tests.site.conftest import RELEASE, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAPER = "papers/anthology@99974-101234.html"
SERIES = "figures/killed.all.person.khojaly.html"
KINDS = [
    "index.html",
    "papers/index.html",
    PAPER,
    "entities/index.html",
    "entities/khojaly.html",
    "figures/index.html",
    SERIES,
    "data/index.html",
    "data/issues.html",
    "quality.html",
    "changes.html",
    "sources.html",
    "search.html",
    "404.html",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def at(site: Path, served: Callable[[Path], str]) -> str:
    """The address of the site."""
    return served(site)


@pytest.fixture(scope="module")
def hostile_at(hostile: Path, served: Callable[[Path], str]) -> str:
    return served(hostile)


@pytest.fixture(scope="module")
def axe(node_modules: Path) -> str:
    """The script that looks for what keeps people out."""
    return (node_modules / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def look(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages as given: size, colours, with or without script."""
    contexts = []

    def opened(url: str, width: int = 1280, height: int = 900, **more: object) -> Page:
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, **more))
        page = contexts[-1].new_page()
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", KINDS)
def test_every_kind_of_page_opens_for_everybody(page: Page, at: str, axe: str, path: str) -> None:
    """No complaint, no request that leaves, nothing to scroll sideways for, nothing that axe-core finds."""
    page.goto(f"{at}/{path}", wait_until="load")
    assert page.locator("h1").count() == 1
    for width in (360, 640, 1920):  # 640 is 1280 at 200 %.
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
    page.evaluate(axe)
    for scheme, tags in (("light", TAGS), ("dark", ["cat.color"])):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = page.evaluate("tags => axe.run(document, { runOnly: tags })", tags)
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]] == []
        assert found["passes"]


@pytest.mark.parametrize("path", KINDS)
def test_without_script_all_can_be_read(look: Callable[..., Page], at: str, path: str) -> None:
    without = look(f"{at}/{path}", java_script_enabled=False)
    words = without.inner_text("main")
    assert len(words) > 80
    if path == PAPER:
        assert "Among them were 106 women" in words
    if path == "papers/index.html":
        assert without.locator("tbody tr").count() == 61
    if path == SERIES:
        assert without.locator("svg a").count() > 20


def test_an_address_is_shown_scrolled_to_told_and_focused(page: Page, at: str) -> None:
    page.goto(f"{at}/{PAPER}#100849-100852")
    mark = page.locator("mark.here")
    assert mark.inner_text() == "613"
    until(page, "document.querySelector('[role=status]')?.textContent.includes('613')")
    assert "anthology@100849-100852" in page.inner_text("[role=status]")
    box = mark.bounding_box()
    assert box and 0 < box["y"] < page.viewport_size["height"]  # type: ignore[index]
    assert page.evaluate("document.activeElement === document.querySelector('mark.here')")
    # Any stretch, not only that of a row; and from one address to another on the same page.
    page.evaluate("location.hash = '#100830-100860'")
    until(page, "[...document.querySelectorAll('mark.here')].map(m => m.textContent).join('').length == 30")
    page.evaluate("location.hash = '#100849-100852'")
    until(page, "document.querySelectorAll('mark.here').length == 1")


def test_an_address_counts_code_points(page: Page, hostile_at: str, hostile: Path) -> None:
    path = next((hostile / "papers").glob("hostile@*.html"))
    html = path.read_text()
    assert "🙂" in html
    page.goto(f"{hostile_at}/papers/{path.name}")
    from tests.site.conftest import HOSTILE

    start = HOSTILE.index("İstanbul")
    page.evaluate(f"location.hash = '#{start}-{start + 8}'")
    page.locator("mark.here").first.wait_for()
    assert page.inner_text("mark.here") == "İstanbul"


def test_an_address_without_script_is_a_place(look: Callable[..., Page], at: str) -> None:
    page = look(f"{at}/{PAPER}#100849-100852", java_script_enabled=False)
    box = page.locator("[id='100849-100852']").bounding_box()
    assert box and 0 <= box["y"] < 900


def test_an_address_that_is_not_in_the_paper_is_told(page: Page, at: str) -> None:
    page.goto(f"{at}/{PAPER}#1-2")
    until(page, "document.querySelector('[role=status]')?.textContent.includes('No words')")


def test_a_citation_is_copied(look: Callable[..., Page], at: str) -> None:
    page = look(f"{at}/{PAPER}#100849-100852", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy citation").click()
    until(page, "[...document.querySelectorAll('button')].some(b => b.textContent == 'Copied')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "anthology@100849-100852" in copied and f"version {RELEASE.name}" in copied
    assert copied.endswith("papers/anthology@99974-101234.html#100849-100852")


def test_search_finds_a_passage_and_leads_to_it(page: Page, at: str) -> None:
    page.goto(f"{at}/search.html")
    page.get_by_label("Words in the papers").fill("immediate withdrawal")
    first = page.locator("#results a").first
    first.wait_for()
    assert re.search(r"papers/anthology@\d+-\d+\.html#\d+-\d+$", first.get_attribute("href") or "")
    assert "page" in page.inner_text("#found")
    assert page.locator("#results mark").count() > 0
    first.click()
    page.locator("mark.here").first.wait_for()
    assert "withdrawal" in "".join(page.locator("mark.here").all_inner_texts())


def test_several_indexes_find_what_one_finds(
    page: Page, at: str, served: Callable[[Path], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playwright.sync_api import expect

    monkeypatch.setattr(search, "SHARE", 25)
    apart = write_site(RELEASE, tmp_path / "site").folder
    assert sorted(path.name for path in apart.glob("pagefind*")) == ["pagefind", "pagefind.2", "pagefind.3"]
    found = []
    for place in (at, served(apart)):
        page.goto(f"{place}/search.html?q=withdrawal")
        expect(page.locator("#found")).to_contain_text("page")
        many = int(page.inner_text("#found").split()[0])
        for shown in range(10, many, 10):
            expect(page.locator("#results > li")).to_have_count(shown)
            page.locator("#more").click()
        expect(page.locator("#results > li")).to_have_count(many)
        links = [one.get_attribute("href") or "" for one in page.locator("#results > li > a").all()]
        found.append(sorted(link.partition("/papers/")[2] for link in links))
    assert found[0] == found[1]
    assert len(found[0]) > 10


def test_the_marks_of_a_chart_lead_to_passages(page: Page, at: str) -> None:
    page.goto(f"{at}/{SERIES}")
    first = page.locator("svg a.point").first
    assert "335" in (first.get_attribute("aria-label") or "")
    first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/papers/*#*")
    assert page.inner_text("mark.here") == "335"


def test_a_list_is_filtered_and_sorted(page: Page, at: str) -> None:
    page.goto(f"{at}/papers/index.html")
    page.get_by_text("Filter").click()
    page.get_by_label("Kind").select_option("decree")
    assert page.locator("tbody tr:visible").count() == 2
    assert page.inner_text("details [role=status]") == "2 of 61 shown"
    page.get_by_label("Kind").select_option("")
    page.get_by_label("Words in a paper").fill("OMBUDSMAN")
    assert 0 < page.locator("tbody tr:visible").count() < 10
    page.get_by_label("Words in a paper").fill("")
    page.get_by_role("button", name="Words").click()
    words = [int(cell.replace(",", "")) for cell in page.locator("tbody td.n").all_inner_texts()]
    assert words == sorted(words)
    page.get_by_role("button", name="Words").click()
    assert page.locator("th[aria-sort=descending]").inner_text() == "Words"


def test_the_keyboard_alone_is_enough(page: Page, at: str) -> None:
    page.goto(f"{at}/index.html")
    page.keyboard.press("Tab")
    assert page.inner_text(":focus") == "Skip to the text"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.goto(f"{at}/{PAPER}")
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.className || document.activeElement.tagName"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none" or page.evaluate("document.activeElement === document.body")
    assert {"entity", "date"} <= seen


def test_the_printed_page_has_the_text_and_no_menus(look: Callable[..., Page], at: str) -> None:
    page = look(f"{at}/{PAPER}")
    page.emulate_media(media="print")
    assert not page.locator(".top nav").is_visible()
    assert page.locator(".b").first.is_visible() and page.locator(".notes").first.is_visible()
    assert len(page.pdf()) > 10_000


def test_marks_differ_without_colour(page: Page, at: str) -> None:
    page.goto(f"{at}/{PAPER}")
    styles = [
        page.evaluate(f"getComputedStyle(document.querySelector('.b .{kind}')).textDecorationStyle")
        for kind in ("date", "entity", "figure")
    ]
    assert sorted(styles) == ["dotted", "double", "solid"]


def test_a_hostile_text_does_nothing(page: Page, hostile_at: str, hostile: Path) -> None:
    page.on("dialog", lambda _: pytest.fail("a text ran"))
    for path in [
        *(hostile / "papers").glob("hostile@*.html"),
        hostile / "sources.html",
        hostile / "data" / "sources.html",
    ]:
        page.goto(f"{hostile_at}/{path.relative_to(hostile).as_posix()}", wait_until="networkidle")
    assert "<script>alert(3)</script>" not in page.title()
    page.goto(f"{hostile_at}/papers/{next((hostile / 'papers').glob('hostile@*.html')).name}")
    assert "<img src=x onerror=alert(1)>" in page.inner_text(".text")
    assert page.locator("img").count() == 0
