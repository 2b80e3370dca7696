"""Which reader reads which file: the place where readers for more formats plug in."""

from __future__ import annotations

from collections.abc import Callable

from regesta.errors import RegestaError
from regesta.reading.page import read_page
from regesta.reading.pdf import read_pdf
from regesta.reading.text import Reading, read_text
from regesta.reading.word import read_word

Reader = Callable[[bytes, str, str | None, str], Reading]
"""A reader takes a file's bytes, its path (for messages), the declared encoding and the language."""

# Suffix -> media type (RFC 6838) and reader. The text that a reader gives is what every offset counts in and what is
# published; a reader imports the library it needs when it is called.
_FORMATS: dict[str, tuple[str, Reader]] = {
    ".txt": ("text/plain", read_text),
    ".text": ("text/plain", read_text),
    ".md": ("text/markdown", read_text),
    ".markdown": ("text/markdown", read_text),
    ".html": ("text/html", read_page),
    ".htm": ("text/html", read_page),
    ".xhtml": ("application/xhtml+xml", read_page),
    ".pdf": ("application/pdf", read_pdf),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", read_word),
}
MEDIA_TYPES: dict[str, str] = {suffix: media_type for suffix, (media_type, _) in _FORMATS.items()}


def media_type(path: str) -> str:
    """The media type of a file, by its suffix."""
    return MEDIA_TYPES[_suffix(path)]


def _suffix(path: str) -> str:
    return "." + path.rpartition(".")[2].lower()


def read(data: bytes, path: str, encoding: str | None = None, language: str = "en") -> Reading:
    """Read a file's bytes by the reader that its suffix names.

    Args:
        data: the file's bytes.
        path: the file's path; its suffix picks the reader, and messages name it.
        encoding: the declared encoding, which wins over all evidence.
        language: the declared language (BCP 47), which helps to tell legacy encodings apart.

    Raises:
        RegestaError: the file is empty, is no text, or cannot be decoded.
    """
    if not data:
        raise RegestaError(f"{path}: the file is empty; put the text in, or take the file out of the corpus")
    _, reader = _FORMATS[_suffix(path)]
    return reader(data, path, encoding, language)
