"""The door, and what every page behind it looks up first.

Figures tell the key (which option is right, which one the better choose), so only trainers come in: of an exam those of
the units that organise it, as long as they like; officers read the report, which has no options in it.
"""

from __future__ import annotations

from typing import Any

from flask import abort, url_for

from lms.exams import queries as exams
from lms.exams.models import Exam
from lms.quality import queries
from lms.quality.models import ExamAnalysis
from lms.web import edge
from lms.web.guard import Door, role
from lms.web.viewer import viewer

__all__ = ["TRAINER", "at", "course_line", "door", "exam_line", "kept_of", "organised_exam"]

door = Door("quality", __name__)
TRAINER = role("trainer")


def organised_exam(course_id: int, exam_id: int) -> Exam:
    """The exam if it belongs to the course and a unit of the trainer organises that, else 404."""
    exam = exams.exam_organised(edge.session(), exam_id, viewer().units("trainer"))
    if exam is None or exam.course_id != course_id:
        abort(404)
    return exam


def kept_of(exam: Exam) -> ExamAnalysis | None:
    """The exam's figures; None while there are none, or while nobody has finished."""
    kept = queries.analysis_of(edge.session(), exam.id)
    return kept if kept is not None and kept.figures["questions"] else None


def at(exam: Exam, **more: Any) -> dict[str, Any]:
    """The parameters of an address of a page of the exam."""
    return {"course_id": exam.course_id, "exam_id": exam.id, **more}


def exam_line(exam: Exam) -> dict[str, Any]:
    """The exam as the head of a page names it, with the ways to its quality pages."""
    return {
        "title": exam.title,
        "code": exam.code,
        "url": url_for("exams.show", **at(exam)),
        "quality_url": url_for("quality.exam_", **at(exam)),
        "window_url": url_for("quality.window_", **at(exam)),
        "count_url": url_for("quality.count", **at(exam)),
    }


def course_line(exam: Exam) -> dict[str, Any]:
    return {
        "id": exam.course_id,
        "title": exam.course.title,
        "url": url_for("courses.show", course_id=exam.course_id),
    }
