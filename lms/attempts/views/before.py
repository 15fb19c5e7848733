"""Before the test: what it is, and the button that begins."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import actions, queries, returned, rules
from lms.attempts.views.codes import start_by_code
from lms.attempts.views.door import WORKER, door, finish, receipt_key
from lms.exams.policy import COUNTS_NAMES
from lms.kit.i18n import _
from lms.kit.words import as_told, duration, moment
from lms.web import edge
from lms.web.addresses import address
from lms.web.fragments import Own
from lms.web.guard import SIGNED_IN
from lms.web.kept import page
from lms.web.viewer import viewer

STATES = {
    "not_open": "early",
    "stage_not_open": "early",
    "closed": "closed",
    "stage_closed": "closed",
    "no_attempts": "used_up",
}


@door.page("/exams/<int:exam_id>/start", may=SIGNED_IN)
def start(exam_id: int) -> ResponseReturnValue:
    """What the test is, and the button that begins or goes on."""
    session, person_id = edge.session(), viewer().person_id
    chance = queries.chance(session, exam_id, person_id)
    if chance and chance.open_id and rules.is_overdue(chance.open_deadline, edge.now()):
        finish(chance.open_id)
        chance = queries.chance(session, exam_id, person_id)
    if chance is None:
        abort(404)
    policy = chance.policy
    refused = rules.why_not_start(policy, chance.used, edge.now())
    around = queries.around(session, chance, person_id, _address())
    held = None if refused or chance.open_id else rules.why_hold(policy, around, edge.now())
    why = refused or held
    facts = queries.facts(session, exam_id, person_id, used=chance.used)
    known = facts.best_points is not None and rules.shown(policy, chance.used, edge.now()).score
    own = Own()
    early = refused in ("not_open", "stage_not_open")
    return page(
        "attempts/start.html",
        own,
        exam=_exam(facts, chance),
        state="unfinished" if chance.open_id else STATES[refused] if refused else "held" if held else "ready",
        refusal=refusal_words(why, policy, around) if why else "",
        unread=_unread(chance, around),
        sent_back=_sent_back(exam_id, chance) if not refused else [],
        opens_at=policy.opens_at,
        now=edge.now() if early else None,
        closes=_closes(chance),
        best={"points": facts.best_points, "most_points": facts.best_most} if known else None,
        urls={
            "start": address("attempts.begin", exam_id=exam_id),
            "resume": own(address("attempts.sit", attempt_id=chance.open_id)) if chance.open_id else "",
            "home": address("home.index"),
            "ping": address("health.healthz"),
            "worker": WORKER,
        },
    )


def _sent_back(exam_id: int, chance: queries.Chance) -> list[tuple[int, str]]:
    """Answers of the last attempt that the next one is to write again, each with the reason."""
    if not chance.used or chance.open_id:
        return []
    back = returned.waiting_for(edge.session(), exam_id, viewer().person_id)
    return list(back.reasons.items()) if back else []


def _address() -> str:
    return request.remote_addr or ""


def _unread(chance: queries.Chance, around: rules.Around) -> list[dict[str, str]]:
    """The modules to read before the test, with their addresses."""
    if not around.unread:
        return []
    modules = queries.unread(edge.session(), chance.course_id, viewer().person_id)
    return [{"title": m.title, "url": url_for("study.module", slug=m.slug)} for m in modules]


@door.page("/exams/<int:exam_id>/start", may=SIGNED_IN, methods=("POST",))
def begin(exam_id: int) -> ResponseReturnValue:
    """Begin an attempt, or go on with the open one."""
    try:
        attempt_id = start_by_code(
            exam_id,
            request.form.get("access_code", "")[:200],
            lambda code: actions.start(
                edge.session(),
                exam_id,
                viewer().person_id,
                key=receipt_key(),
                now=edge.now(),
                address=_address(),
                access_code=code,
            ),
        )
    except actions.StartRefused as refused:
        flash(start_refusal(refused), "error")
        return redirect(url_for("attempts.start", exam_id=exam_id))
    except LookupError:
        abort(404)
    return redirect(address("attempts.sit", attempt_id=attempt_id))


def start_refusal(refused: actions.StartRefused) -> str:
    """Why no attempt was started, in words."""
    return refusal_words(refused.code, refused.policy, refused.around, refused.wait)


def refusal_words(
    code: str, policy: rules.Policy, around: rules.Around | None, wait: timedelta | None = None
) -> str:
    """Why no attempt may be started, in words; `wait` is said in whole minutes begun."""
    around = around or rules.Around()
    return _(
        rules.REFUSALS[code],
        opens=moment(policy.opens_at),
        closed=moment(policy.closes_at),
        allowed=policy.attempts_allowed,
        stage=policy.stage.title if policy.stage else "",
        begins=moment(rules.begins_at(policy, around, edge.now())),
        unread=around.unread,
        wait=duration(timedelta(minutes=ceil(wait / timedelta(minutes=1)))) if wait else "",
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
        "counts": _(COUNTS_NAMES[chance.policy.counts]) if chance.policy.attempts_allowed > 1 else "",
        "stage": chance.policy.stage.title if chance.policy.stage else "",
        "asks_code": bool(chance.policy.access_code),
    }


def _closes(chance: queries.Chance) -> dict[str, Any]:
    left = rules.remaining(chance.policy.closes_at, edge.now())
    soon = left < rules.SOON
    state = "over" if not left else "soon" if soon else "later"
    return {"at": chance.policy.closes_at, "left": as_told(left) if soon else None, "state": state}
