"""Reminders to those who have not finished: who gets one, at most one a day and course whoever asks, by mail and on
their first page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.courses.models import Course, Enrolment
from lms.kit import mail
from lms.kit.db import Database
from lms.kit.i18n import _, speaking
from lms.organisation.models import Person, Unit
from lms.organisation.queries import below
from lms.reports.models import Reminded, Reminder
from lms.reports.schedules import holds
from lms.reports.timing import not_at_night
from lms.vietnamese.dates import local

MAY_REMIND = "officer"  # over the unit: when it is asked for, and still when it is sent
LONGEST_TEXT = 2_000  # characters
CHUNK = 1_000  # people a transaction
SHOWN_DAYS = 7  # a reminder stands on the person's first page for so long
LISTED = 20  # reminders of the past
SHARED = 3  # people with one mailbox: a couple may have one, an office should not stand for its people
_INSERT: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def _unfinished(course_id: int, unit_id: int) -> ColumnElement[bool]:
    """Whoever must finish, has not, and can sign in; where they are counted in the course."""
    return (
        (Enrolment.course_id == course_id)
        & Enrolment.unit_id.in_(below([unit_id]))
        & (Enrolment.obligation == "must")
        & Enrolment.finished_at.is_(None)
        & Person.disabled_at.is_(None)
    )


def _reminded(day: date) -> ColumnElement[bool]:
    """Whether somebody was reminded of the course of their enrolment on that day, whoever asked."""
    return exists().where(
        Reminded.course_id == Enrolment.course_id,
        Reminded.person_id == Enrolment.person_id,
        Reminded.day == day,
    )


_HAS_ADDRESS = func.coalesce(Person.email, "") != ""


# ---------------------------------------------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class Missing:
    """How many have not finished: `reminded` of them today already; of the others, `by_mail` and `without` address."""

    reminded: int
    by_mail: int
    without: int

    @property
    def all(self) -> int:
        return self.reminded + self.by_mail + self.without


def missing(session: Session, course_id: int, unit_id: int, now: datetime) -> Missing:
    """Whom a reminder would reach now."""
    today = _reminded(local(now).date())
    row = session.execute(
        select(
            func.count().filter(today),
            func.count().filter(~today, _HAS_ADDRESS),
            func.count().filter(~today, ~_HAS_ADDRESS),
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(_unfinished(course_id, unit_id))
    ).one()
    return Missing(*row)


@dataclass(frozen=True, slots=True)
class Name:
    """One of them, for the preview and for print."""

    name: str
    unit: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A mailbox that stands for several of those who would be reminded: an office's, or one that was put in for want of
    their own."""

    address: str
    people: int


def shared(session: Session, course_id: int, unit_id: int, now: datetime, *, most: int) -> list[Shared]:
    """The mailboxes that SHARED people or more of those who get mail have in common, the most crowded first."""
    address, people = func.lower(Person.email), func.count()
    rows = session.execute(
        select(address, people)
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(_unfinished(course_id, unit_id), ~_reminded(local(now).date()), _HAS_ADDRESS)
        .group_by(address)
        .having(people >= SHARED)
        .order_by(people.desc(), address)
        .limit(most)
    )
    return [Shared(row[0], row[1]) for row in rows]


def names(
    session: Session, course_id: int, unit_id: int, now: datetime, *, addressed: bool, most: int
) -> list[Name]:
    """The first of those who would be reminded, by name: those with an address, or those without, whom somebody has
    to tell. One more than `most` tells that there are more."""
    rows = session.execute(
        select(Person.full_name, Unit.name, Person.phone, Person.email)
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .where(
            _unfinished(course_id, unit_id),
            (~_reminded(local(now).date()) & _HAS_ADDRESS) if addressed else ~_HAS_ADDRESS,
        )
        .order_by(Enrolment.sort_key, Enrolment.id)
        .limit(most + 1)
    )
    return [Name(row[0], row[1], row[2] or "", row[3] or "") for row in rows]


def past(session: Session, course_id: int, unit_id: int) -> Sequence[tuple[Reminder, str]]:
    """The latest reminders of the unit, newest first, each with who asked for it."""
    rows = session.execute(
        select(Reminder, Person.full_name)
        .outerjoin(Person, Person.id == Reminder.by)
        .where(Reminder.course_id == course_id, Reminder.unit_id == unit_id)
        .order_by(Reminder.id.desc())
        .limit(LISTED)
    )
    return [(row[0], row[1] or "") for row in rows]


def within(session: Session, reminder_id: int, unit_ids: Sequence[int]) -> Reminder | None:
    """The reminder if its unit is one of these or below one of them."""
    return session.scalar(
        select(Reminder).where(Reminder.id == reminder_id, Reminder.unit_id.in_(below(unit_ids)))
    )


@dataclass(frozen=True, slots=True)
class Notice:
    """A reminder as the person reads it on their first page."""

    course: str
    unit: str
    text: str
    day: date


# Everybody's first page asks it: the statement is made once.
_NOTICES = (
    select(Reminder.course_id, Course.title, Unit.name, Reminder.text, Reminded.day)
    .select_from(Enrolment)
    .join(Reminded, (Reminded.course_id == Enrolment.course_id) & (Reminded.person_id == Enrolment.person_id))
    .join(Reminder, Reminder.id == Reminded.reminder_id)
    .join(Course, Course.id == Reminder.course_id)
    .join(Unit, Unit.id == Reminder.unit_id)
    .where(
        Enrolment.person_id == bindparam("person"),
        Enrolment.obligation == "must",
        Enrolment.finished_at.is_(None),
        Course.state == "open",
        Reminded.day >= bindparam("since"),
    )
    .order_by(Reminded.day, Reminder.id)
)


def notices(session: Session, person_id: int, now: datetime) -> list[Notice]:
    """Of what the person has been reminded in the last days and has not finished: the latest of each course."""
    since = local(now).date() - timedelta(days=SHOWN_DAYS)
    rows = session.connection().execute(_NOTICES, {"person": person_id, "since": since})
    return list({row[0]: Notice(*row[1:]) for row in rows}.values())


# ---------------------------------------------------------------------------------------------------- writing


def remind(session: Session, course: Course, unit: Unit, *, text: str, by: int, now: datetime) -> Reminder:
    """Have everybody of the unit reminded who has not finished and was not reminded today. The worker sends it."""
    expected = missing(session, course.id, unit.id, now)
    reminder = Reminder(
        course_id=course.id,
        unit_id=unit.id,
        text=text.strip()[:LONGEST_TEXT],
        state="waiting",
        people=expected.by_mail + expected.without,
        by=by,
        at=now,
    )
    session.add(reminder)
    session.flush()  # the audit row needs the id
    _note(session, "reminder.ask", reminder, by=by, now=now, people=reminder.people, mails=expected.by_mail)
    return reminder


def stop(session: Session, reminder: Reminder, *, by: int | None, now: datetime, why: str = "") -> None:
    """Remind nobody any more who has not been reminded yet; one that is finished stays as it is."""
    if reminder.state == "waiting":
        reminder.state = "stopped"
        _note(session, "reminder.stop", reminder, by=by, now=now, **({"why": why} if why else {}))


def _reason_to_stop(session: Session, reminder: Reminder) -> str:
    """Why it is not to be sent any more: "role" or "course" as of a schedule; else ""."""
    if not holds(session, reminder.by, MAY_REMIND, reminder.unit_id):
        return "role"
    return "course" if session.get_one(Course, reminder.course_id).state == "closed" else ""


def _note(
    session: Session, action: str, reminder: Reminder, *, by: int | None, now: datetime, **more: object
) -> None:
    record(
        session,
        action,
        "reminder",
        reminder.id,
        actor_id=by,
        now=now,
        unit_id=reminder.unit_id,
        course=reminder.course_id,
        **more,
    )


def send_waiting(database: Database, now: datetime) -> int:
    """Send the reminders that were asked for, in portions; how many people were reminded. Repeatable at any point."""
    with database.reading() as session:
        waiting = session.scalars(
            select(Reminder.id).where(Reminder.state == "waiting").order_by(Reminder.id)
        ).all()
    return sum(_send(database, reminder_id, now) for reminder_id in waiting)


def _send(database: Database, reminder_id: int, now: datetime) -> int:
    reminded, more = 0, True
    while more:
        with database.writing() as session:
            reminder = session.get_one(Reminder, reminder_id)
            if reminder.state != "waiting":
                break
            if why := _reason_to_stop(session, reminder):
                stop(session, reminder, by=None, now=now, why=why)
                break
            portion = _portion(session, reminder, now)
            more = bool(portion)
            reminded += portion
            if not more:
                _finish(session, reminder, now)
    return reminded


def _portion(session: Session, reminder: Reminder, now: datetime) -> int:
    """Note the next people as reminded today and add their mail; how many there were."""
    day = local(now).date()
    found = session.execute(
        select(Person.id, Person.full_name, Person.email)
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(_unfinished(reminder.course_id, reminder.unit_id), ~_reminded(day))
        .order_by(Person.id)
        .limit(CHUNK)
    ).all()
    if not found:
        return 0
    rows = [
        {"course_id": reminder.course_id, "person_id": row[0], "day": day, "reminder_id": reminder.id}
        for row in found
    ]
    insert = _INSERT[session.get_bind().dialect.name](Reminded).values(rows)
    mine = set(session.scalars(insert.on_conflict_do_nothing().returning(Reminded.person_id)))
    course, unit = session.get_one(Course, reminder.course_id), session.get_one(Unit, reminder.unit_id)
    for person_id, name, email in found:
        if person_id in mine and email and mail.is_address(email):
            subject, body = letter(name, course, unit, reminder.text)
            mail.post(session, email, subject, body, now=now, not_before=not_at_night(now))
    return len(found)


def _finish(session: Session, reminder: Reminder, now: datetime) -> None:
    reminder.state = "sent"
    reminder.people = session.scalar(select(func.count()).where(Reminded.reminder_id == reminder.id)) or 0
    _note(session, "reminder.send", reminder, by=reminder.by, now=now, people=reminder.people)


def letter(name: str, course: Course, unit: Unit, text: str) -> tuple[str, str]:
    """Subject and text of the message to somebody, in Vietnamese."""
    with speaking("vi"):
        subject = _("Please finish: {course}", course=course.title)
        body = _("Dear comrade {name},\n\n{text}\n\n{unit}\n", name=name, text=text, unit=unit.name)
    return subject, body
