"""Finding: one pass of the automaton over a shard of UTF-8 bytes, the words taken apart once per surface."""

from __future__ import annotations

import re
from typing import Any

from regesta.temporal import context, engine, parse
from regesta.temporal.grammar import Grammar, Rule, load
from regesta.temporal.meaning import Meaning
from regesta.temporal.story import Find
from regesta.temporal.tense import Tense

_tuple = tuple.__new__
# Signs that may join a find to a web address or a document symbol.
_JOINERS = frozenset(b"/@=&-_.?:")
_LONGEST = 160
_KEPT = 50_000
# Two surfaces of one shape differ in their digits alone. Where a rule is `steady`, digits decide nothing: the
# next surface of a shape is taken apart where the first one was.
_SHAPE = bytes(48 if 48 <= c <= 57 else c for c in range(256))
# … but four figures alone, and those before hours, may be an hour of the day.
_TELLING = re.compile(rb"(?:\A0000|hours?|hrs?)\Z")
Template = tuple[Rule, dict[str, tuple[int, int]], tuple[int, int] | None, tuple[int, int] | None]
_STOPS = frozenset(b".,;:)\n")
_IN = frozenset((b"in ", b"In "))
_BLANK_LINE = re.compile(rb"\n[ \t\r]*\n")
_WORD = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
# Whether a byte after a find, or before it, leaves no doubt that a word ends, or begins, there.
_AFTER = bytes(c < 128 and c not in _WORD for c in range(256))
_BEFORE = bytes(c < 128 and c not in _WORD and c not in _JOINERS for c in range(256))


class Scanner:
    """Finds the expressions of one language in bytes, and keeps what it learnt about their surfaces."""

    def __init__(self, grammar: Grammar) -> None:
        """A scanner that has learnt nothing yet."""
        self.grammar = grammar
        self.search = engine.searcher(grammar.finder)
        self.search_here = engine.searcher(grammar.finder, here=True)
        self.tense = Tense.of(grammar.settings)
        self.context = context.Context(grammar.context)
        self.templates: dict[bytes, Template] = {}
        self.known: dict[bytes, tuple[Meaning, ...]] = {}
        self.shorter: dict[bytes, int] = {}

    def meanings(self, surface: bytes) -> tuple[Meaning, ...]:
        """What a surface may mean, best reading first; empty where no reading is a date of the calendar.

        A second reading is kept only where the words around may speak against the first.
        """
        try:
            return self.known[surface]
        except KeyError:
            pass
        if len(surface) > _LONGEST:
            return ()
        if len(self.known) > _KEPT:
            self.known.clear()
        if b"\n" in surface and _BLANK_LINE.search(surface):
            self.known[surface] = ()
            return ()
        shape = surface.translate(_SHAPE)
        template = self.templates.get(shape)
        if template is not None:
            rule, spans, timex, layer = template
            found = parse.build(surface, spans, timex, layer, rule, self.grammar)
            if found is not None:  # else figures of the shape that are no such date ("May 70")
                self.known[surface] = one = (self._told(found, rule),)
                return one
        readings: list[Meaning] = []
        for index in sorted(self.grammar.chooser.Match(self._narrow(surface)) or ()):
            rule = self.grammar.rules[index]
            spans = rule.take_apart(surface)
            if spans is None:
                continue
            timex, layer = parse.views(surface, spans, rule, self.grammar)
            found = parse.build(surface, spans, timex, layer, rule, self.grammar)
            if found is not None:
                self._told(found, rule)
                if rule.spec.get("steady") and not readings and not _TELLING.search(shape):
                    if len(self.templates) > _KEPT:
                        self.templates.clear()
                    self.templates[shape] = (rule, spans, timex, layer)
                readings.append(found)
                if not found.windowed:
                    break
        self.known[surface] = kept = tuple(readings)
        return kept

    @staticmethod
    def _told(m: Meaning, rule: Rule) -> Meaning:
        """A meaning that knows which rule read it, and what that rule asks of the words around."""
        m.source = rule
        m.windowed = rule.windowed
        m.gate = _gate(m, rule)
        return m

    def finds(self, buffer: bytes) -> list[Find]:
        """Every expression in a shard, in order of the text, none overlapping another."""
        out: list[Find] = []
        search, here = self.search, self.search_here
        known, shorter = self.known, self.shorter
        size = len(buffer)
        narrow = self._narrow(buffer)
        heads = self.grammar.heads
        places = heads.places(narrow) if heads is not None else None
        closed = buffer + b"\n"  # a sign before the first and after the last
        at = 0
        while True:
            if places is None:
                start, end = search(narrow, at, size)
                if start < 0:
                    return out
            else:
                for start, word in places:
                    if start >= at:
                        # Of one word its readings tell whether it is a match.
                        end = word or here(narrow, start, size)[1]
                        if end >= 0:
                            break
                else:
                    return out
            at = end
            surface = buffer[start:end]
            readings = known.get(surface)
            if readings is None:
                readings = self.meanings(surface)
            found = None
            if readings:
                if _AFTER[closed[end]] and _BEFORE[closed[start - 1]]:
                    m = readings[0]
                    if not m.gate or (m.gate != _LOOK and _plainly(m, closed, start, end)):
                        out.append(_tuple(Find, (start, end, m)))
                        continue
                    found = self._weighed(readings, buffer, start, end)
                else:
                    found = self._accept(buffer, start, end, size)
            stop = end
            while found is None and shorter.get(surface) != 0:
                cut = self._shorter(buffer, start, stop)
                if cut is None:
                    break
                stop = cut
                surface = buffer[start:stop]
                found = self._accept(buffer, start, stop, size)
            if found is not None:
                out.append(found)
            if stop < end or found is None:
                # What the longest match swallowed is searched again, from the next word on; the places are words.
                at = stop if found is not None else start + 1 if places is not None else _next_word(buffer, start, size)

    def _shorter(self, buffer: bytes, start: int, end: int) -> int | None:
        """The end of the next shorter match at the same place; None where there is none.

        Only the words of the longer match decide, so that it is looked up once for all places with the same.
        """
        surface = buffer[start : min(end, start + _LONGEST + 1)]
        length = self.shorter.get(surface)
        if length is None:
            if len(self.shorter) > _KEPT:
                self.shorter.clear()
            length = self.shorter[surface] = self._cut(surface)
        return start + length if length else None

    def _cut(self, surface: bytes) -> int:
        if surface.isalnum():
            return 0
        stop = len(surface) - 1
        if blank := _BLANK_LINE.search(surface, 0, stop):
            stop = blank.start()
        return max(self.search_here(self._narrow(surface), 0, stop)[1], 0) if stop > 0 else 0

    def _narrow(self, text: bytes) -> bytes:
        """The text as the finder reads it, byte for byte."""
        return text.translate(engine.NARROW) if self.grammar.narrow and not text.isascii() else text

    def _accept(self, buffer: bytes, start: int, end: int, size: int) -> Find | None:
        surface = buffer[start:end]
        if not _bounded(buffer, start, end, size):
            return None
        readings = self.meanings(surface)
        if not readings:
            return None
        if (
            start
            and buffer[start - 1] in _JOINERS
            and context.inside_url(buffer[max(0, start - 200) : start].decode("utf-8", "ignore"))
        ):
            return None
        if not readings[0].gate or _plainly(readings[0], buffer + b"\n" if end >= size else buffer, start, end):
            return Find(start, end, readings[0])
        return self._weighed(readings, buffer, start, end)

    def _weighed(self, readings: tuple[Meaning, ...], buffer: bytes, start: int, end: int) -> Find | None:
        """The first reading that the words around have nothing against."""
        near: tuple[str, str] | None = None
        for m in readings:
            if m.windowed:
                if m.source.before is not None and _unfit(m, buffer, start):
                    continue
                if near is None:
                    near = context.around(buffer, start, end)
                if not _passes(m, *near, self.context):
                    continue
            return _tuple(Find, (start, end, m))
        return None


def _next_word(buffer: bytes, start: int, size: int) -> int:
    """Where the word after the one at ``start`` may begin."""
    at = start
    while at < size and at < start + _LONGEST and buffer[at] in _WORD:
        at += 1
    return max(at, start + 1)


def _bounded(buffer: bytes, start: int, end: int, size: int) -> bool:
    """Whether a find begins and ends where words do, in any script."""
    if start:
        before = buffer[start - 1]
        if before in _WORD and buffer[start] in _WORD:
            return False
        if before >= 128 and buffer[max(0, start - 4) : start].decode("utf-8", "ignore")[-1:].isalnum():
            return False
    if end < size:
        after = buffer[end]
        if after in _WORD and buffer[end - 1] in _WORD:
            return False
        if after >= 128 and buffer[end : end + 4].decode("utf-8", "ignore")[:1].isalnum():
            return False
        if after == 45 and buffer[end - 1] in _WORD and buffer[end + 1 : end + 2].isalpha():
            return buffer[end - 1 : end].isdigit() or buffer[end - 1 : end].isalpha()
    return True


def _gate(m: Meaning, rule: Rule) -> int:
    """What settles that words are what they seem: nothing more, a sign beside them, or only a closer look."""
    if not m.windowed:
        return 0
    if m.test in _SETTLED:
        return _SETTLED[m.test]
    free = not m.test and rule.before is None and rule.not_before is None and rule.after is None and rule.plain_stop
    return _STOP if free else _LOOK


_YEAR, _MONTH, _WEEKDAY, _STOP, _LOOK = range(1, 6)
_SETTLED = {"year": _YEAR, "month": _MONTH, "weekday": _WEEKDAY}


def _plainly(m: Meaning, buffer: bytes, start: int, end: int) -> bool:
    """Whether the letters right beside a find already settle that it is what it seems; saves the closer
    look. A sign must follow in the buffer.
    """
    gate = m.gate
    if gate == _MONTH:
        return buffer[start - 3 : start] in _IN
    if gate == _LOOK:
        return False
    stop = buffer[end] in _STOPS
    if gate == _YEAR:
        return stop and buffer[start - 3 : start] in _IN and not buffer[end + 1 : end + 2].isdigit()
    if gate == _WEEKDAY:
        return stop or buffer[end + 1 : end + 2].islower()
    return stop


def _unfit(m: Meaning, buffer: bytes, start: int) -> bool:
    """Whether the words before a find already rule out what it seems; saves the look at those after it."""
    left = buffer[start - context.NEAR if start > context.NEAR else 0 : start]
    return b"\n\n" not in left and b"\x00" not in left and m.source.before.lacks(left)


def _passes(m: Meaning, left: str, right: str, around: context.Context) -> bool:
    rule: Any = m.source
    if rule.before is not None and not rule.before.search(left):
        return False
    if rule.not_before is not None and rule.not_before.search(left):
        return False
    if rule.after is not None and not rule.after.begins(right):
        return False
    if rule.not_after is not None and rule.not_after.begins(right):
        return False
    return around.accepts(m.test, m, left, right)


_SCANNERS: dict[str, Scanner] = {}


def scanner(language: str) -> Scanner:
    """The scanner of a language; one per process, so that what it learns is shared."""
    grammar = load(language)
    if grammar.code not in _SCANNERS:
        _SCANNERS[grammar.code] = Scanner(grammar)
    return _SCANNERS[grammar.code]
