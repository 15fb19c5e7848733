"""The people in a course: finding them, and exempting somebody for a reason. Officers see their own units."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.courses import actions, participants, queries, rules
from lms.courses.forms import ExemptionForm, LabelForm, refuse
from lms.courses.models import Course
from lms.courses.participants import Participant, Place, Seen
from lms.courses.views.door import TRAINER, course_words, door, organised
from lms.kit import words
from lms.kit.i18n import _
from lms.web import edge
from lms.web.guard import role
from lms.web.viewer import viewer

ORGANISERS = role("trainer", "officer")
A_PAGE = 50


def _visible(course_id: int) -> tuple[Course, Seen]:
    """The course and whom of it the person may see: everybody for its organiser, own units for an officer."""
    person = viewer()
    course = queries.course_visible(
        edge.session(),
        course_id,
        organised_by=person.units("trainer"),
        counted_in=person.units("officer"),
    )
    if course is None:
        abort(404)
    organises = queries.course_organised(edge.session(), course_id, person.units("trainer"))
    return course, Seen(everybody=organises is not None, units=person.units("officer"))


@door.page("/<int:course_id>/people", may=ORGANISERS)
def people(course_id: int) -> ResponseReturnValue:
    """A page of names, found by part of a name and by obligation."""
    course, seen = _visible(course_id)
    wanted = request.args.get("q", "").strip()[:100]
    obligation = request.args.get("obligation", "")
    label = request.args.get("label", "").strip()[:100]
    if obligation not in ("", *rules.OBLIGATIONS):
        abort(400)
    after, before = (_place(request.args.get(name, "")) for name in ("after", "before"))
    rows = participants.participants(
        edge.session(),
        course.id,
        seen,
        name=wanted,
        obligation=obligation,
        label=label,
        after=after,
        before=before,
        most=A_PAGE,
    )
    more = len(rows) > A_PAGE
    rows = rows[-A_PAGE:] if before else rows[:A_PAGE]

    def page(**place: Any) -> str:
        return url_for(
            "courses.people",
            course_id=course.id,
            q=wanted or None,
            obligation=obligation or None,
            label=label or None,
            **place,
        )

    return render_template(
        "courses/people.html",
        course=course_words(course),
        organises=seen.everybody,
        rows=[_line(course, row) for row in rows],
        wanted=wanted,
        obligation=obligation,
        label=label,
        labels=queries.labels_of(edge.session(), course.id) if seen.everybody else [],
        label_form=LabelForm() if seen.everybody else None,
        obligations=[(code, _(name)) for code, name in rules.OBLIGATION_NAMES.items()],
        previous=page(before=_mark(rows[0])) if rows and (after or (before and more)) else None,
        following=page(after=_mark(rows[-1])) if rows and (before or more) else None,
    )


def _place(text: str) -> Place | None:
    """A place in the list from an address: sort key, dot, enrolment id."""
    key, _dot, number = text.rpartition(".")
    return (key, int(number)) if key.isdigit() and number.isdigit() and len(number) < 19 else None


def _mark(row: Participant) -> str:
    return f"{row.enrolment.sort_key}.{row.enrolment.id}"


def _line(course: Course, row: Participant) -> dict[str, Any]:
    enrolment = row.enrolment
    return {
        "name": row.name,
        "unit": row.unit,
        "above": row.above,
        "obligation": enrolment.obligation,
        "obligation_name": _(rules.OBLIGATION_NAMES[enrolment.obligation]),
        "reason": enrolment.reason,
        "stage": row.stage,
        "label": enrolment.label,
        "enrolment_id": enrolment.id,
        "started": enrolment.started_at is not None,
        "finished_at": enrolment.finished_at,
        "url": url_for("courses.exemption", course_id=course.id, enrolment_id=enrolment.id),
    }


@door.page("/<int:course_id>/people/label", may=TRAINER, methods=("POST",))
def label_people(course_id: int) -> ResponseReturnValue:
    """Put the people who are ticked into a group, or with no name out of any. Only who organises the course."""
    course = organised(course_id)
    form, back = LabelForm(), redirect(url_for("courses.people", course_id=course.id))
    ticked = request.form.getlist("enrolment", type=int)[: 10 * A_PAGE]
    if not form.validate_on_submit():
        for problems in form.problems().values():
            flash(_(problems[0]), "error")
        return back
    if not ticked:
        flash(_("Tick the people first."), "error")
        return back
    changed = actions.set_label(
        edge.session(), course, ticked, form.label.data or "", by=viewer().person_id, now=edge.now()
    )
    flash(_("The group of {people} people is changed.", people=words.number(changed)), "success")
    return back


@door.page("/<int:course_id>/people/<int:enrolment_id>", may=ORGANISERS, methods=("GET", "POST"))
def exemption(course_id: int, enrolment_id: int) -> ResponseReturnValue:
    """Exempt one person with a reason, or take the exemption back."""
    course, seen = _visible(course_id)
    row = participants.enrolment_seen(edge.session(), course.id, enrolment_id, seen) or abort(404)
    form = ExemptionForm()
    if form.validate_on_submit() and _decided(form, row):
        return redirect(url_for("courses.people", course_id=course.id))
    return render_template(
        "courses/exemption.html", course=course_words(course), person=_line(course, row), form=form
    )


def _decided(form: ExemptionForm, row: Participant) -> bool:
    enrolment, by, now = row.enrolment, viewer().person_id, edge.now()
    if enrolment.obligation == "exempt":
        actions.take_exemption_back(edge.session(), enrolment, by=by, now=now)
        flash(_("{name} is no longer exempt.", name=row.name), "success")
        return True
    reason = form.reason.data or ""
    if refuse(form, rules.exemption_refusals(enrolment.obligation, reason)):
        return False
    actions.exempt(edge.session(), enrolment, reason=reason, by=by, now=now)
    flash(_("{name} is now exempt.", name=row.name), "success")
    return True
