"""Web pages, PDF and Word documents: what is text in them, and what is refused."""

from __future__ import annotations

import importlib
import subprocess
import sys
import zipfile
from io import BytesIO

import pytest

from regesta.errors import RegestaError
from regesta.reading import page as pages
from regesta.reading import pdf as pdfs
from regesta.reading import read
from regesta.reading import word as words
from tests.reading.papers import PAGE, pdf, replaced, word

DOCUMENT = "word/document.xml"


def test_of_a_page_its_main_text_is_read() -> None:
    reading = read(PAGE.encode(), "a.html")
    assert reading.text.startswith("# Order of the Harbour Board\n\n3 May 1980\n\nThe Board met in Port Ellery")
    assert "mended – “at once”." in reading.text
    assert "- The ferry lands at Westhaven." in reading.text
    assert "twelve persons" in reading.text
    for kept_out in ("secret", "steal", "color", "Home", "imprint", "<"):
        assert kept_out not in reading.text
    assert reading.encoding == "utf-8"


@pytest.mark.parametrize(
    ("data", "declared", "encoding"),
    [
        (PAGE.replace("utf-8", "windows-1252").encode("cp1252"), None, "cp1252"),
        (PAGE.encode("utf-16"), None, "utf-16-le"),
        (PAGE.replace("utf-8", "utf-16").encode(), None, "utf-8"),
        (PAGE.replace("utf-8", "us-ascii").encode(), None, "utf-8"),
        (PAGE.replace("utf-8", "klingon").encode(), None, "utf-8"),
        (PAGE.encode("cp1252"), "cp1252", "cp1252"),
    ],
)
def test_a_page_is_decoded_by_the_best_evidence(data: bytes, declared: str | None, encoding: str) -> None:
    reading = read(data, "a.html", declared)
    assert reading.encoding == encoding
    assert "mended – “at once”." in reading.text


def test_of_a_pdf_the_text_layer_is_read_page_by_page() -> None:
    reading = read(pdf([["Order of the Board", "3 May 1980"], [], ["The quay stays closed."]]), "a.pdf")
    assert reading.text == "Order of the Board\n3 May 1980\n\n\n\nThe quay stays closed."
    [oddity] = reading.oddities
    assert oddity.code == "page_without_text"
    assert oddity.message.startswith("page 2 of 3 has no text layer")
    assert 0 <= oddity.start < oddity.end <= len(reading.text)
    assert reading.encoding == "binary"


def test_a_last_page_without_text_has_a_place_too() -> None:
    reading = read(pdf([["One line."], [], []]), "a.pdf")
    assert all(0 <= o.start < o.end <= len(reading.text) for o in reading.oddities)
    assert len(reading.oddities) == 2


def test_of_a_word_document_paragraphs_and_tables_are_read() -> None:
    assert read(word(), "a.docx").text == (
        "# Order of the Harbour Board\n\n3 May 1980\n\n## On the quay\n\nThe quay stays closed – until it is mended."
        "\n\nThe hurt\npersons\ttwelve\n\nThe Chairman\n"
    )


@pytest.mark.parametrize(
    ("data", "path"), [(PAGE.encode(), "a.html"), (pdf([["A line"]]), "a.pdf"), (word(), "a.docx")]
)
def test_the_same_file_is_read_the_same_in_another_process(data: bytes, path: str) -> None:
    code = f"import sys; from regesta.reading import read; print(ascii(read(sys.stdin.buffer.read(), {path!r}).text))"
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    assert done.stdout.decode().strip() == ascii(read(data, path).text)


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "' + b"ha" * 1000 + b'"><!ENTITY b "&a;&a;">]><x>&b;</x>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("data", "path", "message"),
    [
        (pdf([[], []]), "a.pdf", r"a\.pdf: no text layer"),
        (b"%PDF-1.7 nothing", "a.pdf", "a PDF that cannot be opened"),
        (pdf([["A line"]])[:200], "a.pdf", "a PDF that cannot be opened"),
        (b"plain", "a.docx", "no Word document that can be opened"),
        (word()[:-100], "a.docx", "no Word document that can be opened"),
        (replaced(word(), DOCUMENT, b"<broken"), "a.docx", "a Word document that cannot be read"),
        (replaced(word(), DOCUMENT, BOMB), "a.docx", "word/document.xml: has a document type"),
        (replaced(word(), DOCUMENT, OUTSIDE), "a.docx", "has a document type"),
        (replaced(word(), DOCUMENT, OUTSIDE.decode().encode("utf-16")), "a.docx", "has a document type"),
        (b"<html><body><script>only()</script></body></html>", "a.html", "no main text"),
        (PAGE.replace("</article>", "<div>" * 300 + "deep" + "</div>" * 300).encode(), "a.html", "nested deeper"),
        (b"<div>" * 2_000 + b"deep" + b"</div>" * 2_000, "a.html", "nested deeper|no HTML that can be read"),
        (b"%PDF-1.7", "a.html", "not text but a PDF document"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_cure(data: bytes, path: str, message: str) -> None:
    with pytest.raises(RegestaError, match=message):
        read(data, path)


def test_a_page_that_the_library_stumbles_over_is_named(monkeypatch) -> None:
    import trafilatura

    monkeypatch.setattr(trafilatura, "extract", lambda *_args, **_options: int("no number"))
    with pytest.raises(RegestaError, match=r"a\.html: a page whose main text cannot be found \(ValueError"):
        read(PAGE.encode(), "a.html")


def test_an_archive_that_blows_up_is_refused_before_it_is_unpacked() -> None:
    packed = BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(60):
            part.write(bytes(1_000_000))
    assert len(packed.getvalue()) < 100_000
    with pytest.raises(RegestaError, match="unpacks to 60000000 bytes"):
        read(packed.getvalue(), "a.docx")


@pytest.mark.parametrize(
    ("module", "limit", "data", "path"),
    [
        (pages, "MOST_BYTES", PAGE.encode(), "a.html"),
        (pdfs, "MOST_BYTES", pdf([["A line"]]), "a.pdf"),
        (pdfs, "MOST_PAGES", pdf([["A"], ["B"], ["C"]]), "a.pdf"),
        (pdfs, "MOST_CHARACTERS", pdf([["A line of text"]]), "a.pdf"),
        (words, "MOST_PARTS", word(), "a.docx"),
        (words, "MOST_UNPACKED", word(), "a.docx"),
    ],
)
def test_what_is_too_large_is_refused(monkeypatch, module, limit: str, data: bytes, path: str) -> None:
    monkeypatch.setattr(module, limit, 2)
    with pytest.raises(RegestaError, match=r"more than"):
        read(data, path)


@pytest.mark.parametrize(
    ("module", "data", "path"),
    [("trafilatura", PAGE.encode(), "a.html"), ("pypdfium2", pdf([["A"]]), "a.pdf"), ("docx", word(), "a.docx")],
)
def test_a_missing_library_is_named_with_what_installs_it(monkeypatch, module: str, data: bytes, path: str) -> None:
    there = importlib.import_module

    def missing(name: str, *more: object) -> object:
        if name == module:
            raise ModuleNotFoundError(name=module)
        return there(name, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(RegestaError, match=r"pip install regesta\[sources\]"):
        read(data, path)
