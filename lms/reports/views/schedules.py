"""Having a report sent by mail on days of the week: setting it up, seeing what is set up, stopping it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.kit.i18n import N_, _
from lms.kit.tables import TABLE_FORMATS
from lms.reports import schedules
from lms.reports.forms import WEEKDAYS, ScheduleForm
from lms.reports.models import ReportSchedule
from lms.reports.report import Asked, Report
from lms.reports.timing import next_due
from lms.reports.views.door import OFFICER, address, asked, door, known, may_change, path_to, unit_url
from lms.web import edge
from lms.web.viewer import viewer


@door.page("/<int:course_id>/units/<int:unit_id>/<name>/schedules", may=OFFICER, methods=("GET", "POST"))
def report_schedules(course_id: int, unit_id: int, name: str) -> ResponseReturnValue:
    """The schedules of a report of the unit, and a form for another."""
    report, form = known(name), ScheduleForm()
    if "officer" not in report.roles or not may_change(unit_id):
        abort(404)
    what = asked(course_id, unit_id, report)
    if form.validate_on_submit():
        _create(report, what, form)
        flash(_("The report will be sent on these days."), "success")
        return redirect(request.full_path.rstrip("?"))
    found = schedules.of_report(edge.session(), name, course_id, unit_id)
    return render_template(
        "reports/schedules.html",
        title=_("Send by mail: {report}", report=_(report.title)),
        unit=what.unit,
        course=what.course,
        path=_path(report, what),
        form=form,
        schedules=_lines(found),
        no_server=current_app.extensions["settings"].mail is None,
        fixed=what.moment is not None,
    ), 400 if form.errors else 200


def _create(report: Report, what: Asked, form: ScheduleForm) -> ReportSchedule:
    times = schedules.Times("".join(sorted(form.weekdays.data or ())), form.hour.data, form.format.data)
    return schedules.create(
        edge.session(), report, what, times, form.addresses, by=viewer().person_id, now=edge.now()
    )


def _path(report: Report, what: Asked) -> list[dict[str, str]]:
    page = url_for("reports.screen", name=report.name, **address(what))
    own = {"label": what.unit.name, "url": unit_url(what.course, what.unit.id)}
    return [*path_to(what, ("officer",)), own, {"label": _(report.title), "url": page}]


WHY_STOPPED = {
    "role": N_("who set it up is no longer an officer of the unit"),
    "course": N_("the course is closed"),
    "unit": N_("the unit has ended"),
}


def _why(stopped: schedules.Stopped | None) -> str:
    if stopped is None:
        return ""
    if stopped.why in WHY_STOPPED:
        return _(WHY_STOPPED[stopped.why])
    return _("stopped by {name}", name=stopped.by) if stopped.by else ""


def _lines(found: Sequence[tuple[ReportSchedule, str]]) -> list[dict[str, Any]]:
    stops = schedules.stops(edge.session(), [one for one, _maker in found])
    return [
        {
            "id": one.id,
            "days": ", ".join(_(WEEKDAYS[int(day)]) for day in one.weekdays),
            "hour": f"{one.hour:02d}:00",
            "format": TABLE_FORMATS[one.format].name,
            "recipients": one.recipients.splitlines(),
            "maker": maker,
            "last": one.last_sent_at,
            "next": None if one.stopped_at else next_due(one.weekdays, one.hour, edge.now()),
            "stopped": one.stopped_at,
            "why": _why(stops.get(one.id)),
            "stop_url": url_for("reports.stop_schedule", schedule_id=one.id),
        }
        for one, maker in found
    ]


@door.page("/schedules/<int:schedule_id>/stop", may=OFFICER, methods=("POST",))
def stop_schedule(schedule_id: int) -> ResponseReturnValue:
    """Any officer of the unit may stop it, whoever set it up."""
    found = schedules.within(edge.session(), schedule_id, viewer().units("officer")) or abort(404)
    schedules.stop(edge.session(), found, by=viewer().person_id, now=edge.now())
    flash(_("The report is no longer sent."), "success")
    return redirect(
        url_for(
            "reports.report_schedules",
            course_id=found.course_id,
            unit_id=found.unit_id,
            name=found.report,
            **found.params,
        )
    )
