"""What ``regesta dates`` does: papers in, TimeML or JSON lines out, and an explanation for people."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from regesta.temporal import Mode, Timex, View, find, find_each, mode_of
from regesta.temporal.bulk import anchor_point

Input = Literal["auto", "text", "jsonl"]
Output = Literal["jsonl", "timeml"]
_BATCH = 1 << 20


class InputError(ValueError):
    """The input cannot be read; the message names the line and the cure."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One text to read: its id, the text and its date (ISO) where known."""

    id: str
    text: str
    dct: str | None


def read_papers(
    lines: Iterable[str], kind: Input = "auto", *, name: str = "input", dct: str | None = None
) -> Iterator[Paper]:
    """The papers of a plain text or of JSON lines ``{"id", "text", "dct"}``.

    Args:
        lines: the input, line by line, with their ends.
        kind: ``text``, ``jsonl``, or ``auto`` to tell by the first line that is not blank.
        name: id of a plain text.
        dct: date of the papers that do not bring their own, ISO.

    Raises:
        InputError: a line is not JSON, has no text, or its date is no date.
    """
    iterator = iter(lines)
    head: list[str] = []
    if kind == "auto":
        for line in iterator:
            head.append(line)
            if line.strip():
                break
        kind = "jsonl" if head and _is_record(head[-1]) else "text"
    if kind == "text":
        yield Paper(name, "".join(head) + "".join(iterator), _date(dct, "--dct"))
        return
    for number, line in enumerate(_chain(head, iterator), 1):
        if line.strip():
            yield _record(line, number, dct)


def _chain(head: list[str], rest: Iterator[str]) -> Iterator[str]:
    yield from head
    yield from rest


def _is_record(line: str) -> bool:
    if not line.lstrip().startswith("{"):
        return False
    try:
        found = json.loads(line)
    except ValueError:
        return False
    return isinstance(found, dict) and "text" in found


def _record(line: str, number: int, dct: str | None) -> Paper:
    where = f"line {number}"
    try:
        found = json.loads(line)
    except ValueError as error:
        raise InputError(f'{where} is not JSON ({error}); each line is {{"id": …, "text": …, "dct": …}}') from None
    if not isinstance(found, dict) or not isinstance(found.get("text"), str):
        raise InputError(f'{where} has no "text"; each line is {{"id": …, "text": …, "dct": …}}')
    own = found.get("dct")
    if own is not None and not isinstance(own, str):
        raise InputError(f"{where}: dct is {own!r}, not a date such as 1992-02-26")
    return Paper(str(found.get("id", number)), found["text"], _date(own or dct, where))


def _date(value: str | None, where: str) -> str | None:
    if not value:
        return None
    try:
        anchor_point(value)
    except ValueError as error:
        raise InputError(f"{where}: {error}") from None
    return value[:10].rstrip("?~%")


def annotate(
    papers: Iterable[Paper], *, mode: Mode = "auto", language: str = "en", view: View = "timex3"
) -> Iterator[tuple[Paper, list[Timex]]]:
    """The papers with their expressions, about a megabyte of text at a time."""
    batch: list[Paper] = []
    size = 0
    for paper in papers:
        batch.append(paper)
        size += len(paper.text)
        if size >= _BATCH:
            yield from _annotated(batch, mode, language, view)
            batch, size = [], 0
    yield from _annotated(batch, mode, language, view)


def _annotated(batch: Sequence[Paper], mode: Mode, language: str, view: View) -> Iterator[tuple[Paper, list[Timex]]]:
    found = find_each([p.text for p in batch], [p.dct for p in batch], mode=mode, language=language, view=view)
    yield from zip(batch, found, strict=True)


def to_json(paper: Paper, timexes: Sequence[Timex]) -> str:
    """One line of JSON: ``{"id", "timexes": [{"start", "end", "surface", "type", "value", "edtf", …}]}``.

    Offsets are code points of the text. Attributes without a value are left out, but for value and edtf.
    """
    return json.dumps({"id": paper.id, "timexes": [_plain(t) for t in timexes]}, ensure_ascii=False)


def _plain(t: Timex) -> dict[str, object]:
    out: dict[str, object] = {
        "start": t.start, "end": t.end, "surface": t.surface, "type": t.type, "value": t.value,
        "edtf": t.edtf,
    }  # fmt: skip
    more = {
        "mod": t.mod, "quant": t.quant, "freq": t.freq, "begin": t.begin_value, "end_point": t.end_value,
        "earliest": _day(t.earliest), "latest": _day(t.latest), "granularity": t.granularity,
        "approximate": t.approximate or None, "basis": t.basis, "anchor": t.anchor, "rule": t.rule,
    }  # fmt: skip
    out.update({k: v for k, v in more.items() if v is not None})
    return out


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def to_timeml(paper: Paper, timexes: Sequence[Timex]) -> str:
    """The paper as a TimeML document with TIMEX3 tags; the document's date is ``t0``.

    A range of our own layer (``INTERVAL``) becomes a DURATION with its two points, as TIMEX3 readers expect.
    """
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<TimeML>\n', f"<DOCID>{escape(paper.id)}</DOCID>\n"]
    if paper.dct:
        parts.append(
            f'<DCT><TIMEX3 tid="t0" type="DATE" value={quoteattr(paper.dct)} temporalFunction="false" '
            f'functionInDocument="CREATION_TIME">{escape(paper.dct)}</TIMEX3></DCT>\n'
        )
    parts.append("<TEXT>")
    at = 0
    for number, t in enumerate(timexes, 1):
        parts.append(_text(paper.text[at : t.start]))
        parts.append(f"<TIMEX3{_attributes(t, number, paper)}>{_text(t.surface)}</TIMEX3>")
        at = t.end
    parts.append(_text(paper.text[at:]) + "</TEXT>\n</TimeML>\n")
    return "".join(parts)


def _text(words: str) -> str:
    """Text for XML 1.0, which has no words for most control characters."""
    return escape("".join(c if c >= " " or c in "\t\n\r" else "\ufffd" for c in words))


def _attributes(t: Timex, number: int, paper: Paper) -> str:
    kind = "DURATION" if t.type == "INTERVAL" else t.type
    value = t.value or (f"{t.begin_value}/{t.end_value}" if t.type == "INTERVAL" else "")
    anchor = f"t{t.anchor + 1}" if t.anchor is not None else "t0" if t.basis == "document" and paper.dct else None
    pairs = {
        "tid": f"t{number}", "type": kind, "value": value, "mod": t.mod, "quant": t.quant, "freq": t.freq,
        "temporalFunction": "true" if anchor else None, "anchorTimeID": anchor,
    }  # fmt: skip
    return "".join(f" {k}={quoteattr(v)}" for k, v in pairs.items() if v is not None)


def explain(paper: Paper, *, mode: Mode = "auto", language: str = "en", view: View = "timex3") -> str:
    """Why each expression means what it means: its rule, its anchor and the chain of anchors, for people."""
    chosen = mode if mode != "auto" else f"{mode_of(paper.text, paper.dct, language)} (chosen from the evidence)"
    lines = [f"{paper.id}: mode {chosen}; document date {paper.dct or 'unknown'}; view {view}"]
    timexes = find(paper.text, anchor=paper.dct, mode=mode, language=language, view=view)
    for t in timexes:
        lines.append(f"\n{t.surface!r} at {t.start}-{t.end}")
        value = t.value or (f"{t.begin_value} to {t.end_value}" if t.type == "INTERVAL" else "unresolved")
        bent = f", mod {t.mod}" if t.mod else ""
        lines.append(f"  rule    {t.rule}: {t.type} {value}{bent}")
        if t.edtf:
            days = f", {t.earliest} to {t.latest}" if t.earliest else ""
            lines.append(f"  edtf    {t.edtf}{days}")
        lines.append(f"  basis   {_basis(t, paper)}")
        chain = _chain_of(t, timexes, paper)
        if chain:
            lines.append(f"  chain   {chain}")
    if not timexes:
        lines.append("no temporal expressions")
    return "\n".join(lines) + "\n"


def _basis(t: Timex, paper: Paper) -> str:
    return {
        "explicit": "explicit: complete in its own words",
        "context": "context: completed from the text around",
        "document": f"document: leans on the document's date {paper.dct or ''}".rstrip(),
        "none": "none: what it leans on is not in the text",
    }[t.basis]


def _chain_of(t: Timex, timexes: Sequence[Timex], paper: Paper) -> str:
    steps = []
    seen = set()
    while t.anchor is not None and t.anchor not in seen:
        seen.add(t.anchor)
        t = timexes[t.anchor]
        steps.append(f"{t.surface!r} ({t.value or t.edtf or 'unresolved'}, {t.rule})")
    if t.basis == "document" and paper.dct:
        steps.append(f"the document's date {paper.dct}")
    return " <- ".join(steps)
