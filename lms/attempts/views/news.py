"""News of a running attempt, which its page asks for now and then; being asked also tells that the page is there."""

from __future__ import annotations

from flask import Response, abort, jsonify, request
from flask import session as cookie
from flask.typing import ResponseReturnValue

from lms.attempts import forms, presence
from lms.attempts.answers import NotTheirs, SignedOut
from lms.attempts.news import News
from lms.attempts.news import news as news_of
from lms.attempts.views.door import door, remaining_ms, state_now
from lms.web import edge
from lms.web.guard import STATEMENT


@door.page("/attempts/<int:attempt_id>/news", may=STATEMENT)
def news(attempt_id: int) -> ResponseReturnValue:
    """{remaining_ms, state, deadline, holder, messages: [{id, text, at}], served_at}.

    `?since=` the number of the last message that the page has, `&tab=` its tab.
    """
    try:
        tab, since = forms.read_news(request.args)
        with edge.database().reading() as session:
            found = news_of(
                session.connection(),
                attempt_id=attempt_id,
                sign_in_id=cookie.get("_user_id", ""),
                tab=tab,
                since=since,
                now=edge.now(),
            )
    except forms.Malformed as reason:
        return jsonify(error=reason.detail), 400
    except SignedOut:
        return jsonify(error="signed_out"), 401
    except NotTheirs:
        abort(404)
    if found.state == "open":
        heard(attempt_id)
    presence.write(edge.database(), edge.now())
    return _told(found, state_now(attempt_id, found.state, found.deadline_at))


def heard(attempt_id: int) -> None:
    """The page of an attempt, which was found, is there."""
    presence.heard(edge.database(), attempt_id, edge.now())


def _told(found: News, state: str) -> Response:
    return jsonify(
        remaining_ms=remaining_ms(found.deadline_at) if state == "open" else 0,
        state=state,
        deadline=found.deadline_at.isoformat(),
        holder=found.holder,
        messages=[
            {"id": message.id, "text": message.text, "at": message.at.isoformat()}
            for message in found.messages
        ],
        served_at=edge.now().isoformat(),
    )
