"""What the tests of courses share: the clock of the cast, and a small piece to study."""

from __future__ import annotations

import pytest

from lms.kit import clock
from lms.kit.db import Database
from tests.cast import NOW, Cast
from tests.stage import Stage, stage


@pytest.fixture(autouse=True)
def _the_clock_of_the_cast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    """An open course of the city with everybody in it, and a published exam."""
    with database.writing() as session:
        return stage(session, cast, NOW)
