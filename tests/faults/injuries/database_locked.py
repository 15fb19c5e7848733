"""Somebody else holds the database for a moment: a backup, a long report, an administrator's console."""

from __future__ import annotations

import time

from sqlalchemy import text

from lms.kit.db import Database
from tests.faults.ground import Ground


def database_locked(ground: Ground) -> None:
    """Nobody can write events for a second and a half."""
    database = Database(ground.url)
    with database.write_engine.begin() as connection:
        if ground.dialect == "postgresql":
            connection.execute(text("LOCK TABLE answer_event IN EXCLUSIVE MODE"))
        time.sleep(1.5)
    database.engine.dispose()
