"""Frozen reports: freezing what is on the screen, finding it by its number, showing it again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.courses.models import Course
from lms.kit.i18n import _
from lms.kit.jobs import Job
from lms.kit.tables import TABLE_FORMATS
from lms.organisation.models import Unit
from lms.reports import counted, freezing, frozen_files
from lms.reports import frozen as keeping
from lms.reports.catalogue import REPORTS
from lms.reports.frozen import Listed
from lms.reports.models import FrozenReport
from lms.reports.report import Asked, Report, made_at_once, too_long
from lms.reports.views.door import (
    OFFERED,
    OFFICER,
    READER,
    address,
    asked,
    door,
    known,
    own_course,
    own_unit,
    shown,
    unit_url,
    units_of,
)
from lms.reports.views.frozen_heads import head_of, own_frozen, unit_of
from lms.web import edge
from lms.web.downloads import attachment
from lms.web.jobs import job_words
from lms.web.viewer import viewer

MOST_SHOWN = 200  # lines of a table on the screen
PAGE = 50  # frozen reports


@door.page("/<int:course_id>/units/<int:unit_id>/<name>/freeze", may=OFFICER, methods=("POST",))
def freeze(course_id: int, unit_id: int, name: str) -> ResponseReturnValue:
    """Give what is on the screen a number and keep it; what takes long to read is frozen by the worker."""
    report, session = known(name), edge.session()
    own_unit(unit_id, ("officer",))
    what = asked(course_id, unit_id, report)
    note, by, now = request.form.get("note", "")[:200], viewer().person_id, edge.now()
    if counted.takes_long(session, report, what):
        if report.size(session, what) > keeping.MOST_LINES:
            return _too_long(report, what)
        job = freezing.order(session, report, what, note=note, by=by, now=now)
        return redirect(url_for("reports.being_frozen", job_id=job.id))
    try:
        kept = keeping.freeze(session, report, what, note=note, by=by, now=now)
    except keeping.TooLong:
        return _too_long(report, what)
    flash(_("Frozen with the number {number}.", number=kept.printed_number), "success")
    return redirect(url_for("reports.frozen", frozen_id=kept.id))


def _too_long(report: Report, what: Asked) -> ResponseReturnValue:
    flash(
        _(
            "The list has more than {most} lines, too many for one frozen report. Please freeze it unit by unit.",
            most=keeping.MOST_LINES,
        ),
        "error",
    )
    return redirect(url_for("reports.screen", name=report.name, **address(what)))


@door.page("/freezing/<int:job_id>", may=OFFICER)
def being_frozen(job_id: int) -> ResponseReturnValue:
    """How far the freezing of a long report is, for who asked for it; in the end the frozen report."""
    job = edge.session().get(Job, job_id)
    if job is None or job.kind != freezing.KIND or job.created_by != viewer().person_id:
        abort(404)
    if job.state == "done" and job.result:
        kept = own_frozen(job.result["frozen_id"])
        flash(_("Frozen with the number {number}.", number=kept.printed_number), "success")
        return redirect(url_for("reports.frozen", frozen_id=kept.id))
    report = known(job.params["report"])
    unit = own_unit(job.params["unit_id"])
    course = own_course(job.params["course_id"])
    names = ("course_id", "unit_id", "as_of", "moment", "levels", "exam")
    place = {name: job.params[name] for name in names if name in job.params}
    screen = {"label": _(report.title), "url": url_for("reports.screen", name=report.name, **place)}
    own = {"label": unit.name, "url": unit_url(course, unit.id)}
    return render_template(
        "reports/freezing.html",
        title=_(report.title),
        unit=unit,
        course=course,
        path=[own, screen],
        job=job_words(job),
    )


@door.page("/frozen", may=READER)
def frozen_search() -> str:
    """Every frozen report of the viewer's units, found by its number."""
    return _list(units_of())


@door.page("/<int:course_id>/units/<int:unit_id>/frozen", may=READER)
def frozen_list(course_id: int, unit_id: int) -> str:
    """The frozen reports of a course in a unit and below it."""
    return _list((unit_id,), own_unit(unit_id), own_course(course_id))


def _list(unit_ids: Sequence[int], unit: Unit | None = None, course: Course | None = None) -> str:
    number = request.args.get("number", "").strip()
    before = request.args.get("before", type=int)
    found = keeping.frozen_reports(
        edge.session(),
        unit_ids,
        number=number,
        course_id=course.id if course else None,
        before=before,
        most=PAGE,
    )
    here: dict[str, Any] = {"number": number or None}
    if unit and course:
        here |= {"course_id": course.id, "unit_id": unit.id}
    endpoint = "reports.frozen_list" if unit else "reports.frozen_search"
    own = [{"label": unit.name, "url": unit_url(course, unit.id)}] if unit and course else []
    more = len(found) > PAGE
    return render_template(
        "reports/frozen_list.html",
        unit=unit.name if unit else "",
        path=[{"label": _("Reports"), "url": url_for("reports.index")}, *own],
        number=number,
        reports=[_listed(one) for one in found[:PAGE]],
        newest_url=url_for(endpoint, **here) if before is not None else None,
        older_url=url_for(endpoint, **here, before=found[PAGE - 1].frozen.id) if more else None,
    )


def _listed(one: Listed) -> dict[str, Any]:
    kept = one.frozen
    return {
        "number": kept.printed_number,
        "url": url_for("reports.frozen", frozen_id=kept.id),
        "title": frozen_files.title_of(kept),
        "unit": one.unit,
        "course": one.course,
        "moment": kept.moment,
        "at": kept.frozen_at,
        "by": one.by,
        "note": kept.note,
    }


@door.page("/frozen/<int:frozen_id>", may=READER)
def frozen(frozen_id: int) -> str:
    """A frozen report, exactly as it was."""
    kept = own_frozen(frozen_id)
    table = keeping.table_of(kept)
    rows = list(table.rows)
    return render_template(
        "reports/frozen.html",
        **head_of(kept),
        table=table,
        rows=rows[:MOST_SHOWN],
        cut=len(rows) > MOST_SHOWN,
        downloads=_downloads(kept, len(rows)),
        untouched=keeping.untouched(kept),
        compare_url=url_for("reports.frozen_compare", frozen_id=kept.id) if kept.report in REPORTS else None,
    )


@door.page("/frozen/<int:frozen_id>.<format_>", may=READER, methods=("GET", "POST"))
def frozen_file(frozen_id: int, format_: str) -> ResponseReturnValue:
    """A frozen report as a file, with the head and the figures of then. A long one is made by the worker, once it is
    asked for by POST."""
    kept = own_frozen(frozen_id)
    lines = len(kept.table["rows"])
    if format_ not in TABLE_FORMATS or too_long(lines, format_):
        abort(404)
    by, now = viewer().person_id, edge.now()
    if request.method == "POST":
        back = url_for("reports.frozen", frozen_id=kept.id)
        job = freezing.order_file(edge.session(), kept, format_, back=back, by=by, now=now)
        return redirect(url_for("jobs.show", job_id=job.id))
    if not made_at_once(lines, format_):
        return redirect(url_for("reports.frozen", frozen_id=kept.id))  # where it is asked for
    made = io.BytesIO()
    frozen_files.write(kept, format_, made)
    with edge.writing() as session:
        keeping.note_download(session, kept, format_, by=by, now=now)
    name = frozen_files.name_of(kept, unit_of(kept).name, format_)
    return attachment(made.getvalue(), name, TABLE_FORMATS[format_].media_type)


def _downloads(kept: FrozenReport, lines: int) -> dict[str, Any]:
    formats = [format_ for format_ in OFFERED if format_ in TABLE_FORMATS and not too_long(lines, format_)]
    files = [
        {
            "format": shown(format_),
            "later": not made_at_once(lines, format_),
            "url": url_for("reports.frozen_file", frozen_id=kept.id, format_=format_),
        }
        for format_ in formats
    ]
    return {"label": _("The report as it was frozen"), "files": files}
