"""The names in papers: authority names, patterns, short forms, candidates; each span once, the longest first."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import numpy as np

from regesta.corpus import slug
from regesta.entities import candidates, patterns
from regesta.entities.authority import Authority, Entity, Name
from regesta.entities.candidates import candidate_id
from regesta.entities.chains import Capitals
from regesta.entities.letters import Array, Letters
from regesta.entities.matcher import Matcher
from regesta.entities.model import Hit, Hits, What, disjoint, merged, objects, types
from regesta.entities.papers import Papers
from regesta.entities.rules import Place
from regesta.entities.shortforms import ShortForms, surname_of
from regesta.entities.spot import Spots
from regesta.entities.traits import Vocabulary, traits

_QUOTES = (('"', '"'), ("“", "”"), ("«", "»"), ("„", "“"), ("(", ")"))
_LAW = re.compile(r"\s*(?:of|in|under|to)\s+(?:the\s+)?|\s*,\s*|\s+", re.IGNORECASE)
_OF = re.compile(r"(?:\s*\([^()]*\))?\s*(?:of|by|from)?\s*(?:the\s+)?", re.IGNORECASE)
_LAW_REACH = 2500
_MANY = 100_000
_BLANKS = (" ", "\u00a0")
_MARKS_OF_OWNERS = ("'", "’", "`", "´")


@dataclass(frozen=True)
class Finder:
    """Finds names in papers. Build one a process: its matcher takes the names once."""

    authority: Authority
    language: str = "en"

    @cached_property
    def _bearers(self) -> list[tuple[Name, ...]]:
        """Bearers of each name of the matcher, those whose rule tells them apart first."""
        by_text: dict[str, list[Name]] = {}
        for name in self.authority.names:
            # What is cited by number is found by its pattern, however the citation is worded.
            if self._key(name) is None:
                by_text.setdefault(name.text, []).append(name)
        order = (
            sorted(names, key=lambda n: (not (n.rule and n.rule.decides), n.entity_id)) for names in by_text.values()
        )
        return [tuple(names) for names in order]

    @cached_property
    def _matcher(self) -> Matcher:
        ruled = (number for number, names in enumerate(self._bearers) if any(name.rule for name in names))
        return Matcher((names[0].text for names in self._bearers), ruled)

    @cached_property
    def _alone(self) -> tuple[Array, Array, Array]:
        """What each name of the matcher says, the number of its type, and whether to ask for both at each place."""
        says = objects([self._says(names[0]) for names in self._bearers])
        return says, types(says), np.array([names[0].rule is not None for names in self._bearers], bool)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(traits(self.language))

    @cached_property
    def _surname(self) -> Callable[[str, str], str]:
        entities = self.authority.entities

        @lru_cache(maxsize=_MANY)
        def surname(name: str, entity_id: str) -> str:
            entity = entities.get(entity_id)
            return surname_of(name, entity.label if entity else None)

        return surname

    @cached_property
    def _ignored(self) -> frozenset[str]:
        return frozenset(candidate_id(name) for name in self.authority.ignored)

    @cached_property
    def _numbered(self) -> dict[tuple[str, str], list[str]]:
        """Entities by what their names cite: a resolution's number, a regiment's, a document symbol."""
        found: dict[tuple[str, str], set[str]] = {}
        for name in self.authority.names:
            if key := self._key(name):
                found.setdefault(key[:2], set()).add(name.entity_id)
        return {key: sorted(ids) for key, ids in found.items()}

    def _key(self, name: Name) -> patterns.Key | None:
        return patterns.key_of(name.text, self.language) if any(char.isdigit() for char in name.text) else None

    def find(self, papers: Papers) -> Hits:
        """The names in papers, in the order of the text, none overlapping another.

        A name never runs over the end of a sentence, nor over a line break outside running text; nothing is found
        inside web addresses. What is found in a paper does not depend on the papers beside it.
        """
        letters = papers.readable
        self._vocabulary.forget()
        spots = _spots(self.language).find(letters.plain)
        hits = self._known(papers)
        cited = self._cited(letters.text, spots, hits)
        titles = candidates.quoted_titles(letters.text, spots, self.language)
        hits = disjoint(hits + Hits.columns([*cited, *titles]))
        hits = disjoint(hits + Hits.columns(list(self._parts(papers, spots, hits))))
        hits = self._in_sentences(papers, hits)
        return self._numbered_events(letters.text, self._guessed(papers, hits))

    def named(self, texts: Sequence[str]) -> list[list[Hit]]:
        """The names of the authority in some short texts, each of which is a sentence."""
        papers = Papers.whole(texts)
        found: list[list[Hit]] = [[] for _ in texts]
        first = papers.papers.start.tolist()
        for hit in self.find(papers):
            if hit.what.method == "alias":
                number = bisect_right(first, hit.start) - 1
                found[number].append(Hit(hit.start - first[number], hit.end - first[number], hit.what))
        return found

    @staticmethod
    def _in_sentences(papers: Papers, hits: Hits) -> Hits:
        return hits.take(papers.sentences.at(hits.start, hits.end) >= 0)

    def _guessed(self, papers: Papers, hits: Hits) -> Hits:
        """The hits with short forms and candidates, with the surnames of candidates named in full and the abbreviations
        that the paper gives them."""
        text = papers.readable.text
        capitals = Capitals(papers, self.language, self._vocabulary)
        forms = ShortForms(papers, capitals, self._surname)
        forms.learn(hits)
        short = disjoint(self._in_sentences(papers, Hits.columns(forms.found(hits))), hits)
        hits = merged(hits, short)
        found = candidates.candidates(papers, capitals, hits, self.language)
        guessed = [hit for hit in found if hit.what.entity_id not in self._ignored]
        full = disjoint([hit for hit in guessed if text[hit.start : hit.end].split()[1:]], hits)
        forms.learn(short + full)
        hits = merged(hits, full)
        shorter = [hit for hit in forms.found(hits) if hit.what.entity_id not in self.authority.entities]
        hits = merged(hits, disjoint(self._in_sentences(papers, Hits.columns(shorter)), hits))
        return merged(hits, disjoint(guessed, hits))

    def _numbered_events(self, text: str, hits: Hits) -> Hits:
        """The hits, those on events with the ordinal of the anniversary that is spoken of."""
        for number in np.flatnonzero(hits.where("event")).tolist():
            ordinal = patterns.anniversary(text, int(hits.start[number]), self.language)
            if ordinal:
                hits.what[number] = hits.what[number]._replace(anniversary=ordinal)
        return hits

    # --- names in the authority files -------------------------------------------------------------------------------

    def _known(self, papers: Papers) -> Hits:
        text = papers.readable.text

        def place(start: int, end: int) -> Place:
            return Place(text, start, end, papers.sentences.holding(start), papers.papers.holding(start))

        def accept(name: int, start: int, end: int) -> bool:
            return self._bearer(name, place(start, end)) is not None

        name, start, end = self._matcher.find(text, accept)
        says, kinds, asks = self._alone
        what, kind, known = says[name], kinds[name], np.ones(len(name), bool)
        asked = np.flatnonzero(asks[name])
        for number in asked.tolist():
            bearer = self._bearer(int(name[number]), place(int(start[number]), int(end[number])))
            known[number] = bearer is not None
            what[number] = self._says(bearer) if bearer else what[number]
        kind[asked] = types(what[asked])
        return Hits(*_quotes(papers.readable, start, end), what, kind).take(known)

    def _says(self, name: Name) -> What:
        entity = self.authority.entities[name.entity_id]
        return What(entity.id, entity.type, "alias")

    def _bearer(self, number: int, place: Place) -> Name | None:
        """Whose name it is at a place: the first bearer whose rule holds, then the one without conditions."""
        return next(
            (name for name in self._bearers[number] if name.rule is None or name.rule.fits(name.text, place)), None
        )

    # --- names by number --------------------------------------------------------------------------------------------

    def _cited(self, text: str, spots: Sequence[int], hits: Hits) -> Iterator[Hit]:
        cited = patterns.citations(text, spots, self.language)
        if not cited:
            return
        bodies = hits.of("organization", "place")
        starts, ends = bodies.start.tolist(), bodies.end.tolist()

        def body(places: list[int], *wanted: int) -> Hit | None:
            found = ((bisect_left(places, place), place) for place in wanted)
            return next((bodies[at] for at, place in found if at < len(places) and places[at] == place), None)

        for citation in cited:
            start = citation.start
            before = body(ends, *_back(text, citation.low))
            if (
                citation.capital
                and before
                and before.what.type == "organization"
                and text[before.end : start].isspace()
            ):
                start = before.start
            of = _OF.match(text, citation.high)
            near = before or (body(starts, of.end()) if of else None)
            entity = self._numbered_entity(citation.key, near)
            known = entity in self.authority.entities
            label = None if known else citation.key.label
            kind = self.authority.entities[entity].type if known else citation.type
            yield Hit(start, citation.end, What(entity, kind, "pattern", label))

    def _numbered_entity(self, key: patterns.Key, near: Hit | None) -> str:
        """The entity cited: the only one known by that number, else the one of the body named beside it."""
        known = self._numbered.get(key[:2], [])
        if len(known) == 1:
            return known[0]
        body = self.authority.entities.get(near.what.entity_id) if near else None
        words = set(slug(f"{body.id} {body.label}").split("-")) if body else set()
        if key.body:
            words = set(slug(key.body).split("-"))
        best = max(
            known, key=lambda one: len(words & set(slug(self.authority.entities[one].label).split("-"))), default=None
        )
        return best or key.id

    def _parts(self, papers: Papers, spots: Sequence[int], hits: Hits) -> Iterator[Hit]:
        """Articles and their kin: with the law that follows, else the last one named before in the paper."""
        text = papers.readable.text
        laws = [hit for hit in hits.of("instrument") if hit.what.method == "alias"]
        starts = [hit.start for hit in laws]
        for part in patterns.parts(text, spots, self.language) if laws else ():
            link = _LAW.match(text, part.end)
            tail = re.match(r"\s?\([^()]{1,40}\)", text[part.end : part.end + 45])
            if tail:
                link = _LAW.match(text, part.end + tail.end())
            following = bisect_right(starts, part.end - 1)
            law = laws[following] if following < len(laws) and link and laws[following].start == link.end() else None
            end = part.end
            if law and part.single:
                end = law.end
            elif law is None and following and self._reaches(papers, laws[following - 1], part):
                law = laws[following - 1]
            if law is None:
                law = self._law_after_list(text, laws, part)
            if law is None:
                continue
            key = law.what.entity_id
            label = f"{self._label(key)}, {part.kind.capitalize()} {part.number}"
            part_key = f"{key}-{part.kind}-{part.number}"
            yield Hit(part.start, end, What(part_key, "instrument", "pattern", label, key))

    @staticmethod
    def _reaches(papers: Papers, law: Hit, part: patterns.Part) -> bool:
        return part.start - law.end <= _LAW_REACH and papers.papers.holding(part.start)[0] <= law.start

    def _law_after_list(self, text: str, laws: Sequence[Hit], part: patterns.Part) -> Hit | None:
        """The law behind a list of parts: "articles 5 and 6 of the Convention"."""
        at = bisect_right(laws, part.end - 1, key=lambda law: law.start)
        after = laws[at] if at < len(laws) else None
        if (
            after
            and after.start - part.end < 40
            and re.fullmatch(r"[\w\s,()]*\b(?:of|in)\s+(?:the\s+)?", text[part.end : after.start])
        ):
            return after
        return None

    def _label(self, entity_id: str) -> str:
        entity = self.authority.entities.get(entity_id)
        return entity.label if entity else entity_id


@cache
def _spots(language: str) -> Spots:
    return Spots("|".join([*patterns.openings(language), *candidates.openings(language)]))


def _back(text: str, start: int) -> tuple[int, ...]:
    """Where a body's name before a head word may end: before the blank, and before a possessive's."""
    end = start
    while text[end - 1 : end] in _BLANKS:
        end -= 1
    owner = end - 1 if text[end - 1 : end] == "s" else end
    while text[owner - 1 : owner] in _MARKS_OF_OWNERS:
        owner -= 1
    return (end, owner)


def _quotes(letters: Letters, start: Array, end: Array) -> tuple[Array, Array]:
    """Spans with the opening quotation mark that they have the closing one of, and the other way round."""
    text, points = letters.text, letters.points
    before, behind = ([ord(pair[side]) for pair in _QUOTES] for side in (0, 1))
    beside = np.flatnonzero(np.isin(points[start - 1], before) | np.isin(points[end], behind))
    for number, low, high in zip(beside.tolist(), start[beside].tolist(), end[beside].tolist(), strict=True):
        inside = text[low:high]
        for opening, closing in _QUOTES:
            extra = inside.count(closing) - inside.count(opening) if opening != closing else inside.count(opening) % 2
            if extra > 0 and text[low - 1 : low] == opening:
                start[number] = low - 1
                break
            if extra and text[high : high + 1] == closing:
                end[number] = high + 1
                break
    return start, end


__all__ = ["Entity", "Finder"]
