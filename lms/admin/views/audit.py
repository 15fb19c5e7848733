"""The audit trail: of everything for administrators of a whole tree, of their own part for others and for auditors."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.admin import queries
from lms.admin.views.door import door, own
from lms.organisation import queries as organisation
from lms.web import edge
from lms.web.guard import role
from lms.web.viewer import viewer

READING = role("administrator", "auditor")


@door.page("/audit/", may=READING)
def audit() -> ResponseReturnValue:
    """The audit trail, newest first."""
    action, kind = request.args.get("action", ""), request.args.get("type", "")
    before = request.args.get("before", type=int)
    lines = queries.audit(edge.session(), within=_within(), action=action, object_type=kind, before=before)
    more = len(lines) > queries.PAGE
    next_url = (
        url_for("admin.audit", action=action, type=kind, before=lines[queries.PAGE - 1].id) if more else ""
    )
    return render_template(
        "admin/audit.html", lines=lines[: queries.PAGE], action=action, kind=kind, next_url=next_url
    )


def _within() -> tuple[int, ...] | None:
    """None: everything, what concerns no unit as well."""
    tops = {top.id for top in organisation.roots(edge.session())}
    return None if tops & set(own()) else (*own(), *viewer().units("auditor"))
