"""People: adding, correcting, transferring."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.accounts import actions as accounts
from lms.accounts.queries import credential_of
from lms.accounts.rules import normal_name
from lms.admin import queries
from lms.admin.actions import transfer
from lms.admin.forms import FromDay, MoveForm, NewPersonForm, PersonForm, SecondForm
from lms.admin.views.access import grants_shown
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
    own_unit,
    seen,
    seen_person,
    sentence,
    today,
    unit_typed,
)
from lms.courses.following import follow
from lms.kit.i18n import N_, _
from lms.organisation import actions
from lms.organisation import queries as organisation
from lms.organisation.models import Person, Unit
from lms.organisation.rules import ROLE_NAMES
from lms.organisation.tree_checks import check_membership
from lms.rosters import slips
from lms.rosters.views.door import office
from lms.web import edge
from lms.web.viewer import viewer


@door.page("/units/<int:unit_id>/people/new", may=ADMINISTRATOR, methods=("GET", "POST"))
def new_person(unit_id: int) -> ResponseReturnValue:
    """Add a person to a unit; a slip printed on their page lets them sign in."""
    found, form = own_unit(unit_id), NewPersonForm()
    if found.valid_to is not None:
        abort(404)
    if form.validate_on_submit() and _person_free(form) and _sign_in_free(form):
        person = _add(form, found)
        flash(_("{name} has been added. Print a slip to let them sign in.", name=person.full_name), "success")
        return redirect(_back(person.id))
    return form_page(form, _("New person in {name}", name=found.name), found)


def _add(form: NewPersonForm, unit: Unit) -> Person:
    session = edge.session()
    given: dict[str, Any] = {"by": viewer().person_id, "now": edge.now()}
    person = actions.create_person(
        session, unit=unit, position=form.position.data or "", since=today(), **given, **_facts(form)
    )
    follow(session, [person.id], now=edge.now())
    if form.sign_in_name.data:
        accounts.give_sign_in_name(session, person, sign_in_name=form.sign_in_name.data, **given)
    return person


@door.page("/people/<int:person_id>/edit", may=ADMINISTRATOR, methods=("GET", "POST"))
def edit_person(person_id: int) -> ResponseReturnValue:
    """Correct what is known about a person."""
    found = own_person(person_id)
    form = PersonForm(obj=found)
    del form.position
    if form.validate_on_submit() and _person_free(form, but=found.id):
        actions.correct_person(edge.session(), found, by=viewer().person_id, now=edge.now(), **_facts(form))
        follow(edge.session(), [found.id], now=edge.now())
        flash(_("Saved."), "success")
        return redirect(url_for("admin.person", person_id=person_id))
    return form_page(form, _("Edit {name}", name=found.full_name), found)


@door.page("/people/<int:person_id>", may=LOOKING)
def person(person_id: int) -> ResponseReturnValue:
    """One person: what is known, memberships over time, roles, signing in."""
    found, session = seen_person(person_id), edge.session()
    memberships = organisation.memberships_of(session, person_id)
    visible = organisation.inside(session, [one.unit_id for one in memberships], seen())
    return render_template(
        "admin/person.html",
        person=found,
        membership=next((one for one in memberships if one.main and one.valid_to is None), None),
        second=next((one for one in memberships if not one.main and one.valid_to is None), None),
        memberships=memberships,
        visible=visible,
        administers=organisation.person_within(session, person_id, own()) is not None,
        transfers=organisation.person_within(session, person_id, officers()) is not None,
        credential=credential_of(session, person_id),
        slip=slips.person_for(session, office(), person_id) is not None,
        grants=grants_shown(person_id),
        role_names=ROLE_NAMES,
    )


@door.page("/people/<int:person_id>/move", may=OFFICER, methods=("GET", "POST"))
def move(person_id: int) -> ResponseReturnValue:
    """Transfer a person to another unit of the viewer's part of the tree."""
    found, form = officers_person(person_id), MoveForm(on=today())
    target = unit_typed(form, officers()) if form.validate_on_submit() else None
    if target and _may_belong(form, found, target):
        _transfer(form, found, target, form.position.data or "")
        flash(_("{name} now belongs to {unit}.", name=found.full_name, unit=target.name), "success")
        return redirect(url_for("admin.person", person_id=person_id))
    return form_page(form, _("Transfer {name}", name=found.full_name), found)


@door.page("/people/<int:person_id>/leave", may=OFFICER, methods=("GET", "POST"))
def leave(person_id: int) -> ResponseReturnValue:
    """Let a person belong to no unit: moved away, or between two units for a while."""
    found, form = officers_person(person_id), FromDay(on=today())
    if form.validate_on_submit() and _may_belong(form, found, None):
        _transfer(form, found, None, "")
        flash(_("{name} is in no unit now. Transfer brings them back.", name=found.full_name), "success")
        return redirect(url_for("admin.person", person_id=person_id))
    title = _("Take {name} out of the unit", name=found.full_name)
    lead = _("What must be finished stays with the unit until the person belongs somewhere again.")
    return form_page(form, title, found, lead)


@door.page("/people/<int:person_id>/second", may=ADMINISTRATOR, methods=("GET", "POST"))
def second(person_id: int) -> ResponseReturnValue:
    """Let a person belong to a unit of another tree as well: a Party cell and a school."""
    found, form = own_person(person_id), SecondForm(on=today())
    target = unit_typed(form, own()) if form.validate_on_submit() else None
    if target and _may_belong(form, found, target, second_one=True):
        _join_second(form, found, target)
        flash(_("{name} now belongs to {unit} as well.", name=found.full_name, unit=target.name), "success")
        return redirect(url_for("admin.person", person_id=person_id))
    title = _("A second unit for {name}", name=found.full_name)
    lead = _("A unit of another tree, beside the one where the person is counted in courses.")
    return form_page(form, title, found, lead)


@door.page("/people/<int:person_id>/second/end", may=ADMINISTRATOR, methods=("POST",))
def end_second(person_id: int) -> ResponseReturnValue:
    """End the membership in the other tree."""
    found = own_person(person_id)
    actions.leave_second(edge.session(), found, by=viewer().person_id, now=edge.now(), since=today())
    follow(edge.session(), [found.id], now=edge.now())
    flash(_("The second membership has ended."), "success")
    # who was seen only through it is out of sight now
    still = organisation.person_within(edge.session(), person_id, own())
    return redirect(_back(person_id) if still else url_for("admin.units"))


def _back(person_id: int) -> str:
    return url_for("admin.person", person_id=person_id)


def _may_belong(form: FromDay, person: Person, unit: Unit | None, *, second_one: bool = False) -> bool:
    refusals = check_membership(
        edge.session(), person.id, unit, second=second_one, on=form.day, now=edge.now()
    )
    for refusal in refusals:
        form.put_problem("on", sentence(refusal))
    return not refusals


def _transfer(form: FromDay, person: Person, unit: Unit | None, position: str) -> None:
    transfer(
        edge.session(),
        person,
        unit=unit,
        position=position,
        by=viewer().person_id,
        now=edge.now(),
        since=form.day,
        reason=form.reason.data or "",
    )


def _join_second(form: SecondForm, person: Person, unit: Unit) -> None:
    actions.join_second(
        edge.session(),
        person,
        unit=unit,
        position=form.position.data or "",
        by=viewer().person_id,
        now=edge.now(),
        since=form.day,
    )
    follow(edge.session(), [person.id], now=edge.now())


def _person_free(form: PersonForm, but: int | None = None) -> bool:
    if not queries.card_taken(edge.session(), _card(form), but):
        return True
    form.put_problem("card_number", N_("Somebody else has this card number."))
    return False


def _sign_in_free(form: NewPersonForm) -> bool:
    wanted = normal_name(form.sign_in_name.data or "")
    if not wanted or not queries.sign_in_name_taken(edge.session(), wanted):
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
        "email": (form.email.data or "").strip() or None,
        "member": bool(form.member.data),
    }
