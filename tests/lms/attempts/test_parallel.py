"""Many requests for the same thing at the same moment, from threads of several processes."""

from __future__ import annotations

import multiprocessing
import threading
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from lms.attempts import actions, answers, finishing, rules
from lms.attempts.invigilation import actions as deeds
from lms.attempts.models import AnswerEvent, Attempt, Grade, Standing
from lms.audit.models import AuditEvent
from lms.courses.models import CourseCount, Enrolment
from lms.kit.db import Database
from tests.at_once import TIMES, at_once
from tests.cast import NOW, Cast
from tests.lms.attempts.conftest import KEY, Sitter, said
from tests.lms.attempts.test_life import right_answers
from tests.stage import Stage, second_exam


def begin_attempt(database: Database, exam_id: int, person_id: int) -> int:
    with database.writing() as session:
        return actions.start(session, exam_id, person_id, key=KEY, now=NOW)


def hand_in(database: Database, attempt_id: int, person_id: int, last_seq: int) -> str | None:
    with database.writing() as session:
        return finishing.submit(
            session,
            attempt_id,
            person_id,
            tab="t1",
            last_seq=last_seq,
            key=KEY,
            now=NOW + timedelta(minutes=1),
        ).receipt


def save_same(database: Database, attempt_id: int, sign_in_id: str) -> tuple[int, ...]:
    with database.write_engine.begin() as connection:
        events = [said(seq, 1, str(seq % 4)) for seq in range(1, 6)]
        saved = answers.save(
            connection, attempt_id=attempt_id, sign_in_id=sign_in_id, tab="t1", events=events, now=NOW
        )
    return tuple(sorted(saved.statuses))


def test_forty_starts_at_once_make_one_attempt(lan: Sitter, staged: Stage, database_url: str) -> None:
    ids = at_once(begin_attempt, database_url, staged.exam_id, lan.person_id)
    with lan.database.reading() as session:
        rows = session.scalars(select(Attempt)).all()
        assert [row.number for row in rows] == [1]
        assert ids == [rows[0].id] * 40
        assert session.scalar(select(func.sum(CourseCount.started))) == 1
    lan.submit(rows[0].id)
    second = set(at_once(begin_attempt, database_url, staged.exam_id, lan.person_id))
    assert len(second) == 1
    lan.submit(second.pop())
    refused = at_once(begin_attempt, database_url, staged.exam_id, lan.person_id)
    assert set(refused) == {"StartRefused('no_attempts')"}
    with lan.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 2


def test_forty_submits_at_once_are_scored_once(lan: Sitter, staged: Stage, database_url: str) -> None:
    attempt = lan.start()
    events = right_answers(lan, attempt)
    lan.save(attempt, "t1", *events)
    receipts = at_once(hand_in, database_url, attempt, lan.person_id, len(events))
    assert len(set(receipts)) == 1
    assert receipts[0] == lan.get(Attempt, attempt).receipt
    with lan.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Grade)) == 1
        assert session.scalar(select(Standing.attempts)) == 1
        assert session.execute(
            select(func.sum(CourseCount.attempts), func.sum(CourseCount.finished))
        ).one() == (1, 1)
        assert session.scalar(select(func.count()).where(AuditEvent.action == "attempt.submit")) == 1


def test_the_same_save_forty_times_at_once_is_stored_once(lan: Sitter, database_url: str) -> None:
    attempt = lan.start()
    found = at_once(save_same, database_url, attempt, lan.sign_in_id)
    assert set(found) == {(1, 2, 3, 4, 5)}
    with lan.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AnswerEvent)) == 5


def race(database: Database, exam_of: dict[str, int], person_id: int) -> str:
    """One of two exams of a course, handed in at the same moment as the other."""
    with database.reading() as session:
        open_ids = session.scalars(select(Attempt.id).where(Attempt.person_id == person_id)).all()
    for attempt_id in open_ids if threading.get_ident() % 2 else reversed(open_ids):
        hand_in(database, attempt_id, person_id, 0)
    return "done"


def test_two_exams_handed_in_at_once_finish_the_course(lan: Sitter, staged: Stage, database_url: str) -> None:
    with lan.database.writing() as session:
        other = second_exam(session, staged, NOW)
    for exam_id in (staged.exam_id, other):
        lan.exam_id = exam_id
        attempt = lan.start()
        lan.save(attempt, "t1", *right_answers(lan, attempt))
    assert set(at_once(race, database_url, {}, lan.person_id)) == {"done"}
    with lan.database.reading() as session:
        enrolment = session.scalars(select(Enrolment).where(Enrolment.person_id == lan.person_id)).one()
        assert enrolment.finished_at is not None
        assert session.execute(
            select(func.sum(CourseCount.finished), func.sum(CourseCount.attempts))
        ).one() == (1, 2)


def save_then_submit(
    database: Database, attempt_id: int, sign_in_id: str, person_id: int
) -> tuple[str, int, str]:
    """Half of the crowd saves an event of its own, half hands in."""
    me = threading.get_ident()
    if me // 4096 % 2:
        hand_in(database, attempt_id, person_id, 0)
        return ("submit", 0, "")
    with database.write_engine.begin() as connection:
        saved = answers.save(
            connection,
            attempt_id=attempt_id,
            sign_in_id=sign_in_id,
            tab=f"t{me}-{multiprocessing.current_process().pid}",
            events=[said(1, 150)],
            now=NOW,
        )
    return ("save", 1, saved.statuses[1])


def test_what_is_acknowledged_as_in_time_is_in_the_receipt(lan: Sitter, database_url: str) -> None:
    """A save races with handing in: either it is read by the one who scores, or it is told that it is late."""
    attempt = lan.start()
    found = at_once(save_then_submit, database_url, attempt, lan.sign_in_id, lan.person_id)
    if all(what == "save" for what, _n, _status in found):
        hand_in(lan.database, attempt, lan.person_id, 0)
    row = lan.get(Attempt, attempt)
    held = lan.held(attempt)
    assert row.receipt == rules.receipt_code(KEY, attempt, held, row.submitted_at)
    in_time = sum(status == "ok" for what, _n, status in found if what == "save")
    with lan.database.reading() as session:
        stored = session.scalars(select(AnswerEvent.status)).all()
    assert stored.count("ok") == in_time


def take_over(database: Database, attempt_id: int, person_id: int) -> tuple[str, bool]:
    tab = f"t{threading.get_ident()}-{multiprocessing.current_process().pid}"
    with database.writing() as session:
        lease = actions.take_lease(session, attempt_id, person_id, tab=tab, take=True, now=NOW)
    return tab, lease.holder


def take_if_free(database: Database, attempt_id: int, person_id: int) -> tuple[str, bool]:
    tab = f"t{threading.get_ident()}-{multiprocessing.current_process().pid}"
    with database.writing() as session:
        lease = actions.take_lease(session, attempt_id, person_id, tab=tab, take=False, now=NOW)
    return tab, lease.holder


def test_forty_devices_that_want_a_free_attempt_leave_it_to_one(lan: Sitter, database_url: str) -> None:
    attempt = lan.start()
    found = at_once(take_if_free, database_url, attempt, lan.person_id)
    row = lan.get(Attempt, attempt)
    assert [tab for tab, holds in found if holds] == [row.holder]
    assert row.epoch == 1


def test_forty_takeovers_at_once_are_forty_epochs_and_the_last_holds(lan: Sitter, database_url: str) -> None:
    attempt = lan.start()
    found = at_once(take_over, database_url, attempt, lan.person_id)
    assert all(held for _tab, held in found)  # each held it for a moment
    row = lan.get(Attempt, attempt)
    assert row.epoch == len({tab for tab, _held in found}) == TIMES
    assert row.holder in {tab for tab, _held in found}
    assert lan.save(attempt, row.holder, said(1)).statuses == {1: "ok"}
    assert lan.save(attempt, "another", said(1)).statuses == {1: "conflict"}


def decide(database: Database, attempt_id: int, person_id: int, officer_id: int) -> str:
    """The person hands in while officers declare void, give time and end."""
    me = (threading.get_ident() // 4096 + (multiprocessing.current_process().pid or 0)) % 4
    if me == 0:
        hand_in(database, attempt_id, person_id, 0)
        return "submit"
    about: dict[str, Any] = {"reason": "Sự cố", "by": officer_id, "now": NOW}
    with database.writing() as session:
        if me == 1:
            deeds.void(session, attempt_id, **about)
            return "void"
        if me == 2:
            deeds.extend(session, attempt_id, minutes=1, **about)
            return "extend"
        deeds.end(session, attempt_id, key=KEY, **about)
        return "end"


def test_deeds_of_officers_and_handing_in_at_once_happen_one_after_the_other(
    lan: Sitter, cast: Cast, staged: Stage, database_url: str
) -> None:
    attempt = lan.start()
    found = at_once(decide, database_url, attempt, lan.person_id, cast.people["tuan"])
    assert set(found) <= {"submit", "void", "extend", "end", "DeedRefused('not_now')"}
    assert found.count("void") <= 1
    assert found.count("end") <= 1
    row = lan.get(Attempt, attempt)
    assert row.deadline_at == NOW + timedelta(minutes=30 + found.count("extend"))
    with lan.database.reading() as session:
        grades = session.scalar(select(func.count()).select_from(Grade))
        standing = session.scalar(select(Standing.attempts)) or 0
        counted = session.scalar(select(func.sum(CourseCount.attempts)))
    assert row.state == ("void" if "void" in found else "submitted" if grades else "open")
    assert grades == (row.submitted_at is not None)
    assert standing == counted == (row.state == "submitted")
