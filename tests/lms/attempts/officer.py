"""What officers and trainers do to attempts, each deed in a transaction of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from lms.attempts import overrides, regrading
from lms.attempts.invigilation import actions as deeds
from lms.attempts.models import Attempt
from lms.exams import paper
from lms.exams.models import Exam, Ruling
from lms.exams.policy import Different
from lms.kit.db import Database
from tests.lms.attempts.conftest import KEY

WHY = "Mất điện"


@dataclass
class Officer:
    """Somebody with every right over an exam."""

    database: Database
    exam_id: int
    person_id: int

    def give(self, person_id: int, minutes: int, attempts: int, now: datetime) -> None:
        """More time, more attempts for a person: also in an attempt under way."""
        with self.database.writing() as session:
            exam = session.get_one(Exam, self.exam_id)
            different = Different(minutes, attempts, None, None)
            overrides.add(
                session, exam, different, reason=WHY, by=self.person_id, now=now, person_id=person_id
            )

    def extend(self, attempt_id: int, minutes: int, now: datetime) -> datetime:
        """More time for one attempt under way; returns its deadline."""
        with self.database.writing() as session:
            return deeds.extend(session, attempt_id, minutes=minutes, reason=WHY, by=self.person_id, now=now)

    def accept(self, attempt_id: int, tab: str, seq: int, now: datetime) -> None:
        """Let an event count that came late or from the wrong device."""
        with self.database.writing() as session:
            deeds.accept(session, attempt_id, [(tab, seq)], reason=WHY, by=self.person_id, now=now)

    def void(self, attempt_id: int, now: datetime, *, again: bool) -> None:
        """The attempt counts for nothing any more; `again`: the person may have another one."""
        with self.database.writing() as session:
            deeds.void(session, attempt_id, reason=WHY, by=self.person_id, now=now, again=again)

    def restore(self, attempt_id: int, now: datetime) -> str:
        """It was not void after all; returns its state."""
        with self.database.writing() as session:
            return deeds.restore(session, attempt_id, reason=WHY, by=self.person_id, now=now)

    def reopen(self, attempt_id: int, minutes: int, now: datetime) -> datetime:
        """A submitted attempt goes on; returns its deadline."""
        with self.database.writing() as session:
            return deeds.reopen(session, attempt_id, minutes=minutes, reason=WHY, by=self.person_id, now=now)

    def end(self, attempt_id: int, now: datetime) -> None:
        """Hand in for the person."""
        with self.database.writing() as session:
            deeds.end(session, attempt_id, reason=WHY, key=KEY, by=self.person_id, now=now)

    def rule(self, attempt_id: int, slot: int, kind: str, now: datetime) -> int:
        """Drop a question of the attempt's paper, or give everybody its points; returns the ruling."""
        with self.database.writing() as session:
            sat = paper.load(session, session.get_one(Attempt, attempt_id).paper_id)
            ruling = Ruling(
                exam_id=self.exam_id,
                version_id=sat.slots[slot - 1].version_id,
                kind=kind,
                reason="Câu dẫn sai",
                state="approved",
                proposed_by=self.person_id,
                proposed_at=now,
                effects={},
            )
            session.add(ruling)
            session.execute(update(Exam).where(Exam.id == self.exam_id).values(has_rulings=True))
            session.flush()
            ruling_id = ruling.id
        self._grade_all_again("ruling", ruling_id, now)
        return ruling_id

    def undo(self, ruling_id: int, now: datetime) -> None:
        """The ruling is in force no more."""
        with self.database.writing() as session:
            session.get_one(Ruling, ruling_id).state = "undone"
        self._grade_all_again("ruling_undone", ruling_id, now)

    def _grade_all_again(self, reason: str, ruling_id: int, now: datetime) -> None:
        with self.database.reading() as session:
            ids = session.scalars(select(Attempt.id).where(Attempt.exam_id == self.exam_id)).all()
        for attempt_id in ids:
            for _twice in range(2):  # a job that died is done again
                with self.database.writing() as session:
                    regrading.regrade(
                        session, attempt_id, reason=reason, by=None, now=now, ruling_id=ruling_id
                    )
