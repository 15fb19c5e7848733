"""Challenges: a candidate asks for a look and reads the answer; the trainer sees them by question and answers."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.attempts.views.door import mine
from lms.exams import rulings as in_exam
from lms.exams.models import Exam
from lms.kit.i18n import _
from lms.marking import challenges as asking
from lms.marking import disputed as reading
from lms.marking import dry_run
from lms.marking.disputed import Asked
from lms.marking.views.door import TRAINER, door, organised_exam
from lms.marking.views.ruling_words import (
    asked_words,
    at,
    course_line,
    distribution,
    exam_line,
    listed_words,
    use_words,
    whole_question,
)
from lms.web import edge
from lms.web.guard import SIGNED_IN
from lms.web.viewer import viewer

NEWEST = 500  # attempts that are looked at for what was answered, while the page is being made


@door.page("/attempts/<int:attempt_id>/challenge", may=SIGNED_IN, methods=("GET", "POST"))
def challenge(attempt_id: int) -> ResponseReturnValue:
    """Ask for a look at a question (?slot=7), at late answers (?kind=late) or at the result of one's own attempt."""
    row = mine(attempt_id)
    if row.state == "open":
        return redirect(url_for("attempts.sit", attempt_id=attempt_id))
    asked = request.form if request.method == "POST" else request.args
    slot = asked.get("slot", type=int)
    kind = asking.QUESTION if slot else asked.get("kind", asking.RESULT)
    if kind not in asking.KIND_NAMES or (kind == asking.QUESTION and not slot):
        abort(404)
    text = request.form.get("text", "")
    problem = ""
    if request.method == "POST":
        try:
            asking.challenge(edge.session(), row, kind, slot, text, by=viewer().person_id, now=edge.now())
        except asking.ChallengeRefused as refused:
            problem = _(str(refused))
        else:
            flash(_("Your request has been received. The answer will stand here."), "success")
            return redirect(url_for("marking.my_challenges"))
    page = render_template(
        "marking/challenges_ask.html",
        exam_title=row.title,
        kind=kind,
        kind_name=_(asking.KIND_NAMES[kind]),
        slot=slot,
        text=text[: asking.LONGEST],
        longest=asking.LONGEST,
        problem=problem,
        may=kind != asking.QUESTION
        or asking.may_question(edge.session(), row, viewer().person_id, edge.now()),
        not_yet=_(asking.NOT_YET),
        back_url=url_for("attempts.result", attempt_id=attempt_id),
    )
    return page, 422 if problem else 200


@door.page("/challenges/", may=SIGNED_IN)
def my_challenges() -> ResponseReturnValue:
    """What one asked to be looked at, and the answers."""
    rows = reading.own(edge.session(), viewer().person_id)
    return render_template("marking/challenges_own.html", challenges=[_own(row) for row in rows])


def _own(row: Any) -> dict[str, Any]:
    found = row.Challenge
    return {
        "title": row.title,
        "number": row.number,
        "about": _("Question {number}", number=found.slot)
        if found.slot
        else _(asking.KIND_NAMES[found.kind]),
        "text": found.text,
        "state": found.state,
        "state_name": _(asking.STATE_NAMES[found.state]),
        "at": found.created_at,
        "reply": found.reply,
        "decided_at": found.decided_at,
        "withdrawn": row.ended_reason if row.ruling_state in ("undoing", "undone") else "",
        "url": url_for("attempts.result", attempt_id=found.attempt_id),
    }


@door.page("/courses/<int:course_id>/exams/<int:exam_id>/challenges/", may=TRAINER)
def challenges(course_id: int, exam_id: int) -> ResponseReturnValue:
    """What candidates ask to be looked at: by question, and about results and late answers."""
    exam = organised_exam(course_id, exam_id)
    return render_template(
        "marking/challenges_exam.html",
        course=course_line(exam),
        exam=exam_line(exam),
        questions=[asked_words(exam, each) for each in reading.by_question(edge.session(), exam.id)],
        others=[_told(exam, row) for row in reading.open_to_results(edge.session(), exam.id)],
    )


def _told(exam: Exam, row: Any) -> dict[str, Any]:
    found = row.Challenge
    return {
        "id": found.id,
        "name": row.full_name,
        "unit": row.unit,
        "number": row.number,
        "slot": found.slot,
        "kind_name": _(asking.KIND_NAMES[found.kind]),
        "text": found.text,
        "at": found.created_at,
        "answer_url": url_for("marking.answer_challenge", **at(exam, challenge_id=found.id)),
    }


@door.page("/courses/<int:course_id>/exams/<int:exam_id>/questions/<int:version_id>", may=TRAINER)
def disputed(course_id: int, exam_id: int, version_id: int) -> ResponseReturnValue:
    """One question of the exam: what is said against it, how it did, what was answered, what was decided."""
    exam = organised_exam(course_id, exam_id)
    asked = found_question(exam, version_id)
    given, looked = _given(exam, asked)
    return render_template(
        "marking/challenges_question.html",
        course=course_line(exam),
        exam=exam_line(exam),
        question=asked_words(exam, asked),
        item=whole_question(asked),
        given=given,
        looked=looked,
        newest=NEWEST,
        challenges=[
            _told(exam, row) for row in reading.open_to_question(edge.session(), exam.id, version_id)
        ],
        rulings=[listed_words(exam, row) for row in reading.rulings_of(edge.session(), exam.id, version_id)],
        others=[use_words(use) for use in other_uses(exam, asked)],
        urls={
            "propose": url_for("marking.propose", **at(exam, version_id=version_id)),
            "refuse_all": url_for("marking.refuse_challenges", **at(exam, version_id=version_id)),
        },
    )


def found_question(exam: Exam, version_id: int) -> Asked:
    """The question version if a paper of the exam has it, else 404."""
    return reading.version_in_exam(edge.session(), exam.id, version_id) or abort(404)


def other_uses(exam: Exam, asked: Asked) -> list[Any]:
    """Other exams of the viewer's with the same version."""
    return reading.other_exams(edge.session(), asked, exam.id, viewer().units("trainer"))


def _given(exam: Exam, asked: Asked) -> tuple[list[dict[str, Any]], int]:
    """What was answered in the newest attempts with the question, by how many."""
    ruled = in_exam.in_force(edge.session(), exam.id) if exam.has_rulings else in_exam.NONE
    found = dry_run.look(edge.session(), exam, ruled, version_id=asked.version_id, newest=NEWEST)
    return distribution(asked.question, found.given.most_common(), found.looked), found.looked


@door.page(
    "/courses/<int:course_id>/exams/<int:exam_id>/challenges/<int:challenge_id>/answer",
    may=TRAINER,
    methods=("POST",),
)
def answer_challenge(course_id: int, exam_id: int, challenge_id: int) -> ResponseReturnValue:
    """Answer one of them."""
    exam = organised_exam(course_id, exam_id)
    found = reading.challenge_of(edge.session(), exam.id, challenge_id) or abort(404)
    try:
        asking.answer(
            edge.session(),
            exam,
            found,
            accepted=request.form.get("accepted") == "yes" and found.kind != asking.QUESTION,
            reply=request.form.get("reply", ""),
            by=viewer().person_id,
            now=edge.now(),
        )
        flash(_("Answered."), "success")
    except asking.ChallengeRefused as refused:
        flash(_(str(refused)), "error")
    if found.version_id:
        return redirect(url_for("marking.disputed", **at(exam, version_id=found.version_id)))
    return redirect(url_for("marking.challenges", **at(exam)))


@door.page(
    "/courses/<int:course_id>/exams/<int:exam_id>/questions/<int:version_id>/refuse",
    may=TRAINER,
    methods=("POST",),
)
def refuse_challenges(course_id: int, exam_id: int, version_id: int) -> ResponseReturnValue:
    """The same answer for everybody: the question stays as it is."""
    exam = organised_exam(course_id, exam_id)
    asked = found_question(exam, version_id)
    try:
        done = asking.refuse_all(
            edge.session(),
            exam,
            asked.version_id,
            reply=request.form.get("reply", ""),
            by=viewer().person_id,
            now=edge.now(),
        )
        flash(_("Answered: {count} requests.", count=done), "success")
    except asking.ChallengeRefused as refused:
        flash(_(str(refused)), "error")
    return redirect(url_for("marking.disputed", **at(exam, version_id=version_id)))
