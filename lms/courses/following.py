"""Enrolments follow people: put right after any change of memberships, and after what is known of a person (the name,
being a member) was corrected (docs/decisions/0016-units-and-time.md).

Until somebody has finished a course, they are counted in it where they belong (`lms.courses.place`). Whoever has
finished, or was in a course when it was closed, stays where they were counted then; where they are now is noted beside
it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, exists, insert, literal, select, update
from sqlalchemy.orm import Session

from lms.courses import place, stages
from lms.courses.counting import CHUNK, forget, rebuild_units
from lms.courses.history import keep
from lms.courses.models import Course, Enrolment
from lms.organisation.models import Person


@dataclass(frozen=True, slots=True)
class Followed:
    """How many enrolments were added, and how many were put right."""

    enrolled: int = 0
    changed: int = 0


def follow(session: Session, person_ids: Iterable[int], *, now: datetime, new: bool = False) -> Followed:
    """Enrol these people in the open courses that their units take part in, and put their enrolments where they belong.

    What the enrolments said is kept, stages and counts are brought up to date, all in the caller's transaction. Whoever
    is in no unit keeps what they must do, counted in the unit they left, until they belong somewhere again. Doing it
    again changes nothing. `new`: these people were added just now, so that there is nothing yet to be put right.
    """
    session.flush()
    ids = sorted(set(person_ids))
    enrolled = changed = 0
    touched: dict[int, set[int]] = defaultdict(set)  # units to be counted anew, by course
    for at in range(0, len(ids), CHUNK):
        chunk = ids[at : at + CHUNK]
        enrolled += _enrol(session, chunk, touched, now)
        if not new:
            changed += _put_right(session, chunk, touched, now) + _name(session, chunk)
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
    there = exists().where(Enrolment.course_id == Course.id, Enrolment.person_id == Person.id)
    running = select(Course.id).where(Course.state == "open", Course.closes_at > now)
    if not session.scalars(running.order_by(Course.id).with_for_update(read=True)).all():
        return 0
    newcomers = (
        select(
            Course.id,
            Person.id,
            place.counted_in(Course.id),
            case((Person.member, "must"), else_="guest"),
            literal(""),
            Person.sort_key,
            literal(now, Enrolment.enrolled_at.type),
        )
        .select_from(Person)
        .join(Course, (Course.state == "open") & (Course.closes_at > now))
        .outerjoin(place.Main, place.of_main())
        .outerjoin(place.Second, place.of_second())
        .where(Person.id.in_(person_ids), Person.disabled_at.is_(None), place.brought_in(Course.id), ~there)
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
    """Unit, elsewhere, present unit and obligation of those enrolments that say something else than they must."""
    theirs = select(Enrolment.id, Enrolment.course_id, Enrolment.unit_id, Enrolment.obligation)
    rows = session.execute(
        place.beside_people(theirs)
        .where(Enrolment.person_id.in_(person_ids), place.says_otherwise())
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
            .values(place.should_say())
            .returning(Enrolment.id, Enrolment.course_id, Enrolment.unit_id, Enrolment.obligation)
            .execution_options(synchronize_session=False)
        ).all()
    before = {row.id: row for row in rows}
    _stages(session, [row for row in after if row.unit_id != before[row.id].unit_id])
    for row in after:
        old = before[row.id]
        if (row.unit_id, row.obligation) != (old.unit_id, old.obligation):
            touched[row.course_id] |= {row.unit_id, old.unit_id}
    return len(rows)


def _name(session: Session, person_ids: Sequence[int]) -> int:
    """Let enrolments stand where their people's names belong; one statement. How many did not."""
    key = (
        select(Person.sort_key).where(Person.id == Enrolment.person_id).correlate(Enrolment).scalar_subquery()
    )
    named = session.execute(
        update(Enrolment)
        .where(Enrolment.person_id.in_(person_ids), Enrolment.sort_key != key)
        .values(sort_key=key)
        .returning(Enrolment.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(named)


def _stages(session: Session, rows: Sequence[Any]) -> None:
    by_course: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        by_course[row.course_id].append(row.id)
    for course_id, ids in sorted(by_course.items()):
        stages.assign(session, course_id, ids)
