"""Units: the tree, one unit with its people, adding and correcting."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.admin import queries
from lms.admin.forms import UnitForm
from lms.admin.views.door import ADMINISTRATOR, door, form_page, own, own_unit
from lms.kit.i18n import N_, _
from lms.organisation import actions
from lms.organisation import queries as organisation
from lms.organisation.models import Unit
from lms.organisation.rules import ROLE_NAMES
from lms.vietnamese.dates import local
from lms.web import edge
from lms.web.viewer import viewer


@door.page("/units/", may=ADMINISTRATOR)
def units() -> ResponseReturnValue:
    """The tops of the trees the administrator looks after."""
    session = edge.session()
    tops = [found for unit_id in own() if (found := session.get(Unit, unit_id))]
    return render_template("admin/units.html", lines=queries.unit_lines(session, tops))


@door.page("/units/<int:unit_id>", may=ADMINISTRATOR)
def unit(unit_id: int) -> ResponseReturnValue:
    """One unit: the units directly below, its people, who holds a role over it."""
    found, session = own_unit(unit_id), edge.session()
    lines = queries.people(session, [unit_id], words=_words(), after=_after())
    return render_template(
        "admin/unit.html",
        unit=found,
        path=organisation.ancestors(session, unit_id)[:-1],
        lines=queries.unit_lines(session, organisation.children(session, unit_id, local(edge.now()).date())),
        people=lines[: queries.PAGE],
        next_url=_next_page(lines, unit_id),
        words=_words(),
        grants=organisation.grants_over(session, unit_id),
        role_names=ROLE_NAMES,
    )


@door.page("/units/<int:unit_id>/new", may=ADMINISTRATOR, methods=("GET", "POST"))
def new_unit(unit_id: int) -> ResponseReturnValue:
    """Add a unit directly below this one."""
    parent, form = own_unit(unit_id), UnitForm()
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
            valid_from=local(edge.now()).date(),
        )
        flash(_("{name} has been added.", name=made.name), "success")
        return redirect(url_for("admin.unit", unit_id=made.id))
    if request.method == "GET":
        form.style.data, form.place.data = parent.style, parent.place
    return form_page(
        form, _("New unit below {name}", name=parent.name), url_for("admin.unit", unit_id=unit_id)
    )


@door.page("/units/<int:unit_id>/edit", may=ADMINISTRATOR, methods=("GET", "POST"))
def edit_unit(unit_id: int) -> ResponseReturnValue:
    """Correct a unit's name, header style and place; its code stays."""
    found = own_unit(unit_id)
    form = UnitForm(obj=found)
    del form.code
    if form.validate_on_submit():
        actions.rename_unit(
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
    return form_page(form, _("Edit {name}", name=found.name), url_for("admin.unit", unit_id=unit_id))


def _words() -> str:
    return request.args.get("q", "").strip()[:100]


def _after() -> tuple[str, int] | None:
    key, last = request.args.get("after", ""), request.args.get("id", type=int)
    return (key, last) if key and last else None


def _next_page(lines: list[queries.PersonLine], unit_id: int) -> str:
    if len(lines) <= queries.PAGE:
        return ""
    last = lines[queries.PAGE - 1]
    return url_for("admin.unit", unit_id=unit_id, q=_words(), after=last.sort_key, id=last.id)


def _code_free(form: UnitForm) -> bool:
    if organisation.unit_by_code(edge.session(), form.code.data or "") is None:
        return True
    form.put_problem("code", N_("Another unit has this code."))
    return False
