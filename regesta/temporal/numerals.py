"""Numbers, lengths and clock times as words and figures write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_FRACTION = re.compile(r"(?:(\d+)[\s-]+)?(\d)/(\d)\Z")
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?\Z")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_CLOCK = re.compile(r"(\d{1,2})[:.]?(\d{2})?(?::(\d{2}))?\s*-?\s*([ap])?\.?\s?m?", re.IGNORECASE)
_PAST = re.compile(r"(half|(?:a )?quarter)[\s-]+(past|to)\s+(?=\w)", re.IGNORECASE)
CALENDAR_UNITS = {"D": "D", "N": "N", "W": "W", "M": "M", "Q": "Q", "Y": "Y", "S": "S", "H": "H"}
_FOLDED = {"F": ("W", 2), "E": ("Y", 10), "C": ("Y", 100), "L": ("Y", 1000)}
_VAGUE = {"E": "E", "C": "C", "L": "L", "WE": "WE"}
_HALF = {"Y": "6M", "TH": "30M", "TM": "30S", "D": "T12H", "N": "T12H"}


def number(words: str, names: Mapping[str, Mapping[str, Any]]) -> float | None:
    """The number that words or figures name; None where they are vague ("several").

    Args:
        words: e.g. ``2 1/2``, ``1,200``, ``twenty-five``, ``a hundred and fifty``, ``several``.
        names: the lists ``digit``, ``teen``, ``tens`` and ``fuzzy`` of a grammar.
    """
    text = " ".join(words.lower().replace("’", "'").split())
    fuzzy = names.get("fuzzy", {})
    if text in fuzzy:
        found = fuzzy[text]
        return None if found == "X" else float(found)
    if fraction := _FRACTION.match(text):
        whole, top, bottom = fraction.groups()
        return int(whole or 0) + int(top) / (int(bottom) or 1)
    if _FIGURE.match(text):
        return float(text.replace(",", ""))
    if text in ("a", "an", "a couple", "couple"):
        return 2.0 if "couple" in text else 1.0
    total, group, half = 0, 0, 0.0
    for word in _WORD.findall(text):
        for key in ("digit", "teen", "tens", "ordinal"):
            if word in names.get(key, {}):
                group += int(names[key][word])
                break
        else:
            if word == "hundred":
                group = (group or 1) * 100
            elif word == "thousand":
                total += (group or 1) * 1000
                group = 0
            elif word == "half":
                half = 0.5
                group = group if group else 0
            elif word == "a" and not group:
                continue
    if half and text.endswith(("one-half", "one half")):
        group -= 1
    return float(total + group) + half if total + group + half else None


def length(n: float | None, unit: str) -> str:
    """The ISO 8601 duration of so many units, as in TIMEX3: ``P2Y6M``, ``PT30M``, ``PXD``."""
    if n is None:
        if unit == "X":
            return "PXX"
        if unit.startswith("T"):
            return f"PTX{unit[1]}"
        return f"PX{CALENDAR_UNITS.get(unit) or _VAGUE.get(unit) or 'W'}"
    if unit in _FOLDED:
        unit, factor = _FOLDED[unit]
        n *= factor
    whole = int(n)
    if unit == "WE":
        return f"P{whole}WE"
    time, letter = ("T", unit[1]) if unit.startswith("T") else ("", CALENDAR_UNITS.get(unit, unit))
    if n == whole:
        return f"P{time}{whole}{letter}"
    if n - whole == 0.5 and unit in _HALF:
        if not whole:
            half = _HALF[unit]
            return f"P{time}{half}" if time else f"P{half}"
        return f"P{time}{whole}{letter}{_HALF[unit]}"
    if n == 0.25 and unit == "TH":
        return "PT15M"
    return f"P{time}{n:g}{letter}"


def clock(text: str, names: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The hour as ISO 8601, e.g. ``T23:00``; None where there is no such hour."""
    low = text.lower()
    if past := _PAST.match(low):
        hour_ = clock(low[past.end() :], names)
        if hour_ is None:
            return None
        minutes = int(hour_[1:3]) * 60 + (30 if past[1] == "half" else 15 if past[2] == "past" else -15)
        return f"T{minutes // 60 % 24:02d}:{minutes % 60:02d}"
    found = _CLOCK.match(low)
    if not found or not found[1]:
        word = low.split()[0].split("-")[0]
        hour = next((int(names[k][word]) for k in ("digit", "teen") if word in names.get(k, {})), None)
        if hour is None:
            return None
        minute, second, half = 0, None, None
    else:
        hour, minute, second, half = int(found[1]), int(found[2] or 0), found[3], found[4]
    if not half:
        if "afternoon" in low or "evening" in low or "at night" in low:
            half = "p"
        elif "morning" in low:
            half = "a"
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return f"T{hour:02d}:{minute:02d}" + (f":{second}" if second else "")
