"""DOCX to text: the paragraphs and tables of the document, in their order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from regesta.errors import RegestaError
from regesta.optional import need
from regesta.reading.text import Reading, read_text

MOST_UNPACKED = 200_000_000
"""Bytes that a document may unpack to, pictures and all; looked at before anything is unpacked."""
MOST_MARKUP = 50_000_000
"""Bytes of XML in it: a tree takes some ten times as much memory."""
MOST_PARTS = 10_000
_DEPTH = 32


def read_word(data: bytes, path: str, encoding: str | None = None, language: str = "en") -> Reading:
    """The text of a DOCX document. See `regesta.reading.read` for the arguments and errors.

    Paragraphs are divided by an empty line, headings are marked as in Markdown, and a row of a table is a line with a
    tab between cells. Headers, footers, footnotes, comments and pictures are no part of it.
    """
    docx = need("docx", "reading Word documents", "regesta[sources]")
    _refuse_bombs(data, path)
    try:
        document = docx.Document(io.BytesIO(data))
        text = "\n\n".join(_blocks(document, docx, path)) + "\n"
    except RegestaError:
        raise
    except Exception as error:
        # The library lets through what its own parts raise: KeyError, ValueError, errors of lxml and of zipfile.
        raise RegestaError(
            f"{path}: a Word document that cannot be read ({type(error).__name__}: {error!s:.200}); "
            "open it and save it again, or take it out of the corpus"
        ) from None
    return Reading(text, "binary", read_text(text.encode(), path, "utf-8", language).oddities)


def _refuse_bombs(data: bytes, path: str) -> None:
    """Refuse what would blow up, by what the archive says of itself: zipfile unpacks no more than that."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            markup = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
            size = sum(part.file_size for part in markup)
            if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or size > MOST_MARKUP:
                raise RegestaError(
                    f"{path}: unpacks to {unpacked} bytes in {len(parts)} parts, {size} of them XML, more than is safe "
                    f"({MOST_UNPACKED}, {MOST_PARTS}, {MOST_MARKUP}); save its text as a .txt file instead"
                )
            for part in markup:
                _refuse_entities(archive.read(part), f"{path}: {part.filename}")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise RegestaError(
            f"{path}: no Word document that can be opened ({error}); save it again as .docx, without a password"
        ) from None


def _refuse_entities(xml: bytes, where: str) -> None:
    """Office documents have no document type; one that has wants to define entities (ECMA-376, part 2, 8.1.4)."""
    if any("<!DOCTYPE".encode(code) in xml for code in ("utf-8", "utf-16-le", "utf-16-be")):
        raise RegestaError(f"{where}: has a document type, as no Word document does; save the document again")


def _blocks(container: Any, docx: Any, path: str, depth: int = 0) -> Iterator[str]:
    if depth > _DEPTH:
        raise RegestaError(f"{path}: tables nested deeper than {_DEPTH}; save its text as a .txt file instead")
    for block in container.iter_inner_content():
        if isinstance(block, docx.table.Table):
            lines = [_row(row, docx, path, depth) for row in block.rows]
            if text := "\n".join(line for line in lines if line.strip()):
                yield text
        elif text := block.text.strip():
            yield f"{'#' * level} {text}" if (level := _level(block)) else text


def _row(row: Any, docx: Any, path: str, depth: int) -> str:
    cells, seen = [], set()
    for cell in row.cells:
        # A merged cell stands in every column that it spans.
        if id(cell._tc) not in seen:
            seen.add(id(cell._tc))
            cells.append(" ".join(" ".join(_blocks(cell, docx, path, depth + 1)).split()))
    return "\t".join(cells)


def _level(paragraph: Any) -> int:
    """The level of a heading; 0 of what is none."""
    name = (paragraph.style.name or "").lower() if paragraph.style is not None else ""
    if name == "title":
        return 1
    number = name.removeprefix("heading ")
    return min(int(number), 6) if name.startswith("heading ") and number.isdecimal() else 0
