"""A release scored against hand annotations, layer by layer.

`evaluate` is the way in; `gold` reads the annotations (the layout is described in docs/evaluation.md), `scores` counts.
"""

from __future__ import annotations

from regesta.evaluation.layers import evaluate
from regesta.evaluation.scores import Score

__all__ = ["Score", "evaluate"]
