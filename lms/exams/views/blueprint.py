"""The blueprint of an exam: topics by levels, told at once where the question banks fall short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.exams import actions, queries
from lms.exams.blueprint import Entered, read_blueprint, typed_blueprint
from lms.exams.models import Exam
from lms.exams.views.door import TRAINER, course_words, door, exam_words, found, say_fixed
from lms.exams.views.sheet import Sheet
from lms.kit.i18n import _
from lms.study.models import Topic
from lms.web import edge
from lms.web.forms import Post
from lms.web.viewer import viewer


@door.page("/<int:exam_id>/blueprint", may=TRAINER, methods=("GET", "POST"))
def blueprint(course_id: int, exam_id: int) -> ResponseReturnValue:
    """Fill in the blueprint. Sending it keeps it, short or not; only what cannot be read is refused."""
    exam = found(course_id, exam_id)
    form = Post()
    if not form.is_submitted():
        return _page(exam, _stored(exam), form)
    sheet = _typed(exam, request.form)
    if not form.validate() or sheet.entered.wrong:
        return _page(exam, sheet, form)
    return _keep(exam, sheet)


@door.page("/<int:exam_id>/blueprint/check", may=TRAINER)
def check(course_id: int, exam_id: int) -> ResponseReturnValue:
    """What the page shows beside the fields while somebody types, as JSON. Nothing is kept."""
    sheet = _typed(found(course_id, exam_id), request.args)
    return jsonify(
        sums=dict(sheet.sums()),
        missing={field: missing for field, (_entry, missing) in sheet.missing.items()},
        short=sheet.short(),
        wrong=list(sheet.entered.wrong),
    )


def _typed(exam: Exam, typed: Mapping[str, str]) -> Sheet:
    topics = queries.topics_of_course(edge.session(), exam.course_id)
    return _sheet(topics, read_blueprint(typed, [topic.id for topic in topics]), typed)


def _stored(exam: Exam) -> Sheet:
    entries = tuple(queries.entries_of(edge.session(), exam.id))
    topics = queries.topics_of_course(edge.session(), exam.course_id)
    return _sheet(topics, Entered(entries, {}), typed_blueprint(entries))


def _sheet(topics: Sequence[Topic], entered: Entered, typed: Mapping[str, str]) -> Sheet:
    pool = queries.candidates(edge.session(), [topic.id for topic in topics], edge.now())
    return Sheet(topics, entered, typed, pool)


def _page(exam: Exam, sheet: Sheet, form: Post) -> ResponseReturnValue:
    return render_template(
        "exams/blueprint.html",
        course=course_words(exam.course),
        exam=exam_words(exam),
        form=form,
        fixed=exam.state != "draft",
        columns=sheet.columns(),
        groups=sheet.groups(),
        total=dict(sheet.sums())["all"],
        questions=sheet.totals.all.count,
        short=sheet.short(),
        wrong=sheet.wrong(),
        foreign=sheet.foreign,
    )


def _keep(exam: Exam, sheet: Sheet) -> ResponseReturnValue:
    session, by = edge.session(), viewer().person_id
    try:
        actions.set_blueprint(session, exam, sheet.entered.cells, by=by, now=edge.now())
    except actions.ExamFixed:
        say_fixed()
        return redirect(url_for("exams.show", course_id=exam.course_id, exam_id=exam.id))
    if sheet.lacking:
        flash(
            _("The blueprint is saved; {number} questions are still missing.", number=sheet.lacking),
            "warning",
        )
    else:
        flash(_("The blueprint is saved."), "success")
    return redirect(url_for("exams.blueprint", course_id=exam.course_id, exam_id=exam.id))
