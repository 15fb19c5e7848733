"""The door, what every page behind it looks up first, and courses and units as templates show them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, url_for

from lms.courses import queries, rules
from lms.courses.models import Course
from lms.kit import words
from lms.kit.i18n import _
from lms.organisation.models import Unit
from lms.vietnamese.dates import local
from lms.web import edge
from lms.web.guard import Door, role
from lms.web.viewer import viewer

door = Door("courses", __name__, url_prefix="/courses")
TRAINER = role("trainer")


def organised(course_id: int) -> Course:
    """The course if a unit of the trainer organises it, else 404."""
    return queries.course_organised(edge.session(), course_id, viewer().units("trainer")) or abort(404)


def today() -> date:
    """The day in Vietnam."""
    return local(edge.now()).date()


def course_words(course: Course) -> dict[str, Any]:
    """A course as templates show it."""
    return {
        "id": course.id,
        "title": course.title,
        "code": course.code,
        "state": course.state,
        "state_name": _(rules.STATE_NAMES[course.state]),
        "unit": course.unit.name,
        "opens_at": course.opens_at,
        "closes_at": course.closes_at,
        "running": queries.is_running(course, edge.now()),
        "over": course.closes_at <= edge.now(),
        "url": url_for("courses.show", course_id=course.id),
    }


def unit_words(unit: Unit) -> dict[str, Any]:
    """A unit as templates show it."""
    return {
        "id": unit.id,
        "name": unit.name,
        "code": unit.code,
        "above": unit.parent.name if unit.parent else "",
    }


def opening_refusals(course: Course, modules: int, units: int) -> list[rules.Refusal]:
    """What is missing before the course can be opened."""
    return rules.opening_refusals(
        state=course.state, modules=modules, units=units, closes_at=course.closes_at, now=edge.now()
    )


def sentences(refusals: list[rules.Refusal]) -> list[str]:
    """Refusals in words."""
    return [_(r.message, **{name: words.moment(at) for name, at in r.moments}) for r in refusals]
