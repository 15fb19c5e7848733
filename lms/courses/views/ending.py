"""The end of a course: moving it later, or closing the course for good."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.courses import actions, queries, rules
from lms.courses.forms import CloseForm, ExtendForm, refuse
from lms.courses.models import Course
from lms.courses.views.door import TRAINER, course_words, door, organised
from lms.kit import words
from lms.kit.i18n import _
from lms.web import edge
from lms.web.viewer import viewer


@door.page("/<int:course_id>/extend", may=TRAINER, methods=("GET", "POST"))
def extend(course_id: int) -> ResponseReturnValue:
    """Move the end of an open course to a later time."""
    course = organised(course_id)
    if course.state != "open":
        flash(_("Only an open course can be extended."), "error")
        return _back(course)
    form = ExtendForm(data={"closes_at": course.closes_at})
    later = form.closes_at.data
    if form.validate_on_submit() and later and not refuse(form, _refusals(course, form)):
        actions.extend_course(edge.session(), course, closes_at=later, by=viewer().person_id, now=edge.now())
        flash(_("The course now closes at {time}.", time=words.moment(later)), "success")
        return _back(course)
    return render_template("courses/extend.html", course=course_words(course), form=form)


def _refusals(course: Course, form: ExtendForm) -> list[rules.Refusal]:
    after = form.closes_at.data
    if after is None:
        return []
    return rules.change_refusals((course.opens_at, course.closes_at), (course.opens_at, after), course.state)


@door.page("/<int:course_id>/close", may=TRAINER, methods=("GET", "POST"))
def close(course_id: int) -> ResponseReturnValue:
    """Say what closing means, then close by typing the code."""
    course = organised(course_id)
    if course.state != "open":
        flash(_("Only an open course can be closed."), "error")
        return _back(course)
    form = CloseForm()
    if form.validate_on_submit() and form.confirms(course.code):
        actions.close_course(edge.session(), course, by=viewer().person_id, now=edge.now())
        flash(_("The course is closed. Its figures and certificates stay."), "success")
        return _back(course)
    return render_template(
        "courses/close.html",
        course=course_words(course),
        counts=queries.course_counts(edge.session(), course.id),
        form=form,
    )


def _back(course: Course) -> ResponseReturnValue:
    return redirect(url_for("courses.show", course_id=course.id))
