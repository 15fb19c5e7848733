"""Where an officer comes in: the courses their units take part in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.courses import queries as courses
from lms.courses.models import Course
from lms.courses.rules import deadline
from lms.reports import queries, rules
from lms.reports.views.door import READER, door, own_unit, unit_url, units_of
from lms.web import edge


@door.page("/", may=READER)
def index() -> ResponseReturnValue:
    """Units and courses with their figures; who has one unit and one open course goes straight there."""
    session, unit_ids = edge.session(), units_of()
    units = [own_unit(unit_id) for unit_id in dict.fromkeys(unit_ids)]
    found = courses.courses_touching(session, unit_ids)
    running = [course for course in found if course.state == "open"]
    if len(units) == 1 and len(running) == 1:
        return redirect(unit_url(running[0], units[0].id))
    counts = queries.counts_by_course(session, [course.id for course in found], unit_ids)
    lists = [{"name": unit.name, "courses": _courses(found, unit.id, counts)} for unit in units]
    return render_template(
        "reports/index.html",
        units=[one for one in lists if one["courses"]],
        frozen_url=url_for("reports.frozen_search"),
    )


def _courses(
    found: Sequence[Course], unit_id: int, counts: Mapping[tuple[int, int], Mapping[str, int]]
) -> list[dict[str, Any]]:
    taking_part = [course for course in found if rules.anybody(counts[course.id, unit_id])]
    return [_course(course, unit_id, counts[course.id, unit_id]) for course in taking_part]


def _course(course: Course, unit_id: int, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "title": course.title,
        "url": unit_url(course, unit_id),
        "deadline": deadline(course.closes_at, edge.now()),
        "finished": counts["finished"],
        "must": counts["must"],
        "percent": rules.percent(counts["finished"], counts["must"]),
    }


@door.page("/units/<int:unit_id>", may=READER)
def choose(unit_id: int) -> ResponseReturnValue:
    """From a unit's page to its figures in the chosen course (?course=CODE), or else in the newest it takes part in."""
    unit, wanted = own_unit(unit_id), request.args.get("course", "")
    found = courses.courses_touching(edge.session(), units_of() if wanted else [unit_id])
    course = next((course for course in found if wanted in ("", course.code)), None)
    if wanted and course is None:
        abort(404)
    return redirect(unit_url(course, unit.id) if course else url_for("reports.index"))
