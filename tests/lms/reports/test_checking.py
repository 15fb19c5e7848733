"""What is kept can be found anew from the ground; what differs is named, and counts are put right as a whole."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, Grade, Standing
from lms.audit.models import AuditEvent
from lms.courses.models import Course, CourseCount, Enrolment
from lms.exams.models import Paper
from lms.kit.db import Database
from lms.reports import checking
from lms.reports.actions import repair_counts, repair_people
from lms.reports.models import ReportRegister
from tests.cast import NOW, Cast
from tests.lms.reports.crowd import submitted
from tests.stage import Stage, stage


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    """Lan has passed with 80 after 40; everything that is kept says so."""
    with database.writing() as session:
        staged = stage(session, cast, NOW)
        enrolment = _lan(session, cast)
        paper = session.scalars(select(Paper.id).where(Paper.exam_id == staged.exam_id)).first()
        for number, percent in ((1, 40), (2, 80)):
            attempt = submitted(staged, enrolment, paper or 0, number)
            session.add(attempt)
            session.flush()
            session.add(_grade(attempt, percent))
        session.add(
            Standing(
                exam_id=staged.exam_id,
                person_id=enrolment.person_id,
                attempts=2,
                best_attempt_id=attempt.id,
                best_percent=Decimal(80),
                passed_at=NOW,
            )
        )
        enrolment.started_at = enrolment.finished_at = NOW
        session.flush()
        repair_counts(session, session.get_one(Course, staged.course_id), by=None, now=NOW)
        return staged


def _lan(session: Session, cast: Cast) -> Enrolment:
    return session.scalars(select(Enrolment).where(Enrolment.person_id == cast.people["lan"])).one()


def _grade(attempt: Attempt, percent: int) -> Grade:
    return Grade(
        attempt_id=attempt.id,
        number=1,
        points=Decimal(percent) / 10,
        most_points=Decimal(10),
        percent=Decimal(percent),
        passed=percent >= 50,
        right=0,
        band="good" if percent >= 75 else "failed",
        scores=[],
        engine=1,
        reason="submitted",
        at=NOW,
    )


def codes(session: Session, staged: Stage) -> list[str]:
    return [one.code for one in checking.findings(session, staged.course_id)]


def test_nothing_is_found_where_everything_agrees(database: Database, staged: Stage) -> None:
    with database.reading() as session:
        assert codes(session, staged) == []
        assert checking.differences(session, staged.course_id) == []
        assert checking.registers(session) == []


@pytest.mark.parametrize(
    "change",
    [
        {"attempts": 1},
        {"best_percent": Decimal(90)},
        {"passed_at": None},
        {"best_attempt_id": 1},
    ],
)
def test_a_standing_that_the_grades_do_not_give_is_named(
    database: Database, cast: Cast, staged: Stage, change: dict[str, object]
) -> None:
    with database.writing() as session:
        session.execute(update(Standing).values(**change))
        found = [one for one in checking.findings(session, staged.course_id) if one.code == "standing"]
        assert len(found) == 1
        assert found[0].params["exam"] == staged.exam_code
        assert found[0].params["person"] == cast.people["lan"]
        assert found[0].params["kept"] != found[0].params["counted"]


def test_a_standing_that_is_missing_or_of_nothing_is_named(
    database: Database, cast: Cast, staged: Stage
) -> None:
    with database.writing() as session:
        first = session.scalars(select(Attempt.id).order_by(Attempt.id)).first()
        session.add(
            Standing(
                exam_id=staged.exam_id,
                person_id=cast.people["long"],
                attempts=1,
                best_attempt_id=first or 0,
                best_percent=Decimal(10),
            )
        )
        session.execute(delete(Standing).where(Standing.person_id == cast.people["lan"]))
        found = {
            one.params["person"]: one.params
            for one in checking.findings(session, staged.course_id)
            if "person" in one.params
        }
        assert found[cast.people["long"]]["counted"] == "–"
        assert found[cast.people["lan"]]["kept"] == "–"


@pytest.mark.parametrize(
    ("who", "change", "code"),
    [
        ("lan", {"finished_at": None}, "passed_without_finish"),
        ("lan", {"started_at": None}, "attempt_without_start"),
        ("long", {"started_at": NOW}, "started_without_attempt"),
        ("long", {"finished_at": NOW}, "finished_without_passing"),
        ("long", {"elsewhere": True}, "place"),
    ],
)
def test_an_enrolment_that_is_not_borne_out_is_named(
    database: Database, cast: Cast, staged: Stage, who: str, change: dict[str, object], code: str
) -> None:
    with database.writing() as session:
        theirs = Enrolment.person_id == cast.people[who]
        session.execute(update(Enrolment).where(theirs).values(**change))
        enrolment = session.scalar(select(Enrolment.id).where(theirs))
        found = list(checking.findings(session, staged.course_id))
        assert checking.Finding(code, {"enrolment": enrolment}) in found


def test_what_does_not_follow_its_person_is_named_and_put_right(
    database: Database, cast: Cast, staged: Stage
) -> None:
    with database.writing() as session:
        of = {who: Enrolment.person_id == cast.people[who] for who in ("long", "lan", "an")}
        session.execute(update(Enrolment).where(of["long"]).values(unit_id=cast.units["cell_b1"]))
        session.execute(update(Enrolment).where(of["lan"]).values(obligation="guest"))
        session.execute(update(Enrolment).where(of["an"]).values(sort_key="zzz"))
        assert sorted(codes(session, staged)) == ["name", "obligation", "place"]
        course = session.get_one(Course, staged.course_id)
        assert repair_people(session, course, by=None, now=NOW) == 3
        repair_counts(session, course, by=None, now=NOW)
        assert codes(session, staged) == []
        assert checking.differences(session, staged.course_id) == []
        trail = session.scalars(select(AuditEvent).where(AuditEvent.action == "enrolments.repair")).one()
        assert trail.detail["enrolments"] == 3
        assert repair_people(session, course, by=None, now=NOW) == 0


def test_a_register_with_a_gap_is_named(database: Database, cast: Cast, staged: Stage) -> None:
    with database.writing() as session:
        session.add(ReportRegister(unit_id=cast.units["ward_a"], year=2026, last=3))
        session.flush()
        (found,) = checking.registers(session)
        assert (found.code, found.params["last"], found.params["count"]) == ("report_register", 3, 0)


def test_counts_are_put_right_as_a_whole_and_the_trail_says_so(
    database: Database, cast: Cast, staged: Stage
) -> None:
    with database.writing() as session:
        session.execute(update(CourseCount).values(must=9, attempts=4))
        session.execute(delete(CourseCount).where(CourseCount.unit_id == cast.units["cell_b1"]))
        wrong = checking.differences(session, staged.course_id)
        course = session.get_one(Course, staged.course_id)
        repaired = repair_counts(session, course, by=None, now=NOW)
        assert list(repaired) == wrong
        assert wrong
        assert checking.differences(session, staged.course_id) == []
        trail = session.scalars(select(AuditEvent).where(AuditEvent.action == "counts.repair")).all()
        assert trail[-1].detail["differences"] == len(wrong)
        before = len(trail)
        assert repair_counts(session, course, by=None, now=NOW) == []
        again = session.scalars(select(AuditEvent).where(AuditEvent.action == "counts.repair")).all()
        assert len(again) == before
