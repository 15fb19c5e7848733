"""What the tests of quality share: the staged exam, attempts made in a moment, and the job run at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.attempts.models import AnswerEvent, Attempt, Grade
from lms.courses.models import Enrolment
from lms.exams.models import Exam, Paper
from lms.kit import jobs
from lms.kit.db import Database
from lms.kit.storage import Storage
from lms.quality.jobs import JOB, analyse
from lms.quality.models import ExamAnalysis
from tests.cast import NOW, Cast
from tests.stage import Stage, stage

Value = Any


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW)


@dataclass
class Room:
    """Where attempts are made: each is of Lan, its unit any other one if the test says so."""

    database: Database
    storage: Storage
    cast: Cast
    exam_id: int
    numbers: dict[int, int] = field(default_factory=dict)

    def papers(self) -> list[Paper]:
        with self.database.reading() as session:
            return list(
                session.scalars(select(Paper).where(Paper.exam_id == self.exam_id).order_by(Paper.id))
            )

    def sat(self, session: Session, paper: Paper, scores: Sequence[int | None], **more: Any) -> Attempt:
        """A submitted attempt with these scores, without a word of how they came about."""
        at, person = more.pop("at", NOW), self.cast.people[more.pop("person", "lan")]
        unit = more.pop("unit", None)
        enrolment = session.scalars(select(Enrolment).where(Enrolment.person_id == person)).first()
        assert enrolment
        number = self.numbers[person] = self.numbers.get(person, 0) + 1
        attempt = Attempt(
            exam_id=paper.exam_id, person_id=person, enrolment_id=enrolment.id, paper_id=paper.id, number=number,
            unit_id=self.cast.units[unit] if unit else enrolment.unit_id, started_at=at,
            deadline_at=at + timedelta(minutes=30), submitted_at=at, finished_by="candidate", receipt="x",
            **{"state": "submitted", "medium": "online", **more},
        )  # fmt: skip
        session.add(attempt)
        session.flush()
        self.graded(session, attempt, scores, at=at)
        return attempt

    def graded(
        self,
        session: Session,
        attempt: Attempt,
        scores: Sequence[int | None],
        *,
        number: int = 1,
        at: datetime = NOW,
    ) -> Grade:
        grade = Grade(
            attempt_id=attempt.id, number=number, points=Decimal(1), most_points=Decimal(10), percent=Decimal(10),
            passed=False, right=0, band="failed", scores=list(scores), engine=1, reason="submitted", at=at,
        )  # fmt: skip
        session.add(grade)
        session.flush()
        return grade

    def answered(
        self, session: Session, attempt: Attempt, said: Mapping[int, tuple[Value, float]], *, tab: str = "t1"
    ) -> None:
        """What the page said: slot -> (value as displayed, seconds since the word before)."""
        clock = 1_000_000
        for seq, (slot, (value, seconds)) in enumerate(said.items(), 1):
            clock += round(seconds * 1000)
            session.add(
                AnswerEvent(
                    attempt_id=attempt.id, tab=tab, seq=seq, slot=slot, op="set", value=json.dumps(value),
                    client_ms=clock, received_at=NOW, epoch=0, status="ok",
                )
            )  # fmt: skip
        session.flush()

    def count(self, exam_id: int | None = None) -> dict[str, Any]:
        """Run the job as the worker does; the figures that are kept then."""
        exam_id = exam_id or self.exam_id
        with self.database.writing() as session:
            job_id = jobs.ask_for(session, JOB, {"exam": exam_id}, by=self.cast.people["tuan"], now=NOW).id
        jobs.run(job_id, {JOB: analyse}, self.database, self.storage)
        with self.database.reading() as session:
            assert session.get_one(jobs.Job, job_id).state == "done"
            return session.get_one(ExamAnalysis, exam_id).figures

    def fixed(self, session: Session, versions: Sequence[int], points: Sequence[str] | None = None) -> Paper:
        """A further paper of the exam with these versions in this order, options as written."""
        worth = points or ["1"] * len(versions)
        last = max(paper.number for paper in session.scalars(select(Paper)))
        paper = Paper(
            exam_id=self.exam_id, number=last + 1, seed="x", created_at=NOW,
            slots=[{"version": v, "order": [0, 1, 2, 3], "points": p} for v, p in zip(versions, worth, strict=True)],
        )  # fmt: skip
        session.add(paper)
        session.flush()
        return paper

    def singles(self, session: Session, count: int) -> list[int]:
        """So many versions of single choices, a question each."""
        from lms.banks.models import Question, QuestionVersion

        rows = session.execute(
            select(QuestionVersion.id)
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(Question.type == "single_choice")
            .order_by(QuestionVersion.id)
            .limit(count)
        ).scalars()
        found = list(rows)
        assert len(found) == count
        return found

    def exam(self, session: Session) -> Exam:
        return session.get_one(Exam, self.exam_id)


@pytest.fixture
def room(database: Database, storage: Storage, cast: Cast, staged: Stage) -> Room:
    return Room(database, storage, cast, staged.exam_id)
