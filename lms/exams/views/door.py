"""The door, what every page behind it looks up first, and an exam as templates show it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, url_for

from lms.courses.views.door import TRAINER, course_words, organised
from lms.exams import queries, rules
from lms.exams.models import Exam
from lms.exams.policy import COUNTS_NAMES, NAVIGATION_NAMES, RELEASE_NAMES, Policy, policy_of
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
        "counts_name": _(COUNTS_NAMES[exam.counts]),
        "has_overrides": exam.has_overrides,
        "shuffle": exam.shuffle,
        "papers_kind": exam.papers_kind,
        "release_name": _(RELEASE_NAMES[exam.release]),
        "policy": policy_words(exam),
        "url": url_for("exams.show", course_id=exam.course_id, exam_id=exam.id),
    }


def policy_words(exam: Exam) -> list[tuple[str, str]]:
    """The rules of an exam beyond the simple ones, each with its name; what is as usual is left out."""
    policy, usual = policy_of(exam), Policy(opens_at=exam.opens_at, closes_at=exam.closes_at, minutes=1)
    bands = _(
        "Good from {good}%, Excellent from {excellent}%",
        good=words.number(policy.good_percent),
        excellent=words.number(policy.excellent_percent),
    )
    found = [
        ("good_percent", N_("Bands"), bands),
        ("excellent_percent", N_("Bands"), bands),
        ("release_score", N_("The score is shown"), _(RELEASE_NAMES[policy.release_score])),
        ("release_answers", N_("The own answers are shown"), _(RELEASE_NAMES[policy.release_answers])),
        ("release_explanation", N_("Explanations are shown"), _(RELEASE_NAMES[policy.release_explanation])),
        ("navigation", N_("Going through the questions"), _(NAVIGATION_NAMES[policy.navigation])),
        ("wait_minutes", N_("Minutes between two attempts"), words.number(policy.wait_minutes)),
        ("access_code", N_("Access code"), policy.access_code),
        ("networks", N_("Only from these networks"), ", ".join(policy.networks)),
        (
            "requires_reading",
            N_("Before the first attempt"),
            _("The modules of the course are read to the end"),
        ),
        ("second_marker", N_("Marking of essays"), _("Every essay is read by two markers")),
        (
            "marking_due_at",
            N_("Marked until"),
            words.moment(policy.marking_due_at) if policy.marking_due_at else "",
        ),
    ]
    wanted = {_(name): text for field, name, text in found if getattr(policy, field) != getattr(usual, field)}
    return list(wanted.items())


def say_fixed() -> None:
    """Why a published exam cannot be changed."""
    flash(_(FIXED), "error")


FIXED = N_("The exam is published: its rules and blueprint are fixed. You can still move the closing time.")
