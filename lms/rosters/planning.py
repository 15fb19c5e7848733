"""What storing a list would do: every row beside the database, and who of its units is not in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from sqlalchemy.orm import Session

from lms.organisation.roster.fields import LONGEST_NAME
from lms.organisation.roster.people import ListedPerson, Reading
from lms.rosters import queries
from lms.rosters.plan_file import PlanWriter
from lms.rosters.rules import (
    DUPLICATES,
    Choice,
    Known,
    Listed,
    Match,
    PersonFinder,
    Planned,
    TwiceInFile,
    UnitFinder,
    changes,
    name_key,
)

_FINE: tuple[str, Mapping[str, str]] = ("", {})
_A_STEP = 5_000  # rows between two words about the progress
Said = Callable[[int], None]


@dataclass
class UnitSaid:
    """A unit as the list names it, where it first does, and what it was taken for."""

    path: tuple[str, ...]
    sheet: str
    row: int
    unit_id: int | None
    maybe: Sequence[int]
    count: int = 0

    def to_json(self) -> dict[str, Any]:
        """For the frame of the plan."""
        return {
            "path": list(self.path), "sheet": self.sheet, "row": self.row, "unit": self.unit_id,
            "maybe": list(self.maybe), "count": self.count,
        }  # fmt: skip


def unit_name(path: Sequence[str]) -> str:
    """The units of a line as one text: the key under which an officer's choice is kept."""
    return " / ".join(path)


class Planner:
    """Plans one list for a unit and all below it. `chosen`: ids of units by `unit_name`, as an officer said."""

    def __init__(self, session: Session, unit_id: int, chosen: Mapping[str, int], today: date) -> None:
        self._session, self._unit_id = session, unit_id
        units = queries.units_below(session, [unit_id], today)
        self._finder = UnitFinder(units, queries.names_above(session, unit_id))
        self._alive = {unit.id for unit in units}
        self._chosen = chosen
        self.units: dict[tuple[str, ...], UnitSaid] = {}
        self._sheets: dict[str, int] = {}
        self._matched: dict[int, int] = {}  # person: place in the list

    def write(
        self, reading: Reading, file: IO[bytes], about: Mapping[str, Any], said: Said = lambda _done: None
    ) -> dict[str, Any]:
        """Write the plan, with what is to be kept `about` the file; returns its frame."""
        people = reading.people
        self._find_units(people)
        keys = [name_key(person.name) for person in people]
        known = PersonFinder(self._load(people, set(keys)))
        cards = {person.card for person in people if person.card} - known.by_card.keys()
        strangers = queries.people_with_cards(self._session, cards)
        writer, twice = PlanWriter(file), TwiceInFile()
        maybe: set[int] = set()
        for place, person in enumerate(people):
            row = self._row(person, keys[place], place, people, known, twice, strangers)
            if row.maybe:
                maybe.update(one.person_id for one in row.maybe)
            writer.add(row)
            if place % _A_STEP == _A_STEP - 1:
                said(place + 1)
        for one in self._left:
            if one.id not in self._matched and one.id not in maybe:
                writer.add_left(
                    {
                        "person": one.id,
                        "membership": one.membership_id,
                        "name": one.name,
                        "born": one.born,
                        "unit": one.unit_id,
                        "position": one.position,
                        "member": one.member,
                    }
                )
        frame: dict[str, Any] = {
            **about,
            "kept": [
                [sheet.name, [[*first, *last] for first, last in sheet.merged]] for sheet in reading.kept
            ],
            "sheets": list(self._sheets),
            "units": [unit.to_json() for unit in self.units.values()],
            "moment": queries.moment_of(self._session, self._unit_id),
            "names": {str(u): self._finder.name(u) for u in self._named},
        }
        for place, sheet in enumerate(reading.kept):
            writer.keep_cells(place, sheet.lines)
        writer.close(frame)
        return frame | {"counts": dict(writer.counts)}

    # ------------------------------------------------------------------------------------------- units and people

    def _find_units(self, people: Sequence[ListedPerson]) -> None:
        for person in people:
            said = self.units.get(person.unit)
            if said is None:
                chosen = self._chosen.get(unit_name(person.unit))
                found = (chosen, ()) if chosen in self._alive else self._finder.find(person.unit)
                said = self.units[person.unit] = UnitSaid(person.unit, person.sheet, person.row, *found)
            said.count += 1
            self._sheets.setdefault(person.sheet, len(self._sheets))

    def _load(self, people: Sequence[ListedPerson], keys: Collection[str]) -> Iterable[Known]:
        """Of everybody in the units those who could be in the list; the others are only looked at."""
        cards = {person.card for person in people if person.card}
        concerned = {said.unit_id for path, said in self.units.items() if path and said.unit_id is not None}
        everywhere = not any(self.units)
        self._left: list[Known] = []
        self._named: set[int] = {unit for said in self.units.values() for unit in said.maybe} | concerned
        kept: list[Known] = []
        for one in queries.people_below(self._session, self._unit_id):
            if one.key in keys or one.card in cards:
                kept.append(one)
                self._named.add(one.unit_id)
            if everywhere or one.unit_id in concerned:
                self._left.append(one)
                self._named.add(one.unit_id)
        self._named.add(self._unit_id)
        return kept

    # ------------------------------------------------------------------------------------------- one row

    def _row(  # noqa: PLR0917
        self,
        person: ListedPerson,
        key: str,
        place: int,
        people: Sequence[ListedPerson],
        known: PersonFinder,
        twice: TwiceInFile,
        strangers: Mapping[str, int],
    ) -> Planned:
        said = self.units[person.unit]
        names_unit = bool(person.unit)
        listed = Listed(
            person.name, key, person.born, person.card, person.phone, person.email, person.member,
            person.position, said.unit_id if names_unit else None,
        )  # fmt: skip
        fault, told = _refused(person) if person.was or len(person.name) >= LONGEST_NAME else _FINE
        earlier = twice.earlier(listed, person.unit, place)
        if earlier is not None:
            fault, told = earlier[1], {"place": self._place(people[earlier[0]])}
        elif said.unit_id is None:
            fault, told = "unit_unknown", {"unit": person.unit[-1] if person.unit else ""}
        elif listed.card in strangers:
            fault, told = "card_elsewhere", {}
        found = Match() if fault in DUPLICATES else known.match(listed)
        if found.known is not None and not fault:
            first = self._matched.setdefault(found.known.id, place)
            if first != place:
                fault, told = "matched_twice", {"place": self._place(people[first])}
        elif found.known is not None and fault not in DUPLICATES:
            self._matched.setdefault(
                found.known.id, place
            )  # though it is kept back, the person is in the list
        return self._planned(person, listed, found, fault, told)

    def _planned(
        self, person: ListedPerson, listed: Listed, found: Match, fault: str, told: Mapping[str, str]
    ) -> Planned:
        sheet = self._sheets[person.sheet]
        if found.known is not None:
            new = changes(listed, found.known)
            kind = "changed" if new else "same"
            return Planned(
                sheet, person.row, kind, new, found.known.id, found.known.membership_id, found.known.values(),
                fault=fault, said=told,
            )  # fmt: skip
        maybe = [
            Choice(one.id, one.membership_id, one.values(), changes(listed, one))
            for one in found.maybe
            if one.id not in self._matched
        ]
        if not maybe and found.why == "card_other_name" and not fault:
            fault = "card_elsewhere"  # of somebody whom another row of the list surely is
        kind = "doubtful" if maybe else "added"
        why = found.why if maybe else ""
        return Planned(
            sheet,
            person.row,
            kind,
            self._all_of(listed, person),
            maybe=maybe,
            why=why,
            fault=fault,
            said=told,
        )

    def _all_of(self, listed: Listed, person: ListedPerson) -> dict[str, object]:
        unit_id = self.units[person.unit].unit_id
        return {
            "name": listed.name,
            "born": listed.born,
            "card": listed.card,
            "phone": listed.phone,
            "email": listed.email,
            "member": listed.member is not False,
            "position": listed.position,
            "unit": unit_id,
        }

    @staticmethod
    def _place(person: ListedPerson) -> str:
        return f"{person.sheet}, {person.row}" if person.sheet else str(person.row)


def _refused(person: ListedPerson) -> tuple[str, Mapping[str, str]]:
    """What of a row could not be read, so that storing it would leave it out."""
    born = next((person.was[name] for name in ("born", "male", "female") if name in person.was), "")
    if born and not person.born:
        return "bad_date", {"text": born}
    if "name" in person.was and person.was["name"] == person.name:
        return "name_doubtful", {"text": person.name}
    if "card" in person.was and not person.card:
        return "bad_card", {"text": person.was["card"]}
    if len(person.name) >= LONGEST_NAME:
        return "name_too_long", {"text": person.name[:40], "most": str(LONGEST_NAME)}
    return "", {}
