"""Rulings: propose how a wrong question is scored instead, see what it would change, approve, refuse, undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import effects
from lms.banks.problems import sentence
from lms.exams import queries as exams
from lms.exams.models import Exam, Ruling
from lms.kit.i18n import N_, _
from lms.kit.tables import TABLE_FORMATS, Column, Row, Table, table_bytes
from lms.marking import disputed, new_keys
from lms.marking import rulings as deciding
from lms.marking.disputed import Asked
from lms.marking.new_keys import KeyRefused, Picked
from lms.marking.rulings import RulingRefused
from lms.marking.views.challenges import found_question, other_uses
from lms.marking.views.door import TRAINER, door, organised_exam
from lms.marking.views.ruling_words import (
    asked_words,
    at,
    counted_at,
    course_line,
    effect_tiles,
    exam_line,
    listed_words,
    people_words,
    progress_of,
    read_picked,
    ruling_words,
    use_words,
    whole_question,
)
from lms.web import edge
from lms.web.downloads import attachment
from lms.web.viewer import viewer

ONE = "/courses/<int:course_id>/exams/<int:exam_id>/rulings/<int:ruling_id>"
A_PAGE = 50
FORMATS = ("xlsx", "csv")


@door.page("/courses/<int:course_id>/exams/<int:exam_id>/rulings/", may=TRAINER)
def rulings(course_id: int, exam_id: int) -> ResponseReturnValue:
    """What was decided about questions of the exam, and finding a question to decide about."""
    exam = organised_exam(course_id, exam_id)
    wanted = request.args.get("q", "").strip()[:100]
    found = disputed.questions_of(edge.session(), exam.id, wanted) if wanted else []
    return render_template(
        "marking/rulings_exam.html",
        course=course_line(exam),
        exam=exam_line(exam),
        rulings=[listed_words(exam, row) for row in disputed.rulings_of(edge.session(), exam.id)],
        wanted=wanted,
        found=[asked_words(exam, asked) for asked in found],
        most=disputed.A_PAGE,
    )


@door.page(
    "/courses/<int:course_id>/exams/<int:exam_id>/questions/<int:version_id>/propose",
    may=TRAINER,
    methods=("GET", "POST"),
)
def propose(course_id: int, exam_id: int, version_id: int) -> ResponseReturnValue:
    """Propose a decision; its key is chosen on the question. Other exams with the question are offered."""
    exam = organised_exam(course_id, exam_id)
    asked = found_question(exam, version_id)
    others = other_uses(exam, asked)
    problems: list[str] = []
    if request.method == "POST":
        chosen = {str(text) for text in request.form.getlist("exams")}
        wanted = [exam.id, *(use.exam_id for use in others if str(use.exam_id) in chosen)]
        problems, made = _propose(exam, asked, wanted)
        if made is not None:
            return redirect(url_for("marking.ruling", **at(exam, ruling_id=made.id)))
    picked = read_picked(asked.question, request.form) if problems else new_keys.picked_of(asked.question)
    page = render_template(
        "marking/rulings_propose.html",
        course=course_line(exam),
        exam=exam_line(exam),
        question=asked_words(exam, asked),
        item=whole_question(asked),
        body=asked.question,
        kinds=[(kind, _(new_keys.KIND_NAMES[kind])) for kind in new_keys.kinds_for(asked.question.type)],
        kind=request.form.get("kind", ""),
        reason=request.form.get("reason", "")[: new_keys.LONGEST_REASON],
        longest=new_keys.LONGEST_REASON,
        picked=picked,
        others=[use_words(use) for use in others],
        problems=problems,
    )
    return page, 422 if problems else 200


def _propose(exam: Exam, asked: Asked, exam_ids: list[int]) -> tuple[list[str], Ruling | None]:
    """One ruling an exam, all or none; what is wrong, or the ruling of the first exam."""
    reason, kind = request.form.get("reason", "").strip(), request.form.get("kind", "")
    if not kind:
        return [_("Choose what is decided.")], None
    if len(reason) > new_keys.LONGEST_REASON:
        return [_("The reason is longer than 1,000 characters.")], None
    picked: Picked = read_picked(asked.question, request.form)
    made: list[Ruling] = []
    try:
        for exam_id in exam_ids:
            each = exams.exam_organised(edge.session(), exam_id, viewer().units("trainer")) or abort(404)
            made.append(
                deciding.propose(
                    edge.session(), each, asked.version_id, kind, picked, reason=reason,
                    by=viewer().person_id, now=edge.now(),
                )
            )  # fmt: skip
    except KeyRefused as refused:
        edge.session().rollback()
        return [_(refused.message), *(sentence(problem) for problem in refused.problems)], None
    except RulingRefused as refused:
        edge.session().rollback()
        return [_(str(refused))], None
    for each_made in made[1:]:
        flash(_("Proposed for another test as well: decision {number}.", number=each_made.id), "info")
    return [], made[0]


@door.page(ONE, may=TRAINER)
def ruling(course_id: int, exam_id: int, ruling_id: int) -> ResponseReturnValue:
    """One decision: what it says, whom it changes, how far it is, and what can be done."""
    exam, found = _found(course_id, exam_id, ruling_id)
    asked = found_question(exam, found.version_id)
    people = effects.listed(edge.storage(), found)
    page = max(request.args.get("page", 1, type=int), 1)
    shown = people[(page - 1) * A_PAGE : page * A_PAGE]
    running = deciding.is_running(edge.session(), found)

    def turned(number: int) -> str:
        return url_for("marking.ruling", **at(exam, ruling_id=found.id, page=number))

    return render_template(
        "marking/rulings_show.html",
        course=course_line(exam),
        exam=exam_line(exam),
        question=asked_words(exam, asked),
        item=whole_question(asked),
        ruling=ruling_words(exam, found)
        | {
            "proposer": disputed.name_of(edge.session(), found.proposed_by),
            "decider": disputed.name_of(edge.session(), found.decided_by),
            "undoer": disputed.name_of(edge.session(), found.undone_by),
        },
        own=found.proposed_by == viewer().person_id,
        effects=effect_tiles(found),
        counted_at=counted_at(found),
        people=people_words(shown),
        total=len(people),
        first=(page - 1) * A_PAGE + 1,
        previous=turned(page - 1) if page > 1 else "",
        following=turned(page + 1) if len(people) > page * A_PAGE else "",
        job=progress_of(exam, found),
        running=running,
        stuck=found.state in deciding.BUSY and not running,
        urls={
            step: url_for(f"marking.{step}_ruling", **at(exam, ruling_id=found.id))
            for step in ("approve", "refuse", "undo", "count", "go_on")
        }
        | {"certificates": url_for("certificates.touched", **at(exam, ruling_id=found.id))}
        | {
            form: url_for("marking.ruling_people", **at(exam, ruling_id=found.id, ending=form))
            for form in FORMATS
        },
    )


def _found(course_id: int, exam_id: int, ruling_id: int) -> tuple[Exam, Ruling]:
    exam = organised_exam(course_id, exam_id)
    return exam, disputed.ruling_of(edge.session(), exam.id, ruling_id) or abort(404)


@door.page(ONE + "/status", may=TRAINER)
def ruling_status(course_id: int, exam_id: int, ruling_id: int) -> ResponseReturnValue:
    """How far its work is, for the script of the page."""
    shown = progress_of(*_found(course_id, exam_id, ruling_id)) or abort(404)
    return jsonify({name: shown[name] for name in ("state", "done", "total", "text", "left")})


@door.page(ONE + "/people.<ending>", may=TRAINER)
def ruling_people(course_id: int, exam_id: int, ruling_id: int, ending: str) -> ResponseReturnValue:
    """Everybody whom the dry run names, as a file."""
    exam, found = _found(course_id, exam_id, ruling_id)
    if ending not in FORMATS:
        abort(404)
    people = people_words(effects.listed(edge.storage(), found))
    table = Table(
        name=f"decision-{found.id}",
        title=_("Whom the decision changes"),
        subtitle=exam.title,
        columns=(
            Column("name", _("Full name")),
            Column("unit", _("Unit")),
            Column("change", _("What happens")),
            Column("before", _("Points before"), "decimal"),
            Column("after", _("Points after"), "decimal"),
            Column("percent_before", _("Percent before"), "decimal"),
            Column("percent_after", _("Percent after"), "decimal"),
        ),
        rows=_rows(people),
    )
    name = f"{exam.code}-{found.id}.{ending}"
    return attachment(table_bytes(ending, table), name, TABLE_FORMATS[ending].media_type)


def _rows(people: list[dict[str, Any]]) -> Iterator[Row]:
    for person in people:
        figures = (*person["points"], *person["percent"])
        yield Row((person["name"], person["unit"], person["direction_name"], *figures))


Step = Callable[[Exam, Ruling], None]


def _take(course_id: int, exam_id: int, ruling_id: int, step: Step, done: str) -> ResponseReturnValue:
    """One step, or why not; back to the decision."""
    exam, found = _found(course_id, exam_id, ruling_id)
    try:
        step(exam, found)
        flash(_(done), "success")
    except RulingRefused as refused:
        edge.session().rollback()
        flash(_(str(refused)), "error")
    return redirect(url_for("marking.ruling", **at(exam, ruling_id=ruling_id)))


def _who() -> dict[str, Any]:
    return {"by": viewer().person_id, "now": edge.now()}


def _why() -> dict[str, Any]:
    return {"reason": request.form.get("reason", "")[: new_keys.LONGEST_REASON], **_who()}


@door.page(ONE + "/approve", may=TRAINER, methods=("POST",))
def approve_ruling(course_id: int, exam_id: int, ruling_id: int) -> ResponseReturnValue:
    """Put it in force: only for somebody else than who proposed it."""
    return _take(
        course_id,
        exam_id,
        ruling_id,
        lambda exam, found: deciding.approve(edge.session(), exam, found, **_who()),
        N_("Approved. The results are now counted again; you may close the page."),
    )


@door.page(ONE + "/refuse", may=TRAINER, methods=("POST",))
def refuse_ruling(course_id: int, exam_id: int, ruling_id: int) -> ResponseReturnValue:
    """Not to be put in force, with the reason; who proposed it withdraws it so."""
    return _take(
        course_id,
        exam_id,
        ruling_id,
        lambda exam, found: deciding.refuse(edge.session(), exam, found, **_why()),
        N_("Refused. No result changes."),
    )


@door.page(ONE + "/undo", may=TRAINER, methods=("POST",))
def undo_ruling(course_id: int, exam_id: int, ruling_id: int) -> ResponseReturnValue:
    """Take it back, with the reason."""
    return _take(
        course_id,
        exam_id,
        ruling_id,
        lambda exam, found: deciding.undo(edge.session(), exam, found, **_why()),
        N_("Withdrawn. The results are now counted again as before the decision."),
    )


@door.page(ONE + "/count", may=TRAINER, methods=("POST",))
def count_ruling(course_id: int, exam_id: int, ruling_id: int) -> ResponseReturnValue:
    """Count anew what it would change."""
    return _take(
        course_id,
        exam_id,
        ruling_id,
        lambda _exam, found: deciding.count_again(edge.session(), found, **_who()),
        N_("What it would change is being counted."),
    )


@door.page(ONE + "/go-on", may=TRAINER, methods=("POST",))
def go_on_ruling(course_id: int, exam_id: int, ruling_id: int) -> ResponseReturnValue:
    """Start work again that was stopped half way."""
    return _take(
        course_id,
        exam_id,
        ruling_id,
        lambda exam, found: deciding.go_on(edge.session(), exam, found, **_who()),
        N_("The work goes on."),
    )
