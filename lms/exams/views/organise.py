"""The exams of a course: the list, making and correcting one, and one exam with what comes next."""

from __future__ import annotations

from dataclasses import asdict

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.courses.forms import refuse
from lms.courses.models import Course
from lms.courses.rules import Refusal, suggested_code
from lms.exams import actions, queries, rules
from lms.exams.blueprint import totals
from lms.exams.forms import ADVANCED, ExamForm
from lms.exams.models import Exam
from lms.exams.policy import DECIDED, Policy, policy_of
from lms.exams.policy import refusals as policy_refusals
from lms.exams.views.door import TRAINER, course_words, door, exam_words, found, organised, say_fixed
from lms.kit.i18n import N_, _
from lms.questions.blueprint import shortages
from lms.web import edge
from lms.web.viewer import viewer

USUAL = {"minutes": 30, "attempts_allowed": 3}


@door.page("/", may=TRAINER)
def index(course_id: int) -> ResponseReturnValue:
    """Every exam of the course."""
    course = organised(course_id)
    exams = queries.exams_prepared(edge.session(), course.id)
    return render_template(
        "exams/index.html", course=course_words(course), exams=[exam_words(exam) for exam in exams]
    )


@door.page("/new", may=TRAINER, methods=("GET", "POST"))
def create(course_id: int) -> ResponseReturnValue:
    """A new exam in preparation; its blueprint comes next."""
    course = organised(course_id)
    usual = asdict(Policy(opens_at=course.opens_at, closes_at=course.closes_at, minutes=0)) | USUAL
    form = ExamForm(data=usual)
    if form.validate_on_submit() and not refuse(form, _refusals(form, course, None)):
        exam = actions.create_exam(
            edge.session(), course, _policy(form), by=viewer().person_id, now=edge.now()
        )
        flash(_("The exam is made. Now say in the blueprint what it asks."), "success")
        return redirect(url_for("exams.blueprint", course_id=course.id, exam_id=exam.id))
    return _draw_form(course, None, form)


@door.page("/<int:exam_id>/edit", may=TRAINER, methods=("GET", "POST"))
def edit(course_id: int, exam_id: int) -> ResponseReturnValue:
    """Correct an exam that is not published yet."""
    exam = found(course_id, exam_id)
    back = redirect(url_for("exams.show", course_id=course_id, exam_id=exam.id))
    if exam.state != "draft":
        say_fixed()
        return back
    form = ExamForm(data=asdict(policy_of(exam)))
    if form.validate_on_submit() and not refuse(form, _refusals(form, exam.course, exam)):
        actions.update_exam(edge.session(), exam, _policy(form), by=viewer().person_id, now=edge.now())
        flash(_("The changes are saved."), "success")
        return back
    return _draw_form(exam.course, exam, form)


def _draw_form(course: Course, exam: Exam | None, form: ExamForm) -> str:
    return render_template(
        "exams/edit.html",
        course=course_words(course),
        exam=exam_words(exam) if exam else None,
        form=form,
        advanced_open=any(form[name].errors for name in ADVANCED),
    )


def _policy(form: ExamForm) -> Policy:
    """What was typed; what was left empty is as usual."""
    typed = {name: form[name].data for name in DECIDED}
    return Policy(**{name: value for name, value in typed.items() if value is not None})


def _refusals(form: ExamForm, course: Course, exam: Exam | None) -> list[Refusal]:
    """What the rules say beyond the form's own checks; a missing code is suggested."""
    opens_at, closes_at = form.opens_at.data, form.closes_at.data
    if opens_at is None or closes_at is None:
        return []  # the form has said so
    refusals = rules.exam_refusals(
        window=(opens_at, closes_at), course=(course.opens_at, course.closes_at), minutes=form.minutes.data
    )
    refusals += policy_refusals(_policy(form))
    taken = queries.codes_taken(edge.session()) - {exam.code if exam else ""}
    if not form.code.data:
        form.code.data = suggested_code(form.title.data or "", course.code, taken)
    if form.code.data in taken:
        refusals.append(
            Refusal("code", N_("Another exam has this code. Choose another one, or leave it empty."))
        )
    return refusals


@door.page("/<int:exam_id>/", may=TRAINER)
def show(course_id: int, exam_id: int) -> ResponseReturnValue:
    """One exam: its rules, its blueprint in figures, what can be done now."""
    exam = found(course_id, exam_id)
    entries = queries.composed_of(edge.session(), exam)
    topics = sorted({entry.topic for entry in entries})
    short = shortages([e.cell() for e in entries], queries.candidates(edge.session(), topics, edge.now()))
    return render_template(
        "exams/show.html",
        course=course_words(exam.course),
        exam=exam_words(exam),
        total=totals(entries).all,
        missing=sum(shortage.missing for shortage in short),
        people=queries.enrolled(edge.session(), exam.course_id),
        papers=queries.papers(edge.session(), exam.id),
        marked=any(entry.type in rules.BY_PERSON for entry in entries),
    )
