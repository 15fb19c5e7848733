"""A report on the screen and as a file. Every download leaves a line in the audit trail."""

from __future__ import annotations

import io
from itertools import islice
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.kit.i18n import _
from lms.kit.tables import TABLE_FORMATS
from lms.reports import actions, counted
from lms.reports.report import Asked, Report, too_long
from lms.reports.views.counting import being_counted, counted_words
from lms.reports.views.door import (
    ANY_READER,
    READERS,
    address,
    asked,
    at_once,
    choice,
    door,
    downloads,
    known,
    may_change,
    path_to,
    shown,
    unit_url,
    wanted,
)
from lms.web import edge
from lms.web.downloads import attachment
from lms.web.viewer import viewer

MOST_SHOWN = 200  # lines on the screen; the files have all


@door.page("/<int:course_id>/units/<int:unit_id>/<name>", may=ANY_READER)
def screen(course_id: int, unit_id: int, name: str) -> ResponseReturnValue:
    """Any report of the catalogue as a page."""
    report = known(name)
    asked_for = wanted(course_id, unit_id, report)
    what, kept = asked_for.asked, None
    if counted.takes_long(edge.session(), report, what):
        kept = counted.latest(edge.session(), report, what)
        if kept is None:
            return being_counted(report, asked_for, _path(report, what))
    table = kept.table if kept else report.table(edge.session(), what)
    rows = list(islice(table.rows, MOST_SHOWN + 1))
    return render_template(
        "reports/report.html",
        title=_(report.title),
        unit=what.unit,
        course=what.course,
        path=_path(report, what),
        as_of=kept.at if kept else what.until,
        counted=counted_words(report, what) if kept else None,
        units_now=what.as_of == "now",
        choice=choice(asked_for, report),
        freezing=_freezing(report, what),
        table=table,
        rows=rows[:MOST_SHOWN],
        cut=len(rows) > MOST_SHOWN,
        downloads=downloads(report, what),
    )


@door.page("/<int:course_id>/units/<int:unit_id>/<name>.<format_>", may=ANY_READER, methods=("GET", "POST"))
def file(course_id: int, unit_id: int, name: str, format_: str) -> ResponseReturnValue:
    """The report as a file. A long one is made by the worker, once it is asked for by POST."""
    report = known(name)
    what = asked(course_id, unit_id, report)
    if format_ not in TABLE_FORMATS:
        abort(404)
    lines = report.size(edge.session(), what)
    if too_long(lines, format_):
        return _instead(report, what, format_, lines), 409
    if request.method == "POST":
        return _order(report, what, format_)
    if not at_once(report, what, lines, format_):
        return _instead(report, what, format_, lines)
    return _now(report, what, format_)


def _path(report: Report, what: Asked) -> list[dict[str, str]]:
    """The units above and the unit's page; whoever reads this report in another role has no such pages."""
    if not any(viewer().has(name) for name in READERS):
        return []
    here = {"label": what.unit.name, "url": unit_url(what.course, what.unit.id, what)}
    return [*path_to(what, report.roles), here]


def _freezing(report: Report, what: Asked) -> dict[str, str] | None:
    """Where the officer freezes what is on the screen, and finds what was frozen."""
    place: dict[str, Any] = {"course_id": what.course.id, "unit_id": what.unit.id}
    if not may_change(what.unit.id):
        return None
    return {
        "url": url_for("reports.freeze", **address(what), name=report.name),
        "list_url": url_for("reports.frozen_list", **place),
    }


def _order(report: Report, what: Asked, format_: str) -> ResponseReturnValue:
    job = actions.order(
        edge.session(),
        report,
        what,
        format_,
        back=unit_url(what.course, what.unit.id, what),
        by=viewer().person_id,
        now=edge.now(),
    )
    return redirect(url_for("jobs.show", job_id=job.id))


def _instead(report: Report, what: Asked, format_: str, lines: int) -> str:
    """Why the file is not simply there, and how to get it."""
    return render_template(
        "reports/long.html",
        title=_(report.title),
        unit=what.unit,
        path=_path(report, what),
        format=shown(format_),
        lines=lines,
        too_long=too_long(lines, format_),
        downloads=downloads(report, what),
    )


def _now(report: Report, what: Asked, format_: str) -> ResponseReturnValue:
    made = io.BytesIO()
    report.write(edge.session(), what, format_, made)
    with edge.writing() as session:
        actions.note_download(session, report, what, format_, by=viewer().person_id, now=edge.now())
    return attachment(made.getvalue(), report.file_name(what, format_), TABLE_FORMATS[format_].media_type)
