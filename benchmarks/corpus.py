"""Corpora of any size: official papers from a grammar, with names, dates and numbers that do not come again.

    python -m benchmarks.corpus --size 100MB --files 10000 --seed 1 OUT

OUT is a corpus folder: texts, a catalogue and authority files. A file holds one paper or many, by its size; a paper has
a heading, a dateline, paragraphs, now and then a list or a quotation, and a signature. What it is about is made up:
places, persons and bodies are built of syllables, days are drawn from 1900 to 2025 and written in ten ways, numbers
from all sizes, and each sentence is put together of an opening, a clause and an end. About as many dates, names and
figures stand in a kilobyte as in the papers of `raw/`. Same arguments, same bytes.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

import numpy as np

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SYLLABLES = (
    "ba", "be", "bi", "bo", "bra", "da", "de", "di", "do", "dra", "fa", "fe", "ga", "gi", "go", "gra", "ka", "ke", "ki",
    "ko", "kor", "la", "le", "li", "lo", "lun", "ma", "me", "mi", "mo", "mar", "na", "ne", "ni", "no", "nor", "pa",
    "pe", "pi", "po", "ra", "re", "ri", "ro", "sa", "se", "si", "so", "sta", "ta", "te", "ti", "to", "tor", "va",
    "ve", "vi", "vo", "vel", "za", "ze", "zu",
)  # fmt: skip
"""What made-up words and names are built of."""
GLUE = (
    "the", "a", "of", "to", "in", "and", "was", "were", "had", "by", "for", "with", "that", "from", "on", "it",
    "they", "he", "at", "which", "as", "an", "be", "said",
)  # fmt: skip
"""Small words that stand between them."""

T = TypeVar("T")
_BLOCK = 8192
# Every so manieth name is new.
_FRESH = 16
_FIRST_DAY = dt.date(1900, 1, 1).toordinal()
_MIDDLE_DAY = dt.date(1960, 1, 1).toordinal()
_LAST_DAY = dt.date(2025, 12, 31).toordinal()
_UNITS = {"kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_COLUMNS = (
    "id", "label", "variants", "country", "latitude", "longitude", "wikidata", "valid_from", "valid_to", "rules",
    "description", "note",
)  # fmt: skip

# Words in braces are drawn anew each time; see `Grammar.slots` for what each is.
_OPENINGS = (
    *[""] * 60, "On {day} ", "On {day}, ", "In {month} ", "In {year}, ", "As {person} told {body}, ", "Meanwhile ",
    "According to {body}, ", "Two weeks later, ", "The next day ", "Since {year} ", "Between {before} and {after}, ",
    "Last {weekday} ", "By the evening of {day} ", "During the {noun} of {month}, ", "After the {noun} in {place}, ",
    "Under resolution {small} ({year}), ", "For {small} days ", "At {hour} on {day}, ", "In spite of the {noun} ",
)  # fmt: skip
_CLAUSES = (
    "the {adjective} {noun} of {place} was {verbed} by {body}",
    "{person} {said} that the {noun} between {place} and {place} must be {verbed}",
    "{body} {said} that {number} people had left {place}",
    "{number} {people} were killed and {number} wounded in {place}",
    "the {noun} of {place} and the {adjective} {noun} of {place} were {verbed}",
    "{body} {verbed} the {adjective} {noun} on the {noun} of {wordy} {noun}",
    "{place} and {place} {verbed} a {noun}, and {person} signed it for {body}",
    "{number} {things} in the {adjective} part of {place} were {verbed}",
    "the {noun} was {verbed} with {adjective} {noun}, which {person} called {adjective}",
    "the {body2} of {place} asked {person} to {verb} the {noun}",
    "about {number} {people} from {place} and {place} remain missing",
    "the {noun} cost {money} and {verbed} {percent} per cent of the {noun}",
    "{person}, {office} of {place}, {verbed} the {wordy} of the {noun}",
    "the {adjective} {noun} shall be {verbed} in accordance with article {small} of the {noun}",
    "the {wordy} {noun} of the {adjective} {noun} has been {verbed} more than once",
    "no {noun} and no {adjective} {noun} was {verbed} there",
    "a {noun} of {number} {people}, among them {small} children and {small} women, was {verbed} near {place}",
    "{body} and the {body2} of {place} {verbed} each other's {noun}",
)
# What names nothing and counts nothing.
_PLAIN_CLAUSES = (
    "the {adjective} {wordy} that {verbed} every {noun} {verbed} {adjective} {things}, and nobody {said} why {people} "
    "of {adjective} {wordy} {verbed} their {noun} with {adjective} {things}",
    "{body} called on {people} to {verb} {adjective} {noun} and {wordy} without {adjective} {noun} or {verb} {things}",
    "neither {noun} nor {adjective} {wordy} {verbed} what {people} {verbed} by {noun} and {adjective} {noun}",
    "the {noun} of the {adjective} {noun} and the {wordy} {noun} were {verbed} in the same {noun}",
)
_ENDS = (
    *[""] * 60, " on {day}", " in {month}", " in {year}", " ({year})", ", as {body} {said}", ", {person} {said}",
    " at the {noun} of {place}", " for the {adjective} {noun}", " before {day}", " from {first} to {last}",
    " within {small} months", ", although the {noun} was {adjective}", " and that the {noun} be {verbed}",
    " three years earlier",
)  # fmt: skip
_HEADINGS = (
    "Statement by {body} on the {adjective} {noun} of {place}",
    "Resolution {small} on the {noun} of {place}",
    "Address by {person}, {office} of {place}",
    "Letter of {person} to {body}",
    "Report of {body} on the {noun} in {place}",
    "Decree of the {office} of {place} on the {adjective} {noun}",
)
_LISTS = ("the {adjective} {noun} of {place};", "{number} {people} of {place};", "the {noun} of {day};")
_WORDS = {
    "noun": (
        "agreement withdrawal commission ceasefire settlement border road bridge hospital school inquiry hearing budget"
        " convoy harvest census archive treaty session assembly election shipment blockade corridor railway station"
        " village market prison court appeal verdict petition delegation mission mandate report flood drought fire"
        " evacuation rescue shelter supply grain water power line mine field factory harbour ship dispute claim"
    ),
    "adjective": (
        "northern southern eastern western central joint annual final urgent peaceful armed civil military economic"
        " public local regional national international provisional permanent serious lasting partial complete grave"
        " humanitarian judicial legal political social technical early late general special"
    ),
    "verbed": (
        "adopted rejected opened closed destroyed rebuilt delayed announced discussed confirmed denied examined"
        " suspended renewed attacked defended occupied evacuated inspected signed funded burned searched repaired"
        " condemned welcomed recalled recorded published withdrawn extended divided"
    ),
    "verb": "adopt reject open close rebuild delay announce discuss confirm examine suspend renew inspect fund repair",
    "said": "said declared reported stated announced noted added recalled",
    "people": "people civilians soldiers inhabitants refugees women children families prisoners workers residents",
    "things": "houses buildings schools hectares vehicles villages shops bridges wells books farms",
    "office": "President Minister Governor Ambassador Mayor Speaker Commissioner Ombudsman",
    "body2": "parliament government council assembly ministry court",
}


def _cased(word: str) -> str:
    return word[0].upper() + word[1:]


class Grammar:
    """Draws sentences and papers; one stream of random numbers, so that the same seed gives the same text."""

    def __init__(self, seed: int, names: int = 4_000) -> None:
        """Make the names of a world.

        Args:
            seed: where the random numbers begin.
            names: how many places its authority file has; of persons as many, of bodies a quarter.
        """
        # The legacy generator: its stream is the same in every version of numpy, as that of the new ones need not be.
        self._rng = np.random.RandomState(seed)
        self._stem = [a + b for a in SYLLABLES for b in SYLLABLES]
        self._tail = ["", *SYLLABLES, *self._stem[: len(SYLLABLES) * 2]]
        places = list(dict.fromkeys(_cased(word) for word in self._words(names, 2)))
        persons = [
            f"{_cased(a)} {_cased(b)}" for a, b in zip(self._words(names, 1), self._words(names, 2), strict=True)
        ]
        kinds = ("Council", "Committee", "Ministry", "Union", "Agency")
        bodies = [f"{_cased(w)} {kinds[n % len(kinds)]}" for n, w in enumerate(self._words(names // 4, 2))]
        self.authority = {"places": places, "persons": sorted(set(persons)), "organizations": sorted(set(bodies))}
        """Names that the authority files hold."""
        self.slots: Mapping[str, Iterator[str]] = {
            **{name: self._pick(words.split()) for name, words in _WORDS.items()},
            "wordy": self._stream(lambda: self._words(_BLOCK, 1)),
            "place": self._names(places, lambda count: [_cased(w) for w in self._words(count, 2)]),
            "person": self._names(self.authority["persons"], self._new_persons),
            "body": self._names(
                [f"the {body}" for body in self.authority["organizations"]],
                lambda count: [f"the {_cased(w)} Committee" for w in self._words(count, 2)],
            ),
            "day": self._stream(lambda: self._days(_FIRST_DAY, _LAST_DAY)),
            "first": self._stream(lambda: self._days(_FIRST_DAY, _MIDDLE_DAY)),
            "last": self._stream(lambda: self._days(_MIDDLE_DAY, _LAST_DAY)),
            "before": self._numbers(1900, 1960, str),
            "after": self._numbers(1961, 2026, str),
            "month": self._stream(self._months),
            "year": self._numbers(1900, 2026, str),
            "weekday": self._pick(DAYS),
            "hour": self._numbers(0, 24 * 60, lambda n: f"{n // 60:02d}:{n % 60:02d}"),
            "small": self._numbers(2, 100, str),
            "percent": self._numbers(1, 100, str),
            "number": self._stream(self._figures),
            "money": self._numbers(1, 9_999, lambda n: f"${n:,} million" if n % 2 else f"{n * 100:,} US dollars"),
        }
        parts = zip(
            *(self._frames(frames) for frames in (_OPENINGS, (*_CLAUSES, *_PLAIN_CLAUSES * 3), _ENDS)), strict=True
        )
        self._sentence = map("%s%s%s.".__mod__, parts)
        self._heading = self._frames(_HEADINGS)
        self._item = self._frames(_LISTS)
        self._dice = self._numbers(0, 1 << 30, int)

    # --- streams ------------------------------------------------------------------------------------------------------

    def _stream(self, block: Callable[[], Sequence[T]]) -> Iterator[T]:
        return chain.from_iterable(iter(block, None))

    def _pick(self, words: Sequence[T]) -> Iterator[T]:
        return self._stream(lambda: [words[n] for n in self._rng.randint(0, len(words), _BLOCK).tolist()])

    def _numbers(self, low: int, high: int, form: Callable[[int], T]) -> Iterator[T]:
        return self._stream(lambda: [form(n) for n in self._rng.randint(low, high, _BLOCK).tolist()])

    def _words(self, count: int, more: int) -> list[str]:
        """Made-up words of two syllables, and up to `more` times one or two more of them."""
        stems = [self._stem, *[self._tail] * more]
        columns = (map(s.__getitem__, self._rng.randint(0, len(s), count).tolist()) for s in stems)
        return list(map("".join, zip(*columns, strict=True)))

    def _names(self, known: Sequence[str], fresh: Callable[[int], list[str]]) -> Iterator[str]:
        """Names of the authority, few of them often and most seldom, and now and then a new one."""

        def block() -> list[str]:
            often = (self._rng.random_sample(_BLOCK) ** 4 * len(known)).astype(int).tolist()
            made = [known[n] for n in often]
            made[::_FRESH] = fresh(_BLOCK // _FRESH)
            return made

        return self._stream(block)

    def _new_persons(self, count: int) -> list[str]:
        pairs = zip(self._words(count, 1), self._words(count, 2), strict=True)
        return [f"{_cased(a)} {_cased(b)}" for a, b in pairs]

    def _days(self, first: int, last: int) -> list[str]:
        days = map(dt.date.fromordinal, self._rng.randint(first, last, _BLOCK).tolist())
        return [_written(day, form) for day, form in zip(days, self._rng.randint(0, 10, _BLOCK).tolist(), strict=True)]

    def _months(self) -> list[str]:
        drawn = self._rng.randint(0, 126 * 12, _BLOCK).tolist()
        return [f"{MONTHS[n % 12]} {1900 + n // 12}" for n in drawn]

    def _figures(self) -> list[str]:
        """Numbers of all sizes, small ones more often."""
        drawn = (10 ** (1 + self._rng.random_sample(_BLOCK) * 5.5)).astype(int).tolist()
        return [f"{n:,}" if n % 3 else str(n) for n in drawn]

    def _frames(self, frames: Sequence[str]) -> Iterator[str]:
        """Frames drawn at random and filled."""
        made = []
        for frame in dict.fromkeys(frames):
            names = re.findall(r"\{(\w+)\}", frame)
            made.append((re.sub(r"\{\w+\}", "%s", frame), [self.slots[name] for name in names]))
        number = {frame: n for n, frame in enumerate(dict.fromkeys(frames))}
        choice = np.array([number[frame] for frame in frames])

        def block() -> list[str]:
            drawn = choice[self._rng.randint(0, len(choice), _BLOCK)]
            filled: list[str] = []
            # All of one frame at a go, then back into the order drawn: no step of Python for each.
            for (form, slots), count in zip(made, np.bincount(drawn, minlength=len(made)).tolist(), strict=True):
                filled += (
                    map(form.__mod__, zip(*(islice(slot, count) for slot in slots), strict=True))
                    if slots
                    else ([form] * count)
                )
            return [filled[n] for n in np.argsort(np.argsort(drawn, kind="stable")).tolist()]

        return self._stream(block)

    # --- papers -------------------------------------------------------------------------------------------------------

    def sentences(self) -> Iterator[str]:
        """Sentences without end."""
        return (line[0].upper() + line[1:] for line in self._sentence)

    def paragraph(self) -> str:
        """A few sentences."""
        lines = islice(self._sentence, 2 + next(self._dice) % 5)
        return " ".join([line[0].upper() + line[1:] for line in lines])

    def paper(self, size: int) -> str:
        """A paper of about so many bytes, with a heading, a dateline and a signature."""
        slots, dice = self.slots, self._dice
        person = next(slots["person"])
        parts = [f"# {next(self._heading)}", f"{next(slots['place'])}, {next(slots['day'])}"]
        room = size - sum(map(len, parts)) - 60
        while room > 0:
            roll = next(dice) % 20
            if roll == 0:
                part = "\n".join(f"{n}. {next(self._item)}" for n in range(1, 3 + next(dice) % 4))
            elif roll == 1:
                part = f"“{self.paragraph()}”"
            elif roll == 2:
                part = f"## The {next(slots['noun'])} of {next(slots['place'])}"
            else:
                part = self.paragraph()
            parts.append(part)
            room -= len(part) + 2
        parts.append(f"{person}\n{next(slots['office'])} of {next(slots['place'])}")
        return "\n\n".join(parts)

    def papers(self, size: int, each: int = 5_000) -> list[str]:
        """Papers of about `each` bytes that add up to `size`."""
        made: list[str] = []
        while size > 0:
            made.append(self.paper(min(each, size)))
            size -= len(made[-1])
        return made


def _written(day: dt.date, form: int) -> str:
    month = MONTHS[day.month - 1]
    if form < 4:
        return f"{day.day} {month} {day.year}"
    if form < 6:
        return f"{month} {day.day}, {day.year}"
    if form == 6:
        return f"{day.day:02d}.{day.month:02d}.{day.year}"
    if form == 7:
        return f"{day.day} {month}"
    if form == 8:
        return f"{DAYS[day.weekday()]}, {day.day} {month} {day.year}"
    return f"{month} {day.day}"


def write(out: Path, size: int, files: int, seed: int) -> int:
    """Write a corpus; gives the bytes of its texts.

    Args:
        out: a folder that is not there yet, or that was written by this function.
        size: bytes of all texts together, about.
        files: how many texts.
        seed: another seed gives another corpus.

    Raises:
        FileExistsError: the folder holds something else.
    """
    if out.exists() and not (out / "corpus.toml").exists():
        raise FileExistsError(f"{out}: is there and no corpus; name another folder")
    shutil.rmtree(out, ignore_errors=True)
    (out / "texts").mkdir(parents=True)
    grammar = Grammar(seed)
    written = 0
    paths = [f"texts/{number:06d}.txt" for number in range(1, files + 1)]
    for number, path in enumerate(paths, start=1):
        with (out / path).open("wb") as file:
            room = size * number // files - written
            while room > 0:
                data = ("\n\n\n".join(grammar.papers(min(room, 1_000_000))) + "\n\n\n").encode()
                file.write(data)
                room -= len(data)
                written += len(data)
    _write_authority(out, grammar)
    (out / "corpus.toml").write_text(_catalogue(paths), encoding="utf-8")
    return written


def _write_authority(out: Path, grammar: Grammar) -> None:
    (out / "authority").mkdir()
    for kind, names in grammar.authority.items():
        with (out / "authority" / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, _COLUMNS, lineterminator="\n")
            table.writeheader()
            for number, name in enumerate(names):
                table.writerow({"id": f"{kind[:2]}-{number}", "label": name})


def _catalogue(paths: Sequence[str]) -> str:
    head = (
        '[corpus]\nname = "generated"\ntitle = "Generated papers"\ndescription = "Papers from a grammar."\n'
        'voice = "Nobody\'s: all of it is made up."\nlanguage = "en"\nkeywords = ["benchmark"]\n\n'
        '[[corpus.licenses]]\nname = "CC0-1.0"\n\n[[corpus.contributors]]\ntitle = "benchmarks.corpus"\n\n'
    )
    entries = (f'[[source]]\nid = "s{Path(path).stem}"\npath = "{path}"\n' for path in paths)
    return head + "\n".join(entries)


def size_of(text: str) -> int:
    """Bytes of a size as people write it: ``100MB``, ``1GB``, ``5000``."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kMGT]B)?", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write it like 100MB or 1GB")
    return round(float(found[1]) * _UNITS.get(found[2], 1))


def main() -> None:
    """Write the corpus that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else "")
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", type=size_of, default=size_of("10MB"))
    parser.add_argument("--files", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print(f"{args.out}: {write(args.out, args.size, args.files, args.seed):,} bytes in {args.files} files")


if __name__ == "__main__":
    main()
