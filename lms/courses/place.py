"""Where a course counts a person: once, by one of the two memberships they may have.

Somebody of a Party cell may belong to a school as well, in another tree. A course counts them by the membership that
takes part in it: the main one wherever that does, the second one where only that does. Whom neither brings into the
course, but who is enrolled already, it counts by the main one.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_, select
from sqlalchemy.orm import aliased

from lms.courses.models import Course, CourseUnit, Enrolment
from lms.organisation.models import Membership, Person, UnitPath

Main, Second = aliased(Membership), aliased(Membership)  # of a statement that joins both


def of_main(person: Any = Person) -> ColumnElement[bool]:
    """The condition on which `Main` is joined to a person."""
    return and_(Main.person_id == person.id, Main.main, Main.valid_to.is_(None))


def of_second(person: Any = Person) -> ColumnElement[bool]:
    """The same for `Second`."""
    return and_(Second.person_id == person.id, ~Second.main, Second.valid_to.is_(None))


def takes_part(course_id: Any, unit_id: Any) -> ColumnElement[bool]:
    """That the unit, or one above it, takes part in the course."""
    return exists().where(
        CourseUnit.course_id == course_id,
        CourseUnit.unit_id == UnitPath.ancestor_id,
        UnitPath.descendant_id == unit_id,
    )


def counted_in(course_id: Any, main: Any = Main.unit_id, second: Any = Second.unit_id) -> ColumnElement[Any]:
    """The unit in which the course counts whoever belongs to `main` and `second`; NULL: in none. Whether units take
    part is only asked for the few who have a second one."""
    by_second = and_(second.is_not(None), takes_part(course_id, second), ~takes_part(course_id, main))
    return case((by_second, second), else_=main)


def brought_in(course_id: Any) -> ColumnElement[bool]:
    """That one of the joined memberships brings its person into the course."""
    return or_(
        takes_part(course_id, Main.unit_id),
        and_(Second.unit_id.is_not(None), takes_part(course_id, Second.unit_id)),
    )


def should_say() -> dict[str, ColumnElement[Any]]:
    """What an enrolment must say by what is known of its person, for a statement that has the enrolment alone: where it
    is counted, where the person is now, and whether they must finish."""
    theirs = (Membership.person_id == Enrolment.person_id, Membership.valid_to.is_(None))
    main = _scalar(select(Membership.unit_id).where(*theirs, Membership.main))
    second = _scalar(select(Membership.unit_id).where(*theirs, ~Membership.main))
    member = _scalar(select(Person.member).where(Person.id == Enrolment.person_id))
    closed = exists().where(Course.id == Enrolment.course_id, Course.state == "closed").correlate(Enrolment)
    return _should_say(main, second, member, closed)


def _scalar(statement: Any) -> Any:
    return statement.correlate(Enrolment).scalar_subquery()


def beside_people(statement: Any) -> Any:
    """The statement about enrolments, with what `says_otherwise` needs joined to each."""
    return (
        statement.join(Person, Person.id == Enrolment.person_id)
        .join(Course, Course.id == Enrolment.course_id)
        .outerjoin(Main, of_main())
        .outerjoin(Second, of_second())
    )


def says_otherwise(*names: str) -> ColumnElement[bool]:
    """That an enrolment of `beside_people` says something else than it must, of these names (or of any)."""
    should = _should_say(Main.unit_id, Second.unit_id, Person.member, Course.state == "closed")
    return or_(*(getattr(Enrolment, name).is_distinct_from(should[name]) for name in names or should))


def _should_say(main: Any, second: Any, member: Any, closed: Any) -> dict[str, ColumnElement[Any]]:
    """Until it is finished or its course is closed an enrolment follows its person; then it stays where it was counted.
    Who is exempt stays so until somebody takes it back."""
    now = counted_in(Enrolment.course_id, main, second)
    stays = or_(Enrolment.finished_at.is_not(None), closed, now.is_(None))
    unit = case((stays, Enrolment.unit_id), else_=now)
    elsewhere = now.is_distinct_from(unit)
    must = case((member, "must"), else_="guest")
    settled = or_(closed, Enrolment.obligation == "exempt")
    return {
        "unit_id": unit,
        "elsewhere": elsewhere,
        "now_unit_id": case((elsewhere, now)),
        "obligation": case((settled, Enrolment.obligation), else_=must),
    }
