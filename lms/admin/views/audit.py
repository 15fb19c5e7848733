"""The audit trail, for administrators of a whole tree."""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.admin import queries
from lms.admin.views.door import ADMINISTRATOR, door, own
from lms.organisation import queries as organisation
from lms.web import edge


@door.page("/audit/", may=ADMINISTRATOR)
def audit() -> ResponseReturnValue:
    """The audit trail, newest first; only for administrators of a whole tree."""
    _administrator_of_a_tree()
    action, kind = request.args.get("action", ""), request.args.get("type", "")
    before = request.args.get("before", type=int)
    lines = queries.audit(edge.session(), action=action, object_type=kind, before=before)
    more = len(lines) > queries.PAGE
    next_url = (
        url_for("admin.audit", action=action, type=kind, before=lines[queries.PAGE - 1].id) if more else ""
    )
    return render_template(
        "admin/audit.html", lines=lines[: queries.PAGE], action=action, kind=kind, next_url=next_url
    )


def _administrator_of_a_tree() -> None:
    tops = {top.id for top in organisation.roots(edge.session())}
    if not tops & set(own()):
        abort(404)
