"""What the exam page sends while somebody works.

`answers` and `submit` declare STATEMENT: no user is loaded. The sign-in in the signed cookie goes into the statement
itself, which finds nothing for a sign-in that has ended or an attempt of somebody else.
"""

from __future__ import annotations

import json

from flask import Response, abort, jsonify, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from lms.attempts import actions, finishing, forms, presence
from lms.attempts.answers import NotTheirs, Saved, SignedOut, check_sign_in
from lms.attempts.saver import Turn, save_now
from lms.attempts.views.door import door, receipt_key, remaining_ms, state_now
from lms.kit.i18n import _
from lms.web import edge
from lms.web.guard import SIGNED_IN, STATEMENT
from lms.web.viewer import viewer


@door.page("/attempts/<int:attempt_id>/answers", may=STATEMENT, methods=("POST",))
def answers(attempt_id: int) -> ResponseReturnValue:
    """Save a batch of answer events, and acknowledge what is committed: {acked, statuses, remaining_ms, state, ...}."""
    request.max_content_length = forms.LARGEST_BODY
    try:
        batch = forms.read_batch(request.get_json(silent=True))
        turn = Turn(attempt_id, cookie.get("_user_id", ""), batch.tab, batch.events, edge.now())
        saved = save_now(edge.database(), turn)
    except forms.Malformed as reason:
        return _malformed(reason)
    except SignedOut:
        return _signed_out()
    except NotTheirs:
        abort(404)
    if saved.state == "open":
        presence.heard(edge.database(), attempt_id, edge.now())
    return _acknowledged(saved, state_now(attempt_id, saved.state, saved.deadline_at))


def _acknowledged(saved: Saved, state: str) -> Response:
    reply = {
        "acked": sorted(saved.statuses),
        "statuses": saved.statuses,
        "remaining_ms": remaining_ms(saved.deadline_at) if state == "open" else 0,
        "state": state,
        "holder": saved.holder,
        "high": saved.high,
    }
    return Response(json.dumps(reply), mimetype="application/json")


@door.page("/attempts/<int:attempt_id>/submit", may=STATEMENT, methods=("POST",))
def submit(attempt_id: int) -> ResponseReturnValue:
    """Hand in: {receipt: its address}, or {missing: [...]} when numbers of the tab have not arrived. Repeatable."""
    try:
        tab, last_seq = forms.read_ending(request.get_json(silent=True))
        with edge.writing() as session:
            person_id = check_sign_in(session.connection(), cookie.get("_user_id", ""), edge.now())
            ending = finishing.submit(
                session, attempt_id, person_id, tab=tab, last_seq=last_seq, key=receipt_key(), now=edge.now()
            )
    except forms.Malformed as reason:
        return _malformed(reason)
    except SignedOut:
        return _signed_out()
    except LookupError:
        abort(404)
    if ending.missing:
        return jsonify(missing=ending.missing)
    return jsonify(receipt=url_for("attempts.receipt", attempt_id=attempt_id))


@door.page("/attempts/<int:attempt_id>/lease", may=SIGNED_IN, methods=("POST",))
def lease(attempt_id: int) -> ResponseReturnValue:
    """Ask for the attempt, or take it from another tab: {holder: true}, or {holder: false, since}."""
    try:
        tab, take = forms.read_lease(request.get_json(silent=True))
        held = actions.take_lease(
            edge.session(), attempt_id, viewer().person_id, tab=tab, take=take, now=edge.now()
        )
    except forms.Malformed as reason:
        return _malformed(reason)
    except LookupError:
        abort(404)
    if held.holder:
        return jsonify(holder=True)
    return jsonify(holder=False, since=held.since.isoformat() if held.since else None)


def _malformed(reason: forms.Malformed) -> ResponseReturnValue:
    return jsonify(error=_(forms.NOT_OURS), detail=reason.detail), 400


def _signed_out() -> ResponseReturnValue:
    return jsonify(error="signed_out"), 401
