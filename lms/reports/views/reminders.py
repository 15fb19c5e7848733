"""Reminding those who have not finished: who they are, what it says, and only then sending it."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.config import Settings
from lms.kit import words
from lms.kit.i18n import _, speaking
from lms.reports import reminders
from lms.reports.forms import ReminderForm
from lms.reports.models import Reminder
from lms.reports.report import Asked
from lms.reports.timing import not_at_night
from lms.reports.views.door import OFFICER, asked, door, may_change, path_to, unit_url
from lms.web import edge
from lms.web.viewer import viewer

SHOWN = 50  # names in the preview
MAILBOXES = 5  # that stand for several people, named in the warning
PRINTED = 2_000  # names in the list for print


def _asked(course_id: int, unit_id: int) -> Asked:
    """The course and the unit if the viewer may remind its people, else 404."""
    what = asked(course_id, unit_id)
    return what if may_change(unit_id) else abort(404)


@door.page("/<int:course_id>/units/<int:unit_id>/reminders", may=OFFICER, methods=("GET", "POST"))
def reminding(course_id: int, unit_id: int) -> ResponseReturnValue:
    """Who would be reminded and with which words; sent with the second press."""
    what, session = _asked(course_id, unit_id), edge.session()
    form, settings = ReminderForm(), current_app.extensions["settings"]
    if request.method == "GET":
        form.text.data = _usual_text(what, settings)
    found = reminders.missing(session, course_id, unit_id, edge.now())
    ready = form.validate_on_submit() and what.course.state == "open"
    if ready and form.step.data == "send" and found.by_mail + found.without:
        reminders.remind(
            session, what.course, what.unit, text=form.text.data or "", by=viewer().person_id, now=edge.now()
        )
        flash(_("The reminder is being sent."), "success")
        return redirect(url_for("reports.reminding", course_id=course_id, unit_id=unit_id))
    return _page(what, form, found, previewed=ready and form.step.data != "edit"), 400 if form.errors else 200


def _page(what: Asked, form: ReminderForm, found: reminders.Missing, *, previewed: bool) -> str:
    session = edge.session()
    names = reminders.names(session, what.course.id, what.unit.id, edge.now(), addressed=True, most=SHOWN)
    example = names[0].name if names else _("(name)")
    return render_template(
        "reports/reminders.html",
        unit=what.unit,
        course=what.course,
        path=_path(what),
        form=form,
        missing=found,
        names=names[:SHOWN],
        cut=len(names) > SHOWN,
        shared=reminders.shared(session, what.course.id, what.unit.id, edge.now(), most=MAILBOXES),
        letter=reminders.letter(example, what.course, what.unit, form.text.data or "") if previewed else None,
        later=not_at_night(edge.now()) if not_at_night(edge.now()) != edge.now() else None,
        past=[_line(one, maker) for one, maker in reminders.past(session, what.course.id, what.unit.id)],
        no_server=current_app.extensions["settings"].mail is None,
        print_url=url_for("reports.without_address", course_id=what.course.id, unit_id=what.unit.id),
    )


def _line(one: Reminder, maker: str) -> dict[str, Any]:
    return {
        "at": one.at,
        "maker": maker,
        "people": one.people,
        "state": one.state,
        "text": one.text,
        "stop_url": url_for("reports.stop_reminder", reminder_id=one.id),
    }


def _path(what: Asked) -> list[dict[str, str]]:
    own = {"label": what.unit.name, "url": unit_url(what.course, what.unit.id)}
    return [*path_to(what, ("officer",)), own]


def _usual_text(what: Asked, settings: Settings) -> str:
    """What a reminder usually says; Vietnamese, because it is a letter. The officer changes it at will."""
    with speaking("vi"):
        return _(
            "You have not finished “{course}” yet. It is open until {moment}. Please go to {address}, sign in and "
            "finish it in time. If something stands in your way, please tell us.",
            course=what.course.title,
            moment=words.moment(what.course.closes_at),
            address=settings.base_url,
        )


@door.page("/<int:course_id>/units/<int:unit_id>/reminders/print", may=OFFICER)
def without_address(course_id: int, unit_id: int) -> ResponseReturnValue:
    """Those who cannot be written to, for somebody to tell them."""
    what = _asked(course_id, unit_id)
    names = reminders.names(edge.session(), course_id, unit_id, edge.now(), addressed=False, most=PRINTED)
    here = url_for("reports.reminding", course_id=course_id, unit_id=unit_id)
    return render_template(
        "reports/without_address.html",
        unit=what.unit,
        course=what.course,
        path=[*_path(what), {"label": _("Remind those who have not finished"), "url": here}],
        names=names[:PRINTED],
        cut=len(names) > PRINTED,
        as_of=edge.now(),
    )


@door.page("/reminders/<int:reminder_id>/stop", may=OFFICER, methods=("POST",))
def stop_reminder(reminder_id: int) -> ResponseReturnValue:
    """Any officer of the unit may stop it while it waits."""
    found = reminders.within(edge.session(), reminder_id, viewer().units("officer")) or abort(404)
    reminders.stop(edge.session(), found, by=viewer().person_id, now=edge.now())
    flash(_("Stopped."), "success")
    return redirect(url_for("reports.reminding", course_id=found.course_id, unit_id=found.unit_id))
