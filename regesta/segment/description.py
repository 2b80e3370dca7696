"""What a paper says of itself: title, kind, place, issuer, outlet and web address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from regesta.segment.blocks import Block
from regesta.segment.dating import Dating, date_paper, news_line
from regesta.segment.marks import Dates, address, host
from regesta.segment.names import Names
from regesta.segment.nations import behind
from regesta.segment.normalize import normalize, strip_markup
from regesta.segment.papers import Paper
from regesta.segment.rules import Rules

_INCIPIT = 12
_LAST_BRACKET = re.compile(r"\s*\(([^()]*)\)\s*\Z")
_CARRYING = (" reports", " informs", " presents")
_CARRIES = re.compile(rf"(?:^|[,.] )(?P<who>[A-Z][\w-]*)(?:{'|'.join(_CARRYING)})\b")
_PLACE_BEFORE_DATE = re.compile(
    r"(?:\b(?:held|done|given|adopted|signed|made)\s+(?:in|at)\s+|\bin the (?:city|town|village) of\s+)"
    r"(?P<place>[A-Z][^\n.;]*)"
)
_NUMBERED = re.compile(r"\s*(?:no\.?|nr\.?|#)?\s*[\dIVXLC]", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()]*\)|\"[^\"]*\"")
# Articles and prepositions that lead to the date ("Paris, le 3 mai") or to the place ("at Paris").
_LEADING = re.compile(r"\A(?:[^\W\dA-Z]+\s+)+|(?:[\s,]+[^\W\dA-Z]{1,3})+\Z")
_WIDE = re.compile(r"\s{2,}")
_BY = re.compile(r"\bby (?:the )?(?P<who>[A-Z].*)")
_MEETING_OF = re.compile(r"\b(?:meeting|session|conference|assembly|congress) of (?:the )?(?P<who>[A-Z].*)")
_AT = re.compile(r",|\b(?:at|on|in|held|during)\b")
_ARTICLE = re.compile(r"\A(?:the|all|all the)\s+", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_BRACKET = re.compile(r"\s*\([^()]*\)")
_PRESS = re.compile(r"\s+press (?:service|office)\Z", re.IGNORECASE)
_QUOTED_NAME = re.compile(r"\"([^\"]{2,60})\"\s+(?=\w)")


@dataclass(frozen=True)
class Description:
    """What a paper says of itself; None where it says nothing."""

    title: str
    title_basis: str
    kind: str
    dating: Dating
    place: str | None
    issuer: str | None
    outlet: str | None
    url: str | None


def describe(paper: Paper, blocks: list[Block], text: str, dates: Dates, words: Rules, names: Names) -> Description:
    """Describe a paper from its blocks."""
    title = _title(paper, blocks, dates)
    heading = normalize(title or "")
    outlet = _outlet(blocks)
    kind = "contents" if paper.front else _kind(heading, blocks, outlet, words)
    return Description(
        title=title or incipit(text[paper.start : paper.end]),
        title_basis="heading" if title else "incipit",
        kind=kind,
        dating=Dating() if paper.front else date_paper(blocks, text, dates, words),
        place=None if paper.front else _place(blocks, words),
        issuer=None if paper.front or kind == "news" else _issuer(heading, blocks, words, names),
        outlet=None if paper.front else outlet,
        url=None if paper.front else _url(blocks),
    )


def incipit(text: str) -> str:
    """The first words of a text, as papers without a title are cited."""
    found = strip_markup(text[:1000]).split(" ")
    return " ".join(found[:_INCIPIT]) + ("…" if len(found) > _INCIPIT else "")


def _title(paper: Paper, blocks: list[Block], dates: Dates) -> str | None:
    if paper.front:
        return " ".join(block.words for block in blocks if block.kind == "heading") or None
    joined = " ".join(block.words for block in blocks if block.kind == "title")
    bracket = _LAST_BRACKET.search(joined)
    if bracket and dates.of_paper(bracket[1]):
        joined = joined[: bracket.start()]
    return joined.strip(" *") or None


def _kind(title: str, blocks: list[Block], outlet: str | None, words: Rules) -> str:
    """The kind of a paper: the noun that heads its title, unless the title is a headline."""
    found = words.kind.search(title)
    heads = bool(found) and len(title[: found.start()].split()) <= 3 if found else False
    if words.headline.search(_main_clause(title)):
        return "news"
    if found and heads:
        return words.kinds[found[0].lower()]
    greeted = any(words.salutation.match(b.plain) for b in blocks[:6] if b.zone != "closing")
    if greeted:
        return "address"
    subtitle = next((b.plain for b in blocks if b.kind == "subtitle" and words.kind.match(b.plain)), None)
    if subtitle:
        return words.kinds[words.kind.match(subtitle)[0].lower()]  # type: ignore[index]
    numbered = found and _NUMBERED.match(title, found.end())
    if found and numbered:
        return words.kinds[found[0].lower()]
    return "news" if outlet else "article"


def _main_clause(title: str) -> str:
    """The title without what stands in brackets or quotation marks."""
    return _ASIDE.sub(" ", title)


def _outlet(blocks: list[Block]) -> str | None:
    for block in reversed(blocks):
        if block.kind == "outlet":
            return address(block.lines.head.text) or block.plain
        if block.kind == "url" and block.zone == "closing":
            return host(address(block.lines.head.text) or block.plain)
    if line := news_line(blocks):
        return line["agency"] or line["other"]
    for block in [b for b in blocks if b.kind == "paragraph"][:3]:
        plain = block.plain
        if any(word in plain for word in _CARRYING) and (said := _CARRIES.search(plain)):
            return said["who"]
    return None


def _url(blocks: list[Block]) -> str | None:
    for block in reversed(blocks):
        if block.kind in ("url", "outlet"):
            found = address(block.lines.foot.text)
            return found if found and "://" in found else None
    return None


def _place(blocks: list[Block], words: Rules) -> str | None:
    for zone in ("closing", "head"):
        for block in blocks:
            if block.zone != zone or block.kind != "dateline":
                continue
            for line, reading in zip(block.lines, block.readings * len(block.lines), strict=False):
                beside = reading.beside if reading.mark == "dateline" else line.plain if reading.mark == "name" else ""
                if place := _place_name(beside, words):
                    return place
            if found := _PLACE_BEFORE_DATE.search("\n".join(line.plain for line in block.lines)):
                return found["place"].strip(" ,")
    news = news_line(blocks)
    return news["place"].strip() if news else None


def _place_name(beside: str, words: Rules) -> str | None:
    """The name in a dateline, without the words that say what sort of place it is."""
    plain = normalize(beside).strip(" ,.:;()*-")
    bare = words.place_word.sub("", plain).strip(" ,.")
    bare = _LEADING.sub("", bare).strip(" ,.")
    bare = _WIDE.sub(" ", bare)
    if not bare or any(c.isdigit() for c in bare) or words.role.search(bare):
        return None
    return bare


def _issuer(title: str, blocks: list[Block], words: Rules, names: Names) -> str | None:
    closing = [b for b in blocks if b.zone == "closing"]
    signatures = [line.plain.strip(" ,.*") for b in reversed(closing) if b.kind == "signature" for line in b.lines]
    for signs in (names.person, names.institution):
        if signed := next((line for line in signatures if signs(line)), None):
            return signed
    for block in closing:
        if block.kind == "dateline" and block.readings[0].mark == "enacted" and (body := _enactor(block, words)):
            return body
    if signatures and signatures[0]:
        return signatures[0]
    heads = [b.plain for b in blocks if b.zone == "head" and b.kind == "subtitle"]
    if body := next((plain for plain in heads if names.institution(plain) and not words.kind.search(plain)), None):
        return body
    for heading in (title, *heads):
        if speaker := _speaker(heading, words, names):
            return speaker
    return None


def _enactor(block: Block, words: Rules) -> str | None:
    """The body in "Adopted by the X at its 5th meeting on …" or "adopted at the meeting of the X held in …"."""
    plain = block.plain
    found = _BY.search(plain) or _MEETING_OF.search(plain)
    if not found:
        return None
    who = _AT.split(found["who"], maxsplit=1)[0].strip(" ,.*")
    return who or None


def _speaker(heading: str, words: Rules, names: Names) -> str | None:
    """Who speaks by the title: "Appeal of X to …", "Statement by X on …", "X Resolution 12"."""
    found = words.kind.search(heading)
    if not found:
        return None
    by = words.by.match(heading, found.end())
    if by:
        rest = _ARTICLE.sub("", heading[by.end() :])
        who = words.stop.split(rest, maxsplit=1)[0]
        return _plain_name(who) if any(word[0].isupper() for word in _WORD.findall(who)) else None
    before = heading[: found.start()].strip()
    return before if before and before[0].isupper() and len(before.split()) >= 2 else None


def _plain_name(who: str) -> str | None:
    """A body's name as authority files have it: without a gloss, the quoted part of a half-quoted name."""
    who = _BRACKET.sub("", who).strip(" ,.-:*")
    if quoted := _QUOTED_NAME.match(who):
        return quoted[1]
    return behind(_PRESS.sub("", who)) or None
