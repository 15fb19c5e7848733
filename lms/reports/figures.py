"""Figures of units in a course: as of then or as of now, as they are or as they were at an earlier moment.

Three ways, by what is asked:

- as of then, as things are: the kept counts, summed over the tree. The way of the unit's page.
- as of now: the kept counts, corrected by the few who belong elsewhere now.
- at an earlier moment: from the ground. Nothing counts that happened later; what an enrolment said at the moment is
  told by EnrolmentPast where its own moments do not tell it. No kept count is used.

Every way takes a number of queries that does not depend on how many units are asked for. People are counted where
`state` says they belong; attempts as of then in the unit in which they were begun, as of now where the person belongs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from lms.attempts.models import Attempt
from lms.courses.models import CourseUnit, Enrolment, EnrolmentPast
from lms.courses.queries import COUNTED, counts_of_each
from lms.exams.models import Exam
from lms.organisation.models import FormerName, Unit, UnitPath
from lms.organisation.queries import alive, below
from lms.reports.report import Asked
from lms.reports.rules import UnitLine, anybody
from lms.vietnamese.names import text_key

Counts = dict[int, dict[str, int]]  # {unit: {name of COUNTED: number}}
PEOPLE = COUNTED[:-1]  # all but the attempts


def counts(session: Session, course_id: int, unit_ids: Sequence[int], asked: Asked) -> Counts:
    """{unit: counts with everything below it}, as `asked.as_of` and `asked.moment` want them; where nobody takes part
    everything is 0. One query for the kept counts, five as of now, two at an earlier moment."""
    if asked.moment is not None:
        people = _of_each(session, unit_ids, _people_by_unit(course_id, asked))
        return _sum(
            unit_ids, ((people, 1), (_of_each(session, unit_ids, _attempts_by_unit(course_id, asked)), 1))
        )
    kept = counts_of_each(session, course_id, unit_ids)
    return kept if asked.as_of == "then" else _corrected(session, course_id, unit_ids, kept)


# ------------------------------------------------------------------------------------------------ state of people


def state(course_id: int, asked: Asked, *, within: int | None = None) -> Select[Any]:
    """The enrolments of the course as they were at the moment asked for: id, person_id, sort_key, unit_id (where the
    person is counted; None: in no unit), obligation, reason, started_at, finished_at. `within`: only of those who are
    counted in this unit or below it."""
    moment = asked.moment
    if moment is None:
        unit = Enrolment.unit_id if asked.as_of == "then" else _unit_now()
        said = (unit, Enrolment.obligation, Enrolment.reason, Enrolment.started_at, Enrolment.finished_at)
        here = true() if within is None else _present_in(asked, below([within]))
        return _state(*said).where(Enrolment.course_id == course_id, here)
    past = _past(course_id, moment)

    def then(name: str) -> ColumnElement[Any]:
        return case((past.c.id.is_not(None), past.c[name]), else_=getattr(Enrolment, name))

    def if_happened(name: str) -> ColumnElement[Any]:
        return case((then(name) <= moment, then(name)))

    unit_now = case((then("elsewhere"), then("now_unit_id")), else_=then("unit_id"))
    unit = then("unit_id") if asked.as_of == "then" else unit_now
    return (
        _state(
            unit,
            then("obligation"),
            then("reason"),
            if_happened("started_at"),
            if_happened("finished_at"),
        )
        .outerjoin(past, past.c.enrolment_id == Enrolment.id)
        .where(Enrolment.course_id == course_id, Enrolment.enrolled_at <= moment)
        .where(true() if within is None else unit.in_(below([within])))
    )


def _state(unit: Any, obligation: Any, reason: Any, started: Any, finished: Any) -> Select[Any]:
    return select(
        Enrolment.id.label("id"),
        Enrolment.person_id.label("person_id"),
        Enrolment.sort_key.label("sort_key"),
        unit.label("unit_id"),
        obligation.label("obligation"),
        reason.label("reason"),
        started.label("started_at"),
        finished.label("finished_at"),
    ).select_from(Enrolment)


def _present_in(asked: Asked, units: Select[int]) -> ColumnElement[bool]:
    """In columns rather than in the expression that chooses between them, so that their indexes serve."""
    own = Enrolment.unit_id.in_(units)
    if asked.as_of == "then":
        return own
    return (own & ~Enrolment.elsewhere) | (Enrolment.elsewhere & Enrolment.now_unit_id.in_(units))


def _unit_now() -> ColumnElement[Any]:
    return case((Enrolment.elsewhere, Enrolment.now_unit_id), else_=Enrolment.unit_id)


def _past(course_id: int, moment: datetime) -> Any:
    """Of each enrolment that was replaced after the moment, what it said then: the row that was kept next."""
    theirs = Enrolment.id == EnrolmentPast.enrolment_id
    place = func.row_number().over(
        partition_by=EnrolmentPast.enrolment_id, order_by=(EnrolmentPast.until, EnrolmentPast.id)
    )
    kept = (
        select(*EnrolmentPast.__table__.c, place.label("place"))
        .join(Enrolment, theirs)
        .where(Enrolment.course_id == course_id, EnrolmentPast.until > moment)
        .subquery()
    )
    return select(kept).where(kept.c.place == 1).subquery()


def handed_in(asked: Asked) -> ColumnElement[bool]:
    """That an attempt of the statement counts: handed in, and not void, at the moment asked for."""
    if asked.moment is None:
        return Attempt.state == "submitted"
    return (func.coalesce(Attempt.submitted_at, Attempt.deadline_at) <= asked.moment) & or_(
        Attempt.state == "submitted", and_(Attempt.state == "void", Attempt.voided_at > asked.moment)
    )


def exams_of(course_id: int) -> Select[int]:
    """Ids of the course's exams, as a subquery."""
    return select(Exam.id).where(Exam.course_id == course_id)


# ------------------------------------------------------------------------------------------------ from the ground


def _people_by_unit(course_id: int, asked: Asked) -> Select[Any]:
    people = state(course_id, asked).subquery()
    return select(people.c.unit_id, *people_sums(people.c)).group_by(people.c.unit_id)


def people_sums(of: Any) -> list[ColumnElement[int]]:
    """The counts of people, named as in COUNTED, over rows with obligation, started_at and finished_at."""
    must, finished = of.obligation == "must", of.finished_at.is_not(None)
    conditions = (
        must,
        of.obligation == "exempt",
        of.obligation == "guest",
        must & of.started_at.is_not(None),
        must & finished,
        ~must & finished,
    )
    pairs = zip(PEOPLE, conditions, strict=True)
    return [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in pairs]


def _attempts_by_unit(course_id: int, asked: Asked) -> Select[Any]:
    counted = (Attempt.exam_id.in_(exams_of(course_id)), handed_in(asked))
    if asked.as_of == "then":
        unit: Any = Attempt.unit_id
        found = select(unit, func.count().label("attempts")).where(*counted)
    else:
        people = state(course_id, asked).subquery()
        unit = people.c.unit_id
        found = (
            select(unit, func.count().label("attempts"))
            .join(Attempt, Attempt.enrolment_id == people.c.id)
            .where(*counted)
        )
    return found.group_by(unit)


def _of_each(session: Session, unit_ids: Sequence[int], by_unit: Select[Any]) -> Counts:
    """Sums over the tree of a statement that gives the own counts of units: unit, then named numbers."""
    own = by_unit.subquery()
    unit, *numbers = own.c
    rows = session.execute(
        select(UnitPath.ancestor_id, *(func.sum(number).label(number.name) for number in numbers))
        .join(own, unit == UnitPath.descendant_id)
        .where(UnitPath.ancestor_id.in_(unit_ids))
        .group_by(UnitPath.ancestor_id)
    )
    return {row[0]: {number.name: int(row[place]) for place, number in enumerate(numbers, 1)} for row in rows}


def _sum(unit_ids: Sequence[int], parts: Iterable[tuple[Counts, int]]) -> Counts:
    total = {unit_id: dict.fromkeys(COUNTED, 0) for unit_id in unit_ids}
    for part, sign in parts:
        for unit_id, numbers in part.items():
            for name, number in numbers.items():
                total[unit_id][name] += sign * number
    return total


# ------------------------------------------------------------------------------------------------ as of now


def _corrected(session: Session, course_id: int, unit_ids: Sequence[int], kept: Counts) -> Counts:
    """The kept counts without those who are elsewhere, and with them where they are now."""

    def moved(unit: Any) -> Counts:
        elsewhere = (
            select(unit, *people_sums(Enrolment))
            .where(Enrolment.course_id == course_id, Enrolment.elsewhere)
            .group_by(unit)
        )
        return _of_each(session, unit_ids, elsewhere)

    def sat_elsewhere(unit: Any) -> Counts:
        return _of_each(session, unit_ids, _attempts_of_movers(course_id, unit))

    away = (moved(Enrolment.unit_id), sat_elsewhere(Attempt.unit_id))
    here = (moved(Enrolment.now_unit_id), sat_elsewhere(_unit_now()))
    return _sum(unit_ids, ((kept, 1), *((part, -1) for part in away), *((part, 1) for part in here)))


def _attempts_of_movers(course_id: int, unit: Any) -> Select[Any]:
    """The attempts of all who ever changed their unit in the course, by `unit`: found through the few enrolments that
    say so, never by looking at every attempt."""
    changed = (
        select(EnrolmentPast.enrolment_id)
        .join(Enrolment, Enrolment.id == EnrolmentPast.enrolment_id)
        .where(Enrolment.course_id == course_id, EnrolmentPast.unit_id != Enrolment.unit_id)
    )
    elsewhere = select(Enrolment.id).where(Enrolment.course_id == course_id, Enrolment.elsewhere)
    return (
        select(unit, func.count().label("attempts"))
        .select_from(Enrolment)
        .join(Attempt, Attempt.person_id == Enrolment.person_id)
        .where(
            Enrolment.id.in_(changed.union(elsewhere)),
            Attempt.exam_id.in_(exams_of(course_id)),
            Attempt.state == "submitted",
        )
        .group_by(unit)
    )


# ------------------------------------------------------------------------------------------------ units and names


def whole_and_parts(session: Session, asked: Asked, *, levels: int) -> tuple[UnitLine, list[UnitLine]]:
    """The unit with everything below it, and the units up to `levels` below in Vietnamese order, called as they were on
    the day. Two queries as things are, as of then.

    A part is listed when anybody of it is counted, or when it exists on the day and takes part in the course.
    """
    course_id, upper = asked.course.id, aliased(UnitPath)
    takes_part = exists().where(
        CourseUnit.course_id == course_id,
        CourseUnit.unit_id == upper.ancestor_id,
        upper.descendant_id == Unit.id,
    )
    name = name_on(Unit, asked.day) if asked.moment else Unit.name
    rows = session.execute(
        select(
            Unit.id, Unit.parent_id, name, UnitPath.depth, Unit.valid_to, and_(alive(asked.day), takes_part)
        )
        .join(UnitPath, UnitPath.descendant_id == Unit.id)
        .where(UnitPath.ancestor_id == asked.unit.id, UnitPath.depth.between(0, levels))
        .order_by(Unit.sort_key, Unit.id)
    ).all()
    if asked.moment:
        rows = sorted(rows, key=lambda row: (text_key(row[2]), row[0]))
    found = counts(session, course_id, [row[0] for row in rows], asked)
    lines = [UnitLine(*row[:4], found[row[0]], ended=_ended(row[4], asked.day)) for row in rows]
    whole = next(line for line in lines if line.depth == 0)
    listed = zip(lines, (row[5] for row in rows), strict=True)
    return whole, [line for line, there in listed if line.depth and (there or anybody(line.counts))]


def _ended(valid_to: date | None, day: date) -> date | None:
    return valid_to if valid_to is not None and valid_to <= day else None


def name_on(unit: type[Unit], day: date) -> ColumnElement[str]:
    """What a unit of the statement (the table or an alias of it) was called on a day."""
    former = (
        select(FormerName.name)
        .where(FormerName.unit_id == unit.id, FormerName.until > day)
        .order_by(FormerName.until)
        .limit(1)
        .correlate(unit)
        .scalar_subquery()
    )
    return func.coalesce(former, unit.name)
