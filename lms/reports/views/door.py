"""The door, what every page behind it looks up first, and the files that are offered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import abort, request, url_for

from lms.courses import queries as courses
from lms.courses.models import Course
from lms.kit.i18n import _
from lms.kit.tables import TABLE_FORMATS
from lms.organisation import queries as organisation
from lms.organisation.models import Unit
from lms.reports import counted, queries
from lms.reports.asking import MOST_LEVELS, asked_again, params_of
from lms.reports.catalogue import REPORTS
from lms.reports.report import Asked, Report, made_at_once, too_long
from lms.reports.rules import MomentRefused
from lms.vietnamese.dates import typed_moment
from lms.web import edge
from lms.web.guard import Door, role
from lms.web.viewer import viewer

door = Door("reports", __name__, url_prefix="/reports")
READERS = ("officer", "auditor")  # who sees the figures of the units they hold the role over
READER = role(*READERS)
OFFICER = role("officer")
ANY_READER = role(*dict.fromkeys((*READERS, *(name for report in REPORTS.values() for name in report.roles))))
OFFERED = ("xlsx", "docx", "csv", "pdf")  # on the screens; json is for machines


def units_of(roles: tuple[str, ...] = READERS) -> tuple[int, ...]:
    """The units over which the viewer holds one of the roles."""
    return tuple(dict.fromkeys(unit_id for name in roles for unit_id in viewer().units(name)))


def own_unit(unit_id: int, roles: tuple[str, ...] = READERS) -> Unit:
    """The unit if the viewer holds one of the roles over it, else 404."""
    return organisation.unit_within(edge.session(), unit_id, units_of(roles)) or abort(404)


def may_change(unit_id: int) -> bool:
    """Whether the viewer is an officer of the unit, and no mere reader."""
    return organisation.unit_within(edge.session(), unit_id, viewer().units("officer")) is not None


def own_course(course_id: int, roles: tuple[str, ...] = READERS) -> Course:
    """The course if the viewer's units are counted in it, or they organise it as trainers; else 404."""
    organised = viewer().units("trainer") if "trainer" in roles else ()
    found = courses.course_visible(
        edge.session(), course_id, organised_by=organised, counted_in=units_of(roles)
    )
    return found or abort(404)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for, and what is wrong with the moment in it ("": nothing)."""

    asked: Asked
    problem: str = ""
    typed: str = ""


def wanted(course_id: int, unit_id: int, report: Report | None = None) -> Wanted:
    """The course and the unit if the viewer may see both, as the address asks for them; else 404.

    A moment that cannot be had is a problem to be shown; the figures are then as they are.
    """
    roles = report.roles if report else READERS
    if not any(viewer().has(name) for name in roles):
        abort(403)
    unit, course = own_unit(unit_id, roles), own_course(course_id, roles)
    of_exam, typed = bool(report and report.of_exam), request.args.get("moment", "").strip()
    params = {name: request.args.get(name, "").strip() for name in ("as_of", "moment", "levels", "exam")}
    try:
        return Wanted(_asked(course, unit, params, of_exam=of_exam), typed=typed)
    except MomentRefused as refused:
        asked = _asked(course, unit, params | {"moment": ""}, of_exam=of_exam)
        return Wanted(asked, _(refused.message), typed)


def _asked(course: Course, unit: Unit, params: dict[str, str], *, of_exam: bool) -> Asked:
    try:
        return asked_again(edge.session(), course, unit, params, at=edge.now(), of_exam=of_exam)
    except KeyError:
        abort(404)


def asked(course_id: int, unit_id: int, report: Report | None = None) -> Asked:
    """The same where a moment that cannot be had is not found."""
    what = wanted(course_id, unit_id, report)
    return what.asked if not what.problem else abort(404)


def address(what: Asked) -> dict[str, Any]:
    """What an address needs to ask in the same way again, but for the report's name."""
    return {"course_id": what.course.id, "unit_id": what.unit.id, **params_of(what)}


def unit_url(course: Course, unit_id: int, what: Asked | None = None) -> str:
    """The page of a unit in a course, asked in the same way as `what`."""
    more: dict[str, Any] = dict(params_of(replace(what, levels=None, exam=None))) if what else {}
    return url_for("reports.unit", course_id=course.id, unit_id=unit_id, **more)


def path_to(what: Asked, roles: tuple[str, ...] = READERS) -> list[dict[str, str]]:
    """The units above that the viewer may see, from the top, as links to their pages."""
    line = organisation.ancestors(edge.session(), what.unit.id)
    own = units_of(roles)
    top = next(place for place, unit in enumerate(line) if unit.id in own)
    return [{"label": unit.name, "url": unit_url(what.course, unit.id, what)} for unit in line[top:-1]]


def choice(what: Wanted, report: Report | None = None) -> dict[str, Any]:
    """The form that asks for the figures in another way, as the macro `choice_form` wants it."""
    asked_for = what.asked
    exams = queries.exams_shown(edge.session(), asked_for.course.id) if report and report.of_exam else ()
    return {
        "as_of": asked_for.as_of,
        "moment": what.typed if what.problem else typed_moment(asked_for.moment) if asked_for.moment else "",
        "problem": what.problem,
        "levels": asked_for.levels,
        "most_levels": min(MOST_LEVELS, 4) if report and report.by_level else 0,
        "exams": [{"code": e.code, "title": e.title, "selected": e is asked_for.exam} for e in exams],
        "open": bool(what.problem or asked_for.moment or asked_for.as_of != "then" or asked_for.levels),
    }


def downloads(report: Report, what: Asked) -> dict[str, Any]:
    """A report's files as reports/parts.html wants them; `later` ones are asked for by a button and made by
    the worker."""
    lines = report.size(edge.session(), what)
    long = counted.takes_long(edge.session(), report, what)
    files = [
        {
            "format": shown(format_),
            "later": long or not made_at_once(lines, format_),
            "url": url_for("reports.file", **address(what), name=report.name, format_=format_),
        }
        for format_ in OFFERED
        if format_ in TABLE_FORMATS and not too_long(lines, format_)
    ]
    return {"label": _(report.title), "files": files}


def at_once(report: Report, what: Asked, lines: int, format_: str) -> bool:
    """Whether the file is made while the person waits."""
    return made_at_once(lines, format_) and not counted.takes_long(edge.session(), report, what)


def shown(format_: str) -> str:
    """A format as people know it."""
    return TABLE_FORMATS[format_].name


def known(name: str) -> Report:
    """The report of that name, else 404."""
    return REPORTS.get(name) or abort(404)
