"""What a person may do: roles, a new first password, locking."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts import actions as accounts
from lms.accounts.queries import credential_of
from lms.admin.forms import RoleForm
from lms.admin.views.door import ADMINISTRATOR, door, form_page, own, own_person, password_page, unit_by_code
from lms.kit.i18n import _
from lms.organisation import actions
from lms.organisation import queries as organisation
from lms.organisation.models import RoleGrant
from lms.web import edge
from lms.web.viewer import viewer


@door.page("/people/<int:person_id>/roles", may=ADMINISTRATOR, methods=("GET", "POST"))
def give_role(person_id: int) -> ResponseReturnValue:
    """Give a role over a unit of the administrator's part of the tree."""
    found, form = own_person(person_id), RoleForm()
    if form.validate_on_submit() and (target := unit_by_code(form)):
        actions.grant_role(
            edge.session(), found, role=form.role.data, unit=target, by=viewer().person_id, now=edge.now()
        )
        flash(_("The role has been given. It holds from now on."), "success")
        return redirect(url_for("admin.person", person_id=person_id))
    return form_page(
        form, _("Give {name} a role", name=found.full_name), url_for("admin.person", person_id=person_id)
    )


@door.page("/people/<int:person_id>/roles/<int:grant_id>/withdraw", may=ADMINISTRATOR, methods=("POST",))
def withdraw_role(person_id: int, grant_id: int) -> ResponseReturnValue:
    """Take a role away; the last administrator of the top keeps theirs."""
    found, session = own_person(person_id), edge.session()
    grant = session.get(RoleGrant, grant_id)
    if (
        grant is None
        or grant.person_id != found.id
        or not organisation.unit_within(session, grant.unit_id, own())
    ):
        abort(404)
    if grant.person_id == viewer().person_id and grant.role == "administrator":
        flash(_("You cannot take your own administrator role away. Another administrator can."), "error")
    else:
        actions.withdraw_role(session, grant, by=viewer().person_id, now=edge.now())
        flash(_("The role has been withdrawn."), "success")
    return redirect(url_for("admin.person", person_id=person_id))


@door.page("/people/<int:person_id>/reset", may=ADMINISTRATOR, methods=("POST",))
def reset(person_id: int) -> ResponseReturnValue:
    """A new first password, shown once; every open sign-in of the person ends."""
    found = own_person(person_id)
    credential = credential_of(edge.session(), person_id) or abort(404)
    password = accounts.reset_password(edge.session(), credential, by=viewer().person_id, now=edge.now())
    return password_page(found, credential.sign_in_name, password)


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
