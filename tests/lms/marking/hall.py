"""People who sat the staged exam, a second trainer, and rulings taken through all their steps without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lms.accounts import actions as accounts
from lms.attempts import actions, answers, finishing, regrading, rules
from lms.attempts.answers import Said
from lms.attempts.models import Attempt, Grade
from lms.exams import paper
from lms.exams.models import Exam, Ruling
from lms.kit import jobs
from lms.kit.db import Database
from lms.kit.storage import Storage
from lms.marking import ruling_jobs, rulings
from lms.marking.new_keys import Picked
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from tests.cast import NOW, Cast
from tests.stage import Stage, right_answer

KEY = rules.receipt_key("secret of the tests")
HANDLERS: Mapping[str, jobs.Handler] = {
    rulings.DRY_RUN: ruling_jobs.count_effects,
    rulings.APPLY: ruling_jobs.apply,
    rulings.UNDO: ruling_jobs.undo,
}
Answering = Callable[[paper.Slot], Any]


def all_right(slot: paper.Slot) -> Any:
    return right_answer(slot)


@dataclass
class Hall:
    """The exam and whoever sits it; everything happens in transactions of its own."""

    database: Database
    storage: Storage
    cast: Cast
    staged: Stage

    def sit(
        self, who: str, answering: Answering = all_right, *, now: datetime = NOW, exam_id: int | None = None
    ) -> int:
        """A whole attempt of a person, handed in ten minutes later; returns its id."""
        person_id = self.cast.people[who]
        with self.database.writing() as session:
            sign_in = accounts.begin_sign_in(session, person_id, device="test", now=now)
            attempt_id = actions.start(session, exam_id or self.staged.exam_id, person_id, key=KEY, now=now)
        sat = self.paper_of(attempt_id)
        said = [
            Said(slot.number, slot.number, "set", json.dumps(value), 0)
            for slot in sat.slots
            for value in [answering(slot)]
            if value is not None
        ]
        with self.database.write_engine.begin() as connection:
            answers.save(
                connection, attempt_id=attempt_id, sign_in_id=sign_in, tab="t1", events=said, now=now
            )
        with self.database.writing() as session:
            finishing.submit(
                session, attempt_id, person_id, tab="t1", last_seq=0, key=KEY, now=now + timedelta(minutes=10)
            )
        return attempt_id

    def paper_of(self, attempt_id: int) -> paper.LoadedPaper:
        with self.database.reading() as session:
            return paper.load(session, session.get_one(Attempt, attempt_id).paper_id)

    def grades(self, attempt_id: int) -> list[Grade]:
        with self.database.reading() as session:
            return list(
                session.query(Grade).filter(Grade.attempt_id == attempt_id).order_by(Grade.number).all()
            )

    def worth(self, attempt_id: int) -> regrading.Worth:
        return regrading.Worth.of(self.grades(attempt_id)[-1])

    def propose(self, version_id: int, kind: str, picked: Picked | None = None, *, by: str = "tuan") -> int:
        with self.database.writing() as session:
            exam = session.get_one(Exam, self.staged.exam_id)
            return rulings.propose(
                session, exam, version_id, kind, picked or Picked(), reason="Đáp án sai so với văn bản.",
                by=self.cast.people[by], now=NOW,
            ).id  # fmt: skip

    def approve(self, ruling_id: int, *, by: str = "dung") -> None:
        with self.database.writing() as session:
            ruling = session.get_one(Ruling, ruling_id)
            exam = session.get_one(Exam, ruling.exam_id)
            rulings.approve(session, exam, ruling, by=self.cast.people[by], now=NOW)

    def undo(self, ruling_id: int, *, by: str = "dung") -> None:
        with self.database.writing() as session:
            ruling = session.get_one(Ruling, ruling_id)
            exam = session.get_one(Exam, ruling.exam_id)
            rulings.undo(
                session, exam, ruling, reason="Văn bản đúng như đáp án cũ.", by=self.cast.people[by], now=NOW
            )

    def work(self, ruling_id: int) -> Ruling:
        """Run the ruling's job, as the worker does; the ruling afterwards."""
        job_id = self.ruling(ruling_id).job_id
        assert job_id is not None
        jobs.run(job_id, HANDLERS, self.database, self.storage)
        return self.ruling(ruling_id)

    def ruling(self, ruling_id: int) -> Ruling:
        with self.database.reading() as session:
            return session.get_one(Ruling, ruling_id)

    def in_force(self, version_id: int, kind: str, picked: Picked | None = None) -> int:
        """A ruling through all steps until it is applied."""
        ruling_id = self.propose(version_id, kind, picked)
        self.work(ruling_id)
        self.approve(ruling_id)
        assert self.work(ruling_id).state == "applied"
        return ruling_id


def second_trainer(database: Database, cast: Cast) -> None:
    """Dũng is a trainer of the city as well."""
    with database.writing() as session:
        organisation.grant_role(
            session, session.get_one(Person, cast.people["dung"]), role="trainer",
            unit=session.get_one(Unit, cast.units["city"]), by=None, now=NOW,
        )  # fmt: skip
