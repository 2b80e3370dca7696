"""HTML to text: the main text of a page, as Markdown, without what is around it."""

from __future__ import annotations

import codecs
import re
from typing import Any

from regesta.errors import RegestaError
from regesta.optional import need
from regesta.reading.text import Reading, read_text

MOST_BYTES = 10_000_000
"""A page of more than this is refused: no paper has so many words, and the finding of main text is slow on such."""
# The parser drops, without a word, what is nested deeper than 255.
_DEPTH = 250
_HEAD = 4096
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


def read_page(data: bytes, path: str, encoding: str | None = None, language: str = "en") -> Reading:
    """The main text of a page. See `regesta.reading.read` for the arguments and errors.

    Scripts, styles, navigation and comments are no part of it. The encoding is the declared one, else that of a byte
    order mark, else what the page says of itself, else found from the bytes.
    """
    trafilatura = need("trafilatura", "reading web pages", "regesta[sources]")
    if len(data) > MOST_BYTES:
        raise RegestaError(
            f"{path}: {len(data)} bytes of HTML, more than {MOST_BYTES}; save its main text as a .txt file instead"
        )
    decoded = _decode(data, path, encoding, language)
    tree = trafilatura.load_html(decoded.text)
    if tree is None:
        raise RegestaError(f"{path}: no HTML that can be read; give a page, or take the file out of the corpus")
    if _deep(tree):
        raise RegestaError(f"{path}: elements nested deeper than {_DEPTH}; save its main text as a .txt file instead")
    text = _main_text(trafilatura, tree, path)
    if not text or not text.strip():
        raise RegestaError(
            f"{path}: no main text found in the page; save the text as a .txt file, or take the file out of the corpus"
        )
    # What is odd in the text is looked for where its addresses are counted.
    odd = read_text(text.encode(), path, "utf-8", language).oddities
    return Reading(text, decoded.encoding, tuple(o for o in decoded.oddities if o.code == "encoding_guessed") + odd)


def _main_text(trafilatura: Any, tree: object, path: str) -> str | None:
    try:
        found: str | None = trafilatura.extract(
            tree, output_format="markdown", include_comments=False, include_tables=True, favor_recall=True
        )
    except Exception as error:
        # Pages are stranger than the library thinks; what it then raises may be anything.
        raise RegestaError(
            f"{path}: a page whose main text cannot be found ({type(error).__name__}: {error!s:.200}); "
            "save the text as a .txt file, or take the file out of the corpus"
        ) from None
    return found


def _decode(data: bytes, path: str, encoding: str | None, language: str) -> Reading:
    if encoding is None and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        said = _CHARSET.search(data[:_HEAD]) or _XML.match(data)
        name = said[1].decode("ascii").lower() if said else None
        # A page that says UTF-16 in plain letters is not UTF-16 (HTML standard, "prescan a byte stream").
        if name and not name.startswith("utf-16"):
            try:
                return read_text(data, path, name, language)
            except RegestaError:
                pass  # Pages say wrong things of themselves; the bytes have the last word.
    return read_text(data, path, encoding, language)


def _deep(tree: object) -> bool:
    """Whether a tree is nested so deep that something may be missing in it."""
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > _DEPTH:
            return True
        level = [child for element in level for child in element]  # type: ignore[attr-defined]
    return False
