"""The exam page, and its form for browsers that run no scripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from lms.attempts import actions, answers, finishing, forms, news, presence, rules, sheet
from lms.attempts.views.answer_file import keys_of
from lms.attempts.views.door import WORKER, door, form_tab, mine, receipt_key, remaining_ms
from lms.attempts.views.files import answered, with_files
from lms.attempts.views.news import heard
from lms.attempts.views.worker import imported
from lms.exams import paper
from lms.exams.paper import LoadedPaper, Slot
from lms.kit.i18n import _, language
from lms.kit.words import moment
from lms.questions.types.short_answer import LONGEST
from lms.web import edge
from lms.web.addresses import address
from lms.web.fragments import Own, filled, part, sign
from lms.web.guard import SIGNED_IN
from lms.web.kept import page
from lms.web.viewer import viewer


@door.page("/attempts/<int:attempt_id>", may=SIGNED_IN)
def sit(attempt_id: int) -> ResponseReturnValue:
    """The exam page of an open attempt; of one that is over, its receipt."""
    row = mine(attempt_id)
    if row.state != "open":
        return redirect(url_for("attempts.receipt", attempt_id=attempt_id))
    sat = paper.load(edge.session(), row.paper_id)
    events = answers.events_of(edge.session(), attempt_id)
    held, tab = rules.derive(events), form_tab()
    heard(attempt_id)
    presence.write(edge.database(), edge.now())
    drawn, own, urls = sheet.sheet_of(sat, language(), _draw), Own(), _urls(attempt_id)
    slots = drawn.filled(with_files(sheet.marks(sat, held), sat, row))
    return page(
        "attempts/sit.html",
        own,
        framed=False,
        attempt=_facts(row, sat, held, own),
        state=own(_state(row, urls)),
        messages=news.messages_of(edge.session().connection(), row.id, row.exam_id, row.started_at),
        parts=imported(),
        slots=own(slots),
        urls={"form": own(urls["form"]), "home": urls["home"]},
        tab=own(tab),
        seq=own(1 + max((event.seq for event in events if event.tab == tab), default=0)),
        max_text=LONGEST,
    )


def _facts(
    row: Any, sat: LoadedPaper, held: rules.Answers, own: Callable[[object], object] = lambda value: value
) -> dict[str, Any]:
    """What the pages of an open attempt say about it; what is told to `own` is this attempt's alone."""
    return {
        "id": own(row.id),
        "exam_title": row.title,
        "number_of_questions": len(sat.slots),
        "answered": own(len(answered(sat, held, row.id))),
        "deadline_text": own(moment(row.deadline_at)),
        "person_name": own(viewer().name),
        "forward": row.navigation == "forward",
    }


def _state(row: Any, urls: dict[str, str]) -> Markup:
    """What exam.js is told."""
    told = {
        "id": str(row.id),
        "urls": urls,
        "deadline": row.deadline_at.isoformat(),
        "remaining": remaining_ms(row.deadline_at),
        "key": keys_of(row.id, viewer().person_id)[0],
    }
    return htmlsafe_json_dumps(told, dumps=json.dumps)


_ADDRESSES = {"answers": "answers", "lease": "lease", "submit": "submit", "form": "post_paper"}
_ADDRESSES |= {"receipt": "receipt", "check": "check", "news": "news", "file": "answer_file"}


def _urls(attempt_id: int) -> dict[str, str]:
    urls = {name: address(f"attempts.{view}", attempt_id=attempt_id) for name, view in _ADDRESSES.items()}
    urls |= {"renew": address("accounts.renew"), "preferences": address("accounts.preferences")}
    return urls | {"worker": WORKER, "home": address("home.index")}


def _draw(sat: LoadedPaper) -> str:
    """The questions without anybody's answers: the frame of as many, and in it each as it is in every paper."""
    numbers = range(1, len(sat.slots) + 1)
    signs = (Markup(sign(f"question{number}")) for number in numbers)  # noqa: S704 - a sign of our own, no text
    questions = [{"slot": number, "html": each} for number, each in zip(numbers, signs, strict=True)]
    frame = part("attempts/slots.html", len(sat.slots), questions=questions, overlay=False)
    return filled(frame, {f"question{slot.number}": _ask(slot) for slot in sat.slots})


def _ask(slot: Slot) -> Markup:
    asked = slot.asked
    values: dict[str, Any] = {"asked": asked, "answer": None, "overlay": False, "max_text": LONGEST}
    drawn = part(f"questions/{asked.type}/ask.html", asked, slot=sign("slot"), **values)
    return filled(drawn, {"slot": str(slot.number)})


@door.page("/attempts/<int:attempt_id>", may=SIGNED_IN, methods=("POST",))
def post_paper(attempt_id: int) -> ResponseReturnValue:
    """The whole paper as a form: save what it changes, then go where its button says."""
    row = mine(attempt_id)
    if row.state == "open" and "tab" in request.form:
        _save(row)
        heard(attempt_id)
    go, at = request.form.get("go", "save"), request.args.get("at", "")
    if go == "submit":
        _hand_in(attempt_id)
        return redirect(url_for("attempts.receipt", attempt_id=attempt_id))
    if go == "check":
        return redirect(url_for("attempts.check", attempt_id=attempt_id))
    return redirect(
        url_for("attempts.sit", attempt_id=attempt_id, _anchor=f"q{at}" if at.isdigit() else None)
    )


def _save(row: Any) -> None:
    try:
        tab, seq = forms.read_page(request.form)
    except forms.Malformed:
        abort(400)
    session, person = edge.session(), viewer()
    events = actions.hold(session, row.id, person.person_id)
    if events is None:
        return  # handed in meanwhile: the next page says so
    drawn = rules.derive(event for event in events if event.tab != tab or event.seq < seq)
    filled = forms.read_paper(request.form, paper.load(session, row.paper_id), drawn, rules.derive(events))
    for number in filled.refused:
        flash(
            _("The answer to question {number} could not be read. Please give it again.", number=number),
            "error",
        )
    furthest = max(rules.derive(events).values, default=0)
    if row.navigation == "forward" and any(change.slot < furthest for change in filled.changes):
        flash(
            _("This test goes only forward: there is no way back to a question that you have left."), "error"
        )
    actions.note_changes(
        session,
        row.id,
        person.person_id,
        sign_in_id=person.sign_in_id,
        tab=form_tab(),
        changes=filled.changes,
        events=events,
        now=edge.now(),
    )


def _hand_in(attempt_id: int) -> None:
    finishing.submit(
        edge.session(),
        attempt_id,
        viewer().person_id,
        tab=form_tab(),
        last_seq=0,  # what a form says has arrived with it
        key=receipt_key(),
        now=edge.now(),
    )


@door.page("/attempts/<int:attempt_id>/check", may=SIGNED_IN)
def check(attempt_id: int) -> ResponseReturnValue:
    """What is answered and what is not, before handing in."""
    row = mine(attempt_id)
    if row.state != "open":
        return redirect(url_for("attempts.receipt", attempt_id=attempt_id))
    sat = paper.load(edge.session(), row.paper_id)
    held = rules.derive(answers.events_of(edge.session(), attempt_id))
    there = answered(sat, held, attempt_id)
    urls = {"form": url_for("attempts.post_paper", attempt_id=attempt_id)}
    return render_template(
        "attempts/check.html",
        attempt=_facts(row, sat, held),
        empty=[slot.number for slot in sat.slots if slot.number not in there],
        flagged=[slot.number for slot in sat.slots if slot.number in held.flagged],
        urls=urls | {"sit": url_for("attempts.sit", attempt_id=attempt_id)},
    )
