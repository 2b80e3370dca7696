"""Names that no authority knows: stretches of capitalised words with the evidence around them.

The rules look at one paper only, so that what is found does not depend on what else is read: a word with a capital at
the head of a sentence, or in a heading, is believed to be a name only where the paper writes it with a capital inside
a sentence as well.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from regesta.corpus import slug
from regesta.entities.lexicon import Lexicon, alternatives, lexicon
from regesta.entities.model import Hit, Paper
from regesta.entities.spot import Spotter

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){1,3}(?=\s?[^\W\d_]{2})|(?:[A-Z]\.){2,}|[^\W_]+(?:(?:-|[’'`](?!s\b))[^\W_]+)*", re.UNICODE
)
_HEADINGS = frozenset({"title", "subtitle", "heading", "dateline", "signature", "outlet"})
_ROMAN = re.compile(r"[IVXLCDM]+(?:th)?\Z")
_MAX_WORDS = 14
_CAPITAL = re.compile(r"(?<![^\W_])[^\W\d_a-z][^\W_]*")
_SMALL = re.compile(r"(?<![^\W_])[a-z][^\W_]*(?:-[^\W_]+)*")
_QUOTE = re.compile('[“"‘]')
_LONGER = re.compile(r"[^\W\d_]{4,}")
_NEAR = 20
"""How far apart in code points the words of a name made of common words may stand."""
# Behind these a capital proves nothing.
_OPENING = frozenset('“”"«»:.!?…—–*#>[•')


class Token(NamedTuple):
    """A word of a sentence; `capital` where it begins with one, `opens` where that proves nothing: at the head of a
    sentence or a quotation."""

    start: int
    end: int
    word: str
    capital: bool
    opens: bool


@dataclass(frozen=True)
class _Evidence:
    """How a paper writes its words: with a capital inside sentences, and with a small letter."""

    capital: frozenset[str]
    small: frozenset[str]


def candidate_id(surface: str) -> str:
    """The id of a candidate before grouping, from its words alone."""
    name = slug(surface)[:80].strip("-")
    return f"candidate-{name or hashlib.sha256(surface.encode()).hexdigest()[:12]}"


def candidates(paper: Paper, text: str, hits: Sequence[Hit], language: str) -> list[Hit]:
    """Candidate names in a paper, outside the hits already found.

    Args:
        paper: the paper.
        text: its text as names are looked for in it, of the same length.
        hits: what was found already, in order.
        language: whose word lists to use.
    """
    words = lexicon(language)
    covered = bytearray(len(text))
    for hit in hits:
        covered[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
    capital: set[str] = set()
    promising = []
    for sentence in paper.sentences:
        if not _promising(text, sentence.start, sentence.end, words):
            continue
        tokens = _tokens(text, sentence.start, sentence.end, words)
        heading = _heading(paper, text, sentence.start, sentence.end)
        if not heading:
            capital |= {t.word for t in tokens if t.capital and not t.opens and t.word not in words.openers}
        promising.append((sentence, [token for token in tokens if not covered[token.start]], heading))
    small = set(_SMALL.findall(text)) if promising else set()
    evidence = _Evidence(frozenset(capital), frozenset(small))
    found = []
    for sentence, free, heading in promising:
        for run in _runs(text, free, words):
            for part in _split(run, words):
                name = _trimmed(part, evidence, heading, words)
                if name and _is_name(name, words):
                    start, end = name[0].start, _extended(text, name[-1].end, sentence.end, words)
                    kind = _type(text, name, start, end, words)
                    surface = text[start:end]
                    found.append(Hit(start, end, candidate_id(surface), kind, "candidate", surface))
    return found


@cache
def _titled(language: str) -> dict[str, Spotter]:
    """For each type of entity what a title of it looks like."""
    words = lexicon(language)
    links = alternatives(words.titled_links)
    return {
        kind: Spotter(
            nouns,
            re.compile(
                rf"\b(?:{alternatives(nouns)})(?:\s*\([^()]*\))?,?(?:\s+(?:{links})|,)*\s*"
                r"[“\"‘]+(?P<title>[^\W\d_][^“”\"\n]{14,300}?)[,.]?[”\"]",
                re.IGNORECASE,
            ),
        )
        for kind, nouns in words.titled.items()
    }


def quoted_titles(text: str, language: str) -> list[Hit]:
    """Titles in quotation marks behind a word for what they are titles of: `a resolution "On …"`."""
    found: list[Hit] = []
    if _QUOTE.search(text) is None:
        return found
    for kind, pattern in _titled(language).items():
        for title in pattern.finditer(text):
            name = title["title"].rstrip(" ,.!?")
            if name[0].isupper() and len(name.split()) >= 3 and not name.endswith(("…", "...")):
                start = title.start("title")
                found.append(Hit(start, start + len(name), candidate_id(name), kind, "candidate", name))
    return found


# --- words and what the paper's own spelling says of them -----------------------------------------------------------


def _tokens(text: str, start: int, end: int, words: Lexicon) -> list[Token]:
    """The words that names are made of: those with a capital, and the small ones that join them. The others part
    names by standing between."""
    found = []
    opens = True
    for match in _TOKEN.finditer(text, start, end):
        word = match[0]
        if not word[0].isupper():
            if word in words.joiners:
                found.append(Token(match.start(), match.end(), word, False, False))
        else:
            at = match.start()
            head, hyphen, tail = word.rpartition("-")
            if hyphen and tail in words.compounds:
                word = head
            quoted = opens or not _OPENING.isdisjoint(text[max(start, at - 2) : at])
            found.append(Token(at, at + len(word), word, True, quoted))
        opens = False
    return found


def _heading(paper: Paper, text: str, start: int, end: int) -> bool:
    """Whether capitals prove nothing in a sentence: most of its longer words have them."""
    block = paper.block_at(start)
    longer = _LONGER.findall(text, start, end)
    capitals = sum(word[0].isupper() for word in longer)
    share = capitals / len(longer) if longer else 0.0
    heading = block is not None and block.what in _HEADINGS
    return (
        (heading and len(longer) > 3 and share > 0.6) or (len(longer) > 6 and share > 0.8) or text[start:end].isupper()
    )


def _promising(text: str, start: int, end: int, words: Lexicon) -> bool:
    """Whether a sentence can hold a name at all: a capitalised word of its own, or two common ones near each other."""
    last = start - _NEAR - 1
    for found in _CAPITAL.finditer(text, start, end):
        word = found[0]
        if word in words.openers or word in words.calendar:
            continue
        if not _common(word, words) or found.start() - last <= _NEAR:
            return True
        last = found.end()
    return False


# --- runs of capitalised words --------------------------------------------------------------------------------------


def _runs(text: str, tokens: Sequence[Token], words: Lexicon) -> Iterator[list[Token]]:
    """Stretches that begin and end with a capital, joined by the small words that names have inside."""
    at = 0
    while at < len(tokens):
        if not tokens[at].capital or tokens[at].word in words.calendar:
            at += 1
            continue
        run = [tokens[at]]
        after = at + 1
        while after < len(tokens) and len(run) < _MAX_WORDS:
            step = _joined(text, run, tokens, after, words)
            if step is None:
                break
            run += tokens[after:step]
            after = step
        yield run
        at = after


def _joined(text: str, run: Sequence[Token], tokens: Sequence[Token], at: int, words: Lexicon) -> int | None:
    """Where the run goes on from token `at`: behind one more capitalised word and the small words before it."""
    after = at
    while after < len(tokens) and tokens[after].word in words.joiners and after - at < 3:
        after += 1
    if after >= len(tokens) or not tokens[after].capital or tokens[after].word in words.calendar:
        return None
    chain = [run[-1], *tokens[at : after + 1]]
    if any(not _adjacent(text, a, b) for a, b in pairwise(chain)):
        return None
    between = [token.word for token in tokens[at:after]]
    if between and not _may_join(run, between, tokens[after].word, words):
        return None
    return after + 1


def _adjacent(text: str, one: Token, other: Token) -> bool:
    gap = text[one.end : other.start]
    return gap in (" ", "\u00a0", "-", "  ") or (gap == "" and one.word.endswith("."))


def _may_join(run: Sequence[Token], between: Sequence[str], following: str, words: Lexicon) -> bool:
    bodies = words.heads["organization"] | words.heads["instrument"]
    has_head = any(token.word in bodies for token in run)
    if set(between) <= words.person_joiners:
        return run[-1].word not in words.generic and following not in words.generic
    if between[0] == "of":
        return run[-1].word in words.generic or run[-1].word in bodies or run[-1].word in words.heads["place"]
    if between[0] == "the":
        return False
    if between[0] == "and":
        linked = any(token.word in ("of", "for", "on") for token in run)
        return has_head and linked and not words.nationality(following)
    return between[0] in words.formal_joiners and run[0].word in bodies | {"International", "European"} and has_head


def _split(run: Sequence[Token], words: Lexicon) -> Iterator[list[Token]]:
    """A body and the person who heads it stand side by side ("Head of the X Administration A B"): two names."""
    heads = words.heads["organization"] | words.heads["place"]
    for number, token in enumerate(run[:-2], start=1):
        rest = run[number:]
        persons = all(t.capital and not _common(t.word, words) and t.word not in heads for t in rest)
        if number > 1 and token.word in heads and persons and 2 <= len(rest) <= 3:
            yield list(run[:number])
            yield list(rest)
            return
    yield list(run)


def _common(word: str, words: Lexicon) -> bool:
    if word.isupper() and len(word) > 4:
        word = word.capitalize()
    titled = word in words.titles or word.title() in words.titles
    return word in words.generic or word in words.openers or titled or words.nationality(word)


def _trimmed(run: list[Token], evidence: _Evidence, heading: bool, words: Lexicon) -> list[Token]:
    """A run without what does not belong to the name: openers, titles and nationalities before it, titles behind it,
    and words whose capital proves nothing."""
    name = run
    if heading:
        name = _believed(run, evidence)
    elif name[0].opens and name[0].word not in evidence.capital and not _acronym(name[0].word):
        alone = len(name) == 1 or not name[1].capital
        if alone or name[0].word.lower() in evidence.small or name[0].word in words.openers:
            name = name[1:]
    changed = True
    while name and changed:
        changed = False
        first, last = name[0], name[-1]
        titled = first.word in words.titles and not (len(name) > 1 and name[1].word in words.heads["organization"])
        bare = not first.capital or first.word in words.openers or titled
        if bare or (words.nationality(first.word) and len(name) > 1 and not _needs_nationality(name, words)):
            name, changed = name[1:], True
        elif not last.capital or last.word in words.openers or (last.word in words.titles and len(name) > 1):
            name, changed = name[:-1], True
    return name


def _needs_nationality(name: Sequence[Token], words: Lexicon) -> bool:
    """Whether a name would be nothing without the nationality it begins with."""
    return len(name) == 2 and name[1].word in words.generic


def _believed(run: list[Token], evidence: _Evidence) -> list[Token]:
    """Of a run in a heading the longest stretch that the paper writes with capitals elsewhere."""
    spellings = {word.casefold() for word in evidence.capital}
    best: list[Token] = []
    stretch: list[Token] = []
    for token in run:
        if token.word.casefold() in spellings or (stretch and not token.capital):
            stretch.append(token)
            best = list(stretch) if len(stretch) > len(best) and token.capital else best
        else:
            stretch = []
    return best


def _acronym(word: str) -> bool:
    letters = [char for char in word if char.isalpha()]
    return (
        2 <= len(letters) <= 9
        and sum(char.isupper() for char in letters) >= max(2, len(letters) - 2)
        and not _ROMAN.match(word)
    )


def _is_name(name: Sequence[Token], words: Lexicon) -> bool:
    capitals = [token.word for token in name if token.capital]
    telling = [word for word in capitals if not _common(word, words) and not _ROMAN.match(word) and _wordlike(word)]
    if telling:
        return True
    heads = frozenset().union(*words.heads.values())
    naming = [
        word for word in capitals if word not in words.titles | words.openers | words.weak and not _ROMAN.match(word)
    ]
    return len(naming) >= 2 and any(word in heads for word in naming)


def _wordlike(word: str) -> bool:
    """Whether a word can be a name by its letters: no single letter, no debris of a bad scan."""
    return sum(char.isalpha() for char in word) > 1 and (
        word[1:].upper() != word[1:] or word.replace("-", "").replace(".", "").isalnum()
    )


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
    joiner = next((n for n, token in enumerate(name) if not token.capital), len(name))
    for head in (name[joiner - 1].word, name[0].word, name[-1].word):
        for kind, heads in words.heads.items():
            if head in heads and len(name) > 1:
                return kind
    before = re.search(r"([\w.-]+)[\s“\"‘(]+\Z", text[max(0, start - 40) : start])
    after = re.match(r"[\s”\"’)]+([\w-]+)", text[end : end + 40])
    previous, following = before[1] if before else "", after[1] if after else ""
    capitals = [token for token in name if token.capital]
    if following in words.press_cues or any(_acronym(token.word) for token in capitals):
        return "organization"
    if previous in words.titles or previous.rstrip(".") in words.titles:
        return "person"
    if len(capitals) == 1 or previous.lower() in words.place_cues:
        return "person" if following in words.person_cues and len(capitals) > 1 else "place"
    return "person" if len(capitals) <= 4 else "organization"
