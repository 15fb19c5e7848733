"""A list from handing it in to taking it back."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.kit import jobs
from lms.kit.i18n import _
from lms.kit.jobs import Job
from lms.organisation.models import Unit
from lms.rosters import actions, queries
from lms.rosters.actions import RosterGone
from lms.rosters.forms import RosterForm
from lms.rosters.jobs import JOB_BACK
from lms.rosters.messages import TAB_NAMES
from lms.rosters.models import Roster
from lms.rosters.rules import TABS
from lms.rosters.views.door import (
    OFFICE,
    door,
    gone,
    office,
    page_of,
    plan_of,
    roster_called,
    storage,
    unit_called,
)
from lms.rosters.views.words import (
    STATE_NAMES,
    decided_counts,
    kept_words,
    problem_words,
    row_words,
    unit_words,
)
from lms.vietnamese.dates import local
from lms.web import edge
from lms.web.jobs import job_words
from lms.web.viewer import viewer

MOST_UNITS = 400  # in a list to choose from


@door.page("/", may=OFFICE, methods=("GET", "POST"))
def index() -> ResponseReturnValue:
    """Hand in a list; what was handed in before."""
    units = unit_choices()
    form = RosterForm(
        units, data={"unit": request.args.get("unit", type=int)} if request.method == "GET" else None
    )
    if form.is_submitted() and form.validate():
        unit = unit_called(form.unit.data)
        with storage().writing() as (key, file):
            file.write(form.data_of_file())
        roster = actions.begin(
            edge.session(),
            unit,
            file_name=form.file_name,
            file_key=key,
            back=url_for("rosters.index"),
            by=viewer().person_id,
            now=edge.now(),
        )
        return redirect(page_of(roster))
    earlier = [
        {
            "url": page_of(one),
            "file": one.file_name,
            "unit": unit,
            "at": one.at,
            "state": _(STATE_NAMES[one.state]),
        }
        for one, unit in queries.rosters_seen(edge.session(), office().units)
    ]
    return render_template("rosters/index.html", form=form, earlier=earlier)


def unit_choices() -> list[tuple[int, str]]:
    """The viewer's units with those below, indented by their depth."""
    today = local(edge.now()).date()
    units = queries.units_below(edge.session(), office().units, today, most=MOST_UNITS)
    order: dict[int | None, list[Any]] = {}
    ids = {unit.id for unit in units}
    for unit in units:
        order.setdefault(unit.parent_id if unit.parent_id in ids else None, []).append(unit)
    found: list[tuple[int, str]] = []

    def walk(parent: int | None, depth: int) -> None:
        for unit in order.get(parent, ()):
            found.append((unit.id, "– " * depth + unit.name))
            walk(unit.id, depth + 1)

    walk(None, 0)
    return found


@door.page("/<int:roster_id>", may=OFFICE)
def show(roster_id: int) -> ResponseReturnValue:
    """A list as it stands: being read, to be looked at, stored, undone."""
    roster = roster_called(roster_id)
    if roster.state in {"reading", "storing", "undoing"}:
        job = edge.session().get(Job, roster.summary.get("job", 0))
        return render_template(
            "rosters/progress.html", roster=_about(roster), job=job_words(job) if job else None
        )
    if roster.state == "ready":
        return _preview(roster)
    return _over(roster)


def _about(roster: Roster) -> dict[str, Any]:
    unit = edge.session().get_one(Unit, roster.unit_id)
    return {
        "id": roster.id,
        "file": roster.file_name,
        "unit": unit.name,
        "unit_id": unit.id,
        "state": roster.state,
        "state_name": _(STATE_NAMES[roster.state]),
        "url": page_of(roster),
        "summary": roster.summary,
    }


def _preview(roster: Roster) -> str:
    with plan_of(roster) as plan:
        counts = plan.counts
        tab = request.args.get("tab", "")
        if tab not in TABS:
            tab = next((name for name in ("doubtful", "faulty", *TABS) if counts[name]), "added")
        number = min(max(request.args.get("page", 1, type=int), 1), max(plan.pages(tab), 1)) - 1
        frame = plan.frame
        chosen = roster.choices.get("rows", {})
        rows = (
            [row_words(row, frame, chosen.get(row.place, "")) for row in plan.page(tab, number)]
            if tab != "left"
            else []
        )
        left = plan.left(number) if tab == "left" else []
        pages = plan.pages(tab)
    here = page_of(roster)
    return render_template(
        "rosters/preview.html",
        roster=_about(roster),
        tabs=[(name, _(TAB_NAMES[name]), counts[name]) for name in TABS if counts[name] or name == tab],
        tab=tab,
        tab_name=_(TAB_NAMES[tab]),
        rows=rows,
        left=[{**one, "unit": frame["names"].get(str(one["unit"]), "")} for one in left],
        left_chosen=set(roster.choices.get("left", [])),
        decided=decided_counts(roster.choices, counts),
        problems=problem_words(frame["problems"]),
        unknown=[unit_words(unit) for unit in frame["units"] if unit["unit"] is None],
        units=_units_below(roster) if any(unit["unit"] is None for unit in frame["units"]) else [],
        may_create=_may_create(roster),
        before=f"{here}?tab={tab}&page={number}" if number else "",
        after=f"{here}?tab={tab}&page={number + 2}" if number + 1 < pages else "",
        page=number + 1,
        pages=pages,
    )


def _units_below(roster: Roster) -> list[tuple[int, str]]:
    units = queries.units_below(edge.session(), [roster.unit_id], local(edge.now()).date(), most=MOST_UNITS)
    return [(unit.id, "– " * unit.depth + unit.name) for unit in units]


def _may_create(roster: Roster) -> bool:
    """Founding units is for administrators over the list's unit."""
    return queries.roster_seen(edge.session(), roster.id, office().administrator) is not None


def _over(roster: Roster) -> str:
    courses = queries.courses_of(edge.session(), roster.unit_id) if roster.state == "stored" else []
    problems: list[dict[str, Any]] = []
    if roster.state == "unreadable" and roster.plan_key:
        with plan_of(roster) as plan:
            problems = problem_words(plan.frame["problems"])
    return render_template(
        "rosters/over.html",
        roster=_about(roster),
        problems=problems,
        courses=[(course.id, course.title) for course in courses],
        kept=kept_words(roster.summary.get("undone", {}).get("kept", [])),
    )


@door.page("/<int:roster_id>/store", may=OFFICE, methods=("POST",))
def store(roster_id: int) -> ResponseReturnValue:
    """Store what is sure and what was decided."""
    return _ask(roster_id, actions.ask_to_store)


@door.page("/<int:roster_id>/undo", may=OFFICE, methods=("POST",))
def undo(roster_id: int) -> ResponseReturnValue:
    """Take the stored list back."""
    return _ask(roster_id, actions.ask_to_undo)


@door.page("/<int:roster_id>/again", may=OFFICE, methods=("POST",))
def again(roster_id: int) -> ResponseReturnValue:
    """After a stopped or failed job: begin anew."""
    roster = roster_called(roster_id)
    job = edge.session().get(Job, roster.summary.get("job", 0))
    if job is not None and job.state in {"waiting", "running"}:
        return gone(roster)
    return _ask(roster_id, actions.try_again)


def _ask(roster_id: int, asking: Any) -> ResponseReturnValue:
    roster = roster_called(roster_id)
    try:
        asking(edge.session(), roster, back=page_of(roster), by=viewer().person_id, now=edge.now())
    except RosterGone:
        return gone(roster)
    return redirect(page_of(roster))


@door.page("/<int:roster_id>/discard", may=OFFICE, methods=("POST",))
def discard(roster_id: int) -> ResponseReturnValue:
    """Put the list aside; nothing of it was stored."""
    roster = roster_called(roster_id)
    try:
        actions.discard(edge.session(), roster, by=viewer().person_id, now=edge.now())
    except RosterGone:
        return gone(roster)
    flash(_("The list is put aside; nothing of it was stored."), "success")
    return redirect(url_for("rosters.index"))


@door.page("/<int:roster_id>/back", may=OFFICE, methods=("POST",))
def back(roster_id: int) -> ResponseReturnValue:
    """The unit's own file with the results of a course, as a job."""
    roster = roster_called(roster_id)
    course_id = request.form.get("course", 0, type=int)
    known = {course.id for course in queries.courses_of(edge.session(), roster.unit_id)}
    if roster.state != "stored" or not roster.summary.get("cells") or course_id not in known:
        abort(404)
    params = {"roster": roster.id, "course": course_id, "back": page_of(roster)}
    job = jobs.ask_for(edge.session(), JOB_BACK, params, by=viewer().person_id, now=edge.now())
    return redirect(url_for("jobs.show", job_id=job.id))
