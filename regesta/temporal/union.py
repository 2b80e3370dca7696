"""Many rules, one automaton: an alternation that writes every shared beginning once.

RE2 builds its automaton state by state while it reads, and a state is the set of all places in all rules
where a match may stand. A hundred rules that begin "the last three …" would make each state a hundred times
as large as it need be, and the first megabytes of a run as slow. So the rules are cut into atoms, laid into a
trie, and read off again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

Sequence = tuple[str, ...]
_NAME = re.compile(r"\{([A-Za-z]\w*)\}|<(?:\w+=)?(\w+)>")
_ESCAPE = re.compile(r"\\x\{[0-9A-Fa-f]+\}|\\.")
_CLASS = re.compile(r"\[(?:\\.|[^\]\\])*\]")
_CAPTURE = re.compile(r"<(?:\w+=)?(\w+)>(.*)", re.DOTALL)
_QUANTIFIER = re.compile(r"[?*+]|\{\d+(?:,\d*)?\}")
_LIMIT = 400
_HEAD = 1


class Trie:
    """Sequences of atoms with their common beginnings shared."""

    def __init__(self) -> None:
        """An empty trie."""
        self.children: dict[str, Trie] = {}
        self.end = False

    def add(self, atoms: Sequence) -> None:
        """Adds one sequence."""
        node = self
        for atom in atoms:
            node = node.children.setdefault(atom, Trie())
        node.end = True

    def pattern(self, expand: Callable[[str], str]) -> str:
        """The trie as a pattern; ``expand`` turns an atom into one.

        What goes on alike after several atoms is written once as well.
        """
        if not self.children:
            return ""
        alike: dict[str, list[str]] = {}
        for atom, child in self.children.items():
            alike.setdefault(child.pattern(expand), []).append(expand(atom))
        parts = [_either(heads) + tail for tail, heads in alike.items()]
        body = parts[0] if len(parts) == 1 and not self.end else f"(?:{'|'.join(parts)})"
        return f"{body}?" if self.end else body


def _either(heads: list[str]) -> str:
    """One of several atoms."""
    if len(heads) == 1:
        return heads[0]
    if all(len(h) == 1 and h.isalnum() for h in heads):
        return f"[{''.join(heads)}]"
    return f"(?:{'|'.join(heads)})"


def words(alternatives: list[str]) -> str:
    """One pattern for a list of words, the longer one first where two begin alike.

    Args:
        alternatives: words as patterns without a choice in them.
    """
    trie = Trie()
    for word in alternatives:
        trie.add(tuple(atoms(word)[0]))
    return f"(?:{trie.pattern(str)})"


def atoms(pattern: str) -> list[list[str]]:
    """The alternatives of a pattern, each cut into its atoms: a name, a group, a class or a character,
    quantified.
    """
    out: list[list[str]] = [[]]
    at = 0
    while at < len(pattern):
        if pattern[at] == "|":
            out.append([])
            at += 1
            continue
        end = _atom_end(pattern, at)
        while quantifier := _QUANTIFIER.match(pattern, end):
            end = quantifier.end()
        out[-1].append(_plain(pattern[at:end]))
        at = end
    return out


def _plain(atom: str) -> str:
    """``<year=yr>`` and ``{yr}`` are the same atom here."""
    found = _CAPTURE.fullmatch(atom) if atom[0] == "<" else None
    return f"{{{found[1]}}}{found[2]}" if found else atom


def _atom_end(pattern: str, at: int) -> int:
    first = pattern[at]
    if first == "\\":
        found = _ESCAPE.match(pattern, at)
        return found.end() if found else at + 1
    if first == "[":
        found = _CLASS.match(pattern, at)
        return found.end() if found else at + 1
    if first in "{<":
        found = _NAME.match(pattern, at)
        return found.end() if found else at + 1
    if first == "(":
        depth, end = 0, at
        while end < len(pattern):
            char = pattern[end]
            if char == "\\":
                end += 2
                continue
            if char == "[":
                end = _atom_end(pattern, end)
                continue
            depth += (char == "(") - (char == ")")
            end += 1
            if not depth:
                return end
    return at + 1


def sequences(pattern: str, patterns: Mapping[str, str]) -> list[Sequence]:
    """The sequences of atoms that a pattern stands for, up to names that are not made of named parts
    themselves.
    """
    out: list[Sequence] = []
    for alternative in atoms(pattern):
        found: list[Sequence] = [()]
        for atom in alternative:
            options = _options(atom, patterns, max(map(len, found)) < _HEAD)
            if options is None or len(found) * len(options) > _LIMIT:
                found = [(*s, atom) for s in found]
            else:
                found = [s + o for s in found for o in options]
        out += found
    return out


def _options(atom: str, patterns: Mapping[str, str], head: bool) -> list[Sequence] | None:
    """The sequences that an atom may be replaced by; None to keep it whole."""
    if name := re.fullmatch(r"\{([A-Za-z]\w*)\}(\??)", atom):
        definition = patterns.get(name[1], "")
        if "<" in definition and head:
            inner = sequences("".join(definition.split()), patterns)
            return [*inner, ()] if name[2] else inner
        return None
    if group := re.fullmatch(r"\(\?:(.*)\)(\??)", atom, re.DOTALL):
        if _atom_end(atom, 0) != len(atom) - len(group[2]):
            return None
        if not head:
            return None
        inner = sequences(group[1], patterns)
        return [*inner, ()] if group[2] else inner
    return None


def union(matches: list[str], patterns: Mapping[str, str], expand: Callable[[str], str]) -> str:
    """One pattern that matches whatever one of the rules matches."""
    trie = Trie()
    for match in matches:
        for sequence in sequences(match, patterns):
            trie.add(sequence)
    return trie.pattern(expand)
