"""How official papers put numbers, each way shown on sentences of floods, mines and factories."""

from __future__ import annotations

import pytest

from tests.figures.test_measures import FiguresOf

Told = list[tuple[str, str, str, str]]


def brief(figures_of: FiguresOf, text: str) -> Told:
    """(surface, measure, group, qualifier) of the figures of a text."""
    return [(r["surface"], r["measure"], r["group"], r["qualifier"]) for r in figures_of(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Killed: 61 people; including children – 9, women – 14, old people – 7.",
         [("61", "killed", "all", "exact"), ("9", "killed", "children", "exact"), ("14", "killed", "women", "exact"),
          ("7", "killed", "elderly", "exact")]),
        ("The dead: 61, including 14 women, 9 children; wounded: 87; missing: 15.",
         [("61", "killed", "all", "exact"), ("14", "killed", "women", "exact"), ("9", "killed", "children", "exact"),
          ("87", "wounded", "all", "exact"), ("15", "missing", "all", "exact")]),
        ("421 were wounded, 76 of whom were children.",
         [("421", "wounded", "all", "exact"), ("76", "wounded", "children", "exact")]),
        ("41 villagers perished, 9 out of them children.",
         [("41", "killed", "all", "exact"), ("9", "killed", "children", "exact")]),
        ("Of the 366 miners underground, 120 were killed, 87 wounded, and 15 are still missing.",
         [("366", "other", "all", "exact"), ("120", "killed", "all", "exact"), ("87", "wounded", "all", "exact"),
          ("15", "missing", "all", "exact")]),
        ("18 of the 40 injured died in hospital.",
         [("18", "killed", "all", "exact"), ("40", "wounded", "all", "exact")]),
        ("20 people were killed, 50 wounded or disabled, and about 4 went missing.",
         [("20", "killed", "all", "exact"), ("50", "wounded", "all", "exact"), ("4", "missing", "all", "about")]),
        ("3 tourists and 2 guides drowned, and one is missing.",
         [("3", "killed", "all", "exact"), ("2", "killed", "all", "exact"), ("one", "missing", "all", "exact")]),
        ("The quake left 190 dead, 150 injured and half a million homeless.",
         [("190", "killed", "all", "exact"), ("150", "wounded", "all", "exact"),
          ("half a million", "displaced", "all", "exact")]),
        ("A column of 200 refugees set out; only 40 reached the town.", [("200", "displaced", "all", "exact")]),
    ],
)  # fmt: skip
def test_lists_and_ellipsis(figures_of: FiguresOf, text: str, wanted: Told) -> None:
    assert brief(figures_of, text) == wanted


@pytest.mark.parametrize(
    ("text", "surface", "qualifier", "low", "high"),
    [
        ("No fewer than 45 miners died.", "45", "min", 45, None),
        ("Not more than 45 miners died.", "45", "max", None, 45),
        ("Between 300 to 400 miners were injured.", "300 to 400", "exact", 300, 400),
        ("From 800 up to 1000 people were killed.", "800 up to 1000", "exact", 800, 1000),
        ("As many as 1500 to 2000 people attended the ceremony.", "1500 to 2000", "exact", 1500, 2000),
        ("A few dozen people were hurt.", "A few dozen", "vague", None, None),
        ("About 2 thousand 500 people were evacuated.", "2 thousand 500", "about", 2500, 2500),
        ("A hundred and fifty miners lost their lives.", "A hundred and fifty", "exact", 150, 150),
        ("One of each eight residents became a refugee.", "One of each eight", "exact", 12.5, 12.5),
        ("A crowd 5,000-strong gathered at the gate.", "5,000", "exact", 5000, 5000),
    ],
)
def test_bounds(
    figures_of: FiguresOf, text: str, surface: str, qualifier: str, low: float | None, high: float | None
) -> None:
    [row] = figures_of(text)
    assert (row["surface"], row["qualifier"], row["value_low"], row["value_high"]) == (surface, qualifier, low, high)


@pytest.mark.parametrize(
    ("text", "surface", "measure", "group", "unit"),
    [
        ("The massacre of miners was recognised by 16 US states.", "16", "recognised_by", "all", "state"),
        ("25 children were left without parents.", "25", "orphaned_both", "children", "person"),
        ("The flood made 130 children half-orphans.", "130", "orphaned_one", "children", "person"),
        ("Five families were wholly annihilated.", "Five", "families_destroyed", "all", "family"),
        ("The bodies of 335 miners were identified.", "335", "recovered_bodies", "all", "person"),
        ("Arrest warrants were issued for 18 persons.", "18", "investigated", "all", "person"),
        ("Around 100 schools were burned.", "100", "buildings", "schools", "building"),
        ("The crew burned 12 barns.", "12", "buildings", "barns", "building"),
        ("The army captured 12 districts.", "12", "districts_occupied", "all", "district"),
        ("The total damage is estimated at 53.5 billion US dollars.", "53.5 billion US dollars", "damage_money", "all",
         "USD"),
        ("The death toll rose to 613.", "613", "killed", "all", "person"),
        ("The number of refugees exceeded one million.", "one million", "displaced", "all", "person"),
        ("Many froze; hundreds of people froze in the mountains.", "hundreds", "killed", "all", "person"),
    ],
)  # fmt: skip
def test_measures(figures_of: FiguresOf, text: str, surface: str, measure: str, group: str, unit: str) -> None:
    [row] = figures_of(text)
    assert (row["surface"], row["measure"], row["group"], row["unit"]) == (surface, measure, group, unit)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The commission considered 1625 appeals.", [("1625", "investigated", "all", "exact")]),
        ("The court heard 1993 appeals in 1994.", [("1993", "investigated", "all", "exact")]),
        ("In 1993 people fled the valley.", []),
        ("The 1993 victims remember the 1992 events.", []),
    ],
)
def test_years_and_counts(figures_of: FiguresOf, text: str, wanted: Told) -> None:
    assert brief(figures_of, text) == wanted


@pytest.mark.parametrize(
    ("text", "words", "entity"),
    [
        ("France reported that 41 people were killed.", "France", "france"),
        ("The mayor of Millbrook said that 41 people were killed.", "The mayor of Millbrook", None),
        ("41 people were killed, police reported.", "police", None),
        ("The damage is estimated at 41 million dollars.", None, None),
        ("The disaster was recognised by 16 US states.", None, None),
    ],
)
def test_entities_as_sources(figures_of: FiguresOf, text: str, words: str | None, entity: str | None) -> None:
    [row] = figures_of(text)
    assert (row["attributed_to"], row["attributed_to_entity_id"], row["method"]) == (words, entity, "rule")
