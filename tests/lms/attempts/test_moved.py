"""Attempts of people who move: what is counted where, also when a result is taken back."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.admin.actions import transfer
from lms.attempts.models import Attempt
from lms.courses import queries as courses
from lms.courses.models import Enrolment, EnrolmentPast
from lms.kit.db import Database
from lms.organisation.models import Person, Unit
from lms.reports.checking import differences
from tests.cast import Cast
from tests.lms.attempts.conftest import Sitter
from tests.lms.attempts.officer import Officer
from tests.lms.attempts.test_life import right_answers
from tests.stage import Stage


def passed(lan: Sitter) -> int:
    attempt = lan.start()
    events = right_answers(lan, attempt)
    lan.save(attempt, "t1", *events)
    lan.later(minutes=5)
    lan.submit(attempt, "t1", len(events))
    return attempt


def move(lan: Sitter, cast: Cast, to: str) -> None:
    lan.later(minutes=1)
    with lan.database.writing() as session:
        unit, person = session.get_one(Unit, cast.units[to]), session.get_one(Person, lan.person_id)
        transfer(session, person, unit=unit, position="", by=None, now=lan.now, since=lan.now.date())
    lan.later(minutes=1)


def counted(session: Session, staged: Stage, cast: Cast, unit: str) -> tuple[int, int, int, int]:
    found = courses.counts(session, staged.course_id, cast.units[unit])
    return found["must"], found["started"], found["finished"], found["attempts"]


def test_who_moves_during_an_attempt_finishes_where_they_belong_then(
    lan: Sitter, cast: Cast, staged: Stage
) -> None:
    attempt = lan.start()
    events = right_answers(lan, attempt)
    lan.save(attempt, "t1", *events)
    move(lan, cast, "cell_b1")
    lan.submit(attempt, "t1", len(events))
    with lan.database.reading() as session:
        assert counted(session, staged, cast, "cell_a1") == (1, 0, 0, 1), "the attempt was begun here"
        assert counted(session, staged, cast, "cell_b1") == (2, 1, 1, 0)
        assert differences(session, staged.course_id) == []


def test_a_void_attempt_of_somebody_who_moved_leaves_the_course_to_be_finished_there(
    database: Database, lan: Sitter, cast: Cast, staged: Stage
) -> None:
    attempt = passed(lan)
    finished_at = lan.now
    move(lan, cast, "cell_b1")
    with database.reading() as session:
        assert counted(session, staged, cast, "cell_a1") == (2, 1, 1, 1)
        assert counted(session, staged, cast, "cell_b1") == (1, 0, 0, 0)
    Officer(database, staged.exam_id, cast.people["an"]).void(attempt, lan.now, again=True)
    with database.reading() as session:
        assert counted(session, staged, cast, "cell_a1") == (1, 0, 0, 0)
        assert counted(session, staged, cast, "cell_b1") == (2, 1, 0, 0)
        one = session.scalars(select(Enrolment).where(Enrolment.person_id == lan.person_id)).one()
        assert (one.unit_id, one.elsewhere, one.finished_at) == (cast.units["cell_b1"], False, None)
        kept = session.scalars(select(EnrolmentPast).order_by(EnrolmentPast.until.desc())).first()
        assert kept is not None
        assert (kept.finished_at, kept.unit_id) == (finished_at, cast.units["cell_a1"])
        assert differences(session, staged.course_id) == []


def test_a_further_attempt_after_moving_is_counted_in_the_present_unit(
    lan: Sitter, cast: Cast, staged: Stage
) -> None:
    passed(lan)
    move(lan, cast, "cell_b1")
    again = passed(lan)
    with lan.database.reading() as session:
        assert session.get_one(Attempt, again).unit_id == cast.units["cell_b1"]
        assert counted(session, staged, cast, "cell_a1") == (2, 1, 1, 1)
        assert counted(session, staged, cast, "cell_b1") == (1, 0, 0, 1)
        assert differences(session, staged.course_id) == []
