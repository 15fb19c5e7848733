"""What a person may do: roles, locking. A way to sign in is printed on a slip (lms.rosters); nobody sees a password."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.admin.forms import RoleForm, role_choices
from lms.admin.views.door import (
    ADMINISTRATOR,
    LOOKING,
    OFFICER,
    door,
    form_page,
    officers,
    officers_person,
    own,
    own_person,
    rights_over,
    seen,
    seen_unit,
    unit_typed,
)
from lms.kit.i18n import N_, _
from lms.organisation import actions
from lms.organisation import queries as organisation
from lms.organisation.models import RoleGrant
from lms.organisation.rules import DELEGATED, ROLE_NAMES
from lms.web import edge
from lms.web.viewer import viewer

MOST_ROLES = 300  # on one page


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A role somebody holds, and whether the viewer may take it away."""

    grant: RoleGrant
    withdrawable: bool


def grants_shown(person_id: int) -> list[GrantLine]:
    """The roles of a person in the viewer's part of the tree."""
    found = organisation.grants_of(edge.session(), person_id, seen())
    return [GrantLine(grant, grant.role in rights_over(grant.unit).hands_on) for grant in found]


@door.page("/units/<int:unit_id>/roles", may=LOOKING)
def unit_roles(unit_id: int) -> ResponseReturnValue:
    """Who holds which role over the unit and the units below it."""
    found, session = seen_unit(unit_id), edge.session()
    grants = organisation.grants_below(session, unit_id, most=MOST_ROLES + 1)
    return render_template(
        "admin/roles.html",
        unit=found,
        grants=grants[:MOST_ROLES],
        more=len(grants) > MOST_ROLES,
        most=MOST_ROLES,
        role_names=ROLE_NAMES,
    )


@door.page("/people/<int:person_id>/roles", may=OFFICER, methods=("GET", "POST"))
def give_role(person_id: int) -> ResponseReturnValue:
    """Give a role over a unit of the viewer's part of the tree: an administrator any, an officer some further down."""
    found, form = officers_person(person_id), RoleForm()
    if not own():
        form.role.choices = role_choices(DELEGATED)
    if form.validate_on_submit() and (target := unit_typed(form, officers())):
        if form.role.data in rights_over(target).hands_on:
            actions.grant_role(
                edge.session(), found, role=form.role.data, unit=target, by=viewer().person_id, now=edge.now()
            )
            flash(_("The role has been given. It holds from now on."), "success")
            return redirect(url_for("admin.person", person_id=person_id))
        form.put_problem(
            "unit_code", N_("Roles go downwards: choose a unit below the one you are officer of.")
        )
    here = organisation.membership_of(edge.session(), person_id)
    if (
        request.method == "GET"
        and here
        and organisation.unit_within(edge.session(), here.unit_id, officers())
    ):
        form.unit_code.data = here.unit.code
    lead = _("It holds from the moment it is given, over the unit and everything below it.")
    return form_page(form, _("Give {name} a role", name=found.full_name), found, lead)


@door.page("/people/<int:person_id>/roles/<int:grant_id>/withdraw", may=OFFICER, methods=("POST",))
def withdraw_role(person_id: int, grant_id: int) -> ResponseReturnValue:
    """Take a role away; nobody takes their own administrator role."""
    found, session = officers_person(person_id), edge.session()
    grant = session.get(RoleGrant, grant_id)
    if (
        grant is None
        or grant.person_id != found.id
        or not organisation.unit_within(session, grant.unit_id, officers())
        or grant.role not in rights_over(grant.unit).hands_on
    ):
        abort(404)
    if grant.person_id == viewer().person_id and grant.role == "administrator":
        flash(_("You cannot take your own administrator role away. Another administrator can."), "error")
    else:
        actions.withdraw_role(session, grant, by=viewer().person_id, now=edge.now())
        flash(_("The role has been withdrawn."), "success")
    return redirect(url_for("admin.person", person_id=person_id))


@door.page("/people/<int:person_id>/lock", may=ADMINISTRATOR, methods=("POST",))
def lock(person_id: int) -> ResponseReturnValue:
    """Lock a person out, or let them in again; both take effect with the next request."""
    found = own_person(person_id)
    if found.id == viewer().person_id:
        flash(_("You cannot lock yourself out."), "error")
        return redirect(url_for("admin.person", person_id=person_id))
    locked = request.form.get("lock") == "1"
    actions.lock_person(edge.session(), found, locked=locked, by=viewer().person_id, now=edge.now())
    flash(_("Signing in is locked.") if locked else _("Signing in is open again."), "success")
    return redirect(url_for("admin.person", person_id=person_id))
