"""The answer sheet of a person: which paper it is, the answers as typed, a second look, and storing it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.attempts.entry import actions, queries, rules
from lms.attempts.entry.forms import PaperForm, ProxyForm, Sheet, read_sheet
from lms.attempts.views.door import door, receipt_key
from lms.attempts.views.entry import CLERK, found_exam, found_person, person_row, refusal
from lms.banks.rules import TYPE_NAMES
from lms.courses.participants import Participant
from lms.exams import paper
from lms.exams.paper import LoadedPaper, Slot
from lms.kit.i18n import _
from lms.kit.words import moment
from lms.questions.answer import REFUSALS as ANSWER_REFUSALS
from lms.web import edge
from lms.web.viewer import viewer


@door.page("/entry/<int:exam_id>/people/<int:enrolment_id>", may=CLERK)
def entry_sheet(exam_id: int, enrolment_id: int) -> ResponseReturnValue:
    """Which paper the person wrote and when; or sitting the test for them."""
    exam = found_exam(exam_id)
    person = found_person(exam, enrolment_id)
    return choose_page(exam, person, PaperForm(), ProxyForm())


def choose_page(exam: Any, person: Participant, paper_form: PaperForm, proxy_form: ProxyForm) -> str:
    """The two ways to enter for a person, with what is wrong in either form."""
    known = queries.attempts(edge.session(), exam.id, [person.enrolment.person_id])
    attempts = known.get(person.enrolment.person_id, [])
    return render_template(
        "attempts/entry/choose.html",
        exam=exam,
        person=person_row(exam, person, attempts),
        form=paper_form,
        proxy_form=proxy_form,
        urls=_urls(exam, person),
    )


def _urls(exam: Any, person: Participant) -> dict[str, str]:
    own = {"exam_id": exam.id, "enrolment_id": person.enrolment.id}
    return {
        "people": url_for("attempts.entry_people", exam_id=exam.id),
        "sheet": url_for("attempts.entry_sheet", **own),
        "proxy": url_for("attempts.begin_proxy", **own),
    }


@door.page("/entry/<int:exam_id>/people/<int:enrolment_id>", may=CLERK, methods=("POST",))
def post_sheet(exam_id: int, enrolment_id: int) -> ResponseReturnValue:
    """The way of a sheet: which paper it is, the answers, a second look, and storing it."""
    exam = found_exam(exam_id)
    person, form = found_person(exam, enrolment_id), PaperForm()
    if not form.validate_on_submit() or form.at.data is None:
        return choose_page(exam, person, form, ProxyForm(formdata=None))
    paper_id = queries.paper_id(edge.session(), exam_id, form.paper.data or 0)
    wrong = rules.why_not_at(form.at.data, exam.course_opens_at, exam.course_closes_at, edge.now())
    if wrong:
        said = {"opens": moment(exam.course_opens_at), "closes": moment(exam.course_closes_at)}
        form.put_problem("at", _(rules.REFUSALS[wrong], **said))
    if paper_id is None:
        form.put_problem("paper", rules.REFUSALS["no_paper"])
    if wrong or paper_id is None:
        return choose_page(exam, person, form, ProxyForm(formdata=None))
    sat = paper.load(edge.session(), paper_id)
    sheet, step = read_sheet(request.form, sat), request.form.get("step", "")
    if step == "store" and not sheet.wrong:
        return _store(exam, person, form, sat, sheet)
    looked = step == "look" and not sheet.wrong and sheet.line_wrong is None
    return _draw(exam, person, form, sat, sheet, look=looked, told=bool(step))


def _store(
    exam: Any, person: Participant, form: PaperForm, sat: LoadedPaper, sheet: Sheet
) -> ResponseReturnValue:
    number = request.form.get("number", "")
    try:
        actions.enter_paper(
            edge.session(),
            exam.id,
            person.enrolment.person_id,
            paper_id=sat.id,
            number=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0,
            at=form.at.data or edge.now(),
            answered=sheet.answers,
            by=viewer().person_id,
            key=receipt_key(),
            now=edge.now(),
        )
    except rules.EntryRefused as refused:
        flash(refusal(refused), "error")
    except LookupError:
        abort(404)
    else:
        flash(_("Stored: the paper of {name}, attempt {number}.", name=person.name, number=number), "success")
    return redirect(url_for("attempts.entry_people", exam_id=exam.id))


def _draw(
    exam: Any,
    person: Participant,
    form: PaperForm,
    sat: LoadedPaper,
    sheet: Sheet,
    *,
    look: bool,
    told: bool,
) -> str:
    known = queries.attempts(edge.session(), exam.id, [person.enrolment.person_id])
    attempts = known.get(person.enrolment.person_id, [])
    return render_template(
        f"attempts/entry/{'look' if look else 'sheet'}.html",
        exam=exam,
        person=person_row(exam, person, attempts),
        form=form,
        number=request.form.get("number") or len(attempts) + 1,
        questions=[_question(slot, sheet, told=told) for slot in sat.slots],
        answered=sum(answer is not None for answer in sheet.answers.values()),
        line=sheet.line,
        line_wrong=_(rules.MESSAGES[sheet.line_wrong.code], **sheet.line_wrong.params)
        if sheet.line_wrong
        else "",
        urls=_urls(exam, person),
    )


def _question(slot: Slot, sheet: Sheet, *, told: bool) -> dict[str, Any]:
    wrong = sheet.wrong.get(slot.number) if told else None
    asked = slot.asked
    return {
        "slot": slot.number,
        "type": asked.type,
        "type_name": _(TYPE_NAMES[asked.type]),
        "options": rules.LETTERS[: len(asked.choices)],
        "count": len(asked.statements) or len(asked.choices),
        "blanks": [blank.kind for blank in asked.blanks],
        "typed": sheet.typed[slot.number],
        "read": rules.as_typed(asked, sheet.answers.get(slot.number)),
        "wrong": _sentence(wrong) if wrong else "",
    }


def _sentence(wrong: Exception) -> str:
    if isinstance(wrong, rules.TypedWrong):
        return _(rules.MESSAGES[wrong.code], **wrong.params)
    reason, params = getattr(wrong, "reason", "wrong_kind"), getattr(wrong, "params", {})
    return _(ANSWER_REFUSALS[reason], **params)
