"""The audit trail: of everything for administrators of a whole tree, of their own part for others and for auditors."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.admin import queries, trail
from lms.admin.views.door import day_asked, door, of_a_whole_tree, own
from lms.kit.i18n import _
from lms.web import edge
from lms.web.guard import role
from lms.web.viewer import viewer

READING = role("administrator", "auditor")


@door.page("/audit/", may=READING)
def audit() -> ResponseReturnValue:
    """The audit trail, newest first."""
    action, kind = request.args.get("action", ""), request.args.get("type", "")
    who, (until, typed, wrong) = request.args.get("who", "").strip()[:100], day_asked("until")
    asked: dict[str, Any] = {"action": action, "who": who}
    lines = queries.audit(
        edge.session(),
        within=_within(),
        object_type=kind,
        until=until,
        before=request.args.get("before", type=int),
        **asked,
    )
    shown, more = lines[: queries.PAGE], len(lines) > queries.PAGE
    next_url = url_for("admin.audit", type=kind, until=typed, before=shown[-1].id, **asked) if more else ""
    return render_template(
        "admin/audit.html",
        lines=shown,
        names=trail.names(edge.session(), [(line.object_type, line.object_id) for line in shown]),
        deeds={code: _(words) for code, words in trail.DEEDS.items()},
        kinds=[(begins, _(words)) for begins, words in trail.KINDS.items()],
        objects={code: _(words) for code, words in trail.OBJECTS.items()},
        said=trail.said,
        unsaid=trail.unsaid,
        action=action,
        who=who,
        until=typed,
        until_wrong=wrong,
        next_url=next_url,
    )


def _within() -> tuple[int, ...] | None:
    """None: everything, what concerns no unit as well."""
    return None if of_a_whole_tree() else (*own(), *viewer().units("auditor"))
