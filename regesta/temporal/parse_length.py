"""Lengths, sets and vague references."""

from __future__ import annotations

import re

from regesta.temporal import numerals
from regesta.temporal.grammar import Grammar, Rule, fold
from regesta.temporal.meaning import Meaning
from regesta.temporal.naming import Groups, approx_of, clock_of, month_number, ordinal, unit_code
from regesta.temporal.points import Point, valid


def before_after(words: str, g: Groups, rule: Rule, grammar: Grammar) -> Meaning | None:
    """ "A year after": a length for TIMEX3, where the preposition is a signal; a date in our layer."""
    m = length(words, g, rule, grammar)
    if m is None:
        return None
    m.layer_type = "DATE"
    m.extra["n"] = None if m.n is None else m.n * rule.spec["set"]["sign"]
    m.extra["after"] = True
    return m


def length(words: str, g: Groups, rule: Rule, grammar: Grammar) -> Meaning | None:
    """ "Four months", "nearly two and a half years": a DURATION."""
    extra = rule.spec.get("set", {})
    if "n" in extra:
        n = None if extra["n"] == "X" else float(extra["n"])
    else:
        n = numerals.number(g["n"].replace("-", " ") if "/" not in g["n"] else g["n"], grammar.names)
    unit = extra.get("unit") or unit_code(g["unit"], grammar)
    if re.search(r"\band a half\Z", words.lower()) and n is not None and n == int(n):
        n += 0.5
    value = numerals.length(n, unit)
    if "n2" in g and "unit2" in g and n is not None:
        value = _joined(value, numerals.length(numerals.number(g["n2"], grammar.names), unit_code(g["unit2"], grammar)))
    m = Meaning(rule.name, "DURATION", "length", unit=unit, n=n, value=value)
    m.edtf = value if n is not None and "X" not in value else None
    if n is None:
        m.extra["vague"] = True
    if "approx" in g:
        m.mod = approx_of(g["approx"], grammar)
    return m


def _joined(a: str, b: str) -> str:
    """One duration of two: P2Y and P3M make P2Y3M."""
    time_a, time_b = "T" in a, "T" in b
    if time_a and time_b:
        return a + b.removeprefix("PT")
    return a + b.removeprefix("P")


def length_range(words: str, g: Groups, rule: Rule, grammar: Grammar) -> Meaning | None:
    """ "Two to three weeks": the length of the first number."""
    m = length(words, {**g, "n": g["n"]}, rule, grammar)
    if m is not None:
        high = numerals.number(g["n2"], grammar.names)
        m.extra["to"] = numerals.length(high, m.unit)
        m.edtf = None
    return m


def age(words: str, g: Groups, rule: Rule, grammar: Grammar) -> Meaning | None:
    """ "8-month-old": a length that our own layer leaves alone."""
    m = length(words, g, rule, grammar)
    if m is not None:
        m.extra["age"] = True
    return m


def fixed(words: str, g: Groups, rule: Rule, grammar: Grammar) -> Meaning | None:
    """ "Now", "recently", "in the future": a reference without a date."""
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


def set_of(words: str, g: Groups, rule: Rule, grammar: Grammar) -> Meaning | None:
    """ "Every year", "each Thursday", "annually on 26 February": a SET."""
    names = grammar.names
    extra = rule.spec.get("set", {})
    m = Meaning(rule.name, "SET", "set")
    low = words.lower()
    if low.startswith(("every", "each")):
        m.quant = low.split()[0].upper()
    clock = clock_of(g, {}, grammar)
    if "month" in g:
        month = month_number(g["month"], grammar)
        day = (ordinal(g["day"], grammar) or 0) if "day" in g else 0
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
        unit = unit_code(g["unit"], grammar)
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
            count = found or numerals.number(g["freq"].lower().replace("times", "").replace("days", "").strip(), names)
            m.freq = f"{count:g}" if count else "X"
    else:
        m.value = "XXXX-WXX-WE" if low.endswith("weekends") else "XXXX-XX-XX"
    return m
