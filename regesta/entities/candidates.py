"""Names that no authority knows: stretches of capitalised words with the evidence around them.

The rules look at one paper only, so that what is found does not depend on what else is read: a word with a capital at
the head of a sentence, or in a heading, is believed to be a name only where the paper writes it with a capital inside
a sentence as well.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cache

from regesta.corpus import slug
from regesta.entities.chains import Capitals, Evidence, Token
from regesta.entities.lexicon import Lexicon, alternatives, lexicon
from regesta.entities.model import Hit, Hits, What
from regesta.entities.papers import Papers
from regesta.entities.spot import Spotter, any_of
from regesta.entities.traits import ACRONYM, CALENDAR, COMMON, HEAD, NAMING, NATIONALITY, OPENER, TELLING, TITLE

_MAX_WORDS = 14
# The word before a name, read backwards, and the one behind it.
_BEFORE = re.compile(r"[\s“\"‘(]+([\w.-]+)")
_AFTER = re.compile(r"[\s”\"’)]+([\w-]+)")


def candidate_id(surface: str) -> str:
    """The id of a candidate before grouping, from its words alone."""
    name = slug(surface)[:80].strip("-")
    return f"candidate-{name or hashlib.sha256(surface.encode()).hexdigest()[:12]}"


def candidates(papers: Papers, capitals: Capitals, hits: Hits, language: str) -> list[Hit]:
    """Candidate names in papers, outside the hits already found.

    Args:
        papers: the papers.
        capitals: their words with capitals.
        hits: what was found already, in order.
        language: whose word lists to use.
    """
    words, text = lexicon(language), papers.readable.text
    found = []
    for tokens, heading, limit, evidence in capitals.chains(hits):
        for run in _runs(tokens, words):
            for part in _split(run, words):
                name = _trimmed(part, evidence, heading, words)
                if name and _is_name(name):
                    start, end = name[0].start, _extended(text, name[-1].end, limit, words)
                    surface = text[start:end]
                    what = What(candidate_id(surface), _type(text, name, start, end, words), "candidate", surface)
                    found.append(Hit(start, end, what))
    return found


@cache
def _titled(language: str) -> dict[str, Spotter]:
    """For each type of entity what a title of it looks like."""
    words = lexicon(language)
    links = alternatives(words.titled_links)
    return {
        kind: Spotter(
            re.compile(
                rf"\b(?:{alternatives(nouns)})(?:\s*\([^()]*\))?,?(?:\s+(?:{links})|,)*\s*"
                r"[“\"‘]+(?P<title>[^\W\d_][^“”\"\n]{14,300}?)[,.]?[”\"]",
                re.IGNORECASE,
            ),
            rf"{any_of(nouns)}(?:[ \n]*\(|,?(?:[ \n]+{any_of(words.titled_links)}|,)*[ \n]*[\"'])",
        )
        for kind, nouns in words.titled.items()
    }


@cache
def openings(language: str) -> tuple[str, ...]:
    """Where a quoted title can begin, for `Spots`."""
    return tuple(pattern.opening for pattern in _titled(language).values())


def quoted_titles(text: str, spots: Sequence[int], language: str) -> list[Hit]:
    """Titles in quotation marks behind a word for what they are titles of: `a resolution "On …"`.

    Args:
        text: the text.
        spots: where one of the `openings` stands in it.
        language: whose words to look for.
    """
    found: list[Hit] = []
    for kind, pattern in _titled(language).items():
        for title in pattern.finditer(text, spots):
            name = title["title"].rstrip(" ,.!?")
            if name[0].isupper() and len(name.split()) >= 3 and not name.endswith(("…", "...")):
                start = title.start("title")
                found.append(Hit(start, start + len(name), What(candidate_id(name), kind, "candidate", name)))
    return found


# --- runs of capitalised words --------------------------------------------------------------------------------------


def _runs(tokens: Sequence[Token], words: Lexicon) -> Iterator[list[Token]]:
    """Stretches that begin and end with a capital, joined by the small words that names have inside."""
    at = 0
    while at < len(tokens):
        if not tokens[at].traits or tokens[at].traits & CALENDAR:
            at += 1
            continue
        run = [tokens[at]]
        after = at + 1
        while after < len(tokens) and len(run) < _MAX_WORDS:
            step = _joined(run, tokens, after, words)
            if step is None:
                break
            run += tokens[after:step]
            after = step
        yield run
        at = after


def _joined(run: Sequence[Token], tokens: Sequence[Token], at: int, words: Lexicon) -> int | None:
    """Where the run goes on from token `at`: behind one more capitalised word and the small words before it."""
    after = at
    while after < len(tokens) and tokens[after].word in words.joiners and after - at < 3:
        after += 1
    if after >= len(tokens) or not tokens[after].traits or tokens[after].traits & CALENDAR:
        return None
    between = [token.word for token in tokens[at:after]]
    if between and not _may_join(run, between, tokens[after], words):
        return None
    return after + 1


def _may_join(run: Sequence[Token], between: Sequence[str], following: Token, words: Lexicon) -> bool:
    bodies = words.bodies
    has_head = any(token.word in bodies for token in run)
    if set(between) <= words.person_joiners:
        return run[-1].word not in words.generic and following.word not in words.generic
    if between[0] == "of":
        return run[-1].word in words.generic or run[-1].word in bodies or run[-1].word in words.heads["place"]
    if between[0] == "the":
        return False
    if between[0] == "and":
        linked = any(token.word in ("of", "for", "on") for token in run)
        return has_head and linked and not following.traits & NATIONALITY
    return between[0] in words.formal_joiners and run[0].word in bodies | {"International", "European"} and has_head


def _split(run: Sequence[Token], words: Lexicon) -> Iterator[list[Token]]:
    """A body and the person who heads it stand side by side ("Head of the X Administration A B"): two names."""
    # The person has two words or three, the body two or more.
    for number in range(max(2, len(run) - 3), len(run) - 1):
        rest = run[number:]
        persons = all(t.traits and not t.traits & COMMON and t.word not in words.seats for t in rest)
        if persons and run[number - 1].word in words.seats:
            yield list(run[:number])
            yield list(rest)
            return
    yield list(run)


def _trimmed(run: list[Token], evidence: Evidence, heading: bool, words: Lexicon) -> list[Token]:
    """A run without what does not belong to the name: openers, titles and nationalities before it, titles behind it,
    and words whose capital proves nothing."""
    name = run
    if heading:
        name = _believed(run, evidence)
    elif name[0].opens and not evidence.capital(name[0].word) and not name[0].traits & ACRONYM:
        alone = len(name) == 1 or not name[1].traits
        if alone or evidence.small(name[0].word.lower()) or name[0].traits & OPENER:
            name = name[1:]
    changed = True
    while name and changed:
        changed = False
        first, last = name[0], name[-1]
        titled = first.traits & TITLE and not (len(name) > 1 and name[1].word in words.heads["organization"])
        bare = not first.traits or first.traits & OPENER or titled
        if bare or (first.traits & NATIONALITY and len(name) > 1 and not _needs_nationality(name, words)):
            name, changed = name[1:], True
        elif not last.traits or last.traits & OPENER or (last.traits & TITLE and len(name) > 1):
            name, changed = name[:-1], True
    return name


def _needs_nationality(name: Sequence[Token], words: Lexicon) -> bool:
    """Whether a name would be nothing without the nationality it begins with."""
    return len(name) == 2 and name[1].word in words.generic


def _believed(run: list[Token], evidence: Evidence) -> list[Token]:
    """Of a run in a heading the longest stretch that the paper writes with capitals elsewhere."""
    best: list[Token] = []
    stretch: list[Token] = []
    for token in run:
        if token.word.casefold() in evidence.spellings or (stretch and not token.traits):
            stretch.append(token)
            best = list(stretch) if len(stretch) > len(best) and token.traits else best
        else:
            stretch = []
    return best


def _is_name(name: Sequence[Token]) -> bool:
    if any(token.traits & TELLING for token in name):
        return True
    naming = [token for token in name if token.traits & NAMING]
    return len(naming) >= 2 and any(token.traits & HEAD for token in naming)


def _extended(text: str, end: int, limit: int, words: Lexicon) -> int:
    """The end of a name with the small noun that belongs to it: "Utopia district"."""
    found = (
        _small_nouns(words.place_nouns, words.event_nouns).match(text, end, limit)
        if text.startswith(" ", end)
        else None
    )
    return found.end() if found else end


@cache
def _small_nouns(places: frozenset[str], events: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"[ ](?:{alternatives(places | events)})(?![\w-])", re.IGNORECASE)


# --- what it is -----------------------------------------------------------------------------------------------------


def _type(text: str, name: Sequence[Token], start: int, end: int, words: Lexicon) -> str:
    """The likely type: by its head word, by what stands around it, by its shape."""
    last = text[start:end].rsplit(maxsplit=1)[-1]
    if last.lower() in words.event_nouns:
        return "event"
    if last in words.place_nouns:
        return "place"
    if len(name) > 1:
        joiner = next((n for n, token in enumerate(name) if not token.traits), len(name))
        for head in (name[joiner - 1].word, name[0].word, name[-1].word):
            for kind, heads in words.heads.items():
                if head in heads:
                    return kind
    before = _BEFORE.match(text[max(0, start - 40) : start][::-1])
    after = _AFTER.match(text, end, end + 40)
    previous, following = before[1][::-1] if before else "", after[1] if after else ""
    capitals = len([token for token in name if token.traits])
    if following in words.press_cues or any(token.traits & ACRONYM for token in name):
        return "organization"
    if previous in words.titles or previous.rstrip(".") in words.titles:
        return "person"
    if capitals == 1 or previous.lower() in words.place_cues:
        return "person" if following in words.person_cues and capitals > 1 else "place"
    return "person" if capitals <= 4 else "organization"
