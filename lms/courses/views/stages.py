"""The stages of a course: the list, making and correcting one with its window and units, taking one away."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.courses import rules, stages, unit_tree
from lms.courses.forms import StageForm, refuse
from lms.courses.models import Course, Stage
from lms.courses.views.door import TRAINER, course_words, door, organised, today, unit_words
from lms.kit import words
from lms.kit.i18n import _
from lms.organisation import queries as organisation
from lms.web import edge
from lms.web.forms import Post
from lms.web.viewer import viewer

MOST_FOUND = 50
LEVELS = 1  # of the tree below the course's units that are drawn at once


@door.page("/<int:course_id>/stages", may=TRAINER)
def all_stages(course_id: int) -> ResponseReturnValue:
    """Every stage with its window, units and number of people."""
    course = organised(course_id)
    lines = stages.of_course(edge.session(), course.id)
    return render_template(
        "courses/stages.html", course=course_words(course), lines=[_line(course, line) for line in lines]
    )


def _line(course: Course, line: stages.Line) -> dict[str, Any]:
    at: dict[str, Any] = {"course_id": course.id, "stage_id": line.stage.id}
    return {
        "title": line.stage.title,
        "opens_at": line.stage.opens_at,
        "closes_at": line.stage.closes_at,
        "units": [unit_words(unit) for unit in line.units],
        "people": line.people,
        "edit_url": url_for("courses.edit_stage", **at),
        "units_url": url_for("courses.stage_units", **at),
        "remove_url": url_for("courses.remove_stage", **at),
    }


@door.page("/<int:course_id>/stages/new", may=TRAINER, methods=("GET", "POST"))
def new_stage(course_id: int) -> ResponseReturnValue:
    """A title and a window; the units come next."""
    course = organised(course_id)
    form = StageForm(data={"opens_at": course.opens_at, "closes_at": course.closes_at})
    if form.validate_on_submit() and not refuse(form, _refusals(form, course)):
        stage = stages.add(edge.session(), course, **_values(form), by=viewer().person_id, now=edge.now())
        return redirect(url_for("courses.stage_units", course_id=course.id, stage_id=stage.id))
    return _draw_form(course, None, form)


@door.page("/<int:course_id>/stages/<int:stage_id>/edit", may=TRAINER, methods=("GET", "POST"))
def edit_stage(course_id: int, stage_id: int) -> ResponseReturnValue:
    """Correct the title and the window."""
    course, stage = _found(course_id, stage_id)
    known = {name: getattr(stage, name) for name in ("title", "opens_at", "closes_at")}
    form = StageForm(data=known)
    if form.validate_on_submit() and not refuse(form, _refusals(form, course)):
        stages.change(edge.session(), course, stage, **_values(form), by=viewer().person_id, now=edge.now())
        flash(_("The changes are saved."), "success")
        return _back(course)
    return _draw_form(course, stage, form)


def _found(course_id: int, stage_id: int) -> tuple[Course, Stage]:
    course = organised(course_id)
    return course, stages.stage_of_course(edge.session(), course.id, stage_id) or abort(404)


def _draw_form(course: Course, stage: Stage | None, form: StageForm) -> str:
    return render_template(
        "courses/stage.html",
        course=course_words(course),
        stage={"title": stage.title} if stage else None,
        form=form,
    )


def _refusals(form: StageForm, course: Course) -> list[rules.Refusal]:
    opens_at, closes_at = form.opens_at.data, form.closes_at.data
    if opens_at is None or closes_at is None:
        return []  # the form has said so
    return rules.stage_refusals((opens_at, closes_at), (course.opens_at, course.closes_at))


def _values(form: StageForm) -> dict[str, Any]:
    return {name: form[name].data for name in ("title", "opens_at", "closes_at")}


@door.page("/<int:course_id>/stages/<int:stage_id>/units", may=TRAINER, methods=("GET", "POST"))
def stage_units(course_id: int, stage_id: int) -> ResponseReturnValue:
    """Tick units in the tree of the course, or among those a search found. Only what was on the page is changed."""
    course, stage = _found(course_id, stage_id)
    if request.method == "POST":
        return _keep_units(course, stage)
    claimed = stages.claimed(edge.session(), course.id)
    titles = {line.stage.id: line.stage.title for line in stages.of_course(edge.session(), course.id)}
    wanted = request.args.get("q", "").strip()[:100]
    lines = [
        line
        | {
            "ticked": claimed.get(line["id"]) == stage.id,
            "other": titles[claimed[line["id"]]] if claimed.get(line["id"], stage.id) != stage.id else "",
        }
        for line in _offered(course, wanted)
    ]
    shown = {line["id"] for line in lines}
    chosen = next(
        line.units for line in stages.of_course(edge.session(), course.id) if line.stage.id == stage.id
    )
    return render_template(
        "courses/stage_units.html",
        course=course_words(course),
        stage={"id": stage.id, "title": stage.title},
        lines=lines,
        elsewhere=[unit_words(unit) for unit in chosen if unit.id not in shown],
        wanted=wanted,
    )


def _offered(course: Course, wanted: str) -> list[dict[str, Any]]:
    """Units of the course: the chosen ones with what lies right below them, or what a search among all found."""
    session, tops = edge.session(), _tops(course)
    if wanted:
        found = unit_tree.units_found(session, tops, wanted, today(), most=MOST_FOUND)
        return [unit_words(unit) | {"depth": 0} for unit in found]
    branches = unit_tree.tree(session, tops, today(), levels=LEVELS)
    return [unit_words(branch.unit) | {"depth": branch.depth} for branch in branches]


def _tops(course: Course) -> list[int]:
    return [unit.id for unit in unit_tree.units_taking_part(edge.session(), course.id)]


def _keep_units(course: Course, stage: Stage) -> ResponseReturnValue:
    session = edge.session()
    before = {unit for unit, held_by in stages.claimed(session, course.id).items() if held_by == stage.id}
    ticked, shown = (set(request.form.getlist(name, type=int)) for name in ("unit", "shown"))
    wanted = (before - shown) | ticked
    after = sorted(before & wanted | organisation.inside(session, sorted(wanted), _tops(course)))
    people = stages.choose_units(session, course, stage, after, by=viewer().person_id, now=edge.now())
    flash(
        _(
            "The units of the stage are saved; it has {people} people of the course.",
            people=words.number(people),
        ),
        "success",
    )
    return _back(course)


@door.page("/<int:course_id>/stages/<int:stage_id>/remove", may=TRAINER, methods=("GET", "POST"))
def remove_stage(course_id: int, stage_id: int) -> ResponseReturnValue:
    """Ask once more, then take the stage away."""
    course, stage = _found(course_id, stage_id)
    form = Post()
    if form.validate_on_submit():
        stages.remove(edge.session(), course, stage, by=viewer().person_id, now=edge.now())
        flash(_("The stage is taken away."), "success")
        return _back(course)
    return render_template(
        "courses/stage_remove.html", course=course_words(course), stage={"title": stage.title}, form=form
    )


def _back(course: Course) -> ResponseReturnValue:
    return redirect(url_for("courses.all_stages", course_id=course.id))
