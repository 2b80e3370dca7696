"""Plain text and Markdown: find the encoding, decode, and tell what is odd."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from typing import Literal

import charset_normalizer

from regesta.errors import RegestaError

OddityCode = Literal[
    "encoding_guessed", "control_character", "bidi_control", "replacement_character", "page_without_text"
]


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something odd in a text, at the code points ``[start, end)``."""

    code: OddityCode
    start: int
    end: int
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read: its text, how it was encoded (`binary` for what is no text), and what is odd in it.

    The text of a text file is unchanged but for a byte order mark.
    """

    text: str
    encoding: str
    oddities: tuple[Oddity, ...] = ()


# A longer mark first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
    b"\x7fELF": "a program",
}
# Short texts in one-byte encodings look alike to the library; the usual ones of the language go first.
_USUAL = {
    **dict.fromkeys(("be", "bg", "kk", "mk", "ru", "sr", "uk"), ("cp1251", "koi8_r", "koi8_u", "cp866", "iso8859_5")),
    **dict.fromkeys(("bs", "cs", "hr", "hu", "pl", "ro", "sk", "sl", "sq"), ("cp1250", "iso8859_2", "cp852")),
    **dict.fromkeys(("az", "ku", "tr"), ("cp1254", "iso8859_9")),
    **dict.fromkeys(("et", "lt", "lv"), ("cp1257", "iso8859_13")),
    "ar": ("cp1256", "iso8859_6"),
    "el": ("cp1253", "iso8859_7"),
    "fa": ("cp1256",),
    "he": ("cp1255", "iso8859_8"),
    "ja": ("cp932", "euc_jp"),
    "ko": ("cp949", "euc_kr"),
    "th": ("cp874",),
    "vi": ("cp1258",),
    "zh": ("gb18030", "big5"),
}
_ODD = re.compile(
    "(?P<control_character>[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f])"
    "|(?P<bidi_control>[\u202a-\u202e\u2066-\u2069])"
    "|(?P<replacement_character>\ufffd)"
)
# Bytes of UTF-8 that are characters by themselves, and not odd.
_SOUND = bytes(code for code in range(0x80) if not _ODD.match(chr(code)))
_MEANING = {
    "control_character": "control character",
    "bidi_control": "character that overrides the direction of text",
    "replacement_character": "replacement character: the text was damaged before it came here",
}


def read_text(data: bytes, path: str, encoding: str | None = None, language: str = "en") -> Reading:
    """Decode a text file. See `regesta.reading.read` for the arguments and errors."""
    if data.startswith(tuple(_SIGNATURES)):
        kind = next(kind for mark, kind in _SIGNATURES.items() if data.startswith(mark))
        raise RegestaError(f"{path}: not text but {kind}; give the text itself, or take the file out of the corpus")
    reading = _decode(data, path, encoding, language)
    if reading.text.isspace() or not reading.text:
        raise RegestaError(f"{path}: nothing but white space; put the text in, or take the file out of the corpus")
    nul = reading.text.find("\0")
    if nul >= 0:
        at = _byte_position(reading, nul, data)
        raise RegestaError(
            f"{path}: NUL character at byte {at}; no text has one: remove it, or declare the encoding "
            'in the catalogue (encoding = "utf-16", for one)'
        )
    odd = _oddities(reading, data)
    return replace(reading, oddities=reading.oddities + odd) if odd else reading


def _decode(data: bytes, path: str, declared: str | None, language: str) -> Reading:
    mark, marked = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", None))
    if declared is not None:
        return _decode_declared(data, path, declared, mark)
    if marked:
        return Reading(_strict(data[len(mark) :], path, marked, len(mark)), marked)
    try:
        return Reading(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if wide := _wide(data):
            return _guessed(_strict(data, path, wide, 0), wide)
        if b"\0" in data:
            at = data.index(b"\0")
            raise RegestaError(f"{path}: not text: NUL at byte {at}, and bytes that are no UTF-8") from None
        _refuse_damaged_utf8(data, path, error)
        return _guess(data, path, language)


def _decode_declared(data: bytes, path: str, declared: str, mark: bytes) -> Reading:
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        raise RegestaError(f"{path}: encoding {declared!r} is not known; use a name such as utf-8 or cp1251") from None
    if mark and not name.startswith("utf"):
        mark = b""
    text = _strict(data[len(mark) :], path, name if not mark else _unmarked(name, data), len(mark))
    return Reading(text, name)


def _unmarked(name: str, data: bytes) -> str:
    """The codec to use after the mark was cut off: `utf-16` alone would no longer know the byte order."""
    if name in ("utf-16", "utf-32"):
        return next(marked for mark, marked in _MARKS if data.startswith(mark))
    return name.removesuffix("-sig")


def _strict(data: bytes, path: str, encoding: str, skipped: int) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        at = error.start + skipped
        raise RegestaError(
            f"{path}: byte {at} (0x{data[error.start]:02x}) is not {encoding} ({error.reason}); "
            "mend the file, or declare its encoding in the catalogue"
        ) from None


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark, told by zeros that stand in every second place only."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    half = len(data) / 2
    if len(data) % 2 == 0 and odd > half * 0.2 and even <= odd * 0.01:
        return "utf-16-le"
    if len(data) % 2 == 0 and even > half * 0.2 and odd <= even * 0.01:
        return "utf-16-be"
    return None


def _refuse_damaged_utf8(data: bytes, path: str, error: UnicodeDecodeError) -> None:
    """Refuse UTF-8 with a few broken bytes: read as a legacy encoding it would come out as mojibake, unnoticed."""
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        pass
    else:
        raise RegestaError(f"{path}: byte {error.start} begins a lone surrogate, which is no character; mend the file")
    kept = data.decode("utf-8", "ignore")
    sound = sum(1 for character in kept if ord(character) > 0x7F)
    if sound and len(data) - len(kept.encode("utf-8")) <= sound:
        raise RegestaError(
            f"{path}: byte {error.start} (0x{data[error.start]:02x}) is not UTF-8 ({error.reason}), but {sound} "
            "other characters are; mend the file, or declare its encoding in the catalogue"
        )


def _guess(data: bytes, path: str, language: str) -> Reading:
    """The likeliest legacy encoding: one that is usual for the language if the library allows it, else any."""
    usual = _USUAL.get(language.split("-", maxsplit=1)[0].lower(), ("cp1252",))
    best = (
        charset_normalizer.from_bytes(data, cp_isolation=list(usual)).best()
        or charset_normalizer.from_bytes(data).best()
    )
    if best is None:
        raise RegestaError(f"{path}: not text in any encoding known; declare its encoding in the catalogue")
    return _guessed(_strict(data, path, best.encoding, 0), best.encoding.replace("_", "-"))


def _guessed(text: str, encoding: str) -> Reading:
    message = f"encoding {encoding} was found from the bytes; declare it in the catalogue to be sure"
    return Reading(text, encoding, (Oddity("encoding_guessed", 0, len(text), message),))


def _byte_position(reading: Reading, position: int, data: bytes) -> int:
    skipped = len(data) - len(reading.text.encode(_codec(reading.encoding)))
    return skipped + len(reading.text[:position].encode(_codec(reading.encoding)))


def _codec(encoding: str) -> str:
    return {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, encoding.removesuffix("-sig"))


def _oddities(reading: Reading, data: bytes) -> tuple[Oddity, ...]:
    """One oddity for each character code that is odd: where it stands first, and how often it stands."""
    if not _ODD.search(reading.text.encode().translate(None, _SOUND).decode()):
        return ()
    found: dict[str, list[re.Match[str]]] = {}
    for hit in _ODD.finditer(reading.text):
        found.setdefault(hit[0], []).append(hit)
    oddities = []
    for character, hits in found.items():
        first = hits[0]
        code: OddityCode = first.lastgroup  # type: ignore[assignment]
        at = _byte_position(reading, first.start(), data)
        often = f", {len(hits)} times in all" if len(hits) > 1 else ""
        message = f"{_MEANING[code]} U+{ord(character):04X} at byte {at}{often}"
        oddities.append(Oddity(code, first.start(), first.end(), message))
    return tuple(oddities)
