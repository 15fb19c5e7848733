"""What corrections do to certificates: those a ruling touches, and those of a course that say what is no longer so."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import effects
from lms.certificates import correcting, queries, registers
from lms.certificates.correcting import Doubtful
from lms.certificates.forms import ReasonForm
from lms.certificates.views.door import OFFICE, base_url, certificate_words, door, issuing, storage
from lms.courses.models import Course
from lms.exams.models import Ruling
from lms.kit.i18n import _
from lms.kit.jobs import ask_for
from lms.web import edge
from lms.web.guard import role
from lms.web.viewer import viewer

MOST_SHOWN = 500  # certificates on one page
CORRECTIONS = "/certificates/courses/<int:course_id>/corrections"


@door.page(
    "/courses/<int:course_id>/exams/<int:exam_id>/rulings/<int:ruling_id>/certificates", may=role("trainer")
)
def touched(course_id: int, exam_id: int, ruling_id: int) -> ResponseReturnValue:
    """The certificates of people whose result a decision on a question changes, those no longer passed first."""
    within = viewer().units("trainer")
    ruling = queries.ruling_organised(
        edge.session(), ruling_id, within, course_id=course_id, exam_id=exam_id
    ) or abort(404)
    ways = _ways(ruling)
    found = queries.issued_to(edge.session(), exam_id, list(ways))
    found.sort(key=lambda each: ways[each.person_id] != "down")
    return render_template(
        "certificates/touched.html",
        certificates=[
            certificate_words(each) | {"lost": ways[each.person_id] == "down"} for each in found[:MOST_SHOWN]
        ],
        count=len(found),
        most=MOST_SHOWN,
        back_url=url_for("marking.ruling", course_id=course_id, exam_id=exam_id, ruling_id=ruling_id),
        corrections_url=url_for("certificates.corrections", course_id=course_id, ruling=ruling_id),
    )


def _ways(ruling: Ruling) -> dict[int, str]:
    """By person who had passed: in which direction the result changes."""
    listed = effects.listed(storage(), ruling)
    return {row["person"]: row["direction"] for row in listed if row["passed"][0]}


@door.app_template_global()
def certificates_touched(ruling_id: int) -> int:
    """For the page of a decision: how many people whose result it changes hold a certificate from before it."""
    session = edge.session()
    ruling = queries.ruling_organised(session, ruling_id, viewer().units("trainer"))
    if ruling is None:
        return 0
    before = ruling.applied_at or edge.now()
    return registers.in_force_of(session, ruling.exam_id, list(_ways(ruling)), before=before)


def _course(course_id: int) -> Course:
    return correcting.course_issued(edge.session(), course_id, issuing()) or abort(404)


@door.page(CORRECTIONS, may=OFFICE)
def corrections(course_id: int) -> ResponseReturnValue:
    """Certificates in force that say what is no longer so, and what can be done about all of them at once."""
    return _page(_course(course_id))


def _page(course: Course, *, revoke: ReasonForm | None = None, reissue: ReasonForm | None = None) -> str:
    session = edge.session()
    exam_ids = correcting.exams_of(session, course.id)
    lost = correcting.lost(session, exam_ids, most=MOST_SHOWN + 1)
    restated = correcting.restated(session, exam_ids, most=MOST_SHOWN + 1)
    back = correcting.revoked_though_passed(session, exam_ids, most=MOST_SHOWN)
    return render_template(
        "certificates/corrections.html",
        course={"id": course.id, "title": course.title, "url": url_for("courses.show", course_id=course.id)},
        lost=[_words(one) for one in lost[:MOST_SHOWN]],
        restated=[_words(one) for one in restated[:MOST_SHOWN]],
        more={"lost": len(lost) > MOST_SHOWN, "restated": len(restated) > MOST_SHOWN},
        back=[certificate_words(one) for one in back],
        revoke=revoke or ReasonForm(formdata=None, prefix="revoke-", data={"reason": _likely(course, lost)}),
        reissue=reissue
        or ReasonForm(formdata=None, prefix="reissue-", data={"reason": _likely(course, restated)}),
    )


def _words(one: Doubtful) -> dict[str, Any]:
    return {
        "url": url_for("certificates.office", certificate_id=one.certificate_id),
        "number": one.printed["number"],
        "name": one.printed["name"],
        "result": one.printed["result"],
        "why": _(correcting.WHYS[one.why]),
        "bad": one.why == "lost",
        "right": one.right.get("result" if one.why == "restated" else "name", ""),
        "reason": one.reason,
    }


def _likely(course: Course, found: list[Doubtful]) -> str:
    """The reason to begin with: of the ruling one comes from, or what all that are listed have in common."""
    wanted = request.args.get("ruling", type=int)
    reason = correcting.reason_of_ruling(edge.session(), course.id, wanted) if wanted else ""
    known = {one.reason for one in found if one.reason}
    return reason or (known.pop() if len(known) == 1 else "")


@door.page(CORRECTIONS, may=OFFICE, methods=("POST",))
def correct(course_id: int) -> ResponseReturnValue:
    """Revoke, or issue anew, all that are listed: a job, for a wrong key may touch thousands."""
    course, deed = _course(course_id), request.form.get("deed", "")
    if deed not in correcting.DEEDS:
        abort(400)
    form = ReasonForm(prefix=f"{deed}-")
    if not form.validate():
        return _page(course, **{deed: form}), 422
    params = {
        "course_id": course.id,
        "deed": deed,
        "reason": form.reason.data,
        "by": viewer().person_id,
        "base_url": base_url(),
        "back": url_for("certificates.corrections", course_id=course.id),
    }
    job = ask_for(edge.session(), correcting.KIND, params, by=viewer().person_id, now=edge.now())
    return redirect(url_for("jobs.show", job_id=job.id))
