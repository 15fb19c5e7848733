"""Mail that waits, was sent, or could not be sent: why, and sending it again. For administrators of a whole tree,
because a message belongs to no unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.admin import actions
from lms.admin.views.door import ADMINISTRATOR, door, of_a_whole_tree
from lms.kit import outbox
from lms.kit.i18n import N_, _
from lms.kit.mail import FILE_GONE, PAUSES, Mail
from lms.web import edge
from lms.web.viewer import viewer

KINDS = {
    "failed": N_("Not sent"),
    "waiting": N_("Waiting to be sent"),
    "sent": N_("Sent in the last 30 days"),
}


@door.page("/mail/", may=ADMINISTRATOR)
def mail() -> ResponseReturnValue:
    """Messages, the newest first; at first those that could not be sent."""
    if not of_a_whole_tree():
        abort(404)
    kind = request.args.get("kind", "failed")
    if kind not in KINDS:
        abort(404)
    found = outbox.letters(edge.session(), kind, before=request.args.get("before", type=int))
    shown, more = found[: outbox.PAGE], len(found) > outbox.PAGE
    return render_template(
        "admin/mail.html",
        kind=kind,
        kinds=[(name, _(words), url_for("admin.mail", kind=name)) for name, words in KINDS.items()],
        lines=_lines(shown),
        some_again=any(one.error != FILE_GONE for one in shown),
        next_url=url_for("admin.mail", kind=kind, before=shown[-1].id) if more else "",
        no_server=current_app.extensions["settings"].mail is None,
    )


def _lines(found: Sequence[Mail]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "to": one.to,
            "subject": one.subject,
            "file": one.file_name,
            "at": one.created_at,
            "sent": one.sent_at,
            "given_up": one.given_up_at,
            "next": one.next_try_at,
            "tries": one.tries,
            "most": len(PAUSES) + 1,
            "why": _(outbox.why(one.error)) if one.error else "",
            "error": one.error,
            "again": bool(one.error) and one.error != FILE_GONE and one.sent_at is None,
        }
        for one in found
    ]


@door.page("/mail/again", may=ADMINISTRATOR, methods=("POST",))
def mail_again() -> ResponseReturnValue:
    """Send one message again, or all that could not be sent."""
    if not of_a_whole_tree():
        abort(404)
    only = request.form.get("id", type=int)
    if only is None and "all" not in request.form:
        abort(400)
    count = actions.send_mail_again(edge.session(), only=only, by=viewer().person_id, now=edge.now())
    if count:
        flash(_("{count} messages are being sent again.", count=count), "success")
    else:
        flash(_("There was nothing to send again."), "info")
    return redirect(url_for("admin.mail"))
