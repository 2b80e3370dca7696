"""What single words name: a year, a month, a day of the month, a unit, an hour."""

from __future__ import annotations

import re
from typing import Any

from regesta.temporal import numerals
from regesta.temporal.grammar import Grammar, fold

Groups = dict[str, str]
_DIGITS = re.compile(r"\d+")


def year_of(text: str, grammar: Grammar) -> int | None:
    """The year that words or figures name: ``1992``, ``'92``, ``490 BC``, ``nineteen ninety-six``."""
    if len(text) == 4 and text.isdecimal():
        return int(text) or None
    found = _DIGITS.search(text)
    if not found:
        return year_words(text, grammar)
    number = int(found[0])
    low = text.lower()
    if "b" in low:
        return -number if number else None
    if len(found[0]) == 2 and not re.search("[a-z]", low):
        return full_year(number)
    return number or None


def full_year(short: int) -> int:
    """The year that two figures stand for: 19xx from 30 on, 20xx below."""
    return short + (1900 if short >= 30 else 2000)


def year_words(text: str, grammar: Grammar) -> int | None:
    """The year that words name ("nineteen ninety-six", "two thousand and one"); None where they name none."""
    parts = [p for p in re.split(r"[\s-]+", text.lower()) if p not in ("and", "oh")]
    names = grammar.names
    if len(parts) >= 2 and parts[1] == "thousand":
        rest = numerals.number(" ".join(parts[2:]), names) if len(parts) > 2 else 0
        return 2000 + int(rest or 0)
    head = numerals.number(parts[0], names)
    if head is None:
        return None
    if parts[1] == "hundred":
        return int(head) * 100
    rest = numerals.number(" ".join(parts[1:]), names)
    return int(head) * 100 + int(rest) if rest is not None else None


def ordinal(text: str, grammar: Grammar) -> int | None:
    """The number of an ordinal in figures, words or Roman figures; None where it is none."""
    if text.isdecimal():
        return int(text)
    found = _DIGITS.search(text)
    if found:
        return int(found[0])
    low = fold(text).replace(" ", "-")
    if low in grammar.names.get("ordinal", {}):
        return int(grammar.names["ordinal"][low])
    low = re.sub(r"(st|nd|rd|th)\Z", "", low)
    if low in grammar.names.get("roman", {}):
        return int(grammar.names["roman"][low])
    return None


def month_number(text: str, grammar: Grammar) -> int:
    """The number of a month by its name."""
    months = grammar.names["month"]
    number = months.get(text.lower())
    return int(number if number is not None else months[fold(text)])


def approx_of(words: str, grammar: Grammar) -> str | None:
    """The TIMEX3 mod of an approximator ("nearly", "over"); None where it has none."""
    word = fold(words)
    return grammar.names["approx"].get(word) or grammar.names.get("approxover", {}).get(word)


def which(word: str, grammar: Grammar) -> int:
    """Which quarter or half: "last" and "latter" are the second; 0 where the word is no ordinal."""
    low = word.lower()
    if low in ("last", "latter"):
        return 2
    return ordinal(word, grammar) or 0


def unit_code(word: str, grammar: Grammar) -> str:
    """The code of a unit: D, W, M, Y, TH and so on."""
    low = word.lower()
    units = grammar.names["unit"]
    for form in (low, low.removesuffix("s"), low.replace("-", "")):
        if form in units:
            return str(units[form])
    return "D"


def clock_of(g: Groups, extra: dict[str, Any], grammar: Grammar) -> str | None:
    """``T23:00`` or ``TNI`` from the words; None where they name no hour; empty where there is no such
    hour.
    """
    if "clock" in g:
        words = f"{g['clock']} in the {g['cpart']}" if "cpart" in g else g["clock"]
        return numerals.clock(words, grammar.names) or ""
    if "hour" in g:
        hour = int(g["hour"])
        if hour > 24 or (hour == 24 and g["minute"] != "00"):
            return ""
        return f"T{hour:02d}:{g['minute']}"
    word = g.get("hourpart") or g.get("part") or extra.get("part")
    if not word:
        return None
    return f"T{grammar.names['part'][fold(word)]}"
