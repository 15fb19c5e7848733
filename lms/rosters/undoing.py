"""Taking a stored list back: everything that nobody has touched since becomes as it was, the rest is named and kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from lms.accounts.models import Credential, FirstCode, Preference
from lms.audit.actions import record
from lms.courses.counting import rebuild_units
from lms.courses.following import follow
from lms.courses.models import Enrolment, EnrolmentPast
from lms.kit.db import Base, table_of
from lms.organisation.models import Membership, Person
from lms.rosters import queries
from lms.rosters.models import Roster, RosterRow
from lms.rosters.rules import OF_PERSON, Known
from lms.rosters.storing import COLUMNS, batches
from lms.vietnamese.dates import local
from lms.vietnamese.names import search_key, sort_key

_PERSON, _MEMBERSHIP, _ENROLMENT = table_of(Person), table_of(Membership), table_of(Enrolment)
_GOES_ALONG = {
    "membership",
    "enrolment",
    "first_code",
    "credential",
    "preference",
    "roster_row",
}  # looked at apart
MOST_NAMED = 500


@dataclass
class Undone:
    """How much was taken back, and who is kept as they are now: [person, sheet, row, name, why]."""

    removed: int = 0
    restored: int = 0
    returned: int = 0
    kept: list[list[Any]] = field(default_factory=list)
    followed: set[int] = field(default_factory=set)

    def to_json(self) -> dict[str, Any]:
        """For the summary of the list."""
        return {
            "removed": self.removed, "restored": self.restored, "returned": self.returned,
            "kept": self.kept[:MOST_NAMED], "kept_in_all": len(self.kept),
        }  # fmt: skip


def undo(session: Session, roster: Roster, *, by: int | None, now: datetime) -> Undone:
    """Take the list back, in the caller's transaction."""
    work = _Undoing(session, roster.id, local(now).date())
    for some in batches(queries.rows_of(session, roster.id)):
        work.take(some)
    follow(session, work.undone.followed, now=now)
    roster.state, roster.undone_at = "undone", now
    roster.summary = {**roster.summary, "undone": work.undone.to_json()}
    told = {name: value for name, value in work.undone.to_json().items() if name != "kept"}
    record(session, "roster.undo", "roster", roster.id, actor_id=by, now=now, unit_id=roster.unit_id, **told)
    session.flush()
    return work.undone


class _Undoing:
    """The statements of one list."""

    def __init__(self, session: Session, roster_id: int, today: date) -> None:
        self._session, self._roster_id, self._today = session, roster_id, today
        self.undone = Undone()

    def take(self, rows: Sequence[RosterRow]) -> None:
        """A few rows, of any kind."""
        self._remove([row for row in rows if row.kind == "added"])
        self._restore([row for row in rows if row.kind == "changed"])
        self._return([row for row in rows if row.kind == "left"])

    # ------------------------------------------------------------------------------------------- added

    def _remove(self, rows: list[RosterRow]) -> None:
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
            elif known is None or known.values() != row.before["became"]:
                self._keep(row, known, "changed")
            else:
                gone.append(row.person_id)
        _delete_people(self._session, gone)
        self.undone.removed += len(gone)

    # ------------------------------------------------------------------------------------------- changed

    def _restore(self, rows: list[RosterRow]) -> None:
        places = {row.person_id: row.before["opened"] or row.before["membership"] for row in rows}
        present = queries.present_rows(self._session, list(places.items()))
        for row in rows:
            known = present.get((row.person_id, places[row.person_id]))
            became, was = row.before["became"], row.before["was"]
            if known is None or any(known.values()[name] != value for name, value in became.items()):
                self._keep(row, known, "changed")
                continue
            self._put_back(row, known, was)
            self.undone.followed.add(row.person_id)
            self.undone.restored += 1

    def _put_back(self, row: RosterRow, known: Known, was: dict[str, Any]) -> None:
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

    def _return(self, rows: list[RosterRow]) -> None:
        ids = [row.person_id for row in rows]
        elsewhere = set(
            self._session.scalars(
                select(_MEMBERSHIP.c.person_id).where(
                    _MEMBERSHIP.c.person_id.in_(ids), _MEMBERSHIP.c.valid_to.is_(None), _MEMBERSHIP.c.main
                )
            )
        )
        for row in rows:
            if row.person_id in elsewhere:
                self._keep(row, None, "changed")
        back = [row for row in rows if row.person_id not in elsewhere]
        self._reopen([row.before["membership"] for row in back], [])
        self.undone.followed.update(row.person_id for row in back)
        self.undone.returned += len(back)

    def _reopen(self, ended: Collection[int], opened: Collection[int]) -> None:
        self._session.execute(delete(_MEMBERSHIP).where(_MEMBERSHIP.c.id.in_(opened)))
        again = update(_MEMBERSHIP).where(_MEMBERSHIP.c.id.in_(ended))
        self._session.execute(again.values(valid_to=None))

    def _keep(self, row: RosterRow, known: Known | None, why: str) -> None:
        name = known.name if known is not None else self._session.get_one(Person, row.person_id).full_name
        self.undone.kept.append([row.person_id, row.sheet, row.row, name, why])


def _active(session: Session, ids: Sequence[int], roster_id: int) -> set[int]:
    """Those who signed in, sat an exam, hold a role, stand in another list … : whom any other row knows."""
    found: set[int] = set()
    for column in _references():
        found.update(session.scalars(select(column).where(column.in_(ids)).distinct()))
    chosen = (Credential.person_id.in_(ids)) & (Credential.password_hash != "")
    found.update(session.scalars(select(Credential.person_id).where(chosen)))
    listed = RosterRow.person_id.in_(ids) & (RosterRow.roster_id != roster_id)
    found.update(session.scalars(select(RosterRow.person_id).where(listed)))
    begun = or_(
        Enrolment.started_at.is_not(None),
        Enrolment.finished_at.is_not(None),
        Enrolment.obligation == "exempt",
        Enrolment.label != "",
    )
    found.update(session.scalars(select(Enrolment.person_id).where(Enrolment.person_id.in_(ids), begun)))
    several = select(Membership.person_id).where(Membership.person_id.in_(ids)).group_by(Membership.person_id)
    found.update(session.scalars(several.having(func.count() > 1)))
    return found


def _references() -> Iterator[ColumnElement[int]]:
    """Every column of the database that names a person, but for what comes and goes with them."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column is _PERSON.c.id and (
                table.name not in _GOES_ALONG or key.parent.name != "person_id"
            ):
                yield key.parent


def _delete_people(session: Session, ids: Sequence[int]) -> None:
    if not ids:
        return
    enrolled = session.execute(
        select(Enrolment.id, Enrolment.course_id, Enrolment.unit_id).where(Enrolment.person_id.in_(ids))
    ).all()
    past = delete(EnrolmentPast).where(EnrolmentPast.enrolment_id == bindparam("enrolment"))
    if enrolled:
        session.connection().execute(past, [{"enrolment": row.id} for row in enrolled])
    for table in (RosterRow, FirstCode, Credential, Preference, Enrolment, Membership):
        session.execute(
            delete(table).where(table.person_id.in_(ids)), execution_options={"synchronize_session": False}
        )
    session.execute(
        delete(Person).where(Person.id.in_(ids)), execution_options={"synchronize_session": False}
    )
    touched: dict[int, set[int]] = {}
    for row in enrolled:
        touched.setdefault(row.course_id, set()).add(row.unit_id)
    for course_id, units in sorted(touched.items()):
        rebuild_units(session, course_id, units)
