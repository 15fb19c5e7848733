"""Who of a list is who of the database, and which unit a line of it names: pure.

A person is recognised by the card number, else by telephone and name, else by name, birth and unit. What is not sure
is never decided here: it is `doubtful`, with the people it could be, and an officer says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from lms.vietnamese.text import exact_words, fold_words

TABS = ("added", "changed", "doubtful", "duplicate", "faulty", "same", "left")
OF_PERSON = ("name", "born", "card", "phone", "email", "member")  # what of a person a list can change
FIELDS = (*OF_PERSON, "position", "unit")
_LONGEST_SHEET_NAME = 31  # Excel's; longer names of units are cut
_SHORT = {"cb": "chi bo", "db": "dang bo", "tdp": "to dan pho", "dbp": "dang bo phuong", "dbx": "dang bo xa"}
_SPOKEN = {"so": "", "dang uy": "dang bo"}


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit of the tree at or below the one that the list is for; `depth` 0 is that one."""

    id: int
    parent_id: int | None
    name: str
    depth: int


class Known(NamedTuple):  # made by the hundred thousand; a dataclass takes five times as long
    """Somebody who belongs to one of the units now."""

    id: int
    membership_id: int
    unit_id: int
    name: str
    key: str  # the name folded
    born: str
    card: str
    phone: str
    email: str
    member: bool
    position: str

    def values(self) -> dict[str, object]:
        """What a list can change, by FIELDS."""
        return {
            "name": self.name,
            "born": self.born,
            "card": self.card,
            "phone": self.phone,
            "email": self.email,
            "member": self.member,
            "position": self.position,
            "unit": self.unit_id,
        }


class Listed(NamedTuple):
    """A row of the list: `unit_id` None when it names no unit, or one that nobody knows; `key`: `name_key`."""

    name: str
    key: str
    born: str = ""
    card: str = ""
    phone: str = ""
    email: str = ""
    member: bool | None = None
    position: str = ""
    unit_id: int | None = None


class Match(NamedTuple):
    """What a row is: `known` the person it surely is, else `maybe` those it could be and `why` that is not sure."""

    known: Known | None = None
    maybe: Sequence[Known] = ()
    why: str = ""


_NOBODY = Match()


# ------------------------------------------------------------------------------------------------- units


@lru_cache(maxsize=16_384)
def unit_key(name: str) -> str:
    """The name of a unit as it is compared: no marks, no case, abbreviations and "số" gone, 01 as 1."""
    words = [_SHORT.get(word, word) for word in re.sub(r"(?<=[a-z])(?=\d)", " ", fold_words(name)).split()]
    text = " ".join(words)
    for spoken, meant in _SPOKEN.items():
        text = re.sub(rf"\b{spoken}\b", meant, text)
    return " ".join(word.lstrip("0") or "0" if word.isdecimal() else word for word in text.split())


class UnitFinder:
    """Finds the unit that a line of the list names; `above`: names of the units over the list's own."""

    def __init__(self, units: Sequence[KnownUnit], above: Iterable[str]) -> None:
        self.root = next(unit for unit in units if unit.depth == 0)
        self._units = {unit.id: unit for unit in units}
        self._above = {unit_key(name) for name in above}
        self._by_key: dict[str, list[KnownUnit]] = {}
        for unit in units:
            self._by_key.setdefault(unit_key(unit.name), []).append(unit)

    def find(self, path: Sequence[str]) -> tuple[int | None, tuple[int, ...]]:
        """The unit of the path (from the widest name to the closest), or None and those it could be."""
        keys = [unit_key(name) for name in path]
        while keys and keys[-1] in self._above and keys[-1] not in self._by_key:
            keys.pop()
        if not keys:
            return self.root.id, ()
        found = self._by_key.get(keys[-1]) or self._cut(path[len(keys) - 1])
        for length in range(len(keys) - 1, 0, -1):
            if len(found) > 1:
                closer = [unit for unit in found if keys[length - 1] in self._line(unit)]
                found = closer or found
        if len(found) == 1:
            return found[0].id, ()
        return None, tuple(unit.id for unit in found[:20])

    def name(self, unit_id: int) -> str:
        """The name of a unit; "" of one that is not here."""
        found = self._units.get(unit_id)
        return found.name if found is not None else ""

    def _cut(self, name: str) -> list[KnownUnit]:
        """Excel cuts names of sheets: the units whose name goes on from there."""
        if len(name) < _LONGEST_SHEET_NAME - 1:
            return []
        start = unit_key(name)
        return [unit for key, units in self._by_key.items() if key.startswith(start) for unit in units]

    def _line(self, unit: KnownUnit) -> set[str]:
        keys: set[str] = set()
        above = self._units.get(unit.parent_id or 0)
        while above is not None:
            keys.add(unit_key(above.name))
            above = self._units.get(above.parent_id or 0)
        return keys


# ------------------------------------------------------------------------------------------------- people


@lru_cache(maxsize=32_768)
def _bare(word: str) -> str:
    return fold_words(word)


def name_key(name: str) -> str:
    """The name folded, as `Person.search_key` is: word by word, because few words make up all names."""
    return " ".join(filter(None, map(_bare, name.split())))


class PersonFinder:
    """Recognises people among those who are known."""

    def __init__(self, known: Iterable[Known]) -> None:
        self.by_card: dict[str, Known] = {}
        self._by_phone: dict[str, list[Known]] = {}
        self._by_key: dict[str, list[Known]] = {}
        for person in known:
            if person.card:
                self.by_card[person.card] = person
            if person.phone:
                self._by_phone.setdefault(person.phone, []).append(person)
            self._by_key.setdefault(person.key, []).append(person)

    def match(self, listed: Listed) -> Match:
        """Who a row is."""
        key = listed.key
        found = self.by_card.get(listed.card) if listed.card else None
        if found is not None:
            sure = found.key == key or (found.born == listed.born and len(listed.born) > 4)
            return Match(found) if sure else Match(maybe=(found,), why="card_other_name")
        if listed.phone:
            same = [one for one in self._by_phone.get(listed.phone, ()) if one.key == key]
            if len(same) == 1 and not _clash(same[0].card, listed.card):
                return Match(same[0])
        same_name = self._by_key.get(key)
        return self._by_name(listed, same_name) if same_name else _NOBODY

    def _by_name(self, listed: Listed, same_name: Sequence[Known]) -> Match:
        maybe = [one for one in same_name if born_fits(one.born, listed.born)]
        if not maybe:
            return Match()
        surely_born = [one for one in maybe if one.born and listed.born]
        here = [one for one in surely_born if listed.unit_id in {None, one.unit_id}]
        if len(here) == 1 and not _clash(here[0].card, listed.card):
            return Match(here[0])
        if here:
            return Match(maybe=tuple(here), why="several" if len(here) > 1 else "card_changed")
        elsewhere = [one for one in surely_born if not _clash(one.card, listed.card)]
        if elsewhere:
            return Match(maybe=tuple(elsewhere), why="other_unit")
        named = [one for one in maybe if one not in surely_born and listed.unit_id in {None, one.unit_id}]
        named = [one for one in named if not _clash(one.card, listed.card)]
        return Match(maybe=tuple(named), why="only_name") if named else Match()


def born_fits(known: str, listed: str) -> bool:
    """Whether two dates of birth can be one person's: a year alone fits every day of it, nothing fits all."""
    if not known or not listed:
        return True
    return known == listed if len(known) > 4 < len(listed) else known[:4] == listed[:4]


def _clash(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def changes(listed: Listed, known: Known) -> dict[str, object]:
    """What the list says otherwise than the database, by FIELDS; what the list leaves empty changes nothing."""
    new: dict[str, object] = {}
    if listed.name != known.name and exact_words(listed.name) != exact_words(known.name):
        new["name"] = listed.name
    vaguer = len(listed.born) == 4 < len(known.born) and known.born.startswith(listed.born)
    if listed.born and listed.born != known.born and not vaguer:
        new["born"] = listed.born
    for name in ("card", "phone", "email", "position"):
        value = getattr(listed, name)
        if value and value != getattr(known, name):
            new[name] = value
    if listed.member is not None and listed.member != known.member:
        new["member"] = listed.member
    if listed.unit_id is not None and listed.unit_id != known.unit_id:
        new["unit"] = listed.unit_id
    return new


class TwiceInFile:
    """Tells which rows say somebody once more who stands further up."""

    def __init__(self) -> None:
        self._first: dict[tuple[object, ...], tuple[int, str]] = {}  # place, with the name or the card number

    def earlier(self, listed: Listed, unit: Sequence[str], place: int) -> tuple[int, str] | None:
        """The place of the earlier row and how it is alike: the same person, or another one's card number."""
        key = listed.key
        if listed.card:
            first = self._first.setdefault(("card", listed.card), (place, key))
            if first[0] != place:
                return first[0], "twice" if first[1] == key else "card_twice"
        if not listed.born:
            return None
        whole = len(listed.born) > 4
        same: tuple[object, ...] = (key, listed.born)
        if not whole:
            same = (exact_words(listed.name), listed.born, tuple(unit))
        first = self._first.setdefault(same, (place, listed.card))
        if first[0] == place or _clash(first[1], listed.card):
            return None
        return first[0], "twice"


# ------------------------------------------------------------------------------------------------- rows


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody a doubtful row could be, with what would then change."""

    person_id: int
    membership_id: int
    now: Mapping[str, object]
    new: Mapping[str, object]


class Planned(NamedTuple):
    """A row of the list and what is to be done about it.

    `kind` is added, changed, same or doubtful, and holds unless `fault` (a code) keeps the row back. `new`: what
    changes of the person `person_id` who is `now` so; of an added one everything.
    """

    sheet: int
    row: int
    kind: str
    new: Mapping[str, object]
    person_id: int | None = None
    membership_id: int | None = None
    now: Mapping[str, object] = {}
    maybe: Sequence[Choice] = ()
    why: str = ""
    fault: str = ""
    said: Mapping[str, str] = {}  # for the sentences of `why` and `fault`

    @property
    def tab(self) -> str:
        """Where it is shown: one of TABS."""
        if self.fault in DUPLICATES:
            return "duplicate"
        return "faulty" if self.fault else self.kind

    @property
    def place(self) -> str:
        """The row's name among the choices."""
        return f"{self.sheet}.{self.row}"


DUPLICATES = frozenset({"twice", "matched_twice"})
FINAL = frozenset(
    {"unit_unknown", "card_elsewhere", "matched_twice", "card_twice"}
)  # nobody can take these as they are


def possible(row: Planned) -> tuple[str, ...]:
    """What may be chosen for a row: "take", "new", "leave", or the id of a person."""
    if row.fault in FINAL:
        return ()
    people = tuple(str(one.person_id) for one in row.maybe) if row.kind == "doubtful" else ()
    if row.kind == "doubtful":
        new = () if row.why in {"card_other_name"} else ("new",)
        return (*people, *new, "leave")
    return ("take", "leave") if row.fault or row.kind in {"added", "changed"} else ()


def decided(row: Planned, choice: str) -> Planned | None:
    """What is stored of a row after what was chosen for it ("" nothing yet); None: nothing."""
    if not choice:  # as for nearly all rows of a long list
        return None if row.fault or row.kind == "doubtful" else row
    if choice not in possible(row):
        choice = ""
    if choice == "leave" or (row.fault and not choice):
        return None
    if row.kind != "doubtful":
        return row
    if choice == "new":
        return Planned(row.sheet, row.row, "added", row.new)
    for one in row.maybe:
        if str(one.person_id) == choice:
            kind = "changed" if one.new else "same"
            return Planned(row.sheet, row.row, kind, one.new, one.person_id, one.membership_id, one.now)
    return None
