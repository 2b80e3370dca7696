"""A source becomes papers, a paper becomes blocks, a block becomes sentences.

`segment` is the whole of it. Inside: `letters` and `pages` see many texts as arrays, `layout` knows lines and chunks,
`papers` divides a source (by `contents`, by headings, by a delimiter), `blocks` sets a paper out, `description` and
`dating` say what it is and of when, `sentences` and `normalize` do the rest, `rows` makes the tables. Word lists are
data, in `languages/`.
"""

from __future__ import annotations

from regesta.segment.normalize import normalize
from regesta.segment.rows import Given, Outline, Work, segment

__all__ = ["Given", "Outline", "Work", "normalize", "segment"]
