"""The rows of the tables that segmentation makes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from regesta.issues import issue_row
from regesta.segment.blocks import Block, Setter
from regesta.segment.description import Description, describe
from regesta.segment.names import Names
from regesta.segment.normalize import normalize
from regesta.segment.papers import Division, Paper, divide
from regesta.segment.rules import Rules, rules
from regesta.segment.sentences import split, trim
from regesta.spans import address

Row = dict[str, Any]

_RUNNING = {"paragraph", "list_item", "quote", "boilerplate"}
_WORD = re.compile(r"[^\W_]+(?:[-'’`][^\W_]+)*")


@dataclass
class Segmented:
    """The rows that one source gives, per table."""

    documents: list[Row] = field(default_factory=list)
    blocks: list[Row] = field(default_factory=list)
    sentences: list[Row] = field(default_factory=list)
    issues: list[Row] = field(default_factory=list)


def segment(
    source_id: str, text: str, language: str = "en", strategy: str = "auto", delimiter: str | None = None
) -> Segmented:
    """Divide a source into papers, blocks and sentences.

    Args:
        source_id: the source's id, the first part of every address.
        text: its text; all offsets count its code points.
        language: its language (BCP 47).
        strategy: ``auto``, ``single``, ``contents``, ``headings`` or ``delimiter``.
        delimiter: the line between papers, for the strategy ``delimiter``.

    Raises:
        RegestaError: the strategy asked for finds no hold in the text.
    """
    words = rules(language)
    division = divide(text, language, words, strategy, delimiter)
    names = Names(text, words)
    setter = Setter(language, words, names)
    made = Segmented()
    for position, paper in enumerate(division.papers, start=1):
        blocks = setter.blocks(paper)
        description = describe(paper, blocks, text, language, words, names)
        document_id = address(source_id, paper.start, paper.end)
        made.documents.append(_document(document_id, source_id, position, paper, division.strategy, description, text))
        _add_blocks(made, source_id, document_id, blocks, text, words)
        made.issues += _document_issues(source_id, document_id, paper, description)
    made.issues += _division_issues(source_id, division, made.documents)
    return made


def _document(
    document_id: str,
    source_id: str,
    position: int,
    paper: Paper,
    strategy: str,
    found: Description,
    text: str,
) -> Row:
    words = text[paper.start : paper.end]
    date = found.dating.chosen
    return {
        "document_id": document_id,
        "source_id": source_id,
        "position": position,
        "char_start": paper.start,
        "char_end": paper.end,
        "segmentation": strategy,
        "title": found.title,
        "title_basis": found.title_basis,
        "kind": found.kind,
        "date_edtf": date.edtf if date else None,
        "date_start": date.start if date else None,
        "date_end": date.end if date else None,
        "date_basis": date.basis if date else "none",
        "date_char_start": date.char_start if date else None,
        "date_char_end": date.char_end if date else None,
        "date_conflict": found.dating.rival.edtf if found.dating.rival else None,
        "place": found.place,
        "issuer": found.issuer,
        "outlet": found.outlet,
        "url": found.url,
        "method": "rule",
        "words": len(_WORD.findall(words)),
        "sha256": hashlib.sha256(words.encode()).hexdigest(),
        "text": words,
    }


def _add_blocks(
    made: Segmented, source_id: str, document_id: str, blocks: list[Block], text: str, words: Rules
) -> None:
    position = 0
    for number, block in enumerate(blocks, start=1):
        block_id = address(source_id, block.start, block.end)
        row = {"block_id": block_id, "document_id": document_id, "position": number}
        row |= {"char_start": block.start, "char_end": block.end, "kind": block.kind, "level": block.level}
        row["method"] = "rule"
        made.blocks.append(row)
        if block.kind == "separator":
            continue
        for start, end in _sentences(block, text, words):
            position += 1
            made.sentences.append(
                {
                    "sentence_id": address(source_id, start, end),
                    "block_id": block_id,
                    "document_id": document_id,
                    "position": position,
                    "char_start": start,
                    "char_end": end,
                    "text": text[start:end],
                    "normalized": normalize(text[start:end]),
                    "method": "rule",
                }
            )


def _sentences(block: Block, text: str, words: Rules) -> Iterable[tuple[int, int]]:
    """Sentences of a block. What is not running text is one sentence, whatever full stops stand in it."""
    if block.kind in _RUNNING:
        return split(text, block.start, block.end, words)
    whole = trim(text, block.start, block.end)
    return [whole] if whole else []


def _document_issues(source_id: str, document_id: str, paper: Paper, found: Description) -> list[Row]:
    dating = found.dating
    issues = []
    if dating.chosen and dating.rival:
        message = (
            f"the paper gives itself two dates: {dating.chosen.edtf} ({dating.chosen.basis}) was kept, "
            f"{dating.rival.edtf} ({dating.rival.basis}) was not: {dating.reason}"
        )
        issues.append(
            issue_row(
                source_id,
                document_id,
                dating.rival.char_start,
                dating.rival.char_end,
                "date_conflict",
                message,
            )
        )
    elif dating.chosen and dating.chosen.basis == "inferred":
        message = f"no date is given; {dating.chosen.edtf} was {dating.reason}"
        issues.append(
            issue_row(
                source_id,
                document_id,
                dating.chosen.char_start,
                dating.chosen.char_end,
                "date_inferred",
                message,
            )
        )
    elif not dating.chosen and not paper.front:
        issues.append(
            issue_row(
                source_id,
                document_id,
                paper.start,
                paper.end,
                "date_missing",
                "the paper gives no date for itself",
            )
        )
    return issues


def _division_issues(source_id: str, division: Division, documents: list[Row]) -> list[Row]:
    issues = []
    for start, end, title in division.unmatched:
        message = f"no heading was found for the contents entry {title!r}"
        issues.append(issue_row(source_id, None, start, end, "contents_entry_unmatched", message))
    for number in division.unlisted:
        row = documents[number]
        message = f"the table of contents does not list the paper {row['title']!r}"
        issues.append(
            issue_row(
                source_id,
                row["document_id"],
                row["char_start"],
                row["char_end"],
                "heading_not_in_contents",
                message,
            )
        )
    return issues
