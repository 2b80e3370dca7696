"""Names that no list can hold: things cited by number.

Resolutions and their kin (singly, in lists, in brackets), document symbols of the United Nations form, parts of laws,
numbered units of armed forces, and the ordinal in "25th anniversary of …". Words come from the language's lexicon; the
forms are those of the papers of the United Nations (ST/SG/SER.B/5 for symbols) and of plain English citation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from regesta.corpus import slug
from regesta.entities.lexicon import Lexicon, alternatives, lexicon
from regesta.entities.spot import Spotter, any_of

_NUMBER = r"(?P<number>\d{1,4}(?:/\d{1,4})?)(?:[^\S\n]?\((?P<session>[IVXLC]+|(?:19|20)\d\d)\))?"
_PLAIN_NUMBER = r"\d{1,4}(?:/\d{1,4})?(?:[^\S\n]?\((?:[IVXLC]+|(?:19|20)\d\d)\))?"
_BETWEEN = r"(?:[^\S\n]*,[^\S\n]*(?:and[^\S\n]+)?|[^\S\n]+and[^\S\n]+|[^\S\n]*;[^\S\n]*)"
_FAR = 160
"""How many code points may stand between the numbers of a broken list."""
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_SYMBOL = Spotter(
    re.compile(
        r"(?<![\w/.])(?:[A-Z]{1,6}(?:/[A-Z0-9][A-Za-z0-9.\-]*)+|[A-Z]\(RES\)[^\S\n]?\d+)(?:[^\S\n]?\((?:19|20)\d\d\))?"
    ),
    r"[a-z]{1,6}/[a-z0-9]|[a-z]\(res\)",
)
_RESOLUTION_SYMBOL = re.compile(r"(?P<body>[A-Z])[/(]RES[/)][^\S\n]?(?:\d{2,3}/)?(?P<number>\d+)(?:/\d+)?")


class Key(NamedTuple):
    """What is cited: its kind and number, the body in words where the citation itself names it."""

    kind: str
    number: str
    body: str | None = None

    @property
    def id(self) -> str:
        """An entity id for what no authority knows."""
        return slug(f"{self.kind}-{self.number}")

    @property
    def label(self) -> str:
        """A label for the same."""
        if self.kind == "symbol":
            return self.number
        return (
            f"{self.kind.capitalize()} {self.number}"
            if self.kind in ("resolution", "recommendation")
            else (
                f"{self.number} {self.kind}" if self.number[-1].isalpha() else f"{self.kind.capitalize()} {self.number}"
            )
        )


class Citation(NamedTuple):
    """A citation in a text: span, what is cited, the entity type; whether it stands alone with a capital head word
    ("Resolution 822"), so that the body before it belongs to the name; and the span of the head word and the whole
    list, beside which the body stands."""

    start: int
    end: int
    key: Key
    type: str
    capital: bool = False
    low: int = 0
    high: int = 0


class Part(NamedTuple):
    """A part of a law: span, kind, number; span of the whole list and whether the law must follow at its end."""

    start: int
    end: int
    kind: str
    number: str
    single: bool


@dataclass(frozen=True)
class _Patterns:
    heads: Spotter
    bracketed: re.Pattern[str]
    number: re.Pattern[str]
    more: re.Pattern[str]
    parts: Spotter
    lesser: re.Pattern[str]
    units: Spotter
    anniversary: re.Pattern[str]


@cache
def _patterns(language: str) -> _Patterns:
    words = lexicon(language)
    head = f"(?P<head>{alternatives(words.numbered)})(?P<plural>s?)"
    marks = rf"(?:(?:{alternatives(words.number_marks)})[^\S\n]*)?"
    parts = f"(?P<part>{alternatives(p for p in words.parts if p in words.named_parts)})"
    lesser = alternatives(p for p in words.parts if p not in words.named_parts)
    unit = f"(?P<unit>{alternatives(words.units)})"
    # Atomic: "motor-rifle" is a word of the list, and "motor" and "rifle" are, so that a row of them could be read in
    # as many ways as there are subsets.
    word = f"(?:(?>{alternatives(words.unit_words)})(?:[^\\S\\n]|-)++)*"
    flags = re.IGNORECASE
    return _Patterns(
        heads=Spotter(
            re.compile(rf"\b{head}[^\S\n]*(?P<open>\([^\S\n]*)?{marks}#?(?={_PLAIN_NUMBER}(?!\d|[.,]\d))", flags),
            rf"{any_of(words.numbered)}s? *(?:\( *)?(?:{any_of(words.number_marks)} *)?#?[0-9]",
        ),
        bracketed=re.compile(
            rf"\([^\S\n]*{marks}#?(?P<list>{_PLAIN_NUMBER}(?:{_BETWEEN}#?{_PLAIN_NUMBER})+)[^\S\n]*\)[^\S\n]+{head}\b",
            flags,
        ),
        number=re.compile(_NUMBER),
        more=re.compile(rf"{_BETWEEN}#?(?={_PLAIN_NUMBER}(?!\d|[.,]\d))"),
        parts=Spotter(
            re.compile(
                rf"\b{parts}(?P<plural>s?)[^\S\n]+"
                rf"(?P<list>\d+[a-z]?(?:[^\S\n]?\(\w+\))?(?:{_BETWEEN}\d+[a-z]?(?:[^\S\n]?\(\w+\))?)*)",
                flags,
            ),
            rf"{any_of(words.named_parts)}s? +[0-9]",
        ),
        lesser=re.compile(rf"\b(?:{lesser})[^\S\n]+\d+[^\S\n]+of[^\S\n]+(?:the[^\S\n]+)?\Z", flags),
        units=Spotter(
            re.compile(
                rf"(?<![\w/.-])(?:(?P<a>\d{{1,4}})(?:st|nd|rd|th)?[^\S\n]+{word}{unit}\b|"
                rf"{word}{unit.replace('<unit>', '<unit2>')}[^\S\n]+"
                rf"(?:no\.?[^\S\n]*|number[^\S\n]+|№[^\S\n]*)(?P<b>\d{{1,4}})(?!\w))",
                flags,
            ),
            rf"[0-9]{{1,4}}(?:st|nd|rd|th)? +(?:{any_of(words.unit_words)}[ -]+)*{any_of(words.units)}"
            rf"|(?:{any_of(words.unit_words)}[ -]+)*{any_of(words.units)} +{any_of(('no', 'number', '№'))}",
        ),
        anniversary=re.compile(
            rf"(?P<ordinal>\d{{1,4}}(?:st|nd|rd|th)|{alternatives(words.ordinals)})[^\S\n]+(?:{alternatives(words.anniversary)})"
            rf"[^\S\n]+of[^\S\n]+(?:the[^\S\n]+)?[\"“«'‘]?\Z",
            flags,
        ),
    )


@cache
def openings(language: str) -> tuple[str, ...]:
    """Where anything cited by number can begin, for `Spots`."""
    forms = _patterns(language)
    return _SYMBOL.opening, forms.heads.opening, forms.units.opening, forms.parts.opening


def citations(text: str, spots: Sequence[int], language: str = "en") -> list[Citation]:
    """Everything cited by number, in the order of the text; lists give one citation for each number.

    Args:
        text: the text.
        spots: where one of the `openings` stands in it.
        language: whose words to look for.
    """
    words, forms = lexicon(language), _patterns(language)
    found = list(_symbols(text, spots, words))
    for head in forms.heads.finditer(text, spots):
        found += _listed(text, head, forms, words)
    for list_ in forms.bracketed.finditer(text):
        kind = words.numbered[list_["head"].lower()]
        for number in forms.number.finditer(text, list_.start("list"), list_.end("list")):
            found.append(Citation(*number.span(), _key(kind, number), "instrument", False, *list_.span()))
    for unit in forms.units.finditer(text, spots):
        name = (unit["unit"] or unit["unit2"]).lower()
        found.append(Citation(*unit.span(), Key(name, unit["a"] or unit["b"]), "organization"))
    return _disjoint(found)


def _symbols(text: str, spots: Sequence[int], words: Lexicon) -> Iterator[Citation]:
    for symbol in _SYMBOL.finditer(text, spots):
        surface = symbol[0].rstrip(".-")
        if not any(char.isdigit() for char in surface):
            continue
        yield Citation(symbol.start(), symbol.start() + len(surface), symbol_key(surface, words), "instrument")


def symbol_key(surface: str, words: Lexicon) -> Key:
    """What a document symbol stands for: a resolution by its number, or else the symbol itself without blanks."""
    found = _RESOLUTION_SYMBOL.match(surface)
    if found and found["body"] in words.resolution_symbols:
        return Key("resolution", found["number"], words.resolution_symbols[found["body"]])
    return Key("symbol", re.sub(r"\s+", "", surface))


def _listed(text: str, head: re.Match[str], forms: _Patterns, words: Lexicon) -> Iterator[Citation]:
    """The numbers behind a head word. A list may be broken by what is said of each number ("822 of 30 April, 853 of 29
    July"): then the number that follows must be set off as the first one was."""
    kind = words.numbered[head["head"].lower()]
    first = forms.number.match(text, head.end())
    if first is None or (_YEAR.match(first["number"]) and not first["session"]):
        return
    plural, capital = bool(head["plural"]), head["head"][0].isupper()
    alone = capital and not plural and not head["open"]
    numbers = [first]
    link = _link(text, first.end())
    while (
        plural and (following := _following(text, numbers[-1].end(), link, bool(first["session"]), forms)) is not None
    ):
        numbers.append(following)
    for number in numbers:
        start = head.start() if alone else number.start()
        yield Citation(start, number.end(), _key(kind, number), "instrument", alone, head.start(), numbers[-1].end())


def _link(text: str, place: int) -> str:
    """The word behind a number, which the next number of a broken list repeats."""
    found = re.compile(r"\s+(\w+)").match(text, place)
    return found[1] if found else ""


def _following(text: str, place: int, link: str, bracketed: bool, forms: _Patterns) -> re.Match[str] | None:
    direct = forms.more.match(text, place)
    if direct:
        number = forms.number.match(text, direct.end())
        return number if number and (number["session"] or not _YEAR.match(number["number"])) else None
    limit = re.compile(r"[.;:]\s|\n|\Z").search(text, place, place + _FAR + 1)
    for gap in forms.more.finditer(text, place, min(limit.start() if limit else len(text), place + _FAR)):
        number = forms.number.match(text, gap.end())
        if number is None or _YEAR.match(number["number"]):
            continue
        if (bracketed and number["session"]) or (link and not bracketed and _link(text, number.end()) == link):
            return number
    return None


def _key(kind: str, number: re.Match[str]) -> Key:
    session = number["session"]
    return Key(kind, f"{number['number']} ({session})" if session and not session.isdigit() else number["number"])


def _disjoint(found: list[Citation]) -> list[Citation]:
    kept: list[Citation] = []
    for one in sorted(set(found), key=lambda c: (c.start, -c.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def key_of(name: str, language: str = "en") -> Key | None:
    """What a name cites, if it is a citation: how authority entries say which number is theirs."""
    found = citations(name, range(len(name)), language)
    last = found[-1] if found else None
    return last.key if last and last.end == len(name) and len(found) == 1 else None


def parts(text: str, spots: Sequence[int], language: str = "en") -> Iterator[Part]:
    """Parts of laws cited by number. A single one takes in the lesser parts before it ("clause 32 of article 109").

    Args:
        text: the text.
        spots: where one of the `openings` stands in it.
        language: whose words to look for.
    """
    forms = _patterns(language)
    for found in forms.parts.finditer(text, spots):
        kind = found["part"].lower().rstrip(".")
        numbers = list(re.compile(r"(\d+[a-z]?)(?:\s?\(\w+\))?").finditer(text, found.start("list"), found.end("list")))
        if len(numbers) == 1:
            low = forms.lesser.search(text, max(0, found.start() - 40), found.start())
            yield Part(low.start() if low else found.start(), numbers[0].end(), kind, numbers[0][1], True)
            continue
        for number in numbers:
            yield Part(number.start(), number.end(), kind, number[1], False)


def anniversary(text: str, start: int, language: str = "en") -> int | None:
    """Which anniversary of the thing named at `start` the words before it speak of."""
    found = _patterns(language).anniversary.search(text, max(0, start - 60), start)
    if not found:
        return None
    ordinal = found["ordinal"].lower()
    return int(ordinal[:-2]) if ordinal[0].isdigit() else lexicon(language).ordinals[ordinal]
