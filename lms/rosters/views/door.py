"""The door of lists of people, for officers and administrators, and what every page behind it looks up first."""

from __future__ import annotations

from flask import abort, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.kit.i18n import _
from lms.kit.storage import Storage
from lms.organisation import queries as organisation
from lms.organisation.models import Unit
from lms.rosters import queries
from lms.rosters.models import Roster
from lms.rosters.plan_file import PlanFile
from lms.rosters.slips import Office
from lms.web import edge
from lms.web.guard import Door, role
from lms.web.viewer import viewer

door = Door("rosters", __name__, url_prefix="/rosters")
OFFICE = role("officer", "administrator")


def office() -> Office:
    """The units whose lists and slips the viewer looks after."""
    return Office(viewer().units("officer"), viewer().units("administrator"))


def roster_called(roster_id: int) -> Roster:
    """The list if it is for a unit of the viewer's, else 404."""
    return queries.roster_seen(edge.session(), roster_id, office().units) or abort(404)


def unit_called(unit_id: int) -> Unit:
    """The unit if it is one of the viewer's or below, and still exists, else 404."""
    unit = organisation.unit_within(edge.session(), unit_id, office().units)
    return unit if unit is not None and unit.valid_to is None else abort(404)


def storage() -> Storage:
    found: Storage = current_app.extensions["storage"]
    return found


def plan_of(roster: Roster) -> PlanFile:
    """What storing the list would do; 404 when its files are gone."""
    try:
        return PlanFile(storage(), roster.plan_key)
    except KeyError:
        abort(404)


def page_of(roster: Roster) -> str:
    return url_for("rosters.show", roster_id=roster.id)


def gone(roster: Roster) -> ResponseReturnValue:
    """Somebody was faster: show how the list stands now."""
    flash(_("This list has been settled meanwhile; here is how it stands now."), "info")
    return redirect(page_of(roster))
