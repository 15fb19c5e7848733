"""Preparing a course: choosing its modules, and opening it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.courses import actions, queries, rules
from lms.courses.forms import refuse
from lms.courses.views.door import TRAINER, course_words, door, opening_refusals, organised, sentences
from lms.kit import words
from lms.kit.i18n import _
from lms.study.models import Module
from lms.study.queries import modules as all_modules
from lms.web import edge
from lms.web.forms import Post
from lms.web.viewer import viewer


@door.page("/<int:course_id>/modules", may=TRAINER, methods=("GET", "POST"))
def modules(course_id: int) -> ResponseReturnValue:
    """Choose what is studied, in which order: one small step a click."""
    course = organised(course_id)
    chosen = [module.id for module in queries.modules_of(edge.session(), course.id)]
    known = {module.id: module for module in all_modules(edge.session())}
    if request.method == "POST":
        module_id, deed = request.form.get("module", type=int), request.form.get("deed", "")
        if module_id not in known or deed not in rules.MODULE_DEEDS:
            abort(400)
        order = rules.rearranged(chosen, module_id, deed)
        if order != chosen:
            actions.choose_modules(edge.session(), course, order, by=viewer().person_id, now=edge.now())
        return redirect(url_for("courses.modules", course_id=course.id))
    others = [module for module in known.values() if module.id not in chosen]
    return render_template(
        "courses/modules.html",
        course=course_words(course),
        chosen=[_module_words(known[module_id]) for module_id in chosen],
        others=[_module_words(module) for module in others],
    )


def _module_words(module: Module) -> dict[str, Any]:
    return {
        "id": module.id,
        "title": module.title,
        "resolution": module.resolution.title,
        "summary": module.summary,
    }


@door.page("/<int:course_id>/open", may=TRAINER, methods=("GET", "POST"))
def opening(course_id: int) -> ResponseReturnValue:
    """How many people opening would enrol; then open the course, or enrol those who came since."""
    course = organised(course_id)
    session = edge.session()
    units, modules = queries.units_of(session, course.id), queries.modules_of(session, course.id)
    form, again = Post(), course.state == "open"
    if form.validate_on_submit() and not refuse(form, opening_refusals(course, len(modules), len(units))):
        added = actions.open_course(session, course, by=viewer().person_id, now=edge.now())
        number = words.number(added)
        said = (
            _("{number} newcomers are enrolled.", number=number)
            if again
            else _("The course is open; {number} people are enrolled.", number=number)
        )
        flash(said, "success")
        return redirect(url_for("courses.show", course_id=course.id))
    return render_template(
        "courses/open.html",
        course=course_words(course),
        form=form,
        again=again,
        expected=queries.expected(session, course.id),
        units=len(units),
        missing=sentences(opening_refusals(course, len(modules), len(units))),
        after_hours=rules.ends_after_hours(course.closes_at),
    )
