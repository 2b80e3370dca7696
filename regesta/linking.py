"""Which date governs which mention: the table `dated_entities`.

Taken is the nearest date in the clause of the mention; else in its sentence; else the last date before it in its
paragraph; else the paper's own date. A date that belongs to a cited instrument ("resolution 260 of 9 December 1948")
dates that instrument and nothing else.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import accumulate
from typing import Any, NamedTuple

import pyarrow as pa
import yaml

from regesta.entities.lexicon import alternatives
from regesta.tables.arrow import table_from_rows

_BRACKET = re.compile(r"[()]")
_YEAR = 366
_LIST = re.compile(r"\s*(?:,|,?\s*\w{1,3})\s*#?")
_GOVERNING = frozenset({"DATE", "INTERVAL", "TIME", "SET"})


class _Date(NamedTuple):
    start: int
    end: int
    id: str
    first: Any
    last: Any
    edtf: str | None
    type: str


class _Mention(NamedTuple):
    start: int
    end: int
    id: str
    entity: str
    type: str
    sentence: str


class _Sentence(NamedTuple):
    start: int
    end: int
    id: str
    block: str
    text: str


@cache
def _words(language: str) -> dict[str, re.Pattern[str]]:
    """Patterns of a language, from `entities/languages/<code>.linking.yaml`."""
    folder = resources.files("regesta.entities") / "languages"
    file = folder / f"{language.split('-', maxsplit=1)[0].lower()}.linking.yaml"
    raw = yaml.load((file if file.is_file() else folder / "en.linking.yaml").read_bytes(), yaml.BaseLoader)  # noqa: S506
    openers = alternatives(raw["clause_openers"])
    return {
        "clause": re.compile(
            rf"[;:()“”\"]|\s[–—-]\s|,?\s(?:{openers})\b|,\s(?:{alternatives(raw['comma_openers'])})\b", re.IGNORECASE
        ),
        "bound": re.compile(
            rf"\s*[)”\"’]*,?\s*(?:(?:{alternatives(raw['binders'])})\s+)*(?:the\s+)?\(?\Z", re.IGNORECASE
        ),
    }


def link(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Link every mention to the date that governs it: the table `dated_entities`.

    Args:
        tables: `sources`, `documents`, `sentences`, `dates` and `mentions`, of a shard or of the corpus.
    """
    languages = dict(zip(*(tables["sources"][name].to_pylist() for name in ("source_id", "language")), strict=True))
    sentences = _by_document(
        tables["sentences"], ("char_start", "char_end", "sentence_id", "block_id", "text"), _Sentence
    )
    dates = _by_document(
        tables["dates"], ("char_start", "char_end", "date_id", "date_start", "date_end", "edtf", "timex_type"), _Date
    )
    mentions = _by_document(
        tables["mentions"], ("char_start", "char_end", "mention_id", "entity_id", "type", "sentence_id"), _Mention
    )
    rows: list[dict[str, Any]] = []
    columns = ["document_id", "source_id", "date_start", "date_end", "date_edtf"]
    for document in tables["documents"].select(columns).to_pylist():
        key = document["document_id"]
        made = _linked(
            sentences.get(key, []),
            dates.get(key, []),
            mentions.get(key, []),
            languages.get(document["source_id"], "en"),
        )
        rows += [_row(document, mention, date, relation) for mention, date, relation in made]
    return {"dated_entities": table_from_rows("dated_entities", rows)}


def _by_document(table: pa.Table, columns: Sequence[str], kind: type) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for document, *values in zip(*(table[name].to_pylist() for name in ("document_id", *columns)), strict=True):
        found.setdefault(document, []).append(kind(*values))
    for rows in found.values():
        rows.sort()
    return found


def _row(document: Mapping[str, Any], mention: _Mention, date: _Date | None, relation: str) -> dict[str, Any]:
    return {
        "dated_entity_id": mention.id,
        "entity_id": mention.entity,
        "mention_id": mention.id,
        "date_id": date.id if date else None,
        "document_id": document["document_id"],
        "sentence_id": mention.sentence,
        "relation": relation,
        "date_start": date.first if date else document["date_start"],
        "date_end": date.last if date else document["date_end"],
        "edtf": date.edtf if date else document["date_edtf"],
        "method": "rule",
    }


def _linked(
    sentences: Sequence[_Sentence], dates: Sequence[_Date], mentions: Sequence[_Mention], language: str
) -> Iterator[tuple[_Mention, _Date | None, str]]:
    words = _words(language)
    useful = [date for date in dates if date.type in _GOVERNING and date.edtf]
    starts = [date.start for date in useful]
    named: dict[str, list[_Mention]] = {}
    for mention in mentions:
        named.setdefault(mention.sentence, []).append(mention)
    before: dict[str, _Date] = {}
    for sentence in sentences:
        here = useful[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
        mine = named.get(sentence.id, [])
        bound = _bound(sentence, here, mine, words["bound"])
        taken = set(bound.values())
        free = [date for date in here if date.id not in taken and (date.first or date.type == "SET")]
        governors = _Governors(free, _edges(sentence, words["clause"]))
        by_id = {date.id: date for date in here}
        for mention in mine:
            if mention.id in bound:
                yield mention, by_id[bound[mention.id]], "clause"
                continue
            yield mention, *governors.of(mention, before.get(sentence.block))
        if carried := _carried(sentence, free):
            before[sentence.block] = carried


def _carried(sentence: _Sentence, dates: Sequence[_Date]) -> _Date | None:
    """The date of a sentence under which the next one still stands: the last outside brackets that names a year or
    less, since a century places what is said in its age, not on its day."""
    brackets = [(found.start(), found[0]) for found in _BRACKET.finditer(sentence.text)] if dates else []
    dated = [date for date in dates if date.first and not _bracketed(sentence, date, brackets)]
    close = [date for date in dated if (date.last - date.first).days <= _YEAR]
    kept = close or dated
    return kept[-1] if kept else None


def _bracketed(sentence: _Sentence, date: _Date, brackets: Sequence[tuple[int, str]]) -> bool:
    """Whether a date stands in brackets, as those of cited books do; a citation may be cut into several sentences."""
    after = bisect_left(brackets, (date.end - sentence.start, ""))
    return after < len(brackets) and brackets[after][1] == ")"


def _bound(
    sentence: _Sentence, dates: Sequence[_Date], mentions: Sequence[_Mention], pattern: re.Pattern[str]
) -> dict[str, str]:
    """Dates that belong to the instrument named before them: mention id -> date id. A body or a title that stands
    between the two shares the date."""
    found: dict[str, str] = {}
    for date in dates:
        chain: list[_Mention] = []
        place = date.start
        for mention in _backwards(mentions, date.start):
            if not pattern.match(sentence.text[mention.end - sentence.start : place - sentence.start]):
                break
            chain.append(mention)
            place = mention.start
            if mention.type == "instrument":
                chain += _list_before(sentence, mentions, mention)
                found |= {one.id: date.id for one in chain}
                break
            if mention.type != "organization":
                break
    return found


def _backwards(mentions: Sequence[_Mention], place: int) -> Iterator[_Mention]:
    """The mentions that end before a place, the last one first."""
    begun = bisect_left(mentions, place, key=lambda mention: mention.start)
    return (mentions[n] for n in range(begun - 1, -1, -1) if mentions[n].end <= place)


def _list_before(sentence: _Sentence, mentions: Sequence[_Mention], last: _Mention) -> list[_Mention]:
    """The rest of a list of instruments that ends with `last`: "resolutions 822, 853 and 874 of 1993"."""
    found: list[_Mention] = []
    place = last.start
    for mention in _backwards(mentions, last.start):
        between = sentence.text[mention.end - sentence.start : place - sentence.start]
        if mention.type != "instrument" or not _LIST.fullmatch(between):
            break
        found.append(mention)
        place = mention.start
    return found


def _edges(sentence: _Sentence, pattern: re.Pattern[str]) -> list[int]:
    """Where clauses of a sentence begin, as offsets in the source."""
    return [sentence.start + found.start() for found in pattern.finditer(sentence.text)]


class _Near:
    """Dates in the order of their text, to find the one nearest to a mention without looking at all of them."""

    def __init__(self, dates: Sequence[_Date]) -> None:
        self._dates = dates
        self._starts = [date.start for date in dates]
        # Of the dates up to each, the one that ends last; the earlier one where two end together.
        self._last = list(accumulate(dates, _later))

    def to(self, mention: _Mention) -> _Date:
        """The nearest date; the earlier one where two are as near."""
        first, after = bisect_left(self._starts, mention.start), bisect_left(self._starts, mention.end)
        near = [*self._last[max(first - 1, 0) : first], *self._dates[first : after + 1]]

        def distance(date: _Date) -> tuple[int, int]:
            gap = date.start - mention.end if date.start >= mention.end else mention.start - date.end
            return gap, date.start

        return min(near, key=distance)


def _later(one: _Date, other: _Date) -> _Date:
    return other if other.end > one.end else one


class _Governors:
    """The dates of a sentence, by the clause they stand in."""

    def __init__(self, dates: Sequence[_Date], edges: Sequence[int]) -> None:
        self._edges = edges
        by_clause: dict[int, list[_Date]] = {}
        for date in dates:
            by_clause.setdefault(bisect_right(edges, date.start), []).append(date)
        self._clauses = {clause: _Near(found) for clause, found in by_clause.items()}
        dated = [date for date in dates if date.first]
        self._dated = _Near(dated) if dated else None

    def of(self, mention: _Mention, before: _Date | None) -> tuple[_Date | None, str]:
        """The date that governs a mention, and how near it stands; `before` is what the sentences before carry."""
        if mine := self._clauses.get(bisect_right(self._edges, mention.start)):
            return mine.to(mention), "clause"
        if self._dated:
            return self._dated.to(mention), "sentence"
        if before:
            return before, "paragraph"
        return None, "document"
