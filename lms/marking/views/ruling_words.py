"""Rulings, challenged questions and dry runs as templates show them, and a key read from what was clicked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from lms.attempts.uses import Use
from lms.banks import queries as banks
from lms.banks import reviews
from lms.exams.models import Exam, Ruling
from lms.kit.i18n import N_, _
from lms.kit.jobs import Job
from lms.marking import disputed, new_keys, rulings
from lms.marking.disputed import Asked
from lms.marking.new_keys import Picked
from lms.questions.question import Question
from lms.questions.question_type import TruthWords
from lms.questions.types import TYPES
from lms.web import edge
from lms.web.jobs import job_words

DIRECTION_NAMES = {
    "down": N_("no longer passed"),
    "up": N_("now passed"),
    "lose": N_("a lower result"),
    "gain": N_("a higher result"),
    "same": N_("other points, the same percentage"),
}


def truth_words() -> TruthWords:
    return TruthWords(_("True"), _("False"))


def at(exam: Exam, **more: Any) -> dict[str, Any]:
    """The parameters of an address of a page of the exam."""
    return {"course_id": exam.course_id, "exam_id": exam.id, **more}


def exam_line(exam: Exam) -> dict[str, Any]:
    """The exam as the head of a page names it."""
    return {
        "title": exam.title,
        "code": exam.code,
        "url": url_for("exams.show", **at(exam)),
        "challenges_url": url_for("marking.challenges", **at(exam)),
        "rulings_url": url_for("marking.rulings", **at(exam)),
    }


def course_line(exam: Exam) -> dict[str, Any]:
    course = exam.course
    return {"id": course.id, "title": course.title, "url": url_for("courses.show", course_id=course.id)}


def asked_words(exam: Exam, asked: Asked) -> dict[str, Any]:
    """A question of the exam in a list."""
    return {
        "code": asked.code,
        "number": asked.number,
        "stem": asked.question.stem,
        "open": asked.open,
        "url": url_for("marking.disputed", **at(exam, version_id=asked.version_id)),
    }


def whole_question(asked: Asked) -> dict[str, Any]:
    """The question with its key, its sources and its figures, for trainers."""
    order = TYPES[asked.question.type].arrange(asked.question, Random(0), shuffle=False)  # noqa: S311
    cited = banks.citations(edge.session(), [asked.version_id])[asked.version_id]
    figures = reviews.statistics_of(edge.session(), [asked.question_id]).get(asked.question_id)
    return {
        "type": asked.question.type,
        "asked": TYPES[asked.question.type].ask(asked.question, order),
        "key": TYPES[asked.question.type].key(asked.question, order),
        "explanation": asked.question.explanation,
        "bank_url": url_for("banks.question", question_id=asked.question_id),
        "sources": [
            {
                "heading": f"{each.passage.number}. {each.passage.heading}",
                "url": url_for("study.passage", slug=each.module, passage_slug=each.passage.slug)
                if each.module
                else "",
                "changed": each.changed,
            }
            for each in cited
        ],
        "figures": None
        if figures is None
        else {
            "answers": figures.answers,
            "facility": figures.facility * 100,
            "discrimination": figures.discrimination,
        },
    }


def distribution(question: Question, given: Sequence[Sequence[Any]], looked: int) -> list[dict[str, Any]]:
    """What was answered and how often; options that nobody chose as well. `given`: words and counts."""
    key = set(TYPES[question.type].describe_key(question))
    counts: dict[str, int] = dict(given)  # type: ignore[arg-type]
    if question.type in ("single_choice", "multiple_choice"):
        for option in TYPES[question.type].describe_key(_everything(question)):
            counts.setdefault(option, 0)
    silent = counts.pop("", 0)
    lines = [_line(said, count, looked, right=said in key) for said, count in counts.items()]
    return [*lines, _line(_("Not answered"), silent, looked, right=False)]


def _everything(question: Question) -> Question:
    return new_keys.with_key(question, Picked(correct=tuple(range(len(question.options)))))


def _line(said: str, count: int, of: int, *, right: bool) -> dict[str, Any]:
    return {"said": said, "count": count, "percent": count * 100 / of if of else 0, "right": right}


def ruling_words(exam: Exam, ruling: Ruling) -> dict[str, Any]:
    """A ruling as every page names it."""
    body = Question.from_json(ruling.body) if ruling.body else None
    return {
        "id": ruling.id,
        "kind_name": _(new_keys.KIND_NAMES[ruling.kind]),
        "state": ruling.state,
        "state_name": _(rulings.STATE_NAMES[ruling.state]),
        "reason": ruling.reason,
        "ended_reason": ruling.ended_reason,
        "key": TYPES[body.type].describe_key(body, truth_words()) if body else (),
        "proposed_at": ruling.proposed_at,
        "decided_at": ruling.decided_at,
        "applied_at": ruling.applied_at,
        "undone_at": ruling.undone_at,
        "url": url_for("marking.ruling", **at(exam, ruling_id=ruling.id)),
    }


def listed_words(exam: Exam, row: Any) -> dict[str, Any]:
    """A ruling in a list, with who proposed and decided."""
    return ruling_words(exam, row.Ruling) | {
        "proposer": row.proposer,
        "decider": row.decider or "",
        "code": row.code,
    }


def progress_of(exam: Exam, ruling: Ruling) -> dict[str, Any] | None:
    """The ruling's job as macros/progress.html shows it, for everybody who may see the ruling; None without one."""
    job = edge.session().get(Job, ruling.job_id) if ruling.job_id else None
    if job is None:
        return None
    shown = job_words(job)
    shown["status_url"] = url_for("marking.ruling_status", **at(exam, ruling_id=ruling.id))
    shown["cancel_url"] = shown["result_url"] = None
    return shown


def use_words(use: Use) -> dict[str, Any]:
    return {"id": use.exam_id, "title": use.title, "code": use.code, "attempts": use.attempts}


def effect_tiles(ruling: Ruling) -> dict[str, int]:
    """The counts of the dry run; {} while there are none."""
    return {name: count for name, count in ruling.effects.items() if isinstance(count, int)}


def counted_at(ruling: Ruling) -> datetime | None:
    """When its dry run was; None while there is none."""
    at = ruling.effects.get("at")
    return datetime.fromisoformat(at) if at else None


def people_words(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """People of a dry run with their names."""
    names = disputed.named(edge.session(), [row["attempt"] for row in rows])
    found = []
    for row in rows:
        name, unit = names.get(row["attempt"], ("", ""))
        figures = {each: [Decimal(text) for text in row[each]] for each in ("points", "percent")}
        direction = DIRECTION_NAMES[row["direction"]]
        words = {"name": name, "unit": unit, "direction_name": _(direction)}
        found.append(row | figures | words)
    return found


def read_picked(question: Question, form: MultiDict[str, str]) -> Picked:
    """The key from the fields of templates/marking/rulings_propose.html; what cannot be read is left out."""
    truths = [form.get(f"statement-{n}", "") for n in range(len(question.statements))]
    return Picked(
        correct=tuple(int(text) for text in form.getlist("key") if text.isdigit() and len(text) < 4),
        truths=tuple(truth == "true" for truth in truths) if all(truths) else (),
        answers=tuple(form.get("answers", "")[:10_000].splitlines()),
        tolerance=form.get("tolerance", "")[:30],
    )
