"""After the test: the receipt, the result, and one's own attempts."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import answers, queries, review, rules, sheet
from lms.attempts.models import Grade
from lms.attempts.views.door import door, finish_overdue, mine
from lms.exams import paper
from lms.kit.i18n import _
from lms.web import edge
from lms.web.guard import SIGNED_IN
from lms.web.viewer import viewer


@door.page("/attempts/<int:attempt_id>/receipt", may=SIGNED_IN)
def receipt(attempt_id: int) -> ResponseReturnValue:
    """The proof that the test has been handed in."""
    row = mine(attempt_id)
    if row.state == "open":
        return redirect(url_for("attempts.sit", attempt_id=attempt_id))
    sat = paper.load(edge.session(), row.paper_id)
    held = rules.derive(answers.events_of(edge.session(), attempt_id))
    return render_template(
        "attempts/receipt.html",
        attempt={
            "id": attempt_id,
            "exam_title": row.title,
            "number_of_questions": len(sat.slots),
            "answered": len(sheet.answered(sat, held)),
            "receipt": row.receipt,
            "submitted_at": row.submitted_at,
            "by_itself": row.finished_by != "candidate",
        },
        result_at=None,
        urls={
            "result": url_for("attempts.result", attempt_id=attempt_id),
            "home": url_for("home.index"),
            "answers": url_for("attempts.answers", attempt_id=attempt_id),
        },
    )


@door.page("/attempts/<int:attempt_id>/result", may=SIGNED_IN)
def result(attempt_id: int) -> ResponseReturnValue:
    """What the attempt is worth, what to read again, and the key once it is released."""
    row = mine(attempt_id)
    grade = queries.grade_of(edge.session(), attempt_id)
    if row.state == "open" or grade is None:
        return redirect(url_for("attempts.sit", attempt_id=attempt_id))
    policy = queries.policy_of(row)
    released = rules.key_released(policy, row.used, edge.now())
    sat = paper.load(edge.session(), row.paper_id)
    held = rules.derive(answers.events_of(edge.session(), attempt_id))
    cited = queries.rereads(edge.session(), [slot.version_id for slot in sat.slots])
    links = {version_id: [_link(passage) for passage in passages] for version_id, passages in cited.items()}
    items = review.items(sat, held, links, released=released)
    again = rules.why_not_start(policy, row.used, edge.now()) is None
    return render_template(
        "attempts/result.html",
        attempt=_attempt(row),
        score=_score(row, grade, items),
        released=released,
        released_at=rules.released_at(policy),
        items=items,
        urls={
            "certificate": url_for("certificates.own", exam_id=row.exam_id) if grade.passed else "",
            "again": url_for("attempts.start", exam_id=row.exam_id) if again else "",
            "home": url_for("home.index"),
        },
    )


def _link(passage: queries.Reread) -> dict[str, str]:
    url = url_for("study.passage", slug=passage.module, passage_slug=passage.passage)
    return {"heading": f"{passage.number}. {passage.heading}", "url": url}


def _attempt(row: Any) -> dict[str, Any]:
    return {
        "exam_title": row.title,
        "number": row.number,
        "submitted_at": row.submitted_at,
        "minutes_used": rules.minutes_used(row.started_at, row.submitted_at),
        "person_name": viewer().name,
        "unit": row.unit,
    }


def _score(row: Any, grade: Grade, items: list[review.Item]) -> dict[str, Any]:
    waiting = [item.slot for item in items if item.outcome == "waiting"]
    return {
        "points": grade.points,
        "most_points": grade.most_points,
        "percent": grade.percent,
        "pass_percent": row.pass_percent,
        "passed": grade.passed,
        "right": grade.right,
        "total": len(items),
        "band": _(rules.BAND_NAMES[grade.band]) if grade.passed and not waiting else "",
        "waiting": waiting,
        "undecided": grade.band == "waiting",
    }


@door.page("/attempts/", may=SIGNED_IN)
def index() -> ResponseReturnValue:
    """One's own attempts, the latest first."""
    finish_overdue()
    rows = queries.history(edge.session(), viewer().person_id)
    return render_template("attempts/index.html", attempts=[_line(row) for row in rows])


def _line(row: Any) -> dict[str, Any]:
    view = "sit" if row.state == "open" else "result"
    return {
        "title": row.title,
        "number": row.number,
        "open": row.state == "open",
        "at": row.submitted_at or row.started_at,
        "deadline_at": row.deadline_at,
        "points": row.points,
        "most_points": row.most_points,
        "passed": row.passed,
        "band": _(rules.BAND_NAMES[row.band]) if row.passed or row.band == "waiting" else "",
        "url": url_for(f"attempts.{view}", attempt_id=row.id),
        "receipt_url": "" if row.state == "open" else url_for("attempts.receipt", attempt_id=row.id),
    }
