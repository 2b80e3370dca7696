"""What people would pick instead, on the same texts: how fast it is, and what it finds of the annotated papers.

Each function is measured in a process of its own by `benchmarks.pipeline_speed`, if its library is there.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from regesta.entities import authority

Row = dict[str, Any]
_BYTES = 200_000
_SLOW_BYTES = 100_000
_SCORED = ("dates", "entities")


def _sample(folder: Path, most: int = _BYTES) -> tuple[list[str], int]:
    """The first texts of a generated corpus, so many bytes of them."""
    texts, size = [], 0
    for path in sorted((folder / "texts").iterdir()):
        texts.append(path.read_text(encoding="utf-8")[: most - size])
        size += len(texts[-1].encode())
        if size >= most:
            break
    return texts, size


class _Spacy:
    """spaCy without a model, as one would set it up: sentences, a ruler with the names of the authority files, and
    dateparser in every sentence."""

    def __init__(self, folder: Path) -> None:
        import spacy  # noqa: PLC0415
        from dateparser.search import search_dates  # noqa: PLC0415

        self._dates = search_dates
        self._pipeline = spacy.blank("en")
        self._pipeline.max_length = 1 << 30
        self._pipeline.add_pipe("sentencizer")
        ruler: Any = self._pipeline.add_pipe("entity_ruler")
        known = authority.load(folder / authority.FOLDER)
        types = {key: entity.type for key, entity in known.entities.items()}
        ruler.add_patterns(
            [{"label": types[name.entity_id], "pattern": name.text, "id": name.entity_id} for name in known.names]
        )
        search_dates("warm on 3 May 1994", languages=["en"])

    def read(self, texts: list[str]) -> Iterator[tuple[list[Row], list[Row]]]:
        """For each text its names and its dates, as rows with offsets in it."""
        for text in self._pipeline.pipe(texts):
            names = [
                {"char_start": e.start_char, "char_end": e.end_char, "type": e.label_, "entity_id": e.ent_id_}
                for e in text.ents
            ]
            dates: list[Row] = []
            for sentence in text.sents:
                at = 0
                for words, day in self._dates(sentence.text, languages=["en"]) or ():
                    at = sentence.text.find(words, at)
                    start = sentence.start_char + at
                    row = {"timex_type": "DATE", "edtf": day.date().isoformat()}
                    dates.append({"char_start": start, "char_end": start + len(words), **row})
                    at += len(words)
            yield names, dates


def spacy(folder: Path) -> Row:
    """Processor time of spaCy and dateparser on texts of a generated corpus."""
    reader = _Spacy(folder)
    texts, size = _sample(folder, _SLOW_BYTES)
    start = time.process_time()
    found = sum(len(names) + len(dates) for names, dates in reader.read(texts))
    return {"seconds": time.process_time() - start, "bytes": size, "found": found}


def found_by_spacy(corpus: Path, release: Path, gold: Path) -> Row:
    """F1 of spaCy and dateparser, and ours, on annotated papers: by layer, theirs and ours of each figure.

    Args:
        corpus: the folder of the corpus, for its authority files.
        release: a release of it, for its texts and for what we find.
        gold: the annotations.
    """
    import pyarrow as pa  # noqa: PLC0415

    from regesta.evaluation import evaluate  # noqa: PLC0415
    from regesta.package.release import find_release, tables_of  # noqa: PLC0415

    tables = tables_of(find_release(release))
    papers = tables["documents"].select(["source_id", "char_start", "text"]).to_pylist()
    names: list[Row] = []
    dates: list[Row] = []
    for paper, found in zip(papers, _Spacy(corpus).read([paper["text"] for paper in papers]), strict=True):
        for rows, some in zip((names, dates), found, strict=True):
            for row in some:
                row["source_id"] = paper["source_id"]
                row["char_start"] += paper["char_start"]
                row["char_end"] += paper["char_start"]
                rows.append(row)
    theirs = {**tables, "mentions": pa.Table.from_pylist(names), "dates": pa.Table.from_pylist(dates)}
    both = [evaluate(some, gold) for some in (theirs, tables)]
    return {layer: {name: [made[layer][name] for made in both] for name in both[0][layer]} for layer in _SCORED}


def datatrove(folder: Path) -> Row:
    """Processor time of datatrove from JSON lines to JSON lines, through a filter of words."""
    from datatrove.executor import LocalPipelineExecutor  # noqa: PLC0415
    from datatrove.pipeline.filters import LambdaFilter  # noqa: PLC0415
    from datatrove.pipeline.readers import JsonlReader  # noqa: PLC0415
    from datatrove.pipeline.writers import JsonlWriter  # noqa: PLC0415

    texts, size = _sample(folder)
    with tempfile.TemporaryDirectory() as name:
        Path(name, "in").mkdir()
        lines = (json.dumps({"id": str(n), "text": text}) for n, text in enumerate(texts))
        Path(name, "in", "texts.jsonl").write_text("\n".join(lines), encoding="utf-8")
        steps = [JsonlReader(f"{name}/in"), LambdaFilter(lambda d: len(d.text) > 100), JsonlWriter(f"{name}/out")]
        start = time.process_time()
        LocalPipelineExecutor(steps, logging_dir=f"{name}/log").run()
        return {"seconds": time.process_time() - start, "bytes": size}


def datefinder(folder: Path) -> Row:
    """Processor time of datefinder on the texts."""
    import datefinder as library  # noqa: PLC0415

    texts, size = _sample(folder)
    start = time.process_time()
    found = sum(1 for text in texts for _ in library.find_dates(text))
    return {"seconds": time.process_time() - start, "bytes": size, "found": found}
