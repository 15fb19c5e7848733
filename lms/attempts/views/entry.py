"""Entering answer sheets for people of the own units, by their secretary or officer.

The pages show no question, only its number and kind: the clerk has the sheet in hand and need not know the exam.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.attempts.entry import queries, rules
from lms.attempts.views.door import door
from lms.courses.participants import Participant
from lms.kit.i18n import _
from lms.kit.words import moment
from lms.web import edge
from lms.web.guard import role
from lms.web.viewer import viewer

CLERK = role("secretary", "officer")


def own_units() -> tuple[int, ...]:
    """The units for whose people the clerk may enter."""
    return viewer().units("secretary") + viewer().units("officer")


def found_exam(exam_id: int) -> Any:
    """The exam if people of the clerk's units take part in it, else 404."""
    return queries.exam(edge.session(), exam_id, own_units(), edge.now()) or abort(404)


def found_person(exam: Any, enrolment_id: int) -> Participant:
    """The person if they are of the clerk's units and not the clerk, else 404."""
    found = queries.person(edge.session(), exam.course_id, enrolment_id, own_units(), viewer().person_id)
    return found or abort(404)


def refusal(refused: rules.EntryRefused) -> str:
    """Why nothing was stored, in words."""
    said = {
        name: moment(value) if isinstance(value, datetime) else value
        for name, value in refused.params.items()
    }
    return _(rules.REFUSALS[refused.code], **said)


@door.page("/entry/", may=CLERK)
def entry() -> ResponseReturnValue:
    """The exams for which papers can be entered."""
    found = queries.exams(edge.session(), own_units(), edge.now())
    rows = [
        {
            "title": row.title,
            "course": row.course,
            "opens_at": row.opens_at,
            "closes_at": row.closes_at,
            "url": url_for("attempts.entry_people", exam_id=row.id),
        }
        for row in found
    ]
    return render_template("attempts/entry/index.html", exams=rows)


@door.page("/entry/<int:exam_id>", may=CLERK)
def entry_people(exam_id: int) -> ResponseReturnValue:
    """The people of the clerk's units in the exam, by part of a name, with their attempts."""
    exam, wanted = found_exam(exam_id), request.args.get("q", "")[:100]
    found = queries.people(edge.session(), exam.course_id, own_units(), wanted)
    shown = found[: queries.A_PAGE]
    attempts = queries.attempts(edge.session(), exam_id, [p.enrolment.person_id for p in shown])
    return render_template(
        "attempts/entry/people.html",
        exam=exam,
        rows=[person_row(exam, person, attempts.get(person.enrolment.person_id, [])) for person in shown],
        wanted=wanted,
        more=len(found) > queries.A_PAGE,
    )


def person_row(exam: Any, person: Participant, attempts: list[Any]) -> dict[str, Any]:
    """A person with their attempts, as templates show them."""
    oneself = person.enrolment.person_id == viewer().person_id
    own = {"exam_id": exam.id, "enrolment_id": person.enrolment.id}
    return {
        "name": person.name,
        "unit": person.unit,
        "oneself": oneself,
        "attempts": [_attempt_words(attempt) for attempt in attempts],
        "url": "" if oneself else url_for("attempts.entry_sheet", **own),
    }


def _attempt_words(attempt: Any) -> dict[str, Any]:
    mine = attempt.entered_by == viewer().person_id
    going_on = mine and attempt.medium == rules.PROXY and attempt.state == "open"
    by_hand = attempt.handwritten if mine and attempt.state == "submitted" else ()
    return {
        "number": attempt.number,
        "state": attempt.state,
        "at": attempt.submitted_at or attempt.started_at,
        "medium": _(rules.MEDIUM_NAMES[attempt.medium]) if attempt.medium in rules.MEDIUM_NAMES else "",
        "clerk": attempt.clerk or "",
        "files": [
            {"slot": slot, "url": url_for("marking.handwritten", attempt_id=attempt.id, slot=slot)}
            for slot in by_hand
        ],
        "url": url_for("attempts.proxy", attempt_id=attempt.id) if going_on else "",
    }
