"""The certificates of a unit's people in a course, for its officers: the list, and the bundle as a job."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.audit.actions import record
from lms.certificates import queries, registers
from lms.certificates.views.door import base_url, certificate_words, door
from lms.courses import queries as courses
from lms.courses.models import Course
from lms.exams import queries as exams
from lms.kit.jobs import ask_for
from lms.organisation import queries as organisation
from lms.organisation.models import Unit
from lms.web import edge
from lms.web.guard import role
from lms.web.viewer import viewer

ONE = "/certificates/courses/<int:course_id>/units/<int:unit_id>"
OFFICER = role("officer")
A_PAGE = 50
LONGEST_KEY = 400  # of a sort key in a link


@door.page(ONE, may=OFFICER)
def unit(course_id: int, unit_id: int) -> ResponseReturnValue:
    """What a bundle of the unit would hold, the buttons that have it made, and every certificate by name."""
    found, course = _unit(unit_id), _course(course_id, unit_id)
    exam_ids = _exam_ids(course)
    rows = registers.of_unit(edge.session(), exam_ids, unit_id, most=A_PAGE + 1, after=_after())
    shown = rows[:A_PAGE]
    following = ""
    if len(rows) > A_PAGE:
        key, last = shown[-1]
        following = url_for("certificates.unit", course_id=course_id, unit_id=unit_id, key=key, after=last.id)
    return render_template(
        "certificates/unit.html",
        unit=found,
        course=course,
        count=queries.count_to_bundle(edge.session(), exam_ids, unit_id),
        certificates=[certificate_words(certificate) for _key, certificate in shown],
        previous=url_for("certificates.unit", course_id=course_id, unit_id=unit_id) if _after() else "",
        following=following,
    )


def _after() -> tuple[str, int] | None:
    last = request.args.get("after", type=int)
    if last is None or not 0 < last < 2**53:
        return None
    return request.args.get("key", "")[:LONGEST_KEY], last


@door.page(ONE, may=OFFICER, methods=("POST",))
def bundle(course_id: int, unit_id: int) -> ResponseReturnValue:
    """Have a bundle made: a job, because a ward has thousands."""
    found, course, kind = _unit(unit_id), _course(course_id, unit_id), request.form.get("kind", "")
    if kind not in ("zip", "pdf"):
        abort(400)
    if not queries.count_to_bundle(edge.session(), _exam_ids(course), unit_id):
        return redirect(url_for("certificates.unit", course_id=course_id, unit_id=unit_id))
    params: dict[str, Any] = {
        "exam_ids": _exam_ids(course),
        "unit_id": unit_id,
        "unit": found.name,
        "kind": kind,
        "base_url": base_url(),
        "back": url_for("certificates.unit", course_id=course_id, unit_id=unit_id),
    }
    by, session = viewer().person_id, edge.session()
    job = ask_for(session, "certificates.bundle", params, by=by, now=edge.now())
    record(
        session,
        "certificate.bundle",
        "course",
        course_id,
        actor_id=by,
        now=edge.now(),
        unit_id=unit_id,
        kind=kind,
    )
    return redirect(url_for("jobs.show", job_id=job.id))


def _unit(unit_id: int) -> Unit:
    return organisation.unit_within(edge.session(), unit_id, viewer().units("officer")) or abort(404)


def _course(course_id: int, unit_id: int) -> Course:
    touching = courses.courses_touching(edge.session(), [unit_id])
    return next((course for course in touching if course.id == course_id), None) or abort(404)


def _exam_ids(course: Course) -> list[int]:
    return [exam.id for exam in exams.exams_of_courses(edge.session(), [course.id])]
