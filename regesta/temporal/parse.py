"""From the words of one find to their meaning."""

from __future__ import annotations

import re

from regesta.temporal import parse_length
from regesta.temporal.grammar import Grammar, Rule
from regesta.temporal.meaning import Meaning
from regesta.temporal.naming import Groups, approx_of, month_number, ordinal, year_of
from regesta.temporal.parse_date import date
from regesta.temporal.parse_span import span
from regesta.temporal.points import Point, valid

Spans = dict[str, tuple[int, int]]
View = tuple[int, int] | None
_LEADING = "leading"
_CODES = {
    "D": "day", "W": "week", "WE": "weekend", "M": "month", "Q": "quarter", "Y": "year", "E": "decade",
    "C": "century",
}  # fmt: skip
_WHOLE = {"day", "month", "year"}
_DOUBTFUL = ("deictic", "unit-directed")


def views(raw: bytes, spans: Spans, rule: Rule, grammar: Grammar) -> tuple[View, View]:
    """Which part of the words each view takes, in bytes: TIMEX3, then our layer; None for nothing."""
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
    words = raw.decode()
    groups: Groups
    if len(words) == len(raw):
        groups = {name: words[a:b] for name, (a, b) in spans.items()}
    else:
        groups = {name: raw[a:b].decode() for name, (a, b) in spans.items()}
    kind = rule.spec.get("as", "date")
    meaning: Meaning | None
    if groups.keys() == _WHOLE and kind == "date" and "set" not in rule.spec:
        meaning = _whole(groups, rule, grammar)
    elif kind == "span":
        meaning = span(words, groups, spans, rule, grammar)
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
    day = ordinal(g["day"], grammar) or 0
    month = month_number(g["month"], grammar)
    if year is None or not valid(year, month, day):
        return None
    return Meaning(rule.name, "DATE", "point", Point("day", year, month, day))


def _bend(m: Meaning, groups: Groups, grammar: Grammar) -> None:
    """Modifiers: how the words before the date bend or blur it."""
    names = grammar.names
    if "approx" in groups:
        m.mod = approx_of(groups["approx"], grammar) or m.mod
        if m.mod == "APPROX" and m.kind in ("point", "part", "shift"):
            m.approximate = True
    if "bend" in groups:
        for word in re.findall(r"[a-z]+(?:-way)?", groups["bend"].lower()):
            if word in names.get("bend", {}) and word not in ("the",):
                m.mod = names["bend"][word]
                unit = m.point.unit if m.point else _CODES.get(m.unit, "")
                if unit in ("decade", "century", "year", "month", "season") or m.kind == "shift":
                    m.approximate = unit not in ("day", "week", "") and word not in ("later", "earlier")
                break


_BUILDERS = {
    "date": date,
    "before_after": parse_length.before_after,
    "length": parse_length.length,
    "length_range": parse_length.length_range,
    "age": parse_length.age,
    "fixed": parse_length.fixed,
    "set": parse_length.set_of,
}
