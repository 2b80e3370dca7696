"""What is long or many: a paper of ten thousand marks, and addresses of releases that went before."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from regesta.loading import load
from regesta.site import open_register, write_site
from tests.conftest import HARBOUR
from tests.describe.conftest import publish
from tests.site.conftest import RELEASE
from tests.site.crawl import broken, crawl

if TYPE_CHECKING:
    from playwright.sync_api import Page

MARKS = 10_000
SHORT = "anthology@77838-78170"


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a corpus with a short paper and one that has ten thousand dates."""
    root = tmp_path_factory.mktemp("long")
    release = Path(shutil.copytree(RELEASE, root / "release"))
    line = "On 3 May 1990 the Board met. "
    text = line * MARKS
    tables = load(release).arrow()
    short = tables["documents"].filter(pc.equal(tables["documents"]["document_id"], SHORT)).to_pylist()
    like = {
        name: tables[name].slice(0, 1).to_pylist()[0]
        for name in ("sources", "documents", "blocks", "sentences", "dates")
    }
    rows: dict[str, list[dict[str, Any]]] = {"sources": tables["sources"].to_pylist(), "documents": short}
    rows["sources"].append(like["sources"] | {"source_id": "long", "text": text, "characters": len(text)})
    rows["documents"].append(_span("document_id", like["documents"] | {"title": "Long"}, 0, len(text)) | {"text": text})
    rows["blocks"] = [_span("block_id", like["blocks"] | {"kind": "paragraph"}, 0, len(text))]
    starts = range(0, len(text), len(line))
    rows["sentences"] = [_span("sentence_id", like["sentences"], at, at + len(line) - 1) for at in starts]
    rows["dates"] = [_span("date_id", like["dates"] | {"surface": "3 May 1990"}, at + 3, at + 13) for at in starts]
    for row in rows["dates"]:
        row["sentence_id"] = f"long@{row['char_start'] - 3}-{row['char_start'] - 4 + len(line)}"
    descriptor = json.loads((release / "datapackage.json").read_text())
    for resource in descriptor["resources"]:
        # By the columns of that release, whatever tables have gained since.
        made = pa.Table.from_pylist(rows.get(resource["name"], []), schema=tables[resource["name"]].schema)
        pq.write_table(made, release / resource["path"])
        resource["rows"] = len(made)
    (release / "datapackage.json").write_text(json.dumps(descriptor))
    return write_site(release, root / "site").folder


def _span(key: str, row: dict[str, Any], start: int, end: int) -> dict[str, Any]:
    found = row | {key: f"long@{start}-{end}", "source_id": "long", "char_start": start, "char_end": end}
    found["document_id"] = f"long@0-{MARKS * 29}"
    return {name: value for name, value in found.items() if name in row}


def test_a_long_paper_is_told_in_parts_that_are_light(long: Path) -> None:
    pages = {page: seen for page, seen in crawl(long).items() if page.startswith("papers/long@")}
    marks = sum((long / page).read_text().count(' href="#d') for page in pages)
    assert marks == MARKS
    assert len(pages) > 5
    for page in pages:
        assert len(gzip.compress((long / page).read_bytes())) < 120_000, page
    assert broken(long, crawl(long)) == []


def test_a_long_paper_is_as_quick_to_see_as_a_short_one(page: Page, long: Path, served: Callable[[Path], str]) -> None:
    at = served(long)
    paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    seconds = {}
    for name in (f"{SHORT}.html", f"long@0-{MARKS * 29}.html"):
        page.goto(f"{at}/papers/{name}")
        page.wait_for_function(f"{paint} > 0")
        seconds[name] = page.evaluate(paint) / 1000
    small, large = seconds.values()
    assert large < small + 1


def test_an_address_leads_from_the_paper_to_its_part(page: Page, long: Path, served: Callable[[Path], str]) -> None:
    register = open_register(long.parent / "release")
    head = next(head for head in register.heads if head.source_id == "long")
    end = head.end - 20
    # The page goes on by itself before it is whole.
    page.goto(f"{served(long)}/papers/{head.document_id}.html#{end}-{end + 10}", wait_until="commit")
    page.wait_for_function("document.querySelector('mark.here')")
    assert page.url.partition("#")[0].endswith(f".{len(register.addresses.parts(head.document_id)) + 1}.html")


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sites of a first release and of a second one, in which one source was edited and another taken away."""
    root = tmp_path_factory.mktemp("second")
    folder = Path(shutil.copytree(HARBOUR, root / "port"))
    first = publish(folder, root / "out")
    before = write_site(first, root / "before", searchable=False).folder
    board = folder / "harbour-board.md"
    board.write_bytes(b"A line that was not there before.\n\n" + board.read_bytes())
    text = re.sub(r"sha256 = .*", "", (folder / "corpus.toml").read_text())
    gone = next(piece for piece in text.split("[[source]]") if "news-quay.txt" in piece)
    (folder / "corpus.toml").write_text(text.replace(f"[[source]]{gone}", ""))
    release = publish(folder, root / "out")
    return before, write_site(release, root / "after", searchable=False).folder


def test_no_address_of_the_last_release_is_broken(second: tuple[Path, Path]) -> None:
    before, after = second
    old, new = crawl(before), crawl(after)
    assert broken(after, new) == []
    papers = [page for page in old if page.startswith(("papers/", "entities/"))]
    assert [page for page in papers if page not in new] == []
    moved = [
        page for page in papers if page.startswith("papers/board@") and "This has moved" in (after / page).read_text()
    ]
    assert moved
    for page in moved:
        assert any("../papers/board@" in link for link in new[page].links)
    gone = next(page for page in papers if page.startswith("papers/news-quay"))
    assert "no longer in the register" in (after / gone).read_text()


def test_an_old_address_leads_to_the_same_words(
    page: Page, second: tuple[Path, Path], served: Callable[[Path], str]
) -> None:
    before, after = second
    name = next(p.name for p in sorted((after / "papers").glob("board@*.html")) if "This has moved" in p.read_text())
    page.goto(f"{served(before)}/papers/{name}")
    old = page.locator(".b .date[id]").first
    place, words = old.get_attribute("id"), old.inner_text()
    page.goto(f"{served(after)}/papers/{name}#{place}", wait_until="commit")
    page.wait_for_function("document.querySelector('mark.here')")
    assert page.inner_text("mark.here") == words
    assert place not in page.url
