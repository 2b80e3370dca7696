"""Metadata that nobody can find or use stop publication."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regesta.corpus import CATALOGUE, Corpus
from regesta.errors import RegestaError

_WANTED = {
    "title": "`title`: nobody can tell it from others",
    "description": "`description`: no search will find it",
    "licenses": "`[[corpus.licenses]]`: nobody knows what may be done with it",
}


def blockers(descriptor: Mapping[str, Any]) -> list[str]:
    """What a release lacks to be found and used, each by the name of its key in the catalogue.

    Args:
        descriptor: the content of datapackage.json.
    """
    return [f"no {what}" for key, what in _WANTED.items() if not descriptor.get(key)]


def refuse_poor(corpus: Corpus, where: str = CATALOGUE) -> None:
    """Refuse a corpus whose catalogue leaves out what makes data findable.

    A folder without a catalogue passes: its release is for its maker alone until there is one, and its datasheet says
    what is not known. Whoever sends a release to others asks `refuse_blocked`, which knows no such exception.

    Args:
        corpus: the catalogue.
        where: the catalogue's file, for the message.

    Raises:
        RegestaError: naming every key that is missing.
    """
    if corpus.assumptions:
        return
    refuse_blocked(corpus.model_dump(include=set(_WANTED)), where)


def refuse_blocked(descriptor: Mapping[str, Any], where: str) -> None:
    """Refuse a release, or what is to become one, whose metadata nobody can find or use it by.

    Args:
        descriptor: the content of datapackage.json, or as much of it as `blockers` reads.
        where: what is refused, for the message.

    Raises:
        RegestaError: naming every key that is missing.
    """
    if missing := blockers(descriptor):
        raise RegestaError(
            f"{where}: not published: the metadata are too poor: {'; '.join(missing)}; add what is missing under "
            f"[corpus] in {CATALOGUE} (docs/catalogue.md shows how)"
        )
