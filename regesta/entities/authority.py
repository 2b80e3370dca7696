"""Authority files: the people, bodies, places, instruments, works and events that an editor has entered.

One CSV file a type in the folder `authority` of a corpus; `docs` of the columns in `COLUMNS`. Several values in a cell
are set apart by ` | `. The states of ISO 3166-1 are always there; a row with the id of one adds names to it.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from regesta.entities.countries import countries
from regesta.entities.rules import Rule, parse_rule
from regesta.errors import RegestaError
from regesta.spans import SLUG_PATTERN

FOLDER = "authority"
IGNORED = "ignored.csv"
"""Names that an editor has looked at and found to name nothing: never candidates again."""
FILES = {
    "persons": "person",
    "organizations": "organization",
    "places": "place",
    "instruments": "instrument",
    "works": "work",
    "events": "event",
}
COLUMNS = {
    "id": "short name, lower-case letters, digits and hyphens; never changed once published",
    "label": "the name in full, in neutral English",
    "variants": "other names, set apart by ' | '",
    "country": "ISO 3166-1 alpha-2 code",
    "latitude": "degrees north",
    "longitude": "degrees east",
    "wikidata": "Wikidata item, only where a source vouches for it",
    "valid_from": "first day, month or year (EDTF) on which the thing exists",
    "valid_to": "last one",
    "rules": "when a name counts: 'Name: clause; clause | Name: clause' (see regesta.entities.rules)",
    "description": "what it is, in a few words; published",
    "note": "sources of ids and coordinates, remarks for editors",
}
_ID = re.compile(SLUG_PATTERN)
_DAY = re.compile(r"-?\d{4}(?:-\d{2}(?:-\d{2})?)?[~?%]?")


@dataclass(frozen=True, slots=True)
class Entity:
    """An entry of an authority file."""

    id: str
    type: str
    label: str
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    wikidata: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    description: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A name of an entity, and the rule that says when it counts, if there is one."""

    text: str
    entity_id: str
    rule: Rule | None = None


@dataclass(frozen=True)
class Authority:
    """Entries and their names.

    Attributes:
        entities: the entries by id.
        names: every name of every entry; one name may stand more than once, then rules tell the bearers apart.
        ignored: names that are no candidates.
    """

    entities: Mapping[str, Entity] = field(default_factory=dict)
    names: tuple[Name, ...] = ()
    ignored: frozenset[str] = frozenset()

    @cached_property
    def sha256(self) -> str:
        """A hash of all entries and names: changes whenever anything that matters to the tables does."""
        lines = [repr(self.entities[key]) for key in sorted(self.entities)] + sorted(repr(name) for name in self.names)
        lines += sorted(self.ignored)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def __add__(self, other: Authority) -> Authority:
        """Both; where both know a name, this one's entry keeps it."""
        mine = {name.text for name in self.names}
        names = (*self.names, *(name for name in other.names if name.text not in mine))
        return Authority({**other.entities, **self.entities}, names, self.ignored | other.ignored)


def base() -> Authority:
    """The states of ISO 3166-1."""
    entities = {c.id: Entity(c.id, "place", c.label, country=c.code, description="state") for c in countries()}
    return Authority(entities, tuple(Name(name, c.id) for c in countries() for name in c.names))


def load(folder: Path, with_base: bool = True) -> Authority:
    """The authority files in a folder (`<corpus>/authority`) with the states of the world; without files, those alone.

    Raises:
        RegestaError: a file cannot be read as it should; the message names file, line and cure.
    """
    rows: list[_Row] = []
    for stem, kind in FILES.items():
        path = folder / f"{stem}.csv"
        if path.exists():
            rows += _read(path, kind)
    if folder.is_dir():
        for path in sorted(folder.glob("*.csv")):
            if path.stem not in FILES and path.name != IGNORED:
                raise RegestaError(
                    f"{path}: no such authority file; those read: {', '.join(f'{stem}.csv' for stem in FILES)}"
                )
    ignored = _ignored(folder / IGNORED)
    return replace(_joined(rows, base() if with_base else Authority()), ignored=ignored)


@dataclass(frozen=True, slots=True)
class _Row:
    where: str
    entity: Entity
    names: tuple[Name, ...]


def _ignored(path: Path) -> frozenset[str]:
    """The names in the first column of the file, below its heading; none where there is no file."""
    if not path.exists():
        return frozenset()
    rows = list(csv.reader(_text(path).splitlines()))
    if not rows or rows[0][:1] != ["name"]:
        raise RegestaError(f"{path}:1: the first column must be called name")
    return frozenset(row[0].strip() for row in rows[1:] if row and row[0].strip())


def _text(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RegestaError(
            f"{path}:{line}: not UTF-8; save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8')"
        ) from None


def _read(path: Path, kind: str) -> list[_Row]:
    reader = csv.reader(_text(path).splitlines(keepends=True), strict=True)
    try:
        head = next(reader, None)
        if not head or "id" not in head or "label" not in head:
            raise RegestaError(f"{path}:1: the first line must name the columns, id and label among them")
        odd = [name for name in head if name not in COLUMNS]
        if odd:
            raise RegestaError(f"{path}:1: unknown column {odd[0]!r}; known: {', '.join(COLUMNS)}")
        rows = []
        before = reader.line_num
        for cells in reader:
            where = f"{path}:{before + 1}"
            before = reader.line_num
            if len(cells) > len(head):
                raise RegestaError(
                    f"{where}: {len(cells)} cells but {len(head)} columns; put quotes around a cell with a comma"
                )
            if any(cell.strip() for cell in cells):
                rows.append(_row(where, kind, dict(zip(head, (cell.strip() for cell in cells), strict=False))))
    except csv.Error as error:
        raise RegestaError(f"{path}:{reader.line_num}: not a CSV file: {error}") from None
    return rows


def _row(where: str, kind: str, cells: Mapping[str, str]) -> _Row:
    def cell(name: str) -> str | None:
        return cells.get(name) or None

    key, label = cells.get("id", ""), cells.get("label", "")
    if not _ID.fullmatch(key):
        raise RegestaError(
            f"{where}: id {key!r}; an id is lower-case letters, digits and hyphens, such as 'un-charter'"
        )
    if not label:
        raise RegestaError(f"{where}: {key} has no label; enter its name in full")
    if cell("country") and cell("country") not in {c.code for c in countries()}:
        raise RegestaError(f"{where}: country {cells['country']!r} is no code of ISO 3166-1 alpha-2, such as 'FR'")
    if cell("wikidata") and not re.fullmatch(r"Q[1-9]\d*", cells["wikidata"]):
        raise RegestaError(f"{where}: wikidata {cells['wikidata']!r}; an item looks like Q42")
    for name in ("valid_from", "valid_to"):
        if cell(name) and not _DAY.fullmatch(cells[name]):
            raise RegestaError(f"{where}: {name} {cells[name]!r}; write a year, month or day such as 1993-04-30")
    entity = Entity(
        id=key,
        type=kind,
        label=label,
        country=cell("country"),
        latitude=_degrees(where, cells, "latitude", 90),
        longitude=_degrees(where, cells, "longitude", 180),
        wikidata=cell("wikidata"),
        valid_from=cell("valid_from"),
        valid_to=cell("valid_to"),
        description=cell("description"),
        note=cell("note"),
    )
    if (entity.latitude is None) != (entity.longitude is None):
        raise RegestaError(f"{where}: {key} has only one coordinate; enter both or neither")
    return _Row(where, entity, _names(where, entity, cells))


def _degrees(where: str, cells: Mapping[str, str], name: str, limit: int) -> float | None:
    value = cells.get(name)
    if not value:
        return None
    try:
        degrees = float(value)
    except ValueError:
        raise RegestaError(
            f"{where}: {name} {value!r} is no number; write degrees with a point, such as 39.91361"
        ) from None
    if not -limit <= degrees <= limit:
        raise RegestaError(f"{where}: {name} {value} is out of range; it lies between -{limit} and {limit}")
    return degrees


def _names(where: str, entity: Entity, cells: Mapping[str, str]) -> tuple[Name, ...]:
    texts = [entity.label]
    if cells.get("variants"):
        texts += [part.strip() for part in cells["variants"].split("|")]
    rules: dict[str, Rule] = {}
    for part in filter(None, (part.strip() for part in cells.get("rules", "").split("|"))):
        try:
            name, rule = parse_rule(part)
        except ValueError as error:
            raise RegestaError(f"{where}: rule {part!r}: {error}") from None
        if name not in texts:
            raise RegestaError(
                f"{where}: rule {part!r} is about {name!r}, which is neither label nor variant of {entity.id}"
            )
        rules[name] = rule
    for text in texts:
        if not text:
            raise RegestaError(f"{where}: {entity.id} has an empty variant; take out the needless '|'")
        if sum(char.isalnum() for char in text) < 2:
            raise RegestaError(
                f"{where}: variant {text!r} of {entity.id} is a single letter, which would be found everywhere"
            )
    return tuple(Name(text, entity.id, rules.get(text)) for text in dict.fromkeys(texts))


def _joined(rows: Iterable[_Row], ground: Authority) -> Authority:
    seen: dict[str, str] = {}
    bearers: dict[str, list[tuple[_Row, Name]]] = {}
    entities: dict[str, Entity] = {}
    for row in rows:
        if row.entity.id in seen:
            raise RegestaError(
                f"{row.where}: id {row.entity.id!r} stands already in {seen[row.entity.id]}; give each entry its own"
            )
        seen[row.entity.id] = row.where
        entities[row.entity.id] = _over(ground.entities.get(row.entity.id), row)
        for name in row.names:
            bearers.setdefault(name.text, []).append((row, name))
    for text, claims in bearers.items():
        if sum(not (name.rule and name.rule.decides) for _, name in claims) > 1:
            others = ", ".join(f"{row.entity.id} ({row.where})" for row, _ in claims[:-1])
            last = claims[-1][0]
            raise RegestaError(
                f"{last.where}: {text!r} names {last.entity.id} and also {others}; take it from one of them, or add a "
                f"rule that tells them apart, such as '{text}: near WORD, WORD'"
            )
    mine = Authority(entities, tuple(name for claims in bearers.values() for _, name in claims))
    both = mine + ground
    return replace(both, names=tuple(sorted(both.names, key=lambda name: (name.text, name.entity_id))))


def _over(ground: Entity | None, row: _Row) -> Entity:
    """An entry over the state of the same id: what the entry leaves open the state fills."""
    if ground is None:
        return row.entity
    if ground.type != row.entity.type:
        raise RegestaError(f"{row.where}: id {ground.id!r} is the state {ground.label}; use another id")
    given = {
        name: value
        for name in ("country", "description")
        if (value := getattr(row.entity, name) or getattr(ground, name))
    }
    return replace(row.entity, **given)
