"""The door, what every page behind it looks up first, and an exam as templates show it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, url_for

from lms.courses.views.door import TRAINER, course_words, organised
from lms.exams import queries, rules
from lms.exams.models import Exam
from lms.kit import words
from lms.kit.i18n import N_, _
from lms.web import edge
from lms.web.guard import Door

__all__ = ["TRAINER", "course_words", "door", "exam_words", "found", "organised", "say_fixed"]

door = Door("exams", __name__, url_prefix="/courses/<int:course_id>/exams")


def found(course_id: int, exam_id: int) -> Exam:
    """The exam if it belongs to the course and a unit of the trainer organises that, else 404."""
    course = organised(course_id)
    return queries.exam_of_course(edge.session(), course.id, exam_id) or abort(404)


def exam_words(exam: Exam) -> dict[str, Any]:
    """An exam as templates show it."""
    phase = rules.phase(state=exam.state, opens_at=exam.opens_at, closes_at=exam.closes_at, now=edge.now())
    return {
        "id": exam.id,
        "title": exam.title,
        "code": exam.code,
        "state": exam.state,
        "state_name": _(rules.STATE_NAMES[exam.state]),
        "phase": phase.name,
        "sentence": _(phase.message, **{name: words.moment(at) for name, at in phase.moments}),
        "opens_at": exam.opens_at,
        "closes_at": exam.closes_at,
        "minutes": exam.minutes,
        "attempts_allowed": exam.attempts_allowed,
        "pass_percent": exam.pass_percent,
        "shuffle": exam.shuffle,
        "release_name": _(rules.RELEASE_NAMES[exam.release]),
        "url": url_for("exams.show", course_id=exam.course_id, exam_id=exam.id),
    }


def say_fixed() -> None:
    """Why a published exam cannot be changed."""
    flash(_(FIXED), "error")


FIXED = N_("The exam is published: its rules and blueprint are fixed. You can still move the closing time.")
