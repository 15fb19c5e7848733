"""What an officer decides about a list before it is stored: rows, units, columns, who has left."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lms.kit.i18n import _
from lms.organisation.roster.people import FIELDS
from lms.organisation.roster.sheets import column_letter
from lms.rosters import actions, queries
from lms.rosters.actions import RosterGone
from lms.rosters.rules import TABS, possible
from lms.rosters.views.door import OFFICE, door, gone, office, page_of, plan_of, roster_called
from lms.rosters.views.words import COLUMN_NAMES
from lms.vietnamese.dates import local
from lms.web import edge
from lms.web.viewer import viewer


@door.page("/<int:roster_id>/row", may=OFFICE, methods=("POST",))
def decide(roster_id: int) -> ResponseReturnValue:
    """One click on one row: who it is, that it is somebody new, that it is taken or left out."""
    roster = roster_called(roster_id)
    tab, page = request.form.get("tab", ""), request.form.get("page", 1, type=int)
    place, choice = request.form.get("place", ""), request.form.get("choice", "")
    if tab not in TABS or tab == "left" or roster.state != "ready":
        return gone(roster)
    with plan_of(roster) as plan:
        row = next((one for one in plan.page(tab, page - 1) if one.place == place), None)
    if row is None or (choice and choice not in possible(row)):
        abort(404)
    try:
        actions.decide(edge.session(), roster, {place: choice}, tab=tab)
    except RosterGone:
        return gone(roster)
    return redirect(f"{page_of(roster)}?tab={tab}&page={page}#r{place}")


@door.page("/<int:roster_id>/left", may=OFFICE, methods=("POST",))
def left(roster_id: int) -> ResponseReturnValue:
    """Who of those not in the list has left the unit: ticked ones on this page."""
    roster = roster_called(roster_id)
    page = request.form.get("page", 1, type=int)
    if roster.state != "ready":
        return gone(roster)
    with plan_of(roster) as plan:
        shown = {one["person"] for one in plan.left(page - 1)}
    ticked = shown if request.form.get("all") else shown & set(request.form.getlist("person", type=int))
    try:
        actions.choose_left(edge.session(), roster, shown=shown, chosen=ticked)
    except RosterGone:
        return gone(roster)
    flash(_("{count} people of this page are marked as having left.", count=len(ticked)), "success")
    return redirect(f"{page_of(roster)}?tab=left&page={page}")


@door.page("/<int:roster_id>/units", may=OFFICE, methods=("POST",))
def units(roster_id: int) -> ResponseReturnValue:
    """Which units the sections of the list mean; then the list is looked through anew."""
    roster = roster_called(roster_id)
    session, now = edge.session(), edge.now()
    known = {unit.id for unit in queries.units_below(session, [roster.unit_id], local(now).date())}
    paths, chosen = request.form.getlist("path"), request.form.getlist("unit", type=int)
    try:
        for path, unit_id in zip(paths, chosen, strict=False):
            if unit_id in known:
                actions.choose_unit(session, roster, path[:1000], unit_id)
        actions.read_again(session, roster, back=page_of(roster), by=viewer().person_id, now=now)
    except RosterGone:
        return gone(roster)
    return redirect(page_of(roster))


@door.page("/<int:roster_id>/new-unit", may=OFFICE, methods=("POST",))
def new_unit(roster_id: int) -> ResponseReturnValue:
    """Found the unit that a section names; only an administrator over the list's unit."""
    roster = roster_called(roster_id)
    session, now = edge.session(), edge.now()
    if queries.roster_seen(session, roster.id, office().administrator) is None:
        abort(403)
    if roster.state != "ready":
        return gone(roster)
    path = request.form.get("path", "")
    with plan_of(roster) as plan:
        named = {
            " / ".join(unit["path"]) for unit in plan.frame["units"] if unit["unit"] is None and unit["path"]
        }
    if path not in named:
        abort(404)
    try:
        unit = actions.create_unit_for(session, roster, path, by=viewer().person_id, now=now)
        actions.read_again(session, roster, back=page_of(roster), by=viewer().person_id, now=now)
    except RosterGone:
        return gone(roster)
    flash(_("The unit {name} was founded with the code {code}.", name=unit.name, code=unit.code), "success")
    return redirect(page_of(roster))


@door.page("/<int:roster_id>/columns", may=OFFICE)
def columns(roster_id: int) -> ResponseReturnValue:
    """Which column was taken for what; of a file without a recognised heading its first rows."""
    roster = roster_called(roster_id)
    if roster.state not in {"ready", "unreadable"} or not roster.plan_key:
        return gone(roster)
    with plan_of(roster) as plan:
        tables, previews = plan.frame["tables"], plan.frame["previews"]
    shown: dict[str, dict[str, Any]] = {}
    for sheet, row, of_table in tables:
        for letter, heading, field in of_table:
            shown.setdefault(
                heading or letter,
                {"letter": letter, "heading": heading, "field": field, "sheet": sheet, "row": row},
            )
    for _sheet, rows in previews if not tables else ():
        for c in range(max(map(len, rows), default=0)):
            letter = column_letter(c)
            shown.setdefault(
                letter,
                {
                    "letter": letter,
                    "heading": "",
                    "field": roster.mapping.get(letter, ""),
                    "sheet": "",
                    "row": 0,
                },
            )
    return render_template(
        "rosters/columns.html",
        roster={"file": roster.file_name, "url": page_of(roster), "id": roster.id},
        columns=shown,
        previews=previews if not tables else [],
        letters=[
            column_letter(c)
            for c in range(max((len(row) for _s, rows in previews for row in rows), default=0))
        ],
        fields=[(field, _(name)) for field, name in COLUMN_NAMES.items()],
    )


@door.page("/<int:roster_id>/columns", may=OFFICE, methods=("POST",))
def choose_columns(roster_id: int) -> ResponseReturnValue:
    """Say which column is what; remembered for the next list of the unit with these headings."""
    roster = roster_called(roster_id)
    if roster.state not in {"ready", "unreadable"} or not roster.plan_key:
        return gone(roster)
    with plan_of(roster) as plan:
        headings = plan.frame["headings"]
    names, fields = request.form.getlist("heading"), request.form.getlist("field")
    said = {name[:200]: field for name, field in zip(names[:100], fields, strict=False) if field in FIELDS}
    session, now = edge.session(), edge.now()
    try:
        actions.choose_columns(session, roster, headings, said, now=now)
        actions.read_again(session, roster, back=page_of(roster), by=viewer().person_id, now=now)
    except RosterGone:
        return gone(roster)
    return redirect(page_of(roster))
