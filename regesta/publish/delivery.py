"""What came of publishing to a target."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Delivery:
    """What came of publishing a release to a target.

    Attributes:
        target: where it went.
        version: the release.
        state: `published`, `unchanged` (all of it was there already) or `retracted`.
        sent: how many files were sent.
        kept: how many were there already, with the same content.
        latest: the version that is the latest there now, where the target has one.
        doi: its DOI, if it got one.
        url: where people find it, if the target says.
        retracted: releases of which the retraction was carried over.
        notes: what the user should know.
    """

    target: str
    version: str
    state: str
    sent: int = 0
    kept: int = 0
    latest: str | None = None
    doi: str | None = None
    url: str | None = None
    retracted: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        told = f"{self.target}: release {self.version} {self.state}, {self.sent} files sent, {self.kept} kept"
        more = [
            f"DOI {self.doi}" if self.doi else "",
            self.url or "",
            f"latest is {self.latest}" if self.latest else "",
        ]
        more += [f"retracted {version}" for version in self.retracted]
        return "; ".join([told, *(part for part in more if part), *self.notes])
