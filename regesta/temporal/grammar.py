r"""Reads the rule files of a language and compiles them.

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

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import re2
import yaml

from regesta.temporal import engine
from regesta.temporal.engine import Words
from regesta.temporal.union import union

HERE = Path(__file__).parent / "languages"
CLDR = HERE / "cldr.json"
LANGUAGES = ("en", "az", "ru", "tr", "fr", "de", "es")


def has_rules(code: str) -> bool:
    """Whether there are rules for a language (BCP 47)."""
    return code.split("-", maxsplit=1)[0].lower() in LANGUAGES


_TOKEN = re.compile(
    r"\{([A-Za-z]\w*)\}|<(?:(\w+)=)?(\w+)>|(_)|(\\x\{[0-9A-Fa-f]+\}|\\.)|(\(\?P?[<:=!])|(\[(?:\\.|[^\]\\])*\])"
)


def _yaml(file: Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both loaders are the safe kind


class GrammarError(ValueError):
    """A rule file says something that cannot be compiled; the message names the file and the rule."""


@dataclass(slots=True)
class Rule:
    """One rule, ready to use.

    Attributes:
        name: how the rule is called, in ``--explain`` and in the ``rule`` of every hit.
        expand: makes the expanded pattern, when first asked for it.
        spec: the rest of the rule as written: ``as``, ``set``, ``edtf``, ``before``, ``not_before`` and so
            on; ``bare_start`` where the words may begin with a sign that is no letter or digit.
        windowed: whether the words around have a say.
    """

    name: str
    expand: Callable[[], str]
    spec: dict[str, Any]
    before: Words | None = None
    not_before: Words | None = None
    after: Words | None = None
    not_after: Words | None = None
    windowed: bool = False
    _plain_stop: bool | None = None
    _take: Any = None
    _groups: list[tuple[str, int]] = field(default_factory=list)
    _pattern: str = ""

    @property
    def pattern(self) -> str:
        """The expanded pattern, understood by RE2 and by ``re`` alike."""
        if not self._pattern:
            self._pattern = self.expand()
        return self._pattern

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
        if self._take is None:
            compiled = re2.compile(f"(?i:{self.pattern})".encode(), engine.options(captures=True))
            self._take = engine.taker(compiled)
            self._groups = [
                ((name.decode() if isinstance(name, bytes) else name).split("__")[0], index)
                for name, index in sorted(compiled.groupindex.items(), key=lambda item: item[1])
            ]
        spans = self._take(words)
        if spans is None:
            return None
        out: dict[str, tuple[int, int]] = {}
        for name, index in self._groups:
            if name not in out and spans[index][0] >= 0:
                out[name] = spans[index]
        return out

    def python(self) -> re.Pattern[str]:
        """The same pattern for ``re``: slow, but an independent engine to check RE2 against."""
        return re.compile(_python(self.pattern), re.IGNORECASE)


@dataclass(slots=True)
class Grammar:
    """A language, compiled.

    Attributes:
        code: BCP 47 code of the language.
        rules: the rules, in order of rank.
        names: for each list of names, the lower-cased word and what it stands for.
        settings: what the vocabulary sets, e.g. ``order: mdy``.
        finder: one RE2 over UTF-8 bytes that finds the longest match of any rule.
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
    chooser: Any
    words: dict[str, re.Pattern[str]] = field(default_factory=dict)
    context: dict[str, Words] = field(default_factory=dict)
    narrow: bool = False


def _variants(word: str, ambiguous: frozenset[str], code: str = "") -> list[str]:
    """The ways a name may be written: as given, in capitals, in lower case unless ambiguous.

    The Turkic alphabets have two letters i, whose capitals Python's ``upper`` does not know.
    """
    title = word[:1].upper() + word[1:]
    upper = word.upper()
    found = [title, upper]
    if word.lower() not in ambiguous:
        found.append(word.lower().replace("i̇", "i"))
    if code in ("tr", "az"):
        found.append(word.replace("i", "İ").replace("ı", "I").upper())
        found.append(word[:1].replace("i", "İ").upper() + word[1:])
    return found


def _cldr(code: str) -> dict[str, dict[str, Any]]:
    """Month and weekday names of a language from CLDR (see ``cldr.py``)."""
    found = json.loads(CLDR.read_text(encoding="utf-8"))[code]
    return {kind: dict(pairs) for kind, pairs in found.items()}


class _Compiler:
    """Expands the patterns of one language."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.patterns: dict[str, str] = {}
        self.names: dict[str, dict[str, Any]] = {}
        self.settings: dict[str, Any] = {}
        self.plain: dict[str, str] = {}
        ambiguous: set[str] = set()
        files = [HERE / "und" / "vocabulary.yaml", HERE / code / "vocabulary.yaml"]
        documents = [_yaml(f) or {} for f in files if f.exists()]
        for document in documents:
            ambiguous |= {str(w) for w in document.get("lowercase_ambiguous", ())}
        self.ambiguous = frozenset(ambiguous)
        cased = _cldr(code)
        for document in documents:
            self.patterns.update(document.get("patterns", {}))
            self.settings.update(document.get("settings", {}))
            if "tense" in document:
                self.settings["tense"] = document["tense"]
            for key, words in document.get("names", {}).items():
                cased.setdefault(key, {}).update({str(w): n for w, n in words.items()})
        for key, words in cased.items():
            self.names[key] = {}
            for word, number in words.items():
                for form in [word, *_variants(word, self.ambiguous, code)]:
                    self.names[key][_fold(form)] = number
            self.patterns[key] = self._alternatives(key, list(words))

    def _alternatives(self, key: str, words: list[str]) -> str:
        """A pattern for a list of names; months, weekdays, holidays and numerals mind their case, all else
        not.
        """
        if key in ("month", "weekday", "holiday", "namedday", "roman"):
            forms = {
                v
                for w in words
                for v in (_variants(w, self.ambiguous, self.code) if key in ("month", "weekday") else [w])
            }
            body = "|".join(_literal(w) for w in sorted(forms, key=lambda w: (-len(w), w)))
            return f"(?-i:{body})"
        body = "|".join(_literal(w) for w in sorted(words, key=lambda w: (-len(w), w)))
        return f"(?:{body})"

    def expand(self, pattern: str, where: str, counts: dict[str, int] | None = None, depth: int = 0) -> str:
        """The pattern with every name replaced; ``counts`` numbers the groups that occur more than once."""
        if depth > 30:
            raise GrammarError(f"{where}: the pattern refers to itself")

        def one(m: re.Match[str]) -> str:
            name, alias, group, space, *_ = m.groups()
            if space:
                name = "S"
            key = name or group
            if key is None:
                return m[0]
            if key not in self.patterns:
                if name and name[0].isdigit():
                    return m[0]
                raise GrammarError(f"{where}: there is no pattern or list of names called {key!r}")
            if counts is None:
                if key not in self.plain:
                    self.plain[key] = self.expand(self.patterns[key], where, None, depth + 1)
                inner = self.plain[key]
            else:
                inner = self.expand(self.patterns[key], where, counts, depth + 1)
            if name:
                return inner
            label = alias or group
            if counts is None:
                return f"(?:{inner})"
            counts[label] = counts.get(label, 0) + 1
            suffix = f"__{counts[label]}" if counts[label] > 1 else ""
            return f"(?P<{label}{suffix}>{inner})"

        return _TOKEN.sub(one, _squeeze(pattern))


def _squeeze(pattern: str) -> str:
    """Drops the white space that lays a pattern out; inside a class it stays."""
    return re.sub(r"(\[(?:\\.|[^\]\\])*\])|\s+", lambda m: m[1] or "", pattern)


def _literal(word: str) -> str:
    """A name as a pattern: any white space for a space, any apostrophe for an apostrophe."""
    escaped = re.sub(r"([.+*?()\[\]{}|\\^$])", r"\\\1", word)
    return escaped.replace("'", "{apos}").replace("’", "{apos}").replace(" ", "_")


def _fold(word: str) -> str:
    """The key under which a name is looked up: lower case, one kind of space and apostrophe, no trailing
    stop.
    """
    return " ".join(word.replace("’", "'").replace("‘", "'").lower().replace("i̇", "i").split())


fold = _fold


def _python(pattern: str) -> str:
    r"""The same pattern in the dialect of ``re``: ``\x{2010}`` becomes ``\u2010``."""
    return re.sub(r"\\x\{([0-9a-fA-F]{1,6})\}", lambda m: f"\\U{int(m[1], 16):08x}", pattern)


def _window(source: str | None, compiler: _Compiler, where: str, *, before: bool) -> Words | None:
    if not source:
        return None
    body = _python(compiler.expand(source, where))
    return Words(f"(?:{body})\\Z" if before else f"(?:{body})")


@cache
def load(code: str) -> Grammar:
    """The grammar of a language, compiled once per process.

    Raises:
        GrammarError: there is no such language, or one of its files is broken.
    """
    base = code.replace("_", "-").split("-")[0].lower()
    if base not in LANGUAGES:
        raise GrammarError(f"no rules for the language {code!r}; there are rules for {', '.join(LANGUAGES)}")
    compiler = _Compiler(base)
    rules: list[Rule] = []
    raw: list[str] = []
    files = sorted((HERE / base).glob("*.yaml")) + sorted((HERE / "und").glob("*.yaml"))
    for file in files:
        if file.name in ("vocabulary.yaml", "context.yaml"):
            continue
        for entry in _yaml(file) or []:
            where = f"{file.parent.name}/{file.name}, rule {entry.get('name')!r}"
            try:
                rules.append(_rule(entry, compiler, where))
                raw.append(entry["match"])
            except (re.error, KeyError) as error:
                raise GrammarError(f"{where}: {error}") from error
    bodies = [compiler.expand(match, f"{base}, rule {r.name!r}") for r, match in zip(rules, raw, strict=True)]
    chooser = re2.Set.FullMatchSet(engine.options())
    for rule, body in zip(rules, bodies, strict=True):
        try:
            chooser.Add(f"(?i:{body})")
        except re2.error as error:
            raise GrammarError(f"{base}, rule {rule.name!r}: {error}") from error
    chooser.Compile()
    bare = [m for r, m in zip(rules, raw, strict=True) if r.spec.get("bare_start")]
    narrow = base == "en"
    union = _union([m for m in raw if m not in bare], compiler, narrow)
    # RE2's word boundary knows ASCII alone; for the other languages scan.py checks all of it.
    edge = r"\b" if narrow else ""
    loose = f"|{_union(bare, compiler, narrow)}" if bare else ""
    finder = re2.compile(f"(?i:{edge}(?:{union}){loose})".encode(), engine.options(narrow=narrow))
    words = {
        key[5:]: re.compile(_python(compiler.expand(p, key)), re.IGNORECASE)
        for key, p in compiler.patterns.items()
        if key.startswith("word_")
    }
    return Grammar(base, rules, compiler.names, compiler.settings, finder, chooser, words, _context(base), narrow)


def _context(code: str) -> dict[str, Words]:
    file = HERE / code / "context.yaml"
    found = _yaml(file) if file.exists() else {}
    return {name: Words(body, verbose=True) for name, body in found.items()}


def _union(matches: list[str], compiler: _Compiler, narrow: bool) -> str:
    """One alternation of all rules, their shared beginnings written once."""

    @cache
    def expand(atom: str) -> str:
        found = compiler.expand(atom, "the union of rules")
        return engine.narrow(found) if narrow else found

    return union([_squeeze(m) for m in matches], compiler.patterns, expand)


def _rule(entry: dict[str, Any], compiler: _Compiler, where: str) -> Rule:
    spec = {k: v for k, v in entry.items() if k not in ("name", "match")}
    match = entry["match"]
    return Rule(
        entry["name"],
        lambda: compiler.expand(match, where, {}),
        spec,
        windowed=any(k in spec for k in ("before", "not_before", "after", "not_after", "filter")),
        before=_window(spec.get("before"), compiler, where, before=True),
        not_before=_window(spec.get("not_before"), compiler, where, before=True),
        after=_window(spec.get("after"), compiler, where, before=False),
        not_after=_window(spec.get("not_after"), compiler, where, before=False),
    )
