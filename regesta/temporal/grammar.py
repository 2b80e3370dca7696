r"""A language: its rule files (read by ``wording.py``), compiled.

A language is a folder ``languages/<code>/`` with

* ``vocabulary.yaml``: ``names`` (a word and its number), ``patterns`` (named building blocks) and
``settings``; * ``*.yaml`` besides: lists of rules, each with a ``name``, a ``match`` and what to make of the
match.

In a pattern ``{name}`` stands for the pattern or the list of names called so, ``<name>`` for the same
captured under its name, ``<a=name>`` captured as ``a``, and ``_`` for white space; real white space means
nothing. Rules are
tried in the order of the files: where two match the same words, the first wins; of two matches that begin at
the same place, the longer one wins.

Every rule is compiled twice: all of them into one RE2 automaton that finds, and each alone, with its groups,
to take the words of one find apart. RE2 works in linear time whatever the text, so no paper can make a search
hang.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import re2

from regesta.temporal import engine
from regesta.temporal.engine import Words
from regesta.temporal.heads import Heads
from regesta.temporal.wording import CLDR, GrammarError, compiler, expanded, fold, python

__all__ = ["CLDR", "LANGUAGES", "Grammar", "GrammarError", "Rule", "fold", "has_rules", "load"]
LANGUAGES = ("en", "az", "ru", "tr", "fr", "de", "es")


def has_rules(code: str) -> bool:
    """Whether there are rules for a language (BCP 47)."""
    return code.split("-", maxsplit=1)[0].lower() in LANGUAGES


class _Taker:
    """A compiled pattern and the names of its groups."""

    __slots__ = ("groups", "spans")

    def __init__(self, pattern: str, *, narrow: bool = False) -> None:
        compiled = re2.compile(f"(?i:{pattern})".encode(), engine.options(captures=True, narrow=narrow))
        self.spans = engine.taker(compiled)
        self.groups = [
            ((name.decode() if isinstance(name, bytes) else name).split("__")[0], index)
            for name, index in sorted(compiled.groupindex.items(), key=lambda item: item[1])
        ]

    def take(self, words: bytes) -> dict[str, tuple[int, int]] | None:
        spans = self.spans(words)
        if spans is None:
            return None
        out: dict[str, tuple[int, int]] = {}
        for name, index in self.groups:
            if name not in out and spans[index][0] >= 0:
                out[name] = spans[index]
        return out


@dataclass(slots=True)
class Rule:
    """One rule, ready to use.

    Attributes:
        name: how the rule is called, in ``--explain`` and in the ``rule`` of every hit.
        code: BCP 47 code of its language.
        match: the pattern as written.
        spec: the rest of the rule as written: ``as``, ``set``, ``edtf``, ``before``, ``not_before`` and so
            on; ``bare_start`` where the words may begin with a sign that is no letter or digit.
        narrow: whether ASCII is taken apart by the narrow pattern (see ``engine.py``).
        windowed: whether the words around have a say.
    """

    name: str
    code: str
    match: str
    spec: dict[str, Any]
    narrow: bool = False
    before: Words | None = None
    not_before: Words | None = None
    after: Words | None = None
    not_after: Words | None = None
    windowed: bool = False
    _plain_stop: bool | None = None
    _plainly: _Taker | None = None
    _exactly: _Taker | None = None

    @property
    def pattern(self) -> str:
        """The expanded pattern, understood by RE2 and by ``re`` alike."""
        return self._expanded(narrow=False)

    def _expanded(self, *, narrow: bool) -> str:
        return compiler(self.code, narrow=narrow).expand(self.match, f"{self.code}, rule {self.name!r}", {})

    @property
    def plain_stop(self) -> bool:
        """Whether no punctuation mark after the words speaks against them."""
        if self._plain_stop is None:
            self._plain_stop = self.not_after is None or not any(self.not_after.match(stop) for stop in ".,;:)\n")
        return self._plain_stop

    def take_apart(self, words: bytes) -> dict[str, tuple[int, int]] | None:
        """Where each named group of a full match stands, in bytes; None where the rule does not match.

        Of several groups of one name (``year``, ``year__2``) the first that took part counts. The pattern is
        compiled when first asked for.
        """
        if self.narrow and words.isascii() and b"\x01" not in words:
            # On ASCII the narrow pattern says the same, and is half as large.
            if self._plainly is None:
                self._plainly = _Taker(self._expanded(narrow=True), narrow=True)
            return self._plainly.take(words)
        if self._exactly is None:
            self._exactly = _Taker(self.pattern)
        return self._exactly.take(words)

    def python(self) -> re.Pattern[str]:
        """The same pattern for ``re``: slow, but an independent engine to check RE2 against."""
        return re.compile(python(self.pattern), re.IGNORECASE)


@dataclass(slots=True)
class Grammar:
    """A language, compiled.

    Attributes:
        code: BCP 47 code of the language.
        rules: the rules, in order of rank.
        names: for each list of names, the lower-cased word and what it stands for.
        settings: what the vocabulary sets, e.g. ``order: mdy``.
        finder: one RE2 over UTF-8 bytes that finds the longest match of any rule.
        heads: where in a text a match may begin; None where the finder has to look for that by itself.
        chooser: the RE2 set that tells which rules match a whole find.
        words: compiled helper patterns of the vocabulary, by name.
        context: the compiled patterns of ``context.yaml``, by name.
        narrow: whether the finder reads texts that ``engine.NARROW`` has made ASCII, and finds a little too
            much, which the chooser turns down.
    """

    code: str
    rules: list[Rule]
    names: dict[str, dict[str, Any]]
    settings: dict[str, Any]
    finder: Any
    heads: Heads | None
    chooser: Any
    words: dict[str, re.Pattern[str]] = field(default_factory=dict)
    context: dict[str, Words] = field(default_factory=dict)
    narrow: bool = False


@cache
def load(code: str) -> Grammar:
    """The grammar of a language, compiled once per process.

    Raises:
        GrammarError: there is no such language, or one of its files is broken.
    """
    base = code.replace("_", "-").split("-")[0].lower()
    if base not in LANGUAGES:
        raise GrammarError(f"no rules for the language {code!r}; there are rules for {', '.join(LANGUAGES)}")
    found = expanded(base)
    narrow = found["narrow"]
    rules: list[Rule] = []
    chooser = re2.Set.FullMatchSet(engine.options(narrow=narrow))
    for name, match, spec, chosen, windows in found["rules"]:
        before, not_before, after, not_after = (Words(w) if w else None for w in windows)
        windowed = any(k in spec for k in ("before", "not_before", "after", "not_after", "filter"))
        rules.append(Rule(name, base, match, spec, narrow, before, not_before, after, not_after, windowed))
        try:
            chooser.Add(f"(?i:{chosen})")
        except re2.error as error:
            raise GrammarError(f"{base}, rule {name!r}: {error}") from error
    chooser.Compile()
    finder = re2.compile(found["finder"].encode(), engine.options(narrow=narrow))
    words = {key: re.compile(p, re.IGNORECASE) for key, p in found["words"].items()}
    context = {name: Words(body, verbose=True) for name, body in found["context"].items()}
    heads = Heads(found["starts"]) if found["starts"] is not None else None
    return Grammar(base, rules, found["names"], found["settings"], finder, heads, chooser, words, context, narrow)
