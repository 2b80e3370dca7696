"""Rows of the table `issues`: what was odd but survivable."""

from __future__ import annotations

from typing import Any

from regesta.spans import address


def issue_row(source_id: str, document_id: str | None, start: int, end: int, code: str, message: str) -> dict[str, Any]:
    """An issue about a span of a source."""
    return {
        "issue_id": f"{address(source_id, start, end)}#{code}",
        "source_id": source_id,
        "document_id": document_id,
        "char_start": start,
        "char_end": end,
        "code": code,
        "message": message,
    }


def corpus_issue_row(number: int, code: str, message: str) -> dict[str, Any]:
    """An issue about the corpus as a whole, the `number`-th of its code."""
    return {"issue_id": f"#{code}-{number}", "code": code, "message": message}
