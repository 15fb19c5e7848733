"""Enrolments follow people: put right after any change of memberships (docs/decisions/0016-units-and-time.md).

Until somebody has finished a course, they are counted in it where they belong. Whoever has finished, or was in a course
when it was closed, stays where they were counted then; where they are now is noted beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from lms.courses import stages
from lms.courses.counting import CHUNK, forget, rebuild_units
from lms.courses.history import keep
from lms.courses.models import Course, CourseUnit, Enrolment
from lms.organisation.models import Membership, Person, UnitPath
from lms.organisation.queries import present


@dataclass(frozen=True, slots=True)
class Followed:
    """How many enrolments were added, and how many were put right."""

    enrolled: int = 0
    changed: int = 0


def follow(session: Session, person_ids: Iterable[int], *, now: datetime) -> Followed:
    """Enrol these people in the open courses that their units take part in, and put their enrolments where they belong.

    What the enrolments said is kept, stages and counts are brought up to date, all in the caller's transaction. Whoever
    is in no unit keeps what they must do, counted in the unit they left, until they belong somewhere again. Doing it
    again changes nothing.
    """
    session.flush()
    ids = sorted(set(person_ids))
    enrolled = changed = 0
    touched: dict[int, set[int]] = defaultdict(set)  # units to be counted anew, by course
    for at in range(0, len(ids), CHUNK):
        chunk = ids[at : at + CHUNK]
        enrolled += _enrol(session, chunk, touched, now)
        changed += _put_right(session, chunk, touched, now)
    for course_id, unit_ids in sorted(touched.items()):
        rebuild_units(session, course_id, unit_ids)
    if enrolled or changed:
        forget(session)
    return Followed(enrolled, changed)


def follow_elsewhere(session: Session, course_id: int, *, now: datetime) -> Followed:
    """Follow those of a course who are elsewhere: somebody of them may have it to finish again."""
    return follow(
        session,
        session.scalars(
            select(Enrolment.person_id).where(Enrolment.course_id == course_id, Enrolment.elsewhere)
        ).all(),
        now=now,
    )


def _enrol(session: Session, person_ids: Sequence[int], touched: dict[int, set[int]], now: datetime) -> int:
    """Add who came to a unit that takes part in an open course; (course, unit) of each goes into `touched`."""
    takes_part = exists().where(
        CourseUnit.course_id == Course.id,
        CourseUnit.unit_id == UnitPath.ancestor_id,
        UnitPath.descendant_id == Membership.unit_id,
    )
    there = exists().where(Enrolment.course_id == Course.id, Enrolment.person_id == Person.id)
    running = select(Course.id).where(Course.state == "open", Course.closes_at > now)
    if not session.scalars(running.order_by(Course.id).with_for_update(read=True)).all():
        return 0
    newcomers = (
        select(
            Course.id,
            Person.id,
            Membership.unit_id,
            case((Person.member, "must"), else_="guest"),
            literal(""),
            Person.sort_key,
            literal(now, Enrolment.enrolled_at.type),
        )
        .select_from(Person)
        .join(Membership, (Membership.person_id == Person.id) & present())
        .join(Course, (Course.state == "open") & (Course.closes_at > now))
        .where(Person.id.in_(person_ids), Person.disabled_at.is_(None), takes_part, ~there)
    )
    columns = ["course_id", "person_id", "unit_id", "obligation", "reason", "sort_key", "enrolled_at"]
    added = session.execute(
        insert(Enrolment)
        .from_select(columns, newcomers)
        .returning(Enrolment.id, Enrolment.course_id, Enrolment.unit_id)
    ).all()
    _stages(session, added)
    for row in added:
        touched[row.course_id].add(row.unit_id)
    return len(added)


def _put_right(
    session: Session, person_ids: Sequence[int], touched: dict[int, set[int]], now: datetime
) -> int:
    """Unit, elsewhere and present unit of those enrolments that say something else than the memberships do."""
    belongs = (Membership.person_id == Enrolment.person_id) & present()
    should = _said(Membership.unit_id, Course.state == "closed")
    wrong = or_(*(getattr(Enrolment, name).is_distinct_from(value) for name, value in should.items()))
    rows = session.execute(
        select(Enrolment.id, Enrolment.course_id, Enrolment.unit_id)
        .join(Course, Course.id == Enrolment.course_id)
        .outerjoin(Membership, belongs)
        .where(Enrolment.person_id.in_(person_ids), wrong)
        .order_by(Enrolment.id)
        .with_for_update(of=Enrolment)
    ).all()
    if not rows:
        return 0
    ids = [row.id for row in rows]
    keep(session, ids, now)
    after: list[Any] = []
    for at in range(0, len(ids), CHUNK):
        after += session.execute(
            update(Enrolment)
            .where(Enrolment.id.in_(ids[at : at + CHUNK]))
            .values(_said_by_itself())
            .returning(Enrolment.id, Enrolment.course_id, Enrolment.unit_id)
            .execution_options(synchronize_session=False)
        ).all()
    before = {row.id: row.unit_id for row in rows}
    moved = [row for row in after if row.unit_id != before[row.id]]
    _stages(session, moved)
    for row in moved:
        touched[row.course_id] |= {row.unit_id, before[row.id]}
    return len(rows)


def _said(present_unit: Any, closed: ColumnElement[bool]) -> dict[str, ColumnElement[Any]]:
    """What an enrolment must say of where its person belongs, as expressions of the old row."""
    settled = Enrolment.finished_at.is_not(None) | closed
    counted = case((settled, Enrolment.unit_id), else_=func.coalesce(present_unit, Enrolment.unit_id))
    elsewhere = present_unit.is_distinct_from(counted)
    return {"unit_id": counted, "elsewhere": elsewhere, "now_unit_id": case((elsewhere, present_unit))}


def _said_by_itself() -> dict[str, ColumnElement[Any]]:
    """The same for a statement that has the enrolment alone."""
    present_unit = (
        select(Membership.unit_id)
        .where(Membership.person_id == Enrolment.person_id, present())
        .correlate(Enrolment)
        .scalar_subquery()
    )
    closed = exists().where(Course.id == Enrolment.course_id, Course.state == "closed").correlate(Enrolment)
    return _said(present_unit, closed)


def _stages(session: Session, rows: Sequence[Any]) -> None:
    by_course: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        by_course[row.course_id].append(row.id)
    for course_id, ids in sorted(by_course.items()):
        stages.assign(session, course_id, ids)
