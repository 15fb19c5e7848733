"""What the tests of certificates stand on: the staged course and exam, now."""

from __future__ import annotations

import pytest

from lms.kit import clock
from lms.kit.db import Database
from tests.cast import Cast
from tests.stage import Stage, stage


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, clock.now())
