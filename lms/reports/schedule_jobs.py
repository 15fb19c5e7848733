"""Sending scheduled reports: a sweep asks for those that are due, a job makes the file and the mail of each.

What makes it once a due time: the job takes the time (`schedules.claim`) in the transaction that adds the mail. A job
that runs twice, or after a crash, finds it taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses.models import Course
from lms.kit import clock, mail, words
from lms.kit.db import Database
from lms.kit.i18n import _, speaking
from lms.kit.jobs import Job, Run, ask_for
from lms.organisation.models import Person, Unit
from lms.reports import schedules
from lms.reports.asking import asked_again
from lms.reports.catalogue import REPORTS
from lms.reports.jobs import progress_of
from lms.reports.models import ReportSchedule
from lms.reports.report import Asked, Report, too_long

KIND = "report.scheduled"
INSTEAD = "xlsx"  # of a format that so many lines are not made in


def ask_due(database: Database, now: datetime) -> int:
    """Ask for everything whose time has come, once; stop what is not to be sent any more. How many were asked for."""
    with database.reading() as session:
        if not schedules.due(session, now):
            return 0
    asked = 0
    with database.writing() as session:
        for schedule, at in schedules.due(session, now):
            why = schedules.reason_to_stop(session, schedule)
            if why:
                schedules.stop(session, schedule, by=None, now=now, why=why)
            elif not _asked_for(session, schedule, at):
                ask_for(session, KIND, {"schedule_id": schedule.id, "due": at.isoformat()}, by=None, now=now)
                asked += 1
    return asked


def _asked_for(session: Session, schedule: ReportSchedule, at: datetime) -> bool:
    """Whether there is a job for this time, whatever became of it: one that failed is not asked for every minute."""
    since = session.scalars(select(Job.params).where(Job.kind == KIND, Job.created_at >= at))
    return any((one["schedule_id"], one["due"]) == (schedule.id, at.isoformat()) for one in since)


@dataclass(frozen=True, slots=True)
class _Due:
    """The time `at` of a schedule, sent at `now`."""

    schedule_id: int
    at: datetime
    now: datetime


def send(run: Run) -> dict[str, Any]:
    """Make the file of a schedule and the mail to each of its recipients, together or not at all."""
    due = _Due(run.params["schedule_id"], datetime.fromisoformat(run.params["due"]), clock.now())
    with run.database.reading() as session:
        schedule = session.get_one(ReportSchedule, due.schedule_id)
        report, asked = _question(session, schedule, due.now)
        lines = report.size(session, asked)
        format_ = INSTEAD if too_long(lines, schedule.format) else schedule.format
        with run.storage.writing(mail.MARK) as (key, file), progress_of(run, lines) as tell:
            report.write(session, asked, format_, file, tell)
        letter = _letter(session, schedule, report, asked)
        name = report.file_name(asked, format_)
    sent = _hand_over(run.database, due, letter, (key, name))
    if not sent:
        run.storage.remove(key)
    run.storage.unmark(mail.MARK, key)
    return {"mails": sent}


def _question(session: Session, schedule: ReportSchedule, now: datetime) -> tuple[Report, Asked]:
    report = REPORTS[schedule.report]
    course, unit = session.get_one(Course, schedule.course_id), session.get_one(Unit, schedule.unit_id)
    asked = asked_again(session, course, unit, schedule.params, at=now, of_exam=report.of_exam)
    return report, asked


def _letter(session: Session, schedule: ReportSchedule, report: Report, asked: Asked) -> tuple[str, str]:
    """Subject and text, in Vietnamese as the report is."""
    maker = session.get(Person, schedule.created_by) if schedule.created_by else None
    with speaking("vi"):
        title = _(report.title)
        facts = {"report": title, "unit": asked.unit.name, "course": asked.course.title}
        subject = _("{report} – {unit} – {course}", **facts)
        body = _(
            "Dear comrade,\n\nAttached is the report “{report}” of {unit}, {course}. Figures as of {moment}.\n\n"
            "This message is sent automatically, as comrade {name} has arranged. To get it no more, please ask them, "
            "or an officer of the unit, to stop it on the page of the report.\n",
            **facts,
            moment=words.moment(asked.until),
            name=maker.full_name if maker else "",
        )
    return subject, body


def _hand_over(database: Database, due: _Due, letter: tuple[str, str], file: tuple[str, str]) -> int:
    """Add the mail with the file (its key and its name), if the time is still to be sent; the number of messages."""
    with database.writing() as session:
        schedule = session.get_one(ReportSchedule, due.schedule_id)
        why = schedules.reason_to_stop(session, schedule)
        if why:
            schedules.stop(session, schedule, by=None, now=due.now, why=why)
            return 0
        if not schedules.claim(session, schedule, due.at):
            return 0
        recipients = [one for one in schedule.recipients.splitlines() if mail.is_address(one)]
        for one in recipients:
            mail.post(session, one, *letter, now=due.now, file_key=file[0], file_name=file[1])
        schedules.note_sent(session, schedule, now=due.now, mails=len(recipients))
        return len(recipients)
