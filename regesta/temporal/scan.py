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
_PLAIN = 48
_ASCII = 128
# Signs that may join a find to a web address or a document symbol.
_JOINERS = frozenset(b"/@=&-_.?:")
_LONGEST = 160
_KEPT = 50_000
# Two surfaces of one shape differ in their digits alone. Where a rule is `steady`, digits decide nothing: the
# next surface of a shape is taken apart where the first one was.
_SHAPE = bytes(48 if 48 <= c <= 57 else c for c in range(256))
_HOURS = (b"hours", b"hrs", b"hour", b"hr")
Template = tuple[Rule, dict[str, tuple[int, int]], tuple[int, int] | None, tuple[int, int] | None]
_STOPS = frozenset(b".,;:)\n")
_IN = frozenset((b"in ", b"In "))
_BLANK_LINE = re.compile(rb"\n[ \t\r]*\n")
_WORD = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")


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
        if len(self.known) > _KEPT:
            self.known.clear()
        shape = surface.translate(_SHAPE)
        template = self.templates.get(shape)
        if template is not None:
            rule, spans, timex, layer = template
            found = parse.build(surface, spans, timex, layer, rule, self.grammar)
            self.known[surface] = one = (found,) if found is not None else ()
            if found is not None:
                found.source = rule
                found.windowed = rule.windowed
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
                found.windowed = rule.windowed
                found.source = rule
                if rule.spec.get("steady") and not readings and not shape.endswith(_HOURS):
                    if len(self.templates) > _KEPT:
                        self.templates.clear()
                    self.templates[shape] = (rule, spans, timex, layer)
                readings.append(found)
                if not found.windowed:
                    break
        self.known[surface] = kept = tuple(readings)
        return kept

    def finds(self, buffer: bytes) -> list[Find]:
        """Every expression in a shard, in order of the text, none overlapping another."""
        out: list[Find] = []
        search, here = self.search, self.search_here
        known, shorter = self.known, self.shorter
        word = _WORD
        size = len(buffer)
        narrow = self._narrow(buffer)
        heads = self.grammar.heads
        places = heads.places(narrow) if heads is not None else None
        at = 0
        while True:
            if places is None:
                start, end = search(narrow, at, size)
                if start < 0:
                    return out
            else:
                for start in places:
                    if start >= at:
                        end = here(narrow, start, size)[1]
                        if end >= 0:
                            break
                else:
                    return out
            at = end
            surface = buffer[start:end]
            readings = known.get(surface)
            if readings is None and end - start < _PLAIN and b"\n" not in surface:
                readings = self.meanings(surface)
            if readings and (end == size or (buffer[end] not in word and buffer[end] < _ASCII)):
                m = readings[0]
                before = buffer[start - 1] if start else 32
                if before < _ASCII and before not in _JOINERS:
                    if not m.windowed or _plainly(m, buffer, start, end, size):
                        out.append(_tuple(Find, (start, end, m)))
                        continue
                    if shorter.get(surface) == 0 and len(readings) == 1 and _unfit(m, buffer, start):
                        at = _next_word(buffer, start, size)
                        continue
            found = self._accept(buffer, start, end, size)
            stop = end
            while found is None:
                cut = self._shorter(buffer, start, stop)
                if cut is None:
                    break
                stop = cut
                found = self._accept(buffer, start, stop, size)
            if found is not None:
                out.append(found)
            if stop < end or found is None:
                # What the longest match swallowed is searched again, from the next word on.
                at = stop if found is not None else _next_word(buffer, start, size)

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
        if end - start > _LONGEST or (b"\n" in surface and _BLANK_LINE.search(surface)):
            return None
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
        if not readings[0].windowed:
            return Find(start, end, readings[0])
        if _plainly(readings[0], buffer, start, end, size):
            return Find(start, end, readings[0])
        left, right = context.around(buffer, start, end)
        for m in readings:
            if not m.windowed or _passes(m, left, right, self.context):
                return Find(start, end, m)
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


def _plainly(m: Meaning, buffer: bytes, start: int, end: int, size: int) -> bool:
    """Whether the letters right beside a find already settle that it is what it seems; saves the closer
    look.
    """
    stop = end == size or buffer[end] in _STOPS
    if m.test == "year":
        return stop and buffer[start - 3 : start] in _IN and not buffer[end + 1 : end + 2].isdigit()
    if m.test == "month":
        return buffer[start - 3 : start] in _IN
    if m.test == "weekday":
        return stop or buffer[end + 1 : end + 2].islower()
    rule = m.source
    return (
        stop
        and not m.test
        and rule.before is None
        and rule.not_before is None
        and rule.after is None
        and rule.plain_stop
    )


def _unfit(m: Meaning, buffer: bytes, start: int) -> bool:
    """Whether the words before a find already rule out what it seems; saves the look at those after it."""
    rule = m.source
    if rule.before is None:
        return False
    left = buffer[start - context.NEAR if start > context.NEAR else 0 : start]
    return b"\n\n" not in left and b"\x00" not in left and rule.before.lacks(left)


def _passes(m: Meaning, left: str, right: str, around: context.Context) -> bool:
    rule: Any = m.source
    if rule.before is not None and not rule.before.search(left):
        return False
    if rule.not_before is not None and rule.not_before.search(left):
        return False
    if rule.after is not None and not rule.after.match(right):
        return False
    if rule.not_after is not None and rule.not_after.match(right):
        return False
    return around.accepts(m.test, m, left, right)


_SCANNERS: dict[str, Scanner] = {}


def scanner(language: str) -> Scanner:
    """The scanner of a language; one per process, so that what it learns is shared."""
    grammar = load(language)
    if grammar.code not in _SCANNERS:
        _SCANNERS[grammar.code] = Scanner(grammar)
    return _SCANNERS[grammar.code]
