"""Numbers as papers write them: found by one automaton, read to an amount once per surface.

Digits ("1,275", "7 000", "4.5 million", "60k"), words ("twenty one", "two hundred and six"), vague amounts ("hundreds
of thousands"), shares ("20 per cent", "one-fifth", "one in eight"), money ("USD 170 million") and ranges.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import re2

from regesta.figures.lexicon import words
from regesta.temporal import engine

LIMIT = 10**15
_SMALL = 3
_SPACE = r"(?:[ \t\x{00a0}\x{2009}\x{202f}]|[ \t]*\r?\n)"
_GAP = r"[ \x{00a0}\x{2009}\x{202f}]"
_DIGITS = (
    r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:" + _GAP + r"\d{3})+(?:[.,]\d{1,2})?|\d{1,3}(?:\.\d{3}){2,}"
    r"|\d{1,3}(?:['\x{2019}]\d{3})+|\d+(?:\.\d+)?)"
)
_KINDS = ("count", "share", "money")
_GROUPED = re.compile(rb"\d{1,3}(?:,\d{3})+")
_NAME = re.compile(r"[\s-]*([a-z]+)")
_PLAIN = re.compile(r"[ \t\r\n\u00a0\u2009\u202f]+")


class Amount(NamedTuple):
    """What the words of a number say.

    Attributes:
        low: the amount, or the lower end of a range; None where the words are vague.
        high: the amount, or the upper end.
        kind: count, share or money.
        unit: `percent` for a share, the ISO 4217 code for money (`money` where the currency has none), else empty.
        bare: a number word or digits alone, without scale, sign or share.
        sort: what the analysis needs to know, as one number: the same for amounts that it reads alike.
    """

    low: float | None
    high: float | None
    kind: str = "count"
    unit: str = ""
    bare: bool = True
    sort: int = 0

    @property
    def small(self) -> bool:
        """A number up to three: too common in running text to be a figure without a verb that says so."""
        return self.low is not None and self.low <= _SMALL and self.kind == "count"


class Grammar:
    """The numbers of one language: an automaton to find them and a reader of what was found."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.small = {w: int(n) for key in ("digit", "teen", "tens") for w, n in names[key].items()}
        self.tens = frozenset(names["tens"])
        self.scale = {w: int(n) for w, n in names["scale"].items()}
        self.scale |= {f"{w}s": n for w, n in list(self.scale.items())}
        self.dozen = {w: int(n) for w, n in names["dozen"].items()}
        self.suffix = {w: int(n) for w, n in names["suffix"].items()}
        self.vague = frozenset(names["vague"])
        self.few = tuple(names["few"])
        self.share = {w: float(n) for w, n in names["share"].items()}
        self.percent = tuple(names["percent"])
        self.signs = dict(names["money_sign"])
        self.money = {w.lower(): "money" if c == "null" else c for w, c in names["money_word"].items()}
        self.codes = frozenset(self.signs.values()) | frozenset(c for c in self.money.values() if c != "money")
        self.finder = re2.compile(self._pattern(), options=_options())
        self.search = engine.searcher(self.finder)
        self.known: dict[bytes, Amount | None] = {}
        self._number = re.compile(
            rf"(?P<digits>{_py(_DIGITS)})\s*(?P<suffix>{_any(self.suffix)})?\b(?!\w)", re.IGNORECASE
        )
        self._share = re.compile(
            rf"(?:(?P<top>[\w-]+?)[\s-]+)?(?P<part>{_any(self.share)})s?(?:\s+part)?", re.IGNORECASE
        )
        self._ratio = re.compile(
            r"(?P<a>.+?)\s+(?:in|of|out\s+of)(?:\s+(?:each|every))?\s+(?P<b>.+)", re.IGNORECASE | re.DOTALL
        )
        self._tail = re.compile(rf"(?P<n>.+?)\s*(?:{_any(self.percent)})", re.IGNORECASE | re.DOTALL)
        self._before = re.compile(rf"(?P<c>{_any([*self.signs, *self.codes])})\s*(?P<n>.+)", re.DOTALL)
        self._after = re.compile(
            rf"(?P<n>.+?)\s*(?P<c>{_any([*self.money, *self.signs, *self.codes])})", re.IGNORECASE | re.DOTALL
        )
        # Few numbers end in money or in a share: the patterns above need not be tried on the others.
        self._money_ends = tuple(word.casefold() for word in (*self.money, *self.signs, *self.codes))
        self._share_ends = tuple(word.casefold() for word in self.percent)
        self._range = re.compile(r"(?P<a>.+?)(?:\s*[-–—]\s*|\s+(?:(?:up\s+)?to|and)\s+)(?P<b>.+)", re.DOTALL)

    def _pattern(self) -> str:
        scale = _alt(self.scale)
        word = _alt([*self.small, *self.scale, *self.dozen])
        more = rf"(?:(?:-|{_SPACE}and{_SPACE}|{_SPACE})(?:{word}))*"
        spelled = rf"\b(?:(?i:half{_SPACE}an?|an?){_SPACE})?(?:{word}){more}"
        plural = _alt([f"{w}s" for w in self.share])
        mixed = (
            rf"{_DIGITS}(?:{_SPACE}(?:{scale})|-(?:{scale})|(?:{_alt(self.suffix)})\b)?"
            rf"(?:{_SPACE}{_DIGITS}{_SPACE}(?:{scale}))*"
        )
        # Digits behind a scale go on with the number: 1 million 234 thousand 567.
        mixed = rf"{mixed}|{_DIGITS}{_SPACE}(?:{scale})(?:{_SPACE}{_DIGITS}{_SPACE}(?:{scale}))*{_SPACE}\d{{1,3}}"
        vague = (
            rf"\b(?:(?:{_alt(self.few)}){_SPACE})?(?:{_alt(self.vague)})(?:{_SPACE}of{_SPACE}(?:{_alt(self.vague)}))*"
            rf"|\b(?:{_alt(self.few)}){_SPACE}(?:{_alt([*self.scale, *self.dozen])})"
            rf"(?:{_SPACE}of{_SPACE}(?:{_alt(self.vague)}))?"
            rf"|\bmulti-?(?:{scale})"
        )
        number = rf"(?:{mixed}|{spelled}|{vague})"
        sharp = rf"(?:{mixed}|{spelled})"
        percent = _alt(self.percent)
        shares = (
            rf"{sharp}{_SPACE}?(?:{percent})|{sharp}{_SPACE}?[-–]{_SPACE}?{sharp}{_SPACE}?(?:{percent})"
            rf"|\b(?:(?i:an?)|{_alt(self.small)})(?:-|{_SPACE})(?:{_alt(self.share)}|{plural})"
            rf"|\b(?:{_alt(self.share)}){_SPACE}part|{sharp}{_SPACE}(?:in|out{_SPACE}of){_SPACE}{sharp}"
            rf"|{sharp}{_SPACE}(?:in|of|out{_SPACE}of){_SPACE}(?:each|every){_SPACE}{sharp}"
        )
        code = _alt([*self.codes], fold=False)
        sign = "|".join(re.escape(s) for s in sorted(self.signs, key=len, reverse=True))
        money = (
            rf"(?:{sign}|\b(?:{code})){_SPACE}?{number}|{number}(?:{sign})"
            rf"|{number}{_SPACE}(?:of{_SPACE})?(?:{_alt(self.money)}|{code})"
        )
        ranged = (
            rf"{sharp}(?:{_SPACE}?[-–—]{_SPACE}?|{_SPACE}(?:up{_SPACE})?to{_SPACE}){sharp}"
            rf"|\b(?i:between){_SPACE}{sharp}{_SPACE}and{_SPACE}{sharp}"
        )
        return rf"{money}|{shares}|{ranged}|{number}"

    def read(self, surface: bytes) -> Amount | None:
        """The amount that a surface names; None where its words make no number."""
        try:
            return self.known[surface]
        except KeyError:
            pass
        if len(self.known) > 200_000:
            self.known.clear()
        # Most numbers are digits alone; what the words of a number may be they need not be asked.
        if surface.isdigit():
            found = _of_digits(surface, bare=True)
        elif _GROUPED.fullmatch(surface):
            found = _of_digits(surface.replace(b",", b""), bare=False)
        else:
            found = self.spelled(_PLAIN.sub(" ", surface.decode("utf-8", "replace")))
        self.known[surface] = found
        return found

    def spelled(self, text: str) -> Amount | None:
        """The amount that a text names, read word by word; None where its words make no number."""
        found = self._read(text)
        return found and found._replace(sort=2 * _KINDS.index(found.kind) + found.small)

    def _read(self, text: str) -> Amount | None:
        if amount := self._money(text):
            return amount
        percent = text.casefold().endswith(self._share_ends)
        if percent and (found := self._tail.fullmatch(text)) and (ends := self._ends(found["n"])):
            return Amount(*ends, "share", "percent", bare=False)
        if (ratio := self._ratio.fullmatch(text)) and text.rsplit(maxsplit=1)[-1].lower() not in self.vague:
            top, bottom = self.value(ratio["a"]), self.value(ratio["b"])
            if top is None or not bottom or top >= bottom:
                return None
            return Amount(100 * top / bottom, 100 * top / bottom, "share", "percent", bare=False)
        if (part := self._share.fullmatch(text)) and (part["top"] or "part" in text):
            count = 1.0 if (part["top"] or "a").lower() in ("a", "an") else self.value(part["top"])
            if count is None:
                return None
            value = round(count * self.share[part["part"].lower()], 6)
            return Amount(value, value, "share", "percent", bare=False) if value < 100 else None
        if self.is_vague(text):
            return Amount(None, None, bare=False)
        ends = self._ends(text)
        return Amount(*ends, bare=text.isalnum()) if ends else None

    def _money(self, text: str) -> Amount | None:
        for pattern in (self._before, self._after):
            if pattern is self._after and not text.casefold().endswith(self._money_ends):
                continue
            found = pattern.fullmatch(text)
            if not found or (found["n"].endswith(" of") and not self.is_vague(found["n"].removesuffix(" of"))):
                continue
            number, sign = found["n"].removesuffix(" of"), found["c"]
            code = self.signs.get(sign) or self.money.get(sign.lower()) or sign.upper()
            if self.is_vague(number):
                return Amount(None, None, "money", code, bare=False)
            if ends := self._ends(number):
                return Amount(*ends, "money", code, bare=False)
        return None

    def is_vague(self, text: str) -> bool:
        """Whether the words name an amount and no number: "hundreds of thousands", "several hundred"."""
        low = text.lower()
        if not low or low[0].isdigit():
            return False
        if low.startswith("multi"):
            return True
        few = next((f for f in self.few if low.startswith(f + " ")), "")
        return all(
            w in self.vague or (few and (w in self.scale or w in self.dozen))
            for w in low[len(few) :].split()
            if w != "of"
        )

    def _ends(self, text: str) -> tuple[float, float] | None:
        """The two ends of a range; twice the same number where it is none."""
        value = self.value(text)
        if value is not None:
            return value, value
        found = self._range.fullmatch(re.sub(r"(?i)^between ", "", text))
        if not found:
            return None
        low, high = self.value(found["a"]), self.value(found["b"])
        last = found["b"].rsplit(" ", 1)[-1].lower()
        if low is not None and high is not None and last in self.scale and low < high / self.scale[last]:
            # "two to three million": the scale is said once for both.
            low *= self.scale[last]
        return (low, high) if low is not None and high is not None and low < high else None

    def value(self, text: str) -> float | None:
        """The number that words or digits name; None where they name none."""
        low = " ".join(text.lower().replace("-", " ").split()) if not text[:1].isdigit() else text.lower()
        if low.startswith("half a"):
            rest = low.split(" ", 2)[-1]
            scale = self.scale.get(rest) or self.dozen.get(rest)
            return scale / 2 if scale else None
        if not low[:1].isdigit():
            return self._spelled(low.removeprefix("a ").removeprefix("an ").split(), low.startswith(("a ", "an ")))
        return self._mixed(low)

    def _mixed(self, low: str) -> float | None:
        total, at, ceiling = 0.0, 0, float("inf")
        while at < len(low):
            found = self._number.match(low, at)
            if not found:
                return None
            at = found.end()
            following = _NAME.match(low, at)
            name = following[1] if following else ""
            factor = self.suffix.get(found["suffix"] or "", 1)
            if name in self.scale:
                factor, at = factor * self.scale[name], following.end() if following else at
            elif name:
                return None
            number = _digits(found["digits"], scaled=factor > 1)
            if factor >= ceiling or (ceiling < float("inf") and number * factor >= ceiling):
                return None
            total, ceiling = total + number * factor, factor
            while at < len(low) and low[at].isspace():
                at += 1
        return total if total < LIMIT else None

    def _spelled(self, tokens: list[str], article: bool) -> float | None:
        """Number words; a group below a thousand is read by itself, and scales get smaller from left to right."""
        if article and (not tokens or tokens[0] in self.small):
            return None
        total, group, last = 0, 0, float("inf")
        open_ten = False
        seen = False
        for number, word in enumerate(tokens):
            if word == "and":
                if not number or number == len(tokens) - 1:
                    return None
                continue
            if word in self.small:
                value = self.small[word]
                fits = group % 100 == 0 if not open_ten else value < 10 and group % 10 == 0
                if not fits or (seen and group == 0 and total == 0):
                    return None
                group += value
                open_ten = word in self.tens
            elif word in ("hundred", "hundreds"):
                if group > 99 or (seen and group == 0):
                    return None
                group = max(group, 1) * 100
                open_ten = False
            elif word in self.dozen:
                if number != len(tokens) - 1 or total:
                    return None
                group = max(group, 1) * self.dozen[word]
            elif word in self.scale:
                scale = self.scale[word]
                if scale >= last or (group == 0 and seen):
                    return None
                total, last, group, open_ten = total + max(group, 1) * scale, scale, 0, False
            else:
                return None
            seen = True
        return float(total + group) if seen else None


def _of_digits(digits: bytes, bare: bool) -> Amount | None:
    value = float(digits)
    return Amount(value, value, bare=bare, sort=int(value <= _SMALL)) if value < LIMIT else None


def _digits(text: str, scaled: bool) -> float:
    """Digits with their separators. A point before exactly three digits groups thousands unless a scale follows."""
    plain = re.sub(r"[\s'’]", "", text)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", plain) or (not scaled and re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", plain)):
        return float(plain.replace(".", ""))
    if re.fullmatch(r"\d+,\d{1,2}", plain):
        return float(plain.replace(",", "."))
    return float(plain.replace(",", ""))


def _options() -> Any:
    found = engine.options()
    found.case_sensitive = True
    return found


def _alt(words_: Any, fold: bool = True) -> str:
    """Alternatives, longest first, in any capitals; spaces in them match any white space; ended by a word's end."""
    found = "|".join(re.escape(w).replace(r"\ ", _SPACE) for w in sorted(words_, key=len, reverse=True))
    ends = r"\b" if all(w[-1].isalnum() for w in words_) else ""
    return f"(?i:{found}){ends}" if fold else f"(?:{found}){ends}"


def _any(words_: Any) -> str:
    return "|".join(re.escape(w) for w in sorted(words_, key=len, reverse=True))


def _py(pattern: str) -> str:
    """An RE2 pattern as Python's `re` writes it."""
    return re.sub(r"\\x\{([0-9a-f]{4})\}", r"\\u\1", pattern)


@cache
def grammar(language: str) -> Grammar:
    """The numbers of a language (BCP 47); of English for a language without a file of its own."""
    return Grammar(words(language).raw["numbers"])


def read(text: str, language: str = "en") -> Amount | None:
    """The amount that a text names, if the whole text is a number.

    >>> read("twenty-one").low, read("7 000").low, read("one-fifth").unit
    (21.0, 7000.0, 'percent')
    """
    return grammar(language).read(text.encode("utf-8"))


__all__ = ["LIMIT", "Amount", "Grammar", "grammar", "read"]
