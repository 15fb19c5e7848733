"""How questions do: compared with the textbook's formulas over all attempts held in memory."""

from __future__ import annotations

import random
import statistics as textbook
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, Grade
from lms.attempts.statistics import PAUSE, Sums, count_due, count_questions
from lms.banks.models import Question, QuestionStatistic, QuestionVersion
from lms.courses.models import Enrolment
from lms.exams.models import Paper
from lms.kit.db import Database
from tests.cast import NOW, Cast
from tests.stage import Stage, second_exam

LATER = NOW + PAUSE


def sat(
    session: Session,
    cast: Cast,
    paper: Paper,
    scores: list[int],
    number: int,
    *,
    at: datetime = NOW,
    state: str = "submitted",
) -> Attempt:
    """An attempt at the paper with these scores."""
    person = cast.people["lan"]
    enrolment = session.scalars(select(Enrolment).where(Enrolment.person_id == person)).first()
    assert enrolment
    attempt = Attempt(
        exam_id=paper.exam_id, person_id=person, enrolment_id=enrolment.id, unit_id=enrolment.unit_id,
        paper_id=paper.id, number=number, state=state, started_at=at, deadline_at=at + timedelta(minutes=30),
        submitted_at=at, finished_by="candidate", receipt="x", epoch=0,
    )  # fmt: skip
    session.add(attempt)
    session.flush()
    graded(session, attempt, scores, at=at)
    return attempt


def graded(
    session: Session, attempt: Attempt, scores: list[int], *, number: int = 1, at: datetime = NOW
) -> None:
    session.add(
        Grade(
            attempt_id=attempt.id, number=number, points=Decimal(1), most_points=Decimal(10), percent=Decimal(10),
            passed=False, right=0, band="not_passed", scores=scores, engine=1, reason="submitted", at=at,
        )
    )  # fmt: skip
    session.flush()


def papers(session: Session) -> list[Paper]:
    return list(session.scalars(select(Paper).order_by(Paper.id)))


def question_of(session: Session) -> dict[int, int]:
    rows = session.execute(select(QuestionVersion.id, QuestionVersion.question_id))
    return {row[0]: row[1] for row in rows}


def by_the_book(
    session: Session, told: list[tuple[Paper, list[int]]]
) -> dict[int, tuple[int, float, float | None]]:
    """Answers, mean correctness, and Pearson's correlation with the share of the other slots' points."""
    seen: dict[int, list[tuple[float, float]]] = {}
    questions = question_of(session)
    for paper, scores in told:
        worth = [float(slot["points"]) for slot in paper.slots]
        got = [points * score / 10_000 for points, score in zip(worth, scores, strict=True)]
        for at, slot in enumerate(paper.slots):
            rest = (sum(got) - got[at]) / (sum(worth) - worth[at])
            seen.setdefault(questions[slot["version"]], []).append((scores[at] / 10_000, rest))
    found = {}
    for question, pairs in seen.items():
        xs, rests = [x for x, _rest in pairs], [rest for _x, rest in pairs]
        flat = len(set(xs)) == 1 or len(set(rests)) == 1
        found[question] = (len(xs), textbook.mean(xs), None if flat else textbook.correlation(xs, rests))
    return found


def test_the_figures_are_the_textbooks(database: Database, staged: Stage, cast: Cast) -> None:
    rng = random.Random(7)
    with database.writing() as session:
        second_exam(session, staged, NOW)
        told = []
        for number in range(60):
            paper = rng.choice(papers(session))
            able = rng.random()
            scores = [rng.choice([10_000, 5_000]) if rng.random() < able else 0 for _slot in paper.slots]
            sat(session, cast, paper, scores, number)
            told.append((paper, scores))
        expected = by_the_book(session, told)
        counted = list(count_questions(session))
    assert [each.question_id for each in counted] == sorted(expected)
    for each in counted:
        answers, facility, discrimination = expected[each.question_id]
        assert each.answers == answers
        assert float(each.facility) == pytest.approx(facility)
        if discrimination is None:
            assert each.discrimination is None
        else:
            assert each.discrimination is not None
            assert float(each.discrimination) == pytest.approx(discrimination, abs=1e-4)


def test_of_an_attempt_the_latest_grade_counts_and_open_ones_do_not(
    database: Database, staged: Stage, cast: Cast
) -> None:
    with database.writing() as session:
        paper = papers(session)[0]
        attempt = sat(session, cast, paper, [0] * 9, 1)
        graded(session, attempt, [10_000] * 9, number=2)
        sat(session, cast, paper, [0] * 9, 2, state="open")
        counted = list(count_questions(session))
        assert {(each.answers, each.facility, each.discrimination) for each in counted} == {
            (1, Decimal(1), None)
        }


def test_versions_of_one_question_count_together_and_essays_not_at_all(
    database: Database, staged: Stage, cast: Cast
) -> None:
    with database.writing() as session:
        paper = papers(session)[0]
        essay, other = (question_of(session)[paper.slots[at]["version"]] for at in (0, 1))
        session.get_one(Question, essay).type = "essay"
        version = QuestionVersion(question_id=other, number=2, body={}, content_hash="2", created_at=NOW)
        session.add(version)
        session.flush()
        slots: list[dict[str, Any]] = [dict(slot) for slot in paper.slots]
        slots[1]["version"] = version.id
        newer = Paper(exam_id=paper.exam_id, number=99, seed="x", slots=slots, created_at=NOW)
        session.add(newer)
        session.flush()
        sat(session, cast, paper, [0, 10_000, *[0] * 7], 1)
        sat(session, cast, newer, [10_000, 0, *[0] * 7], 2)
        counted = {each.question_id: each for each in count_questions(session)}
        assert essay not in counted
        assert (counted[other].answers, counted[other].facility) == (2, Decimal("0.5"))
        assert counted[other].discrimination is None, "the rest is 0 both times: the essay does not count"


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), min_size=2, max_size=40))
def test_a_discrimination_lies_between_minus_one_and_one(pairs: list[tuple[int, int]]) -> None:
    sums = Sums()
    for x, rest in pairs:
        sums.add(x, rest)
    assert 0 <= sums.facility <= 1
    xs, rests = [x for x, _rest in pairs], [rest for _x, rest in pairs]
    if len(set(xs)) == 1 or len(set(rests)) == 1:
        assert sums.discrimination is None
    else:
        assert sums.discrimination is not None
        assert float(sums.discrimination) == pytest.approx(textbook.correlation(xs, rests), abs=1e-9)


def stored(database: Database) -> dict[int, int]:
    with database.reading() as session:
        return {row.question_id: row.answers for row in session.scalars(select(QuestionStatistic))}


def test_the_sweep_counts_when_something_ended_and_not_more_often_than_it_pauses(
    database: Database, staged: Stage, cast: Cast
) -> None:
    assert count_due(database, NOW) == 0, "nobody has finished"
    with database.writing() as session:
        paper = papers(session)[0]
        sat(session, cast, paper, [0] * 9, 1)
    assert count_due(database, NOW) == 9
    assert set(stored(database).values()) == {1}
    with database.writing() as session:
        sat(session, cast, paper, [0] * 9, 2, at=NOW + timedelta(minutes=5))
    assert count_due(database, LATER - timedelta(seconds=1)) == 0, "it pauses"
    assert count_due(database, LATER) == 9
    assert set(stored(database).values()) == {2}
    for hours in (1, 2, 24):
        assert count_due(database, LATER + timedelta(hours=hours)) == 0, "nothing ended since"
    with database.reading() as session:
        assert session.scalar(select(func.max(QuestionStatistic.counted_at))) == LATER


def test_the_sweep_is_among_the_workers(database: Database, staged: Stage, cast: Cast) -> None:
    from lms import worker

    assert worker.count_questions in worker.SWEEPS
