"""States and their names: the base every corpus has, from ISO 3166-1 (pycountry) and Unicode CLDR (Babel)."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import pycountry
from babel import Locale

from regesta.corpus import slug


class Country(NamedTuple):
    """A state: its id here, its code, its label and its names."""

    id: str
    code: str
    label: str
    names: tuple[str, ...]


@cache
def countries() -> tuple[Country, ...]:
    """All states of ISO 3166-1, in the order of their ids."""
    english = Locale("en").territories
    found = []
    for entry in pycountry.countries:
        short = getattr(entry, "common_name", entry.name)
        if ", " in short:
            # "Congo, The Democratic Republic of the" is a heading of the list; papers put it the other way round.
            head, rest = short.split(", ", 1)
            short = f"{rest.removeprefix('The ')} {head}"
        names = {short, english.get(entry.alpha_2, short), getattr(entry, "official_name", short)}
        spoken = sorted({name.replace(" & ", " and ") for name in names if "," not in name})
        found.append(Country(slug(short), entry.alpha_2, short, tuple(spoken)))
    return tuple(sorted(found))
