"""Changing the tree: move, merge, split, close, rename. Each is asked for, looked at with its effects, then done."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.admin import queries
from lms.admin.actions import pass_on
from lms.admin.forms import FromDay, MergeForm, MoveUnitForm, RenameForm, split_form
from lms.admin.views.door import (
    ADMINISTRATOR,
    door,
    form_page,
    own,
    own_unit,
    sentence,
    today,
    unit_to_rearrange,
    unit_typed,
)
from lms.courses import succession as of_courses
from lms.kit.i18n import _
from lms.organisation import life, tree, tree_checks
from lms.organisation import queries as organisation
from lms.organisation.models import Unit
from lms.organisation.rules import Refusal, refuse
from lms.organisation.succession import Outcome
from lms.web import edge
from lms.web.viewer import viewer

MOST_PEOPLE = 200  # people of a unit itself who are divided by name when it is split


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change of the tree as it was asked for: of which units, below which other one they come to stand (if that
    changes), why not, and how it is done."""

    units: Sequence[Unit]
    below: Unit | None
    refusals: Callable[[], list[Refusal]]
    act: Callable[[], Outcome]


@door.page("/units/<int:unit_id>/move", may=ADMINISTRATOR, methods=("GET", "POST"))
def move_unit(unit_id: int) -> ResponseReturnValue:
    """Put the unit below another one."""
    unit, session, form = unit_to_rearrange(unit_id), edge.session(), MoveUnitForm(on=today())
    wanted = None
    if form.validate_on_submit() and (parent := unit_typed(form, own(), "parent_code")):
        wanted = Wanted(
            [unit],
            parent,
            lambda: tree_checks.check_move(session, unit, parent, on=form.day, now=edge.now()),
            lambda: tree.move_unit(session, unit, parent=parent, **_when(form)),
        )
    return _deed(form, unit, wanted, title=_("Move {name}", name=unit.name), button=_("Move the unit"))


@door.page("/units/<int:unit_id>/merge", may=ADMINISTRATOR, methods=("GET", "POST"))
def merge_units(unit_id: int) -> ResponseReturnValue:
    """Make one unit of this one and others."""
    unit, session = unit_to_rearrange(unit_id), edge.session()
    above = session.get_one(Unit, unit.parent_id)
    form = MergeForm(on=today(), name=unit.name, code=unit.code, parent_code=above.code)
    wanted = None
    if form.validate_on_submit() and (parent := unit_typed(form, own(), "parent_code")):
        units = [unit, *_others(form)]
        asked: dict[str, Any] = {"name": form.name.data or "", "code": form.code.data or ""}
        wanted = Wanted(
            units,
            parent,
            lambda: tree_checks.check_merge(session, units, parent, **asked, on=form.day, now=edge.now()),
            lambda: tree.merge_units(session, units, parent=parent, **asked, **_when(form)),
        )
    return _deed(
        form, unit, wanted, title=_("Merge {name} with others", name=unit.name), button=_("Merge the units")
    )


@door.page("/units/<int:unit_id>/split", may=ADMINISTRATOR, methods=("GET", "POST"))
def split_unit(unit_id: int) -> ResponseReturnValue:
    """Make several units of this one."""
    unit, session = unit_to_rearrange(unit_id), edge.session()
    inside = queries.directly_in(session, unit_id, most=MOST_PEOPLE)
    form = split_form(inside.units, inside.people)
    if not form.is_submitted():
        form.on.data, form.code_1.data = today(), unit.code
    wanted = None
    if form.validate_on_submit():
        parts = form.parts()
        wanted = Wanted(
            [unit],
            None,
            lambda: tree_checks.check_split(session, unit, parts, on=form.day, now=edge.now()),
            lambda: tree.split_unit(session, unit, parts, **_when(form)),
        )
    lead = _("Say into which new unit each unit below and each person goes.")
    if inside.more:
        lead += " " + _(
            "{count} more people go to the first new unit; transfer them afterwards.", count=inside.more
        )
    return _deed(
        form, unit, wanted, title=_("Split {name}", name=unit.name), button=_("Split the unit"), lead=lead
    )


@door.page("/units/<int:unit_id>/close", may=ADMINISTRATOR, methods=("GET", "POST"))
def close_unit(unit_id: int) -> ResponseReturnValue:
    """End the unit; nothing succeeds it."""
    unit, session, form = unit_to_rearrange(unit_id), edge.session(), FromDay(on=today())
    wanted = None
    if form.validate_on_submit():
        wanted = Wanted(
            [unit],
            None,
            lambda: _check_close(unit, form),
            lambda: tree.close_unit(session, unit, **_when(form)),
        )
    lead = _("Nothing succeeds it: its people are in no unit until they are transferred.")
    return _deed(
        form, unit, wanted, title=_("Close {name}", name=unit.name), button=_("Close the unit"), lead=lead
    )


@door.page("/units/<int:unit_id>/rename", may=ADMINISTRATOR, methods=("GET", "POST"))
def rename_unit(unit_id: int) -> ResponseReturnValue:
    """Give the unit another name from a day on; the former name stays on record."""
    unit, session = own_unit(unit_id), edge.session()
    if unit.valid_to is not None:
        abort(404)
    form = RenameForm(on=today(), name=unit.name)
    if form.validate_on_submit():
        name = form.name.data or ""
        refusals = tree_checks.check_rename(session, unit, name, on=form.day, now=edge.now())
        if not refusals:
            tree.rename_unit(session, unit, name=name, **_when(form))
            flash(_("Saved."), "success")
            return redirect(url_for("admin.unit", unit_id=unit_id))
        _tell(form, refusals)
    lead = _(
        "Papers and lists of earlier days keep the former name. To correct a slip, edit the unit instead."
    )
    return form_page(form, _("Rename {name}", name=unit.name), unit, lead)


def _deed(
    form: FromDay, unit: Unit, wanted: Wanted | None, *, title: str, button: str, lead: str = ""
) -> ResponseReturnValue:
    """The form; once it is filled in right what it would do; and after that was looked at, the deed."""
    preview = None
    if wanted is not None and not form.errors:
        refusals = wanted.refusals()
        if refusals:
            _tell(form, refusals)
        elif request.form.get("previewed") == _print_of_form():
            done = wanted.act()
            pass_on(edge.session(), done, by=viewer().person_id, now=edge.now())
            flash(_("The tree has been changed."), "success")
            made = done.units[0] if done.units else edge.session().get_one(Unit, unit.parent_id)
            return redirect(url_for("admin.unit", unit_id=made.id))
        else:
            preview = _preview(wanted)
    status = 400 if form.errors else 200
    return render_template(
        "admin/deed.html",
        form=form,
        unit=unit,
        title=title,
        lead=lead,
        button=button,
        preview=preview,
        previewed=_print_of_form() if preview else "",
    ), status


def _preview(wanted: Wanted) -> dict[str, Any]:
    ids = [unit.id for unit in wanted.units]
    found = life.touched(edge.session(), ids)
    return {
        "names": [unit.name for unit in wanted.units],
        "below": wanted.below,
        "units": found.units,
        "people": found.people,
        "roles": found.roles,
        "courses": of_courses.courses_concerned(edge.session(), ids),
    }


def _print_of_form() -> str:
    """Tells whether the form says what was looked at."""
    said = sorted(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("csrf_token", "previewed")
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def _when(form: FromDay) -> dict[str, Any]:
    return {
        "on": form.day,
        "reason": form.reason.data or "",
        "by": viewer().person_id,
        "now": edge.now(),
    }


def _check_close(unit: Unit, form: FromDay) -> list[Refusal]:
    if of_courses.organises(edge.session(), unit.id):
        return [refuse("organises", unit=unit.name)]
    return tree_checks.check_close(edge.session(), unit, on=form.day, now=edge.now())


def _others(form: MergeForm) -> list[Unit]:
    """The other units of the viewer's part, or a problem at the field."""
    found = []
    for code in form.wanted:
        unit = organisation.unit_by_code(edge.session(), code)
        above = unit is not None and unit.parent_id is not None
        if (
            unit is None
            or not above
            or not organisation.unit_within(edge.session(), unit.parent_id or 0, own())
        ):
            form.put_problem(
                "codes", _("There is no unit with the code {code} that you may merge.", code=code)
            )
        else:
            found.append(unit)
    return found


_FIELDS = {  # where a refusal stands, if not at the day
    "into_itself": "parent_code",
    "already_there": "parent_code",
    "too_few": "codes",
    "nested": "codes",
    "code_taken": "code",
    "code_twice": "code_2",
    "bad_code": "code",
    "same_name": "name",
    "too_few_parts": "name_2",
}


def _tell(form: FromDay, refusals: Sequence[Refusal]) -> None:
    for refusal in refusals:
        field = _FIELDS.get(refusal.code, "on")
        form.put_problem(next((f for f in (field, f"{field}_1") if f in form), "on"), sentence(refusal))
