"""What is to be marked: exam by exam, the queue of one, and taking from it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.exams.models import Exam
from lms.kit.i18n import _
from lms.marking import queries, tasks
from lms.marking.answers import code_of
from lms.marking.queries import PAGE, Line, Marker, Progress
from lms.marking.rules import KEPT, MARKED, STATE_NAMES, STATES, THIRD
from lms.marking.tasks import TaskGone
from lms.marking.views.door import MARKER, door, marker, task_called
from lms.web import edge


@door.page("/marking/", may=MARKER)
def index() -> ResponseReturnValue:
    """The exams with something to mark, and what one has taken."""
    _make_due()
    who = marker()
    exams = queries.exams_of(edge.session(), who)
    titles = {exam.id: exam.title for exam, _progress in exams}
    taken = queries.taken_by(edge.session(), who)
    return render_template(
        "marking/index.html",
        exams=[exam_words(exam) | {"progress": progress_words(progress)} for exam, progress in exams],
        taken=[
            {
                "exam": titles.get(task.exam_id, ""),
                "slot": task.slot,
                "at": task.taken_at,
                "url": url_for("marking.task", task_id=task.id),
            }
            for task in taken
        ],
        keeps_hours=int(KEPT.total_seconds() // 3600),
    )


def _make_due() -> None:
    """What the sweep has not made yet is made by whoever looks first."""
    if tasks.due(edge.session(), 1):
        edge.session().rollback()  # what was read before must not hide what is now written
        with edge.writing() as session:
            tasks.make_due(session, edge.now())


def exam_words(exam: Exam) -> dict[str, Any]:
    """An exam as the pages of marking show it."""
    return {
        "id": exam.id,
        "title": exam.title,
        "blind": exam.blind_marking,
        "second": exam.second_marker,
        "due_at": exam.marking_due_at,
        "late": exam.marking_due_at is not None and exam.marking_due_at < edge.now(),
        "url": url_for("marking.queue", exam_id=exam.id),
        "next_url": url_for("marking.take_next", exam_id=exam.id),
    }


def progress_words(progress: Progress) -> dict[str, Any]:
    """The figures of a bar: how many are done of how many, and of what kind the others are."""
    done = progress.marked + progress.returned
    return {
        "waiting": progress.waiting,
        "taken": progress.taken,
        "marked": progress.marked,
        "returned": progress.returned,
        "done": done,
        "total": progress.total,
        "percent": 100 * done / progress.total if progress.total else 0,
    }


def exam_seen(exam_id: int, who: Marker) -> Exam:
    """The exam, if there is something in it for the marker, else 404."""
    return queries.exam_of(edge.session(), who, exam_id) or abort(404)


@door.page("/marking/exams/<int:exam_id>", may=MARKER)
def queue(exam_id: int) -> ResponseReturnValue:
    """The tasks of an exam, with filters, and how far each unit is."""
    _make_due()
    who = marker()
    exam = exam_seen(exam_id, who)
    chosen = _filters(exam)
    found = queries.lines(edge.session(), who, exam_id, **chosen)
    more = found[PAGE - 1].task.id if len(found) > PAGE else None
    units = queries.units_of(edge.session(), who, exam_id)
    whole = Progress(*(sum(getattr(each, name) for _id, _name, each in units) for name in Progress.__slots__))
    shown = {name: value for name, value in chosen.items() if value and name != "after"}
    return render_template(
        "marking/queue.html",
        exam=exam_words(exam),
        progress=progress_words(whole),
        units=[{"id": id_, "name": name, "progress": progress_words(each)} for id_, name, each in units],
        tasks=[line_words(line, exam) for line in found[:PAGE]],
        states=[(state, _(STATE_NAMES[state])) for state in STATES],
        chosen=chosen,
        next_url=url_for("marking.queue", exam_id=exam_id, **shown, after=more) if more else "",
    )


def _filters(exam: Exam) -> dict[str, Any]:
    """What the address asks for. Where marking is blind nobody looks unit by unit: the unit can tell who it is."""
    state = request.args.get("state", "")
    return {
        "state": state if state in STATES else "",
        "unit_id": None if exam.blind_marking else request.args.get("unit_id", type=int),
        "mine": request.args.get("mine") == "1",
        "after": request.args.get("after", 0, type=int),
    }


def line_words(line: Line, exam: Exam) -> dict[str, Any]:
    """A task in the list; without name and unit where marking is blind."""
    task = line.task
    opens = line.free or task.marker_id == marker().person_id or line.organised
    return {
        "code": code_of(line.seed, task.attempt_id),
        "name": "" if exam.blind_marking else line.name,
        "unit": "" if exam.blind_marking else line.unit,
        "slot": task.slot,
        "round": task.round,
        "reconciles": task.round == THIRD,
        "state": task.state,
        "state_name": _(STATE_NAMES[task.state]),
        "points": task.points if task.state == MARKED else None,
        "most_points": task.most_points,
        "marker": line.marker,
        "alike": line.alike,
        "url": url_for("marking.task", task_id=task.id) if opens else "",
        "take_url": url_for("marking.take", task_id=task.id) if line.free else "",
    }


@door.page("/marking/exams/<int:exam_id>/next", may=MARKER, methods=("POST",))
def take_next(exam_id: int) -> ResponseReturnValue:
    """Take the next task of an exam, whoever else takes at the same time."""
    who = marker()
    exam_seen(exam_id, who)
    for task in queries.next_of(edge.session(), who, exam_id, tasks.TRIES):
        if _taken(task):
            return redirect(url_for("marking.task", task_id=task.id))
    flash(_("Nothing is waiting for you in this exam now."), "info")
    return redirect(url_for("marking.queue", exam_id=exam_id))


def _taken(task: Any) -> bool:
    try:
        reconciles = queries.organised_by(edge.session(), marker(), task)
        tasks.take(edge.session(), task, marker().person_id, edge.now(), reconciles=reconciles)
    except TaskGone:
        return False
    return True


@door.page("/marking/tasks/<int:task_id>/take", may=MARKER, methods=("POST",))
def take(task_id: int) -> ResponseReturnValue:
    """Take a task of the list."""
    task = task_called(task_id)
    if _taken(task):
        return redirect(url_for("marking.task", task_id=task.id))
    flash(_("Somebody else has taken this answer. Take another one."), "error")
    return redirect(url_for("marking.queue", exam_id=task.exam_id))


@door.page("/marking/tasks/<int:task_id>/give-back", may=MARKER, methods=("POST",))
def give_back(task_id: int) -> ResponseReturnValue:
    """Put a task back into the queue."""
    task = task_called(task_id)
    try:
        tasks.give_back(edge.session(), task, marker().person_id, edge.now())
        flash(_("The answer is back in the queue."), "success")
    except TaskGone:
        flash(_("The answer is no longer with you."), "error")
    return redirect(url_for("marking.queue", exam_id=task.exam_id))
