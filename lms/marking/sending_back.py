"""Sending an answer back to be written again: one more attempt for the person, and the reason where they see it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.attempts import overrides, regrading, returned, standing
from lms.attempts.models import Attempt
from lms.audit.actions import record
from lms.courses.models import Course
from lms.exams.models import Exam
from lms.exams.overrides import of_person
from lms.exams.policy import Different
from lms.kit.i18n import N_
from lms.marking import tasks
from lms.marking.models import MarkingTask
from lms.marking.rules import MARKED, RETURNED, TAKEN

MESSAGES = {
    "ended": N_("The exam or its course was closed: nobody can write again. Mark what is there."),
    "too_early": N_("The time for rewriting must lie in the future."),
    "too_late": N_("The course closes at {closes}; the time for rewriting cannot go beyond it."),
    "newer": N_("The person has begun another attempt since: this one cannot be sent back any more."),
    "no_reason": N_("Say why, so that the person knows what to write better."),
}


class NotSentBack(Exception):
    """The answer cannot be sent back; `code` is one of MESSAGES, `moment` fills its sentence."""

    def __init__(self, code: str, moment: datetime | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.moment = moment


def send_back(
    session: Session, task: MarkingTask, reason: str, *, until: datetime, by: int, now: datetime
) -> None:
    """Send the answer of a taken or marked task back. Every reading of it ends, and the person may write it again in
    one more attempt until the given time. Raises NotSentBack, or TaskGone when it is not this marker's turn."""
    exam = session.get_one(Exam, task.exam_id)
    _check(session, exam, reason, until, now)
    row = regrading.locked(session, task.attempt_id)
    rounds = tasks.rounds_of(session, task.attempt_id, task.slot)
    task = rounds[task.round]
    if task.state not in (TAKEN, MARKED) or (task.state == TAKEN and task.marker_id != by):
        raise tasks.TaskGone(f"task {task.id} is {task.state}")
    attempt = session.get_one(Attempt, task.attempt_id)
    again = returned.waiting_for(session, exam.id, attempt.person_id)
    if not returned.is_last(session, attempt):
        raise NotSentBack("newer")
    for each in rounds.values():
        each.state = RETURNED
    returned.note(session, attempt, task.slot, reason, until=until, by=by, now=now)
    standing.settle(session, row, attempts=0, now=now)
    if again is None:  # a second answer of the same attempt needs no second attempt
        _one_more(session, exam, attempt, reason, until, by=by, now=now)
    record(
        session,
        "marking.return",
        "attempt",
        attempt.id,
        actor_id=by,
        now=now,
        unit_id=attempt.unit_id,
        slot=task.slot,
        until=until.isoformat(),
    )


def _check(session: Session, exam: Exam, reason: str, until: datetime, now: datetime) -> None:
    course = session.get_one(Course, exam.course_id)
    if not reason:
        raise NotSentBack("no_reason")
    if "closed" in (exam.state, course.state):
        raise NotSentBack("ended")
    if until <= now:
        raise NotSentBack("too_early")
    if until > course.closes_at:
        raise NotSentBack("too_late", course.closes_at)


def _one_more(
    session: Session, exam: Exam, attempt: Attempt, reason: str, until: datetime, *, by: int, now: datetime
) -> None:
    """Overrides do not add up: the new one gives an attempt more than the person has by now."""
    known = of_person(session, [exam.id], attempt.person_id).get(exam.id, Different())
    different = Different(
        extra_attempts=known.extra_attempts + 1, closes_at=until if until > exam.closes_at else None
    )
    overrides.add(session, exam, different, reason=reason, by=by, now=now, person_id=attempt.person_id)
