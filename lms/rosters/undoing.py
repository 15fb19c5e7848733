"""Taking a stored list back: everything that nobody has touched since becomes as it was, the rest is named and kept.

A long list is taken back a piece at a time, each in a transaction of its own, so that others write in between. Every
piece leaves people, enrolments and counts as they must be, and notes how far it came: a killed job goes on from there,
so that no list stays undone in part. Who was added goes first: what they bear (a card number) may be given back after.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, or_, select, union, update
from sqlalchemy.orm import Session

from lms.accounts.models import Credential, FirstCode, Preference
from lms.audit.actions import record
from lms.courses.counting import rebuild_units
from lms.courses.following import follow
from lms.courses.models import Enrolment, EnrolmentPast
from lms.kit.db import Base, table_of
from lms.organisation.models import Membership, Person
from lms.rosters import bulk, queries
from lms.rosters.actions import SO_FAR
from lms.rosters.models import Roster, RosterRow
from lms.rosters.rules import OF_PERSON, Known
from lms.rosters.storing import COLUMNS, sign_of
from lms.vietnamese.names import search_key, sort_key

_PERSON, _MEMBERSHIP, _ENROLMENT = table_of(Person), table_of(Membership), table_of(Enrolment)
_CREDENTIAL, _ROW = table_of(Credential), table_of(RosterRow)
_GOES_ALONG = {
    "membership",
    "enrolment",
    "first_code",
    "credential",
    "preference",
    "roster_row",
}  # looked at apart
KINDS = ("added", "changed", "left")  # in this order; the others changed nothing
PIECE = 2_000  # rows: about a tenth of a second
MOST_NAMED = 500


@dataclass
class Undone:
    """How much was taken back so far, and who is kept as they are now: [person, sheet, row, name, why].

    `after`: the last row that was looked at (its kind, sheet and row); `done`, `of`: how many rows, and of how many.
    """

    removed: int = 0
    restored: int = 0
    returned: int = 0
    kept: list[list[Any]] = field(default_factory=list)
    kept_in_all: int = 0
    after: tuple[str, int, int] | None = None
    done: int = 0
    of: int = 0

    def to_json(self) -> dict[str, Any]:
        """For the summary of the list."""
        return {
            "removed": self.removed, "restored": self.restored, "returned": self.returned,
            "kept": self.kept, "kept_in_all": self.kept_in_all,
        }  # fmt: skip

    def so_far(self) -> dict[str, Any]:
        """For the summary of a list of which more is to be taken back."""
        return self.to_json() | {"after": self.after, "done": self.done, "of": self.of}


def undo_some(session: Session, roster_id: int, *, by: int | None, now: datetime) -> Undone | None:
    """Take the next piece of a list back, in the caller's transaction; None when nothing is left to be done."""
    roster = session.get_one(Roster, roster_id, with_for_update=True, populate_existing=True)
    if roster.state != "undoing":
        return None
    undone = Undone(**roster.summary.get(SO_FAR, {}))
    if not undone.of:
        undone.of = queries.count_rows(session, roster_id, KINDS)
    rows = queries.rows_after(session, roster_id, KINDS, undone.after, PIECE)
    if not rows:
        _end(session, roster, undone, by=by, now=now)
        return None
    with bulk.roomy(session):
        work = _Undoing(session, roster_id, undone)
        work.take(rows)
    follow(session, work.followed, now=now)
    last = rows[-1]
    undone.after, undone.done = (last.kind, last.sheet, last.row), undone.done + len(rows)
    roster.summary = {**roster.summary, SO_FAR: undone.so_far()}
    session.flush()
    return undone


def _end(session: Session, roster: Roster, undone: Undone, *, by: int | None, now: datetime) -> None:
    summary = {name: value for name, value in roster.summary.items() if name != SO_FAR}
    roster.state, roster.undone_at = "undone", now
    roster.summary = {**summary, "undone": undone.to_json()}
    told = {name: value for name, value in undone.to_json().items() if name != "kept"}
    record(session, "roster.undo", "roster", roster.id, actor_id=by, now=now, unit_id=roster.unit_id, **told)
    session.flush()


class _Undoing:
    """The statements of one piece."""

    def __init__(self, session: Session, roster_id: int, undone: Undone) -> None:
        self._session, self._roster_id = session, roster_id
        self._undone = undone
        self.followed: set[int] = set()

    def take(self, rows: Sequence[Row[Any]]) -> None:
        """A few rows, of any kind."""
        self._remove([row for row in rows if row.kind == "added"])
        self._restore([row for row in rows if row.kind == "changed"])
        self._return([row for row in rows if row.kind == "left"])

    # ------------------------------------------------------------------------------------------- added

    def _remove(self, rows: list[Row[Any]]) -> None:
        ids = [row.person_id for row in rows]
        present = queries.present_rows(
            self._session, [(row.person_id, row.before["membership"]) for row in rows]
        )
        active = _active(self._session, ids, self._roster_id)
        gone: list[int] = []
        for row in rows:
            known = present.get((row.person_id, row.before["membership"]))
            if row.person_id in active:
                self._keep(row, known, "active")
            elif known is None or _differs(known, row.before):
                self._keep(row, known, "changed")
            else:
                gone.append(row.person_id)
        for course_id, units in sorted(_delete_people(self._session, gone).items()):
            rebuild_units(self._session, course_id, units)
        self._undone.removed += len(gone)

    # ------------------------------------------------------------------------------------------- changed

    def _restore(self, rows: list[Row[Any]]) -> None:
        places = {row.person_id: row.before["opened"] or row.before["membership"] for row in rows}
        present = queries.present_rows(self._session, list(places.items()))
        cards = [row.before["was"]["card"] for row in rows if row.before["was"].get("card")]
        taken = queries.people_with_cards(self._session, cards)  # by somebody else since
        for row in rows:
            known = present.get((row.person_id, places[row.person_id]))
            if known is None or _differs(known, row.before) or row.before["was"].get("card") in taken:
                self._keep(row, known, "changed")
                continue
            self._put_back(row, known, row.before["was"])
            self.followed.add(row.person_id)
            self._undone.restored += 1

    def _put_back(self, row: Row[Any], known: Known, was: dict[str, Any]) -> None:
        of_person = {COLUMNS[name]: was[name] for name in OF_PERSON if name in was}
        if "full_name" in of_person:
            name = of_person["full_name"]
            of_person |= {"sort_key": sort_key(name), "search_key": search_key(name)}
        if of_person:
            values = {name: None if value == "" else value for name, value in of_person.items()}
            self._session.execute(update(_PERSON).where(_PERSON.c.id == row.person_id).values(values))
        if "unit" in was:
            self._reopen([row.before["membership"]], [row.before["opened"]])
        elif "position" in was:
            place = update(_MEMBERSHIP).where(_MEMBERSHIP.c.id == known.membership_id)
            self._session.execute(place.values(position=was["position"]))

    # ------------------------------------------------------------------------------------------- left

    def _return(self, rows: list[Row[Any]]) -> None:
        ids = [row.person_id for row in rows]
        elsewhere = set(
            self._session.scalars(
                select(_MEMBERSHIP.c.person_id).where(
                    queries.among(self._session, _MEMBERSHIP.c.person_id, ids),
                    _MEMBERSHIP.c.valid_to.is_(None),
                    _MEMBERSHIP.c.main,
                )
            )
        )
        for row in rows:
            if row.person_id in elsewhere:
                self._keep(row, None, "changed")
        back = [row for row in rows if row.person_id not in elsewhere]
        self._reopen([row.before["membership"] for row in back], [])
        self.followed.update(row.person_id for row in back)
        self._undone.returned += len(back)

    def _reopen(self, ended: Collection[int], opened: Collection[int]) -> None:
        id_ = _MEMBERSHIP.c.id
        self._session.execute(delete(_MEMBERSHIP).where(queries.among(self._session, id_, list(opened))))
        again = update(_MEMBERSHIP).where(queries.among(self._session, id_, list(ended)))
        self._session.execute(again.values(valid_to=None))

    def _keep(self, row: Row[Any], known: Known | None, why: str) -> None:
        name = known.name if known is not None else self._session.get_one(Person, row.person_id).full_name
        self._undone.kept_in_all += 1
        if len(self._undone.kept) < MOST_NAMED:
            self._undone.kept.append([row.person_id, row.sheet, row.row, name, why])


def _differs(known: Known, before: Mapping[str, Any]) -> bool:
    """Whether somebody is no longer as the list made them; a list of before says nothing of what was added since."""
    now = known.values()
    if "sign" in before:
        return sign_of(now) != str(before["sign"])
    return any(now[name] != value for name, value in before["became"].items())


def _active(session: Session, ids: Sequence[int], roster_id: int) -> set[int]:
    """Those who signed in, sat an exam, hold a role, stand in another list … : whom any other row knows.

    A list gives its people ids that follow each other, so every table is asked for the whole range at once.
    """
    if not ids:
        return set()
    first, last = min(ids), max(ids)

    def of(column: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
        return select(column).where(column.between(first, last), *conditions)

    begun = or_(
        Enrolment.started_at.is_not(None),
        Enrolment.finished_at.is_not(None),
        Enrolment.obligation == "exempt",
        Enrolment.label != "",
    )
    several = of(_MEMBERSHIP.c.person_id).group_by(_MEMBERSHIP.c.person_id).having(func.count() > 1)
    known = union(
        *(of(column) for column in _references()),
        of(_CREDENTIAL.c.person_id, Credential.password_hash != ""),
        of(_ROW.c.person_id, RosterRow.roster_id != roster_id),
        of(_ENROLMENT.c.person_id, begun),
        several,
    )
    return set(ids).intersection(session.scalars(known))


def _references() -> Iterator[ColumnElement[int]]:
    """Every column of the database that names a person, but for what comes and goes with them."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column is _PERSON.c.id and (
                table.name not in _GOES_ALONG or key.parent.name != "person_id"
            ):
                yield key.parent


def _delete_people(session: Session, ids: Sequence[int]) -> dict[int, set[int]]:
    """Delete them with all that goes along; the units in which they were counted, by course."""
    if not ids:
        return {}
    e = _ENROLMENT.c
    theirs = queries.among(session, e.person_id, ids)
    enrolled = session.execute(select(e.id, e.course_id, e.unit_id).where(theirs)).all()
    past = table_of(EnrolmentPast)
    if enrolled:
        gone = queries.among(session, past.c.enrolment_id, [row.id for row in enrolled])
        session.execute(delete(past).where(gone))
    for table in (_ROW, table_of(FirstCode), _CREDENTIAL, table_of(Preference), _ENROLMENT, _MEMBERSHIP):
        session.execute(delete(table).where(queries.among(session, table.c.person_id, ids)))
    session.execute(delete(_PERSON).where(queries.among(session, _PERSON.c.id, ids)))
    touched: dict[int, set[int]] = {}
    for row in enrolled:
        touched.setdefault(row.course_id, set()).add(row.unit_id)
    return touched
