"""One attempt for who invigilates: its story, what can be done about it, late answers, and its result explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import queries as sittings
from lms.attempts import rules as attempts
from lms.attempts.invigilation import actions, evidence, rules, story
from lms.attempts.invigilation import explained as explaining
from lms.attempts.invigilation.forms import DeedForm, MessageForm, MinutesForm, VoidForm
from lms.attempts.invigilation.rules import DeedRefused
from lms.attempts.invigilation.sight import Sight, attempt_seen
from lms.attempts.models import Attempt
from lms.attempts.views.door import receipt_key
from lms.attempts.views.explained import page as explained_page
from lms.attempts.views.room import INVIGILATORS, ROOM, door, exam_words, seen
from lms.kit.i18n import _
from lms.kit.words import time_of_day
from lms.web import edge
from lms.web.forms import Form
from lms.web.viewer import viewer

ONE = f"{ROOM}/attempts/<int:attempt_id>"
FORMS: dict[str, type[Form]] = {
    "extend": MinutesForm,
    "message": MessageForm,
    "end": DeedForm,
    "reopen": MinutesForm,
    "void": VoidForm,
    "restore": DeedForm,
    "incident": MessageForm,
    "accept": DeedForm,
}


def _found(course_id: int, exam_id: int, attempt_id: int) -> tuple[Sight, Attempt]:
    """The attempt if it is in sight, else 404."""
    what = seen(course_id, exam_id)
    return what, attempt_seen(edge.session(), what, attempt_id) or abort(404)


@door.page(ONE, may=INVIGILATORS)
def attempt(course_id: int, exam_id: int, attempt_id: int) -> ResponseReturnValue:
    """The story, and the deeds that are possible now."""
    what, found = _found(course_id, exam_id, attempt_id)
    return _page(what, found, {})


@door.page(f"{ONE}/deeds/<deed>", may=INVIGILATORS, methods=("POST",))
def deed(course_id: int, exam_id: int, attempt_id: int, deed: str) -> ResponseReturnValue:
    """Do one of them."""
    what, found = _found(course_id, exam_id, attempt_id)
    form = FORMS[deed](prefix=deed) if deed in FORMS else abort(404)
    if not form.validate_on_submit():
        return _page(what, found, {deed: form})
    key_shown = _key_shown(found)
    try:
        with edge.session().begin_nested():  # what is refused half way leaves nothing
            said = _DO[deed](found, form, what, key_shown)
    except DeedRefused as refused:
        flash(_(rules.REFUSALS[refused.code], most=rules.MOST_MINUTES), "error")
    else:
        flash(said, "success")
    return redirect(url_for("room.attempt", course_id=course_id, exam_id=exam_id, attempt_id=attempt_id))


def _page(what: Sight, found: Attempt, filled: dict[str, Form]) -> str:
    session, now = edge.session(), edge.now()
    whose = evidence.whose(session, found)
    own = found.person_id == viewer().person_id
    facts = evidence.facts(session, found, whose.entered_by)
    devices = story.devices_of(facts.events)
    possible = [deed for deed in FORMS if rules.why_not(deed, found.state, own=own) is None]
    at = {**exam_words(what)["at"], "attempt_id": found.id}
    return render_template(
        "attempts/room/attempt.html",
        exam=exam_words(what),
        attempt=found,
        person=whose,
        own=own,
        state_name=_(rules.STATE_NAMES[rules.state_of(found.state, None, now)]),
        lines=story.tell(facts, now),
        several_devices=len(devices) > 1,
        apart=[_apart(event, facts, devices) for event in evidence.apart(facts.events)],
        waiting=sum(not event.counts for event in evidence.apart(facts.events)),
        forms={deed: filled.get(deed) or FORMS[deed](prefix=deed) for deed in possible},
        filled=list(filled),
        key_shown=found.state == "submitted" and _key_shown(found),
        most_minutes=rules.MOST_MINUTES,
        urls={
            "explained": url_for("room.explained", **at) if found.state != "open" else "",
            **{deed: url_for("room.deed", **at, deed=deed) for deed in FORMS},
        },
    )


def _apart(event: story.Told, facts: story.Facts, devices: dict[str, int]) -> dict[str, Any]:
    return {
        "value": f"{event.tab}|{event.seq}",
        "slot": event.slot,
        "said": story.said(event, facts.slots.get(event.slot)),
        "at": event.received_at,
        "status": event.status,
        "device": devices[event.tab],
        "accepted_at": event.accepted_at,
        "accepted_by": event.accepted_by,
        "accepted_reason": event.accepted_reason,
    }


def _key_shown(found: Attempt) -> bool:
    """Whether right answers are released to the person already."""
    row = sittings.sitting(edge.session(), found.id, found.person_id)
    policy = sittings.policy_of(edge.session(), row, found.exam_id, found.person_id)
    return attempts.shown(policy, row.used, edge.now()).key


# ------------------------------------------------------------------------------------------------ the deeds

_Do = Callable[[Attempt, Any, Sight, bool], str]


def _by() -> dict[str, Any]:
    return {"by": viewer().person_id, "now": edge.now()}


def _extend(found: Attempt, form: Any, what: Sight, _shown: bool) -> str:
    deadline = actions.extend(
        edge.session(), found.id, minutes=form.minutes.data, reason=form.reason.data, **_by()
    )
    if deadline > what.exam.closes_at:
        flash(_("The attempt now ends after the exam closes."), "warning")
    return _("The attempt now ends at {time}.", time=time_of_day(deadline))


def _reopen(found: Attempt, form: Any, _what: Sight, shown: bool) -> str:
    deadline = actions.reopen(
        edge.session(),
        found.id,
        minutes=form.minutes.data,
        reason=form.reason.data,
        key_shown=shown,
        **_by(),
    )
    return _("The attempt is open again until {time}.", time=time_of_day(deadline))


def _void(found: Attempt, form: Any, _what: Sight, _shown: bool) -> str:
    actions.void(edge.session(), found.id, reason=form.reason.data, again=form.again.data, **_by())
    if form.again.data:
        return _("The attempt is void. The person may take the test once more.")
    return _("The attempt is void.")


def _restore(found: Attempt, form: Any, _what: Sight, _shown: bool) -> str:
    state = actions.restore(edge.session(), found.id, reason=form.reason.data, **_by())
    if state == "open":
        return _("The attempt counts again and goes on with the time that was left.")
    return _("The attempt counts again.")


def _end(found: Attempt, form: Any, _what: Sight, _shown: bool) -> str:
    actions.end(edge.session(), found.id, reason=form.reason.data, key=receipt_key(), **_by())
    return _("The attempt was handed in with what was saved.")


def _message(found: Attempt, form: Any, _what: Sight, _shown: bool) -> str:
    actions.tell_one(edge.session(), found.id, text=form.text.data, **_by())
    return _("The message is on its way.")


def _incident(found: Attempt, form: Any, what: Sight, _shown: bool) -> str:
    actions.note_incident(edge.session(), what, found.id, text=form.text.data, **_by())
    return _("The incident is on record.")


def _accept(found: Attempt, form: Any, _what: Sight, _shown: bool) -> str:
    chosen = [_event(text) for text in request.form.getlist("event")]
    count, change = actions.accept(
        edge.session(), found.id, [one for one in chosen if one], reason=form.reason.data, **_by()
    )
    if change is None:
        return _("{count} entries accepted. The result stays the same.", count=count)
    return _("{count} entries accepted. The result was calculated anew.", count=count)


def _event(text: str) -> tuple[str, int] | None:
    tab, _bar, seq = text.rpartition("|")
    return (tab, int(seq)) if seq.isdecimal() and seq.isascii() and len(seq) < 9 else None


_DO: dict[str, _Do] = {
    "extend": _extend,
    "reopen": _reopen,
    "void": _void,
    "restore": _restore,
    "end": _end,
    "message": _message,
    "incident": _incident,
    "accept": _accept,
}


@door.page(f"{ONE}/explained", may=INVIGILATORS)
def explained(course_id: int, exam_id: int, attempt_id: int) -> ResponseReturnValue:
    """Every point of the result on one page; of one's own attempt what a candidate sees."""
    what, found = _found(course_id, exam_id, attempt_id)
    if found.state == "open":
        abort(404)
    if found.person_id == viewer().person_id:
        return redirect(url_for("attempts.explained", attempt_id=attempt_id))
    row = sittings.sitting(edge.session(), found.id, found.person_id)
    policy = sittings.policy_of(edge.session(), row, exam_id, found.person_id)
    reader = explaining.TRAINER if what.everybody else explaining.officer(policy, edge.now())
    back = url_for("room.attempt", course_id=course_id, exam_id=exam_id, attempt_id=attempt_id)
    return explained_page(found, reader, names=True, back=back)
