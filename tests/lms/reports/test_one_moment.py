"""A report says what was so at one moment, however much is handed in while it is read: on a real PostgreSQL, with
somebody who writes between any two of its statements."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from lms.courses.models import Course, CourseCount, Enrolment
from lms.kit.db import Database
from lms.kit.jobs import ask_for
from lms.kit.jobs import run as run_job
from lms.kit.mail import Mail
from lms.kit.storage import Storage
from lms.kit.tables import Table
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from lms.reports import checking, frozen, schedule_jobs, schedules
from lms.reports.actions import repair_counts
from lms.reports.catalogue import REPORTS
from lms.reports.report import Asked
from tests.cast import NOW, Cast
from tests.stage import Stage, stage


@pytest.fixture(params=["postgresql"])
def database_url(postgres_template: str) -> str:
    from tests.conftest import _empty, _kept_urls

    _empty(postgres_template)
    _kept_urls.add(postgres_template)
    return postgres_template


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW)


def change(database: Database, cast: Cast, staged: Stage, *, away: bool) -> None:
    """Lan finishes in her cell and is in another ward now, or neither; the counts are right both times."""
    said = {"finished_at": NOW, "started_at": NOW, "elsewhere": True, "now_unit_id": cast.units["cell_b1"]}
    values = (
        said if away else {"finished_at": None, "started_at": None, "elsewhere": False, "now_unit_id": None}
    )
    with database.writing() as session:
        session.execute(update(Enrolment).where(Enrolment.person_id == cast.people["lan"]).values(**values))
        repair_counts(session, session.get_one(Course, staged.course_id), by=None, now=NOW)


@contextmanager
def somebody_writes(database: Database, before: int, write: Callable[[], None]) -> Iterator[list[bool]]:
    """`write` is done by another connection just before the statement of that number, of whoever reads."""
    seen, wrote = 0, [False]

    def tell(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal seen
        if wrote[0] or not statement.startswith("SELECT"):
            return
        seen += 1
        if seen == before:
            wrote[0] = True
            write()

    event.listen(database.engine, "before_cursor_execute", tell)
    try:
        yield wrote
    finally:
        event.remove(database.engine, "before_cursor_execute", tell)


def asked(session: Session, cast: Cast, staged: Stage) -> Asked:
    course, city = session.get_one(Course, staged.course_id), session.get_one(Unit, cast.units["city"])
    return Asked(course, city, NOW, as_of="now")


def figures(table: Table) -> list[Any]:
    return [row.values for row in table.rows] + [table.totals.values if table.totals else None]


def test_a_report_frozen_or_written_while_others_write_is_of_one_moment(
    database: Database, cast: Cast, staged: Stage
) -> None:
    report = REPORTS["completion"]
    states = []
    for away in (True, False):
        change(database, cast, staged, away=away)
        with database.reading() as session:
            states.append(figures(report.table(session, asked(session, cast, staged))))
    assert states[0] != states[1]
    away, done = False, False
    number = 0
    while not done:
        number += 1
        turn = not away

        def write(turn: bool = turn) -> None:
            change(database, cast, staged, away=turn)

        with database.writing() as session:
            question = asked(session, cast, staged)
            with somebody_writes(database, number, write) as wrote:
                kept = frozen.freeze(session, report, question, note="", by=None, now=NOW)
                done = not wrote[0]
                said = figures(frozen.table_of(kept))
            session.rollback()
        assert said in states, number
        with database.reading() as session:
            question = asked(session, cast, staged)
            with somebody_writes(database, number, lambda: change(database, cast, staged, away=away)):
                assert figures(report.table(session, question)) in states, number
    assert number > 6


def test_a_report_sent_by_mail_while_others_write_is_of_one_moment(
    database: Database, cast: Cast, staged: Stage, storage: Storage
) -> None:
    with database.writing() as session:
        question, when = asked(session, cast, staged), schedules.Times("0123456", 8, "json")
        by = cast.people["binh"]
        organisation.grant_role(
            session, session.get_one(Person, by), role="officer", unit=question.unit, by=None, now=NOW
        )
        made = schedules.create(
            session, REPORTS["completion"], question, when, ["a@example.vn"], by=by, now=NOW
        )
    minutes = itertools.count(1)

    def sent(before: int = 0, away: bool = False) -> tuple[Any, bool]:
        """What is in the file, and whether somebody wrote before that statement of the whole job."""
        due = (NOW + timedelta(days=1, minutes=next(minutes))).isoformat()
        params = {"schedule_id": made.id, "due": due}
        with database.writing() as session:
            job_id = ask_for(session, schedule_jobs.KIND, params, by=None, now=NOW).id
        with somebody_writes(database, before, lambda: change(database, cast, staged, away=away)) as wrote:
            run_job(job_id, {schedule_jobs.KIND: schedule_jobs.send}, database, storage)
        with database.reading() as session:
            key = session.scalars(select(Mail.file_key).order_by(Mail.id.desc()).limit(1)).one()
        said = json.loads(storage.path(key).read_text("utf-8"))
        return (said["rows"], said["totals"]), wrote[0]

    states = []
    for away in (True, False):
        change(database, cast, staged, away=away)
        states.append(sent()[0])
    assert states[0] != states[1]
    number, away, wrote = 0, False, True
    while wrote:
        number, away = number + 1, not away
        said, wrote = sent(number, away)
        assert said in states, number
    assert number > 10


def test_the_check_finds_nothing_in_what_others_change_meanwhile(
    database: Database, cast: Cast, staged: Stage
) -> None:
    def write() -> None:
        change(database, cast, staged, away=True)

    for number in range(2, 5):
        change(database, cast, staged, away=False)
        with database.reading() as session:
            session.scalars(select(CourseCount.unit_id)).all()
            with somebody_writes(database, number, write) as wrote:
                assert checking.differences(session, staged.course_id) == []
            assert wrote[0]
