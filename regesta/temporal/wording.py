"""The rule files of a language as plain patterns: every name expanded, the rules joined into one."""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from regesta.temporal import engine, heads
from regesta.temporal.union import union
from regesta.temporal.union import words as alternation

HERE = Path(__file__).parent / "languages"
CLDR = HERE / "cldr.json"
_WINDOWS = ("before", "not_before", "after", "not_after")


_TOKEN = re.compile(
    r"\{([A-Za-z]\w*)\}|<(?:(\w+)=)?(\w+)>|(_)|(\\x\{[0-9A-Fa-f]+\}|\\.)|(\(\?P?[<:=!])|(\[(?:\\.|[^\]\\])*\])"
)


def _yaml(file: Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both loaders are the safe kind


class GrammarError(ValueError):
    """A rule file says something that cannot be compiled; the message names the file and the rule."""


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


class Compiler:
    """Expands the patterns of one language."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.patterns: dict[str, str] = {}
        self.names: dict[str, dict[str, Any]] = {}
        self.settings: dict[str, Any] = {}
        self.plain: dict[str, str] = {}
        self.grouped: dict[str, bool] = {}
        self.narrow = False
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
                    self.names[key][fold(form)] = number
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
            return f"(?-i:{alternation([_literal(w) for w in sorted(forms)])})"
        return alternation([_literal(w) for w in sorted(words)])

    def narrowed(self) -> Compiler:
        """The same for patterns that :func:`engine.narrow` has been through."""
        found = copy.copy(self)
        found.narrow = True
        found.plain = {}
        found.patterns = {key: engine.narrow(squeeze(body)) for key, body in self.patterns.items()}
        return found

    def _plainly(self, key: str, where: str, depth: int) -> str:
        found = self.plain.get(key)
        if found is None:
            found = self.plain[key] = self.expand(self.patterns[key], where, None, depth + 1)
        return found

    def _has_groups(self, key: str) -> bool:
        """Whether a named pattern captures anything, by itself or through those that it names."""
        found = self.grouped.get(key)
        if found is None:
            self.grouped[key] = False  # what refers to itself is told by ``expand``
            found = self.grouped[key] = any(
                m[3] or (m[1] and m[1] in self.patterns and self._has_groups(m[1]))
                for m in _TOKEN.finditer(squeeze(self.patterns[key]))
            )
        return found

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
                inner = self._plainly(key, where, depth)
            elif self._has_groups(key):
                inner = self.expand(self.patterns[key], where, counts, depth + 1)
            else:
                inner = self._plainly(key, where, depth)
            if name:
                return inner
            label = alias or group
            if counts is None:
                return f"(?:{inner})"
            counts[label] = counts.get(label, 0) + 1
            suffix = f"__{counts[label]}" if counts[label] > 1 else ""
            return f"(?P<{label}{suffix}>{inner})"

        squeezed = squeeze(pattern)
        return _TOKEN.sub(one, engine.narrow(squeezed) if self.narrow else squeezed)


def squeeze(pattern: str) -> str:
    """Drops the white space that lays a pattern out; inside a class it stays."""
    return re.sub(r"(\[(?:\\.|[^\]\\])*\])|\s+", lambda m: m[1] or "", pattern)


def _literal(word: str) -> str:
    """A name as a pattern: any white space for a space, any apostrophe for an apostrophe."""
    escaped = re.sub(r"([.+*?()\[\]{}|\\^$])", r"\\\1", word)
    return escaped.replace("'", "{apos}").replace("’", "{apos}").replace(" ", "_")


def fold(word: str) -> str:
    """The key under which a name is looked up: lower case, one kind of space and apostrophe, no trailing
    stop.
    """
    return " ".join(word.replace("’", "'").replace("‘", "'").lower().replace("i̇", "i").split())


def python(pattern: str) -> str:
    r"""The same pattern in the dialect of ``re``: ``\x{2010}`` becomes ``\u2010``."""
    return re.sub(r"\\x\{([0-9a-fA-F]{1,6})\}", lambda m: f"\\U{int(m[1], 16):08x}", pattern)


@cache
def compiler(code: str, *, narrow: bool = False) -> Compiler:
    """The compiler of a language, for wide or for narrow patterns; one each per process."""
    return compiler(code).narrowed() if narrow else Compiler(code)


def expanded(code: str) -> dict[str, Any]:
    """The rule files of a language, expanded.

    Returns:
        ``rules`` (name, pattern as written, specification, pattern that chooses, the four windows), ``names``,
        ``settings``, ``finder``, ``narrow``, ``starts`` (how matches begin, see ``heads.py``; None where not
        narrow), ``words`` and ``context`` (patterns by name). The pattern that chooses and the finder are
        narrow (see ``engine.py``) where ``narrow`` says so.

    Raises:
        GrammarError: one of the files is broken.
    """
    narrow = code == "en"
    wide, made = compiler(code), compiler(code, narrow=narrow)
    rules: list[tuple[Any, ...]] = []
    for file in [*sorted((HERE / code).glob("*.yaml")), *sorted((HERE / "und").glob("*.yaml"))]:
        if file.name in ("vocabulary.yaml", "context.yaml"):
            continue
        for entry in _yaml(file) or []:
            where = f"{file.parent.name}/{file.name}, rule {entry.get('name')!r}"
            try:
                match = entry["match"]
                spec = {k: v for k, v in entry.items() if k not in ("name", "match")}
                windows = tuple(_window(wide, spec.get(k), where, before=k.endswith("before")) for k in _WINDOWS)
                rules.append((entry["name"], match, spec, made.expand(match, where), windows))
            except (re.error, KeyError) as error:
                raise GrammarError(f"{where}: {error}") from error

    @cache
    def atom(pattern: str) -> str:
        return made.expand(pattern, "the union of rules")

    def joined(matches: list[str]) -> str:
        return union([squeeze(m) for m in matches], made.patterns, atom)

    spelling = heads.Spelling(wide.patterns)
    bare = [r[1] for r in rules if r[2].get("bare_start")]
    loose = f"|{joined(bare)}" if bare else ""
    # RE2's word boundary knows ASCII alone; for the other languages scan.py checks all of it.
    edge = r"\b" if narrow else ""
    context = HERE / code / "context.yaml"
    return {
        "rules": rules,
        "names": wide.names,
        "settings": wide.settings,
        "finder": f"(?i:{edge}(?:{joined([r[1] for r in rules if r[1] not in bare])}){loose})",
        "narrow": narrow,
        "starts": [start for r in rules for start in spelling.starts(squeeze(r[1]))] if narrow else None,
        "words": {k[5:]: python(wide.expand(p, k)) for k, p in wide.patterns.items() if k.startswith("word_")},
        "context": _yaml(context) if context.exists() else {},
    }


def _window(made: Compiler, source: str | None, where: str, *, before: bool) -> str | None:
    if not source:
        return None
    body = python(made.expand(source, where))
    return f"(?:{body})\\Z" if before else f"(?:{body})"
