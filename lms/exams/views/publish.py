"""Publishing an exam by its check list; afterwards moving its closing time, or closing it early."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.courses.forms import refuse
from lms.courses.rules import Refusal
from lms.exams import actions, paper, queries, rules
from lms.exams.forms import ConfirmForm, ExtendForm
from lms.exams.models import Exam
from lms.exams.rules import Check
from lms.exams.views.door import TRAINER, course_words, door, exam_words, found
from lms.kit import words
from lms.kit.i18n import _
from lms.web import edge
from lms.web.viewer import viewer


@door.page("/<int:exam_id>/publish", may=TRAINER, methods=("GET", "POST"))
def publish(course_id: int, exam_id: int) -> ResponseReturnValue:
    """What stands in the way, what to look at, how many people it is for; then publish by typing the code."""
    exam = found(course_id, exam_id)
    if exam.state != "draft":
        flash(_("The exam is already published."), "info")
        return _back(exam)
    form = ConfirmForm()
    if form.validate_on_submit() and form.confirms(exam.code) and _published(exam):
        return _back(exam)
    facts = queries.publish_facts(edge.session(), exam, edge.now())
    checks = rules.checklist(facts)
    return render_template(
        "exams/publish.html",
        course=course_words(exam.course),
        exam=exam_words(exam),
        checks=[_check_words(check) for check in checks],
        ready=rules.ready(checks),
        people=facts.people,
        papers=paper.pool_size(exam, rules.pool_size(facts.people, exam.attempts_allowed)),
        form=form,
    )


def _published(exam: Exam) -> bool:
    try:
        actions.publish_exam(edge.session(), exam, by=viewer().person_id, now=edge.now())
    except actions.ExamFixed:
        flash(_("The exam is already published."), "info")
    except actions.NotReady:
        return False  # the check list on the page says why
    else:
        flash(_("The exam is published. It is on the start page of everybody in the course."), "success")
    return True


def _check_words(check: Check) -> dict[str, Any]:
    figures = {name: words.number(value) for name, value in check.numbers}
    moments = {name: words.moment(at) for name, at in check.moments}
    return {"severity": check.severity, "text": _(check.message, **figures, **moments)}


@door.page("/<int:exam_id>/extend", may=TRAINER, methods=("GET", "POST"))
def extend(course_id: int, exam_id: int) -> ResponseReturnValue:
    """Move the closing time of a published exam to a later one."""
    exam = found(course_id, exam_id)
    if exam.state != "published":
        flash(_("Only a published exam that has not been closed can be extended."), "error")
        return _back(exam)
    form = ExtendForm(data={"closes_at": exam.closes_at})
    later = form.closes_at.data
    if form.validate_on_submit() and later and not refuse(form, _extension_refusals(exam, form)):
        actions.extend_exam(edge.session(), exam, closes_at=later, by=viewer().person_id, now=edge.now())
        flash(_("The exam now closes at {time}.", time=words.moment(later)), "success")
        return _back(exam)
    return render_template(
        "exams/extend.html", course=course_words(exam.course), exam=exam_words(exam), form=form
    )


def _extension_refusals(exam: Exam, form: ExtendForm) -> list[Refusal]:
    after = form.closes_at.data
    if after is None:
        return []
    return rules.extension_refusals(
        before=exam.closes_at, after=after, course_closes_at=exam.course.closes_at, now=edge.now()
    )


@door.page("/<int:exam_id>/close", may=TRAINER, methods=("GET", "POST"))
def close(course_id: int, exam_id: int) -> ResponseReturnValue:
    """Close a published exam before its time, by typing the code."""
    exam = found(course_id, exam_id)
    if exam.state != "published":
        flash(_("Only a published exam can be closed."), "error")
        return _back(exam)
    form = ConfirmForm()
    if form.validate_on_submit() and form.confirms(exam.code):
        actions.close_exam(edge.session(), exam, by=viewer().person_id, now=edge.now())
        flash(_("The exam is closed. Nobody can start an attempt any more."), "success")
        return _back(exam)
    people = queries.enrolled(edge.session(), exam.course_id)
    return render_template(
        "exams/close.html", course=course_words(exam.course), exam=exam_words(exam), people=people, form=form
    )


def _back(exam: Exam) -> ResponseReturnValue:
    return redirect(url_for("exams.show", course_id=exam.course_id, exam_id=exam.id))
