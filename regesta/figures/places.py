"""Where: the place a figure is about, from its own words, its sentence, or what the paper has been speaking of."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from regesta.entities.authority import Authority
from regesta.entities.countries import countries
from regesta.figures.lexicon import taxonomy, words

_HEADING = 300
_KEPT = 50_000
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_ANY_WORD = re.compile(r"\w+")
# Between a number and a place that its own words name: "civilians in the village of".
_OWN = re.compile(r"[^,;:()\n]{0,70}\Z")


class Cues:
    """The words of a language that tell where, as patterns."""

    def __init__(self, language: str) -> None:
        raw = words(language).raw
        these = rf"\b(?:{_any(raw['this'])})\s+(?:\w+\s+)?(?:{_any(raw['this_place'])})\b"
        self.belonging = re.compile(rf"\b(?:{_any(raw['belonging'])})\s+(?:the\s+)?\Z")
        self._verbs = frozenset(raw["place_verbs"])
        self._this_place = re.compile(these, re.IGNORECASE)
        self._this_place_words, self._our_things = tuple(raw["this_place"]), tuple(raw["our_things"])
        self._this = frozenset(raw["this"][:2])
        ours = rf"\b(?:{_any(raw['ours'])})[\s-]+(?:\w+\s+)?(?:{_any(raw['our_things'])})\b"
        self._ours = re.compile(ours, re.IGNORECASE)
        self.from_in = re.compile(rf"\b(?:{_any(raw['from_in'])})\s+(?:the\s+)?\Z")
        self.region = tuple(raw["region_words"])
        # The few words between a number and a place are mostly words met before.
        self.leads_on = lru_cache(maxsize=_KEPT)(self._leads_on)

    def _leads_on(self, between: str) -> tuple[bool, bool]:
        """Whether words lead from a number to a place of its own, and whether they say that it is this one."""
        if not _OWN.match(between):
            return False, False
        told = _ANY_WORD.findall(between)
        return self._verbs.isdisjoint(told), not self._this.isdisjoint(told)

    def this_place(self, text: str) -> bool:
        """Whether words speak of the place that the paper speaks of: "this town"."""
        return _has(text, self._this_place_words) and self._this_place.search(text) is not None

    def ours(self, text: str) -> bool:
        """Whether words speak of the paper's own state: "our citizens"."""
        return _has(text, self._our_things) and self._ours.search(text) is not None


@cache
def cues(language: str) -> Cues:
    """The cues of a language; one a process."""
    return Cues(language)


def _has(text: str, words_: Iterable[str]) -> bool:
    return any(map(text.casefold().__contains__, words_))


def _any(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(p) for p in phrases)


class Named(NamedTuple):
    """A place named in a paper: where, its entity, and whether it stands for itself or inside the name of an event."""

    start: int
    entity: str
    direct: bool


class Names(NamedTuple):
    """All places named in a text, in order, as columns of `Named`."""

    start: list[int]
    entity: list[str]
    direct: list[bool]


class Gazetteer:
    """What the authority knows of places."""

    def __init__(self, authority: Authority) -> None:
        self.states = {country.id for country in countries()}
        self.by_code = {country.code: country.id for country in countries()}
        self.entities = authority.entities
        self.names = {
            " ".join(name.text.lower().split()): name.entity_id
            for name in authority.names
            if name.entity_id in authority.entities and authority.entities[name.entity_id].type == "place"
        }

    def state_of(self, entity: str) -> str | None:
        """The state that a place belongs to."""
        if entity in self.states:
            return entity
        entry = self.entities.get(entity)
        return self.by_code.get(entry.country) if entry and entry.country else None

    def is_region(self, entity: str, marks: Iterable[str]) -> bool:
        """Whether a place is part of a state larger than a town; `marks` in its label or description say so."""
        entry = self.entities.get(entity)
        if entry is None:
            return False
        told = f"{entry.label} {entry.description or ''}".lower()
        return any(w in told for w in marks)

    def of_nation(self, word: str) -> str | None:
        """The state that an adjective or noun of nationality speaks of: its name with an ending."""
        low = word.lower()
        for size in range(len(low) - 1, 3, -1):
            if low[:size] in self.names and self.names[low[:size]] in self.states:
                return self.names[low[:size]]
        return None

    def inside(self, surface: str) -> str | None:
        """A place named inside a longer name ("the Utopia massacre")."""
        parts = [m[0] for m in _WORD.finditer(surface)]
        for size in (3, 2, 1):
            for at in range(len(parts) - size + 1):
                if found := self.names.get(" ".join(parts[at : at + size]).lower()):
                    return found
        return None


class Paper:
    """The places of one paper, and the one it is about."""

    def __init__(
        self,
        text: str,
        begins: int,
        sentences: Sequence[int],
        names: Names,
        part: range,
        dates: Iterable[tuple[int, int | None]],
        written_at: str | None,
        gazetteer: Gazetteer,
        language: str,
    ) -> None:
        """What a paper says of places.

        Args:
            text: a text that the paper is part of.
            begins: where the paper begins.
            sentences: where the sentences of the text begin, in order.
            names: the places named in the text.
            part: which of them the paper names.
            dates: where a date stands, and its year.
            written_at: the place that the paper was written in, in its own words.
            gazetteer: what is known of places.
            language: its language.
        """
        self.text = text
        self.begins = begins
        self.cues = cues(language)
        self.names, self.part = names, part
        self.gazetteer = gazetteer
        self._dates, self._sentences, self._written_at = dates, sentences, written_at
        # In the order in which they are first named: of two that are named as often, the first is taken.
        named_often = Counter(names.entity[part.start : part.stop])
        local = [entity for entity in named_often if entity not in gazetteer.states]
        states = [entity for entity in named_often if entity in gazetteer.states]
        best = max(local, key=named_often.__getitem__, default=None)
        self.focus = best if best and (named_often[best] > 1 or len(part) <= 3) else None
        own = gazetteer.state_of(self.focus) if self.focus else None
        # A state that the paper never names is not what it speaks of.
        self.state = own if own in states else max(states, key=named_often.__getitem__, default=None)

    @cached_property
    def years(self) -> set[int]:
        """The years in which the paper's own place stands, from sentences that name both."""
        own = (at for at in self.part if self.names.entity[at] == self.focus)
        told = {bisect_right(self._sentences, self.names.start[at]) for at in own}
        return {year for at, year in self._dates if year and bisect_right(self._sentences, at) in told}

    def place_of(
        self,
        measure: str,
        unit: str,
        number: tuple[int, int],
        counted: str,
        sentence: tuple[int, int],
        paragraph: int,
        before: str | None,
        day: tuple[int, int] | None = None,
        serving: bool = False,
    ) -> str | None:
        """The entity a figure is about.

        Args:
            measure: what is measured.
            unit: what is counted.
            number: span of the number.
            counted: the words counted.
            sentence: span of its sentence.
            paragraph: where its paragraph begins.
            before: the place of the figure before it in the sentence.
            day: first and last year of the date it is about, where known.
            serving: whether those counted took part as soldiers or officials, not as visitors.
        """
        mode = taxonomy()[measure].place
        nowhere = measure == "other" and unit in ("money", "percent", "parliamentarian")
        if mode == "none" or unit == "state" or nowhere:
            return None
        own = self._own(number, sentence)
        if mode == "nation":
            return self._nation(own, self._between(*sentence), number, counted, sentence)
        if own and not (own in self.gazetteer.states and self._belongs(number, sentence)):
            return own
        if measure == "other" and unit == "person":
            return None
        if mode == "event" and not serving:
            return self._event(self._between(*sentence), number)
        if unit in ("settlement", "district") and self.state:
            # A town has no towns in it.
            return self.state
        following = self.text[number[1] : min(sentence[1], number[1] + 80)]
        if self.focus and self.cues.this_place(following.split(",", 1)[0]):
            return self.focus
        if self.state and self.cues.ours(following):
            return self.state
        here = self._entities(*sentence)
        if self.focus in here:
            return self.focus
        nation = self._by_nation(counted)
        if before and not nation:
            return before
        if not self.gazetteer.states.issuperset(here):
            local = [n for n in self._between(*sentence) if n.entity not in self.gazetteer.states]
            events = [n for n in local if not n.direct]
            return events[-1].entity if events else nation or _nearest(local, number[0]).entity
        return self._told(paragraph, number[0], nation, day)

    def _by_nation(self, counted: str) -> str | None:
        """The state of a noun of nationality at the end of the counted words: "20 thousand Utopians"."""
        last = counted.rsplit(maxsplit=1)[-1] if counted else ""
        return self.gazetteer.of_nation(last) if last[:1].isupper() else None

    def _own(self, number: tuple[int, int], sentence: tuple[int, int]) -> str | None:
        """A place in the words of the number itself: "67 civilians in Y village", "thousands of X residents"."""
        starts, low, high = self.names.start, self.part.start, self.part.stop
        at = bisect_left(starts, number[1], low, high)
        if at == high or starts[at] >= min(sentence[1], number[1] + 80) or not self.names.direct[at]:
            return None
        leads_on, this = self.cues.leads_on(self.text[number[1] : starts[at]])
        if not leads_on:
            return None
        return self.names.entity[at] if not this else self.focus or self.names.entity[at]

    def _within(self, start: int, end: int) -> range:
        starts, low, high = self.names.start, self.part.start, self.part.stop
        first = bisect_left(starts, start, low, high)
        return range(first, bisect_left(starts, end, first, high))

    def _entities(self, start: int, end: int) -> list[str]:
        part = self._within(start, end)
        return self.names.entity[part.start : part.stop]

    def _between(self, start: int, end: int) -> list[Named]:
        return self._named(self._within(start, end))

    def _named(self, part: range) -> list[Named]:
        return [Named(self.names.start[at], self.names.entity[at], self.names.direct[at]) for at in part]

    def _nation(
        self, own: str | None, here: Sequence[Named], number: tuple[int, int], counted: str, sentence: tuple[int, int]
    ) -> str | None:
        """For shares of a territory, districts and people driven out: a town only where the words say so."""
        if own:
            return own if not self.gazetteer.is_region(own, self.cues.region) else self.gazetteer.state_of(own) or own
        following = self.text[number[1] : min(sentence[1], number[1] + 60)]
        if self.focus and self.cues.this_place(following.split(",", 1)[0]):
            return self.focus
        if nation := self._by_nation(counted) or self._by_nation(_adjective(counted)):
            return nation
        local = [n for n in here if n.entity not in self.gazetteer.states and n.direct and n.start > number[1]]
        near = [
            n for n in local if n.start - number[1] < 70 and self.cues.from_in.search(self.text[n.start - 12 : n.start])
        ]
        if near and not self.gazetteer.is_region(near[0].entity, self.cues.region):
            return near[0].entity
        return self.state or self.focus

    def _belongs(self, number: tuple[int, int], sentence: tuple[int, int]) -> bool:
        """Whether the place behind a number says whose people they are ("civilians of X"), not where they were."""
        here = self._between(number[1], sentence[1])
        return bool(here) and self.cues.belonging.search(self.text[here[0].start - 12 : here[0].start]) is not None

    def _event(self, here: Sequence[Named], number: tuple[int, int]) -> str | None:
        """For people who took part: where it took place, which the name of what is remembered does not tell."""
        direct = [n for n in here if n.direct and n.entity not in self.gazetteer.states]
        elsewhere = [n for n in direct if n.entity != self.focus]
        if elsewhere or direct:
            return _nearest(elsewhere or direct, number[0]).entity
        if self._written_at and (own := self.gazetteer.inside(self._written_at)):
            return own
        for named in self._named(self.part):
            if named.start - self.begins > _HEADING:
                break
            if named.direct and named.entity != self.focus and named.entity not in self.gazetteer.states:
                return named.entity
        return self.focus or self.state

    def _told(self, paragraph: int, at: int, nation: str | None, day: tuple[int, int] | None) -> str | None:
        """What the paragraph has been speaking of, else the nation of those counted, else the paper's own place."""
        before = [entity for entity in self._entities(paragraph, at) if entity not in self.gazetteer.states]
        if before and self.focus not in before:
            return before[-1]
        if before:
            return self.focus
        other_time = day and self.years and not any(day[0] <= year <= day[1] for year in self.years)
        if other_time and (nation or self.state):
            # What the paper's own place is named for happened at another time: this is told of the country.
            return nation or self.state
        return nation or self.focus or self.state


def _adjective(counted: str) -> str:
    """The first word with a capital among the counted words: "Utopian civilians"."""
    found = re.search(r"\b[A-Z]\w{3,}", counted)
    return found[0] if found else ""


def _nearest(named: Sequence[Named], at: int) -> Named:
    """The nearest place before a number, else the first one behind."""
    before = bisect_right([n.start for n in named], at)
    return named[before - 1] if before else named[0]


@cache
def _gazetteer(held: _Held) -> Gazetteer:
    return Gazetteer(held.authority)


class _Held:
    """An authority as a key of the cache."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority

    def __hash__(self) -> int:
        return hash(self.authority.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.authority.sha256 == self.authority.sha256


def gazetteer(authority: Authority) -> Gazetteer:
    """The gazetteer of an authority; one a process for each content."""
    return _gazetteer(_Held(authority))


__all__ = ["Gazetteer", "Names", "Paper", "gazetteer"]
