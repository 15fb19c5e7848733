"""The door of marking, and what every page behind it looks up first."""

from __future__ import annotations

from flask import abort

from lms.exams import queries as exams
from lms.exams.models import Exam
from lms.marking import queries
from lms.marking.models import MarkingTask
from lms.marking.queries import Marker
from lms.web import edge
from lms.web.guard import Door, role
from lms.web.viewer import viewer

__all__ = ["MARKER", "TRAINER", "door", "marker", "organised_exam", "task_called"]

door = Door("marking", __name__)
MARKER = role("marker", "trainer")  # who reads answers; the pages narrow it to their units
TRAINER = role("trainer")  # who decides on wrong keys, and on marks when markers differ


def organised_exam(course_id: int, exam_id: int) -> Exam:
    """The exam if it belongs to the course and a unit of the trainer organises that, else 404."""
    exam = exams.exam_organised(edge.session(), exam_id, viewer().units("trainer"))
    if exam is None or exam.course_id != course_id:
        abort(404)
    return exam


def marker() -> Marker:
    """Who is marking: over the units of their roles as marker and as trainer."""
    person = viewer()
    trains = person.units("trainer")
    return Marker(person.person_id, (*person.units("marker"), *trains), trains)


def task_called(task_id: int) -> MarkingTask:
    """The task, if it is the marker's business and nobody else has it; a trainer of the exam reads them all."""
    found = queries.task_of(edge.session(), marker(), task_id) or abort(404)
    others = found.marker_id not in (None, viewer().person_id)
    if others and not queries.organised_by(edge.session(), marker(), found):
        abort(404)
    return found
