"""How good the temporal expressions are, by the TempEval-3 convention.

    python -m benchmarks.temporal_quality FOLDER [--view timex3|edtf] [--mode auto] [--errors 20]

reads every ``.tml`` (TimeML) and every ``.jsonl`` (``{"id", "text", "dct", "timexes": [{"start", "end",
"type", "value"}]}``) file in the folder and prints, a line a file or a folder of ``.tml`` files, the figures
for the papers that the rules were developed on beside those for the papers held out. Which paper is held out
depends on a hash of its id alone (30 in 100), so that the split is the same for everybody, and ``--errors``
shows errors of the first kind only.

The convention (UzZaman et al., SemEval-2013 task 1): gold and system expressions are paired one to one where
their spans overlap, equal spans first, then the largest overlap; counts are pooled over papers; *relaxed*
counts pairs, *strict* pairs of equal span, *type* and *value* are the relaxed F1 times the share of pairs
that agree in them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from regesta.temporal import find


@dataclass(frozen=True)
class Span:
    """One expression, gold or found."""

    start: int
    end: int
    type: str
    value: str
    rule: str = ""


@dataclass(frozen=True)
class Paper:
    """A text with its gold expressions."""

    id: str
    text: str
    dct: str | None
    gold: tuple[Span, ...]


@dataclass
class Counts:
    """Pooled counts of one set of papers."""

    papers: int = 0
    gold: int = 0
    found: int = 0
    paired: int = 0
    strict: int = 0
    type: int = 0
    value: int = 0
    errors: list[str] = field(default_factory=list)

    def f1(self, hits: int) -> float:
        """F1 in percent of so many hits."""
        return 200 * hits / (self.gold + self.found) if self.gold + self.found else 0.0

    def row(self) -> list[str]:
        """Papers, gold, found, relaxed precision and recall, and the four F1 figures."""
        precision = 100 * self.paired / self.found if self.found else 0.0
        recall = 100 * self.paired / self.gold if self.gold else 0.0
        figures = [
            precision,
            recall,
            *(self.f1(n) for n in (self.paired, self.strict, self.type, self.value)),
        ]
        return [str(self.papers), str(self.gold), str(self.found), *(f"{x:.1f}" for x in figures)]


def held_out(paper_id: str) -> bool:
    """Whether a paper was kept from development; decided by its id alone."""
    return int(hashlib.sha256(paper_id.encode()).hexdigest(), 16) % 10 >= 7


def read_timeml(path: Path) -> Paper:
    """A TimeML file: the text of its TEXT element, its TIMEX3 tags and its creation date."""
    root = ET.parse(path).getroot()  # noqa: S314 - the user's own files
    body = root.find("TEXT")
    body = root if body is None else body
    parts: list[str] = []
    spans: list[Span] = []

    def walk(node: ET.Element, at: int) -> int:
        start = at
        if node.text:
            parts.append(node.text)
            at += len(node.text)
        for child in node:
            at = walk(child, at)
            if child.tail:
                parts.append(child.tail)
                at += len(child.tail)
        if node.tag == "TIMEX3" and at > start:
            spans.append(Span(start, at, node.get("type", ""), node.get("value", "")))
        return at

    walk(body, 0)
    made = root.find("DCT/TIMEX3")
    docid = root.findtext("DOCID")
    dct = made.get("value") if made is not None else None
    return Paper(docid or path.stem, "".join(parts), dct, tuple(sorted(spans, key=lambda s: s.start)))


def read_lines(path: Path, view: str) -> Iterator[Paper]:
    """The papers of a JSON lines file; in the edtf view the ``edtf`` of an expression counts as its value."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        found: dict[str, Any] = json.loads(line)
        key = "edtf" if view == "edtf" else "value"
        gold = tuple(Span(t["start"], t["end"], t["type"], t.get(key) or "") for t in found["timexes"])
        yield Paper(str(found["id"]), found["text"], found.get("dct"), gold)


def pair(gold: Sequence[Span], found: Sequence[Span]) -> list[tuple[int, int]]:
    """One to one pairs of overlapping spans: equal spans first, then the largest overlap."""
    pairs: list[tuple[int, int]] = []
    equal = {(s.start, s.end): j for j, s in reversed(list(enumerate(found)))}
    taken_gold: set[int] = set()
    taken: set[int] = set()
    for i, g in enumerate(gold):
        j = equal.get((g.start, g.end))
        if j is not None and j not in taken:
            pairs.append((i, j))
            taken_gold.add(i)
            taken.add(j)
    overlaps = sorted(
        (-(min(g.end, s.end) - max(g.start, s.start)), g.start, i, j)
        for i, g in enumerate(gold)
        if i not in taken_gold
        for j, s in enumerate(found)
        if j not in taken and min(g.end, s.end) > max(g.start, s.start)
    )
    for _, _, i, j in overlaps:
        if i not in taken_gold and j not in taken:
            pairs.append((i, j))
            taken_gold.add(i)
            taken.add(j)
    return pairs


def count(paper: Paper, into: Counts, view: str, mode: str) -> None:
    """Adds one paper's counts and, in words, its errors."""
    anchor = paper.dct[:10] if paper.dct and len(paper.dct) >= 10 else None
    hits = find(paper.text, anchor=anchor, mode=mode, view=view)  # type: ignore[arg-type]
    found = [Span(t.start, t.end, t.type, (t.edtf if view == "edtf" else t.value) or "", t.rule) for t in hits]
    pairs = pair(paper.gold, found)
    into.papers += 1
    into.gold += len(paper.gold)
    into.found += len(found)
    into.paired += len(pairs)
    for i, j in pairs:
        g, s = paper.gold[i], found[j]
        into.strict += (g.start, g.end) == (s.start, s.end)
        into.type += g.type == s.type
        into.value += g.value == s.value
        if (g.start, g.end, g.type, g.value) != (s.start, s.end, s.type, s.value):
            into.errors.append(
                f"differs {_shown(paper, g)} {g.type} {g.value} <- {_words(paper, s)} {s.type} {s.value} ({s.rule})"
            )
    into.errors += [
        f"missed  {_shown(paper, g)} {g.type} {g.value}"
        for i, g in enumerate(paper.gold)
        if i not in {p[0] for p in pairs}
    ]
    into.errors += [
        f"extra   {_shown(paper, s)} {s.type} {s.value} ({s.rule})"
        for j, s in enumerate(found)
        if j not in {p[1] for p in pairs}
    ]


def _words(paper: Paper, span: Span) -> str:
    return repr(paper.text[span.start : span.end])


def _shown(paper: Paper, span: Span) -> str:
    before, after = paper.text[max(0, span.start - 30) : span.start], paper.text[span.end : span.end + 30]
    return f"{before}[[{paper.text[span.start : span.end]}]]{after}".replace("\n", " ")


def sets(folder: Path, view: str) -> dict[str, list[Paper]]:
    """The sets of papers of a folder: one a JSON lines file, one for all TimeML files."""
    out = {f.name: list(read_lines(f, view)) for f in sorted(folder.glob("*.jsonl"))}
    timeml = [read_timeml(f) for f in sorted(folder.rglob("*.tml"))]
    if timeml:
        out[f"{folder.name}/*.tml"] = timeml
    return out


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--view", choices=["timex3", "edtf"], default="timex3")
    parser.add_argument("--mode", choices=["auto", "news", "narrative"], default="auto")
    parser.add_argument("--errors", type=int, default=0, help="show so many errors of the development papers")
    chosen = parser.parse_args(arguments)
    found = sets(chosen.folder, chosen.view)
    if not found:
        print(f"no .tml and no .jsonl files in {chosen.folder}", file=sys.stderr)
        return 2
    head = ["set", "part", "papers", "gold", "found", "P", "R", "relaxed", "strict", "type", "value"]
    print("{:28} {:12}".format(*head[:2]) + "".join(f"{h:>9}" for h in head[2:]))
    for name, papers in found.items():
        for part, keep in (("development", False), ("held out", True), ("all", None)):
            counts = Counts()
            for paper in papers:
                if keep is None or held_out(paper.id) == keep:
                    count(paper, counts, chosen.view, chosen.mode)
            print(f"{name:28} {part:12}" + "".join(f"{x:>9}" for x in counts.row()))
            if part == "development":
                for line in counts.errors[: chosen.errors]:
                    print("   ", line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
