"""The exam as a candidate sees it: one paper for looking at. Nothing is stored."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.exams import paper, papers
from lms.exams.models import Exam
from lms.exams.paper import LoadedPaper, NoPaper, Slot
from lms.exams.views.door import TRAINER, course_words, door, exam_words, found
from lms.kit.i18n import _
from lms.questions.types.short_answer import LONGEST
from lms.web import edge

MOST_DRAWS = 1_000_000


@door.page("/<int:exam_id>/preview", may=TRAINER)
def preview(course_id: int, exam_id: int) -> ResponseReturnValue:
    """A paper without its key; `?draw=` chooses which, so that a reload shows the same."""
    exam = found(course_id, exam_id)
    number = min(max(request.args.get("draw", 1, type=int), 1), MOST_DRAWS)
    try:
        which, shown = _paper(exam, number)
    except NoPaper:
        which, shown = "", None
    return render_template(
        "exams/preview.html",
        course=course_words(exam.course),
        exam=exam_words(exam),
        which=which,
        questions=[_question(slot) for slot in shown.slots] if shown else [],
        most_points=shown.most_points if shown else 0,
        another_url=url_for("exams.preview", course_id=course_id, exam_id=exam.id, draw=number + 1),
    )


def _paper(exam: Exam, number: int) -> tuple[str, LoadedPaper]:
    """Which paper it is in words, and the paper. After the last one comes the first again. Raises NoPaper."""
    session = edge.session()
    if exam.state == "draft" and exam.papers_kind != "parallel":
        slots = paper.draw(session, exam, f"preview-{number}", edge.now())
        return _("A trial paper: candidates get others, made when the exam is published."), paper.assemble(
            session, slots
        )
    made = papers.set_of(session, exam, edge.now())
    if not made.papers:
        raise NoPaper("no paper has been made")
    code, slots = made.papers[(number - 1) % len(made.papers)]
    which = (
        _("Trial paper {code} of {papers}: the parallel papers are built when the exam is published.",
          code=code, papers=len(made.papers))
        if made.draft
        else _("Paper {code} of {papers}, as candidates get it.", code=code, papers=len(made.papers))
    )  # fmt: skip
    return which, paper.assemble(session, slots)


def _question(slot: Slot) -> dict[str, Any]:
    """A question drawn as the exam page draws it, from what holds nothing of the key."""
    html = render_template(
        f"questions/{slot.asked.type}/ask.html",
        slot=slot.number,
        asked=slot.asked,
        answer=None,
        overlay=False,
        max_text=LONGEST,
    )
    return {"slot": slot.number, "html": Markup(html)}  # noqa: S704 - drawn by our own template, which escapes
