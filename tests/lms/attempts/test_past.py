"""What an attempt was before it was opened again or restored is kept, and the story of it tells the same."""

from __future__ import annotations

import runpy
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from lms.attempts import finishing
from lms.attempts.invigilation import actions as room
from lms.attempts.models import Attempt, AttemptPast
from lms.config import PROJECT
from lms.courses.models import Enrolment
from lms.exams.models import Paper
from lms.kit.db import Database
from tests.cast import NOW, Cast
from tests.lms.reports.crowd import submitted
from tests.stage import stage

KEPT = ("attempt_id", "until", "state", "submitted_at", "voided_at", "voided_reason")
KEY = b"k" * 32


def test_what_is_kept_is_what_the_migration_finds_in_the_story(database: Database, cast: Cast) -> None:
    """Handed in, void, restored, opened again, void while open, restored, ended, void, restored."""
    told_by_notes = runpy.run_path(str(PROJECT / "migrations/versions/0005_moments_and_indexes.py"))[
        "_told_by_notes"
    ]
    with database.writing() as session:
        staged = stage(session, cast, NOW)
        theirs = Enrolment.person_id == cast.people["lan"]
        enrolment = session.scalars(select(Enrolment).where(theirs)).one()
        paper = session.scalars(select(Paper.id).where(Paper.exam_id == staged.exam_id)).first()
        attempt = submitted(staged, enrolment, paper or 0, 1)
        attempt.state, attempt.submitted_at = "open", None
        session.add(attempt)
        session.flush()
        finishing.finish_now(session, attempt.id, by="officer", key=KEY, now=NOW)
        deeds: list[tuple[Any, dict[str, Any]]] = [
            (room.void, {}), (room.restore, {}), (room.reopen, {"minutes": 30}), (room.void, {}), (room.restore, {}),
            (room.end, {"key": KEY}), (room.void, {}), (room.restore, {}),
        ]  # fmt: skip
        for n, (deed, more) in enumerate(deeds, 1):
            now = NOW + timedelta(minutes=n)
            deed(session, attempt.id, reason=f"Lý do {n}", by=cast.people["tuan"], now=now, **more)
        session.flush()
        kept = [
            {name: getattr(row, name) for name in KEPT}
            for row in session.scalars(select(AttemptPast).order_by(AttemptPast.until))
        ]
        assert [(row["state"], row["until"] - NOW) for row in kept] == [
            (state, timedelta(minutes=n))
            for state, n in (("void", 2), ("submitted", 3), ("void", 5), ("void", 8))
        ]
        told = sorted(told_by_notes(session.connection()), key=lambda row: row["until"])
        assert told == kept
        assert session.scalar(select(Attempt.state).where(Attempt.id == attempt.id)) == "submitted"
