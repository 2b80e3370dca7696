"""The page of a paper: its text as in the source with marks in place, and beside it what the rows say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

from markupsafe import Markup
from rapidfuzz.distance import Indel

from regesta.site import links, words
from regesta.site.marks import Mark, render, shown
from regesta.site.model import Register, SeriesKey
from regesta.site.stream import Block, Date, Figure, Issue, Mention, Paper, Sentence, Twin

_HEADINGS = frozenset({"title", "heading"})
_T = TypeVar("_T", Block, Date, Mention, Figure, Sentence)


class Note(NamedTuple):
    """What a row says, beside the text.

    Attributes:
        id: its own id, to which its mark leads.
        at: id of the mark.
        kind: date, figure, or the type of an entity.
        words: the words of the row, or the label of the entity.
        href: where more is told; empty for nowhere.
        says: what the row says of them.
    """

    id: str
    at: str
    kind: str
    words: str
    href: str
    says: str


class Line(NamedTuple):
    """A block of the text and the notes beside it; `at` is where it begins in the source."""

    tag: str
    kind: str
    id: str
    at: int
    html: Markup
    notes: list[Note]


class Odd(NamedTuple):
    """An observation; its id is empty where a mark in the text has it."""

    id: str
    code: str
    message: str


class Part(NamedTuple):
    """A page of a paper: its number from 1, its text, what other papers say in the same words, and what was odd."""

    number: int
    lines: list[Line]
    matches: list[Match]
    odd: list[Odd]


class Match(NamedTuple):
    """A sentence and one of another paper that says the same, with the words that differ marked."""

    at: str
    mine: Markup
    theirs: Markup
    href: str
    document_id: str
    exact: bool
    more: int


def parts(register: Register, paper: Paper) -> Iterator[Part]:
    """The pages of a paper: one for most."""
    head = paper.head
    borders = [head.start, *register.addresses.parts(head.document_id), head.end]
    for number, (start, end) in enumerate(pairwise(borders), start=1):
        ids = {f"{head.start}-{head.end}"}
        lines = [_line(register, paper, block, ids) for block in _blocks(paper, start, end)]
        matches = [_match(register, twin, paper) for twin in paper.twins if start <= twin.start < end]
        odd = [_odd(issue, ids) for issue in paper.issues if start <= issue.start < end]
        yield Part(number, lines, matches, odd)


def _odd(issue: Issue, ids: set[str]) -> Odd:
    name = f"{issue.start}-{issue.end}"
    given = name in ids
    ids.add(name)
    return Odd("" if given else name, issue.code, issue.message)


def _blocks(paper: Paper, start: int, end: int) -> Iterator[tuple[int, int, Block | None]]:
    """The stretches of a part of a paper, with the block they are of; words between blocks are shown too."""
    at = start
    for block in paper.blocks:
        first, last = max(block.start, at), min(block.end, end)
        if first >= last:
            continue
        if _visible(paper, at, first):
            yield at, first, None
        yield first, last, block
        at = last
    if _visible(paper, at, end):
        yield at, end, None


def _visible(paper: Paper, start: int, end: int) -> bool:
    return bool(paper.text[start - paper.head.start : end - paper.head.start].strip())


def _line(register: Register, paper: Paper, stretch: tuple[int, int, Block | None], ids: set[str]) -> Line:
    start, end, block = stretch
    kind = block.kind if block else "loose"
    name = f"{block.start}-{block.end}" if block and block.start == start else ""
    if name in ids:
        name = ""
    ids.add(name)
    inside = slice(start - paper.head.start, end - paper.head.start)
    notes: dict[str, Note] = {}
    marks = [Mark(s.start, s.end, "s", f"{s.start}-{s.end}") for s in _within(paper.sentences, start, end)]
    marks += [_mark(f, "figure", _figure(register, f), notes, 1) for f in _within(paper.figures, start, end)]
    marks += [_mark(d, "date", _date(d), notes, 2) for d in _within(paper.dates, start, end)]
    for mention in _within(paper.mentions, start, end):
        note = _mention(register, mention)
        known = next((n for n in notes.values() if n.href == note.href and n.says == note.says), note)
        marks.append(_mark(mention, "entity", known, notes, 3))
    html = render(paper.text[inside], marks, start, ids)
    ordered = sorted(notes.values(), key=lambda n: (int(n.at.partition("-")[0]), n.id))
    return Line("h2" if kind in _HEADINGS else "p", kind, name, start, html, ordered)


def _within(rows: Sequence[_T], start: int, end: int) -> list[_T]:
    return [row for row in rows if row.start < end and row.end > start]


def _mark(row: Date | Mention | Figure, kind: str, note: Note, notes: dict[str, Note], rank: int) -> Mark:
    notes.setdefault(note.id, note)
    return Mark(row.start, row.end, kind, f"{row.start}-{row.end}", f"#{note.id}", rank)


def _date(row: Date) -> Note:
    at = f"{row.start}-{row.end}"
    said = row.edtf or "no calendar value"
    about = ", approximate" if row.approximate else ""
    return Note(f"d{at}", at, "date", row.surface, "", f"{said}{about}; {words.BASIS.get(row.basis, row.basis)}")


def _mention(register: Register, row: Mention) -> Note:
    at = f"{row.start}-{row.end}"
    own = row.relation is None or row.relation == "document"
    said = "" if own else f"{row.edtf}: {words.RELATION.get(row.relation or '', row.relation)}"
    return Note(f"e{at}", at, row.type, register.label(row.entity_id), links.entity(row.entity_id), said)


def _figure(register: Register, row: Figure) -> Note:
    at = f"{row.start}-{row.end}"
    says = [f"{words.value(row.low, row.high, row.qualifier)}: {words.counted(row.measure, row.group, row.unit)}"]
    if row.place:
        says.append(register.label(row.place))
    if row.edtf:
        says.append(row.edtf)
    if row.attributed_to:
        says.append(f"attributed to “{row.attributed_to}”")
    if row.quoted:
        says.append("in quotation marks")
    if row.part_of:
        says.append("part of another figure")
    if row.earlier_papers:
        says.append(f"same sentence in {words.of(row.earlier_papers, 'earlier paper')}")
    key = SeriesKey(row.measure, row.group, row.unit, row.place)
    return Note(f"f{at}", at, "figure", row.surface, links.series(*key), "; ".join(says))


def _match(register: Register, twin: Twin, paper: Paper) -> Match:
    mine = paper.text[twin.start - paper.head.start : twin.end - paper.head.start]
    left, right = compared(mine, twin.text)
    at = f"{twin.start}-{twin.end}"
    href = register.addresses(twin.sentence_id)
    return Match(at, left, right, href, twin.document_id, twin.kind == "exact", twin.many)


def compared(left: str, right: str) -> tuple[Markup, Markup]:
    """Two sentences with the words marked in which they differ; case, white space and punctuation do not count."""
    a, b = left.split(), right.split()
    steps = Indel.opcodes([_bare(w) for w in a], [_bare(w) for w in b])
    mine: list[Markup] = []
    theirs: list[Markup] = []
    for step in steps:
        for out, found, start, end in (
            (mine, a, step.src_start, step.src_end),
            (theirs, b, step.dest_start, step.dest_end),
        ):
            if start < end:
                piece = shown(" ".join(found[start:end]))
                out.append(piece if step.tag == "equal" else Markup('<mark class="differs">{}</mark>').format(piece))
    return Markup(" ").join(mine), Markup(" ").join(theirs)


def _bare(word: str) -> str:
    return "".join(sign for sign in word.casefold() if sign.isalnum()) or word
