"""Random documents through the whole road: nothing crashes, every offset is right, no time grows faster than the text.

    python -m benchmarks.fuzz --count 100000 --seed 1

A document is a short paper of the generator of corpora, or pieces of odd text, or one mangled with the other: control
characters, bidirectional marks, combining marks, lone carriage returns, NUL, numbers without end, deep nesting, long
lines, dates of every kind, other scripts. It is encoded, read, segmented, searched for dates, names and figures, linked
and merged, many documents to a shard; then the rules of a release are checked on the tables, and besides, by other
code, that the words of each row stand at its address. Of some documents the length is multiplied by ten, to see that
the time is not multiplied by much more. Same arguments, same documents.

Exit status 1, with the documents that did it, if anything was found.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.corpus import Grammar
from regesta import stages
from regesta.corpus import Corpus, Source
from regesta.errors import RegestaError
from regesta.package.describe import describe
from regesta.package.verify import check_tables
from regesta.reading import read
from regesta.tables import TABLES
from regesta.tables.arrow import table_from_rows

BATCH = 500
"""Documents in a shard."""
LONGEST = 400
"""Characters of a document, about."""
MOST_GROWTH = 15.0
"""How many times longer ten times the text may take."""
_STRETCHED = 8_000
"""Characters of a document whose growth is measured; below, what has to be set up each time would hide it."""
_LANGUAGES = ("en", "en", "en", "en", "ru", "fr", "az", "tr", "ar", "zh")
_DAY = dt.date(2001, 2, 3)

ODD = (
    "\r", "\r\r\n", "\n\n\n", "\x85", "\u2028", "\u2029", "\x0b", "\x0c", "\0", "\x07", "\x1b[31m", "\x1b]0;t\x07",
    "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u202d", "\u2066", "\u2069", "\u061c", "\u200f",
    "e\u0301", "Z\u0351\u036b\u0343\u034a" * 5, "\u0130stanbul", "\u1e9e", "ﬁnd", "\U0001d7d9\U0001d7da", "①②",
    "٣ مايو ١٩٨٠", "५ मई", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0010ffff", "\ufffd", "\ue000", "\u3000",
    "\u00a0", "\u2009", "مكتب اليوم", "בְּרֵאשִׁית", "公告 1980年5月3日", "3 мая 1980 года", "от 3 мая 1980 г. № 12",
    "3 mai 1980", "«»„“”‚‘’", "—–−‐", "(" * 60, "[" * 30 + "]" * 30, "“‘" * 20, "> " * 30, "* " * 30, "#" * 40,
    "-" * 80, "=" * 80, "|a|b|\n|-|-|\n", "<b>" * 20, "9" * 90, "1,000" * 20, "1.2.3.4.5.6.7.8.9", "0x7fffffff",
    "1e400", "-0", "99999999999999999999 people were killed", "one hundred " * 12, "twenty-" * 20,
    "a hundred thousand million billion persons were wounded", "half a dozen " * 6, "31 February 1991", "00/00/0000",
    "1992-02-30", "29 February 1900", "25/26 February 1992", "1-2-3-4 May", "May " * 20, "32 May 1980", "year 0",
    "99999", "3 BC", "the 1990s", "21st century", "24:00", "25:61", "12:00:00+99:99", "last " * 20,
    "from 3 May to 2 May 1980", "between 1999 and 1888", "every other Monday", "the day before the day after",
    "summer of '92", "1992/93", "December 31, 9999", "January 1, 0001", "1 January 10000", "10,000 years ago",
    "in 99999999999 days", "P1Y2M", "No. No. No.", "Mr. Dr. Prof.", "e.g. i.e. etc.", "A.B.C.D.", "...", "?!?!",
    "http://x.y/" + "a" * 60, "a@b@c@1-2", "x@0-1#y", "word" * 40, "a " * 60, "said said said",
    "according to according to", "=cmd()", "'; DROP TABLE", "{{7*7}}", "%s%n", "\\" * 20,
)  # fmt: skip
"""Pieces of text that no paper should hold and some do."""


def documents(seed: int, count: int) -> Iterator[str]:
    """So many documents, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 (reproducible, not secret)
    grammar = Grammar(seed, names=100)
    sentences = grammar.sentences()
    for _ in range(count):
        kind = dice.random()
        if kind < 0.3:
            yield grammar.paper(dice.randint(100, LONGEST))
        elif kind < 0.55:
            yield _mangled(grammar.paper(dice.randint(100, LONGEST)), dice)
        elif kind < 0.8:
            pieces = [dice.choice(ODD) if dice.random() < 0.6 else next(sentences) for _ in range(dice.randint(1, 8))]
            yield dice.choice((" ", "", "\n", "\n\n", "\r\n", ", ")).join(pieces)[: 2 * LONGEST]
        elif kind < 0.9:
            yield _shuffled(grammar.paper(dice.randint(100, LONGEST)), dice)
        else:
            yield "".join(_character(dice) for _ in range(dice.randint(1, 200)))


def _mangled(text: str, dice: random.Random) -> str:
    """A text with pieces put in, cut out and repeated at random places."""
    for _ in range(dice.randint(1, 6)):
        at = dice.randint(0, len(text))
        match dice.randint(0, 4):
            case 0:
                text = text[:at] + dice.choice(ODD) + text[at:]
            case 1:
                text = text[:at] + text[at + dice.randint(1, 30) :]
            case 2:
                text = text[:at] + text[max(0, at - 20) : at] * dice.randint(2, 5) + text[at:]
            case 3:
                text = text.replace(dice.choice(" \n.,-0123456789"), dice.choice(ODD), dice.randint(1, 4))
            case _:
                text = text[:at] + _character(dice) + text[at:]
    return text


def _shuffled(text: str, dice: random.Random) -> str:
    words = text.split(" ")
    dice.shuffle(words)
    return dice.choice((" ", "\t", "\u00a0", "  ", "\n")).join(words)


def _character(dice: random.Random) -> str:
    """A character of any plane; one in two is ASCII. Surrogates are none."""
    top = dice.choice((0x80, 0x80, 0x80, 0x250, 0x700, 0x3000, 0x10000, 0x110000))
    while 0xD800 <= (code := dice.randrange(top)) <= 0xDFFF:
        pass
    return chr(code)


# --- the road ---------------------------------------------------------------------------------------------------------


@dataclass
class Found:
    """What a run came to: documents and characters tried, those that no reader takes, and what was wrong."""

    documents: int = 0
    characters: int = 0
    refused: int = 0
    rows: int = 0
    seconds: float = 0.0
    worst_growth: float = 0.0
    wrong: list[str] = field(default_factory=list)


def road(texts: Mapping[str, tuple[str, str]]) -> stages.Tables:
    """The tables of a corpus of texts, each with its language, by the stages of a build."""
    sources = [Source(id=name, path=f"{name}.txt", language=language) for name, (_, language) in texts.items()]
    rows = [
        {"source_id": name, "path": f"{name}.txt", "title": name, "language": language, "media_type": "text/plain",
         "encoding": "utf-8", "bytes": len(text.encode()), "characters": len(text), "sha256": "0" * 64, "text": text}
        for name, (text, language) in texts.items()
    ]  # fmt: skip
    taken = {"sources": table_from_rows("sources", rows)}
    cut = stages.segment(taken, sources)
    return stages.merge([taken, cut, stages.extract({**taken, **cut})])


def check(tables: stages.Tables) -> list[str]:
    """What is wrong with tables, by the rules of a release and by the words at each address."""
    corpus = Corpus(name="fuzz", title="Fuzz", sources=(Source(id="a", path="a.txt"),))
    descriptor = describe(corpus, tables, dict.fromkeys(TABLES, "0" * 64), "1.0.0", _DAY)
    return [*map(str, check_tables(tables, descriptor)), *astray(tables)]


def astray(tables: Mapping[str, pa.Table]) -> list[str]:
    """Tables in which the words of a row are not those at its address: all texts as one array of code points."""
    whole = _code_points(tables["sources"]["text"])
    lengths = pc.utf8_length(tables["sources"]["text"]).to_numpy()
    begins = np.concatenate(([0], np.cumsum(lengths)))[:-1]
    place = {name: int(at) for name, at in zip(tables["sources"]["source_id"].to_pylist(), begins, strict=True)}
    wrong = []
    for name, table in tables.items():
        entry = TABLES[name]
        if not entry.address or not entry.text or not len(table):
            continue
        of = pc.replace_substring_regex(table[entry.address], "@.*", "").to_pylist()
        starts = np.array([place[source] for source in of]) + table["char_start"].to_numpy()
        sizes = table["char_end"].to_numpy() - table["char_start"].to_numpy()
        said = _code_points(table[entry.text])
        if int(sizes.sum()) != len(said) or (pc.utf8_length(table[entry.text]).to_numpy() != sizes).any():
            wrong.append(f"{name}: words as long as their span: no")
            continue
        within = np.arange(len(said)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        if (whole[np.repeat(starts, sizes) + within] != said).any():
            wrong.append(f"{name}: words at the address are others")
    return wrong


def _code_points(column: pa.ChunkedArray) -> np.ndarray:
    return np.frombuffer("".join(column.to_pylist()).encode("utf-32-le"), np.uint32)


def growth(text: str, language: str = "en") -> float:
    """How many times longer ten times a text takes, in processor time; the better of two."""
    once = (text * (_STRETCHED // len(text) + 1))[:_STRETCHED]
    return min(_time({"a": (once * 10, language)}) / _time({"a": (once, language)}) for _ in range(2))


def _time(texts: Mapping[str, tuple[str, str]]) -> float:
    start = time.process_time()
    road(texts)
    return time.process_time() - start


# --- the search -------------------------------------------------------------------------------------------------------


def fuzz(seed: int, count: int, measured: int, tell: Callable[[str], None] = print) -> Found:
    """Try so many documents; of one in `measured` the growth of time as well (0: of none)."""
    found = Found()
    start = time.process_time()
    for number, begin in enumerate(range(0, count, BATCH)):
        made = list(documents(seed * 1_000_003 + number, min(BATCH, count - begin)))
        texts = dict(_taken(made, begin, found))
        found.documents += len(made)
        found.characters += sum(map(len, made))
        _try(texts, found)
        if measured:
            for name in list(texts)[::measured]:
                _measure(name, *texts[name], found)
        found.seconds = time.process_time() - start
        if number % 10 == 0 or found.documents == count:
            tell(told(found))
    return found


def _taken(made: Sequence[str], begin: int, found: Found) -> Iterator[tuple[str, tuple[str, str]]]:
    """The documents that the reader takes, by a name, with a language."""
    for number, text in enumerate(made, start=begin):
        language = _LANGUAGES[number % len(_LANGUAGES)]
        try:
            yield f"d{number}", (read(text.encode(), f"d{number}.txt", None, language).text, language)
        except RegestaError:
            found.refused += 1
        except Exception:
            found.wrong.append(f"d{number}: the reader crashed on {text!r}\n{traceback.format_exc(limit=-3)}")


def _try(texts: Mapping[str, tuple[str, str]], found: Found) -> None:
    """Take documents down the road; where something is wrong, halve them until it is one document's fault."""
    try:
        tables = road(texts)
        what = check(tables)
    except Exception:
        what = [traceback.format_exc(limit=-4)]
    else:
        found.rows += sum(map(len, tables.values())) if not what else 0
    if not what:
        return
    if len(texts) == 1 or len(found.wrong) >= _ENOUGH:
        [*_, (name, (text, language))] = texts.items()
        found.wrong.append(f"{name} ({language}) {text!r}\n" + "\n".join(what))
        return
    names, before = list(texts), len(found.wrong)
    for half in (names[: len(names) // 2], names[len(names) // 2 :]):
        _try({name: texts[name] for name in half}, found)
    if len(found.wrong) == before:
        found.wrong.append(f"only together: {names[0]} to {names[-1]}\n" + "\n".join(what))


_ENOUGH = 40


def _measure(name: str, text: str, language: str, found: Found) -> None:
    times = growth(text, language)
    found.worst_growth = max(found.worst_growth, times)
    if times > MOST_GROWTH:
        found.wrong.append(f"{name} ({language}): ten times the text takes {times:.1f} times as long: {text!r}")


def told(found: Found) -> str:
    """What a run came to, in a line."""
    rate = found.characters / found.seconds / 1e3 if found.seconds else 0.0
    return (
        f"{found.documents} documents, {found.characters} characters, {found.refused} that no reader takes, "
        f"{found.rows} rows, {len(found.wrong)} wrong, growth at most {found.worst_growth:.1f} (ten times the text), "
        f"{rate:.0f} characters a millisecond"
    )


def main() -> None:
    """Fuzz, and tell what was found."""
    parser = argparse.ArgumentParser(description="Random documents through the whole road.")
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--measure", type=int, default=2_500, help="measure the growth of one document in so many")
    given = parser.parse_args()
    found = fuzz(given.seed, given.count, given.measure, lambda line: print(line, file=sys.stderr, flush=True))
    for what in found.wrong:
        print(what, end="\n\n")
    print(told(found))
    sys.exit(1 if found.wrong else 0)


if __name__ == "__main__":
    main()
