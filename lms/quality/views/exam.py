"""How an exam measured: the whole, and its questions in a table that can be sorted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.kit.i18n import N_, _
from lms.quality import jobs, queries
from lms.quality.views import explained
from lms.quality.views.door import TRAINER, at, course_line, door, exam_line, kept_of, organised_exam
from lms.quality.views.figure_words import exam_figures, findings, percent, question_words, whole_words
from lms.questions.quality.flags import LOOK
from lms.web import edge
from lms.web.viewer import viewer

A_PAGE = 50
Row = Mapping[str, Any]
_LAST = float("inf")


def _small(name: str) -> Callable[[Row], float]:
    return lambda row: _LAST if row[name] is None else float(row[name])


def _difficulty(row: Row) -> float:
    found = row["rasch"]
    return -float(found["difficulty"]) if found and found["difficulty"] is not None else _LAST


def _gravest(row: Row) -> float:
    return (0 if set(row["flags"]) & set(LOOK) else 1 if row["flags"] else 2) + _small("discrimination")(
        row
    ) / 100


SORTS: dict[str, tuple[str, Callable[[Row], float]]] = {
    "flags": (N_("what should be looked at first"), _gravest),
    "facility": (N_("hardest first"), _small("facility")),
    "easy": (N_("easiest first"), lambda row: -float(row["facility"])),
    "discrimination": (N_("weakest discrimination first"), _small("discrimination")),
    "efficiency": (N_("weakest efficiency first"), _small("efficiency")),
    "weight": (N_("greatest effective weight first"), lambda row: -float(row["effective_weight"] or 0)),
    "difficulty": (N_("greatest difficulty by the model first"), _difficulty),
    "answers": (N_("most answers first"), lambda row: -float(row["answers"])),
}


@door.page("/courses/<int:course_id>/exams/<int:exam_id>/quality/", may=TRAINER)
def exam_(course_id: int, exam_id: int) -> ResponseReturnValue:
    """The whole exam and its questions; ?sort= one of SORTS, ?only=look those whose key may be wrong."""
    exam = organised_exam(course_id, exam_id)
    kept = kept_of(exam)
    frame = {
        "course": course_line(exam),
        "exam": exam_line(exam),
        "under_way": queries.last_job(edge.session(), exam.id) is not None,
    }
    found = exam_figures(kept.figures) if kept else None
    if kept is None or found is None:
        return render_template("quality/exam.html", **frame, figures=None)
    rows = kept.figures["questions"]
    flagged = [row for row in rows if set(row["flags"]) & set(LOOK)]
    sort = request.args.get("sort", "flags")
    sort = sort if sort in SORTS else "flags"
    only = request.args.get("only") == "look"
    wanted = sorted(flagged if only else rows, key=lambda row: (SORTS[sort][1](row), row["question"]))
    page = max(request.args.get("page", 1, type=int), 1)
    shown = wanted[(page - 1) * A_PAGE : page * A_PAGE]
    names = queries.named(edge.session(), {row["question"]: row["version"] for row in shown})
    here = {"sort": sort} | ({"only": "look"} if only else {})
    return render_template(
        "quality/exam.html",
        **frame,
        figures=whole_words(found),
        mean=percent(found.mean),
        consistency=percent(found.consistency),
        error=percent(found.standard_error),
        attempts=kept.attempts,
        counted_at=kept.counted_at,
        findings=findings(kept.figures, found, len(flagged)),
        explained=[(_(name), _(about)) for name, about in explained.OF_QUESTIONS],
        models=_models(kept.figures["models"]),
        questions=[question_words(exam, row, names.get(row["question"])) for row in shown],
        number=len(wanted),
        flagged=len(flagged),
        sorts=[(name, _(words)) for name, (words, _key) in SORTS.items()],
        sort=sort,
        only=only,
        previous_url=url_for("quality.exam_", **at(exam, **here, page=page - 1)) if page > 1 else "",
        next_url=url_for("quality.exam_", **at(exam, **here, page=page + 1))
        if page * A_PAGE < len(wanted)
        else "",
    )


def _models(kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = {"rasch": explained.RASCH, "two": explained.TWO}
    return [
        {
            "name": _(names[name]),
            "reliability": percent(model["reliability"]),
            "attempts": model["attempts"],
            "converged": model["converged"],
        }
        for name, model in kept.items()
    ]


@door.page("/courses/<int:course_id>/exams/<int:exam_id>/quality/count", may=TRAINER, methods=("POST",))
def count(course_id: int, exam_id: int) -> ResponseReturnValue:
    """Ask for the figures to be counted now; the sweep does it by itself within half an hour."""
    exam = organised_exam(course_id, exam_id)
    jobs.ask(edge.session(), exam.id, by=viewer().person_id, now=edge.now())
    flash(_("The figures are being counted. Look again in a moment."), "success")
    return redirect(url_for("quality.exam_", **at(exam)))
