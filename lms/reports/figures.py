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

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from lms.attempts.models import Attempt
from lms.courses.models import CourseUnit, Enrolment
from lms.courses.queries import COUNTED
from lms.exams.models import Exam
from lms.organisation.models import FormerName, Unit, UnitPath
from lms.organisation.queries import alive, below
from lms.reports import kept, moments, movers
from lms.reports.kept import Counts
from lms.reports.movers import unit_now
from lms.reports.reading.tree import summed
from lms.reports.report import Asked
from lms.reports.rules import UnitLine, anybody
from lms.vietnamese.names import text_key

PEOPLE = COUNTED[:-1]  # all but the attempts


def counts(
    session: Session,
    course_id: int,
    unit_ids: Sequence[int],
    asked: Asked,
    as_they_are: Callable[[], Counts] | None = None,
) -> Counts:
    """{unit: counts with everything below it}, as `asked.as_of` and `asked.moment` want them; where nobody takes part
    everything is 0. One query for the kept counts, five as of now, two at an earlier moment; whoever only reads is told
    again what is known already. `as_they_are` reads the kept counts of the units, where there is a shorter way."""
    read = as_they_are or (lambda: kept.kept(session, course_id, unit_ids))
    if asked.moment is None and asked.as_of == "then":
        return read()

    def found(ids: list[int]) -> Counts:
        if asked.moment is None:
            as_then = read()
            return _corrected(session, course_id, ids, {unit_id: as_then[unit_id] for unit_id in ids})
        people = _of_each(session, ids, _people_by_unit(course_id, asked))
        return _sum(ids, ((people, 1), (_of_each(session, ids, _attempts_by_unit(course_id, asked)), 1)))

    return kept.once(session, (course_id, asked.as_of, asked.moment), unit_ids, found)


# ------------------------------------------------------------------------------------------------ state of people


def state(
    course_id: int,
    asked: Asked,
    *,
    within: int | None = None,
    in_order: bool = False,
    only: Sequence[int] | None = None,
) -> Select[Any] | CompoundSelect[Any]:
    """The enrolments of the course as they were at the moment asked for: id, person_id, sort_key, unit_id (where the
    person is counted; None: in no unit), obligation, reason, started_at, finished_at. `within`: only of those who are
    counted in this unit or below it. `in_order`: a few of very many are wanted, by name; they are then read in that
    order and held against the unit, instead of finding all of the unit and putting them in order. `only`:
    these enrolments of the course, which were found before."""
    moment = asked.moment
    if moment is None and within is not None and asked.as_of == "now" and not in_order:
        # each by a statement of its own, so that their indexes serve
        there, come = _as_it_is(Enrolment.unit_id), _as_it_is(Enrolment.now_unit_id)
        units, course = below([within]), Enrolment.course_id == course_id
        return union_all(
            there.where(course, Enrolment.unit_id.in_(units), ~Enrolment.elsewhere),
            come.where(course, Enrolment.elsewhere, Enrolment.now_unit_id.in_(units)),
        )
    if moment is None:
        unit = Enrolment.unit_id if asked.as_of == "then" else unit_now()
        if only is not None:
            return _as_it_is(unit).where(Enrolment.id.in_(only))
        where = unit + 0 if in_order else unit  # + 0: no index by unit is taken
        here = true() if within is None else where.in_(below([within]))
        return _as_it_is(unit).where(Enrolment.course_id == course_id, here)
    past = moments.enrolments_past(course_id, moment)

    def then(name: str) -> ColumnElement[Any]:
        return moments.was(past, Enrolment, name)

    def if_happened(name: str) -> ColumnElement[Any]:
        return case((then(name) <= moment, then(name)))

    as_now = case((then("elsewhere"), then("now_unit_id")), else_=then("unit_id"))
    unit = then("unit_id") if asked.as_of == "then" else as_now
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
        .where(true() if only is None else Enrolment.id.in_(only))
    )


def _as_it_is(unit: Any) -> Select[Any]:
    return _state(unit, Enrolment.obligation, Enrolment.reason, Enrolment.started_at, Enrolment.finished_at)


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
    counted = (Attempt.exam_id.in_(exams_of(course_id)), moments.handed_in(asked))
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


def _corrected(session: Session, course_id: int, unit_ids: Sequence[int], as_then: Counts) -> Counts:
    """The kept counts without those who are elsewhere, and with them where they are now."""
    own = movers.net(session, course_id, session.scalars(exams_of(course_id)).all())
    return _sum(unit_ids, ((as_then, 1), (summed(session, unit_ids, own, COUNTED), 1)))


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
    down = down_to(asked.unit.id, levels).subquery()
    rows = session.execute(
        select(Unit.id, Unit.parent_id, name, down.c.depth, Unit.valid_to, and_(alive(asked.day), takes_part))
        .join(down, down.c.id == Unit.id)
        .order_by(Unit.sort_key, Unit.id)
    ).all()
    if asked.moment:
        rows = sorted(rows, key=lambda row: (text_key(row[2]), row[0]))
    found = counts(
        session,
        course_id,
        [row[0] for row in rows],
        asked,
        lambda: kept.of_tree(session, course_id, rows, levels),
    )
    lines = [
        UnitLine(row[0], row[1], row[2], row[3], found[row[0]], ended=_ended(row[4], asked.day))
        for row in rows
    ]
    whole = next(line for line in lines if line.depth == 0)
    listed = zip(lines, (row[5] for row in rows), strict=True)
    return whole, [line for line, there in listed if line.depth and (there or anybody(line.counts))]


def down_to(unit_id: int, levels: int) -> CompoundSelect[Any]:
    """The unit and those up to `levels` below it, (id, depth), level after level: without looking at all below it."""
    level = [select(Unit.id, literal(0).label("depth")).where(Unit.id == unit_id)]
    above: Any = [unit_id]
    for depth in range(1, levels + 1):
        level.append(select(Unit.id, literal(depth).label("depth")).where(Unit.parent_id.in_(above)))
        above = select(Unit.id).where(Unit.parent_id.in_(above))
    return union_all(*level)


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
