"""Precision, recall and F1 of spans and of what is said about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from regesta.evaluation.gold import Annotation

Row = Mapping[str, Any]
Agrees = Callable[[Annotation, Row], bool]


@dataclass
class Score:
    """Counts of one layer.

    Attributes:
        gold: annotated spans.
        found: spans of the release in the annotated papers.
        strict: spans found with the very same bounds.
        relaxed: annotated spans that a found one overlaps, each found one counted once.
        right: of the relaxed pairs, those that agree, by what is compared.
        link: B-cubed F1 of the identities of the relaxed pairs (Bagga and Baldwin 1998), for layers that have them.
    """

    gold: int = 0
    found: int = 0
    strict: int = 0
    relaxed: int = 0
    right: dict[str, int] = field(default_factory=dict)
    link: float | None = None

    def f1(self, count: int) -> float:
        """F1 of so many right ones among the annotated and the found."""
        return 2 * count / (self.gold + self.found) if self.gold + self.found else 0.0

    def summary(self) -> dict[str, float]:
        """The figures by name: strict and relaxed F1, and the F1 of each thing compared."""
        made = {"strict": self.f1(self.strict), "relaxed": self.f1(self.relaxed)}
        made |= {name: self.f1(count) for name, count in self.right.items()}
        return made | ({"link": self.link} if self.link is not None else {})


def score(
    gold: Iterable[tuple[Sequence[Annotation], Sequence[Row]]],
    compared: Mapping[str, Agrees],
    identity: tuple[str, str] | None = None,
) -> Score:
    """Score the rows of annotated papers.

    Args:
        gold: per paper its annotations and the release's rows in it.
        compared: what to compare in the pairs that overlap, by name.
        identity: the annotation's and the row's column that say who or what is meant, where there are such.
    """
    total = Score(right=dict.fromkeys(compared, 0))
    pairs: list[tuple[Annotation, Row]] = []
    for marks, rows in gold:
        total.gold += len(marks)
        total.found += len(rows)
        total.strict += len({(a.start, a.end) for a in marks} & {(r["char_start"], r["char_end"]) for r in rows})
        pairs += _pairs(marks, rows)
    total.relaxed = len(pairs)
    for name, agrees in compared.items():
        total.right[name] = sum(agrees(a, r) for a, r in pairs)
    if identity is not None:
        total.link = b_cubed([(a.values[identity[0]], str(r[identity[1]])) for a, r in pairs])
    return total


def _pairs(annotations: Sequence[Annotation], rows: Sequence[Row]) -> list[tuple[Annotation, Row]]:
    """Each annotation with the row that overlaps it most; a row is given away once."""
    free = sorted(rows, key=lambda row: row["char_start"])
    pairs = []
    for annotation in annotations:
        overlaps = [
            (min(row["char_end"], annotation.end) - max(row["char_start"], annotation.start), -n)
            for n, row in enumerate(free)
        ]
        most, number = max(overlaps, default=(0, 0))
        if most > 0:
            pairs.append((annotation, free.pop(-number)))
    return pairs


def b_cubed(pairs: Sequence[tuple[str, str]]) -> float:
    """B-cubed F1 of two groupings of the same things, each pair one thing's two labels."""
    if not pairs:
        return 0.0
    left: dict[str, set[int]] = {}
    right: dict[str, set[int]] = {}
    for number, (a, b) in enumerate(pairs):
        left.setdefault(a, set()).add(number)
        right.setdefault(b, set()).add(number)
    both = [(len(left[a] & right[b]), len(left[a]), len(right[b])) for a, b in pairs]
    precision = sum(common / found for common, _, found in both) / len(pairs)
    recall = sum(common / gold for common, gold, _ in both) / len(pairs)
    return 2 * precision * recall / (precision + recall)
