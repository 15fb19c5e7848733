"""Organising courses: create, choose modules and units, open, and keep the counts that reports read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    case,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.courses import history, place, stages
from lms.courses.counting import rebuild_enrolled, rebuild_units
from lms.courses.following import follow_elsewhere
from lms.courses.models import Course, CourseModule, CourseUnit, Enrolment
from lms.courses.queries import newcomers
from lms.organisation.models import Person, Unit
from lms.vietnamese.text import clean, tidy


def create_course(
    session: Session,
    *,
    code: str,
    title: str,
    unit: Unit,
    opens_at: datetime,
    closes_at: datetime,
    by: int | None,
    now: datetime,
) -> Course:
    """A new course in preparation, organised by `unit`."""
    course = Course(
        code=code,
        title=title,
        unit_id=unit.id,
        opens_at=opens_at,
        closes_at=closes_at,
        state="draft",
        created_by=by,
        created_at=now,
    )
    session.add(course)
    session.flush()  # its parts need the id
    record(session, "course.create", "course", course.id, actor_id=by, now=now, unit_id=unit.id, title=title)
    return course


def choose_modules(
    session: Session, course: Course, module_ids: Sequence[int], *, by: int | None, now: datetime
) -> None:
    """Set what is studied, in this order."""
    session.execute(delete(CourseModule).where(CourseModule.course_id == course.id))
    session.add_all(
        CourseModule(course_id=course.id, module_id=m, position=n) for n, m in enumerate(module_ids)
    )
    record(session, "course.modules", "course", course.id, actor_id=by, now=now, modules=list(module_ids))


def choose_units(
    session: Session, course: Course, unit_ids: Sequence[int], *, by: int | None, now: datetime
) -> None:
    """Set which units take part, each with everything below it."""
    session.execute(delete(CourseUnit).where(CourseUnit.course_id == course.id))
    session.add_all(CourseUnit(course_id=course.id, unit_id=unit_id) for unit_id in unit_ids)
    record(session, "course.units", "course", course.id, actor_id=by, now=now, units=list(unit_ids))


def update_course(
    session: Session,
    course: Course,
    *,
    code: str,
    title: str,
    unit: Unit,
    opens_at: datetime,
    closes_at: datetime,
    by: int,
    now: datetime,
) -> None:
    """Correct what a course is called, who organises it and when it runs; the audit row names what changed."""
    new = {"code": code, "title": title, "unit_id": unit.id, "opens_at": opens_at, "closes_at": closes_at}
    changed = sorted(name for name, value in new.items() if getattr(course, name) != value)
    for name in changed:
        setattr(course, name, new[name])
    if changed:
        window = [course.opens_at.isoformat(), course.closes_at.isoformat()]
        record(
            session,
            "course.update",
            "course",
            course.id,
            actor_id=by,
            now=now,
            unit_id=course.unit_id,
            fields=changed,
            window=window,
        )


def open_course(session: Session, course: Course, *, by: int | None, now: datetime) -> int:
    """Open the course: everybody who now belongs to its units is enrolled. Returns how many were added.

    Members must finish, others take part as guests. Opening again enrols those who have come since. Two who open
    at the same time go one after the other: the course's row is locked.
    """
    session.flush()
    session.execute(select(Course.id).where(Course.id == course.id).with_for_update())
    added = _enrol_missing(session, course.id, now)
    stages.assign(session, course.id)
    rebuild_enrolled(session, course.id)
    course.state = "open"
    record(
        session,
        "course.open",
        "course",
        course.id,
        actor_id=by,
        now=now,
        unit_id=course.unit_id,
        enrolled=added,
    )
    return added


def close_course(session: Session, course: Course, *, by: int, now: datetime) -> None:
    """No attempt at any exam of the course may start any more; those under way go on to their deadline. Figures and
    certificates stay. Closing again changes nothing."""
    session.flush()
    state = session.scalar(select(Course.state).where(Course.id == course.id).with_for_update())
    if state != "open":
        return
    course.state = "closed"
    counted = select(func.count()).where(Enrolment.course_id == course.id, Enrolment.finished_at.is_(None))
    left = session.scalar(counted.where(Enrolment.obligation == "must")) or 0
    record(
        session, "course.close", "course", course.id, actor_id=by, now=now, unit_id=course.unit_id, left=left
    )


def extend_course(session: Session, course: Course, *, closes_at: datetime, by: int, now: datetime) -> None:
    """Let an open course end later; its exams keep their windows. The caller has checked `rules.change_refusals`."""
    before, course.closes_at = course.closes_at, closes_at
    record(
        session,
        "course.extend",
        "course",
        course.id,
        actor_id=by,
        now=now,
        unit_id=course.unit_id,
        before=before.isoformat(),
        after=closes_at.isoformat(),
    )


def take_finished_back(session: Session, course_id: int, *, now: datetime) -> None:
    """Nobody has finished the course any more: it has an exam that nobody can have passed yet.

    Every row is written, also of those who had not finished: so whoever hands in the last exam but this one at the
    same moment goes before or after, and is not counted as finished in between. Whoever had finished and belongs
    elsewhere by now has to finish there.
    """
    session.flush()
    every = select(Enrolment.id).where(Enrolment.course_id == course_id).order_by(Enrolment.id)
    session.execute(every.with_for_update())
    history.keep_of_course(session, course_id, Enrolment.finished_at.is_not(None), now)
    session.execute(update(Enrolment).where(Enrolment.course_id == course_id).values(finished_at=None))
    rebuild_enrolled(session, course_id)
    follow_elsewhere(session, course_id, now=now)


def set_label(
    session: Session, course: Course, enrolment_ids: Sequence[int], label: str, *, by: int, now: datetime
) -> int:
    """Put these people of the course into the group of that label, or with "" out of any; how many it changed.

    Attempts under way keep their time: what an override gives the label counts from the next start.
    """
    label = clean(label)
    changed = session.scalars(
        update(Enrolment)
        .where(Enrolment.course_id == course.id, Enrolment.id.in_(enrolment_ids), Enrolment.label != label)
        .values(label=label)
        .returning(Enrolment.id)
        .execution_options(synchronize_session=False)
    ).all()
    if changed:
        record(
            session,
            "course.label",
            "course",
            course.id,
            actor_id=by,
            now=now,
            unit_id=course.unit_id,
            label=label,
            enrolments=sorted(changed),
        )
    return len(changed)


def _enrol_missing(session: Session, course_id: int, now: datetime) -> int:
    people = (
        select(
            literal(course_id),
            Person.id,
            place.counted_in(course_id),
            case((Person.member, "must"), else_="guest"),
            literal(""),
            Person.sort_key,
            literal(now, Enrolment.enrolled_at.type),
        )
        .outerjoin(place.Main, place.of_main())
        .outerjoin(place.Second, place.of_second())
        .where(Person.id.in_(newcomers(course_id)))
    )
    columns = ["course_id", "person_id", "unit_id", "obligation", "reason", "sort_key", "enrolled_at"]
    before = session.scalar(select(func.count()).where(Enrolment.course_id == course_id)) or 0
    session.execute(insert(Enrolment).from_select(columns, people))
    return (session.scalar(select(func.count()).where(Enrolment.course_id == course_id)) or 0) - before


def exempt(session: Session, enrolment: Enrolment, *, reason: str, by: int, now: datetime) -> None:
    """The person need not finish, for a reason that reports list."""
    _set_obligation(session, enrolment, "exempt", tidy(reason), by=by, now=now)


def take_exemption_back(session: Session, enrolment: Enrolment, *, by: int, now: datetime) -> None:
    """The person must finish again; somebody who is no member takes part as a guest."""
    member = session.scalar(select(Person.member).where(Person.id == enrolment.person_id))
    _set_obligation(session, enrolment, "must" if member else "guest", "", by=by, now=now)


def _set_obligation(
    session: Session, enrolment: Enrolment, obligation: str, reason: str, *, by: int, now: datetime
) -> None:
    history.keep(session, [enrolment.id], now)
    before, enrolment.obligation, enrolment.reason = enrolment.obligation, obligation, reason
    session.flush()
    rebuild_units(session, enrolment.course_id, [enrolment.unit_id])
    record(
        session,
        "enrolment.obligation",
        "enrolment",
        enrolment.id,
        actor_id=by,
        now=now,
        unit_id=enrolment.unit_id,
        before=before,
        after=obligation,
    )
