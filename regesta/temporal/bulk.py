"""The bulk path: many papers in, columns out.

Papers are joined into shards of about one megabyte of UTF-8, the automaton runs over each shard once, and
byte offsets become code point offsets for a whole shard at a time. Memory is bounded by the shard
(:func:`find_shards`), or by the columns of all shards (:func:`find_many`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import numpy as np

from regesta.collector import held_off
from regesta.temporal import points
from regesta.temporal.points import Point
from regesta.temporal.resolve import Discourse
from regesta.temporal.scan import Scanner, scanner
from regesta.temporal.story import Find, Hit

Mode = Literal["auto", "news", "narrative"]
View = Literal["edtf", "timex3"]
Anchor = dt.date | str | None
Columns = dict[str, np.ndarray[Any, Any]]
SHARD = 1 << 20
_SEPARATOR = b"\n\x00\n"
_EPOCH = dt.date(1970, 1, 1).toordinal()
_COARSE = re.compile(r"(\d{4})(?:-(\d{2}))?")
_NO_DAY = np.datetime64("NaT", "D")


def anchor_point(anchor: dt.date | str | None) -> Point | None:
    """A document's date as a point.

    Args:
        anchor: a date, or its ISO form; of a longer form (``1998-02-27T08:17:00``) the day counts. Where no
            more is known, a year or a month (``2017``, ``1993-04``), and with EDTF's qualifiers (``2017~``).

    Raises:
        ValueError: the string is not an ISO date, month or year.
    """
    if anchor is None or anchor == "":
        return None
    if isinstance(anchor, dt.date):
        return points.of_date(anchor)
    plain = anchor.strip("?~%")
    if (coarse := _COARSE.fullmatch(plain)) is not None:
        year, month = int(coarse[1]), int(coarse[2] or 0)
        if year and month <= 12 and (month or not coarse[2]):
            return Point("month", year, month) if month else Point("year", year)
    try:
        return points.of_date(dt.date.fromisoformat(plain[:10]))
    except ValueError:
        raise ValueError(f"the document's date {anchor!r} is not an ISO date such as 1992-02-26") from None


def code_points(buffer: bytes, offsets: Sequence[int] | np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Code point offsets of byte offsets in UTF-8, all at once; int64."""
    found = np.asarray(offsets, dtype=np.int64)
    if buffer.isascii():
        return found
    raw = np.frombuffer(buffer, dtype=np.uint8)
    continuing = np.flatnonzero((raw & 0xC0) == 0x80)
    return found - np.searchsorted(continuing, found)


def analyse(
    papers: Iterable[tuple[str, Anchor]],
    mode: Mode,
    language: str,
    view: View,
    size: int = SHARD,
) -> Iterator[tuple[int, bytes, list[tuple[int, int, list[Hit]]]]]:
    """Shard after shard: index of its first paper, its bytes, and for each paper its first byte, last byte
    and hits.
    """
    scan = scanner(language)
    first = total = 0
    parts: list[bytes] = []
    anchors: list[Anchor] = []
    for text, anchor in papers:
        try:
            raw = text.encode()
        except UnicodeEncodeError:
            raw = text.encode("utf-8", "surrogatepass")
        parts.append(raw)
        anchors.append(anchor)
        total += len(raw) + len(_SEPARATOR)
        if total >= size:
            yield first, *_analysed(scan, parts, anchors, mode, view)
            first += len(parts)
            parts, anchors, total = [], [], 0
    if parts:
        yield first, *_analysed(scan, parts, anchors, mode, view)


def _analysed(
    scan: Scanner, parts: list[bytes], anchors: list[Anchor], mode: Mode, view: View
) -> tuple[bytes, list[tuple[int, int, list[Hit]]]]:
    buffer = _SEPARATOR.join(parts)
    with held_off():
        return buffer, _shard(scan, buffer, parts, anchors, mode, view)


def mode_of(text: str, anchor: dt.date | str | None = None, language: str = "en") -> Literal["news", "narrative"]:
    """The mode that ``auto`` picks for a paper."""
    scan = scanner(language)
    raw = text.encode("utf-8", "surrogatepass")
    paper = Discourse(raw, 0, len(raw), anchor_point(anchor), "auto", scan.tense, scan.context)
    paper.choose_mode(scan.finds(raw))
    return "narrative" if paper.narrative else "news"


def _shard(
    scan: Scanner,
    buffer: bytes,
    parts: list[bytes],
    anchors: Sequence[dt.date | str | None],
    mode: Mode,
    view: View,
) -> list[tuple[int, int, list[Hit]]]:
    found = scan.finds(buffer)
    out = []
    low = at = 0
    for raw, anchor in zip(parts, anchors, strict=True):
        high = low + len(raw)
        mine: list[Find] = []
        while at < len(found) and found[at].start < high:
            if found[at].end <= high:
                mine.append(found[at])
            at += 1
        hits = (
            Discourse(buffer, low, high, anchor_point(anchor), mode, scan.tense, scan.context).run(mine, view)
            if mine
            else []
        )
        out.append((low, high, hits))
        low = high + len(_SEPARATOR)
    return out


def find_many(
    texts: Sequence[str],
    anchors: Sequence[dt.date | str | None] | None = None,
    *,
    mode: Mode = "auto",
    language: str = "en",
    view: View = "edtf",
) -> Columns:
    """Finds and resolves the temporal expressions of many texts.

    Args:
        texts: one paper each.
        anchors: the papers' dates (``datetime.date`` or ISO), None where unknown; None for all unknown.
        mode: ``news``, ``narrative`` or ``auto``, as for :func:`regesta.temporal.find`.
        language: BCP 47 code of the texts.
        view: ``edtf`` for our own layer, ``timex3`` for the TIMEX3 conventions.

    Returns:
        One array a column, one element a hit, in order of text and offset: ``text`` (index of the text,
        int64), ``start`` and ``end`` (code points within the text, int64), ``type``, ``value``, ``mod``,
        ``quant``, ``freq``, ``begin_value``, ``end_value``, ``edtf``, ``granularity``, ``basis``, ``rule``
        (object, None for no value), ``earliest`` and ``latest`` (datetime64[D], NaT for no value),
        ``approximate`` (bool), ``anchor`` (row number of the expression leant on, -1 for none).

    Raises:
        ValueError: an anchor is not a date, or there are not as many anchors as texts.
    """
    given: Sequence[Anchor] = [None] * len(texts) if anchors is None else anchors
    if len(given) != len(texts):
        raise ValueError(f"{len(texts)} texts but {len(given)} anchors")
    shards = list(find_shards(zip(texts, given, strict=True), mode=mode, language=language, view=view))
    row = 0
    for shard in shards:
        leans = shard["anchor"]
        leans[leans >= 0] += row
        row += len(leans)
    if not shards:
        return _columns([], [], [], [], [])
    return {name: np.concatenate([shard[name] for shard in shards]) for name in shards[0]}


def find_shards(
    papers: Iterable[tuple[str, Anchor]],
    *,
    mode: Mode = "auto",
    language: str = "en",
    view: View = "edtf",
) -> Iterator[Columns]:
    """:func:`find_many`, shard after shard: for more papers than memory holds.

    Args:
        papers: text and date of one paper after the other; a generator will do.
        mode: as for :func:`find_many`.
        language: as for :func:`find_many`.
        view: as for :func:`find_many`.

    Yields:
        The columns of about a megabyte of papers. ``text`` counts the papers from the first of all,
        ``anchor`` the rows of the shard: no expression leans on one of another paper.

    Raises:
        ValueError: an anchor is not a date.
    """
    shards = analyse(papers, mode, language, view)
    while True:
        # The collector may look again once the hits are gone, and has next to nothing to look at.
        with held_off():
            shard = next(shards, None)
            columns = _gathered(*shard) if shard is not None else None
            del shard
        if columns is None:
            return
        yield columns


def _gathered(first: int, buffer: bytes, found: list[tuple[int, int, list[Hit]]]) -> Columns:
    bytes_start: list[int] = []
    bytes_end: list[int] = []
    owner: list[int] = []
    base: list[int] = []
    rows: list[Any] = []
    leans: list[int] = []
    for offset, (low, _, hits) in enumerate(found):
        if not hits:
            continue
        starts, ends, mine, anchors, indices = zip(*hits, strict=True)
        if max(anchors) >= 0:
            index = dict(zip(indices, range(len(rows), len(rows) + len(hits)), strict=True))
            leans += [index.get(a, -1) for a in anchors]
        else:
            leans += [-1] * len(hits)
        bytes_start += starts
        bytes_end += ends
        rows += mine
        owner += [first + offset] * len(hits)
        base += [low] * len(hits)
    low_points = code_points(buffer, base)
    return _columns(
        owner,
        code_points(buffer, bytes_start) - low_points,
        code_points(buffer, bytes_end) - low_points,
        rows,
        leans,
    )


def _columns(owner: list[int], starts: Any, ends: Any, rows: list[Any], leans: list[int]) -> Columns:
    # Equal rows are mostly one object: fill every column for the distinct ones, then spread them with numpy.
    _, first, codes = np.unique(
        np.fromiter(map(id, rows), np.uint64, len(rows)), return_index=True, return_inverse=True
    )
    unique = [rows[i] for i in first]
    fields = list(zip(*unique, strict=True)) if unique else [()] * 14
    names = ("type", "value", "mod", "quant", "freq", "begin_value", "end_value", "edtf")
    out: Columns = {
        "text": np.asarray(owner, dtype=np.int64),
        "start": np.asarray(starts, dtype=np.int64),
        "end": np.asarray(ends, dtype=np.int64),
    }
    for name, column in zip(names, fields[:8], strict=True):
        out[name] = _objects(column)[codes]
    out["earliest"], out["latest"] = _days(fields[8])[codes], _days(fields[9])[codes]
    out["granularity"] = _objects(fields[10])[codes]
    out["approximate"] = np.asarray(fields[11], dtype=bool)[codes]
    out["basis"], out["rule"] = _objects(fields[12])[codes], _objects(fields[13])[codes]
    out["anchor"] = np.asarray(leans, dtype=np.int64)
    return out


def _objects(column: Sequence[Any]) -> np.ndarray[Any, Any]:
    out = np.empty(len(column), dtype=object)
    out[:] = column
    return out


def _days(ordinals: Sequence[int]) -> np.ndarray[Any, Any]:
    raw = np.asarray(ordinals, dtype=np.int64)
    return np.where(raw > 0, (raw - _EPOCH).astype("datetime64[D]"), _NO_DAY)


__all__ = ["Mode", "View", "analyse", "anchor_point", "code_points", "find_many", "find_shards", "mode_of"]
