"""Many requests for the same thing at the same moment, from threads of several processes."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from lms.attempts import actions, answers, finishing
from lms.attempts.models import AnswerEvent, Attempt, Grade, Standing
from lms.audit.models import AuditEvent
from lms.courses.models import CourseCount, Enrolment
from lms.kit.db import Database
from tests.cast import NOW
from tests.lms.attempts.conftest import KEY, Sitter, said
from tests.lms.attempts.test_life import right_answers
from tests.stage import Stage, second_exam

PROCESSES, THREADS = 2, 20


def at_once(work: Callable[..., Any], url: str, *args: Any) -> list[Any]:
    """What `work(database, *args)` gives in PROCESSES × THREADS threads that begin together."""
    spawn = multiprocessing.get_context("spawn")
    begin, found = spawn.Barrier(PROCESSES * THREADS), spawn.Queue()
    processes = [
        spawn.Process(target=_crowd, args=(work, url, args, begin, found), daemon=True)
        for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    results = [found.get(timeout=60) for _ in range(PROCESSES * THREADS)]
    for process in processes:
        process.join(30)
    return results


def _crowd(work: Callable[..., Any], url: str, args: tuple[Any, ...], begin: Any, found: Any) -> None:
    database = Database(url, pool_size=THREADS)

    def one() -> None:
        begin.wait(60)
        try:
            found.put(work(database, *args))
        except Exception as error:  # noqa: BLE001 - told to the test
            found.put(repr(error))

    threads = [threading.Thread(target=one) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.engine.dispose()


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
    from lms.attempts import rules

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
