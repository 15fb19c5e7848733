"""The papers of an exam: how equally hard they are, what they share; and printed, with the key in its own file."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.exams import actions, paper, papers, printing
from lms.exams.jobs import AT_ONCE, JOB_PAPERS
from lms.exams.models import Exam
from lms.exams.papers import PaperSet
from lms.exams.parallel import Balance
from lms.exams.printing import DOCX, MOST_CODES, PDF, PapersToPrint
from lms.exams.views.door import TRAINER, course_words, door, exam_words, found
from lms.kit import jobs, words
from lms.kit.charts import Bar, bar_chart
from lms.kit.i18n import _
from lms.web import edge
from lms.web.downloads import attachment
from lms.web.forms import Post
from lms.web.viewer import viewer

MOST_COMPARED = 24  # papers in the table of what pairs share
WRITERS: dict[str, tuple[Callable[[PapersToPrint], bytes], Callable[[PapersToPrint], bytes], str]] = {
    "docx": (printing.papers_docx, printing.key_docx, DOCX),
    "pdf": (printing.papers_pdf, printing.key_pdf, PDF),
}


@door.page("/<int:exam_id>/papers", may=TRAINER)
def papers_(course_id: int, exam_id: int) -> ResponseReturnValue:
    """The balance of the papers: stored ones, or a trial while the exam is in preparation."""
    exam = found(course_id, exam_id)
    made = _set(exam)
    return render_template(
        "exams/papers.html",
        course=course_words(exam.course),
        exam=exam_words(exam),
        form=Post(),
        kind=exam.papers_kind,
        draft=exam.state == "draft",
        number=len(made.papers) if made else 0,
        most_codes=min(len(made.papers), MOST_CODES) if made else 0,
        usual_codes=min(len(made.papers), 4) if made else 0,
        **(_balance_words(papers.balance(edge.session(), made), made) if made and made.papers else {}),
    )


def _set(exam: Exam) -> PaperSet | None:
    try:
        return papers.set_of(edge.session(), exam, edge.now())
    except paper.NoPaper:
        return None


def _balance_words(balance: Balance, made: PaperSet) -> dict[str, Any]:
    few = made.codes[:MOST_COMPARED]
    return {
        "rows": [
            {
                "code": code,
                "questions": balance.common[n][n],
                "points": balance.points[n],
                "share": balance.shares[n] * 100,
            }
            for n, code in enumerate(made.codes)
        ],
        "findings": _findings(balance),
        "codes": few,
        "common": [balance.common[n][: len(few)] for n in range(len(few))],
        "left_out": len(made.codes) - len(few),
        "chart": _histogram(balance, 640),
        "narrow_chart": _histogram(balance, 320),
    }


def _findings(balance: Balance) -> list[str]:
    """What the figures below come to, in sentences."""
    found = [
        _("{counted} of the {questions} questions are judged by their answers, the others by their level.",
          counted=words.number(balance.counted), questions=words.number(balance.questions))
    ]  # fmt: skip
    if len(balance.points) < 2:
        return found
    pairs = len(list(combinations(balance.points, 2)))
    none = sum(1 for i, j in combinations(range(len(balance.common)), 2) if not balance.common[i][j])
    return [
        _("The easiest and the hardest paper are {points} expected points apart.",
          points=words.number(balance.apart, 2)),
        _("No question is in more than {uses} of the {papers} papers.",
          uses=words.number(balance.most_uses), papers=words.number(len(balance.points))),
        _("Two papers share at most {common} questions; {none} of {pairs} pairs share none.",
          common=words.number(balance.most_common), none=words.number(none), pairs=words.number(pairs)),
        *found,
    ]  # fmt: skip


def _histogram(balance: Balance, width: int) -> Any:
    most = max(balance.uses.values(), default=1)
    bars = [
        Bar(
            _("in {number} papers", number=words.number(uses)),
            number / most,
            _("{number} questions", number=words.number(number)),
        )
        for uses, number in balance.uses.items()
    ]
    title = _("How many papers a question is in")
    return bar_chart(f"uses-{width}", title, bars, width=width, lowest_first=False)


@door.page("/<int:exam_id>/papers/print", may=TRAINER)
def print_papers(course_id: int, exam_id: int) -> ResponseReturnValue:
    """The first papers with their answer sheets in one file; never a key."""
    exam = found(course_id, exam_id)
    made, format_ = _asked(exam, request.args)
    if made is None:
        return _refused(exam)
    name = f"{_stem(exam, made)}-de.{format_}"
    if format_ == "pdf" and sum(len(slots) for _code, slots in made.papers) > AT_ONCE:
        return _as_job(exam, len(made.papers), name)
    write, _key, media_type = WRITERS[format_]
    return attachment(write(papers.to_print(edge.session(), exam, made)), name, media_type)


def _as_job(exam: Exam, codes: int, name: str) -> ResponseReturnValue:
    back = url_for("exams.papers_", course_id=exam.course_id, exam_id=exam.id)
    params: dict[str, Any] = {"exam": exam.id, "codes": codes, "name": name, "back": back}
    with edge.writing() as session:
        job = jobs.ask_for(session, JOB_PAPERS, params, by=viewer().person_id, now=edge.now())
    return redirect(url_for("jobs.show", job_id=job.id))


@door.page("/<int:exam_id>/papers/key", may=TRAINER, methods=("POST",))
def print_key(course_id: int, exam_id: int) -> ResponseReturnValue:
    """The key of the same papers; who took it is kept in the audit trail."""
    exam = found(course_id, exam_id)
    made, format_ = _asked(exam, request.form)
    if made is None or not Post().validate():
        return _refused(exam)
    _write, write_key, media_type = WRITERS[format_]
    data = write_key(papers.to_print(edge.session(), exam, made))
    actions.note_key_taken(
        edge.session(), exam, made.codes, format_, draft=made.draft, by=viewer().person_id, now=edge.now()
    )
    return attachment(data, f"{_stem(exam, made)}-dap-an.{format_}", media_type)


def _asked(exam: Exam, asked: Any) -> tuple[PaperSet | None, str]:
    """The papers that are to be printed, and the format; None when there are none."""
    format_ = asked.get("format", "docx")
    codes = asked.get("codes", 4, type=int)
    if format_ not in WRITERS or not 1 <= codes <= MOST_CODES:
        abort(404)
    made = _set(exam)
    chosen = made.first(codes) if made else None
    return (chosen if chosen and chosen.papers else None), format_


def _refused(exam: Exam) -> ResponseReturnValue:
    flash(
        _("There is no paper yet, so nothing can be printed."),
        "error",
    )
    return redirect(url_for("exams.papers_", course_id=exam.course_id, exam_id=exam.id))


def _stem(exam: Exam, made: PaperSet) -> str:
    return f"{exam.code}-ban-nhap" if made.draft else exam.code
