"""The administrator's door, and what its pages share: everything is looked up in their own part of the tree."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from lms.kit.i18n import N_
from lms.organisation import queries as organisation
from lms.organisation.models import Person, Unit
from lms.web import edge
from lms.web.forms import Form
from lms.web.guard import Door, role
from lms.web.viewer import viewer

door = Door("admin", __name__, url_prefix="/admin")
ADMINISTRATOR = role("administrator")


def own() -> tuple[int, ...]:
    return viewer().units("administrator")


def own_unit(unit_id: int) -> Unit:
    return organisation.unit_within(edge.session(), unit_id, own()) or abort(404)


def own_person(person_id: int) -> Person:
    return organisation.person_within(edge.session(), person_id, own()) or abort(404)


def form_page(form: Form, title: str, back: str) -> ResponseReturnValue:
    status = 400 if form.is_submitted() else 200
    return render_template("admin/form.html", form=form, title=title, back=back), status


def unit_by_code(form: Any) -> Unit | None:
    """The unit of the administrator's part that has the code; otherwise the problem stands at the field."""
    found = organisation.unit_by_code(edge.session(), (form.unit_code.data or "").strip())
    if found is not None and organisation.unit_within(edge.session(), found.id, own()):
        return found
    form.put_problem("unit_code", N_("There is no unit with this code in your part of the tree."))
    return None


def password_page(person: Person, sign_in_name: str, password: str) -> ResponseReturnValue:
    """The only moment at which a first password is seen: to be printed or read to the person."""
    return render_template("admin/password.html", person=person, sign_in_name=sign_in_name, password=password)
