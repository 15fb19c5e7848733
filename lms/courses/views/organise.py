"""A trainer's courses: the list, making and correcting one, its modules, opening it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.courses import actions, queries, rules, stages, unit_tree
from lms.courses.forms import CourseForm, refuse
from lms.courses.models import Course
from lms.courses.views.door import (
    TRAINER,
    course_words,
    door,
    opening_refusals,
    organised,
    sentences,
    today,
    unit_words,
)
from lms.kit.i18n import N_, _
from lms.organisation.models import Unit
from lms.organisation.queries import unit_within
from lms.vietnamese.dates import local
from lms.web import edge
from lms.web.viewer import viewer

LEVELS_TO_ORGANISE = 1  # how far below the own units an organising unit is offered


@door.page("/", may=TRAINER)
def index() -> ResponseReturnValue:
    """The courses that the trainer's units organise, newest first."""
    found = queries.courses_organised(edge.session(), viewer().units("trainer"))
    rows = [
        course_words(course) | {"counts": queries.course_counts(edge.session(), course.id)}
        for course in found
    ]
    return render_template("courses/index.html", courses=rows)


@door.page("/new", may=TRAINER, methods=("GET", "POST"))
def create() -> ResponseReturnValue:
    """A new course in preparation; its modules and units are chosen next."""
    form = _form(None)
    if form.validate_on_submit() and not refuse(form, _refusals(form, None)):
        course = actions.create_course(edge.session(), **_values(form), by=viewer().person_id, now=edge.now())
        flash(_("The course is made. Now choose what is studied and who takes part."), "success")
        return redirect(url_for("courses.show", course_id=course.id))
    return render_template("courses/edit.html", form=form, course=None)


@door.page("/<int:course_id>/edit", may=TRAINER, methods=("GET", "POST"))
def edit(course_id: int) -> ResponseReturnValue:
    """Correct the title, code, unit and window."""
    course = organised(course_id)
    form = _form(course)
    if form.validate_on_submit() and not refuse(form, _refusals(form, course)):
        actions.update_course(edge.session(), course, **_values(form), by=viewer().person_id, now=edge.now())
        flash(_("The changes are saved."), "success")
        return redirect(url_for("courses.show", course_id=course.id))
    return render_template("courses/edit.html", form=form, course=course_words(course))


def _form(course: Course | None) -> CourseForm:
    names = ("code", "title", "opens_at", "closes_at")
    known = {name: getattr(course, name) for name in names} | {"unit": course.unit_id} if course else {}
    form = CourseForm(data=known)
    offered = unit_tree.tree(edge.session(), viewer().units("trainer"), today(), levels=LEVELS_TO_ORGANISE)
    choices = [(b.unit.id, "\u2003" * b.depth + b.unit.name) for b in offered]
    if course and course.unit_id not in [unit_id for unit_id, _name in choices]:
        choices.append((course.unit_id, course.unit.name))
    form.unit.choices = choices
    return form


def _refusals(form: CourseForm, course: Course | None) -> list[rules.Refusal]:
    """What the rules say beyond the form's own checks; a missing code is suggested."""
    opens_at, closes_at = form.opens_at.data, form.closes_at.data
    if opens_at is None or closes_at is None:
        return []  # the form has said so
    if course:
        found = rules.change_refusals(
            (course.opens_at, course.closes_at), (opens_at, closes_at), course.state
        )
    else:
        found = rules.window_refusals(opens_at, closes_at)
    taken = queries.codes_taken(edge.session()) - {course.code if course else ""}
    if not form.code.data:
        form.code.data = rules.suggested_code(form.title.data or "", f"{local(opens_at):%Y}", taken)
    if form.code.data in taken:
        found.append(
            rules.Refusal("code", N_("Another course has this code. Choose another one, or leave it empty."))
        )
    return found


def _values(form: CourseForm) -> dict[str, Any]:
    unit: Unit = unit_within(edge.session(), form.unit.data, viewer().units("trainer")) or abort(404)
    return {
        "code": form.code.data,
        "title": form.title.data,
        "unit": unit,
        "opens_at": form.opens_at.data,
        "closes_at": form.closes_at.data,
    }


@door.page("/<int:course_id>/", may=TRAINER)
def show(course_id: int) -> ResponseReturnValue:
    """One course: what is studied, who takes part, how many have finished, what comes next."""
    course = organised(course_id)
    session = edge.session()
    units = unit_tree.units_taking_part(session, course.id)
    modules = queries.modules_of(session, course.id)
    return render_template(
        "courses/show.html",
        course=course_words(course),
        modules=[{"title": m.title, "resolution": m.resolution.title} for m in modules],
        units=[unit_words(unit) for unit in units],
        counts=queries.course_counts(session, course.id),
        stages=[
            {"title": line.stage.title, "opens_at": line.stage.opens_at, "closes_at": line.stage.closes_at}
            | {"people": line.people}
            for line in stages.of_course(session, course.id)
        ],
        expected=queries.expected(session, course.id),
        missing=sentences(opening_refusals(course, len(modules), len(units))),
    )
