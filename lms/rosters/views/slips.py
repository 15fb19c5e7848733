"""First sign-in slips: for everybody of a unit who never had a password, or for one person anew."""

from __future__ import annotations

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.first_codes import make_slips
from lms.config import Settings
from lms.kit import jobs
from lms.kit.i18n import _
from lms.rosters import slips as rules
from lms.rosters.jobs import JOB_SLIPS
from lms.rosters.views.door import OFFICE, door, office, page_of, roster_called, unit_called
from lms.rosters.views.lists import unit_choices
from lms.web import edge
from lms.web.downloads import attachment
from lms.web.viewer import viewer


@door.page("/slips", may=OFFICE)
def slips() -> ResponseReturnValue:
    """Choose a unit; print slips for those who never signed in, or find somebody who needs a new one."""
    units = unit_choices()
    if not units:
        abort(404)
    unit = unit_called(request.args.get("unit", units[0][0], type=int))
    name = request.args.get("q", "").strip()[:100]
    return render_template(
        "rosters/slips.html",
        units=units,
        unit={"id": unit.id, "name": unit.name},
        waiting=rules.how_many_new(edge.session(), office(), unit.id),
        most=rules.MOST,
        words=name,
        people=rules.found(edge.session(), office(), unit.id, name) if name else [],
    )


@door.page("/slips", may=OFFICE, methods=("POST",))
def print_slips() -> ResponseReturnValue:
    """Slips for all of a unit, or of those whom a list added, who never had a password."""
    roster_id = request.form.get("roster", type=int)
    back = url_for("rosters.slips")
    if roster_id is not None:
        roster = roster_called(roster_id)
        unit_id, back = roster.unit_id, page_of(roster)
    else:
        unit_id = unit_called(request.form.get("unit", 0, type=int)).id
    if not rules.new_ones(edge.session(), office(), unit_id, roster_id):
        flash(
            _("Everybody here has a password of their own already. For one person print a new slip below."),
            "info",
        )
        return redirect(back)
    params = {
        "unit": unit_id,
        "roster": roster_id,
        "officer": list(office().officer),
        "administrator": list(office().administrator),
        "by": viewer().person_id,
        "address": _address(),
        "back": back,
    }
    job = jobs.ask_for(edge.session(), JOB_SLIPS, params, by=viewer().person_id, now=edge.now())
    return redirect(url_for("jobs.show", job_id=job.id))


@door.page("/slips/<int:person_id>", may=OFFICE, methods=("POST",))
def print_slip(person_id: int) -> ResponseReturnValue:
    """A new slip for one person: their password and their sign-ins end."""
    session, now = edge.session(), edge.now()
    if rules.person_for(session, office(), person_id) is None:
        abort(404)
    made = make_slips(session, [person_id], by=viewer().person_id, now=now)
    pdf = rules.print_slips(session, made, _address(), now)
    answer = attachment(pdf, f"phieu-dang-nhap-{made[0].sign_in_name}.pdf", "application/pdf")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _address() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url.rstrip("/") + url_for("accounts.first_sign_in")
