"""A report that the worker counts, on the screen: how far the counting is, or what was counted last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.kit.i18n import _
from lms.kit.jobs import Job
from lms.reports import counted
from lms.reports.report import Asked, Report
from lms.reports.views.door import ANY_READER, Wanted, address, asked, choice, door, known
from lms.web import edge
from lms.web.jobs import job_words
from lms.web.viewer import viewer


@door.page("/<int:course_id>/units/<int:unit_id>/<name>/count", may=ANY_READER, methods=("POST",))
def count(course_id: int, unit_id: int, name: str) -> ResponseReturnValue:
    """Have it counted anew; the page then shows how far that is, and until it is done the former figures."""
    report = known(name)
    what = asked(course_id, unit_id, report)
    if counted.takes_long(edge.session(), report, what):
        counted.ask(edge.session(), report, what, by=viewer().person_id, now=edge.now())
    return redirect(_url("reports.screen", report, what))


@door.page("/<int:course_id>/units/<int:unit_id>/<name>/counting", may=ANY_READER)
def counting(course_id: int, unit_id: int, name: str) -> ResponseReturnValue:
    """How far it is, for the script of the page, whoever asked for it: {state, done, total, text, left}."""
    report = known(name)
    return counting_status(report, asked(course_id, unit_id, report))


def counting_status(report: Report, what: Asked, *, paper: bool = False) -> ResponseReturnValue:
    """The same of a question, also of one asked as a paper."""
    job = counted.under_way(edge.session(), report, what, paper=paper)
    if job is None:
        return jsonify({"state": "done", "done": 0, "total": 0, "text": "", "left": ""})
    shown = job_words(job)
    return jsonify({name: shown[name] for name in ("state", "done", "total", "text", "left")})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page asks how far its counting is, and where it is asked for again; whether it is asked as a paper."""

    status: str
    again: str
    paper: bool = False


def _usual(report: Report, what: Asked) -> Place:
    return Place(_url("reports.counting", report, what), _url("reports.count", report, what))


def being_counted(report: Report, what: Wanted, path: list[dict[str, str]]) -> str:
    """The page before anything was counted; the first one to look at it has it counted."""
    place = _usual(report, what.asked)
    return counting_page(report, what.asked, place, path=path, choice=choice(what, report))


def counting_page(
    report: Report, what: Asked, place: Place, *, path: list[dict[str, str]], choice: dict[str, Any] | None
) -> str:
    """The same for a question of another page."""
    session, paper = edge.session(), place.paper
    job = counted.under_way(session, report, what, paper=paper)
    if job is None and not counted.failed(session, report, what, paper=paper):
        with edge.writing() as writing:
            job = counted.ask(writing, report, what, by=viewer().person_id, now=edge.now(), paper=paper)
    return render_template(
        "reports/counting.html",
        title=_(report.title),
        unit=what.unit,
        course=what.course,
        path=path,
        choice=choice,
        job=_progress(place, job),
        again_url=place.again,
    )


def counted_words(report: Report, what: Asked, place: Place | None = None) -> dict[str, Any]:
    """What stands beside figures that were counted: how far a newer counting is, or where one is asked for."""
    place = place or _usual(report, what)
    job = counted.under_way(edge.session(), report, what, paper=place.paper)
    return {"job": _progress(place, job), "again_url": place.again}


def _progress(place: Place, job: Job | None) -> dict[str, Any] | None:
    if job is None:
        return None
    mine = job.created_by == viewer().person_id
    shown = job_words(job)
    return shown | {"status_url": place.status, "cancel_url": shown["cancel_url"] if mine else None}


def _url(endpoint: str, report: Report, what: Asked) -> str:
    return url_for(endpoint, **address(what), name=report.name)
