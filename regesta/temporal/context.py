"""Tests of the words around a find: is it a date at all, and which way does the sentence look?

Every test reads a short window left and right of the find; none reads further, so the cost per find is
constant.
"""

from __future__ import annotations

import re

from regesta.temporal.meaning import Meaning

WINDOW = 160
_SENTENCE = re.compile(r"[.!?;][\"'”’)\]]*\s+(?=[\"'“‘(]?[A-ZА-ЯƏİÖÜÇŞĞ])|\n\s*\n|\n")

# --- years ---------------------------------------------------------------------------------------------------------
_NOT_BEFORE_YEAR = re.compile(
    r"(?:[$£€#№%°+=*~×]\s?|\bNo\.?\s?|\bNos\.?\s?|\b(?:articles?|sections?|chapters?|pages?|pp?\.|paragraphs?|rooms?|flight|"
    r"resolutions?|decrees?|recommendations?|opinion|regiments?|brigades?|highway|route|channel|model|series|population|"
    r"USD|EUR|US\$|Rs\.?)\s|\d[.,:/]|[/_]|\d\s\(|[A-Z]/|\d\s|\b(?:about|some|over|nearly|almost|than|least|most|approximately|"
    r"total of|to as many as)\s(?=\Z))\Z",
    re.IGNORECASE,
)
_COUNTED = (
    "people|persons|men|women|children|soldiers|troops|civilians|refugees|families|houses|homes|villages|dead|wounded|killed|"
    "prisoners|captives|hostages|percent|per cent|km|kilometers|kilometres|miles|feet|meters|metres|m|ft|tons|tonnes|pounds|"
    "dollars|euros|manats|rubles|roubles|members|delegates|participants|aircraft|tanks|guns|ships|vessels|planes|horses|"
    "cavalry|infantry|casualties|deaths|inhabitants|residents|students|workers|employees|jobs|shares|points|votes|cases|"
    "books|pages|copies|hectares|acres|square|times|words|dwellings|buildings|schools|hospitals|fighters|officers|sailors|"
    "marines|guerrillas|rebels|militants|knights|archers|hours|days|weeks|months|years|others|more|or so|million|thousand"
)
_NOT_AFTER_YEAR = re.compile(
    rf"\s?%|,\d{{3}}\b|\.\d|[°:]\d|/[\dA-Z]|-(?:strong|seat|page|mile|meter|metre|foot|man|km|acre)\b|\s(?:[a-z]+\s)?(?:{_COUNTED})\b",
    re.IGNORECASE,
)
_YEAR_CUE = re.compile(
    r"\b(?:in|since|of|by|until|till|from|to|and|or|before|after|during|between|through|late|early|mid|circa|ca\.|spring|summer|"
    r"autumn|fall|winter|year|for|around|about|the|as of|prior to|mid-|throughout|into|ending|ended)\s?\Z|[(\[,–-]\s?\Z",
    re.IGNORECASE,
)
_INSTRUMENT = re.compile(
    r"\s(?:[A-Z][\w’'-]*\s(?:and\s|of\s|on\s|the\s)?){0,4}"
    r"(?:Conventions?|Declaration|Treaty|Protocols?|Constitution|Charter|Act|Agreement|Covenant|Accords?|Law|Statute)\b"
)
_CITATION = re.compile(r"\d\)?\s?\(\Z")

# --- months --------------------------------------------------------------------------------------------------------
_NOT_AFTER_MONTH = {
    "may": re.compile(
        r"\s(?:I|we|you|they|he|she|it|God|the|not|be|have|also|this|that|all|his|her|their|your|our|Allah|Day)\b|\.[A-Z]"
    ),
    "march": re.compile(
        r"\s(?:on|to|of the|against|for|through|route|towards?|past|forward|Madness|out|from|up|off|down)\b(?!\s\d)",
        re.IGNORECASE,
    ),
    "august": re.compile(
        r"\s(?:body|institution|company|von|Wilhelm|Bebel|personage|assembly)\b", re.IGNORECASE
    ),
    "april": re.compile(
        r"\s(?!(?:and|or|to|the|of|when|as|at|by|in|through|until|from|after|before|that|with|for|last|this|next|is|was|had|has|will|offensive|uprising)\b)[A-Z][a-z]+"
    ),
    "june": re.compile(
        r"\s(?!(?:The|War|Days?|Uprising|Offensive|Rebellion|Revolution|Movement)\b)[A-Z][a-z]+"
    ),
}
_MONTH_CUE = re.compile(
    r"\b(?:in|since|until|till|during|through|throughout|early|late|mid|last|next|this|by)\s\Z", re.IGNORECASE
)
_NAME_BEFORE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Sir|Lady|Lord|Theresa|Miss|General|Gen|Col|President|Senator|Prime Minister)\.?\s\Z"
)
_PAPER_AFTER = re.compile(
    r"\s(?:Times|Telegraph|Mirror|Express|Mail|Herald|Post|Star|Tribune|Observer|Independent|Mass|Night Live|Agreement)\b"
)
_VERB_MAY = re.compile(r"\b(?:it|they|he|she|we|you|I|who|which|that|there|this|and|or|but)\s\Z")

# --- the yearly day ------------------------------------------------------------------------------------------------
_YEARLY_BEFORE = re.compile(
    r"(?:\b(?:declar\w*|proclaim\w*|designat\w*|establish\w*|announc\w*|recogni[sz]\w*|mark\w*|observ\w*|commemorat\w*|celebrat\w*|"
    r"declaration of|observance of)\s(?:the\s|of\s|every\s)?|\b(?:annually|every year|each year|yearly)[,\s]+(?:on\s)?(?:the\s)?|"
    r"\b(?:memory|anniversary|commemorat\w*|remembrance)\b[^.!?\n]{0,40}\bannually\s(?:on\s)?)\Z",
    re.IGNORECASE,
)
_YEARLY_AFTER = re.compile(
    r"[\"”’',]?\s?(?:(?:has been|was|is|be|been|being|were|shall be|will be|should be|to be)\s(?:\w+\s)?(?:declared|proclaimed|designated|recogni[sz]ed|announced|observed|marked|commemorated|celebrated|known)?\s?)?"
    r"(?:as|is|the|a|to be|,? the)?\s?(?:as\s)?(?:the\s|a\s|an\s|our\s)?[\"“‘'«]?(?:the\s|a\s)?"
    r"(?:(?:national|international|world|official|memorial|commemorative|mourning)\s)?"
    r"(?:\w+\s){0,2}?(?:day\b(?! (?:after|before|when|of the (?:week|meeting|session)))|anniversary day)|"
    r"\s(?:every|each)\syear\b|,?\s(?:annually|yearly)\b",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"\b(?:declar\w*|proclaim\w*|designat\w*|observ\w*|commemorat\w*|mark\w*|mourning)\b", re.IGNORECASE
)
_TODAY_NOW = re.compile(
    r"\b(?:of|until|till|even|still|that|world|countries|Azerbaijan of)\s\Z", re.IGNORECASE
)


_DAY_EVENT = re.compile(
    r"anniversar|\bmark(?:s|ed|ing)?\b|commemorat|mourn|years? (?:since|ago|have|has|pass)|attend|\bheld\b|\bvisit|\bsign(?:s|ed)\b|"
    r"\bmet\b|\bmeet(?:s|ing)?\b|\b(?:laid|pays?|paid|lays?)\b|took place|takes place|open(?:s|ed)\b|gather|honou?r|remember|"
    r"ceremon|arriv|celebrat|observ|\bpass(?:es|ed)\b|morning|evening|tonight|adopted|announced|issued|said|told|reported|session",
    re.IGNORECASE,
)
_STORY_GAP = re.compile(r"\s(?!(?:and|or|in|on|to)\b)[a-z]+(?:\s[a-z]+)?\sof\s\Z")


def lends_across(gap: str) -> bool:
    """Whether a gap is of the kind "the March (events of) 1918"."""
    return _STORY_GAP.match(gap) is not None


def before(buffer: bytes, start: int, size: int, low: int = 0) -> str:
    """Up to ``size`` bytes of the same paragraph and paper before a find, as text."""
    text = buffer[max(low, start - size) : start].decode("utf-8", "ignore")
    cut = max(text.rfind("\n\n") + 2 if "\n\n" in text else 0, text.rfind("\x00") + 1)
    return text[cut:] if cut else text


def after(buffer: bytes, end: int, size: int, high: int | None = None) -> str:
    """Up to ``size`` bytes of the same paragraph and paper after a find, as text."""
    text = buffer[end : end + size if high is None else min(high, end + size)].decode("utf-8", "ignore")
    for mark in ("\n\n", "\x00"):
        if mark in text:
            text = text[: text.index(mark)]
    return text


def inside_url(left: str) -> bool:
    """Whether the find stands within a web address, an e-mail address or a document symbol."""
    tail = left.rsplit(None, 1)[-1] if left and not left[-1].isspace() else ""
    return "://" in tail or "www." in tail.lower() or "@" in tail or tail.count("/") > 1


def is_year(m: Meaning, left: str, right: str) -> bool:
    """Whether four figures that could be a year are one, by what stands around them."""
    assert m.point is not None
    year = m.point.year or 0
    left = left[-28:]
    if m.mod or m.surface[0].isalpha():
        return not _NOT_AFTER_YEAR.match(right)
    if _NOT_BEFORE_YEAR.search(left) or _NOT_AFTER_YEAR.match(right):
        return False
    if right[:1] in "-–" and right[1:2].isdigit():
        return False
    if left[-1:] in "-–" and left[-2:-1].isalnum() and not left[-2:-1].isdigit():
        return left[-5:-1].lower() in ("post", " pre", "-pre", "mid-")
    if year < 1500:
        return bool(_YEAR_CUE.search(left)) and not re.search(
            r"[,(\[–-]\s?\Z|\b(?:the|about|around|to|of|and|for)\s\Z", left
        )
    return True


def in_instrument_name(left: str, right: str) -> bool:
    """Whether a year belongs to a citation: ``822 (1993)``, ``the 1949 Geneva Conventions``."""
    return bool(_CITATION.search(left)) or bool(_INSTRUMENT.match(right) and re.search(r"\bthe\s\Z", left))


def is_month(m: Meaning, left: str, right: str) -> bool:
    """Whether a month's name alone is the month, not a verb or a person."""
    word = m.surface.split()[-1].lower() if m.surface else ""
    if _MONTH_CUE.search(left):
        return True
    test = _NOT_AFTER_MONTH.get(word)
    if test and test.match(right):
        return False
    if _NAME_BEFORE.search(left):
        return False
    if word == "may" and (_VERB_MAY.search(left) or not left.strip() or left.rstrip()[-1:] in '.!?"“'):
        return bool(re.match(r"\s?(?:,|\d|and [A-Z])", right))
    return not (
        word in ("may", "march", "august", "april", "june")
        and re.search(r"\b[A-Z][a-z]+\s\Z", left)
        and not re.search(
            r"\b(?:In|On|By|Since|Until|From|During|Late|Early|After|Before|Between|Through|Last|Next|This|The|And|Of|For|To|Mid)\s\Z",
            left,
        )
    )


def is_weekday(right: str) -> bool:
    """Whether a weekday's name is not part of a newspaper's."""
    return _PAPER_AFTER.match(right) is None


def is_clock(m: Meaning, left: str, right: str) -> bool:
    """Whether figures like ``17.00`` or ``10:30`` are an hour and not a score, a verse, a price or a section."""
    words = re.sub(r"^[A-Za-z ]+ (?=\d)", "", m.surface)
    if re.search(r"[a-z]", words, re.IGNORECASE):
        return True
    if re.search(
        r"[$£€#]\s?\Z|\d[.:,]\Z|\b(?:article|section|chapter|paragraph|no\.?|by|won|lost|beat|score|verse)\s\Z",
        left,
        re.IGNORECASE,
    ):
        return False
    if re.match(
        r"\s?(?:%|percent|per cent|million|billion|thousand|km|kilomet|miles|points|dollars|meters|metres|tons)|[.:]\d",
        right,
    ):
        return False
    if "." in words:
        return (
            bool(
                re.search(
                    r"\b(?:at|by|from|to|until|till|o'clock|held|begins?|starts?|opens?|and)\s\Z",
                    left,
                    re.IGNORECASE,
                )
            )
            and words.count(".") == 1
            and len(words) >= 4
        )
    return True


def sentence_ends(text: str) -> bool:
    """Whether a sentence ends within a text."""
    return _SENTENCE.search(text) is not None


def sentence_left(left: str) -> str:
    """The part of the left window that belongs to the find's own sentence."""
    cut = 0
    for found in _SENTENCE.finditer(left):
        cut = found.end()
    return left[cut:]


def sentence_right(right: str) -> str:
    """The part of the right window that belongs to the find's own sentence."""
    found = _SENTENCE.search(right)
    return right[: found.start()] if found else right


def is_yearly_day(left: str, right: str) -> bool:
    """Whether a bare day is named as the day of every year: declared, observed, commemorated "as the day of …"."""
    near = right[:90].lower()
    if not (
        "day" in near or "year" in near or "annual" in near or "annual" in left[-60:] or "year" in left[-30:]
    ):
        return False
    if re.match(r",?\s(?:19|20)\d\d", right):
        return False
    after = _YEARLY_AFTER.match(right)
    if after and ("year" in after[0].lower() or "annual" in after[0].lower()):
        return True
    if after and (
        _ANNOUNCED.search(sentence_left(left)[-80:])
        or _ANNOUNCED.search(after[0])
        or re.match(r"\s?(?:is|as)\b", right)
    ):
        return True
    return bool(_YEARLY_BEFORE.search(left)) and bool(
        re.search(r"annually|every year|each year|yearly", left[-40:], re.IGNORECASE)
        or re.match(r"[\"”’',]?\s(?:as|the|a|to be)\b", right)
    )


def means_nowadays(left: str, right: str) -> bool:
    """Whether "today" means these times and not the day of writing.

    It is the day when the sentence tells of something that a day holds: an anniversary, a meeting, a
    ceremony.
    """
    if _TODAY_NOW.search(left):
        return True
    return not _DAY_EVENT.search(sentence_left(left) + " " + sentence_right(right))
