"""An attempt's life: starting, resuming, handing in, being finished, and all that is counted by it."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update

from lms.attempts import actions, jobs, queries, regrading, rules
from lms.attempts.models import Attempt, Grade, Standing
from lms.audit.models import AuditEvent
from lms.courses import queries as courses
from lms.courses.counting import enrolled_counts
from lms.courses.models import CourseCount, Enrolment
from lms.exams import paper
from lms.exams.models import BlueprintCell, Exam, Paper
from lms.kit.db import Database
from tests.cast import NOW, Cast
from tests.lms.attempts.conftest import KEY, Sitter, SitterOf, said
from tests.stage import Stage, right_answer, second_exam


def right_answers(sitter: Sitter, attempt_id: int) -> list[Any]:
    """Events that answer every question of the attempt's paper rightly."""
    with sitter.database.reading() as session:
        sat = paper.load(session, session.get_one(Attempt, attempt_id).paper_id)
    return [said(slot.number, slot.number, json.dumps(right_answer(slot))) for slot in sat.slots]


def counts(sitter: Sitter, staged: Stage, cast: Cast, unit: str = "cell_a1") -> dict[str, int]:
    with sitter.database.reading() as session:
        return courses.counts(session, staged.course_id, cast.units[unit])


def test_a_start_makes_the_attempt_before_the_first_question_is_shown(lan: Sitter, staged: Stage) -> None:
    row = lan.get(Attempt, lan.start())
    assert (row.number, row.state, row.started_at) == (1, "open", NOW)
    assert row.deadline_at == NOW + timedelta(minutes=30)
    assert lan.get(Paper, row.paper_id).exam_id == staged.exam_id


def test_starting_again_goes_on_in_the_open_attempt_on_any_device(lan: Sitter, sitter_of: SitterOf) -> None:
    attempt = lan.start()
    lan.save(attempt, "t1", said(1, 1, "2"))
    phone = sitter_of("lan")
    phone.later(minutes=10)
    assert phone.start() == attempt
    assert phone.held(attempt).values == {1: 2}


def test_the_deadline_is_the_closing_when_that_comes_first(lan: Sitter, staged: Stage) -> None:
    lan.now = staged.closes_at - timedelta(minutes=4)
    assert lan.get(Attempt, lan.start()).deadline_at == staged.closes_at


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"opens_at": NOW + timedelta(hours=1)}, "not_open"),
        ({"closes_at": NOW}, "closed"),
        ({"state": "closed"}, "closed"),
        ({"attempts_allowed": 0}, "no_attempts"),
    ],
)
def test_a_start_is_refused_with_its_reason(
    lan: Sitter, staged: Stage, change: dict[str, Any], code: str
) -> None:
    with lan.database.writing() as session:
        session.execute(update(Exam).where(Exam.id == staged.exam_id).values(change))
    with pytest.raises(actions.StartRefused) as refused:
        lan.start()
    assert refused.value.code == code


def test_an_exam_of_other_peoples_courses_is_not_known(lan: Sitter, staged: Stage) -> None:
    with lan.database.writing() as session:
        session.execute(
            update(Enrolment).where(Enrolment.person_id == lan.person_id).values(person_id=_nobody(session))
        )
    with pytest.raises(LookupError):
        lan.start()


def _nobody(session: Any) -> int:
    from lms.organisation.models import Person

    person = Person(full_name="x", sort_key="x", search_key="x", created_at=NOW)
    session.add(person)
    session.flush()
    return person.id


def test_attempts_run_out_and_every_attempt_has_another_paper(lan: Sitter) -> None:
    papers = []
    for _ in range(2):
        attempt = lan.start()
        papers.append(lan.get(Attempt, attempt).paper_id)
        lan.submit(attempt)
        lan.later(minutes=1)
    assert len(set(papers)) == 2
    with pytest.raises(actions.StartRefused) as refused:
        lan.start()
    assert refused.value.code == "no_attempts"


def test_an_empty_pool_is_filled_by_the_one_who_needs_a_paper(lan: Sitter, staged: Stage) -> None:
    with lan.database.writing() as session:
        session.query(Paper).delete()
    attempt = lan.start()
    with lan.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Paper)) == 1
        assert len(paper.load(session, lan.get(Attempt, attempt).paper_id).slots) == 9


def test_without_a_bank_and_a_pool_a_start_is_refused(lan: Sitter, staged: Stage) -> None:
    with lan.database.writing() as session:
        session.query(Paper).delete()
        session.query(BlueprintCell).update({"count": 100})
    with pytest.raises(actions.StartRefused) as refused:
        lan.start()
    assert refused.value.code == "no_paper"


def test_neighbours_get_different_papers(sitter_of: SitterOf) -> None:
    sitters = [sitter_of(key) for key in ("lan", "long", "hoa")]
    assert len({sitter.get(Attempt, sitter.start()).paper_id for sitter in sitters}) == 3


def test_everything_right_is_full_marks_and_finishes_the_course(
    lan: Sitter, staged: Stage, cast: Cast
) -> None:
    attempt = lan.start()
    events = right_answers(lan, attempt)
    lan.save(attempt, "t1", *events)
    lan.later(minutes=5)
    ending = lan.submit(attempt, "t1", len(events))
    grade = _grade(lan, attempt)
    assert (grade.points, grade.most_points, grade.percent) == (Decimal(10), Decimal(10), Decimal(100))
    assert (grade.right, grade.passed, grade.band, grade.scores) == (9, True, "excellent", [10_000] * 9)
    row = lan.get(Attempt, attempt)
    assert (row.state, row.finished_by, row.submitted_at, row.receipt) == (
        "submitted",
        "candidate",
        lan.now,
        ending.receipt,
    )
    standing = lan.get(Standing, (staged.exam_id, lan.person_id))
    assert (standing.attempts, standing.best_percent, standing.passed_at) == (1, Decimal(100), lan.now)
    enrolment = lan.get(Enrolment, row.enrolment_id)
    assert (enrolment.started_at, enrolment.finished_at) == (NOW, lan.now)
    found = counts(lan, staged, cast)
    assert (found["started"], found["finished"], found["attempts"]) == (1, 1, 1)


def test_nothing_answered_is_nothing_and_counts_as_an_attempt(lan: Sitter, staged: Stage, cast: Cast) -> None:
    lan.submit(lan.start())
    grade = _grade(lan, 1)
    assert (grade.points, grade.right, grade.passed, grade.band) == (Decimal(0), 0, False, "failed")
    found = counts(lan, staged, cast)
    assert (found["started"], found["finished"], found["attempts"]) == (1, 0, 1)


def test_what_is_no_answer_scores_as_none_and_unknown_slots_are_ignored(lan: Sitter) -> None:
    attempt = lan.start()
    lan.save(attempt, "t1", *(said(n, n, '{"0": "x"}') for n in range(1, 10)), said(10, 150, "1"))
    lan.submit(attempt, "t1", 10)
    assert _grade(lan, attempt).points == 0


def test_submitting_says_first_what_is_missing(lan: Sitter) -> None:
    attempt = lan.start()
    lan.save(attempt, "t1", said(1), said(4, 2, "1"))
    assert lan.submit(attempt, "t1", 5).missing == (2, 3, 5)
    assert lan.get(Attempt, attempt).state == "open"
    lan.save(attempt, "t1", said(2), said(3), said(5))
    assert lan.submit(attempt, "t1", 5).receipt


def test_submitting_again_gives_the_same_receipt_and_one_grade(lan: Sitter) -> None:
    attempt = lan.start()
    lan.save(attempt, "t1", said(1))
    first = lan.submit(attempt, "t1", 1)
    lan.later(hours=2)
    assert lan.submit(attempt, "t9", 77) == first
    with lan.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Grade)) == 1
        actors = session.scalars(
            select(AuditEvent.actor_id).where(AuditEvent.action == "attempt.submit")
        ).all()
    assert actors == [lan.person_id]


def test_the_best_result_counts_and_passing_is_kept(lan: Sitter, staged: Stage, cast: Cast) -> None:
    first = lan.start()
    events = right_answers(lan, first)
    lan.save(first, "t1", *events)
    lan.submit(first, "t1", len(events))
    lan.later(hours=1)
    lan.submit(lan.start())
    standing = lan.get(Standing, (staged.exam_id, lan.person_id))
    assert (standing.attempts, standing.best_attempt_id, standing.best_percent) == (2, first, Decimal(100))
    assert standing.passed_at == NOW
    found = counts(lan, staged, cast)
    assert (found["started"], found["finished"], found["attempts"]) == (1, 1, 2)


def test_a_course_of_two_exams_is_finished_with_the_second(
    lan: Sitter, sitter_of: Any, staged: Stage, cast: Cast
) -> None:
    with lan.database.writing() as session:
        other = second_exam(session, staged, NOW)
    for exam_id, finished in ((staged.exam_id, 0), (other, 1)):
        lan.exam_id = exam_id
        attempt = lan.start()
        events = right_answers(lan, attempt)
        lan.save(attempt, "t1", *events)
        lan.submit(attempt, "t1", len(events))
        assert counts(lan, staged, cast)["finished"] == finished
    assert counts(lan, staged, cast)["started"] == 1


def test_guests_are_counted_apart(sitter_of: SitterOf, staged: Stage, cast: Cast) -> None:
    minh = sitter_of("minh")
    attempt = minh.start()
    events = right_answers(minh, attempt)
    minh.save(attempt, "t1", *events)
    minh.submit(attempt, "t1", len(events))
    found = counts(minh, staged, cast, "cell_a2")
    assert (found["started"], found["finished"], found["others_finished"], found["attempts"]) == (0, 0, 1, 1)


def test_the_counts_are_what_counting_from_the_ground_gives(sitter_of: SitterOf, staged: Stage) -> None:
    for key, share in (("lan", 9), ("long", 2), ("minh", 9), ("hoa", 0)):
        sitter = sitter_of(key)
        attempt = sitter.start()
        sitter.save(attempt, "t1", *right_answers(sitter, attempt)[:share])
        sitter.submit(attempt)
    with sitter.database.reading() as session:
        fresh = enrolled_counts(session, staged.course_id)
        for row in session.scalars(select(CourseCount)):
            assert {name: getattr(row, name) for name in fresh[row.unit_id]} == fresh[row.unit_id]
        attempts = session.scalar(select(func.sum(CourseCount.attempts)))
        assert attempts == session.scalar(select(func.count()).where(Attempt.state == "submitted")) == 4


@pytest.mark.parametrize(
    ("seconds", "over"), [(-1, False), (0, False), (30, False), (31, True), (86_400, True)]
)
def test_the_sweep_finishes_what_is_over_with_the_saved_answers(
    lan: Sitter, seconds: int, over: bool
) -> None:
    attempt = lan.start()
    events = right_answers(lan, attempt)
    lan.save(attempt, "t1", *events)
    now = NOW + timedelta(minutes=30, seconds=seconds)
    assert jobs.finish_overdue(lan.database, now, secret="s" * 40) == int(over)
    assert jobs.finish_overdue(lan.database, now, secret="s" * 40) == 0
    row = lan.get(Attempt, attempt)
    assert row.state == ("submitted" if over else "open")
    if over:
        assert (row.finished_by, row.submitted_at) == ("sweep", NOW + timedelta(minutes=30))
        assert _grade(lan, attempt).points == 10
        with lan.database.reading() as session:
            assert (
                session.scalar(select(AuditEvent.actor_id).where(AuditEvent.action == "attempt.submit"))
                is None
            )


def test_submitting_when_all_is_over_ends_it_with_what_there_is(lan: Sitter) -> None:
    attempt = lan.start()
    lan.save(attempt, "t1", said(1))
    lan.later(minutes=30, seconds=20)
    assert lan.submit(attempt, "t1", 3).missing == (2, 3)
    lan.later(seconds=11)
    assert lan.submit(attempt, "t1", 3).receipt
    assert lan.get(Attempt, attempt).finished_by == "reader"


def test_starting_after_an_abandoned_attempt_finishes_that_first(lan: Sitter) -> None:
    abandoned = lan.start()
    lan.save(abandoned, "t1", *right_answers(lan, abandoned))
    lan.later(days=1)
    assert lan.start() != abandoned
    assert _grade(lan, abandoned).passed


def test_one_that_cannot_be_finished_does_not_hold_up_the_others(lan: Sitter, sitter_of: SitterOf) -> None:
    broken, whole = lan.start(), sitter_of("hoa").start()
    with lan.database.writing() as session:
        paper_id = session.get_one(Attempt, broken).paper_id
        session.execute(
            update(Paper)
            .where(Paper.id == paper_id)
            .values(slots=[{"version": 10**6, "order": [], "points": "1"}])
        )
    assert jobs.finish_overdue(lan.database, NOW + timedelta(days=1), secret="s" * 40) == 1
    assert (lan.get(Attempt, broken).state, lan.get(Attempt, whole).state) == ("open", "submitted")


def test_scoring_again_gives_the_same(lan: Sitter) -> None:
    from lms.attempts import grading

    attempt = lan.start()
    lan.save(attempt, "t1", *right_answers(lan, attempt)[:5], said(9, 9, '"Đột phá"'))
    lan.submit(attempt, "t1", 5)
    held, row = lan.held(attempt), lan.get(Attempt, attempt)
    with lan.database.reading() as session:
        results = {
            repr(grading.grade(paper.load(session, row.paper_id), held.values, Decimal(50))) for _ in range(5)
        }
    assert len(results) == 1
    assert rules.receipt_code(KEY, attempt, held, row.submitted_at) == row.receipt


def _grade(sitter: Sitter, attempt_id: int) -> Grade:
    with sitter.database.reading() as session:
        grade = regrading.latest_grade(session, attempt_id)
    assert grade is not None
    return grade


def test_history_shows_own_attempts_only(lan: Sitter, sitter_of: SitterOf, database: Database) -> None:
    mine = lan.start()
    hoa = sitter_of("hoa")
    hoa.submit(hoa.start())
    with database.reading() as session:
        assert [row.id for row in queries.history(session, lan.person_id)] == [mine]
        assert queries.sitting(session, mine, hoa.person_id) is None
