"""The names in one paper: authority names, patterns, short forms, candidates; each span once, the longest first."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from regesta.corpus import slug
from regesta.entities import patterns
from regesta.entities.authority import Authority, Entity, Name
from regesta.entities.candidates import candidate_id, candidates, quoted_titles
from regesta.entities.matcher import Matcher
from regesta.entities.model import Hit, Paper
from regesta.entities.rules import Place
from regesta.entities.shortforms import short_forms

# Addresses hold no names: scheme and host, a bare host, and the target of a Markdown link.
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>()\[\]]+|(?<=\]\()[^\s()]*(?=\))|(?<![\w.@])[\w-]+(?:\.[\w-]+)*\.(?:[a-z]{2,3}|info)(?:/[^\s<>()]*)?(?![\w])"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
# Without one of these there is none.
_SIGN_OF_ADDRESS = re.compile(r"\.[a-z]{2}|://|www\.|\]\(|@")
# Blocks in which a line break is only where the line was full.
_RUNNING = frozenset({"paragraph", "list_item", "quote", "boilerplate"})
# The end of a line that goes on in the next one.
_FULL_LINE = re.compile(r"(?<!\n)\n(?![\n\-*•]|\Z)")
_LAW = re.compile(r"\s*(?:of|in|under|to)\s+(?:the\s+)?|\s*,\s*|\s+", re.IGNORECASE)
_OF = re.compile(r"(?:\s*\([^()]*\))?\s*(?:of|by|from)?\s*(?:the\s+)?", re.IGNORECASE)
_LAW_REACH = 2500


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

    def find(self, paper: Paper) -> list[Hit]:
        """The names in a paper, in the order of its text, none overlapping another.

        A name never runs over the end of a sentence, nor over a line break outside running text; nothing is found
        inside web addresses.
        """
        text = readable(paper)
        hits = self._known(paper, text)
        hits = disjoint([*hits, *self._cited(text, hits), *quoted_titles(text, self.language)])
        hits = disjoint([*hits, *self._parts(text, hits)])
        hits = [hit for hit in hits if paper.sentence_at(hit.start, hit.end)]
        hits = disjoint([*hits, *short_forms(text, hits, self.authority, self.language)], keep=len(hits))
        hits = self._guessed(paper, text, hits)
        events = (hit for hit in hits if hit.type == "event")
        ordinals = {hit.start: patterns.anniversary(text, hit.start, self.language) for hit in events}
        return [replace(hit, anniversary=ordinals[hit.start]) if ordinals.get(hit.start) else hit for hit in hits]

    def _guessed(self, paper: Paper, text: str, hits: list[Hit]) -> list[Hit]:
        """Candidates, with the surnames of candidates named in full and the abbreviations that the paper gives them."""
        found = candidates(paper, text, hits, self.language)
        guessed = [hit for hit in found if hit.entity_id not in self._ignored]
        known = disjoint([*hits, *(hit for hit in guessed if text[hit.start : hit.end].split()[1:])], keep=len(hits))
        short = [
            hit
            for hit in short_forms(text, known, self.authority, self.language)
            if hit.entity_id not in self.authority.entities
        ]
        known = disjoint([*known, *short], keep=len(known))
        return disjoint([*known, *guessed], keep=len(known))

    # --- names in the authority files -------------------------------------------------------------------------------

    def _known(self, paper: Paper, text: str) -> list[Hit]:
        def place(start: int, end: int) -> Place:
            return Place(text, start, end, *paper.around(start))

        def accept(name: int, start: int, end: int) -> bool:
            return self._bearer(name, place(start, end)) is not None

        found = []
        for number, start, end in zip(*(column.tolist() for column in self._matcher.find(text, accept)), strict=True):
            bearer = self._bearer(number, place(start, end))
            entity = self.authority.entities[bearer.entity_id] if bearer else None
            if entity:
                found.append(Hit(*_quotes(text, start, end), entity.id, entity.type, "alias"))
        return found

    def _bearer(self, number: int, place: Place) -> Name | None:
        """Whose name it is at a place: the first bearer whose rule holds, then the one without conditions."""
        return next(
            (name for name in self._bearers[number] if name.rule is None or name.rule.fits(name.text, place)), None
        )

    # --- names by number --------------------------------------------------------------------------------------------

    def _cited(self, text: str, hits: Sequence[Hit]) -> list[Hit]:
        bodies = [hit for hit in hits if hit.type in ("organization", "place")]
        ends, starts = {hit.end: hit for hit in bodies}, {hit.start: hit for hit in bodies}
        found = []
        for citation in patterns.citations(text, self.language):
            start = citation.start
            before = next((ends[at] for at in _back(text, citation.low) if at in ends), None)
            if citation.capital and before and before.type == "organization" and text[before.end : start].isspace():
                start = before.start
            of = _OF.match(text, citation.high)
            near = before or (starts.get(of.end()) if of else None)
            entity = self._numbered_entity(citation.key, near)
            known = entity in self.authority.entities
            label = None if known else citation.key.label
            kind = self.authority.entities[entity].type if known else citation.type
            found.append(Hit(start, citation.end, entity, kind, "pattern", label))
        return found

    def _numbered_entity(self, key: patterns.Key, near: Hit | None) -> str:
        """The entity cited: the only one known by that number, else the one of the body named beside it."""
        known = self._numbered.get(key[:2], [])
        if len(known) == 1:
            return known[0]
        body = self.authority.entities.get(near.entity_id) if near else None
        words = set(slug(f"{body.id} {body.label}").split("-")) if body else set()
        if key.body:
            words = set(slug(key.body).split("-"))
        best = max(
            known, key=lambda one: len(words & set(slug(self.authority.entities[one].label).split("-"))), default=None
        )
        return best or key.id

    def _parts(self, text: str, hits: Sequence[Hit]) -> list[Hit]:
        """Articles and their kin: with the law that follows, else the last one named before."""
        laws = [hit for hit in hits if hit.type == "instrument" and hit.method == "alias"]
        starts = [hit.start for hit in laws]
        found = []
        for part in patterns.parts(text, self.language):
            link = _LAW.match(text, part.end)
            tail = re.match(r"\s?\([^()]{1,40}\)", text[part.end : part.end + 45])
            if tail:
                link = _LAW.match(text, part.end + tail.end())
            following = bisect_right(starts, part.end - 1)
            law = laws[following] if following < len(laws) and link and laws[following].start == link.end() else None
            end = part.end
            if law and part.single:
                end = law.end
            elif law is None and following and part.start - laws[following - 1].end <= _LAW_REACH:
                law = laws[following - 1]
            if law is None:
                law = self._law_after_list(text, laws, part)
            if law is None:
                continue
            label = f"{self._label(law.entity_id)}, {part.kind.capitalize()} {part.number}"
            key = f"{law.entity_id}-{part.kind}-{part.number}"
            found.append(Hit(part.start, end, key, "instrument", "pattern", label, law.entity_id))
        return found

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


def _back(text: str, start: int) -> tuple[int, ...]:
    """Where a body's name before a head word may end: before the blank, and before a possessive's."""
    end = len(text[:start].rstrip(" \u00a0"))
    owner = len(text[:end].removesuffix("s").rstrip("'’`´"))
    return (end, owner)


def _quotes(text: str, start: int, end: int) -> tuple[int, int]:
    """A span with the opening quotation mark that it has the closing one of, and the other way round."""
    inside = text[start:end]
    for opening, closing in ('""', "“”", "«»", "„“", "()"):
        extra = inside.count(closing) - inside.count(opening) if opening != closing else inside.count(opening) % 2
        if extra > 0 and text[start - 1 : start] == opening:
            return start - 1, end
        if extra and text[end : end + 1] == closing:
            return start, end + 1
    return start, end


def readable(paper: Paper) -> str:
    """The text as names are looked for in it: same length, web addresses blanked out, lines of running text joined."""
    parts, place = [], 0
    for start, end, kind in paper.blocks:
        if kind in _RUNNING and paper.text.find("\n", start, end) >= 0:
            parts += [paper.text[place:start], _FULL_LINE.sub(" ", paper.text[start:end])]
            place = end
    text = "".join([*parts, paper.text[place:]])
    if _SIGN_OF_ADDRESS.search(text) is None:
        return text
    # A line break is what no name crosses.
    return _ADDRESS.sub(lambda found: "\n" * len(found[0]), text)


def disjoint(hits: Iterable[Hit], keep: int = 0) -> list[Hit]:
    """Hits without overlaps, in the order of the text: the first `keep` of them stay whatever, then the longer wins,
    then the earlier, then the one given first."""
    given = list(hits)
    order = sorted(
        range(len(given)),
        key=lambda n: (n >= keep, given[n].start - given[n].end if n >= keep else 0, given[n].start, n),
    )
    covered = bytearray(max((hit.end for hit in given), default=0))
    taken: list[Hit] = []
    for number in order:
        hit = given[number]
        if covered.find(1, hit.start, hit.end) < 0:
            covered[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
            taken.append(hit)
    return sorted(taken, key=lambda hit: hit.start)


__all__ = ["Entity", "Finder", "disjoint", "readable"]
