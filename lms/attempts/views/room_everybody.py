"""What is done for everybody in the room at once: more time, a message, an incident on record."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.attempts.invigilation import actions, queries
from lms.attempts.invigilation.forms import MessageForm, MinutesForm
from lms.attempts.invigilation.sight import Sight
from lms.attempts.views.room import INVIGILATORS, ROOM, door, exam_words, seen
from lms.kit.i18n import _
from lms.web import edge
from lms.web.forms import Form
from lms.web.viewer import viewer

FORMS: dict[str, type[Form]] = {"extend": MinutesForm, "message": MessageForm, "incident": MessageForm}


@door.page(f"{ROOM}/everybody", may=INVIGILATORS)
def everybody(course_id: int, exam_id: int) -> ResponseReturnValue:
    """The three forms, and how many each concerns."""
    return _page(seen(course_id, exam_id), {})


@door.page(f"{ROOM}/everybody/<deed>", may=INVIGILATORS, methods=("POST",))
def for_everybody(course_id: int, exam_id: int, deed: str) -> ResponseReturnValue:
    """Do one of them."""
    what = seen(course_id, exam_id)
    form = FORMS[deed](prefix=deed) if deed in FORMS else abort(404)
    if not form.validate_on_submit():
        return _page(what, {deed: form})
    {"extend": _extend, "message": _message, "incident": _incident}[deed](what, form)
    return redirect(url_for("room.room", course_id=course_id, exam_id=exam_id))


def _page(what: Sight, filled: dict[str, Form]) -> str:
    return render_template(
        "attempts/room/everybody.html",
        exam=exam_words(what),
        open=queries.open_in_sight(edge.session(), what),
        forms={deed: filled.get(deed) or form(prefix=deed) for deed, form in FORMS.items()},
        filled=list(filled),
    )


def _by() -> dict[str, Any]:
    return {"by": viewer().person_id, "now": edge.now()}


def _extend(what: Sight, form: Any) -> None:
    minutes = form.minutes.data
    moved = actions.extend_all(edge.session(), what, minutes=minutes, reason=form.reason.data, **_by())
    flash(
        _("{minutes} minutes more for {count} people at work.", minutes=minutes, count=len(moved)), "success"
    )
    beyond = sum(deadline > what.exam.closes_at for deadline in moved)
    if beyond:
        flash(_("{count} of them now end after the exam closes.", count=beyond), "warning")


def _message(what: Sight, form: Any) -> None:
    heard = actions.tell_all(edge.session(), what, text=form.text.data, **_by())
    flash(_("The message goes to {count} people at work.", count=heard), "success")


def _incident(what: Sight, form: Any) -> None:
    actions.note_incident(edge.session(), what, None, text=form.text.data, **_by())
    flash(_("The incident is on record."), "success")
