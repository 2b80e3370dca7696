"""Which date governs which mention: the table `dated_entities`.

Taken is the nearest date in the clause of the mention; else in its sentence; else the last date before it in its
paragraph; else the paper's own date. A date that belongs to a cited instrument ("resolution 260 of 9 December 1948")
dates that instrument and nothing else.

A shard is looked at as a whole: sentences, dates and mentions are arrays in the order of the text, and each rule gives
for every mention the place of the date that it would take.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from regesta.entities.lexicon import alternatives
from regesta.tables.arrow import table
from regesta.tables.columns import Numbers, codes, keys, latest, numbers, taken

_YEAR = 366
_LIST = re.compile(r"\s*(?:,|,?\s*\w{1,3})\s*#?")
_OPENS, _CLOSES = re.compile(r"\("), re.compile(r"\)")
_GOVERNING = ("DATE", "INTERVAL", "TIME", "SET")
# Between two texts that are searched as one: no pattern of ours goes on across it.
_BETWEEN = "\0"
_NEVER = np.iinfo(np.int64).max


class _Spans(NamedTuple):
    """Rows of a table in the order of the text: which row, the place of what it stands in (a sentence; for a sentence
    its paper), first character and one past the last."""

    row: Numbers
    home: Numbers
    start: Numbers
    end: Numbers

    def keep(self, which: Numbers) -> _Spans:
        """Some of them."""
        return _Spans(*(column[which] for column in self))

    def within(self, home: int) -> range:
        """Those that stand in one place."""
        return range(*np.searchsorted(self.home, (home, home + 1)).tolist())


class _Mention(NamedTuple):
    start: int
    end: int
    place: int
    type: str


@cache
def _words(language: str) -> dict[str, re.Pattern[str]]:
    """Patterns of a language, from `entities/languages/<code>.linking.yaml`."""
    folder = resources.files("regesta.entities") / "languages"
    file = folder / f"{language.split('-', maxsplit=1)[0].lower()}.linking.yaml"
    raw = yaml.load((file if file.is_file() else folder / "en.linking.yaml").read_bytes(), yaml.BaseLoader)  # noqa: S506
    openers, behind_comma = (alternatives(raw[name]) for name in ("clause_openers", "comma_openers"))
    return {
        # All the signs that a clause may begin with come first, as one class: the engine leaps to the next of them.
        "clause": re.compile(
            r"[;:()“”\",\s](?:(?<=[;:()“”\"])|(?<=\s)[–—-]\s"
            rf"|(?<=,)\s(?:{openers}|{behind_comma})\b|(?<=\s)(?:{openers})\b)",
            re.IGNORECASE,
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
    sentences = _sentences(tables)
    mentions, dates = _mentions(tables, sentences), _dates(tables, sentences)
    dated = numbers(tables["dates"]["date_start"].is_valid())[dates.row]
    repeated = numbers(pc.equal(tables["dates"]["timex_type"], "SET"))[dates.row]
    bound = _bound(tables, sentences, mentions, dates)
    # The date of an instrument dates nothing else, and one without a day nothing beyond its clause.
    free = np.setdiff1d(np.flatnonzero(dated | repeated), bound)
    dated = free[dated[free]]
    texts = _Texts(tables, sentences, np.unique(dates.home[free]))
    rules = (
        ("clause", bound),
        ("clause", _nearest(dates, free, mentions, texts.clauses(np.isin(texts.which, mentions.home)))),
        ("sentence", _nearest(dates, dated, mentions, keys(np.arange(len(sentences.row)), sentences.start))),
        ("paragraph", _carried(tables, sentences, dates, dated, mentions, texts)),
    )
    date = np.full(len(mentions.row), -1)
    relation = np.full(len(date), "document", object)
    for name, found in rules:
        takes = (date < 0) & (found >= 0)
        date[takes], relation[takes] = found[takes], name
    return {"dated_entities": _table(tables, mentions, np.append(dates.row, -1)[date], relation)}


def _table(tables: Mapping[str, pa.Table], mentions: _Spans, date: Numbers, relation: Numbers) -> pa.Table:
    """The rows: each mention with the row of its date, where it has one, else with its paper's own."""
    given = {name: taken(tables["mentions"][name], mentions.row) for name in ("mention_id", "entity_id", "sentence_id")}
    paper = codes(tables["mentions"]["document_id"], tables["documents"]["document_id"])[mentions.row]

    def told(name: str, own: str) -> pa.Array:
        return pc.if_else(date >= 0, taken(tables["dates"][name], date), taken(tables["documents"][own], paper))

    columns = {
        **given,
        "dated_entity_id": given["mention_id"],
        "date_id": taken(tables["dates"]["date_id"], date),
        "document_id": taken(tables["documents"]["document_id"], paper),
        "relation": relation,
        "date_start": told("date_start", "date_start"),
        "date_end": told("date_end", "date_end"),
        "edtf": told("edtf", "date_edtf"),
        "method": pa.repeat("rule", len(date)),
    }
    return table("dated_entities", columns)


def _spans(table: pa.Table, home: Numbers, which: Numbers) -> _Spans:
    """Some rows of a table in the order of their homes, and of the text."""
    start, end = (numbers(table[name])[which] for name in ("char_start", "char_end"))
    return _Spans(which, home, start, end).keep(np.lexsort((end, keys(home, start))))


def _sentences(tables: Mapping[str, pa.Table]) -> _Spans:
    paper = codes(tables["sentences"]["document_id"], tables["documents"]["document_id"])
    which = np.flatnonzero(paper >= 0)
    return _spans(tables["sentences"], paper[which], which)


def _mentions(tables: Mapping[str, pa.Table], sentences: _Spans) -> _Spans:
    place = np.full(len(tables["sentences"]) + 1, -1)
    place[sentences.row] = np.arange(len(sentences.row))
    home = place[codes(tables["mentions"]["sentence_id"], tables["sentences"]["sentence_id"])]
    which = np.flatnonzero(home >= 0)
    return _spans(tables["mentions"], home[which], which)


def _dates(tables: Mapping[str, pa.Table], sentences: _Spans) -> _Spans:
    """The dates that may govern anything."""
    dates = tables["dates"]
    kind = pc.is_in(dates["timex_type"], value_set=pa.array(_GOVERNING))
    paper = codes(dates["document_id"], tables["documents"]["document_id"])
    start = numbers(dates["char_start"])
    home = latest(keys(sentences.home, sentences.start), keys(paper, start), here=True)
    inside = start < np.append(sentences.end, -1)[home]
    which = np.flatnonzero(inside & numbers(pc.and_(kind, dates["edtf"].is_valid())))
    return _spans(dates, home[which], which)


class _Texts:
    """The texts of some sentences, searched together."""

    def __init__(self, tables: Mapping[str, pa.Table], sentences: _Spans, which: Numbers) -> None:
        self.sentences, self.which = sentences, which
        self.texts = taken(tables["sentences"]["text"], sentences.row[which]).to_pylist()
        self.languages = _languages(tables)[sentences.home[which]]

    def clauses(self, wanted: Numbers) -> Numbers:
        """Where clauses begin, all sentences with one, as keys in rising order; `wanted` are the texts to look at."""
        inner = [
            self.places(_words(language)["clause"], np.flatnonzero(wanted & (self.languages == language)))
            for language in np.unique(self.languages)
        ]
        return np.sort(np.concatenate([keys(np.arange(len(self.sentences.row)), self.sentences.start), *inner]))

    def places(self, pattern: re.Pattern[str], some: Numbers | None = None) -> Numbers:
        """Where a pattern is found, in all the texts or in some, as keys of sentences and offsets in their sources."""
        chosen = np.arange(len(self.texts)) if some is None else some
        texts = [self.texts[n] for n in chosen]
        begins = np.cumsum([0, *(len(text) + len(_BETWEEN) for text in texts)])
        found = np.fromiter((match.start() for match in pattern.finditer(_BETWEEN.join(texts))), np.int64)
        text = np.searchsorted(begins, found, side="right") - 1
        home = self.which[chosen[text]]
        return keys(home, self.sentences.start[home] + found - begins[text])


def _languages(tables: Mapping[str, pa.Table]) -> Numbers:
    """The language of each paper."""
    sources = tables["sources"]
    known = dict(zip(sources["source_id"].to_pylist(), sources["language"].to_pylist(), strict=True))
    return np.array([known.get(source, "en") for source in tables["documents"]["source_id"].to_pylist()], object)


def _nearest(dates: _Spans, which: Numbers, mentions: _Spans, begins: Numbers) -> Numbers:
    """For each mention the nearest of some dates in the same stretch, the earlier one of two as near; -1 for none.

    Args:
        dates: all of them.
        which: places of those to take.
        mentions: the mentions.
        begins: where each stretch begins, as keys in rising order.
    """
    some = dates.keep(which)
    stretch, mine = (np.searchsorted(begins, keys(s.home, s.start), side="right") for s in (some, mentions))
    starts = keys(stretch, some.start)
    # Of the dates of a stretch up to each, the one that ends last; the earlier one where two end together.
    ends = keys(stretch, some.end)
    further = np.append([True], ends[1:] > np.maximum.accumulate(ends)[:-1])[: len(ends)]
    furthest = np.maximum.accumulate(np.where(further, np.arange(len(ends)), 0))
    before = np.append(furthest, -1)[latest(starts, keys(mine, mentions.start))]
    # Those that begin inside the mention, and the first one behind it.
    first, behind = (np.searchsorted(starts, keys(mine, place)) for place in (mentions.start, mentions.end))
    behind += np.append(stretch, -1)[behind] == mine
    inner = np.repeat(np.arange(len(mine)), behind - first)
    candidates = np.arange(len(inner)) - np.repeat(np.cumsum(behind - first) - behind, behind - first)
    led = np.flatnonzero(before >= 0)
    mention, date = np.append(led, inner), np.append(before[led], candidates)
    start, end = mentions.start[mention], mentions.end[mention]
    gap = np.where(some.start[date] >= end, some.start[date] - end, start - some.end[date])
    order = np.lexsort((some.start[date], gap, mention))[::-1]
    found = np.full(len(mine), -1)
    # Of the candidates of a mention the last one written stays: the nearest.
    found[mention[order]] = which[date[order]]
    return found


def _carried(
    tables: Mapping[str, pa.Table],
    sentences: _Spans,
    dates: _Spans,
    dated: Numbers,
    mentions: _Spans,
    texts: _Texts,
) -> Numbers:
    """For each mention the date under which its sentence still stands, told by one before in its paragraph; -1 if none.

    A sentence hands on its last date outside brackets that names a year or less, since a century places what is said in
    its age, not on its day; else its last one outside brackets.
    """
    days = [numbers(tables["dates"][name].cast(pa.int32()).fill_null(0)) for name in ("date_start", "date_end")]
    spans = dates.keep(dated)
    plain = ~_bracketed(spans, texts)
    close = plain & (days[1][spans.row] - days[0][spans.row] <= _YEAR)
    hands_on = np.full(len(sentences.row), -1)
    for chosen in (plain, close):
        hands_on[spans.home[chosen]] = dated[chosen]
    block = numbers(pc.dictionary_encode(tables["sentences"]["block_id"].combine_chunks()).indices)[sentences.row]
    block = block.astype(np.int64)
    telling = np.flatnonzero(hands_on >= 0)
    places = keys(block[telling], telling)
    order = np.argsort(places)
    before = latest(places[order], keys(block[mentions.home], mentions.home))
    return np.append(hands_on[telling[order]], -1)[before]


def _bracketed(dates: _Spans, texts: _Texts) -> Numbers:
    """Whether dates stand in brackets, as those of cited books do: of the brackets behind it in its sentence the first
    one closes. A citation may be cut into several sentences."""
    opens, closes = (np.append(texts.places(sign), _NEVER) for sign in (_OPENS, _CLOSES))
    ends = keys(dates.home, dates.end)
    opening, closing = (places[np.searchsorted(places, ends)] for places in (opens, closes))
    return (closing < opening) & (closing < keys(dates.home + 1, 0))


def _bound(tables: Mapping[str, pa.Table], sentences: _Spans, mentions: _Spans, dates: _Spans) -> Numbers:
    """For each mention the date that belongs to it, or to the instrument that it is named with; -1 for none."""
    types = taken(tables["mentions"]["type"], mentions.row)
    instruments = mentions.home[numbers(pc.equal(types, "instrument"))]
    found = np.full(len(mentions.row), -1)
    for home in np.intersect1d(instruments, dates.home).tolist():
        text = tables["sentences"]["text"][int(sentences.row[home])].as_py()
        language = _languages(tables)[sentences.home[home]]
        base = int(sentences.start[home])
        mine = [
            _Mention(int(mentions.start[n]) - base, int(mentions.end[n]) - base, n, types[n].as_py())
            for n in mentions.within(home)
        ]
        for date in dates.within(home):
            for mention in _chain(text, int(dates.start[date]) - base, mine, _words(language)["bound"]):
                found[mention.place] = date
    return found


def _chain(text: str, place: int, mentions: Sequence[_Mention], pattern: re.Pattern[str]) -> list[_Mention]:
    """The mentions that a date at a place of a sentence belongs to: the instrument named before it with the list that
    it ends; a body or a title that stands between the two shares the date."""
    chain: list[_Mention] = []
    for mention in _backwards(mentions, place):
        if not pattern.match(text[mention.end : place]):
            break
        chain.append(mention)
        place = mention.start
        if mention.type == "instrument":
            return chain + _list_before(text, mentions, mention)
        if mention.type != "organization":
            break
    return []


def _backwards(mentions: Sequence[_Mention], place: int) -> Iterator[_Mention]:
    """The mentions that end before a place, the last one first."""
    begun = bisect_left(mentions, place, key=lambda mention: mention.start)
    return (mentions[n] for n in range(begun - 1, -1, -1) if mentions[n].end <= place)


def _list_before(text: str, mentions: Sequence[_Mention], last: _Mention) -> list[_Mention]:
    """The rest of a list of instruments that ends with `last`: "resolutions 822, 853 and 874 of 1993"."""
    found: list[_Mention] = []
    place = last.start
    for mention in _backwards(mentions, last.start):
        if mention.type != "instrument" or not _LIST.fullmatch(text[mention.end : place]):
            break
        found.append(mention)
        place = mention.start
    return found
