"""A question: what was chosen by whom, day after day, and what the models say; in one exam, or over exams."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import uses
from lms.banks import queries as banks
from lms.banks import reviews
from lms.banks.views.bodies import body_words
from lms.banks.views.pages import figures_words
from lms.kit import words
from lms.kit.i18n import _
from lms.quality import queries
from lms.quality.views import explained
from lms.quality.views.door import TRAINER, at, course_line, door, exam_line, kept_of, organised_exam
from lms.quality.views.figure_words import (
    day_rows,
    decimal,
    estimate,
    option_rows,
    percent,
    question_words,
)
from lms.quality.views.pictures import day_chart, option_chart
from lms.web import edge
from lms.web.viewer import viewer


@door.page("/courses/<int:course_id>/exams/<int:exam_id>/quality/questions/<int:question_id>", may=TRAINER)
def question_(course_id: int, exam_id: int, question_id: int) -> ResponseReturnValue:
    """One question of an exam."""
    exam = organised_exam(course_id, exam_id)
    kept = kept_of(exam) or abort(404)
    row = next((one for one in kept.figures["questions"] if one["question"] == question_id), None) or abort(
        404
    )
    name = queries.named(edge.session(), {question_id: row["version"]})[question_id]
    options = option_rows(row, name)
    days = day_rows(kept.figures["days"]["shifts"].get(str(question_id), ()))
    return render_template(
        "quality/question.html",
        course=course_line(exam),
        exam=exam_line(exam),
        question=question_words(exam, row, name),
        body=body_words(name.body, key=True),
        facts=_facts(row),
        options=options,
        choices=row["choices"],
        chart=option_chart("options", options) if options else None,
        days=days,
        weekly=kept.figures["days"]["weekly"],
        day_chart=day_chart("days", days, weekly=kept.figures["days"]["weekly"]),
        models=_models(row),
        bank_url=url_for("banks.question", question_id=question_id),
        everywhere_url=url_for("quality.of_question", question_id=question_id),
        propose_url=url_for("marking.propose", **at(exam, version_id=row["version"])),
        counted_at=kept.counted_at,
    )


def _facts(row: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Name, value, and what it says."""
    values = (
        percent(row["facility"]),
        decimal(row["discrimination"]),
        percent(row["efficiency"], 0),
        percent(row["intended_weight"]),
        percent(row["effective_weight"]),
    )
    return [
        (_("Answers"), words.number(row["answers"]), ""),
        *(
            (_(name), value, _(about))
            for (name, about), value in zip(explained.OF_QUESTIONS, values, strict=True)
        ),
    ]


def _models(row: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Model, difficulty, discrimination."""
    found = []
    if row["rasch"]:
        found.append((_(explained.RASCH), estimate(row["rasch"], "difficulty"), "–"))
    if row["two"]:
        two = row["two"]
        found.append((_(explained.TWO), estimate(two, "difficulty"), estimate(two, "discrimination")))
    return found


@door.page("/banks/question/<int:question_id>/quality", may=TRAINER)
def of_question(question_id: int) -> ResponseReturnValue:
    """A question of a bank: its figures over all exams, and what was chosen in the latest of the trainer's exams."""
    session = edge.session()
    found = banks.question_by_id(session, question_id) or abort(404)
    mine = viewer().units("trainer")
    used = [use.exam_id for use in uses.uses_of(session, found.id, mine) if use.mine]
    parts = queries.in_exams(session, found.id, used, mine)
    names = [queries.named(session, {found.id: part.figures["version"]})[found.id] for part in parts]
    resolution, _slash, topic = found.bank.slug.partition("/")
    return render_template(
        "quality/of_question.html",
        bank={"name": found.bank.name, "url": url_for("banks.bank", resolution=resolution, topic=topic)},
        code=found.code,
        url=url_for("banks.question", question_id=found.id),
        figures=figures_words(reviews.statistics_of(session, [found.id]).get(found.id)),
        exams=[
            {
                "title": part.exam.title,
                "code": part.exam.code,
                "url": url_for("quality.question_", **at(part.exam, question_id=found.id)),
                "question": question_words(part.exam, part.figures, name),
                "options": option_rows(part.figures, name),
                "choices": part.figures["choices"],
                "counted_at": part.counted_at,
            }
            for part, name in zip(parts, names, strict=True)
        ],
        most=queries.MOST_EXAMS,
    )
