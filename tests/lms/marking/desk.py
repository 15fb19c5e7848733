"""An exam with an essay, people who wrote, and markers of their units; everything in transactions of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from lms.accounts import actions as accounts
from lms.accounts.models import Credential
from lms.attempts import actions, answers, finishing, rules
from lms.attempts.answers import Said
from lms.attempts.models import Attempt, Grade, SlotMark
from lms.exams import paper
from lms.exams.models import Exam
from lms.kit.db import Database
from lms.marking import marks, queries, tasks
from lms.marking.models import MarkingTask
from lms.marking.queries import Marker
from lms.marking.rules import Given
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from lms.questions.question import Criterion, Question
from tests.cast import NOW, Cast
from tests.stage import Stage, exam_apart

KEY = rules.receipt_key("secret of the tests")
RUBRIC = (Criterion("Nêu được ba khâu đột phá", "6"), Criterion("Liên hệ đơn vị", "4"))
ESSAY = Question(
    "essay",
    "Đồng chí sẽ làm gì để thực hiện nghị quyết?",
    rubric=RUBRIC,
    guide="Chấm cao bài có số liệu",
    file_types=("docx", "pdf", "jpg"),
)


@dataclass
class Desk:
    database: Database
    cast: Cast
    exam_id: int
    markers: dict[str, int] = field(default_factory=dict)

    def appoint(self, key: str, unit: str, role: str = "marker") -> int:
        """Somebody new of the city, with the role over a unit."""
        with self.database.writing() as session:
            person = organisation.create_person(
                session,
                full_name=f"Người Chấm {key}",
                unit=session.get_one(Unit, self.cast.units["city"]),
                by=None,
                now=NOW,
                since=NOW.date(),
                born="1970",
                member=True,
            )
            session.add(
                Credential(
                    person_id=person.id,
                    sign_in_name=key,
                    password_hash="-",
                    must_change=False,
                    changed_at=NOW,
                )
            )
            organisation.grant_role(
                session,
                person,
                role=role,
                unit=session.get_one(Unit, self.cast.units[unit]),
                by=None,
                now=NOW,
            )
            self.markers[key] = self.cast.people[key] = person.id
            return person.id

    def exam(self, **values: Any) -> None:
        with self.database.writing() as session:
            for name, value in values.items():
                setattr(session.get_one(Exam, self.exam_id), name, value)

    def write(self, who: str, text: str | None, *, now: datetime = NOW) -> int:
        """An attempt with that essay, handed in ten minutes later; returns its id."""
        person_id = self.cast.people[who]
        with self.database.writing() as session:
            sign_in = accounts.begin_sign_in(session, person_id, device="test", now=now)
            attempt_id = actions.start(session, self.exam_id, person_id, key=KEY, now=now)
        if text is not None:
            said = [Said(1, self.essay_slot(attempt_id), "set", json.dumps(text), 0)]
            with self.database.write_engine.begin() as connection:
                answers.save(
                    connection, attempt_id=attempt_id, sign_in_id=sign_in, tab="t1", events=said, now=now
                )
        with self.database.writing() as session:
            finishing.submit(
                session, attempt_id, person_id, tab="t1", last_seq=0, key=KEY, now=now + timedelta(minutes=10)
            )
        return attempt_id

    def essay_slot(self, attempt_id: int) -> int:
        with self.database.reading() as session:
            sat = paper.load(session, session.get_one(Attempt, attempt_id).paper_id)
        return next(slot.number for slot in sat.slots if slot.question.type == "essay")

    def make(self, now: datetime = NOW) -> int:
        return tasks.make_all(self.database, now)

    def tasks(self) -> list[MarkingTask]:
        with self.database.reading() as session:
            return list(session.scalars(select(MarkingTask).order_by(MarkingTask.id)))

    def task(self, attempt_id: int, number: int = 1) -> MarkingTask:
        return next(t for t in self.tasks() if (t.attempt_id, t.round) == (attempt_id, number))

    def marker(self, key: str, unit: str = "city", *, trains: bool = False) -> Marker:
        units = (self.cast.units[unit],)
        return Marker(self.cast.people[key], units, units if trains else ())

    def take(self, attempt_id: int, key: str, number: int = 1, *, now: datetime = NOW, **how: Any) -> None:
        task_id = self.task(attempt_id, number).id
        with self.database.writing() as session:
            task = session.get_one(MarkingTask, task_id)
            tasks.take(session, task, self.cast.people[key], now, reconciles=how.get("reconciles", False))

    def mark(self, attempt_id: int, key: str, points: str, number: int = 1, comment: str = "") -> bool:
        """Take it if it waits, and mark it; `points` per criterion with a blank between, or one for the whole."""
        if self.task(attempt_id, number).state == "waiting":
            self.take(attempt_id, key, number)
        given = tuple(Decimal(each) for each in points.split())
        with self.database.writing() as session:
            task = session.get_one(MarkingTask, self.task(attempt_id, number).id)
            whole = Given(sum(given, Decimal(0)), given)
            return marks.mark(session, task, whole, comment, by=self.cast.people[key], now=NOW)

    def slot_mark(self, attempt_id: int) -> SlotMark | None:
        with self.database.reading() as session:
            return session.scalar(select(SlotMark).where(SlotMark.attempt_id == attempt_id))

    def grades(self, attempt_id: int) -> list[Grade]:
        with self.database.reading() as session:
            return list(
                session.scalars(select(Grade).where(Grade.attempt_id == attempt_id).order_by(Grade.number))
            )

    def see(self, call: Callable[..., Any], *args: Any, **how: Any) -> Any:
        with self.database.reading() as session:
            return call(session, *args, **how)

    def person(self, key: str) -> Person:
        with self.database.reading() as session:
            return session.get_one(Person, self.cast.people[key])


def desk_of(database: Database, cast: Cast, staged: Stage, *questions: Question) -> Desk:
    with database.writing() as session:
        exam_id = exam_apart(session, cast, staged, list(questions or (ESSAY,)), NOW, code="thu-hoach")
    return Desk(database, cast, exam_id)


__all__ = ["ESSAY", "RUBRIC", "Desk", "desk_of", "queries"]
