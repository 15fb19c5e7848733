"""Essays handed in and how they were found, by unit; as they are and as they were."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, Grade, Standing
from lms.courses import actions as courses
from lms.courses.models import Course, Enrolment
from lms.exams.models import BlueprintCell, Exam, Paper
from lms.kit.db import Database
from lms.organisation.models import Unit
from lms.reports import essays
from lms.reports.report import Asked
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.reports.crowd import submitted
from tests.stage import Stage, stage

LATER = NOW + timedelta(days=2)


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    """An exam with an essay: Lan waited for a mark and got 80, Long failed and then passed, Hoa (ward B) got 95."""
    with database.writing() as session:
        staged = stage(session, cast, NOW)
        topic = staged.topics["breakthroughs"]
        session.add(
            BlueprintCell(
                exam_id=staged.exam_id, topic_id=topic, type="essay", level="", count=1, points=Decimal(2)
            )
        )
        lan = _hand_in(session, cast, staged, "lan", 1, NOW)
        _grade(session, lan, 1, 40, "waiting", NOW)
        _grade(session, lan, 2, 80, "good", LATER)
        long = _hand_in(session, cast, staged, "long", 1, NOW)
        _grade(session, long, 1, 30, "failed", NOW)
        again = _hand_in(session, cast, staged, "long", 2, LATER)
        _grade(session, again, 1, 60, "passed", LATER)
        hoa = _hand_in(session, cast, staged, "hoa", 1, NOW)
        _grade(session, hoa, 1, 95, "excellent", NOW)
        for key, attempt, percent in (("lan", lan, 80), ("long", again, 60), ("hoa", hoa, 95)):
            session.add(
                Standing(
                    exam_id=staged.exam_id,
                    person_id=cast.people[key],
                    attempts=1,
                    best_attempt_id=attempt.id,
                    best_percent=Decimal(percent),
                    passed_at=LATER,
                )
            )
        return staged


def _hand_in(session: Session, cast: Cast, staged: Stage, key: str, number: int, at: datetime) -> Attempt:
    enrolment = session.scalars(select(Enrolment).where(Enrolment.person_id == cast.people[key])).one()
    paper = session.scalars(select(Paper.id).where(Paper.exam_id == staged.exam_id)).first()
    attempt = submitted(staged, enrolment, paper or 0, number)
    attempt.submitted_at = at
    session.add(attempt)
    session.flush()
    return attempt


def _grade(session: Session, attempt: Attempt, number: int, percent: int, band: str, at: datetime) -> None:
    session.add(
        Grade(
            attempt_id=attempt.id,
            number=number,
            points=Decimal(percent) / 10,
            most_points=Decimal(10),
            percent=Decimal(percent),
            passed=percent >= 50,
            right=0,
            band=band,
            scores=[],
            engine=1,
            reason="submitted",
            at=at,
        )
    )


def numbers(
    session: Session, cast: Cast, staged: Stage, moment: datetime | None = None
) -> dict[str, dict[str, int]]:
    course, city = session.get_one(Course, staged.course_id), session.get_one(Unit, cast.units["city"])
    asked = Asked(course, city, LATER + timedelta(days=1), moment=moment)
    exams = essays.essay_exams(session, staged.course_id)
    found = essays.essays_of_each(session, asked, exams, list(cast.units.values()))
    return {key: {n: many for n, many in found[unit].items() if many} for key, unit in cast.units.items()}


def test_an_exam_holds_essays_by_its_cells(database: Database, cast: Cast, staged: Stage) -> None:
    with database.writing() as session:
        assert [exam.id for exam in essays.essay_exams(session, staged.course_id)] == [staged.exam_id]
        session.get_one(Exam, staged.exam_id).state = "draft"
        session.flush()
        assert essays.essay_exams(session, staged.course_id) == []


def test_papers_are_counted_by_unit_and_grade(database: Database, cast: Cast, staged: Stage) -> None:
    with database.reading() as session:
        found = numbers(session, cast, staged)
        assert found["ward_a"] == {"handed_in": 2, "good": 1, "passed": 1}
        assert found["ward_b"] == {"handed_in": 1, "excellent": 1}
        assert found["city"] == {"handed_in": 3, "excellent": 1, "good": 1, "passed": 1}
        assert found["cell_a2"] == {}


def test_as_they_were_before_they_were_marked(database: Database, cast: Cast, staged: Stage) -> None:
    with database.reading() as session:
        found = numbers(session, cast, staged, NOW + timedelta(hours=1))
        assert found["ward_a"] == {"handed_in": 2, "waiting": 1, "failed": 1}
        assert found["ward_b"] == {"handed_in": 1, "excellent": 1}
        assert numbers(session, cast, staged, NOW - timedelta(hours=1))["city"] == {}
        assert numbers(session, cast, staged, LATER) == numbers(session, cast, staged)


def test_those_exempt_hand_nothing_in(database: Database, cast: Cast, staged: Stage) -> None:
    with database.writing() as session:
        lan = session.scalars(select(Enrolment).where(Enrolment.person_id == cast.people["lan"])).one()
        courses.exempt(session, lan, reason="Ốm", by=cast.people["tuan"], now=LATER)
        assert numbers(session, cast, staged)["ward_a"] == {"handed_in": 1, "passed": 1}
        assert numbers(session, cast, staged, NOW + timedelta(hours=1))["ward_a"]["handed_in"] == 2


def test_the_columns_stand_in_the_report(client_of: ClientOf, cast: Cast, staged: Stage) -> None:
    where = f"/reports/{staged.course_id}/units/{cast.units['ward_a']}/completion.json"
    report = client_of("dung").get(where).json
    assert report is not None
    titles = [column["title"] for column in report["columns"]]
    assert titles[-8:] == [
        "Bài thu hoạch: Phải nộp",
        "Bài thu hoạch: Đã nộp bài",
        "Bài thu hoạch: Tốt",
        "Bài thu hoạch: Khá",
        "Bài thu hoạch: Đạt",
        "Bài thu hoạch: Chưa đạt",
        "Bài thu hoạch: Chờ chấm",
        "Ghi chú",
    ]
    totals = report["totals"]
    assert [totals[f"essays_{name}"] for name in ("must", "handed_in", "good", "passed", "waiting")] == [
        3, 2, 1, 1, 0,
    ]  # fmt: skip
