"""The door of units and people, and what its pages share: everything is looked up in the viewer's own part of the tree.

Administrators change what lies in the units they hold the role over. Officers look at theirs, transfer people within,
and hand roles on downwards; auditors only look. Everything else is not found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.admin import queries
from lms.kit.i18n import N_, _
from lms.organisation import queries as organisation
from lms.organisation.models import Person, Unit
from lms.organisation.rules import Refusal, roles_to_hand_on
from lms.vietnamese.dates import DateUnreadable, format_date, local, parse_date
from lms.web import edge
from lms.web.forms import Form
from lms.web.guard import Door, role
from lms.web.viewer import viewer

door = Door("admin", __name__, url_prefix="/admin")
ADMINISTRATOR = role("administrator")
OFFICER = role("administrator", "officer")
LOOKING = role("administrator", "officer", "auditor")


@dataclass(frozen=True, slots=True)
class Rights:
    """What the viewer may do with a unit: change it and its people; change its place in the tree; transfer its people;
    give and take which roles over it."""

    administers: bool
    rearranges: bool
    transfers: bool
    hands_on: tuple[str, ...]


def own() -> tuple[int, ...]:
    """Where the viewer is administrator."""
    return viewer().units("administrator")


def officers() -> tuple[int, ...]:
    """Where the viewer is administrator or officer."""
    return (*own(), *viewer().units("officer"))


def seen() -> tuple[int, ...]:
    """Where the viewer may look."""
    return (*officers(), *viewer().units("auditor"))


def of_a_whole_tree() -> bool:
    """Whether the viewer is administrator of the top of a tree: then what concerns no unit is theirs as well."""
    return bool({top.id for top in organisation.roots(edge.session())} & set(own()))


def rights_over(unit: Unit) -> Rights:
    """A unit is moved, merged, split or closed by who administers the unit above it."""
    session = edge.session()
    administrator = organisation.levels_above(session, unit.id, own())
    officer = organisation.levels_above(session, unit.id, viewer().units("officer"))
    return Rights(
        administers=administrator is not None,
        rearranges=administrator is not None and administrator > 0 and unit.valid_to is None,
        transfers=administrator is not None or officer is not None,
        hands_on=roles_to_hand_on(administrator, officer),
    )


def own_unit(unit_id: int) -> Unit:
    return organisation.unit_within(edge.session(), unit_id, own()) or abort(404)


def seen_unit(unit_id: int) -> Unit:
    return organisation.unit_within(edge.session(), unit_id, seen()) or abort(404)


def unit_to_rearrange(unit_id: int) -> Unit:
    """A unit whose place the viewer may change. Only an existing one below the own top: the top itself is 404."""
    unit = own_unit(unit_id)
    above = unit.parent_id is not None and organisation.unit_within(edge.session(), unit.parent_id, own())
    return unit if above and unit.valid_to is None else abort(404)


def own_person(person_id: int) -> Person:
    return organisation.person_within(edge.session(), person_id, own()) or abort(404)


def officers_person(person_id: int) -> Person:
    return organisation.person_within(edge.session(), person_id, officers()) or abort(404)


def seen_person(person_id: int) -> Person:
    return organisation.person_within(edge.session(), person_id, seen()) or abort(404)


def today() -> date:
    """The day in Viet Nam."""
    return local(edge.now()).date()


def day_asked(name: str) -> tuple[date | None, str, bool]:
    """The day that the address asks for under this name, how a field shows it, and whether it could not be read."""
    typed = request.args.get(name, "").strip()[:30]
    try:
        wanted = parse_date(typed).as_date()
    except DateUnreadable:
        return None, typed, bool(typed)
    return wanted, format_date(wanted) if wanted else typed, wanted is None


def form_page(form: Form, title: str, of: Unit | Person, lead: str = "") -> ResponseReturnValue:
    """A form about a unit or a person, to whose page it leads back."""
    status = 400 if form.is_submitted() else 200
    name, back = (
        (of.name, url_for("admin.unit", unit_id=of.id))
        if isinstance(of, Unit)
        else (of.full_name, url_for("admin.person", person_id=of.id))
    )
    return render_template("admin/form.html", form=form, title=title, name=name, back=back, lead=lead), status


def unit_typed(form: Any, within: tuple[int, ...], field: str = "unit_code") -> Unit | None:
    """The existing unit of these parts that a code or a name means; otherwise the problem stands at the field."""
    typed, session = (form[field].data or "").strip(), edge.session()
    by_code = organisation.unit_by_code(session, typed)
    if by_code is not None and organisation.unit_within(session, by_code.id, within):
        if by_code.valid_to is None:
            return by_code
        form.put_problem(field, N_("The unit with this code has ended."))
        return None
    named = queries.units_named(session, within, typed)
    if len(named) == 1:
        return named[0]
    form.put_problem(field, _several(named) if named else NO_SUCH_UNIT)
    return None


NO_SUCH_UNIT = N_("There is no unit with this code or name in your part of the tree.")


def _several(units: Sequence[Unit]) -> str:
    shown = "; ".join(
        f"{unit.code} – {unit.name}" + (f" ({unit.parent.name})" if unit.parent else "") for unit in units
    )
    return _("Several units are called like that, please enter the code: {units}", units=shown)


def sentence(refusal: Refusal) -> str:
    """Why not, in the viewer's language."""
    params = {
        name: f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else value for name, value in refusal.params
    }
    return _(refusal.message, **params)
