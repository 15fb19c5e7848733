"""Essays (bài thu hoạch) of a course by unit: how many were handed in, and what they were found worth.

Counted are the papers of those who must finish: each essay exam of the course wants one of everybody. Grades are the
bands of the exam; who has handed in and is not in one of them waits to be marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, Grade, Standing
from lms.attempts.rules import Bands, band
from lms.attempts.standing import Graded, counted
from lms.banks.models import Bank, Question
from lms.exams.models import BlueprintCell, Exam, FixedQuestion
from lms.exams.rules import BY_PERSON
from lms.organisation.models import UnitPath
from lms.reports.figures import state
from lms.reports.moments import handed_in, superseded
from lms.reports.report import Asked

GRADES = ("excellent", "good", "passed", "failed", "waiting")
Numbers = dict[str, int]  # {"handed_in" or one of GRADES: papers}
BATCH = 1000


def essay_exams(session: Session, course_id: int) -> Sequence[Exam]:
    """The published exams of the course whose papers hold an essay."""
    by_type = exists().where(BlueprintCell.exam_id == Exam.id, BlueprintCell.type.in_(BY_PERSON))
    of_any_type = (
        select(BlueprintCell.exam_id)
        .join(Bank, Bank.topic_id == BlueprintCell.topic_id)
        .join(Question, Question.bank_id == Bank.id)
        .where(BlueprintCell.type == "", Question.type.in_(BY_PERSON), Question.state == "approved")
    )
    by_hand = (
        select(FixedQuestion.exam_id)
        .join(Question, Question.id == FixedQuestion.question_id)
        .where(Question.type.in_(BY_PERSON))
    )
    holds = or_(by_type, Exam.id.in_(of_any_type), Exam.id.in_(by_hand))
    return session.scalars(
        select(Exam).where(Exam.course_id == course_id, Exam.state != "draft", holds).order_by(Exam.id)
    ).all()


def essays_of_each(
    session: Session, asked: Asked, exams: Sequence[Exam], unit_ids: Sequence[int]
) -> dict[int, Numbers]:
    """{unit: numbers with everything below it} of these exams; of an earlier moment found from the grades of then."""
    own = _as_they_are(session, asked, exams) if asked.moment is None else _at_moment(session, asked, exams)
    found = {unit_id: dict.fromkeys(("handed_in", *GRADES), 0) for unit_id in unit_ids}
    paths = session.execute(
        select(UnitPath.descendant_id, UnitPath.ancestor_id).where(
            UnitPath.ancestor_id.in_(unit_ids), UnitPath.descendant_id.in_(sorted(own))
        )
    )
    for unit_id, above in paths:
        for name, number in own[unit_id].items():
            found[above][name] += number
            found[above]["handed_in"] += number
    return found


def _as_they_are(session: Session, asked: Asked, exams: Sequence[Exam]) -> dict[int, Numbers]:
    """By own unit, from the standings."""
    people = state(asked.course.id, asked, within=asked.unit.id).subquery().c
    newest = select(func.max(Grade.number)).where(Grade.attempt_id == Standing.best_attempt_id)
    grade = and_(
        Grade.attempt_id == Standing.best_attempt_id,
        Grade.number == newest.correlate(Standing).scalar_subquery(),
    )
    name = case(
        (and_(Standing.passed_at.is_(None), Grade.band == "waiting"), "waiting"),
        (Standing.passed_at.is_(None), "failed"),
        (Standing.best_percent >= Exam.excellent_percent, "excellent"),
        (Standing.best_percent >= Exam.good_percent, "good"),
        else_="passed",
    )
    rows = session.execute(
        select(people.unit_id, name, func.count())
        .select_from(people.id.table)
        .join(Standing, Standing.person_id == people.person_id)
        .join(Exam, Exam.id == Standing.exam_id)
        .outerjoin(Grade, grade)
        .where(people.obligation == "must", Exam.id.in_([exam.id for exam in exams]))
        .group_by(people.unit_id, name)
    )
    found: dict[int, Numbers] = {}
    for unit_id, grade_name, papers in rows:
        found.setdefault(unit_id, {})[grade_name] = papers
    return found


def _at_moment(session: Session, asked: Asked, exams: Sequence[Exam]) -> dict[int, Numbers]:
    """By own unit, person after person, from the attempts and grades that there were at the moment."""
    rules = {exam.id: exam for exam in exams}
    rows = session.execute(_attempts(asked, list(rules)).execution_options(yield_per=BATCH))
    found: dict[int, Numbers] = {}
    for (_person, exam_id, unit_id), attempts in groupby(rows, key=lambda row: (row[0], row[1], row[2])):
        name = _grade(rules[exam_id], list(attempts))
        own = found.setdefault(unit_id, {})
        own[name] = own.get(name, 0) + 1
    return found


def _attempts(asked: Asked, exam_ids: list[int]) -> Select[Any]:
    """Attempts of those who must finish, with the grade that was theirs at the moment, by person and exam."""
    people = state(asked.course.id, asked, within=asked.unit.id).subquery().c
    newest = select(func.max(Grade.number)).where(Grade.attempt_id == Attempt.id, Grade.at <= asked.moment)
    grade = and_(Grade.attempt_id == Attempt.id, Grade.number == newest.correlate(Attempt).scalar_subquery())
    return (
        select(
            people.person_id,
            Attempt.exam_id,
            people.unit_id,
            Attempt.id,
            Attempt.number,
            Grade.percent,
            Grade.passed,
            Grade.band,
            func.coalesce(Attempt.submitted_at, Attempt.deadline_at),
            superseded(asked),
        )
        .select_from(people.id.table)
        .join(Attempt, Attempt.person_id == people.person_id)
        .outerjoin(Grade, grade)
        .where(people.obligation == "must", Attempt.exam_id.in_(exam_ids), handed_in(asked))
        .order_by(people.person_id, Attempt.exam_id, Attempt.number)
    )


def _grade(exam: Exam, rows: Sequence[Any]) -> str:
    graded = [Graded(row[3], row[4], row[5], row[6], row[8], row[9]) for row in rows if row[5] is not None]
    result = counted(graded, exam.counts, exam.pass_percent)
    if result is None:
        return "waiting"
    waits = any(row[3] == result.attempt_id and row[7] == "waiting" for row in rows)
    bands = Bands(excellent=exam.excellent_percent, good=exam.good_percent)
    return band(Decimal(result.percent), result.passed_at is not None, undecided=waits, bands=bands)
