"""What reports read: counts by unit, never from the enrolments themselves, and the names of those not finished."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from lms.accounts.models import SignIn
from lms.attempts.models import Attempt, Grade, Standing
from lms.courses.models import Course, CourseCount, CourseModule
from lms.courses.queries import COUNTED, course_counts
from lms.exams.models import Exam
from lms.organisation.models import Membership, Person, Unit, UnitPath
from lms.reports.figures import down_to, exams_of, name_on, state
from lms.reports.kept import kept
from lms.reports.moments import handed_in, latest_grade
from lms.reports.passing import had_passed
from lms.reports.report import Asked
from lms.reports.rules import how_far
from lms.study.models import ModulePassage, PassageRead, Reading

BATCH = 1000  # rows fetched at a time from a long list
ONE_IN = (
    50  # of the unfinished people of a course: from there on names are read in order until a page is full
)


def exams_shown(session: Session, course_id: int) -> Sequence[Exam]:
    """The exams of a course that reports can be about: published ones, the first to open first."""
    return session.scalars(
        select(Exam)
        .where(Exam.course_id == course_id, Exam.state != "draft")
        .order_by(Exam.opens_at, Exam.id)
    ).all()


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
    down = down_to(unit_id, levels).subquery()
    return (session.scalar(select(func.count()).select_from(down)) or 1) - 1


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
    asked: Asked,
    *,
    after: int | None = None,
    before: int | None = None,
    most: int,
) -> list[NameLine]:
    """A page of those who must finish and have not, by name. `after` or `before` an enrolment of the unit gives
    the page next to it. One row more than `most` tells that there is more: the last, or with `before` the first.
    """
    in_order = _many_of_all(session, asked)
    people = state(asked.course.id, asked, within=asked.unit.id, in_order=in_order).subquery()
    # of few people no index by name is taken: what is joined to nothing is no column of one
    order = (people.c.sort_key if in_order else people.c.sort_key.concat(""), people.c.id)
    wanted = select(people.c.id).where(_unfinished(people.c))
    edge = _place(session, people.c, after or before)
    if edge:
        place = tuple_(*order)
        wanted = wanted.where(place < tuple_(*edge) if before else place > tuple_(*edge))
    wanted = wanted.order_by(*(column.desc() for column in order) if edge and before else order)
    ids = session.scalars(wanted.limit(most + 1)).all()
    found = state(asked.course.id, asked, only=ids).subquery().c
    rows = session.execute(_name_lines(session, asked, found).order_by(found.sort_key, found.id))
    return [_name_line(row, asked.unit.id) for row in rows]


def _many_of_all(session: Session, asked: Asked) -> bool:
    """Whether so many of all unfinished people of the course are the unit's that reading on by name finds a page soon.
    Of a topmost unit always; else by the kept counts, in two queries, which are near enough as of now, too; at earlier
    moments never."""
    if asked.moment is not None or asked.unit.parent_id is None:
        return asked.moment is None
    course_id, unit_id = asked.course.id, asked.unit.id
    here, all_ = kept(session, course_id, [unit_id])[unit_id], course_counts(session, course_id)
    return (here["must"] - here["finished"]) * ONE_IN >= all_["must"] - all_["finished"]


def _place(session: Session, people: Any, enrolment_id: int | None) -> tuple[str, int] | None:
    """Where an enrolment of the unit stands in the order of names; None for any other."""
    if enrolment_id is None:
        return None
    found = session.execute(select(people.sort_key, people.id).where(people.id == enrolment_id)).first()
    return (found[0], found[1]) if found else None


def unfinished_and_exempt(session: Session, asked: Asked) -> Iterator[NameLine]:
    """All who must finish and have not, then all who are exempt: by the units directly below, by unit, by name.

    One query (and two small ones); rows are fetched as they are needed, so that memory stays flat.
    """
    people = state(asked.course.id, asked, within=asked.unit.id).subquery().c
    branch, to_branch = aliased(Unit), aliased(UnitPath)
    listed = (
        _name_lines(session, asked, people)
        .outerjoin(
            to_branch,
            and_(
                to_branch.descendant_id == people.unit_id,
                to_branch.ancestor_id.in_(select(Unit.id).where(Unit.parent_id == asked.unit.id)),
            ),
        )
        .outerjoin(branch, branch.id == to_branch.ancestor_id)
        .where(or_(_unfinished(people), people.obligation == "exempt"))
        .order_by(
            case((people.obligation == "exempt", 1), else_=0),
            func.coalesce(branch.sort_key, ""),
            func.coalesce(branch.id, 0),
            Unit.sort_key,
            Unit.id,
            people.sort_key,
            people.id,
        )
        .execution_options(yield_per=BATCH)
    )
    return (_name_line(row, asked.unit.id) for row in session.execute(listed))


def _unfinished(people: Any) -> Any:
    return and_(people.obligation == "must", people.finished_at.is_(None))


def _name_lines(session: Session, asked: Asked, people: Any) -> Any:
    """People of `state` with where they belong, and what they had done in the course at the moment asked for."""
    above = aliased(Unit)
    submitted, passed, waiting = _tested(session, asked, people)
    return (
        select(
            people.id,
            people.person_id,
            Person.full_name,
            Person.born,
            func.coalesce(_position(asked, people), "").label("position"),
            Unit.id.label("unit_id"),
            (name_on(Unit, asked.day) if asked.moment else Unit.name).label("unit"),
            above.id.label("above_id"),
            (name_on(above, asked.day) if asked.moment else above.name).label("above"),
            people.obligation,
            people.reason,
            people.started_at,
            people.finished_at,
            _read(session, asked, people).label("read"),
            submitted.label("submitted"),
            passed.label("passed"),
            waiting.label("waiting"),
        )
        .select_from(people.id.table)
        .join(Person, Person.id == people.person_id)
        .join(Unit, Unit.id == people.unit_id)
        .outerjoin(above, above.id == Unit.parent_id)
    )


def _position(asked: Asked, people: Any) -> Any:
    """What the person is in the unit where they are counted, or else where they belong in the first place."""
    day = asked.day
    there: Any = Membership.valid_to.is_(None)
    if asked.moment:
        there = (Membership.valid_from <= day) & (Membership.valid_to.is_(None) | (Membership.valid_to > day))
    theirs = select(Membership.position).where(Membership.person_id == people.person_id, there)
    latest = theirs.order_by(Membership.id.desc()).limit(1)
    # + 0: found by the person, not among all of the unit
    here = latest.where(Membership.unit_id + 0 == people.unit_id).scalar_subquery()
    return func.coalesce(here, latest.where(Membership.main).scalar_subquery())


def _tested(session: Session, asked: Asked, people: Any) -> tuple[Any, Any, Any]:
    """That the person has handed in a test of the course, that they have passed one, and that one waits to be marked.

    The exams are named one by one: of a subquery PostgreSQL thinks it worth reading every standing of the course.
    """
    exams = session.scalars(exams_of(asked.course.id)).all()
    theirs = (Attempt.exam_id.in_(exams), Attempt.person_id == people.person_id, handed_in(asked))
    grade = (Grade.attempt_id == Attempt.id, Grade.band == "waiting", latest_grade(asked))
    waiting = exists().where(*theirs, *grade)
    if asked.moment is not None:
        return exists().where(*theirs), had_passed(asked, people.person_id), waiting
    standing = (Standing.exam_id.in_(exams), Standing.person_id == people.person_id)
    submitted = exists().where(*standing)  # of the many who have not, nothing else is looked up
    return submitted, exists().where(*standing, Standing.passed_at.is_not(None)), and_(submitted, waiting)


def _read(session: Session, asked: Asked, people: Any) -> Any:
    """That the person has begun to read what the course is about."""
    modules = select(CourseModule.module_id).where(CourseModule.course_id == asked.course.id)
    if asked.moment is None:
        named = session.scalars(modules).all()
        return exists().where(Reading.person_id == people.person_id, Reading.module_id.in_(named))
    passages = select(ModulePassage.passage_id).where(ModulePassage.module_id.in_(modules))
    return exists().where(
        PassageRead.person_id == people.person_id,
        PassageRead.passage_id.in_(passages),
        PassageRead.at <= asked.moment,
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
            waiting=row.waiting,
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
