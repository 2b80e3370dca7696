"""How the site puts values into words: as reported, and without a word of its own on what is true."""

from __future__ import annotations

BASIS = {
    "explicit": "complete in the words",
    "context": "completed from the text around it",
    "document": "completed from the paper’s own date",
    "none": "not resolved",
}
PAPER_DATE = {
    "heading": "given in the heading",
    "dateline": "given in a dateline",
    "body": "given in the text",
    "inferred": "inferred from an anniversary the paper names",
    "none": "the paper gives no date",
}
RELATION = {
    "clause": "date in the same clause",
    "sentence": "date in the same sentence",
    "paragraph": "last date before it in the paragraph",
    "document": "the paper’s own date",
}
QUALIFIER = {
    "exact": "a plain number",
    "min": "a lower bound",
    "max": "an upper bound",
    "about": "approximate",
    "vague": "an amount without a number",
}
TYPES = {
    "person": "Persons",
    "organization": "Organizations",
    "place": "Places",
    "instrument": "Instruments",
    "work": "Works",
    "event": "Events",
}


def named(code: str) -> str:
    """A code of the taxonomy as words."""
    return code.replace("_", " ")


def number(value: float) -> str:
    """A number as people write it."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.10g}"


def value(low: float | None, high: float | None, qualifier: str) -> str:
    """What the words of a figure state, bounds and vagueness included."""
    if low is None and high is None:
        return "no number"
    if low is not None and high is not None:
        told = number(low) if low == high else f"{number(low)} to {number(high)}"
        return f"about {told}" if qualifier == "about" else told
    if high is None and low is not None:
        return f"{number(low)} or more" if qualifier != "about" else f"about {number(low)} or more"
    return f"up to {number(high or 0.0)}"


def counted(measure: str, group: str, unit: str) -> str:
    """What a figure counts: measure, group, and the unit where it is not persons."""
    who = "" if group == "all" else f", {named(group)}"
    return f"{named(measure)}{who}{'' if unit == 'person' else f' ({named(unit)})'}"


def size(count: int) -> str:
    """A number of bytes."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:,.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:,.1f} MB"


def of(count: int, one: str, many: str | None = None) -> str:
    """A number with its noun."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
