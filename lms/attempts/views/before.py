"""Before the test: what it is, and the button that begins."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import actions, queries, rules
from lms.attempts.views.door import WORKER, door, finish_overdue, receipt_key
from lms.kit.i18n import _
from lms.kit.words import moment
from lms.web import edge
from lms.web.guard import SIGNED_IN
from lms.web.viewer import viewer

STATES = {"not_open": "early", "closed": "closed", "no_attempts": "used_up"}


@door.page("/exams/<int:exam_id>/start", may=SIGNED_IN)
def start(exam_id: int) -> ResponseReturnValue:
    """What the test is, and the button that begins or goes on."""
    finish_overdue()
    chance = queries.chance(edge.session(), exam_id, viewer().person_id)
    if chance is None:
        abort(404)
    refused = rules.why_not_start(chance.policy, chance.used, edge.now())
    facts = queries.facts(edge.session(), exam_id, viewer().person_id)
    return render_template(
        "attempts/start.html",
        exam=_exam(facts, chance),
        state="unfinished" if chance.open_id else STATES[refused] if refused else "ready",
        opens_at=chance.policy.opens_at,
        now=edge.now(),
        closes=_closes(chance),
        best=None
        if facts.best_points is None
        else {"points": facts.best_points, "most_points": facts.best_most},
        urls={
            "start": url_for("attempts.begin", exam_id=exam_id),
            "resume": url_for("attempts.sit", attempt_id=chance.open_id) if chance.open_id else "",
            "home": url_for("home.index"),
            "ping": url_for("health.healthz"),
            "worker": WORKER,
        },
    )


@door.page("/exams/<int:exam_id>/start", may=SIGNED_IN, methods=("POST",))
def begin(exam_id: int) -> ResponseReturnValue:
    """Begin an attempt, or go on with the open one."""
    try:
        attempt_id = actions.start(
            edge.session(), exam_id, viewer().person_id, key=receipt_key(), now=edge.now()
        )
    except actions.StartRefused as refused:
        flash(_refusal(refused), "error")
        return redirect(url_for("attempts.start", exam_id=exam_id))
    except LookupError:
        abort(404)
    return redirect(url_for("attempts.sit", attempt_id=attempt_id))


def _refusal(refused: actions.StartRefused) -> str:
    policy = refused.policy
    return _(
        rules.REFUSALS[refused.code],
        opens=moment(policy.opens_at),
        closed=moment(policy.closes_at),
        allowed=policy.attempts_allowed,
    )


def _exam(facts: queries.Facts, chance: queries.Chance) -> dict[str, Any]:
    return {
        "title": facts.title,
        "course": facts.course,
        "number_of_questions": facts.questions,
        "minutes": chance.policy.minutes,
        "most_points": facts.most_points,
        "pass_percent": facts.pass_percent,
        "attempts_used": chance.used,
        "attempts_allowed": chance.policy.attempts_allowed,
    }


def _closes(chance: queries.Chance) -> dict[str, Any]:
    left = rules.remaining(chance.policy.closes_at, edge.now())
    soon = left < rules.SOON
    state = "over" if not left else "soon" if soon else "later"
    return {"at": chance.policy.closes_at, "left": left if soon else None, "state": state}
