"""Reading courses: what a person takes part in, what an officer or organiser may look at, and the counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from lms.courses.models import Course, CourseCount, CourseModule, CourseUnit, Enrolment
from lms.organisation.models import Membership, Person, UnitPath
from lms.organisation.queries import below
from lms.study.models import Module

COUNTED = ("must", "exempt", "guests", "started", "finished", "others_finished", "attempts")


def enrolment_of(session: Session, course_id: int, person_id: int) -> Enrolment | None:
    return session.scalar(
        select(Enrolment).where(Enrolment.course_id == course_id, Enrolment.person_id == person_id)
    )


def labels_of(session: Session, course_id: int) -> list[tuple[str, int]]:
    """The labels that people of the course have, with how many have each."""
    rows = session.execute(
        select(Enrolment.label, func.count())
        .where(Enrolment.course_id == course_id, Enrolment.label != "")
        .group_by(Enrolment.label)
        .order_by(Enrolment.label)
    )
    return [(label, people) for label, people in rows]


def counts_unit(session: Session, course_id: int, unit_id: int) -> bool:
    """Whether anybody of the unit or below it is in the course."""
    within = below([unit_id])
    return bool(
        session.scalar(
            select(exists().where(CourseCount.course_id == course_id, CourseCount.unit_id.in_(within)))
        )
    )


def modules_of(session: Session, course_id: int) -> Sequence[Module]:
    return session.scalars(
        select(Module)
        .join(CourseModule, CourseModule.module_id == Module.id)
        .where(CourseModule.course_id == course_id)
        .order_by(CourseModule.position)
    ).all()


def courses_organised(session: Session, within: Sequence[int]) -> Sequence[Course]:
    """Courses organised by the units or any below them, newest first."""
    return session.scalars(
        select(Course)
        .where(Course.unit_id.in_(below(within)))
        .order_by(Course.created_at.desc(), Course.id.desc())
    ).all()


def course_organised(session: Session, course_id: int, within: Sequence[int]) -> Course | None:
    """The course if one of the units or one below them organises it."""
    return session.scalar(select(Course).where(Course.id == course_id, Course.unit_id.in_(below(within))))


def courses_touching(session: Session, unit_ids: Sequence[int]) -> Sequence[Course]:
    """Opened courses in which anybody of these subtrees is counted, newest first: an officer's list."""
    touched = exists().where(CourseCount.course_id == Course.id, CourseCount.unit_id.in_(below(unit_ids)))
    return session.scalars(
        select(Course)
        .where(Course.state != "draft", touched)
        .order_by(Course.opens_at.desc(), Course.id.desc())
    ).all()


def counts(session: Session, course_id: int, unit_id: int) -> dict[str, int]:
    """The counts of the unit with everything below it, as {name: sum} for each of COUNTED."""
    return counts_of_each(session, course_id, [unit_id])[unit_id]


def counts_of_each(session: Session, course_id: int, unit_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """The same for several units in one query; units nobody of whom takes part count 0."""
    sums = [func.coalesce(func.sum(getattr(CourseCount, name)), 0).label(name) for name in COUNTED]
    rows = session.execute(
        select(UnitPath.ancestor_id, *sums)
        .join(
            CourseCount, CourseCount.unit_id == UnitPath.descendant_id + 0
        )  # + 0: SQLite then begins at the path
        .where(UnitPath.ancestor_id.in_(unit_ids), CourseCount.course_id == course_id)
        .group_by(UnitPath.ancestor_id)
    )
    found = {row[0]: {name: int(getattr(row, name)) for name in COUNTED} for row in rows}
    return {unit_id: found.get(unit_id, dict.fromkeys(COUNTED, 0)) for unit_id in unit_ids}


def course_counts(session: Session, course_id: int) -> dict[str, int]:
    """The counts of the whole course, as {name: sum} for each of COUNTED."""
    sums = [func.coalesce(func.sum(getattr(CourseCount, name)), 0) for name in COUNTED]
    row = session.execute(select(*sums).where(CourseCount.course_id == course_id)).one()
    return dict(zip(COUNTED, map(int, row), strict=True))


def units_of(session: Session, course_id: int) -> Sequence[int]:
    return session.scalars(select(CourseUnit.unit_id).where(CourseUnit.course_id == course_id)).all()


def is_running(course: Course, now: datetime) -> bool:
    return course.state == "open" and course.opens_at <= now < course.closes_at


def codes_taken(session: Session) -> frozenset[str]:
    return frozenset(session.scalars(select(Course.code)))


def newcomers(course_id: int) -> Select[int]:
    """Ids of people who belong to the course's units now, by either membership, and are not enrolled yet."""
    units = select(CourseUnit.unit_id).where(CourseUnit.course_id == course_id)
    return (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.valid_to.is_(None),
            Membership.unit_id.in_(select(UnitPath.descendant_id).where(UnitPath.ancestor_id.in_(units))),
            Person.disabled_at.is_(None),
            Person.id.not_in(select(Enrolment.person_id).where(Enrolment.course_id == course_id)),
        )
    )


@dataclass(frozen=True, slots=True)
class Expected:
    """How many people opening the course would enrol: members, who must finish, and others, as guests."""

    must: int
    guests: int


def expected(session: Session, course_id: int) -> Expected:
    rows = session.execute(
        select(Person.member, func.count()).where(Person.id.in_(newcomers(course_id))).group_by(Person.member)
    )
    found = {row[0]: row[1] for row in rows}
    return Expected(must=found.get(True, 0), guests=found.get(False, 0))


def course_visible(
    session: Session, course_id: int, *, organised_by: Sequence[int], counted_in: Sequence[int]
) -> Course | None:
    """The course for a trainer whose units organise it, or for an officer of whose units anybody is in it once
    it is no longer in preparation."""
    touched = exists().where(CourseCount.course_id == Course.id, CourseCount.unit_id.in_(below(counted_in)))
    return session.scalar(
        select(Course).where(
            Course.id == course_id,
            or_(Course.unit_id.in_(below(organised_by)), (Course.state != "draft") & touched),
        )
    )
