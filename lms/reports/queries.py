"""What reports read: counts by unit, never from the enrolments themselves, and the names of those not finished."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from lms.accounts.models import SignIn
from lms.attempts.models import Standing
from lms.courses.models import Course, CourseCount, CourseModule, CourseUnit, Enrolment
from lms.courses.queries import COUNTED, counts_of_each
from lms.exams.models import Exam
from lms.organisation.models import Membership, Person, Unit, UnitPath
from lms.organisation.queries import alive, below
from lms.reports.rules import UnitLine, anybody, how_far
from lms.study.models import Reading

BATCH = 1000  # rows fetched at a time from a long list


def course_by_code(session: Session, code: str) -> Course | None:
    return session.scalar(select(Course).where(Course.code == code))


def all_courses(session: Session) -> Sequence[Course]:
    return session.scalars(select(Course).order_by(Course.id)).all()


def counts_by_course(
    session: Session, course_ids: Sequence[int], unit_ids: Sequence[int]
) -> dict[tuple[int, int], dict[str, int]]:
    """{(course, unit): counts with everything below}, in one query; pairs that nobody takes part in count 0."""
    sums = [func.coalesce(func.sum(getattr(CourseCount, name)), 0) for name in COUNTED]
    rows = session.execute(
        select(CourseCount.course_id, UnitPath.ancestor_id, *sums)
        .join(UnitPath, UnitPath.descendant_id == CourseCount.unit_id)
        .where(UnitPath.ancestor_id.in_(unit_ids), CourseCount.course_id.in_(course_ids))
        .group_by(CourseCount.course_id, UnitPath.ancestor_id)
    )
    found = {(row[0], row[1]): dict(zip(COUNTED, map(int, row[2:]), strict=True)) for row in rows}
    nobody = dict.fromkeys(COUNTED, 0)
    return {(c, u): found.get((c, u), nobody) for c in course_ids for u in unit_ids}


def how_many_below(session: Session, unit_id: int, levels: int) -> int:
    """The number of units up to so many levels below, whether they take part or not."""
    path = (UnitPath.ancestor_id == unit_id) & UnitPath.depth.between(1, levels)
    return session.scalar(select(func.count()).where(path)) or 0


def whole_and_parts(
    session: Session, course_id: int, unit: Unit, on: date, *, levels: int
) -> tuple[UnitLine, list[UnitLine]]:
    """The unit with everything below it, and the units up to `levels` below in Vietnamese order. Two queries.

    A part is listed when anybody of it is counted, or when it exists on the day and takes part in the course.
    """
    upper = aliased(UnitPath)
    takes_part = exists().where(
        CourseUnit.course_id == course_id,
        CourseUnit.unit_id == upper.ancestor_id,
        upper.descendant_id == Unit.id,
    )
    rows = session.execute(
        select(Unit.id, Unit.parent_id, Unit.name, UnitPath.depth, and_(alive(on), takes_part))
        .join(UnitPath, UnitPath.descendant_id == Unit.id)
        .where(UnitPath.ancestor_id == unit.id, UnitPath.depth.between(1, levels))
        .order_by(Unit.sort_key, Unit.id)
    ).all()
    counts = counts_of_each(session, course_id, [unit.id, *(row[0] for row in rows)])
    whole = UnitLine(unit.id, unit.parent_id, unit.name, 0, counts[unit.id])
    parts = [UnitLine(*row[:4], counts[row[0]]) for row in rows if row[4] or anybody(counts[row[0]])]
    return whole, parts


@dataclass(frozen=True, slots=True)
class NameLine:
    """A person who has not finished, or is exempt. `how_far` is a code of rules.HOW_FAR; `unit` says where
    in the unit that is reported on."""

    enrolment_id: int
    person_id: int
    name: str
    born: str | None
    position: str
    unit: str
    how_far: str
    reason: str


def unfinished_page(
    session: Session,
    course_id: int,
    unit_id: int,
    *,
    after: int | None = None,
    before: int | None = None,
    most: int,
) -> list[NameLine]:
    """A page of those who must finish and have not, by name. `after` or `before` an enrolment of the unit gives
    the page next to it. One row more than `most` tells that there is more: the last, or with `before` the first.
    """
    asked = select(Enrolment.id).where(_unfinished(course_id, unit_id))
    place = tuple_(Enrolment.sort_key, Enrolment.id)
    edge = _place(session, course_id, unit_id, after or before)
    if edge:
        asked = asked.where(place < tuple_(*edge) if before else place > tuple_(*edge))
    order = (Enrolment.sort_key, Enrolment.id)
    asked = asked.order_by(*(column.desc() for column in order) if edge and before else order)
    page = asked.limit(most + 1).subquery()
    rows = session.execute(
        _name_lines(course_id)
        .join(page, page.c.id == Enrolment.id)
        .order_by(Enrolment.sort_key, Enrolment.id)
    )
    return [_name_line(row, unit_id) for row in rows]


def _place(
    session: Session, course_id: int, unit_id: int, enrolment_id: int | None
) -> tuple[str, int] | None:
    """Where an enrolment of the unit stands in the order of names; None for any other."""
    if enrolment_id is None:
        return None
    theirs = and_(Enrolment.course_id == course_id, Enrolment.unit_id.in_(below([unit_id])))
    found = session.execute(
        select(Enrolment.sort_key, Enrolment.id).where(Enrolment.id == enrolment_id, theirs)
    ).first()
    return (found[0], found[1]) if found else None


def unfinished_and_exempt(session: Session, course_id: int, unit_id: int) -> Iterator[NameLine]:
    """All who must finish and have not, then all who are exempt: by the units directly below, by unit, by name.

    One query; rows are fetched as they are needed, so that memory stays flat.
    """
    branch, to_branch = aliased(Unit), aliased(UnitPath)
    exempt = and_(
        Enrolment.course_id == course_id,
        Enrolment.obligation == "exempt",
        Enrolment.unit_id.in_(below([unit_id])),
    )
    listed = (
        _name_lines(course_id)
        .outerjoin(
            to_branch,
            and_(
                to_branch.descendant_id == Enrolment.unit_id,
                to_branch.ancestor_id.in_(select(Unit.id).where(Unit.parent_id == unit_id)),
            ),
        )
        .outerjoin(branch, branch.id == to_branch.ancestor_id)
        .where(or_(_unfinished(course_id, unit_id), exempt))
        .order_by(
            case((Enrolment.obligation == "exempt", 1), else_=0),
            func.coalesce(branch.sort_key, ""),
            func.coalesce(branch.id, 0),
            Unit.sort_key,
            Unit.id,
            Enrolment.sort_key,
            Enrolment.id,
        )
        .execution_options(yield_per=BATCH)
    )
    return (_name_line(row, unit_id) for row in session.execute(listed))


def _unfinished(course_id: int, unit_id: int) -> Any:
    return and_(
        Enrolment.course_id == course_id,
        Enrolment.unit_id.in_(below([unit_id])),
        Enrolment.obligation == "must",
        Enrolment.finished_at.is_(None),
    )


def _name_lines(course_id: int) -> Any:
    """Enrolments with the person, where they belong, and what they have done in the course."""
    above = aliased(Unit)
    sat = (
        exists()
        .where(
            Standing.exam_id.in_(select(Exam.id).where(Exam.course_id == course_id)),
            Standing.person_id == Enrolment.person_id,
        )
        .correlate(Enrolment)
    )
    read = (
        exists()
        .where(
            Reading.person_id == Enrolment.person_id,
            Reading.module_id.in_(select(CourseModule.module_id).where(CourseModule.course_id == course_id)),
        )
        .correlate(Enrolment)
    )
    return (
        select(
            Enrolment.id,
            Enrolment.person_id,
            Person.full_name,
            Person.born,
            func.coalesce(Membership.position, "").label("position"),
            Unit.id.label("unit_id"),
            Unit.name.label("unit"),
            above.id.label("above_id"),
            above.name.label("above"),
            Enrolment.obligation,
            Enrolment.reason,
            Enrolment.started_at,
            Enrolment.finished_at,
            read.label("read"),
            sat.label("submitted"),
            sat.where(Standing.passed_at.is_not(None)).label("passed"),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .outerjoin(above, above.id == Unit.parent_id)
        .outerjoin(Membership, (Membership.person_id == Enrolment.person_id) & Membership.valid_to.is_(None))
    )


def _name_line(row: Row[Any], unit_id: int) -> NameLine:
    near = row.above is None or unit_id in (row.unit_id, row.above_id)
    return NameLine(
        row.id,
        row.person_id,
        row.full_name,
        row.born,
        row.position,
        row.unit if near else f"{row.unit}, {row.above}",
        how_far(
            obligation=row.obligation,
            finished=row.finished_at is not None,
            read=row.read,
            started=row.started_at is not None,
            submitted=row.submitted,
            passed=row.passed,
        ),
        row.reason if row.obligation == "exempt" else "",
    )


def last_seen(session: Session, person_ids: Sequence[int]) -> dict[int, datetime]:
    """When each of them last signed in; who never did is left out."""
    rows = session.execute(
        select(SignIn.person_id, func.max(SignIn.started_at))
        .where(SignIn.person_id.in_(person_ids))
        .group_by(SignIn.person_id)
    )
    return {row[0]: row[1] for row in rows}
