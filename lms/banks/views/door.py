"""The door of the question banks, for trainers only, and what every page behind it looks up first."""

from __future__ import annotations

from datetime import date

from flask import abort

from lms.banks import queries
from lms.banks.models import Bank, Question
from lms.vietnamese.dates import local
from lms.web import edge
from lms.web.guard import Door, role

door = Door("banks", __name__, url_prefix="/banks")
TRAINER = role("trainer")


def bank_called(resolution: str, topic: str) -> Bank:
    """The bank of the topic, else 404."""
    return queries.bank_by_slug(edge.session(), f"{resolution}/{topic}") or abort(404)


def question_numbered(question_id: int) -> Question:
    """The question, else 404."""
    return queries.question_by_id(edge.session(), question_id) or abort(404)


def today() -> date:
    """The day in Viet Nam."""
    return local(edge.now()).date()
