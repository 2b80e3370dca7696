"""From the words of one find to their meaning."""

from __future__ import annotations

import re
from typing import Any

from regesta.temporal import numerals
from regesta.temporal.grammar import Grammar, Rule, fold
from regesta.temporal.meaning import Meaning
from regesta.temporal.points import Point, valid

_DIGITS = re.compile(r"\d+")
_EASTER = re.compile(r"easter([+-]\d+)\Z")
_LEADING = "leading"
_CODES = {
    "D": "day",
    "W": "week",
    "WE": "weekend",
    "M": "month",
    "Q": "quarter",
    "Y": "year",
    "E": "decade",
    "C": "century",
}
Groups = dict[str, str]
_WHOLE = {"day", "month", "year"}
_DOUBTFUL = ("deictic", "unit-directed")


Spans = dict[str, tuple[int, int]]
View = tuple[int, int] | None


def views(raw: bytes, spans: Spans, rule: Rule, grammar: Grammar) -> tuple[View, View]:
    """Which part of the words each view takes, in bytes: the TIMEX3 view, then our layer; None for nothing."""
    whole = (0, len(raw))
    timex = None if rule.spec.get("timex") is False else spans.get("t") or whole
    if rule.spec.get("edtf") is False:
        return timex, None
    start, end = spans.get("e") or whole
    leading = grammar.words.get(_LEADING)
    text = raw[start:end].decode()
    at = 0
    while leading and (cut := leading.match(text, at)) and cut.end() > at:
        at = cut.end()
    start += len(text[:at].encode())
    return timex, (start, end) if start < end else None


def build(raw: bytes, spans: Spans, timex: View, layer: View, rule: Rule, grammar: Grammar) -> Meaning | None:
    """The meaning of words that a rule has taken apart.

    Args:
        raw: the words in UTF-8.
        spans: where the rule's groups stand in them.
        timex: the part of the TIMEX3 view.
        layer: the part of our own layer.
        rule: the rule.
        grammar: its language.

    Returns:
        The meaning, or None where the calendar has no such date.
    """
    groups: Groups = {name: raw[a:b].decode() for name, (a, b) in spans.items()}
    words = raw.decode()
    kind = rule.spec.get("as", "date")
    meaning: Meaning | None
    if groups.keys() == _WHOLE and kind == "date":
        meaning = _whole(groups, rule, grammar)
    elif kind == "span":
        meaning = _span(words, groups, spans, rule, grammar)
    else:
        meaning = _BUILDERS[kind](words, groups, rule, grammar)
    if meaning is None:
        return None
    meaning.timex, meaning.layer = timex, layer
    meaning.test = rule.spec.get("filter", "")
    meaning.surface = words
    meaning.doubtful = meaning.test == "year" or rule.name in _DOUBTFUL
    if "bend" in groups or "approx" in groups:
        _bend(meaning, groups, grammar)
    return meaning


def _whole(g: Groups, rule: Rule, grammar: Grammar) -> Meaning | None:
    """A day, a month and a year and nothing else: the commonest case, without the detours of the others."""
    year = year_of(g["year"], grammar)
    day = _ordinal(g["day"], grammar) or 0
    month = _month(g["month"], grammar)
    if year is None or not valid(year, month, day):
        return None
    return Meaning(rule.name, "DATE", "point", Point("day", year, month, day))


def _bend(m: Meaning, groups: Groups, grammar: Grammar) -> None:
    """Modifiers: how the words before the date bend or blur it."""
    names = grammar.names
    if "approx" in groups:
        m.mod = names["approx"].get(fold(groups["approx"])) or m.mod
        if m.mod == "APPROX" and m.kind in ("point", "part", "shift"):
            m.approximate = True
    if "bend" in groups:
        for word in re.findall(r"[a-z]+(?:-way)?", groups["bend"].lower()):
            if word in names.get("bend", {}) and word not in ("the",):
                m.mod = names["bend"][word]
                unit = m.point.unit if m.point else _CODES.get(m.unit, "")
                if unit in ("decade", "century", "year", "month", "season") or m.kind == "shift":
                    m.approximate = unit not in ("day", "week", "")
                break


# --- calendar -----------------------------------------------------------------------------------------------------


def year_of(text: str, grammar: Grammar) -> int | None:
    """The year that words or figures name: ``1992``, ``'92``, ``490 BC``, ``nineteen ninety-six``."""
    found = _DIGITS.search(text)
    if not found:
        return _year_words(text, grammar)
    number = int(found[0])
    low = text.lower()
    if "b" in low:
        return -number if number else None
    if len(found[0]) == 2 and not re.search("[a-z]", low):
        return full_year(number)
    return number or None


def full_year(short: int) -> int:
    """The year that two figures stand for: 30 to 99 in the twentieth century, 00 to 29 in the twenty-first."""
    return short + (1900 if short >= 30 else 2000)


def _year_words(text: str, grammar: Grammar) -> int | None:
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


def _ordinal(text: str, grammar: Grammar) -> int | None:
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


def _month(text: str, grammar: Grammar) -> int:
    return int(grammar.names["month"][fold(text)])


def _holiday(code: str, year: int | None) -> tuple[int, int] | None:
    """Month and day of a holiday in a year; None where it moves and the year is unknown."""
    import datetime as dt  # noqa: PLC0415

    if found := _EASTER.match(code):
        if year is None or not 1583 <= year <= 9998:
            return None
        day = easter(year) + dt.timedelta(int(found[1]))
        return day.month, day.day
    parts = code.split()
    if len(parts) == 2:
        return int(parts[0]), int(parts[1])
    if year is None or not 1 <= year <= 9998:
        return None
    month, weekday = int(parts[0]), int(parts[1])
    which, _, plus = parts[2].partition("+")
    if int(which) > 0:
        first = dt.date(year, month, 1)
        day = first + dt.timedelta((weekday - first.isoweekday()) % 7 + 7 * (int(which) - 1))
    else:
        last = dt.date(year, month + 1, 1) - dt.timedelta(1)
        day = last - dt.timedelta((last.isoweekday() - weekday) % 7)
    day += dt.timedelta(int(plus or 0))
    return day.month, day.day


def easter(year: int) -> Any:
    """Easter Sunday of a Gregorian year (the anonymous computus in Meeus, Astronomical Algorithms, ch. 8)."""
    import datetime as dt  # noqa: PLC0415

    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


holiday_date = _holiday


def _date(words: str, g: Groups, rule: Rule, grammar: Grammar) -> Meaning | None:  # noqa: PLR0911, PLR0912, PLR0915
    """Whatever names a calendar date, complete or not, alone or with an hour."""
    names = grammar.names
    extra = rule.spec.get("set", {})
    m = Meaning(rule.name, "DATE", "point")
    year = None
    if "year" in g:
        year = year_of(g["year"], grammar) if "year2" not in g else None
        if year is None:
            return None
    elif "yearword" in g:
        year = _year_words(g["yearword"], grammar)
        if year is None:
            return None
    elif "year2" in g:
        year = full_year(int(_DIGITS.findall(g["year2"])[0]))
    if rule.name.endswith("-short") and "year" in g and len(_DIGITS.findall(g["year"])[0]) == 2:
        year = full_year(int(_DIGITS.findall(g["year"])[0]))
    if "dunit" in g or "that" in g:
        direction = int(names["dir"][fold(g["dir"])]) if "dir" in g else 0
        follows = "dir" in g and fold(g["dir"]) in grammar.settings.get("story_directions", ())
        base = "ref" if "that" in g or follows else "auto"
    else:
        direction, base = (int(names["dir"][fold(g["dir"])]), "auto") if "dir" in g else (0, "auto")
        if "dir" in g and fold(g["dir"]) in grammar.settings.get("story_directions", ()):
            base = "ref"
    clock = _clock(g, extra, grammar)
    if clock == "":
        return None
    if clock:
        m.type, m.clock = "TIME", clock
        if not clock[1].isdigit() and "e" in g:
            m.layer_type = "DATE"
            m.layer_clock = False
    m.base = base
    point: Point | None = None
    weekday = int(names["weekday"][fold(g["weekday"])]) if "weekday" in g else 0
    if "first" in g:
        first, second = int(g["first"]), int(g["second"])
        mon, day = (first, second) if grammar.settings.get("order") == "mdy" else (second, first)
        if mon > 12 and day <= 12:
            mon, day = day, mon
        if not valid(year, mon, day):
            return None
        point = Point("day", year, mon, day)
    elif "month" in g or "mon" in g:
        month = _month(g["month"], grammar) if "month" in g else int(g["mon"])
        if "day" in g:
            day = _ordinal(g["day"], grammar) or 0
            if not valid(year, month, day):
                return None
            point = Point("day", year, month, day)
        else:
            point = Point("month", year, month)
    elif "season" in g:
        point = Point("season", year, int(names["season"][fold(g["season"])]))
    elif "qunit" in g or "q" in g:
        which = (int(g["q"]) if g["q"].isdigit() else _which(g["q"], grammar)) if "q" in g else 0
        unit = "half" if "half" in g.get("qunit", "").lower() else "quarter"
        if unit == "half" and which > 2:
            return None
        point = Point(unit, year, which)
        m.year_shift = -1 if extra.get("ago") else None
    elif "decade" in g:
        point = Point("decade", int(g["decade"][:3]))
    elif "decade2" in g:
        tens = int(g["decade2"][0])
        century = 19
        if "cent" in g:
            century = (_ordinal(g["cent"], grammar) or 20) - 1
        elif "dunit" in g:
            m.extra["century_shift"] = direction
        point = Point("decade", century * 10 + tens)
        if tens < 2:
            return None
        if "dunit" in g:
            m.kind, m.point, m.lean = "decade_of", point, True
            return m
    elif "decadeword" in g:
        head = _year_words(g["decadecent"] + " hundred", grammar) if "decadecent" in g else 1900
        point = Point("decade", (head or 1900) // 10 + int(names["decadeword"][fold(g["decadeword"])]))
    elif "cent" in g:
        century = _ordinal(g["cent"], grammar)
        if not century or century > 30:
            return None
        bc = "b" in g.get("cera", "").lower()
        point = Point("century", -century if bc else century - 1)
    elif "mill" in g:
        which = _ordinal(g["mill"], grammar) or 0
        if not which or which > 3:
            return None
        point = Point("millennium", which - 1)
        if "b" in g.get("cera", "").lower():
            return None
    elif "holiday" in g:
        m.value = str(names["holiday"][fold(g["holiday"])])
        found = _holiday(m.value, year)
        if found:
            point = Point("day", year, *found)
            m.value = None
        else:
            m.kind = "holiday"
    elif "day" in g and ("dayonly" in extra or "dunit" in g):
        day = _ordinal(g["day"], grammar) or 0
        if not 1 <= day <= 31:
            return None
        m.kind, m.extra["day"] = "day_of", day
        m.extra["months"] = direction if "dir" in g and "dunit" in g else 0
        return m
    elif "nth" in g:
        m.kind, m.extra["fallback"] = "nth", "XXXX-XX-XX"
        return m
    elif "day" in g and "e" in g and year is None:
        day = _ordinal(g["day"], grammar) or 0
        if not 1 <= day <= 31:
            return None
        m.kind, m.extra["day"] = "day_of", day
        return m
    elif weekday:
        point = Point("day", None, -weekday)
    elif "deictic" in g:
        word = g["deictic"].lower()
        m.kind, m.unit, m.base = "shift", "D", "dct"
        m.n = {"yesterday": -1, "tomorrow": 1}.get(word, 0)
        if word == "tonight" and not m.clock:
            m.type, m.clock = "TIME", "TNI"
        return m
    elif year is not None:
        point = Point("year", year)
    elif "yearend" in extra:
        m.kind, m.unit, m.n = "shift", "Y", 0
        m.extra["end"] = True
        return m
    elif "dunit" in g:
        code = {"night": "N"}.get(g["dunit"].lower()) or _unit(g["dunit"], grammar)
        if code == "D" and fold(g.get("dir", "")) == "last":
            return None
        m.kind, m.unit, m.n = "shift", code, direction
        if "that" in g:
            m.base, m.n = "ref", 0
        m.extra["word"] = fold(g.get("dir", g.get("that", "")))
        return m
    elif m.clock:
        if "dir" in g or "that" in g:
            m.kind, m.unit, m.n = "shift", "D", direction
            if "that" in g or m.base == "ref":
                m.base = "ref"
            elif direction == -1 and m.clock == "TNI":
                m.base = "dct"
            m.extra["word"] = fold(g.get("dir", g.get("that", "")))
            return m
        m.kind = "clock"
        return m
    elif "night" in extra:
        m.kind = "night"
        return m
    elif "shift" in extra:
        code = extra.get("unit") or _unit(g["unit"], grammar)
        m.kind, m.unit, m.n, m.base = "shift", code, extra["shift"], extra["base"]
        if g.get("unit", "").lower() in ("night", "evening", "morning"):
            m.unit, m.type = "D", "TIME"
            m.clock = "T" + str(names["part"][g["unit"].lower()])
        return m
    elif "unit" in g:
        return _ago(m, g, extra, grammar)
    if point is None and m.kind != "holiday":
        return None
    m.point = point
    if m.kind == "holiday" or (point and point.year is None and point.unit not in ("decade", "century")):
        if m.kind != "holiday":
            m.kind = "part"
        if "dunit" in g:
            m.year_shift = 0 if "that" in g else direction
            if "week" in g["dunit"].lower():
                m.extra["week_shift"], m.year_shift = direction, None
        elif "dir" in g:
            m.direction = direction
            m.extra["word"] = fold(g["dir"])
        elif m.year_shift is not None:
            m.base = "dct"
    if extra.get("week") and point and point.unit == "day":
        m.extra["week"] = words.lower().lstrip("the ").split()[0]
    if "dunit" in g and "weekend" in g["dunit"].lower() and point:
        m.extra["week"] = "weekend"
    return m


def _which(word: str, grammar: Grammar) -> int:
    low = word.lower()
    if low in ("last", "latter"):
        return 2
    return _ordinal(word, grammar) or 0


def _unit(word: str, grammar: Grammar) -> str:
    low = word.lower()
    units = grammar.names["unit"]
    for form in (low, low.removesuffix("s"), low.replace("-", "")):
        if form in units:
            return str(units[form])
    return "D"


def _clock(g: Groups, extra: dict[str, Any], grammar: Grammar) -> str | None:
    """``T23:00`` or ``TNI`` from the words; None where they name no hour; empty where there is no such hour."""
    if "clock" in g:
        return numerals.clock(g["clock"], grammar.names) or ""
    if "hour" in g:
        hour = int(g["hour"])
        if hour > 24 or (hour == 24 and g["minute"] != "00"):
            return ""
        return f"T{hour:02d}:{g['minute']}"
    word = g.get("hourpart") or g.get("part") or extra.get("part")
    if not word:
        return None
    return f"T{grammar.names['part'][fold(word)]}"


def _ago(m: Meaning, g: Groups, extra: dict[str, Any], grammar: Grammar) -> Meaning | None:
    """ "Seventeen years ago", "three days later"."""
    n = numerals.number(g["n"], grammar.names)
    m.kind, m.unit, m.base = "shift", _unit(g["unit"], grammar), extra["base"]
    m.n = None if n is None else n * extra["sign"]
    m.direction = extra["sign"]
    if m.unit.startswith("T"):
        m.type = "TIME" if n is not None else "DATE"
    if extra.get("sameday"):
        m.extra["sameday"] = True
    m.value = numerals.length(n, m.unit)
    return m


def _before_after(words: str, g: Groups, rule: Rule, grammar: Grammar) -> Meaning | None:
    """ "A year after": a length for TIMEX3, where the preposition is a signal; a date in our layer."""
    m = _length(words, g, rule, grammar)
    if m is None:
        return None
    m.layer_type = "DATE"
    m.extra["n"] = None if m.n is None else m.n * rule.spec["set"]["sign"]
    m.extra["after"] = True
    return m


def _length(words: str, g: Groups, rule: Rule, grammar: Grammar) -> Meaning | None:
    extra = rule.spec.get("set", {})
    if "n" in extra:
        n = None if extra["n"] == "X" else float(extra["n"])
    else:
        n = numerals.number(g["n"].replace("-", " ") if "/" not in g["n"] else g["n"], grammar.names)
    unit = extra.get("unit") or _unit(g["unit"], grammar)
    if re.search(r"\band a half\Z", words.lower()) and n is not None and n == int(n):
        n += 0.5
    value = numerals.length(n, unit)
    if "n2" in g and "unit2" in g and n is not None:
        value = _joined(
            value, numerals.length(numerals.number(g["n2"], grammar.names), _unit(g["unit2"], grammar))
        )
    m = Meaning(rule.name, "DURATION", "length", unit=unit, n=n, value=value)
    m.edtf = value if n is not None and "X" not in value else None
    if n is None:
        m.extra["vague"] = True
    if "approx" in g:
        m.mod = grammar.names["approx"].get(fold(g["approx"]))
    return m


def _joined(a: str, b: str) -> str:
    """One duration of two: P2Y and P3M make P2Y3M."""
    time_a, time_b = "T" in a, "T" in b
    if time_a and time_b:
        return a + b.removeprefix("PT")
    return a + b.removeprefix("P")


def _length_range(words: str, g: Groups, rule: Rule, grammar: Grammar) -> Meaning | None:
    m = _length(words, {**g, "n": g["n"]}, rule, grammar)
    if m is not None:
        high = numerals.number(g["n2"], grammar.names)
        m.extra["to"] = numerals.length(high, m.unit)
        m.edtf = None
    return m


def _age(words: str, g: Groups, rule: Rule, grammar: Grammar) -> Meaning | None:
    m = _length(words, g, rule, grammar)
    if m is not None:
        m.extra["age"] = True
    return m


def _fixed(words: str, g: Groups, rule: Rule, grammar: Grammar) -> Meaning | None:
    extra = rule.spec.get("set", {})
    if "value" in extra:
        value = str(extra["value"])
    elif "ref" in g:
        value = str(grammar.names["ref"][fold(g["ref"])])
    else:
        value = (
            "PAST_REF"
            if fold(g.get("refadj", "")) in ("recent", "past", "previous", "last", "earlier")
            else "FUTURE_REF"
        )
    return Meaning(rule.name, "DATE", "fixed", value=value)


def _set(words: str, g: Groups, rule: Rule, grammar: Grammar) -> Meaning | None:  # noqa: PLR0912
    names = grammar.names
    extra = rule.spec.get("set", {})
    m = Meaning(rule.name, "SET", "set")
    low = words.lower()
    if low.startswith(("every", "each")):
        m.quant = low.split()[0].upper()
    clock = _clock(g, {}, grammar)
    if "month" in g:
        month = _month(g["month"], grammar)
        day = (_ordinal(g["day"], grammar) or 0) if "day" in g else 0
        if day and not valid(None, month, day):
            return None
        tail = f"-{day:02d}" if day else ""
        m.value = f"XXXX-{month:02d}{tail}{clock or ''}"
        m.edtf = m.value
    elif "thisd" in g:
        m.kind = "set_this_day"
    elif "weekday" in g:
        m.value = f"XXXX-WXX-{names['weekday'][fold(g['weekday'])]}{clock or ''}"
        m.freq = "1W" if m.quant else None
    elif "season" in g:
        point = Point("season", None, int(names["season"][fold(g["season"])]))
        m.value = f"XXXX-{('SP', 'SU', 'FA', 'WI')[point.sub - 1]}"
        m.edtf = f"XXXX-{20 + point.sub}"
    elif "part" in g and "unit" not in g:
        m.value = f"XXXX-XX-XX{clock}"
    elif "setword" in g:
        m.value = str(names["setword"][fold(g["setword"])])
        m.edtf = {"P1Y": "XXXX", "P1D": "XXXX-XX-XX", "P1M": "XXXX-XX"}.get(m.value, m.value)
    elif "unit" in g:
        unit = _unit(g["unit"], grammar)
        n = float(extra.get("n", 1)) if "n" not in g else numerals.number(g["n"], names)
        m.value = numerals.length(n, "D" if unit == "N" else unit)
        if unit == "N":
            m.value = "XXXX-XX-XXTNI"
        elif unit == "WE" and n == 1:
            m.value = "XXXX-WXX-WE"
        m.edtf = {"P1Y": "XXXX", "P1D": "XXXX-XX-XX", "P1M": "XXXX-XX"}.get(m.value, m.value)
        if "X" in m.value and not m.value.startswith("XXXX"):
            m.edtf = None
        if "freq" in g:
            found = {"once": 1, "twice": 2, "thrice": 3}.get(g["freq"].lower().split()[0])
            count = found or numerals.number(
                g["freq"].lower().replace("times", "").replace("days", "").strip(), names
            )
            m.freq = f"{count:g}" if count else "X"
    else:
        m.value = "XXXX-XX-XX"
    return m


def _span(  # noqa: PLR0912
    words: str, g: Groups, spans: dict[str, tuple[int, int]], rule: Rule, grammar: Grammar
) -> Meaning | None:
    """A range: its two ends lend each other what they leave out."""
    m = Meaning(rule.name, "INTERVAL", "span")
    ends = []
    for side in ("1", "2"):
        end = _end_of_span(g, side, grammar)
        if end is None:
            return None
        ends.append(end)
    first, second = ends
    a, b = first.point, second.point
    if a and b:
        if rule.name == "span-years-era" and a.year and b.year and b.year < 0:
            first.point = a = a._replace(year=-abs(a.year))
        if a.unit == "day" and not a.sub and b.sub:
            first.point = a = a._replace(sub=b.sub)
        if b.unit == "day" and not b.sub and a.sub:
            second.point = b = b._replace(sub=a.sub)
        if a.year is None and b.year is not None:
            year = b.year - 1 if a.sub > b.sub and a.unit == b.unit and a.sub - b.sub > 6 else b.year
            first.point, first.lean = a._replace(year=year), True
        elif b.year is None and a.year is not None:
            year = a.year + 1 if b.sub < a.sub else a.year
            second.point, second.lean = b._replace(year=year), True
        for end in (first, second):
            p = end.point
            if p and p.unit == "day" and (not p.sub or not valid(p.year, p.sub, p.day)):
                return None
            if p and p.unit in ("day", "month") and p.year is None:
                end.kind = "part"
        if rule.name in ("span-years", "span-year-short", "between-years", "span-years-era"):
            if not a.year or not b.year or (b.year <= a.year and a.unit == b.unit):
                return None
            if "span-year" in rule.name and b.year - a.year > 200:
                return None
    raw = words.encode()
    for end, label in ((first, "t1"), (second, "t2")):
        if label in spans:
            end.timex = spans[label]
            end.surface = g[label]
    if first.timex is None and "cent" in spans:
        first.timex = (0, spans["cent"][1])
        second.timex = (spans["cent2"][0], len(raw))
    m.ends = (first, second)
    if "month" in g and rule.name == "span-clocks":
        found = _date(
            words,
            {k: v for k, v in g.items() if k in ("year", "month", "day", "mon", "weekday")},
            rule,
            grammar,
        )
        if found is None or found.point is None:
            return None
        for end in ends:
            end.point = found.point
            end.kind = found.kind
    return m


def _end_of_span(g: Groups, side: str, grammar: Grammar) -> Meaning | None:
    m = Meaning("", "DATE", "point")
    if "cent" in g:
        century = _ordinal(g["cent" if side == "1" else "cent2"], grammar)
        if not century or century > 30:
            return None
        m.point = Point("century", -century if "b" in g.get("cera", "").lower() else century - 1)
        return m
    key = "decade1" if side == "1" else "decadeb"
    if key in g:
        m.point = Point("decade", int(g[key][:3]))
        return m
    if f"c{side}" in g:
        words = g[f"c{side}"]
        other = g["c2" if side == "1" else "c1"].lower()
        if not re.search(r"[ap]\.?\s?m", words.lower()) and (half := re.search(r"([ap])\.?\s?m", other)):
            words = f"{words} {half[1]}m"
        clock = numerals.clock(words, grammar.names)
        if not clock:
            return None
        m.type, m.kind, m.clock = "TIME", "clock", clock
        return m
    year = year_of(g[f"y{side}"], grammar) if f"y{side}" in g else None
    if side == "1" and "year1" in g:
        year = int(g["year1"])
    if side == "2" and "year2s" in g:
        year = int(g["year1"]) // 100 * 100 + int(g["year2s"])
    month = _month(g[f"m{side}"], grammar) if f"m{side}" in g else 0
    if f"d{side}" in g:
        m.point = Point("day", year, month, _ordinal(g[f"d{side}"], grammar) or 0)
    elif month:
        m.point = Point("month", year, month)
    elif year is not None:
        m.point = Point("year", year)
    else:
        return None
    return m


_BUILDERS = {
    "date": _date,
    "before_after": _before_after,
    "length": _length,
    "length_range": _length_range,
    "age": _age,
    "fixed": _fixed,
    "set": _set,
}
