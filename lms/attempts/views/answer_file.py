"""Handing in an answer file: for the candidate, and for those who look after the exam or the unit."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import answer_file as files
from lms.attempts import rules
from lms.attempts.answer_file import MESSAGES, AnswerFileRefused, Taken
from lms.attempts.views.door import door, finish
from lms.kit.i18n import _
from lms.web import edge
from lms.web.guard import SIGNED_IN
from lms.web.viewer import viewer


@door.page("/attempts/<int:attempt_id>/file", may=SIGNED_IN)
def answer_file(attempt_id: int) -> ResponseReturnValue:
    """What an answer file is, and the form for it."""
    row = _attempt(attempt_id)
    own = row.person_id == viewer().person_id
    back = "sit" if row.state == "open" else "receipt"
    return render_template(
        "attempts/answer_file.html",
        attempt={
            "id": attempt_id,
            "exam_title": row.title,
            "number": row.number,
            "open": row.state == "open",
        },
        own=own,
        name=file_name(attempt_id),
        urls={
            "form": url_for("attempts.take_answer_file", attempt_id=attempt_id),
            "back": url_for(f"attempts.{back}", attempt_id=attempt_id) if own else url_for("home.index"),
        },
    )


@door.page("/attempts/<int:attempt_id>/file", may=SIGNED_IN, methods=("POST",))
def take_answer_file(attempt_id: int) -> ResponseReturnValue:
    """Take the file in, or say in a sentence why not; then the same page tells what came of it."""
    row = _attempt(attempt_id)
    try:
        batches = files.read(_uploaded(), attempt_id, keys_of(attempt_id, row.person_id))
        own = row.person_id == viewer().person_id
        taken = files.take(
            edge.session(),
            attempt_id,
            batches,
            by=viewer().person_id,
            sign_in_id=viewer().sign_in_id if own else None,
            now=edge.now(),
        )
    except AnswerFileRefused as refused:
        flash(_(MESSAGES[refused.code]), "error")
    else:
        _tell(taken)
    return redirect(url_for("attempts.answer_file", attempt_id=attempt_id))


def _uploaded() -> bytes:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise AnswerFileRefused("answer_file_missing")
    return upload.stream.read(files.MOST_BYTES + 1)


def _attempt(attempt_id: int) -> Any:
    """The attempt, if it is the person's or they look after it; if its time is over it has been handed in by now."""
    row = _found(attempt_id)
    if row.state == "open" and rules.is_overdue(row.deadline_at, edge.now()):
        finish(attempt_id)
        row = _found(attempt_id)
    return row


def _found(attempt_id: int) -> Any:
    person = viewer()
    trains, leads = person.units("trainer"), person.units("officer")
    return files.attempt_for(edge.session(), attempt_id, person.person_id, trains, leads) or abort(404)


def keys_of(attempt_id: int, person_id: int) -> list[str]:
    """The keys that may have sealed the file of an attempt, the present one first."""
    settings = current_app.extensions["settings"]
    secrets = (settings.secret_key, *settings.secret_key_fallbacks)
    return [files.key_of(secret, attempt_id, person_id) for secret in secrets]


def file_name(attempt_id: int) -> str:
    """What the exam page calls the file of an attempt."""
    return f"bai-lam-{attempt_id}.lmsanswers"


def _tell(taken: Taken) -> None:
    if not taken.events:
        return flash(_("The file has been read. There was nothing in it."), "success")
    flash(
        _(
            "The file has been read: {count} entries. In time, they count: {ok}; too late: {late}; "
            "made while the test was open at another device: {conflict}.",
            count=taken.events,
            ok=taken.ok,
            late=taken.late,
            conflict=taken.conflict,
        ),
        "success",
    )
    if taken.late or taken.conflict:
        flash(_("What does not count is kept. An officer can look at it and accept it."), "info")
    return None
