"""One answer beside its rubric: reading it, marking it, correcting the mark, sending it back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.attempts.handed import MEDIA_TYPES, TYPE_NAMES
from lms.attempts.words import WORD_NAMES, word_of
from lms.exams.models import Exam
from lms.kit import words
from lms.kit.i18n import _
from lms.marking import answers, marks, queries, reading, rules, sending_back, tasks
from lms.marking.answers import Answered
from lms.marking.forms import ReturnForm
from lms.marking.models import MarkingTask
from lms.marking.rules import MARKED, TAKEN, THIRD, WAITING, PointsRefused
from lms.marking.sending_back import MESSAGES, NotSentBack
from lms.marking.tasks import TaskGone
from lms.marking.views.door import MARKER, door, marker, task_called
from lms.marking.views.queue import exam_words, take_next
from lms.questions.types.essay import count_words
from lms.vietnamese.text import tidy
from lms.web import edge


@door.page("/marking/tasks/<int:task_id>", may=MARKER)
def task(task_id: int) -> ResponseReturnValue:
    """The answer with its rubric; to be filled in by whoever has taken it."""
    return _page(task_called(task_id))


def _page(found: MarkingTask, problems: dict[str, str] | None = None) -> str:
    session, who = edge.session(), marker()
    exam = session.get_one(Exam, found.exam_id)
    read = answers.answered(session, found.attempt_id, found.slot)
    before, after = queries.neighbours(session, who, found)
    similar, elsewhere = answers.alike_to(session, who, found)
    return render_template(
        "marking/task.html",
        exam=exam_words(exam),
        task=_task_words(found, exam, read),
        question=_question_words(read),
        files=_file_words(found, exam, read),
        lines=_rubric_words(found, read, problems or {}),
        comment=request.form.get("comment", found.comment),
        problems=problems or {},
        earlier=_earlier(found) if found.round == THIRD else [],
        alike=[
            {
                "code": each.code,
                "percent": each.share * 100,
                "url": url_for(
                    "marking.alike", task_id=found.id, other_id=each.attempt_id, other_slot=each.slot
                ),
            }
            for each in similar
        ],
        elsewhere=elsewhere,
        urls={
            "before": url_for("marking.task", task_id=before) if before else "",
            "after": url_for("marking.task", task_id=after) if after else "",
        },
    )


def _task_words(found: MarkingTask, exam: Exam, read: Answered) -> dict[str, Any]:
    mine = found.marker_id == marker().person_id
    at: dict[str, Any] = {"task_id": found.id}
    marks_it = _may_mark(found)
    return {
        "code": read.code,
        "name": "" if exam.blind_marking else read.name,
        "unit": "" if exam.blind_marking else read.unit,
        "slot": found.slot,
        "round": found.round,
        "state": found.state,
        "state_name": _(rules.STATE_NAMES[found.state]),
        "points": found.points,
        "most_points": found.most_points,
        "word": _word(found),
        "text": read.text,
        "count": count_words(read.text),
        "marks": marks_it,
        "take_url": url_for("marking.take", **at) if found.state == WAITING else "",
        "mark_url": url_for("marking.mark", **at),
        "back_url": url_for("marking.give_back", **at) if found.state == TAKEN and mine else "",
        "return_url": url_for("marking.return_", **at) if marks_it else "",
    }


def _may_mark(found: MarkingTask) -> bool:
    """Whoever has taken it; afterwards the same marker, or a trainer of the exam."""
    mine = found.marker_id == marker().person_id
    if found.state == TAKEN:
        return mine
    return found.state == MARKED and (mine or queries.organised_by(edge.session(), marker(), found))


def _word(found: MarkingTask) -> str:
    if found.state != MARKED or found.points is None:
        return ""
    return _(WORD_NAMES[word_of(rules.share(found.points, found.most_points))])


def _question_words(read: Answered) -> dict[str, Any]:
    question = read.slot.question
    return {
        "stem": question.stem,
        "stimulus": question.stimulus.text if question.stimulus else "",
        "guide": question.guide,
        "least_words": question.least_words,
        "most_words": question.most_words,
        "points": read.slot.points,
    }


def _file_words(found: MarkingTask, exam: Exam, read: Answered) -> list[dict[str, Any]]:
    """The files; where marking is blind without the names that people gave them, which often tell who they are."""
    shown = []
    for number, file in enumerate(read.files, 1):
        kind = next(kind for kind, media_type in MEDIA_TYPES.items() if media_type == file.media_type)
        name = _("File {number}", number=number)
        shown.append(
            {
                "name": name if exam.blind_marking else file.name,
                "kind": TYPE_NAMES[kind],
                "size": file.size,
                "picture": kind in ("jpg", "png"),
                "url": url_for("marking.file", task_id=found.id, file_id=file.id),
                "read_url": url_for("marking.read", task_id=found.id, file_id=file.id)
                if reading.has_text(file.media_type)
                else "",
            }
        )
    return shown


def _rubric_words(found: MarkingTask, read: Answered, problems: dict[str, str]) -> list[dict[str, Any]]:
    """One line to fill in for each criterion, or one for the whole."""
    known = [words.number(Decimal(points)) for points in found.criteria]
    rubric = read.slot.question.rubric
    if not rubric:
        value = words.number(found.points) if found.points is not None else ""
        limits = [(_("Points"), found.most_points)]
        known = [value]
    else:
        limits = [(line.text, rules.criterion_points(line)) for line in rubric]
    return [
        {
            "name": f"points-{n}",
            "text": text,
            "most": most,
            "value": request.form.get(f"points-{n}", known[n] if n < len(known) else ""),
            "problem": problems.get(f"points-{n}", ""),
        }
        for n, (text, most) in enumerate(limits)
    ]


def _earlier(found: MarkingTask) -> list[dict[str, Any]]:
    """What the two markers said, for whoever reconciles."""
    rounds = tasks.rounds_of(edge.session(), found.attempt_id, found.slot)
    return [
        {
            "round": each.round,
            "points": each.points,
            "criteria": [Decimal(points) for points in each.criteria],
            "comment": each.comment,
            "word": _word(each),
        }
        for each in rounds.values()
        if each.round != THIRD and each.points is not None
    ]


@door.page("/marking/tasks/<int:task_id>/mark", may=MARKER, methods=("POST",))
def mark(task_id: int) -> ResponseReturnValue:
    """Keep the points and the comment; then on to the next one if the button says so."""
    found = task_called(task_id)
    if not _may_mark(found):
        return _gone(found)
    read = answers.answered(edge.session(), found.attempt_id, found.slot)
    rubric = read.slot.question.rubric
    typed = [request.form.get(f"points-{n}", "") for n in range(max(len(rubric), 1))]
    comment = tidy(request.form.get("comment", ""))
    try:
        given = rules.read_given(typed, rubric, found.most_points)
    except PointsRefused as refused:
        sentence = _(
            "Points are a number from 0 to {most}, for example 1,5.", most=words.number(refused.most)
        )
        return _page(found, {f"points-{refused.place or 0}": sentence})
    if len(comment) > rules.LONGEST_COMMENT:
        return _page(found, {"comment": _("Say it in at most 4,000 characters.")})
    try:
        settled = marks.mark(edge.session(), found, given, comment, by=marker().person_id, now=edge.now())
    except TaskGone:
        return _gone(found)
    flash(
        _("The mark is kept and counts.") if settled else _("The mark is kept; it counts with another one."),
        "success",
    )
    if request.form.get("go") == "next":
        return take_next(exam_id=found.exam_id)
    return redirect(url_for("marking.task", task_id=found.id))


def _gone(found: MarkingTask) -> ResponseReturnValue:
    flash(_("This answer is not with you any more: it was given back, or is with somebody else."), "error")
    return redirect(url_for("marking.queue", exam_id=found.exam_id))


@door.page("/marking/tasks/<int:task_id>/return", may=MARKER, methods=("GET", "POST"))
def return_(task_id: int) -> ResponseReturnValue:
    """Send the answer back to be written again, with the reason and the time."""
    found = task_called(task_id)
    if not _may_mark(found):
        return _gone(found)
    exam = edge.session().get_one(Exam, found.exam_id)
    until = min(edge.now() + rules.REWRITING, exam.course.closes_at)
    form = ReturnForm(data={"until": max(until, exam.closes_at)})
    if form.validate_on_submit() and _sent_back(found, form):
        flash(_("The answer has been sent back; the person may write it again."), "success")
        return redirect(url_for("marking.queue", exam_id=found.exam_id))
    read = answers.answered(edge.session(), found.attempt_id, found.slot)
    return render_template(
        "marking/return.html",
        exam=exam_words(exam),
        task=_task_words(found, exam, read),
        form=form,
        back_url=url_for("marking.task", task_id=found.id),
    )


def _sent_back(found: MarkingTask, form: ReturnForm) -> bool:
    if form.until.data is None:
        return False
    try:
        sending_back.send_back(
            edge.session(),
            found,
            form.reason.data or "",
            until=form.until.data,
            by=marker().person_id,
            now=edge.now(),
        )
    except NotSentBack as refused:
        closes = words.moment(refused.moment) if refused.moment else ""
        field = "reason" if refused.code == "no_reason" else "until"
        form.put_problem(field, _(MESSAGES[refused.code], closes=closes))
        return False
    except TaskGone:
        form.put_problem("reason", _("This answer is not with you any more."))
        return False
    return True


@door.page("/marking/tasks/<int:task_id>/alike/<int:other_id>/<int:other_slot>", may=MARKER)
def alike(task_id: int, other_id: int, other_slot: int) -> ResponseReturnValue:
    """Two answers that resemble each other, side by side. A hint; what it means a person decides."""
    found = task_called(task_id)
    session = edge.session()
    similar, _elsewhere = answers.alike_to(session, marker(), found)
    pair = next((each for each in similar if (each.attempt_id, each.slot) == (other_id, other_slot)), None)
    if pair is None:
        abort(404)
    one = answers.answered(session, found.attempt_id, found.slot)
    other = answers.answered(session, other_id, other_slot)
    left, right = answers.compared(session, edge.storage(), found.exam_id, one, other)
    return render_template(
        "marking/alike.html",
        exam=exam_words(session.get_one(Exam, found.exam_id)),
        percent=pair.share * 100,
        texts=[{"code": one.code, "paragraphs": left}, {"code": other.code, "paragraphs": right}],
        back_url=url_for("marking.task", task_id=found.id),
    )
