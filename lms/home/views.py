"""Everybody's first page: what to do now, with deadlines; and the accessibility statement."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from operator import itemgetter
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from lms.courses.rules import deadline
from lms.home import queries, rules
from lms.kit.words import as_told
from lms.reports import reminders
from lms.vietnamese.dates import local
from lms.web import edge
from lms.web.addresses import address
from lms.web.fragments import Own
from lms.web.guard import PUBLIC, SIGNED_IN, Door
from lms.web.kept import page
from lms.web.viewer import viewer

door = Door("home", __name__)


@door.page("/", may=SIGNED_IN)
def index() -> ResponseReturnValue:
    """What was begun first, then what is due, then what is finished."""
    session, person_id = edge.session(), viewer().person_id
    places: dict[str, list[dict[str, Any]]] = defaultdict(list)
    own = Own()
    for exam in queries.exams_to_sit(session, person_id, edge.now()):
        _put_exam(places, exam)
    for module in queries.modules_to_read(session, person_id):
        _put_module(places, module)
    open_tasks = len(places["doing"]) + len(places["todo"])
    everything = open_tasks + len(places["done"])
    return page(
        "home/index.html",
        own,
        reminders=reminders.notices(session, person_id, edge.now()),
        progress={"done": len(places["done"]), "total": everything} if everything else None,
        doing=[{**task, "url": own(task["url"])} for task in places["doing"]],
        todo=sorted(places["todo"], key=lambda task: (task["deadline"]["at"], task["kind"] == "exam")),
        choice=places["choice"],
        done=[_told(item, own) for item in sorted(places["done"], key=itemgetter("at"), reverse=True)],
    )


def _told(item: dict[str, Any], own: Own) -> dict[str, Any]:
    """What was finished as the page tells it: on which day, and where it is looked at is one's own."""
    return {**item, "at": local(item["at"]).date(), "review_url": own(item["review_url"])}


def _deadline(at: datetime) -> dict[str, Any]:
    found = deadline(at, edge.now())
    return {**found, "left": as_told(found["left"])}


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
    begun = exam.open_attempt_id
    return {
        "kind": "exam",
        "title": exam.title,
        "course": exam.course,
        "url": address("attempts.sit", attempt_id=begun)
        if begun is not None
        else address("attempts.start", exam_id=exam.exam_id),
        "deadline": _deadline(exam.closes_at),
        "questions": exam.questions,
        "minutes": exam.minutes,
        "attempts_left": exam.attempts_allowed - exam.used,
        "sent_back": list(exam.sent_back.items()),
        "answered": None,
        "time_left": as_told(exam.open_deadline - edge.now()) if exam.open_deadline else None,
    }


def _finished_exam(exam: queries.ExamTask) -> dict[str, Any]:
    best = exam.best_attempt_id
    review = address("attempts.result", attempt_id=best) if best else address("attempts.index")
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
        "certificate_url": address("certificates.own", exam_id=exam.exam_id) if exam.passed else None,
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
            "deadline": _deadline(module.closes_at),
            "read": module.read,
            "total": module.total,
            "here": module.here,
        }
    )


@door.page("/accessibility", may=PUBLIC)
def accessibility() -> ResponseReturnValue:
    """What the product does for everybody to be able to use it."""
    return render_template("home/accessibility.html")
