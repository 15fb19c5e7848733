"""Certificates: one's own, those of an officer's unit, and the public check."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import effects
from lms.attempts.queries import score_shown
from lms.audit.actions import record
from lms.certificates import actions, document, queries, rules
from lms.certificates.models import Certificate
from lms.courses import queries as courses
from lms.courses.models import Course
from lms.exams import queries as exams
from lms.kit.jobs import ask_for
from lms.organisation import queries as organisation
from lms.organisation.models import Unit
from lms.web import edge
from lms.web.downloads import attachment
from lms.web.guard import PUBLIC, SIGNED_IN, Door, role
from lms.web.viewer import viewer

door = Door("certificates", __name__)
MOST_SHOWN = 500  # certificates on one page


@door.page("/certificates/exams/<int:exam_id>", may=SIGNED_IN)
def own(exam_id: int) -> ResponseReturnValue:
    """One's own certificate for an exam, issued when it is first asked for; not before the score is released."""
    if not score_shown(edge.session(), exam_id, viewer().person_id, edge.now()):
        abort(404)
    with edge.writing() as session:
        certificate = actions.issue(
            session, exam_id, viewer().person_id, base_url=_base_url(), by=viewer().person_id, now=edge.now()
        )
    if certificate is None:
        abort(404)
    return render_template("certificates/own.html", certificate=certificate, facts=certificate.facts)


@door.page("/certificates/<int:certificate_id>.pdf", may=SIGNED_IN)
def pdf(certificate_id: int) -> ResponseReturnValue:
    """The PDF, for its owner and for the officers of the unit it was earned in."""
    found = queries.certificate_seen_by(
        edge.session(), certificate_id, viewer().person_id, viewer().units("officer")
    ) or abort(404)
    if found.revoked_at:
        abort(404)
    own_one = found.person_id == viewer().person_id
    if own_one and not score_shown(edge.session(), found.exam_id, found.person_id, edge.now()):
        abort(404)
    if not own_one:
        with edge.writing() as session:
            record(
                session,
                "certificate.download",
                "certificate",
                found.id,
                actor_id=viewer().person_id,
                now=edge.now(),
                unit_id=found.unit_id,
            )
    return attachment(
        document.certificate_pdf(found.facts), document.file_name(found.facts), "application/pdf"
    )


@door.page("/certificates/courses/<int:course_id>/units/<int:unit_id>", may=role("officer"))
def unit(course_id: int, unit_id: int) -> ResponseReturnValue:
    """What a bundle of the unit would hold, and the buttons that have it made."""
    found, course = _unit(unit_id), _course(course_id, unit_id)
    exam_ids = _exam_ids(course)
    count = queries.count_to_bundle(edge.session(), exam_ids, unit_id)
    return render_template("certificates/unit.html", unit=found, course=course, count=count)


@door.page(
    "/certificates/courses/<int:course_id>/units/<int:unit_id>", may=role("officer"), methods=("POST",)
)
def bundle(course_id: int, unit_id: int) -> ResponseReturnValue:
    """Have a bundle made: a job, because a ward has thousands."""
    found, course, kind = _unit(unit_id), _course(course_id, unit_id), request.form.get("kind", "")
    if kind not in ("zip", "pdf"):
        abort(400)
    if not queries.count_to_bundle(edge.session(), _exam_ids(course), unit_id):
        return redirect(url_for("certificates.unit", course_id=course_id, unit_id=unit_id))
    params = {
        "exam_ids": _exam_ids(course),
        "unit_id": unit_id,
        "unit": found.name,
        "kind": kind,
        "base_url": _base_url(),
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


@door.page(
    "/courses/<int:course_id>/exams/<int:exam_id>/rulings/<int:ruling_id>/certificates", may=role("trainer")
)
def touched(course_id: int, exam_id: int, ruling_id: int) -> ResponseReturnValue:
    """The certificates of people whose result a decision on a question changes, those no longer passed first."""
    within = viewer().units("trainer")
    ruling = queries.ruling_organised(edge.session(), course_id, exam_id, ruling_id, within) or abort(404)
    listed = effects.listed(current_app.extensions["storage"], ruling)
    ways = {row["person"]: row["direction"] for row in listed if row["passed"][0]}
    found = queries.issued_to(edge.session(), exam_id, list(ways))
    found.sort(key=lambda each: ways[each.person_id] != "down")
    return render_template(
        "certificates/touched.html",
        certificates=[
            {"facts": each.facts, "issued_at": each.issued_at, "lost": ways[each.person_id] == "down"}
            for each in found[:MOST_SHOWN]
        ],
        count=len(found),
        most=MOST_SHOWN,
        back_url=url_for("marking.ruling", course_id=course_id, exam_id=exam_id, ruling_id=ruling_id),
    )


@door.page("/c/", may=PUBLIC)
def check() -> ResponseReturnValue:
    """Anybody may check a certificate by its code."""
    typed = request.args.get("code", "")[:60]
    code = rules.read_code(typed)
    if code:
        return redirect(url_for("certificates.checked", code=code))
    return render_template("certificates/check.html", typed=typed, wrong=bool(typed)), 404 if typed else 200


@door.page("/c/<code>", may=PUBLIC)
def checked(code: str) -> ResponseReturnValue:
    """What the register says of a code, with every field that is printed."""
    normal = rules.read_code(code[:60])
    found = queries.certificate_by_code(edge.session(), normal) if normal else None
    if found is None:
        return render_template("certificates/check.html", typed=code[:60], wrong=True), 404
    return render_template("certificates/checked.html", certificate=_shown(found), facts=found.facts)


def _shown(found: Certificate) -> dict[str, Any]:
    return {"issued_at": found.issued_at, "revoked_at": found.revoked_at, "reason": found.revoked_reason}


def _base_url() -> str:
    base_url: str = current_app.extensions["settings"].base_url
    return base_url


def _unit(unit_id: int) -> Unit:
    return organisation.unit_within(edge.session(), unit_id, viewer().units("officer")) or abort(404)


def _course(course_id: int, unit_id: int) -> Course:
    touching = courses.courses_touching(edge.session(), [unit_id])
    return next((course for course in touching if course.id == course_id), None) or abort(404)


def _exam_ids(course: Course) -> list[int]:
    return [exam.id for exam in exams.exams_of_courses(edge.session(), [course.id])]
