"""The organiser's overrides of an exam: the list, a new one for a person, a unit or a label, and withdrawing."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import overrides as deeds
from lms.attempts.views.door import door
from lms.courses import participants, unit_tree
from lms.courses import queries as courses
from lms.courses.forms import refuse
from lms.courses.models import Enrolment
from lms.courses.participants import Seen
from lms.exams import overrides as overridden
from lms.exams.forms import OverrideForm
from lms.exams.models import Exam
from lms.exams.policy import Different, override_refusals, policy_of
from lms.exams.views.door import TRAINER, course_words, exam_words, found
from lms.kit import words
from lms.kit.i18n import _
from lms.vietnamese.dates import local
from lms.web import edge
from lms.web.forms import Post
from lms.web.viewer import viewer

KINDS = ("person", "unit", "label")
MOST_FOUND = 20
AT = "/courses/<int:course_id>/exams/<int:exam_id>/overrides"


@door.page(AT, may=TRAINER)
def overrides(course_id: int, exam_id: int) -> ResponseReturnValue:
    """What is different for whom, with what was withdrawn."""
    exam = _exam(course_id, exam_id)
    return render_template(
        "attempts/overrides.html",
        course=course_words(exam.course),
        exam=exam_words(exam),
        lines=[_line(exam, line) for line in overridden.of_exam(edge.session(), exam.id)],
    )


def _exam(course_id: int, exam_id: int) -> Exam:
    """The exam, once it is published: a draft has nothing yet to differ from."""
    exam = found(course_id, exam_id)
    return exam if exam.state != "draft" else abort(404)


def _line(exam: Exam, line: overridden.Line) -> dict[str, Any]:
    override = line.override
    kind = "person" if override.person_id else "unit" if override.unit_id else "label"
    return {
        "kind": kind,
        "target": line.target,
        "above": line.above,
        "given": _given(overridden.different_of(override)),
        "reason": override.reason,
        "by": line.by,
        "at": override.created_at,
        "withdrawn_at": override.withdrawn_at,
        "withdraw_url": url_for(
            "attempts.withdraw_override",
            course_id=exam.course_id,
            exam_id=exam.id,
            override_id=override.id,
        ),
    }


def _given(different: Different) -> list[str]:
    """What an override gives, in words."""
    said = []
    if different.extra_minutes:
        said.append(_("{minutes} minutes more", minutes=different.extra_minutes))
    if different.extra_attempts:
        said.append(_("{attempts} attempts more", attempts=different.extra_attempts))
    if different.opens_at:
        said.append(_("opens at {time}", time=words.moment(different.opens_at)))
    if different.closes_at:
        said.append(_("closes at {time}", time=words.moment(different.closes_at)))
    return said


@door.page(f"{AT}/new", may=TRAINER, methods=("GET", "POST"))
def new_override(course_id: int, exam_id: int) -> ResponseReturnValue:
    """Find whom it is for, say what is different and why."""
    exam = _exam(course_id, exam_id)
    kind = request.args.get("kind", "person")
    if kind not in KINDS:
        abort(400)
    form = OverrideForm()
    targets = _targets(exam, kind)
    chosen = request.form.get("target", request.args.get("target", ""))
    problem = ""
    if form.validate_on_submit():
        known = _known_target(exam, kind, chosen)
        problem = "" if known else _("Choose whom it is for.")
        if known and not refuse(form, _refusals(exam, form)):
            return _add(exam, form, known)
    return render_template(
        "attempts/override.html",
        course=course_words(exam.course),
        exam=exam_words(exam),
        kind=kind,
        wanted=_wanted(),
        targets=targets,
        chosen=chosen,
        problem=problem,
        form=form,
    )


def _wanted() -> str:
    return (request.args.get("q") or "").strip()[:100]


def _targets(exam: Exam, kind: str) -> list[dict[str, str]]:
    """Whom an override of that kind could be for: what the search found, or every label."""
    session, wanted = edge.session(), _wanted()
    if kind == "label":
        labels = courses.labels_of(session, exam.course_id)
        return [
            {"value": label, "name": label, "above": _("{people} people", people=words.number(people))}
            for label, people in labels
        ]
    if kind == "unit":
        units = unit_tree.units_found_in_course(
            session, exam.course_id, wanted, local(edge.now()).date(), most=MOST_FOUND
        )
        return [
            {"value": str(unit.id), "name": unit.name, "above": unit.parent.name if unit.parent else ""}
            for unit in units
        ]
    one = request.form.get("target") or request.args.get("target") or ""
    if not wanted and not one.isdigit():
        return []
    if one.isdigit() and not wanted:
        row = participants.enrolment_of_person(session, exam.course_id, int(one))
        people = [row] if row else []
    else:
        people = participants.participants(
            session, exam.course_id, Seen(everybody=True), name=wanted, most=MOST_FOUND
        )[:MOST_FOUND]
    return [{"value": str(p.enrolment.person_id), "name": p.name, "above": p.unit} for p in people]


def _known_target(exam: Exam, kind: str, value: str) -> dict[str, Any] | None:
    """The target as the action wants it, if it belongs to the course."""
    session = edge.session()
    if kind == "label":
        there = value in [label for label, _people in courses.labels_of(session, exam.course_id)]
        return {"label": value} if there else None
    if not value.isdigit() or len(value) > 18:
        return None
    if kind == "unit":
        return {"unit_id": int(value)} if courses.counts_unit(session, exam.course_id, int(value)) else None
    enrolment: Enrolment | None = courses.enrolment_of(session, exam.course_id, int(value))
    return {"person_id": enrolment.person_id} if enrolment else None


def _different(form: OverrideForm) -> Different:
    return Different(
        form.extra_minutes.data or 0,
        form.extra_attempts.data or 0,
        form.opens_at.data,
        form.closes_at.data,
    )


def _refusals(exam: Exam, form: OverrideForm) -> Any:
    course = (exam.course.opens_at, exam.course.closes_at)
    return override_refusals(_different(form), policy_of(exam), course, edge.now())


def _add(exam: Exam, form: OverrideForm, target: dict[str, Any]) -> ResponseReturnValue:
    moved = deeds.add(
        edge.session(),
        exam,
        _different(form),
        reason=form.reason.data or "",
        by=viewer().person_id,
        now=edge.now(),
        **target,
    )
    flash(
        _("The override is in force. Attempts under way that got another end: {count}.", count=moved),
        "success",
    )
    return _back(exam)


@door.page(f"{AT}/<int:override_id>/withdraw", may=TRAINER, methods=("GET", "POST"))
def withdraw_override(course_id: int, exam_id: int, override_id: int) -> ResponseReturnValue:
    """Ask once more, then end what it gives."""
    exam = _exam(course_id, exam_id)
    override = overridden.override_of_exam(edge.session(), exam.id, override_id) or abort(404)
    form = Post()
    if override.withdrawn_at is not None:
        flash(_("The override has been withdrawn already."), "info")
        return _back(exam)
    if form.validate_on_submit():
        moved = deeds.withdraw(edge.session(), exam, override, by=viewer().person_id, now=edge.now())
        flash(
            _("The override is withdrawn. Attempts under way that got another end: {count}.", count=moved),
            "success",
        )
        return _back(exam)
    line = next(one for one in overridden.of_exam(edge.session(), exam.id) if one.override.id == override.id)
    return render_template(
        "attempts/override_withdraw.html",
        course=course_words(exam.course),
        exam=exam_words(exam),
        line=_line(exam, line),
        form=form,
    )


def _back(exam: Exam) -> ResponseReturnValue:
    return redirect(url_for("attempts.overrides", course_id=exam.course_id, exam_id=exam.id))
