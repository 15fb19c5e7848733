"""Everybody's first page: what to do now, with deadlines; and the accessibility statement."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from lms.courses.rules import deadline
from lms.home import queries, rules
from lms.reports import reminders
from lms.web import edge
from lms.web.guard import PUBLIC, SIGNED_IN, Door
from lms.web.viewer import viewer

door = Door("home", __name__)


@door.page("/", may=SIGNED_IN)
def index() -> ResponseReturnValue:
    """What was begun first, then what is due, then what is finished."""
    session, person_id = edge.session(), viewer().person_id
    places: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for exam in queries.exams_to_sit(session, person_id, edge.now()):
        _put_exam(places, exam)
    for module in queries.modules_to_read(session, person_id):
        _put_module(places, module)
    open_tasks = len(places["doing"]) + len(places["todo"])
    everything = open_tasks + len(places["done"])
    return render_template(
        "home/index.html",
        reminders=reminders.notices(session, person_id, edge.now()),
        progress={"done": len(places["done"]), "total": everything} if everything else None,
        doing=places["doing"],
        todo=sorted(places["todo"], key=lambda task: (task["deadline"]["at"], task["kind"] == "exam")),
        choice=places["choice"],
        done=sorted(places["done"], key=lambda item: item["at"], reverse=True),
    )


def _put_exam(places: dict[str, list[dict[str, Any]]], exam: queries.ExamTask) -> None:
    place = rules.place_of_exam(
        attempt_open=exam.open_attempt_id is not None,
        passed=exam.passed,
        used=exam.used,
        allowed=exam.attempts_allowed,
        ended=exam.state == "closed" or exam.closes_at <= edge.now(),
        exempt=exam.exempt,
        sent_back=bool(exam.sent_back),
    )
    if place == "done":
        places[place].append(_finished_exam(exam))
    elif place:
        places[place].append(_exam_task(exam))


def _exam_task(exam: queries.ExamTask) -> dict[str, Any]:
    begun = exam.open_attempt_id is not None
    return {
        "kind": "exam",
        "title": exam.title,
        "course": exam.course,
        "url": url_for("attempts.sit", attempt_id=exam.open_attempt_id)
        if begun
        else url_for("attempts.start", exam_id=exam.exam_id),
        "deadline": deadline(exam.closes_at, edge.now()),
        "questions": exam.questions,
        "minutes": exam.minutes,
        "attempts_left": exam.attempts_allowed - exam.used,
        "sent_back": list(exam.sent_back.items()),
        "answered": None,
        "time_left": exam.open_deadline - edge.now() if exam.open_deadline else None,
    }


def _finished_exam(exam: queries.ExamTask) -> dict[str, Any]:
    best = exam.best_attempt_id
    review = url_for("attempts.result", attempt_id=best) if best else url_for("attempts.index")
    return {
        "title": exam.title,
        "course": exam.course,
        "score": exam.points,
        "out_of": exam.most_points,
        "passed": exam.passed,
        "hidden": not exam.score_shown,
        "waiting": exam.waiting and not exam.passed,
        "at": exam.best_at or exam.closes_at,
        "review_url": review,
        "certificate_url": url_for("certificates.own", exam_id=exam.exam_id) if exam.passed else None,
    }


def _put_module(places: dict[str, list[dict[str, Any]]], module: queries.ModuleTask) -> None:
    place = rules.place_of_module(
        read=module.read, total=module.total, here=module.here, exempt=module.exempt
    )
    url = url_for("study.module", slug=module.slug)
    if place == "done":
        places[place].append(
            {
                "title": module.title,
                "course": module.course,
                "score": None,
                "out_of": None,
                "passed": None,
                "at": module.read_at or edge.now(),
                "review_url": url,
                "certificate_url": None,
            }
        )
        return
    places[place].append(
        {
            "kind": "study",
            "title": module.title,
            "course": module.course,
            "url": url,
            "deadline": deadline(module.closes_at, edge.now()),
            "read": module.read,
            "total": module.total,
            "here": module.here,
        }
    )


@door.page("/accessibility", may=PUBLIC)
def accessibility() -> ResponseReturnValue:
    """What the product does for everybody to be able to use it."""
    return render_template("home/accessibility.html")
