"""Stand-off marks over a text as well-nested HTML, and any text as text.

Marks may overlap and cross. A mark that another one cuts is written in pieces; the first piece bears its id. Without
its tags the HTML is the text again, code point for code point, but for U+0000, which HTML cannot hold and shows as
U+FFFD.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import NamedTuple

from markupsafe import Markup

# Controls of direction would reorder the words after them, others cannot be seen: each stands alone, with its number.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SPECIAL = re.compile("[&<>\"'\r\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


class Mark(NamedTuple):
    """A mark over a text.

    Attributes:
        start: where it begins, in code points of the source.
        end: where it ends.
        kind: its class: what tells it apart from others.
        id: what a link to it names; None for none.
        href: where it leads; inside another mark that leads somewhere it does not, as HTML has no links in links.
        rank: which of two marks over the same words is the outer one: the smaller.
    """

    start: int
    end: int
    kind: str
    id: str | None = None
    href: str | None = None
    rank: int = 0


def shown(text: object) -> Markup:
    """Any text as HTML that shows it: nothing in it acts, and controls can be seen."""
    return Markup(_escaped(str(text)))  # noqa: S704 (escaped here)


def coded(text: object) -> Markup:
    """A text of ours in which `words` between backticks are code."""
    pieces = str(text).split("`")
    if len(pieces) % 2 == 0:
        return shown(text)
    made = (Markup("<code>{}</code>").format(shown(p)) if n % 2 else shown(p) for n, p in enumerate(pieces))
    return Markup("").join(made)


def plain(text: object) -> str:
    """A text for a title or an attribute, where no mark-up can show a control: without them."""
    return _CONTROLS.sub("", str(text))


def _escaped(text: str) -> str:
    if not _SPECIAL.search(text):
        return text
    # A carriage return as itself would be read as a line feed, and addresses count both.
    return _CONTROLS.sub(_control, html.escape(text).replace("\r", "&#13;"))


def _control(found: re.Match[str]) -> str:
    code = ord(found[0])
    shown_as = found[0] if code else "\ufffd"
    return f'<span class="control" data-code="U+{code:04X}">{shown_as}</span>'


def render(text: str, marks: Iterable[Mark], offset: int = 0, ids: set[str] | None = None) -> Markup:
    """A text with its marks.

    Args:
        text: the words.
        marks: what to mark in them, in any order; what lies outside the text is cut off.
        offset: where the text begins in its source.
        ids: ids that are given already on the page; those given here are added.
    """
    given = ids if ids is not None else set()
    end_of_text = offset + len(text)
    waiting = sorted(
        (m for m in marks if max(m.start, offset) < min(m.end, end_of_text)),
        key=lambda m: (-m.start, m.end, -m.rank, m.kind),
    )
    out: list[str] = []
    stack: list[Mark] = []
    at = offset
    while waiting or stack:
        opens = max(waiting[-1].start, offset) if waiting else end_of_text
        closes = min((m.end for m in stack), default=end_of_text)
        then = min(opens, closes, end_of_text)
        out.append(_escaped(text[at - offset : then - offset]))
        at = then
        if min(closes, end_of_text) <= at:
            _close(stack, at, end_of_text, out, given)
        while waiting and waiting[-1].start <= at < end_of_text:
            _open(waiting.pop(), stack, out, given, first=True)
    out.append(_escaped(text[at - offset :]))
    return Markup("".join(out))  # noqa: S704 (escaped piece by piece)


def _close(stack: list[Mark], at: int, end_of_text: int, out: list[str], given: set[str]) -> None:
    """Close what ends here; what was opened inside it and goes on is closed too and opened again."""
    cut: list[Mark] = []
    while any(min(m.end, end_of_text) <= at for m in stack):
        mark = stack.pop()
        out.append(f"</{_tag(mark, stack)}>")
        if min(mark.end, end_of_text) > at:
            cut.append(mark)
    for mark in reversed(cut):
        _open(mark, stack, out, given, first=False)


def _open(mark: Mark, stack: list[Mark], out: list[str], given: set[str], *, first: bool) -> None:
    tag = _tag(mark, stack)
    named = ""
    if first and mark.id is not None and mark.id not in given:
        given.add(mark.id)
        named = f' id="{html.escape(mark.id)}"'
    href = f' href="{html.escape(mark.href or "")}"' if tag == "a" else ""
    kind = mark.kind if first else f"{mark.kind} on"
    out.append(f'<{tag} class="{kind}"{named}{href}>')
    stack.append(mark)


def _tag(mark: Mark, outside: list[Mark]) -> str:
    return "a" if mark.href and not any(m.href for m in outside) else "span"
