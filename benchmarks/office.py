"""An installation with many people in a course, and what the page of its topmost unit asks of the database.

Units and people are the product's; attempts, standings and counts come in bulk, in agreement with each other, because
tens of thousands of attempts made one by one would take longer than all that is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import event, func, insert, literal, select, text, update
from sqlalchemy.orm import Session

from benchmarks.machine import quiet
from benchmarks.population import SINCE, add_people, open_course, sign_in, unit
from benchmarks.rounds import spent, timed
from benchmarks.world import tidy
from lms.accounts.models import Credential, SignIn
from lms.attempts.models import Attempt, Standing
from lms.config import Settings
from lms.courses import counting
from lms.courses.models import Course, CourseCount, Enrolment
from lms.exams.models import Exam, Paper
from lms.kit import clock
from lms.kit.db import Database
from lms.organisation import actions as organisation
from lms.organisation.models import Unit

CHILDREN = 20
STARTED, FINISHED = 8, 6  # of ten people
BARE = """
SELECT path.ancestor_id, sum(count.must), sum(count.started), sum(count.finished)
FROM unit_path AS path JOIN course_count AS count ON count.unit_id = path.descendant_id
WHERE path.ancestor_id IN (SELECT descendant_id FROM unit_path WHERE ancestor_id = :unit AND depth <= 1)
      AND count.course_id = :course
GROUP BY path.ancestor_id
"""


@dataclass(frozen=True, slots=True)
class _Statement:
    """What the page asked the database."""

    sql: str
    parameters: Any


class Office:
    """An installation with many people in a course, and the browser of the officer over all of them."""

    def __init__(
        self, settings: Settings, units: int, people: int, sit: Callable[..., None] | None = None
    ) -> None:
        self.database = Database(settings.database_url, pool_size=2)
        now = clock.now()
        with self.database.writing() as session:
            self.top_id, self.course_id, officer = _fill(session, units, people, now, sit or _let_them_sit)
        self.settings = settings
        tidy(self.database)
        self.app, self.client = _signed_in(settings, officer)
        with self.app.test_request_context(base_url=settings.base_url):
            self.url = url_for("reports.unit", course_id=self.course_id, unit_id=self.top_id)
        self.base_url = settings.base_url
        self.statements = self._asked()
        self.connection = self.database.engine.connect()

    def close(self) -> None:
        self.connection.close()
        self.database.engine.dispose()
        self.app.extensions["database"].engine.dispose()

    def page(self) -> None:
        answer = self.client.get(self.url, base_url=self.base_url)
        if answer.status_code != 200:
            raise RuntimeError(f"{self.url} answered {answer.status_code}")

    def page_ms(self) -> float:
        return timed(self.page)

    def page_cpu_ms(self) -> float:
        """Of this process alone."""
        return spent(self.page).cpu_ms

    def _asked(self) -> list[_Statement]:
        """The statements of one page, the second one, when everything is warm."""
        found: list[_Statement] = []

        def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_rest: Any) -> None:
            found.append(_Statement(sql, parameters))

        self.page()
        engine = self.app.extensions["database"].engine
        event.listen(engine, "before_cursor_execute", note)
        self.page()
        event.remove(engine, "before_cursor_execute", note)
        return [one for one in found if one.sql.lstrip()[:6].upper() == "SELECT"]

    def sql_ms(self) -> float:
        """The same statements again, as the driver runs them, every row fetched."""
        cursor = self.connection.connection.cursor()

        def again() -> None:
            for statement in self.statements:
                cursor.execute(statement.sql, statement.parameters)
                cursor.fetchall()

        return timed(again)

    def bare_ms(self) -> float:
        wanted = {"unit": self.top_id, "course": self.course_id}
        return timed(lambda: self.connection.execute(text(BARE), wanted).all())


def _signed_in(settings: Settings, sign_in_id: str) -> tuple[Flask, FlaskClient]:
    from lms.app import create_app

    app = create_app(settings)
    quiet()
    client = app.test_client()
    with client.session_transaction(base_url=settings.base_url) as cookie:
        cookie["_user_id"], cookie["_fresh"] = sign_in_id, True
    return app, client


def _fill(
    session: Session, units: int, people: int, now: datetime, sit: Callable[..., None]
) -> tuple[int, int, str]:
    """Units, people, a course; returns the ids of the top unit and the course, and the officer's sign-in."""
    top, below = _tree(session, units, now)
    officer = organisation.create_person(
        session, full_name="Phạm Tiến Dũng", unit=top, by=None, now=now, since=SINCE
    )
    organisation.grant_role(session, officer, role="officer", unit=top, by=None, now=now)
    made = sign_in(officer.id, now)
    credential = {"sign_in_name": "officer", "password_hash": "!", "changed_at": now}
    session.execute(insert(Credential).values(person_id=officer.id, **credential))
    session.execute(insert(SignIn).values(made))
    add_people(session, people, below, now)
    course = open_course(session, top, now)
    sit(session, course, now)
    return top.id, course.id, str(made["id"])


def _tree(session: Session, count: int, now: datetime) -> tuple[Unit, Sequence[int]]:
    """Four levels: the top, CHILDREN below it, a fifth of the rest, then the rest."""
    top = unit(session, "TU", "Thành ủy Hà Nội", None, now)
    wards = [unit(session, f"P{n}", f"Đảng ủy phường số {n}", top, now) for n in range(CHILDREN)]
    rest = count - 1 - CHILDREN
    thirds = [
        unit(session, f"B{n}", f"Đảng bộ bộ phận số {n}", wards[n % CHILDREN], now) for n in range(rest // 5)
    ]
    fourths = [
        unit(session, f"C{n}", f"Chi bộ số {n}", thirds[n % len(thirds)], now)
        for n in range(rest - len(thirds))
    ]
    return top, [one.id for one in (*wards, *thirds, *fourths)]


def _let_them_sit(session: Session, course: Course, now: datetime) -> None:
    """Attempts, standings and counts, as if everybody had come; in bulk, and in agreement with each other."""
    exam = Exam(
        code="bench-kt1", course_id=course.id, title="Bài kiểm tra", state="published", opens_at=course.opens_at,
        closes_at=course.closes_at, minutes=30, created_at=now,
    )  # fmt: skip
    session.add(exam)
    session.flush()
    paper = Paper(exam_id=exam.id, number=1, seed="bench", slots=[], created_at=now)
    session.add(paper)
    session.flush()
    mine, tenth = Enrolment.course_id == course.id, Enrolment.id % 10
    session.execute(update(Enrolment).where(mine, tenth < STARTED).values(started_at=now))
    session.execute(update(Enrolment).where(mine, tenth < FINISHED).values(finished_at=now))
    _attempts(session, exam, paper, now)
    count_all(session, course)


def count_all(session: Session, course: Course) -> None:
    """The kept counts, from the rows."""
    counting.rebuild_enrolled(session, course.id)
    submitted = select(func.count()).where(Attempt.unit_id == CourseCount.unit_id).scalar_subquery()
    session.execute(update(CourseCount).values(attempts=submitted))


def _attempts(session: Session, exam: Exam, paper: Paper, now: datetime) -> None:
    fixed = {
        "exam_id": exam.id,
        "paper_id": paper.id,
        "number": 1,
        "state": "submitted",
        "started_at": now - timedelta(minutes=20),
        "deadline_at": now,
        "submitted_at": now,
        "finished_by": "candidate",
        "receipt": "bench",
        "epoch": 0,
    }
    columns = Attempt.__table__.c
    values = [literal(value, columns[name].type).label(name) for name, value in fixed.items()]
    sat = select(Enrolment.person_id, Enrolment.id, Enrolment.unit_id, *values).where(
        Enrolment.started_at.is_not(None)
    )
    session.execute(insert(Attempt).from_select(["person_id", "enrolment_id", "unit_id", *fixed], sat))
    percent = literal(Decimal(80), Standing.__table__.c.best_percent.type)
    stand = select(
        Attempt.exam_id, Attempt.person_id, literal(1), Attempt.id, percent, Enrolment.finished_at
    ).join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    names = ["exam_id", "person_id", "attempts", "best_attempt_id", "best_percent", "passed_at"]
    session.execute(insert(Standing).from_select(names, stand))
