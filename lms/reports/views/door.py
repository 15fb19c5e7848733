"""The door, what every page behind it looks up first, and the files that are offered."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for

from lms.courses import queries as courses
from lms.courses.models import Course
from lms.kit.i18n import _
from lms.organisation import queries as organisation
from lms.organisation.models import Unit
from lms.reports.catalogue import REPORTS
from lms.reports.report import Asked, Report, made_at_once, too_long
from lms.web import edge
from lms.web.guard import Door, role
from lms.web.viewer import viewer

door = Door("reports", __name__, url_prefix="/reports")
OFFICER = role("officer")
OFFERED = ("xlsx", "csv", "pdf")  # on the screens; json is for machines


def own_unit(unit_id: int) -> Unit:
    """The unit if the officer looks after it, else 404."""
    return organisation.unit_within(edge.session(), unit_id, viewer().units("officer")) or abort(404)


def asked(course_id: int, unit_id: int) -> Asked:
    """The course and the unit if the officer may see both, else 404."""
    unit = own_unit(unit_id)
    course = courses.course_visible(
        edge.session(), course_id, organised_by=(), counted_in=viewer().units("officer")
    )
    return Asked(course or abort(404), unit, edge.now())


def unit_url(course: Course, unit_id: int) -> str:
    return url_for("reports.unit", course_id=course.id, unit_id=unit_id)


def path_to(what: Asked) -> list[dict[str, str]]:
    """The units above that the officer may see, from the top, as links to their pages."""
    line = organisation.ancestors(edge.session(), what.unit.id)
    own = viewer().units("officer")
    top = next(place for place, unit in enumerate(line) if unit.id in own)
    return [{"label": unit.name, "url": unit_url(what.course, unit.id)} for unit in line[top:-1]]


def downloads(report: Report, what: Asked) -> dict[str, Any]:
    """A report's files as reports/parts.html wants them; `later` ones are asked for by a button and made by
    the worker."""
    lines = report.size(edge.session(), what)
    formats = [format_ for format_ in OFFERED if not too_long(lines, format_)]
    return {"label": _(report.title), "files": [_file(report, what, format_, lines) for format_ in formats]}


def _file(report: Report, what: Asked, format_: str, lines: int) -> dict[str, Any]:
    address: dict[str, Any] = {
        "course_id": what.course.id,
        "unit_id": what.unit.id,
        "name": report.name,
        "format_": format_,
    }
    return {
        "format": shown(format_),
        "later": not made_at_once(lines, format_),
        "url": url_for("reports.file", **address),
    }


def shown(format_: str) -> str:
    """A format as people know it."""
    return {"xlsx": "Excel", "csv": "CSV", "pdf": "PDF"}.get(format_, format_)


def known(name: str) -> Report:
    """The report of that name, else 404."""
    return REPORTS.get(name) or abort(404)
