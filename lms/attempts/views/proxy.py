"""Sitting a test for a person who is present and cannot use a device: a plain form, marked as such.

A clerk reaches only attempts that they started themselves, for people of their units, and only while they are open.
"""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import answers, forms, rules, sheet
from lms.attempts import files as kept
from lms.attempts.actions import StartRefused
from lms.attempts.entry import proxy as actions
from lms.attempts.entry import queries
from lms.attempts.entry.forms import PaperForm, ProxyForm
from lms.attempts.entry.rules import EntryRefused
from lms.attempts.views import files
from lms.attempts.views.before import start_refusal
from lms.attempts.views.codes import start_by_code
from lms.attempts.views.door import door, finish, receipt_key
from lms.attempts.views.entry import CLERK, found_exam, found_person, own_units, refusal
from lms.attempts.views.entry_sheet import choose_page
from lms.exams import paper
from lms.exams.paper import LoadedPaper, Slot
from lms.kit.i18n import _
from lms.kit.words import moment
from lms.questions.types.short_answer import LONGEST
from lms.web import edge
from lms.web.viewer import viewer


@door.page("/entry/<int:exam_id>/people/<int:enrolment_id>/proxy", may=CLERK, methods=("POST",))
def begin_proxy(exam_id: int, enrolment_id: int) -> ResponseReturnValue:
    """Begin an attempt for the person, with the reason."""
    exam = found_exam(exam_id)
    person, form = found_person(exam, enrolment_id), ProxyForm()
    if not form.validate_on_submit():
        return choose_page(exam, person, PaperForm(formdata=None), form)
    try:
        attempt_id = start_by_code(
            exam_id,
            form.access_code.data or "",
            lambda code: actions.start_for(
                edge.session(),
                exam_id,
                person.enrolment.person_id,
                reason=form.reason.data or "",
                by=viewer().person_id,
                key=receipt_key(),
                now=edge.now(),
                address=request.remote_addr or "",
                access_code=code,
            ),
        )
    except EntryRefused as refused:
        flash(refusal(refused), "error")
    except StartRefused as refused:
        flash(start_refusal(refused), "error")
    except LookupError:
        abort(404)
    else:
        return redirect(url_for("attempts.proxy", attempt_id=attempt_id))
    return redirect(url_for("attempts.entry_sheet", exam_id=exam_id, enrolment_id=enrolment_id))


def mine(attempt_id: int) -> Any:
    """An attempt that the clerk started; one whose time is over has been handed in by now. Else 404."""
    row = _found(attempt_id)
    if row.state == "open" and rules.is_overdue(row.deadline_at, edge.now()):
        finish(attempt_id)
        row = _found(attempt_id)
    return row


def _found(attempt_id: int) -> Any:
    found = queries.proxy(edge.session(), attempt_id, viewer().person_id, own_units())
    return found or abort(404)


def _tab() -> str:
    return f"proxy-{viewer().person_id}"


@door.page("/entry/attempts/<int:attempt_id>", may=CLERK)
def proxy(attempt_id: int) -> ResponseReturnValue:
    """The paper as a plain form, with the banner that says for whom it is answered."""
    row = mine(attempt_id)
    if row.state != "open":
        return over(row)
    sat = paper.load(edge.session(), row.paper_id)
    events = answers.events_of(edge.session(), attempt_id)
    held, tab = rules.derive(events), _tab()
    there, takes = files.of_slots(sat, attempt_id), kept.slots_for_files(sat)
    return render_template(
        "attempts/entry/sit.html",
        attempt=_facts(row, sat, held),
        questions=[
            _question(slot, held) | {"takes_files": slot.number in takes, "files": there.get(slot.number, [])}
            for slot in sat.slots
        ],
        form_url=url_for("attempts.post_proxy", attempt_id=attempt_id),
        tab=tab,
        seq=1 + max((event.seq for event in events if event.tab == tab), default=0),
        max_text=LONGEST,
    )


def over(row: Any) -> ResponseReturnValue:
    """Back to the people, with the receipt's code of an attempt that is handed in."""
    flash(
        _("The test of {name} is handed in. Receipt code: {code}", name=row.name, code=row.receipt), "success"
    )
    return redirect(url_for("attempts.entry_people", exam_id=row.exam_id))


def _facts(row: Any, sat: LoadedPaper, held: rules.Answers) -> dict[str, Any]:
    return {
        "exam_title": row.title,
        "name": row.name,
        "reason": queries.reason_of(edge.session(), row.id),
        "number_of_questions": len(sat.slots),
        "answered": len(files.answered(sat, held, row.id)),
        "deadline_text": moment(row.deadline_at),
    }


def _question(slot: Slot, held: rules.Answers) -> dict[str, Any]:
    answer = sheet.answer_in(slot, held)
    return {"slot": slot.number, "type": slot.asked.type, "asked": slot.asked, "answer": answer}


@door.page("/entry/attempts/<int:attempt_id>", may=CLERK, methods=("POST",))
def post_proxy(attempt_id: int) -> ResponseReturnValue:
    """Save what the form changes, then go where its button says."""
    row = mine(attempt_id)
    if row.state == "open" and "tab" in request.form:
        _save(row)
    go, at = request.form.get("go", "save"), request.args.get("at", "")
    if go == "submit":
        actions.hand_in_for(
            edge.session(), attempt_id, by=viewer().person_id, key=receipt_key(), now=edge.now()
        )
        return over(_found(attempt_id))
    if go == "files" and at.isdecimal():
        return redirect(url_for("attempts.proxy_files", attempt_id=attempt_id, slot=int(at)))
    if go == "check":
        return redirect(url_for("attempts.check_proxy", attempt_id=attempt_id))
    return redirect(
        url_for("attempts.proxy", attempt_id=attempt_id, _anchor=f"q{at}" if at.isdigit() else None)
    )


def _save(row: Any) -> None:
    try:
        _sent_by, seq = forms.read_page(request.form)
    except forms.Malformed:
        abort(400)
    session, by, tab = edge.session(), viewer().person_id, _tab()
    events = actions.hold_for(session, row.id, by)
    if events is None:
        return  # handed in meanwhile: the next page says so
    drawn = rules.derive(event for event in events if event.tab != tab or event.seq < seq)
    filled = forms.read_paper(request.form, paper.load(session, row.paper_id), drawn, rules.derive(events))
    for number in filled.refused:
        flash(
            _("The answer to question {number} could not be read. Please give it again.", number=number),
            "error",
        )
    actions.note_changes_for(session, row.id, by=by, tab=tab, changes=filled.changes, now=edge.now())


@door.page("/entry/attempts/<int:attempt_id>/check", may=CLERK)
def check_proxy(attempt_id: int) -> ResponseReturnValue:
    """What is answered and what is not, before handing in."""
    row = mine(attempt_id)
    if row.state != "open":
        return over(row)
    sat = paper.load(edge.session(), row.paper_id)
    held = rules.derive(answers.events_of(edge.session(), attempt_id))
    answered = files.answered(sat, held, attempt_id)
    form_url = url_for("attempts.post_proxy", attempt_id=attempt_id)
    return render_template(
        "attempts/entry/check.html",
        attempt=_facts(row, sat, held),
        empty=[slot.number for slot in sat.slots if slot.number not in answered],
        urls={"form": form_url, "sit": url_for("attempts.proxy", attempt_id=attempt_id)},
    )
