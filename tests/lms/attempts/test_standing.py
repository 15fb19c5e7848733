"""Which attempt counts, and what follows from it: the short way and the thorough one agree, and both can be undone."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from lms.attempts import regrading, returned, standing
from lms.attempts.models import Attempt, Grade, SlotMark, Standing
from lms.attempts.standing import Counted, Graded, counted
from lms.courses.models import Course, CourseCount, Enrolment, EnrolmentPast
from lms.exams import paper
from lms.exams.models import Exam, Ruling
from lms.kit.db import Database
from lms.organisation.models import Unit
from lms.reports import figures
from lms.reports.report import Asked
from tests.cast import NOW, Cast
from tests.lms.attempts.conftest import Sitter, said
from tests.lms.attempts.test_life import right_answers
from tests.stage import Stage, second_exam

PASS = Decimal(50)
PERCENTS = st.decimals(0, 100, places=2)


def attempts(percents: list[Decimal]) -> list[Graded]:
    return [
        Graded(100 + n, n, percent, percent >= PASS, NOW + timedelta(hours=n))
        for n, percent in enumerate(percents, 1)
    ]


@given(st.lists(PERCENTS, max_size=6), st.sampled_from(("best", "last", "first", "mean")), st.randoms())
def test_the_order_in_which_attempts_are_read_does_not_matter(
    percents: list[Decimal], policy: str, rng: Any
) -> None:
    shuffled = attempts(percents)
    rng.shuffle(shuffled)
    assert counted(shuffled, policy, PASS) == counted(attempts(percents), policy, PASS)


@given(st.lists(PERCENTS, min_size=1, max_size=6))
def test_each_policy_counts_what_it_says(percents: list[Decimal]) -> None:
    known = attempts(percents)
    found = {policy: counted(known, policy, PASS) for policy in ("best", "last", "first", "mean")}
    assert all(found.values())
    best, last, first, mean = (found[policy] or Counted(0, 0, PASS, None) for policy in found)
    assert best.percent == max(percents)
    assert best.attempt_id == min(one.attempt_id for one in known if one.percent == max(percents))
    assert (last.percent, first.percent) == (percents[-1], percents[0])
    assert min(percents) <= mean.percent <= max(percents)
    assert (best.passed_at is not None) == any(percent >= PASS for percent in percents)
    assert (mean.passed_at is not None) == (mean.percent >= PASS)


@given(st.lists(PERCENTS, min_size=2, max_size=6))
def test_what_was_written_again_does_not_count_beside_its_rewriting(percents: list[Decimal]) -> None:
    known = attempts(percents)
    sent_back = [replace(known[0], superseded=True), *known[1:]]
    for policy in ("best", "last", "first", "mean"):
        found, without = counted(sent_back, policy, PASS), counted(known[1:], policy, PASS)
        assert found is not None
        assert without is not None
        assert found == replace(without, attempts=len(known)), policy


def test_without_attempts_nothing_counts() -> None:
    assert counted([], "best", PASS) is None


@dataclass(frozen=True)
class Picture:
    """Everything that reports read about one person and their unit."""

    standing: tuple[Any, ...] | None
    finished: bool
    counts: dict[str, int]


def picture(lan: Sitter) -> Picture:
    with lan.database.reading() as session:
        own = session.scalar(select(Standing).where(Standing.person_id == lan.person_id))
        enrolment = session.scalars(select(Enrolment).where(Enrolment.person_id == lan.person_id)).one()
        row = session.get_one(CourseCount, (enrolment.course_id, enrolment.unit_id))
        names = ("must", "started", "finished", "others_finished", "attempts")
        return Picture(
            None if own is None else (own.attempts, own.best_attempt_id, own.best_percent, own.passed_at),
            enrolment.finished_at is not None,
            {name: getattr(row, name) for name in names},
        )


def settle(lan: Sitter, attempt_id: int, *, attempts: int = 0) -> None:
    with lan.database.writing() as session:
        row = regrading.locked(session, attempt_id)
        standing.settle(session, row, attempts=attempts, now=lan.now)


@pytest.mark.parametrize("right", [0, 4, 9])
def test_the_thorough_way_finds_what_the_short_way_kept(lan: Sitter, right: int) -> None:
    first = lan.start()
    lan.save(first, "t1", *right_answers(lan, first)[:right])
    lan.submit(first, "t1", right)
    lan.later(minutes=5)
    second = lan.start()
    lan.submit(second)
    before = picture(lan)
    settle(lan, second)
    assert picture(lan) == before


def test_where_the_best_counts_a_worse_rewriting_takes_the_place_of_what_was_sent_back(lan: Sitter) -> None:
    first = lan.start()
    lan.save(first, "t1", *right_answers(lan, first))
    lan.submit(first, "t1", 9)
    assert picture(lan).finished
    with lan.database.writing() as session:
        attempt = session.get_one(Attempt, first)
        returned.note(session, attempt, 1, "Viết lại", until=NOW, by=lan.person_id, now=lan.now)
    lan.later(minutes=5)
    second = lan.start()
    assert picture(lan).finished  # until it is handed in
    lan.save(second, "t1", *(said(slot, slot, op="clear") for slot in range(1, 10)))
    lan.submit(second, "t1", 9)
    after = picture(lan)
    assert after.standing == (2, second, Decimal(0), None)
    assert not after.finished
    settle(lan, second)
    assert picture(lan) == after


def test_under_another_policy_a_worse_last_attempt_takes_the_pass_back(lan: Sitter) -> None:
    with lan.database.writing() as session:
        session.execute(update(Exam).where(Exam.id == lan.exam_id).values(counts="last"))
    first = lan.start()
    lan.save(first, "t1", *right_answers(lan, first))
    lan.submit(first, "t1", 9)
    assert picture(lan).finished
    counted_before = picture(lan).counts
    lan.later(minutes=5)
    lan.submit(lan.start())
    after = picture(lan)
    assert not after.finished
    assert after.counts == counted_before | {"finished": 0, "attempts": 2}


def test_a_mark_changes_the_grade_once(lan: Sitter, database: Database) -> None:
    attempt = lan.start()
    lan.submit(attempt)
    with database.writing() as session:
        assert regrading.regrade(session, attempt, reason="policy", by=None, now=lan.now) is None
    with database.reading() as session:
        assert len(session.scalars(select(Grade).where(Grade.attempt_id == attempt)).all()) == 1


def test_who_is_found_to_have_passed_later_was_not_finished_until_then(
    lan: Sitter, database: Database
) -> None:
    attempt = lan.start()
    lan.save(attempt, "t1", *right_answers(lan, attempt)[:2])
    lan.submit(attempt, "t1", 2)
    assert not picture(lan).finished
    lan.later(minutes=60)
    with database.writing() as session:
        session.execute(update(Exam).where(Exam.id == lan.exam_id).values(pass_percent=Decimal(1)))
        assert regrading.regrade(session, attempt, reason="policy", by=None, now=lan.now)
    assert picture(lan).finished
    with database.reading() as session:
        enrolment = session.scalars(select(Enrolment).where(Enrolment.finished_at.is_not(None))).one()
        course, unit = session.get_one(Course, enrolment.course_id), session.get_one(Unit, enrolment.unit_id)

        def finished(moment: datetime | None) -> int:
            asked = Asked(course, unit, lan.now, moment=moment)
            return figures.counts(session, course.id, [unit.id], asked)[unit.id]["finished"]

        assert enrolment.finished_at is not None
        assert enrolment.finished_at < lan.now - timedelta(minutes=30)  # when it was handed in
        assert finished(lan.now - timedelta(minutes=30)) == 0  # as every report said at that time
        assert finished(lan.now) == finished(None) == 1


@pytest.mark.parametrize("which", [0, 1])
def test_a_course_is_finished_since_the_last_of_its_exams_was_passed(
    lan: Sitter, staged: Stage, which: int
) -> None:
    with lan.database.writing() as session:
        exams = [staged.exam_id, second_exam(session, staged, NOW)]
    attempts, at = [], []
    for lan.exam_id in exams:
        attempts.append(passed_by(lan))
        at.append(lan.now)
        lan.later(minutes=10)
    lan.exam_id = exams[0]
    passed_by(lan)
    again = lan.now
    assert finished_at(lan) == at[1]
    lan.later(minutes=10)
    regraded(lan, attempts[which], passed=False)
    # the first exam was passed once more in between, the second one was not
    assert finished_at(lan) == (again if which == 0 else None)
    lan.later(minutes=10)
    regraded(lan, attempts[which], passed=True)
    assert finished_at(lan) == at[1]
    with lan.database.reading() as session:
        past = session.scalars(select(EnrolmentPast.finished_at).order_by(EnrolmentPast.until)).all()
    assert past[-2:] == [at[1], again if which == 0 else None]  # what every report said meanwhile


def passed_by(lan: Sitter) -> int:
    attempt = lan.start()
    lan.save(attempt, "t1", *right_answers(lan, attempt))
    lan.submit(attempt, "t1", 9)
    return attempt


def finished_at(lan: Sitter) -> datetime | None:
    with lan.database.reading() as session:
        own = Enrolment.person_id == lan.person_id
        return session.scalars(select(Enrolment.finished_at).where(own)).one()


def regraded(lan: Sitter, attempt_id: int, *, passed: bool) -> None:
    """The attempt's grade said otherwise, and what follows from it settled."""
    with lan.database.writing() as session:
        grade = regrading.latest_grade(session, attempt_id)
        assert grade is not None
        grade.passed, grade.percent = passed, Decimal(100 if passed else 0)
        session.flush()
        standing.settle(session, regrading.locked(session, attempt_id), attempts=0, now=lan.now)


def test_a_ruling_in_force_changes_the_grade_and_undoing_it_restores_it(
    lan: Sitter, cast: Cast, database: Database
) -> None:
    attempt = lan.start()
    lan.save(attempt, "t1", *right_answers(lan, attempt)[1:3])
    lan.submit(attempt, "t1", 0)
    before = picture(lan)
    with database.writing() as session:
        row = regrading.locked(session, attempt)
        slot = paper.load(session, row.paper_id).slots[0]
        ruling = Ruling(
            exam_id=lan.exam_id,
            version_id=slot.version_id,
            kind="full_marks",
            reason="Câu dẫn sai",
            state="approved",
            proposed_by=cast.people["tuan"],
            proposed_at=lan.now,
            effects={},
        )
        session.add(ruling)
        session.execute(update(Exam).where(Exam.id == lan.exam_id).values(has_rulings=True))
        session.flush()
        change = regrading.regrade(
            session, attempt, reason="ruling", by=None, now=lan.now, ruling_id=ruling.id
        )
        assert change is not None
        assert change.before is not None
        assert change.after.points == change.before.points + slot.points
        again = regrading.regrade(
            session, attempt, reason="ruling", by=None, now=lan.now, ruling_id=ruling.id
        )
        assert again is None
        ruling.state = "undone"
        session.flush()
        undone = regrading.regrade(session, attempt, reason="ruling_undone", by=None, now=lan.now)
        assert undone is not None
        assert asdict(undone.after) == asdict(change.before)
    assert picture(lan) == before
    with database.reading() as session:
        numbers = session.scalars(select(Grade.number).where(Grade.attempt_id == attempt)).all()
    assert sorted(numbers) == [1, 2, 3]


def test_marks_of_questions_that_nobody_marks_count_for_nothing(lan: Sitter, cast: Cast) -> None:
    attempt = lan.start()
    lan.submit(attempt)
    with lan.database.writing() as session:
        session.add(
            SlotMark(
                attempt_id=attempt,
                slot=1,
                correctness=Decimal(1),
                criteria=[],
                by=cast.people["tuan"],
                at=lan.now,
            )
        )
        session.flush()
        assert regrading.regrade(session, attempt, reason="marked", by=None, now=lan.now) is None
