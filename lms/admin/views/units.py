"""Units: the tree, one unit with its people, adding and correcting."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.admin import queries
from lms.admin.forms import UnitForm
from lms.admin.views.door import (
    ADMINISTRATOR,
    LOOKING,
    day_asked,
    door,
    form_page,
    of_a_whole_tree,
    own,
    own_unit,
    rights_over,
    seen,
    seen_unit,
    today,
)
from lms.kit.i18n import N_, _
from lms.organisation import actions, life
from lms.organisation import queries as organisation
from lms.organisation.models import Unit
from lms.organisation.rules import DEEDS, ROLE_NAMES
from lms.web import edge
from lms.web.viewer import viewer


@door.page("/units/", may=LOOKING)
def units() -> ResponseReturnValue:
    """The tops of the trees the viewer looks after."""
    session = edge.session()
    tops = [found for unit_id in dict.fromkeys(seen()) if (found := session.get(Unit, unit_id))]
    existing = [top for top in tops if top.valid_to is None]
    return render_template(
        "admin/units.html",
        lines=queries.unit_lines(session, existing),
        mail_url=url_for("admin.mail") if own() and of_a_whole_tree() else "",
    )


@door.page("/units/<int:unit_id>", may=LOOKING)
def unit(unit_id: int) -> ResponseReturnValue:
    """One unit: its life, the units directly below (now or on a chosen day), its people, who holds a role over it."""
    found, session = seen_unit(unit_id), edge.session()
    day, typed, wrong = day_asked("on")
    if day == today():
        day, typed = None, ""
    left = request.args.get("left") == "1"
    lines = queries.people(session, [unit_id], words=_words(), after=_after(), left=left)
    before, after = life.predecessors(session, unit_id), life.successors(session, unit_id)
    return render_template(
        "admin/unit.html",
        unit=found,
        path=_path_seen(unit_id),
        lines=queries.unit_lines(session, organisation.children(session, unit_id, day or today()), day),
        day=day,
        on=typed,
        on_wrong=wrong,
        people=lines[: queries.PAGE],
        next_url=_next_page(lines, unit_id, left),
        words=_words(),
        left=left,
        grants=organisation.grants_over(session, unit_id),
        role_names=ROLE_NAMES,
        rights=rights_over(found),
        reports=viewer().has("officer") or viewer().has("auditor"),
        former=life.former_names(session, unit_id),
        predecessors=before,
        successors=after,
        visible=organisation.inside(session, [one.unit.id for one in (*before, *after)], seen()),
        deeds=DEEDS,
    )


@door.page("/units/<int:unit_id>/new", may=ADMINISTRATOR, methods=("GET", "POST"))
def new_unit(unit_id: int) -> ResponseReturnValue:
    """Add a unit directly below this one."""
    parent, form = own_unit(unit_id), UnitForm()
    if parent.valid_to is not None:
        abort(404)
    if form.validate_on_submit() and _code_free(form):
        made = actions.create_unit(
            edge.session(),
            code=form.code.data or "",
            name=form.name.data or "",
            parent=parent,
            style=form.style.data,
            place=form.place.data or "",
            by=viewer().person_id,
            now=edge.now(),
            valid_from=today(),
        )
        flash(_("{name} has been added.", name=made.name), "success")
        return redirect(url_for("admin.unit", unit_id=made.id))
    if request.method == "GET":
        form.style.data, form.place.data = parent.style, parent.place
    return form_page(form, _("New unit below {name}", name=parent.name), parent)


@door.page("/units/<int:unit_id>/edit", may=ADMINISTRATOR, methods=("GET", "POST"))
def edit_unit(unit_id: int) -> ResponseReturnValue:
    """Correct a unit's name, header style and place; its code stays."""
    found = own_unit(unit_id)
    form = UnitForm(obj=found)
    del form.code
    if form.validate_on_submit():
        actions.correct_unit(
            edge.session(),
            found,
            name=form.name.data or "",
            style=form.style.data,
            place=form.place.data or "",
            by=viewer().person_id,
            now=edge.now(),
        )
        flash(_("Saved."), "success")
        return redirect(url_for("admin.unit", unit_id=unit_id))
    return form_page(form, _("Edit {name}", name=found.name), found)


def _words() -> str:
    return request.args.get("q", "").strip()[:100]


def _after() -> tuple[str, int] | None:
    key, last = request.args.get("after", ""), request.args.get("id", type=int)
    return (key, last) if key and last else None


def _path_seen(unit_id: int) -> list[Unit]:
    """The units above, as far as the viewer sees them."""
    session = edge.session()
    line = organisation.ancestors(session, unit_id)[:-1]
    visible = organisation.inside(session, [above.id for above in line], seen())
    return [above for above in line if above.id in visible]


def _next_page(lines: list[queries.PersonLine], unit_id: int, left: bool) -> str:
    if len(lines) <= queries.PAGE:
        return ""
    last = lines[queries.PAGE - 1]
    here: dict[str, Any] = {"q": _words(), "left": "1" if left else None}
    return url_for("admin.unit", unit_id=unit_id, after=last.sort_key, id=last.id, **here)


def _code_free(form: UnitForm) -> bool:
    bearer = organisation.unit_by_code(edge.session(), form.code.data or "")
    if bearer is None or bearer.valid_to is not None:
        return True
    form.put_problem("code", N_("Another unit has this code."))
    return False
