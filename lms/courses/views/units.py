"""Choosing the units that take part: ticks in the tree, and a search for what lies deeper. Works without scripts."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.courses import actions, queries, unit_tree
from lms.courses.models import Course
from lms.courses.views.door import TRAINER, course_words, door, organised, today, unit_words
from lms.kit.i18n import _
from lms.organisation.models import Unit
from lms.web import edge
from lms.web.viewer import viewer

LEVELS = 2  # of the tree that are drawn at once
MOST_DRAWN = 400  # units; a larger tree is drawn one level less deep
MOST_FOUND = 50


@door.page("/<int:course_id>/units", may=TRAINER, methods=("GET", "POST"))
def units(course_id: int) -> ResponseReturnValue:
    """The tree, or what a search found, with ticks. Only what was on the page is changed by sending it."""
    course = organised(course_id)
    if request.method == "POST":
        return _keep(course)
    chosen = unit_tree.units_taking_part(edge.session(), course.id)
    wanted = request.args.get("q", "").strip()[:100]
    lines = _found(wanted) if wanted else _tree()
    ticked = {unit.id for unit in chosen}
    shown = {line["id"] for line in lines}
    return render_template(
        "courses/units.html",
        course=course_words(course),
        lines=[line | {"ticked": line["id"] in ticked} for line in lines],
        elsewhere=[unit_words(unit) for unit in chosen if unit.id not in shown],
        wanted=wanted,
        all_found=len(lines) < MOST_FOUND,
        only_adding=course.state != "draft",
    )


def _tree() -> list[dict[str, Any]]:
    tops = viewer().units("trainer")
    branches = unit_tree.tree(edge.session(), tops, today(), levels=LEVELS)
    if len(branches) > MOST_DRAWN:
        branches = [branch for branch in branches if branch.depth < LEVELS]
    return [_line(branch.unit, branch.depth) for branch in branches]


def _found(wanted: str) -> list[dict[str, Any]]:
    found = unit_tree.units_found(edge.session(), viewer().units("trainer"), wanted, today(), most=MOST_FOUND)
    return [_line(unit, 0) for unit in found]


def _line(unit: Unit, depth: int) -> dict[str, Any]:
    return unit_words(unit) | {"depth": depth}


def _keep(course: Course) -> ResponseReturnValue:
    """Ticked ones are added, unticked ones taken out; once the course is open units can only be added."""
    before = set(queries.units_of(edge.session(), course.id))
    ticked, shown = (set(request.form.getlist(name, type=int)) for name in ("unit", "shown"))
    wanted = before | ticked if course.state != "draft" else (before - shown) | ticked
    within = sorted(before | {*viewer().units("trainer")})
    after = unit_tree.topmost(edge.session(), sorted(wanted), within)
    if set(after) != before:
        actions.choose_units(edge.session(), course, after, by=viewer().person_id, now=edge.now())
    flash(_("The units that take part are saved."), "success")
    return redirect(url_for("courses.units", course_id=course.id, q=request.form.get("q") or None))
