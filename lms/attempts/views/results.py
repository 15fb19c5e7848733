"""After the test: the receipt, the result, and one's own attempts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import answers, history, queries, regrading, rules
from lms.attempts.entry.rules import MEDIUM_NAMES
from lms.attempts.late import too_late
from lms.attempts.marked import marked_of
from lms.attempts.views.answer_file import keys_of
from lms.attempts.views.door import door, finish_overdue, mine
from lms.attempts.views.files import answered, of_slots
from lms.attempts.views.reviewed import Sat, groups
from lms.exams import paper
from lms.exams.overrides import Personal
from lms.exams.policy import RELEASES
from lms.kit.i18n import N_, _
from lms.kit.words import moment
from lms.web import edge
from lms.web.addresses import address
from lms.web.fragments import Own
from lms.web.guard import SIGNED_IN
from lms.web.kept import page
from lms.web.viewer import viewer


@door.page("/attempts/<int:attempt_id>/receipt", may=SIGNED_IN)
def receipt(attempt_id: int) -> ResponseReturnValue:
    """The proof that the test has been handed in."""
    row = mine(attempt_id)
    if row.state == "open":
        return redirect(url_for("attempts.sit", attempt_id=attempt_id))
    sat = paper.load(edge.session(), row.paper_id)
    events = answers.events_of(edge.session(), attempt_id)
    held, uncounted = rules.derive(events), any(event.status != rules.OK for event in events)
    policy, shown = _shown(row)
    something = shown.score or shown.answers or row.state == "void"
    return render_template(
        "attempts/receipt.html",
        attempt={
            "id": attempt_id,
            "exam_title": row.title,
            "number_of_questions": len(sat.slots),
            "answered": len(answered(sat, held, attempt_id)),
            "files": [file for several in of_slots(sat, attempt_id).values() for file in several],
            "receipt": row.receipt,
            "submitted_at": _ended_at(row),
            "by_itself": row.finished_by != "candidate",
            "void": row.state == "void",
            "late": too_late(events),
            "key": keys_of(attempt_id, viewer().person_id)[0],
        },
        result_at=None if something else _first_release(policy),
        urls={
            "result": url_for("attempts.result", attempt_id=attempt_id) if something else "",
            "home": url_for("home.index"),
            "answers": url_for("attempts.answers", attempt_id=attempt_id),
            "ask_late": url_for("marking.challenge", attempt_id=attempt_id, kind="late") if uncounted else "",
            "file": url_for("attempts.answer_file", attempt_id=attempt_id),
            "check": url_for("attempts.check_receipt", number=attempt_id),
        },
    )


def _shown(row: Any) -> tuple[rules.Policy, rules.Shown]:
    """The policy of an attempt as it holds for the person, and what of the attempt they may see now."""
    policy = queries.policy_of(edge.session(), row, row.exam_id, viewer().person_id)
    return policy, rules.shown(policy, row.used, edge.now())


def _ended_at(row: Any) -> datetime:
    ended: datetime = row.submitted_at or row.deadline_at
    return ended


def _first_release(policy: rules.Policy) -> datetime | None:
    """From when something of a result can be seen; None: nobody knows, or never."""
    moments = (rules.released_from(when, policy) for when in (policy.release_score, policy.release_answers))
    return min((at for at in moments if at), default=None)


@door.page("/attempts/<int:attempt_id>/result", may=SIGNED_IN)
def result(attempt_id: int) -> ResponseReturnValue:
    """What the attempt is worth, what to read again, and the key: each as soon as it is released."""
    row = mine(attempt_id)
    grades = history.rows_of(edge.session(), attempt_id)
    grade = grades[-1] if grades else None
    if row.state == "open" or (grade is None and row.state != "void"):
        return redirect(url_for("attempts.sit", attempt_id=attempt_id))
    policy, shown = _shown(row)
    if row.state == "void" or grade is None:
        shown = rules.Shown(score=False, answers=False, key=False, explanation=False)
    again, own = rules.why_not_start(policy, row.used, edge.now()) is None, Own()
    ask = address("marking.challenge", attempt_id=row.id)
    at_questions = shown.key or policy.ended or edge.now() >= policy.closes_at
    return page(
        "attempts/result.html",
        own,
        attempt=_attempt(row, own),
        score=_score(row, grade) if grade and shown.score else None,
        shown=shown,
        later=_later(policy, shown),
        groups=_groups(row, shown, ask if at_questions else "", own),
        **_counted_again(grades, shown),
        ask_url=own(ask),
        urls={
            "certificate": address("certificates.own", exam_id=row.exam_id)
            if grade and shown.score and grade.passed
            else "",
            "again": address("attempts.start", exam_id=row.exam_id) if again else "",
            "explained": own(address("attempts.explained", attempt_id=attempt_id))
            if grade and shown.score
            else "",
            "practice": address("practice.index") if shown.key and row.state == "submitted" else "",
            "home": address("home.index"),
        },
    )


def _counted_again(grades: Sequence[Any], shown: rules.Shown) -> dict[str, Any]:
    """Why the result changed since it was handed in."""
    changes = history.changes(edge.session(), grades, released=shown.key) if shown.score else []
    if not changes:
        return {"changes": []}
    return {
        "changes": changes,
        "why_words": {code: _(words) for code, words in history.WHY.items()},
        "kind_words": {code: _(words) for code, words in history.KINDS.items()},
    }


def _groups(row: Any, shown: rules.Shown, ask_url: str, own: Own) -> dict[str, Any]:
    """The questions, what markers said about the answers, and the files handed in."""
    if not shown.answers:
        return {}
    session = edge.session()
    sat = paper.load(session, row.paper_id)
    return groups(
        Sat(
            sat,
            rules.derive(answers.events_of(session, row.id)),
            regrading.given(session, row),
            shown,
            ask_url,
            marked_of(session, sat, row.id, key=shown.key) if shown.score else {},
            of_slots(sat, row.id),
        ),
        own,
    )


def _later(policy: rules.Policy, shown: rules.Shown) -> list[str]:
    """What is not released yet, each in a sentence that says from when."""
    key = max(policy.release, policy.release_score, policy.release_answers, key=RELEASES.index)
    parts = (
        (
            shown.score,
            policy.release_score,
            N_("The result is published from {time} on."),
            N_("The result is not published."),
        ),
        (
            shown.answers,
            policy.release_answers,
            N_("Your answers can be seen here from {time} on."),
            N_("Your answers are not shown here."),
        ),
        (
            shown.key,
            key,
            N_("Right answers can be seen from {time}."),
            N_("Right answers are not shown for this test."),
        ),
        (
            shown.explanation,
            max(policy.release_explanation, key, key=RELEASES.index),
            N_("Explanations can be seen from {time}."),
            N_("Explanations are not shown for this test."),
        ),
    )
    found = []
    for there, when, from_then, never in parts:
        if not there:
            at = rules.released_from(when, policy)
            found.append(_(from_then, time=moment(at)) if at else _(never))
    return found


def _attempt(row: Any, own: Own) -> dict[str, Any]:
    return {
        "exam_title": row.title,
        "number": row.number,
        "submitted_at": own(moment(_ended_at(row))),
        "minutes_used": rules.minutes_used(row.started_at, _ended_at(row)),
        "void": row.state == "void",
        "void_reason": row.voided_reason,
        "person_name": own(viewer().name),
        "unit": own(row.unit),
    }


def _score(row: Any, grade: Any) -> dict[str, Any]:
    waiting = [slot for slot, score in enumerate(grade.scores, 1) if score is None]
    return {
        "points": grade.points,
        "most_points": grade.most_points,
        "percent": grade.percent,
        "pass_percent": row.pass_percent,
        "passed": grade.passed,
        # a marked text is neither right nor wrong
        "by_points": not waiting and paper.load(edge.session(), row.paper_id).by_person,
        "right": grade.right,
        "total": len(grade.scores),
        "band": _(rules.BAND_NAMES[grade.band]) if grade.passed and not waiting else "",
        "waiting": waiting,
        "undecided": grade.band == "waiting",
    }


@door.page("/attempts/", may=SIGNED_IN)
def index() -> ResponseReturnValue:
    """One's own attempts, the latest first."""
    finish_overdue()
    session, person_id = edge.session(), viewer().person_id
    rows = queries.history(session, person_id)
    personal = Personal(session, person_id, sorted({row.exam_id for row in rows if row.has_overrides}))
    return render_template("attempts/index.html", attempts=[_line(row, personal) for row in rows])


def _line(row: Any, personal: Personal) -> dict[str, Any]:
    policy = queries.policy_of(edge.session(), row, row.exam_id, viewer().person_id, personal)
    released = rules.shown(policy, row.used, edge.now()).score and row.state == "submitted"
    view = "sit" if row.state == "open" else "result"
    line = {
        "title": row.title,
        "number": row.number,
        "medium": _(MEDIUM_NAMES[row.medium]) if row.medium in MEDIUM_NAMES else "",
        "open": row.state == "open",
        "void": row.state == "void",
        "released": released,
        "released_at": rules.released_from(policy.release_score, policy),
        "at": row.submitted_at or row.started_at,
        "deadline_at": row.deadline_at,
        "url": url_for(f"attempts.{view}", attempt_id=row.id),
        "receipt_url": url_for("attempts.receipt", attempt_id=row.id) if row.state == "submitted" else "",
    }
    if released:
        line |= {name: getattr(row, name) for name in ("points", "most_points", "passed")}
        line["waiting"] = row.band == "waiting"
        line["band"] = _(rules.BAND_NAMES[row.band]) if row.passed or row.band == "waiting" else ""
    return line
