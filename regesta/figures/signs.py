"""Words as signs: every word that the rules know is one character, and all words of a kind they do not know are one.

A clause becomes a short string, and what used to be a loop over its words is a slice of it, one look-up, or one pass of
`re` over the clauses of a whole text. Two clauses that differ in words that tell nothing are the same string.
"""

from __future__ import annotations

import re

from regesta.entities.lexicon import lexicon
from regesta.figures.lexicon import Words

# Between clauses stands NUMBER, between sentences END; neither is a word, and a text that holds them loses nothing.
NUMBER, END = "\ue000", "\ue001"
_DASH, _SPACED_DASH = "\ue002", " - "
NOT_IN_TEXTS = (NUMBER, END, _DASH)
MARKS = {",": ",", ";": ";", ":": ":", "(": "(", ")": ")", "–": "-", "—": "-", " - ": "-"}
# Kinds of words that no list has.
WORD, PLURAL, PERSONS, NATION, DIGITS = "\x01word", "\x01plural", "\x01persons", "\x01nation", "0"
PLURALS = frozenset((PLURAL, PERSONS, NATION))
# Latin letters first: they are told apart faster than letters at large.
_TOKEN = re.compile(
    r"[A-Za-z]+(?:[-'’`]?[^\W\d_]+)*|[^\W\d_]+(?:[-'’`][^\W\d_]+)*|\d[\d.,]*|[;:,()\"“”–—~≈\ue000-\ue002]| - |\.(?=\s)"
)
_ENDS = frozenset(",.;:")
# Words that end otherwise are of no kind but WORD.
_TELLING = ("s", "ese", "men")
_FIRST = 0x20000
_MOST = 0x80000


class Alphabet(dict[str, str]):
    """What stands between white space in a text -> its signs; added when it is first asked for.

    Attributes:
        kinds: sign -> the word in lower case where the rules know it, else its kind.
        compounds: sign -> the noun at the end of a compound ("member-states"), for those that are told like it.
    """

    def __init__(self, lists: Words, language: str) -> None:
        super().__init__()
        self.lists = lists
        self.nations = lexicon(language).nationality
        self.endings = tuple(lists.raw["person_endings"])
        known = (*lists.phrases.items(), *lists.nouns.items())
        self.vocabulary = {word for first, entries in known for rest, _ in entries for word in (first, *rest)}
        for phrases in (lists.qualifiers, lists.qualifiers_after):
            self.vocabulary |= {word for phrase in phrases for word in phrase}
        self.vocabulary |= {*lists.raw["leads_on"], *lists.raw["counting"]}
        self.kinds: dict[str, str] = {}
        self.signs: dict[str, str] = {}
        self.compounds: dict[str, str] = {}
        for word in sorted(self.vocabulary | MARKS.keys() | PLURALS | {WORD, DIGITS}):
            self.sign(word)
        self.words = {NUMBER: NUMBER, END: END, _DASH: self.sign(_SPACED_DASH)}

    @property
    def full(self) -> bool:
        """Whether so many words were met that it is time for a new one."""
        return len(self) > _MOST or len(self.kinds) > _MOST

    def write(self, text: str) -> str:
        """The signs of a text; a full stop counts only before white space."""
        return "".join(map(self.__getitem__, text.replace(_SPACED_DASH, f" {_DASH} ").split()))

    def sign(self, kind: str) -> str:
        """The sign of a word in lower case, or of a kind of words."""
        found = self.signs.get(kind)
        if found is None:
            found = self.signs[kind] = chr(_FIRST + len(self.signs))
            self.kinds[found] = kind
            if "-" in kind and kind not in self.vocabulary and kind not in MARKS:
                self.compounds[found] = kind.rsplit("-", 1)[1]
        return found

    def __missing__(self, chunk: str) -> str:
        if chunk.isalpha():
            found = self.sign(self._kind(chunk))
        elif chunk[-1] in _ENDS and chunk[:-1].isalpha():
            found = self[chunk[:-1]] + self.sign(chunk[-1])
        else:
            found = self._signs(chunk)
        self[chunk] = found
        return found

    def _signs(self, chunk: str) -> str:
        """The signs of words and marks that stand together, before white space."""
        words = _TOKEN.findall(chunk + " ")
        return "".join([self.words.get(word) or self.sign(self._kind(word)) for word in words])

    def _kind(self, word: str) -> str:
        """What a word counts as: itself where the rules know it, else what its form says."""
        low = word.lower()
        if low in self.vocabulary or low in MARKS or not word[0].isalnum():
            return low
        if low.isalpha() and not low.endswith(_TELLING):
            return WORD
        if word[0].isdigit():
            return DIGITS
        if "-" in low and low.rsplit("-", 1)[1] in self.lists.nouns:
            return low
        if word[0].isupper() and low.endswith(("s", "ese", "men")) and self.nations(word):
            return NATION
        if not plural(low) and not low.endswith("men"):
            return WORD
        if len(low) > 5 and low.endswith(self.endings) and low not in self.lists.sets["not_persons"]:
            return PERSONS
        return PLURAL if plural(low) else WORD


def plural(word: str) -> bool:
    """Whether a word that no list has looks like a plural noun."""
    return word.endswith("s") and not word.endswith(("'s", "’s", "`s", "ss", "ous", "us", "less"))


def located(text: str, start: int, stop: int, words: tuple[int, int]) -> tuple[int, int]:
    """The span of some words of a stretch of a text: from its n-th to before its m-th word, as signs count them."""
    begin = end = start
    for place in range(words[1]):
        if (found := _TOKEN.search(text, end, stop)) is None:
            break
        begin, end = found.start() if place == words[0] else begin, found.end()
    return begin, end
