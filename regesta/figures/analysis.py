"""What each number of a sentence measures: head noun, verb, and the numbers around it.

The sentence comes as its numbers and the clauses between them (`clauses`). Numbers lean on one another: "613 were
killed, 1275 taken hostage, with 155 of them still missing; while 487, of them 76 children, were left disabled".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from regesta.figures.clauses import Clause
from regesta.figures.lexicon import Term, taxonomy
from regesta.figures.readings import NONE, NOWHERE, Number, Reading, Whole, place_of
from regesta.figures.things import thing

_GROUPS = ("women", "children", "elderly", "men")
# A predicate that tells more than the noun does; the others leave a noun like "refugees" its own measure.
_STRONG = ("killed", "wounded", "disabled", "missing", "released", "hostage")
_ORPHANED = ("orphaned_both", "orphaned_one")
# How many numbers may share the verb behind them: a table that lost its lines is one sentence of thousands.
_REACH = 64
_SEMICOLON = Term("mark", ";")
_COMMA = Term("mark", ",")
_DASH = Term("mark", "-")
_NOTHING = Term("")
_COLON = Term("mark", ":")
_LEADS_ON = (_DASH, _COLON)


def analyse(numbers: Sequence[Number], clauses: Sequence[Clause], carried: tuple[Whole, ...]) -> list[Reading]:
    """The readings of the numbers of one sentence.

    Args:
        numbers: in order.
        clauses: the words before the first number, between each two, and behind the last.
        carried: what parts may be told of: the last wholes of the paragraph, one a measure, latest first.
    """
    return _Sentence(numbers, clauses, carried).read()


class _Sentence:
    def __init__(self, numbers: Sequence[Number], clauses: Sequence[Clause], carried: tuple[Whole, ...]) -> None:
        self.numbers = numbers
        self.clauses = clauses
        self.carried = carried
        self.readings: list[Reading] = []
        self.heads = [self._head(i) for i in range(len(numbers))]
        self.all_terms = [t for c in clauses for t in (*c.terms, *c.described)]

    def read(self) -> list[Reading]:
        frame: Whole | None = None
        anchor = self.carried[0] if self.carried else None
        listed = False
        for i in range(len(self.numbers)):
            frame = self._frame(i, anchor) or (None if self._breaks(self.clauses[i]) else frame)
            whole, listed = self._whole(i, anchor, listed)
            reading = self._reading(i, whole, frame, listed)
            if reading.measure and reading.part_of is None:
                anchor = Whole(i, reading.measure, reading.unit, reading.group)
            elif reading.measure and not listed and whole is not None and reading.measure != whole.measure:
                # "The fate of 150 of them, including 68 women": what follows is part of the part.
                anchor = Whole(i, reading.measure, reading.unit, reading.group)
            self.readings.append(reading)
        return self.readings

    # --- the parts of a reading

    def _head(self, i: int) -> Term | None:
        """The noun that a number counts, also behind "of them" or a dash: "76 of them children", "487 – invalids"."""
        right = self.clauses[i + 1]
        if right.head is not None:
            return right.head
        if right.unknown or self.numbers[i].kind == "money":
            return None
        for term in right.terms[:3]:
            if term.kind == "noun":
                return term
            if term.kind not in ("of_them", "filler") and term not in _LEADS_ON:
                break
        if self._named_before(i):
            return self.clauses[i].terms[-2]
        following = self.clauses[i + 2] if i + 2 < len(self.clauses) else None
        if following is not None and not right.terms and right.role == "whole":
            # "18 of the 40 injured": of what the others are nothing is told of these.
            return following.head._replace(value="") if following.head else None
        return None

    def _named_before(self, i: int) -> bool:
        """Whether the noun stands before the number: "children – 63, women – 106"."""
        terms = self.clauses[i].terms
        return len(terms) > 1 and terms[-1] in _LEADS_ON and terms[-2].kind == "noun" and not self.clauses[i].govern

    def _frame(self, i: int, anchor: Whole | None) -> Whole | None:
        """The whole that opens a clause: "Of those killed, 106 were women and 63 were children"."""
        terms = [t for t in self.clauses[i].terms if t.kind not in ("who", "be")]
        for at, term in enumerate(terms):
            if term.kind not in ("part", "of_them"):
                continue
            following = terms[at + 1] if at + 1 < len(terms) else None
            measure = term.value if term.kind == "part" else ""
            measure = measure or (following.value if following and following.kind in ("predicate", "noun") else "")
            place = at + (1 if term.kind == "part" and term.value else 2)
            if measure and place < len(terms) and terms[place] == _COMMA:
                return self._told(measure)
        return None

    @staticmethod
    def _breaks(clause: Clause) -> bool:
        return any(t.kind == "break" or t == _SEMICOLON for t in clause.terms)

    def _whole(self, i: int, anchor: Whole | None, listed: bool) -> tuple[Whole | None, bool]:
        """The number that this one is a part of, and whether it stands in a list of parts."""
        left, right, head = self.clauses[i], self.clauses[i + 1], self.heads[i]
        if anchor is None:
            return None, False
        govern = left.govern[0] if left.govern else None
        if govern is not None and govern.kind in ("part", "of_them"):
            return anchor, True
        grouped = head is not None and (head.group in _GROUPS or head.group == "nation")
        if grouped and self._named_before(i) and any(t.kind == "part" for t in left.terms):
            return anchor, True
        marks = [t for t in left.terms if t.kind == "mark"]
        if (
            grouped
            and marks
            and left.terms[-1] == marks[-1]
            and marks[-1].value in ("(", "-", ":")
            and i
            and anchor.place == i - 1
        ):
            return anchor, True
        if (
            listed
            and i
            and head is not None
            and (grouped or self.heads[i - 1] == head or head.unit != anchor.unit or head.value)
        ):
            between = left.terms[:-2] if self._named_before(i) else left.terms
            plain = all(t.kind in ("and", "mark", "part") or t.kind == "word" for t in between)
            if plain and not self._breaks(left):
                return anchor, True
        last = listed and i and [t.kind for t in left.terms] == ["and"] and self._ungrouped(i - 1)
        if last or [t.kind for t in left.terms[:2]] == ["of_them", "mark"]:
            return anchor, bool(last)
        if right.terms and right.terms[0].kind == "of_them":
            following = right.terms[1] if len(right.terms) > 1 else None
            told = right.terms[0].value == "told" and following is not None and following.kind == "predicate"
            if told and following is not None and following.value in _STRONG:
                return self._told(following.value), False
            return anchor, False
        return None, False

    def _ungrouped(self, i: int) -> bool:
        head = self.heads[i]
        return head is not None and head.group not in _GROUPS

    def _told(self, measure: str) -> Whole:
        """The whole of "of those killed": the last number of that measure, or one that is not in sight."""
        for place in range(len(self.readings) - 1, -1, -1):
            reading = self.readings[place]
            if reading.measure == measure and reading.part_of is None:
                return Whole(place, measure, reading.unit, reading.group)
        carried = next((whole for whole in self.carried if whole.measure == measure), None)
        return carried or Whole(NOWHERE, measure, "person", "all")

    def _reading(self, i: int, whole: Whole | None, frame: Whole | None, listed: bool) -> Reading:
        number, head, right = self.numbers[i], self.heads[i], self.clauses[i + 1]
        if number.kind == "money":
            damage = any(t.value == "damage" for t in (*self.clauses[i].terms, *self.clauses[i].govern, *right.terms))
            return Reading("damage_money" if damage else "other", "all", "money")
        unit = "percent" if number.kind == "share" else head.unit if head else "person"
        if unit == "percent":
            return self._share(i)
        if head is not None and head.unit not in ("person", "family", "parliamentarian"):
            return thing(i, self.numbers[i], head, whole, self.clauses)
        govern = self._governed(i, unit)
        group = self._group(i)
        if whole is not None and not govern:
            own = self._right(i, unit, near=True) if not listed else ""
            measure = own or (head.value if head and head.value in _STRONG else "") or whole.measure
            if measure == "orphan":
                measure = whole.measure
            part = place_of(whole)
            return Reading(measure, "other" if group == "nation" else group, unit, part, main=False)
        if frame is not None and not govern and self._nominal(i):
            return Reading(frame.measure, group, unit, place_of(frame), main=False)
        # A noun that tells its measure is overruled by its own verb alone, not by one further on.
        near = head is not None and bool(head.value)
        # What is told of parts is not told of the whole: "Of the 366 miners 120 were killed".
        measure = govern or ("" if head and self.clauses[i].role == "whole" else self._right(i, unit, near=near))
        if not govern and head is not None and head.value in _STRONG and self._or_more(right):
            measure = head.value
        measure = self._with_noun(measure, head)
        if head is None:
            measure = measure if self._clear(i, govern) else self._gapped(i)
            if not measure:
                return NONE
        elif not measure:
            measure = self._fallback(i, head)
        measure = self._settled(i, measure, unit)
        if not measure:
            return NONE
        group = taxonomy()[measure].group or ("all" if group in ("nation", "guess") or unit == "family" else group)
        if frame is not None and frame.measure == measure and whole is None:
            return Reading(measure, group, unit, place_of(frame), main=False)
        return Reading(measure, group, unit, place_of(whole) if whole else None)

    @staticmethod
    def _or_more(right: Clause) -> bool:
        """Whether the noun is the first of several things told: "50,000 wounded or disabled"."""
        return [t.kind for t in right.terms[:2]] == ["and", "predicate"]

    def _group(self, i: int) -> str:
        head = self.heads[i]
        if head is not None and head.group != "all":
            return head.group
        return self._nominal(i) or (head.group if head else "all")

    def _nominal(self, i: int) -> str:
        """The group a number is said to be: "106 were women"."""
        terms = self.clauses[i + 1].terms
        for one, two in pairwise(terms):
            if one.kind == "be" and two.kind == "noun" and two.group in _GROUPS:
                return two.group
        return ""

    def _governed(self, i: int, unit: str) -> str:
        """The measure of the words right before a number: "the death of 613 people", "killed 613 people"."""
        chain = [t for t in self.clauses[i].govern if t.kind in ("governor", "predicate", "noun")]
        if not chain or self.clauses[i].govern[0].kind in ("part", "of_them"):
            return ""
        fits = [t.value for t in chain if self._fits(t.value, unit)]
        return fits[-1] if fits else ""

    def _right(self, i: int, unit: str, near: bool = False) -> str:
        """The measure of the first verb behind a number, across the numbers that share it; `near`: not across them."""
        found = ""
        for c in range(i + 1, min(i + 1 + _REACH, len(self.clauses))):
            terms = self._own_terms(c)
            before = _NOTHING
            for term in terms:
                last, before = before, term
                if term.kind == "break" or term == _SEMICOLON:
                    return found
                if term.kind == "noun" and (term.unit, term.group) == ("person", "all") and last == _COMMA:
                    # Somebody else is spoken of from here.
                    return found
                if found == "population" and term.kind == "context" and self._fits(term.value, unit):
                    found = term.value
                if term.kind != "predicate" or not self._fits(term.value, unit):
                    continue
                if not found or found in ("orphan", "population") or (found == "hostage" and term.value == "released"):
                    # People who live somewhere, or are held, may be told to be something more.
                    found = term.value
            if found or (near and not (c < len(self.numbers) and self._opens_parts(c))):
                return found
        return found

    def _opens_parts(self, c: int) -> bool:
        govern = self.clauses[c].govern
        return bool(govern) and govern[0].kind in ("part", "of_them")

    def _own_terms(self, c: int) -> tuple[Term, ...]:
        """The terms of a clause without those that govern the number behind it."""
        clause = self.clauses[c]
        terms = list(clause.terms)
        if c < len(self.numbers) and not self._opens_parts(c):
            for term in clause.govern:
                if term.kind == "predicate" and terms and term in terms[-2:]:
                    terms.reverse()
                    terms.remove(term)
                    terms.reverse()
        return tuple(terms)

    @staticmethod
    def _fits(measure: str, unit: str) -> bool:
        if measure in ("destroyed", "killed") and unit == "family":
            return True
        if measure == "orphan":
            return unit == "person"
        if measure == "recognised_by":
            return unit in ("state", "parliamentarian")
        entry = taxonomy().get(measure)
        if entry is None:
            return False
        return unit in entry.units or (unit == "percent" and "person" in entry.units)

    @staticmethod
    def _with_noun(measure: str, head: Term | None) -> str:
        if head is None or not head.value:
            return measure
        if head.value == "population" and measure in ("killed", "displaced", "hostage", "wounded", "missing"):
            return head.value if head.value == "population" else measure
        return measure if measure in _STRONG or measure in _ORPHANED else head.value

    def _clear(self, i: int, govern: str) -> bool:
        """Whether a number without a noun counts people beyond doubt."""
        right = self.clauses[i + 1]
        if govern:
            return not right.unknown
        if right.unknown:
            return False
        if right.terms and right.terms[0].kind == "be":
            return True
        for term in right.terms:
            if term.kind in ("of_them", "and"):
                continue
            if term.kind == "mark" and term.value in ("-", ":"):
                continue
            return term.kind == "predicate" or (term == _COMMA and i + 1 < len(self.numbers))
        return False

    def _gapped(self, i: int) -> str:
        """The measure of the number before, where only that is left to say: "151 died of bullets, 20 - of blasts"."""
        right, left = self.clauses[i + 1], self.clauses[i]
        if not i or not self.readings[i - 1].measure or not right.terms or right.terms[0] != _DASH:
            return ""
        before = self.readings[i - 1]
        return before.measure if before.unit == "person" and left.terms and not self._breaks(left) else ""

    def _fallback(self, i: int, head: Term) -> str:
        """Where no verb tells: what the noun alone says, what stands near, or else `other`."""
        if head.value:
            return head.value
        for term in self.clauses[i + 1].described:
            if term.value in taxonomy() and self._fits(term.value, head.unit):
                return term.value
        near = [t.value for t in (*self.clauses[i].terms, *self.clauses[i + 1].terms) if t.kind == "context"]
        for value in near:
            if value in taxonomy() and self._fits(value, head.unit):
                return value
        context = [t.value for t in self.all_terms if t.kind == "context" and t.value == "investigated"]
        if context and head.unit == "person":
            return "investigated"
        if head.weak:
            return head.weak
        if head.group == "guess" or (head.group == "nation" and self.numbers[i].small):
            return ""
        return "" if self.numbers[i].small and head.unit != "family" else "other"

    def _settled(self, i: int, measure: str, unit: str) -> str:
        """The measure as the taxonomy has it."""
        if unit == "family":
            return "families_destroyed" if measure in ("killed", "destroyed") else measure
        if measure == "orphan":
            return "other"
        if unit == "parliamentarian":
            return "recognised_by" if any(t.value == "recognised_by" for t in self.clauses[i + 1].terms) else "other"
        return measure

    # --- shares

    def _share(self, i: int) -> Reading:
        head, right = self.heads[i], self.clauses[i + 1]
        land = right.land
        for term in right.terms[:6]:
            if land or term.kind == "break":
                break
            land = term.kind == "land"
        if land or (head is None and any(t.value == "occupied" for t in self.clauses[i].govern)):
            return Reading("territory_percent", "all", "percent")
        if head is None:
            return NONE
        if head.unit in ("person", "family"):
            measure = self._with_noun(self._governed(i, "person") or self._right(i, "person"), head) or "other"
            group = "all" if head.group in ("nation", "guess") else head.group
            return Reading(measure if measure in taxonomy() else "other", group, "percent")
        if head.unit == "building" and any(t.value == "destroyed" for t in self.all_terms):
            return Reading("buildings", "all", "percent")
        return Reading("other", "all", "percent")
