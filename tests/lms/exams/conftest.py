"""What the tests of organising exams share: the clock of the cast, the piece staged, an exam in preparation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms.courses.models import Course
from lms.exams import actions
from lms.kit import clock
from lms.kit.db import Database
from tests.cast import NOW, Cast
from tests.stage import Stage, stage


@pytest.fixture(autouse=True)
def _the_clock_of_the_cast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW)


POLICY = actions.Policy(
    code="KT2",
    title="Bài kiểm tra số 2",
    opens_at=NOW + timedelta(hours=1),
    closes_at=NOW + timedelta(days=4),
    minutes=20,
)


@pytest.fixture
def draft(database: Database, staged: Stage) -> int:
    """Id of an exam of the staged course that is in preparation, its blueprint empty."""
    with database.writing() as session:
        course = session.get_one(Course, staged.course_id)
        return actions.create_exam(session, course, POLICY, by=None, now=NOW).id
