"""People: adding, correcting, transferring."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.accounts import actions as accounts
from lms.accounts.passwords import first_password
from lms.accounts.queries import credential_of
from lms.accounts.rules import normal_name
from lms.admin import queries
from lms.admin.forms import MoveForm, NewPersonForm, PersonForm
from lms.admin.views.door import (
    ADMINISTRATOR,
    door,
    form_page,
    own,
    own_person,
    own_unit,
    password_page,
    unit_by_code,
)
from lms.kit.i18n import N_, _
from lms.organisation import actions
from lms.organisation import queries as organisation
from lms.organisation.rules import ROLE_NAMES
from lms.vietnamese.dates import local
from lms.web import edge
from lms.web.forms import Post
from lms.web.viewer import viewer


@door.page("/units/<int:unit_id>/people/new", may=ADMINISTRATOR, methods=("GET", "POST"))
def new_person(unit_id: int) -> ResponseReturnValue:
    """Add a person to a unit, with a sign-in name and a first password that is shown once."""
    found, form = own_unit(unit_id), NewPersonForm()
    if form.validate_on_submit() and _person_free(form) and _sign_in_free(form):
        person = actions.create_person(
            edge.session(),
            unit=found,
            position=form.position.data or "",
            by=viewer().person_id,
            now=edge.now(),
            since=local(edge.now()).date(),
            **_facts(form),
        )
        password = first_password()
        credential = accounts.give_credential(
            edge.session(),
            person,
            sign_in_name=form.sign_in_name.data or "",
            password=password,
            by=viewer().person_id,
            now=edge.now(),
        )
        return password_page(person, credential.sign_in_name, password)
    return form_page(form, _("New person in {name}", name=found.name), url_for("admin.unit", unit_id=unit_id))


@door.page("/people/<int:person_id>/edit", may=ADMINISTRATOR, methods=("GET", "POST"))
def edit_person(person_id: int) -> ResponseReturnValue:
    """Correct what is known about a person."""
    found = own_person(person_id)
    form = PersonForm(obj=found)
    del form.position
    if form.validate_on_submit() and _person_free(form, but=found.id):
        actions.correct_person(edge.session(), found, by=viewer().person_id, now=edge.now(), **_facts(form))
        flash(_("Saved."), "success")
        return redirect(url_for("admin.person", person_id=person_id))
    return form_page(
        form, _("Edit {name}", name=found.full_name), url_for("admin.person", person_id=person_id)
    )


@door.page("/people/<int:person_id>", may=ADMINISTRATOR)
def person(person_id: int) -> ResponseReturnValue:
    """One person: what is known, unit, roles, signing in."""
    found, session = own_person(person_id), edge.session()
    membership = organisation.membership_of(session, person_id)
    return render_template(
        "admin/person.html",
        person=found,
        membership=membership,
        credential=credential_of(session, person_id),
        grants=organisation.grants_of(session, person_id),
        role_names=ROLE_NAMES,
        own=own(),
        post=Post(),
    )


@door.page("/people/<int:person_id>/move", may=ADMINISTRATOR, methods=("GET", "POST"))
def move(person_id: int) -> ResponseReturnValue:
    """Transfer a person to another unit of the administrator's part of the tree."""
    found, form = own_person(person_id), MoveForm()
    if form.validate_on_submit() and (target := unit_by_code(form)):
        actions.move_person(
            edge.session(),
            found,
            unit=target,
            position=form.position.data or "",
            by=viewer().person_id,
            now=edge.now(),
            since=local(edge.now()).date(),
        )
        flash(_("{name} now belongs to {unit}.", name=found.full_name, unit=target.name), "success")
        return redirect(url_for("admin.person", person_id=person_id))
    return form_page(
        form, _("Transfer {name}", name=found.full_name), url_for("admin.person", person_id=person_id)
    )


def _person_free(form: PersonForm, but: int | None = None) -> bool:
    if not queries.card_taken(edge.session(), _card(form), but):
        return True
    form.put_problem("card_number", N_("Somebody else has this card number."))
    return False


def _sign_in_free(form: NewPersonForm) -> bool:
    if not queries.sign_in_name_taken(edge.session(), normal_name(form.sign_in_name.data or "")):
        return True
    form.put_problem("sign_in_name", N_("Somebody else has this sign-in name."))
    return False


def _card(form: PersonForm) -> str | None:
    return "".join((form.card_number.data or "").replace(".", "").split()) or None


def _facts(form: PersonForm) -> dict[str, Any]:
    return {
        "full_name": form.full_name.data or "",
        "born": form.born.data or None,
        "card_number": _card(form),
        "phone": "".join((form.phone.data or "").replace(".", "").split()) or None,
        "member": bool(form.member.data),
    }
