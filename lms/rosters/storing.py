"""Storing a planned list in one transaction: people, memberships, what was before; by statements for many rows.

Whatever can be worked out beforehand is (`prepare`), because on SQLite nobody else writes while a list is stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, func, select, text, update
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.courses.following import follow
from lms.kit.db import table_of
from lms.organisation.models import Membership, Person
from lms.rosters import bulk, queries
from lms.rosters.models import Roster, RosterRow
from lms.rosters.plan_file import PlanFile
from lms.rosters.rules import FIELDS, OF_PERSON, Planned, decided, name_key
from lms.vietnamese.dates import local
from lms.vietnamese.names import sort_key
from lms.vietnamese.text import nfc

_PERSON, _MEMBERSHIP, _ROW = table_of(Person), table_of(Membership), table_of(RosterRow)
_AT_ONCE = 5_000
_T = TypeVar("_T")
COLUMNS = {
    "name": "full_name", "born": "born", "card": "card_number", "phone": "phone", "email": "email", "member": "member",
}  # fmt: skip
_OF_PERSON = ("full_name", "sort_key", "search_key", "born", "card_number", "phone", "email", "member")
_CARD = _OF_PERSON.index("card_number")
_OF_ROW = ("sheet", "row", "person_id", "kind", "before")
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
ALL_LEFT = "all"
LEFT_SHEET = -1  # of the rows of those who were in no sheet


class PlanStale(Exception):
    """People were added, moved or corrected since the plan was made; it must be made anew."""


@dataclass
class Stored:
    """What came of it."""

    added: int = 0
    changed: int = 0
    same: int = 0
    left: int = 0
    skipped: int = 0  # a second row that was decided to be a person who had one already
    newcomers: list[int] = field(default_factory=list)
    followed: set[int] = field(default_factory=set)  # of the others

    def to_json(self) -> dict[str, int]:
        """For the summary of the list and the audit trail."""
        names = ("added", "changed", "same", "left", "skipped")
        return {name: getattr(self, name) for name in names}


@dataclass(slots=True)
class Ready:
    """What is to be stored, worked out without the database; `moment` None: by a plan of before, not to be stored."""

    moment: list[int] | None
    added: list[_New] = field(default_factory=list)
    known: list[Planned] = field(default_factory=list)
    left: list[tuple[int, int]] = field(default_factory=list)  # (person, membership)


@dataclass(frozen=True, slots=True)
class _New:
    """Somebody to be added: the values of _OF_PERSON, and where they belong."""

    sheet: int
    row: int
    person: tuple[Any, ...]
    unit: int
    position: str
    sign: str


def prepare(plan: PlanFile, choices: Mapping[str, Any]) -> Ready:
    """What a plan and the officer's choices (`Roster.choices`) come to."""
    ready = Ready(plan.frame["moment"] if "kept" in plan.frame else None)
    rows: Mapping[str, str] = choices.get("rows", {})
    for row in _decided(plan, rows):
        if row.person_id is not None:
            ready.known.append(row)
            continue
        person, new = _of_person(row.new), row.new
        unit, position = int(str(new["unit"])), str(new["position"])
        ready.added.append(_New(row.sheet, row.row, person, unit, position, sign_of(new)))
    ready.left.extend(_left(plan, choices.get("left", [])))
    return ready


def store(session: Session, roster: Roster, ready: Ready, *, by: int | None, now: datetime) -> Stored:
    """Do what was planned and decided. Raises PlanStale; whatever is raised, the caller's transaction is undone."""
    claimed = update(Roster).where(Roster.id == roster.id, Roster.state == "storing").values(state="stored")
    if session.execute(claimed.returning(Roster.id)).first() is None:
        raise PlanStale(f"roster {roster.id} is not to be stored any more")
    if ready.moment is None:
        raise PlanStale(f"roster {roster.id} was planned by an earlier version of the product")
    if ready.moment != queries.moment_of(session, roster.unit_id):
        raise PlanStale(f"people came or went since the plan of roster {roster.id}")
    work = _Storing(session, roster.id, local(now).date(), now)
    with bulk.roomy(session):
        for new in batches(ready.added):
            work.add(new)
        for known in batches(ready.known):
            work.take(known)
        work.end(ready.left)
    follow(session, work.stored.newcomers, now=now, new=True)
    follow(session, work.stored.followed, now=now)
    roster.state, roster.stored_at = "stored", now
    roster.summary = {**roster.summary, "stored": work.stored.to_json()}
    record(
        session,
        "roster.store",
        "roster",
        roster.id,
        actor_id=by,
        now=now,
        unit_id=roster.unit_id,
        **work.stored.to_json(),
    )
    session.flush()
    return work.stored


def sign_of(values: Mapping[str, object]) -> str:
    """What tells whether a person (by FIELDS) is still as the list made them, without keeping it a second time."""
    told = "\x1f".join([str(values[name]) for name in FIELDS])
    return blake2b(told.encode(), digest_size=12).hexdigest()


def _decided(plan: PlanFile, choices: Mapping[str, str]) -> Iterator[Planned]:
    """What is stored of each row; of a long list few were chosen."""
    for row in plan.rows():
        found = decided(row, choices.get(row.place, "") if choices else "")
        if found is not None:
            yield found


def _left(plan: PlanFile, chosen: Sequence[int] | str) -> Iterator[tuple[int, int]]:
    """Those whose membership the officer ends: (person, membership)."""
    wanted = set() if chosen == ALL_LEFT else set(chosen)
    for one in plan.everybody_left() if chosen else ():
        if chosen == ALL_LEFT or one["person"] in wanted:
            yield one["person"], one["membership"]


class _Storing:
    """The statements of one list."""

    def __init__(self, session: Session, roster_id: int, today: date, now: datetime) -> None:
        self._session, self._roster_id, self._today, self._now = session, roster_id, today, now
        self._used: set[int] = set()
        self._below = 0
        self.stored = Stored()

    def take(self, rows: Sequence[Planned]) -> None:
        """A few rows of people who are known."""
        known = self._once(rows)
        self._check(known)
        self._change([row for row in known if row.new])
        same = [row for row in known if not row.new]
        self._note([(row, row.person_id or 0, "same", {}) for row in same])
        self.stored.same += len(same)

    def end(self, people: Iterable[tuple[int, int]]) -> None:
        """End the memberships of those who left."""
        for batch in batches(people):
            some = [pair for pair in batch if pair[0] not in self._used]
            present = queries.present_rows(self._session, some)
            if len(present) != len(some):
                raise PlanStale("somebody who was to leave is gone")
            self._close([membership for _person, membership in some])
            rows = []
            for person_id, membership_id in some:
                self._below -= 1
                before = {
                    "membership": membership_id,
                    "was": {"unit": present[person_id, membership_id].unit_id},
                }
                rows.append((LEFT_SHEET, self._below, person_id, "left", before))
                self.stored.followed.add(person_id)
            self._keep(rows)
            self.stored.left += len(some)

    # ------------------------------------------------------------------------------------------- checks

    def _once(self, rows: Sequence[Planned]) -> list[Planned]:
        """Every person of the database once: a second row for the same one is left out."""
        kept = []
        for row in rows:
            if row.person_id in self._used:
                self.stored.skipped += 1
                continue
            self._used.add(row.person_id or 0)
            kept.append(row)
        return kept

    def _check(self, rows: list[Planned]) -> None:
        pairs = [(row.person_id or 0, row.membership_id or 0) for row in rows]
        present = queries.present_rows(self._session, pairs)
        for row, pair in zip(rows, pairs, strict=True):
            if pair not in present or present[pair].values() != dict(row.now):
                raise PlanStale(f"person {pair[0]} is not as planned")
        wanted = {
            str(row.new["card"]): pair[0] for row, pair in zip(rows, pairs, strict=True) if "card" in row.new
        }
        if queries.people_with_cards(self._session, wanted):
            raise PlanStale("a card number is somebody's by now")

    # ------------------------------------------------------------------------------------------- people

    def add(self, rows: Sequence[_New]) -> None:
        """A few people who are new."""
        cards = [row.person[_CARD] for row in rows if row.person[_CARD]]
        if len(set(cards)) != len(cards) or queries.people_with_cards(self._session, cards):
            raise PlanStale("a card number is somebody's by now")
        ids = next_ids(self._session, _PERSON, len(rows))
        memberships = next_ids(self._session, _MEMBERSHIP, len(rows))
        people = ((id_, *row.person) for id_, row in zip(ids, rows, strict=True))
        bulk.add(self._session, _PERSON, ("id", *_OF_PERSON), people, created_at=self._now)
        belong = (
            (membership, id_, row.unit, row.position)
            for membership, id_, row in zip(memberships, ids, rows, strict=True)
        )
        self._belong(belong, main=True)
        told = (
            (row.sheet, row.row, id_, "added", f'{{"membership":{membership},"sign":"{row.sign}"}}')
            for row, id_, membership in zip(rows, ids, memberships, strict=True)
        )
        bulk.add(self._session, _ROW, _OF_ROW, told, roster_id=self._roster_id)
        self.stored.newcomers += ids
        self.stored.added += len(rows)

    def _belong(self, rows: Iterable[tuple[Any, ...]], **same: object) -> None:
        """Open memberships: (id, person, unit, position, …)."""
        columns = ("id", "person_id", "unit_id", "position", *(() if same else ("main",)))
        bulk.add(self._session, _MEMBERSHIP, columns, rows, valid_from=self._today, **same)

    def _change(self, rows: list[Planned]) -> None:
        moved = {row.membership_id or 0: row for row in rows if "unit" in row.new}
        opened = self._move(moved)
        people = [row for row in rows if any(name in row.new for name in OF_PERSON)]
        if people:
            statement = update(_PERSON).where(_PERSON.c.id == bindparam("person"))
            self._session.execute(
                statement,
                [
                    dict(
                        zip(_OF_PERSON, _of_person({**row.now, **row.new}), strict=True), person=row.person_id
                    )
                    for row in people
                ],
            )
        places = [row for row in rows if "position" in row.new and "unit" not in row.new]
        if places:
            self._session.execute(
                update(_MEMBERSHIP)
                .where(_MEMBERSHIP.c.id == bindparam("membership"))
                .values(position=bindparam("new_position")),
                [{"membership": row.membership_id, "new_position": row.new["position"]} for row in places],
            )
        self._note(
            [
                (
                    row,
                    row.person_id or 0,
                    "changed",
                    {
                        "was": {name: row.now[name] for name in row.new},
                        "became": dict(row.new),
                        "membership": row.membership_id,
                        "opened": opened.get(row.membership_id or 0),
                    },
                )
                for row in rows
            ]
        )
        self.stored.followed.update(
            row.person_id or 0 for row in rows if row.new.keys() & {"unit", "member", "name"}
        )
        self.stored.changed += len(rows)

    def _move(self, rows: Mapping[int, Planned]) -> dict[int, int]:
        """End these memberships and open others; the new one's id by the old one's."""
        if not rows:
            return {}
        table = _MEMBERSHIP.c
        these = queries.among(self._session, table.id, list(rows))
        found = self._session.execute(select(table.id, table.main).where(these))
        is_main = dict(found.all())
        self._close(list(rows))
        ids = next_ids(self._session, _MEMBERSHIP, len(rows))
        self._belong(
            (id_, row.person_id, row.new["unit"], row.new.get("position", row.now["position"]), is_main[old])
            for id_, (old, row) in zip(ids, rows.items(), strict=True)
        )
        return dict(zip(rows, ids, strict=True))

    def _close(self, memberships: Sequence[int]) -> None:
        ended = update(_MEMBERSHIP).where(queries.among(self._session, _MEMBERSHIP.c.id, memberships))
        self._session.execute(ended.values(valid_to=self._today))

    # ------------------------------------------------------------------------------------------- what was before

    def _note(self, rows: Iterable[tuple[Planned, int, str, Mapping[str, object]]]) -> None:
        self._keep((row.sheet, row.row, person, kind, before) for row, person, kind, before in rows)

    def _keep(self, rows: Iterable[tuple[int, int, int, str, Mapping[str, object]]]) -> None:
        told = ((*row[:4], _json(row[4])) for row in rows)
        bulk.add(self._session, _ROW, _OF_ROW, told, roster_id=self._roster_id)


def _of_person(values: Mapping[str, object]) -> tuple[Any, ...]:
    """Values by FIELDS as those of the columns _OF_PERSON."""
    name = nfc(str(values["name"])).strip()
    return (
        name, sort_key(name), name_key(name), values.get("born") or None, values.get("card") or None,
        values.get("phone") or None, values.get("email") or None, values["member"],
    )  # fmt: skip


def next_ids(session: Session, table: Table, count: int) -> list[int]:
    """Ids for rows to come, so that nothing need be asked back: the sequence's, or the next where one writes alone."""
    if not count:
        return []
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(select(func.max(table.c.id))) or 0
        return list(range(last + 1, last + 1 + count))
    wanted = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    return [int(id_) for id_ in session.scalars(wanted, {"name": table.name, "count": count})]


def batches(values: Iterable[_T]) -> Iterator[list[_T]]:
    """The values in lists of what one statement takes."""
    remaining = iter(values)
    while some := list(islice(remaining, _AT_ONCE)):
        yield some
