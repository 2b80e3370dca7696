"""The normalised reading of a stretch of text: to read and to search, never to count offsets in."""

from __future__ import annotations

import re
import unicodedata

_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_AUTOLINK = re.compile(r"<((?:https?|ftp)://[^<>\s]+|www\.[^<>\s]+|mailto:[^<>\s]+)>")
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+|(?<![ \t])[ \t]+#+[ \t]*$", re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]{0,3}>[ \t]?", re.MULTILINE)
# Emphasis marks hug the words they mark; an asterisk between spaces is a separator or a sign.
_EMPHASIS = re.compile(
    r"(?<![\w*\\])\*{1,3}(?=[^\s*])|(?<=[^\s*\\])\*{1,3}(?![\w*])|(?<!\w)_{1,3}(?=[^\W_])|(?<=[^\W_])_{1,3}(?!\w)"
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
# Marks of punctuation that have one plain form; soft hyphens, joiners and direction marks carry no words.
_PLAIN = (
    dict.fromkeys("‘’‚‛′`´ʼ＇", "'")
    | dict.fromkeys("“”„‟″«»〝〞＂", '"')
    | dict.fromkeys("‐‑‒–—―−﹘－", "-")
    | dict.fromkeys(
        "\u00ad\u200b\u2060\ufeff\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
        "",
    )
    | {"…": "..."}
)
_MARKED = re.compile(f"[{re.escape(''.join(_PLAIN))}]")
_MARKUP = "]<#>*_\\"
CHANGED = frozenset(_MARKUP).union(_PLAIN)
"""Without one of these, and in Unicode NFC, a text on one line between single spaces is normal as it stands."""

_WORD = f"[{re.escape(''.join(c for c in map(chr, range(0x21, 0x7F)) if c not in CHANGED))}]++"
_NORMAL = re.compile(f"{_WORD}(?: {_WORD})*+")


def strip_markup(text: str) -> str:
    """The text on one line without mark-up; its letters, quotes and dashes stay as they are."""
    text = _LINK.sub(r"\1", text) if "](" in text else text
    text = _AUTOLINK.sub(r"\1", text) if "<" in text else text
    text = _HEADING.sub("", text) if "#" in text else text
    text = _QUOTE.sub("", text) if ">" in text else text
    text = _EMPHASIS.sub("", text) if "*" in text or "_" in text else text
    text = _ESCAPE.sub(r"\1", text) if "\\" in text else text
    return " ".join(text.split())


def _plain_form(mark: re.Match[str]) -> str:
    return _PLAIN[mark[0]]


def normalize(text: str) -> str:
    """The text in Unicode NFC with plain quotes and dashes, without mark-up and line breaks.

    White space is collapsed to single spaces. The function is idempotent on text without mark-up.
    """
    if _NORMAL.fullmatch(text):
        return text
    plain, marks = _MARKED.subn(_plain_form, text)
    if marks and _NORMAL.fullmatch(plain):
        return plain
    stripped = strip_markup(text)
    if stripped.isascii():
        return stripped.replace("`", "'")
    plain = unicodedata.normalize("NFC", stripped)
    made, changes = _MARKED.subn(_plain_form, plain)
    return " ".join(made.split()) if changes else plain
