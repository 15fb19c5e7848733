"""The exam as a candidate sees it: one paper drawn for looking at. Nothing is stored."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.exams import paper
from lms.exams.views.door import TRAINER, course_words, door, exam_words, found
from lms.web import edge

MOST_DRAWS = 1_000_000


@door.page("/<int:exam_id>/preview", may=TRAINER)
def preview(course_id: int, exam_id: int) -> ResponseReturnValue:
    """A drawn paper without its key; `?draw=` chooses which, so that a reload shows the same."""
    exam = found(course_id, exam_id)
    number = min(max(request.args.get("draw", 1, type=int), 1), MOST_DRAWS)
    try:
        drawn = paper.assemble(
            edge.session(), paper.draw(edge.session(), exam, f"preview-{number}", edge.now())
        )
    except paper.NoPaper:
        drawn = None
    return render_template(
        "exams/preview.html",
        course=course_words(exam.course),
        exam=exam_words(exam),
        slots=drawn.slots if drawn else (),
        most_points=drawn.most_points if drawn else 0,
        another_url=url_for("exams.preview", course_id=course_id, exam_id=exam.id, draw=number + 1),
    )
