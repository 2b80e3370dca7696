"""Figures as reported: every number that counts people, harm, territory or damage; who says it, and how it moved.

    >>> from regesta.figures import read
    >>> read("more than twenty thousand") is None, read("twenty thousand").low
    (True, 20000.0)

How it works, file by file: `measures.yaml` is the taxonomy and `languages/` has the words; `numbers.py` finds and reads
numbers, `scan.py` drops those that count nothing; `clauses.py` reads the words between two numbers, written in signs
(`signs.py`): what is counted (`heads.py`), what belongs to the next number (`tails.py`), the terms told (`told.py`);
`analysis.py` and `things.py` let the numbers of a sentence lean on one another, `find.py` does it for a text;
`places.py` and `quotes.py` say where and who says so; `joined.py` and `papers.py` hold the papers of a shard, `rows.py`
makes its table; `chronology.py`, `reuse.py`, `series.py` and `conclude.py` need the whole corpus; `plot.py` draws a
series, `cli.py` is the command.
"""

from regesta.figures.numbers import Amount, read
from regesta.figures.rows import count
from regesta.figures.series import series

__all__ = ["Amount", "count", "read", "series"]
