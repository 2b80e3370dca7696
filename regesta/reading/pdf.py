"""PDF to text: the text layer, page by page."""

from __future__ import annotations

import re
from typing import Any

from regesta.errors import RegestaError
from regesta.optional import need
from regesta.reading.text import Oddity, Reading, read_text

MOST_BYTES = 200_000_000
MOST_PAGES = 5_000
MOST_CHARACTERS = 50_000_000
PAGE_BREAK = "\n\n"
_HYPHEN = re.compile("[\ufffe\x02]\n?")
"""What pdfium puts for the hyphen of a word that is divided at the end of a line."""
_BARE = re.compile("[\0\ufeff]")


def read_pdf(data: bytes, path: str, encoding: str | None = None, language: str = "en") -> Reading:
    """The text layer of a PDF. See `regesta.reading.read` for the arguments and errors.

    Lines end as they do on the page; a word that is divided by a soft hyphen is put together; pages are divided by an
    empty line. Nothing is recognised from pictures: pages without a text layer are told as an oddity, and a document
    without any is refused.
    """
    pdfium = need("pypdfium2", "reading PDF documents", "regesta[sources]")
    if len(data) > MOST_BYTES:
        raise RegestaError(f"{path}: {len(data)} bytes of PDF, more than {MOST_BYTES}; divide the document")
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        cure = "remove its password" if "password" in str(error).lower() else "mend it, or take it out of the corpus"
        raise RegestaError(f"{path}: a PDF that cannot be opened ({error}); {cure}") from None
    try:
        if len(document) > MOST_PAGES:
            raise RegestaError(f"{path}: {len(document)} pages, more than {MOST_PAGES}; divide the document")
        pages = _pages(document, path, pdfium)
    finally:
        document.close()
    return _reading(pages, path, language)


def _pages(document: Any, path: str, pdfium: Any) -> list[str]:
    pages: list[str] = []
    room = MOST_CHARACTERS
    for number in range(len(document)):
        try:
            page = document[number]
            layer = page.get_textpage()
        except pdfium.PdfiumError as error:
            raise RegestaError(f"{path}: page {number + 1} cannot be read ({error}); mend the PDF") from None
        room -= layer.count_chars()
        if room < 0:
            raise RegestaError(f"{path}: more than {MOST_CHARACTERS} characters of text; divide the document")
        text = layer.get_text_range().replace("\r\n", "\n").replace("\r", "\n")
        pages.append(_BARE.sub("", _HYPHEN.sub("", text)).strip("\n"))
        layer.close()
        page.close()
    return pages


def _reading(pages: list[str], path: str, language: str) -> Reading:
    if not any(page.strip() for page in pages):
        raise RegestaError(
            f"{path}: no text layer: the pages are pictures; recognise the text first (with ocrmypdf, for one)"
        )
    text = PAGE_BREAK.join(pages)
    oddities: list[Oddity] = []
    at = 0
    for number, page in enumerate(pages, start=1):
        if not page.strip():
            message = f"page {number} of {len(pages)} has no text layer; what it shows is not in the text"
            # An empty page has no span of its own: the character at its place stands for it.
            start = min(at, len(text) - 1)
            oddities.append(Oddity("page_without_text", start, start + 1, message))
        at += len(page) + len(PAGE_BREAK)
    odd = read_text(text.encode(), path, "utf-8", language).oddities
    return Reading(text, "binary", (*oddities, *odd))
