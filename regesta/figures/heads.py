"""Counted nouns: what the words right behind a number may say."""

from __future__ import annotations

from typing import NamedTuple

from regesta.figures.lexicon import Term


def noun_words(nouns: list[Term], widths: list[int], low: list[str], end: int) -> str:
    """The words of the last noun that ends at a token; the token itself for a guessed one."""
    for at in range(max(0, end - 4), end):
        if nouns[at].kind == "noun" and at + widths[at] == end:
            return " ".join(low[at:end])
    return low[end - 1]


def plural(word: str) -> bool:
    """Whether a word that no list has looks like a plural noun."""
    return word.endswith("s") and not word.endswith(("'s", "’s", "`s", "ss", "ous", "us", "less"))


class View(NamedTuple):
    """The tokens of a stretch: the term and the noun that begins at each, and how many tokens they take."""

    terms: list[Term]
    widths: list[int]
    nouns: list[Term]
    noun_widths: list[int]
    low: list[str]

    def noun_follows(self, at: int, reach: int = 3) -> bool:
        """Whether a noun comes next, with nothing but what may describe it before it."""
        for _ in range(reach):
            if at >= len(self.terms):
                return False
            if self.nouns[at].kind == "noun":
                return True
            if self.terms[at].kind not in ("word", "filler", "predicate", "land"):
                return False
            at += self.widths[at]
        return False

    def whole_noun(
        self, at: int, first: int, described: tuple[Term, ...]
    ) -> tuple[Term, int, int, tuple[Term, ...], bool]:
        """A noun with the nouns that follow it: of "family members" the last one counts, of "people of staff" too."""
        term, end = self.nouns[at], at + self.noun_widths[at]
        while end < len(self.terms) and term.unit != "building":
            step = 1 if self.low[end] == "of" and not term.value and (term.unit, term.group) == ("person", "all") else 0
            if end + step >= len(self.terms) or self.nouns[end + step].kind != "noun":
                break
            following = self.nouns[end + step]
            if (following.unit != "person" and step) or self.terms[end + step].kind == "predicate":
                break
            measure = following.value or (term.value if following.unit in ("person", "family") else "")
            group = following.group if following.group != "all" else term.group
            term = following._replace(value=measure, group=group)
            end += step + self.noun_widths[end + step]
        for inner in range(first, at):
            if (term.unit, term.group) == ("person", "all") and self.nouns[inner].group not in ("", "all"):
                term = term._replace(group=self.nouns[inner].group)
        return term, first, end, described, False
