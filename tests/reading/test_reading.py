"""Bytes to text: encodings, marks, and what is odd."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.errors import RegestaError
from regesta.reading import read

TEXT = "Résumé of the 3rd meeting – “the pier”\r\nis closed.\r\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be"),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), "utf-32-le"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("cp1252"), "cp1252"),
    ],
)
def test_the_text_comes_out_unchanged(data: bytes, encoding: str) -> None:
    reading = read(data, "a.txt")
    assert reading.text == TEXT
    assert reading.encoding == encoding


@pytest.mark.parametrize(
    ("text", "encoding", "language"),
    [
        ("Постановление Совета от 3 марта 1991 года", "cp1251", "ru"),
        ("Постановление Совета от 3 марта 1991 года", "koi8-r", "ru"),
        ("Şehirin işğalı 26 fevral 1992", "cp1254", "az"),
        ("Après la tempête, le préfet écrivit à Genève", "cp1252", "fr"),
        ("Uchwała z dnia 3 maja, zażółć gęślą jaźń", "cp1250", "pl"),
        ("日本語の文章です。これは長い文章。", "cp932", "ja"),
    ],
)
def test_legacy_encodings_are_found_with_the_language_and_noted(text: str, encoding: str, language: str) -> None:
    reading = read(text.encode(encoding), "a.txt", None, language)
    assert (reading.text, reading.encoding) == (text, encoding)
    [oddity] = reading.oddities
    assert oddity.code == "encoding_guessed"


def test_the_declared_encoding_wins() -> None:
    data = "Wrocław".encode("cp1250")
    assert read(data, "a.txt", "cp1250").text == "Wrocław"
    assert read(data, "a.txt", "cp1252").text != "Wrocław"
    assert read(codecs.BOM_UTF8 + b"ab", "a.txt", "utf-8").text == "ab"
    assert read(codecs.BOM_UTF16_LE + "ab".encode("utf-16-le"), "a.txt", "utf-16").text == "ab"
    assert read("ab".encode("utf-16-be"), "a.txt", "utf-16-be").oddities == ()


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (b"caf\xe9", "utf-8", r"a\.txt: byte 3 \(0xe9\) is not utf-8"),
        (b"caf\xe9", "ascii", r"byte 3 \(0xe9\) is not ascii"),
        (codecs.BOM_UTF8 + b"caf\xe9", "utf-8", r"byte 6 \(0xe9\)"),
        (b"abc", "klingon", r"encoding 'klingon' is not known"),
        (b"%PDF-1.7 ...", None, "not text but a PDF document"),
        (b"PK\x03\x04....", None, "not text but a ZIP archive"),
        (b"\n \t\n", None, "nothing but white space"),
        (b"", None, "the file is empty"),
        (codecs.BOM_UTF8, None, "nothing but white space"),
        (b"ab\0cd", None, "NUL character at byte 2"),
        (codecs.BOM_UTF16_LE + "a\0b".encode("utf-16-le"), None, "NUL character at byte 4"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(data: bytes, encoding: str | None, message: str) -> None:
    with pytest.raises(RegestaError, match=message):
        read(data, "a.txt", encoding)


def test_oddities_tell_code_point_and_byte() -> None:
    reading = read("é\u0001é\u0001 \u202eab\ufffd".encode(), "a.txt")
    assert [(o.code, o.start) for o in reading.oddities] == [
        ("control_character", 1),
        ("bidi_control", 5),
        ("replacement_character", 8),
    ]
    assert reading.oddities[0].message == "control character U+0001 at byte 2, 2 times in all"


clean = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1).filter(
    lambda text: bool(text.strip())
)


@given(clean, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-be"]))
def test_what_was_encoded_is_read_back(text: str, encoding: str) -> None:
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return
    assert read(text.encode(encoding), "a.txt", encoding).text == text
    if encoding != "utf-16-be":
        assert read(text.encode(encoding), "a.txt").text == text


@given(st.binary(max_size=300))
def test_no_bytes_are_too_strange(data: bytes) -> None:
    """Any bytes are read or refused with a message; nothing else can happen."""
    try:
        reading = read(data, "a.txt")
    except RegestaError as error:
        assert str(error).startswith("a.txt: ")
    else:
        assert reading.text.strip()
        assert "\0" not in reading.text
