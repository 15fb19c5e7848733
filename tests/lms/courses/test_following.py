"""Enrolments follow people when memberships change; what is finished stays, and the past can be told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.admin.actions import transfer
from lms.attempts import queries as attempts
from lms.courses import actions, counting, queries, stages
from lms.courses.following import Followed, follow
from lms.courses.models import Course, CourseUnit, Enrolment, EnrolmentPast
from lms.kit.db import Database
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from lms.reports.checking import differences
from tests.cast import NOW, Cast
from tests.stage import Stage

LATER = NOW + timedelta(hours=1)


def enrolment_of(session: Session, staged: Stage, cast: Cast, who: str) -> Enrolment:
    found = queries.enrolment_of(session, staged.course_id, cast.people[who])
    assert found is not None
    return found


def send(session: Session, cast: Cast, who: str, to: str | None, now: datetime = LATER) -> None:
    unit = session.get_one(Unit, cast.units[to]) if to else None
    person = session.get_one(Person, cast.people[who])
    transfer(session, person, unit=unit, position="", by=None, now=now, since=now.date())


def finish(session: Session, one: Enrolment, at: datetime) -> None:
    one.started_at = one.finished_at = at
    session.flush()
    counting.rebuild_units(session, one.course_id, [one.unit_id])


def where(one: Enrolment) -> tuple[int, bool, int | None]:
    return one.unit_id, one.elsewhere, one.now_unit_id


def test_whoever_has_not_finished_is_counted_where_they_belong(
    database: Database, cast: Cast, staged: Stage
) -> None:
    with database.writing() as session:
        send(session, cast, "lan", "cell_b1")
        assert where(enrolment_of(session, staged, cast, "lan")) == (cast.units["cell_b1"], False, None)
        assert queries.counts(session, staged.course_id, cast.units["cell_a1"])["must"] == 1
        assert queries.counts(session, staged.course_id, cast.units["cell_b1"])["must"] == 2
        assert differences(session, staged.course_id) == []


def test_whoever_has_finished_stays_and_is_elsewhere_until_they_come_back(
    database: Database, cast: Cast, staged: Stage
) -> None:
    a1, b1 = cast.units["cell_a1"], cast.units["cell_b1"]
    with database.writing() as session:
        finish(session, enrolment_of(session, staged, cast, "lan"), NOW)
        send(session, cast, "lan", "cell_b1")
        assert where(enrolment_of(session, staged, cast, "lan")) == (a1, True, b1)
        assert queries.counts(session, staged.course_id, a1)["finished"] == 1
        send(session, cast, "lan", None, LATER + timedelta(days=1))
        assert where(enrolment_of(session, staged, cast, "lan")) == (a1, True, None)
        send(session, cast, "lan", "cell_a1", LATER + timedelta(days=2))
        assert where(enrolment_of(session, staged, cast, "lan")) == (a1, False, None)


def test_who_is_in_no_unit_keeps_what_must_be_finished(database: Database, cast: Cast, staged: Stage) -> None:
    with database.writing() as session:
        send(session, cast, "lan", None)
        one = enrolment_of(session, staged, cast, "lan")
        assert (where(one), one.obligation) == ((cast.units["cell_a1"], True, None), "must")
        assert queries.counts(session, staged.course_id, cast.units["cell_a1"])["must"] == 2


def test_in_a_closed_course_everybody_stays(database: Database, cast: Cast, staged: Stage) -> None:
    with database.writing() as session:
        actions.close_course(
            session, session.get_one(Course, staged.course_id), by=cast.people["an"], now=NOW
        )
        send(session, cast, "lan", "cell_b1")
        one = enrolment_of(session, staged, cast, "lan")
        assert where(one) == (cast.units["cell_a1"], True, cast.units["cell_b1"])


def test_a_newcomer_to_a_unit_that_takes_part_is_enrolled_once(
    database: Database, cast: Cast, staged: Stage
) -> None:
    with database.writing() as session:
        session.add(CourseUnit(course_id=staged.course_id, unit_id=cast.units["cell_a1"]))  # named twice over
        unit = session.get_one(Unit, cast.units["cell_a1"])
        new = [
            organisation.create_person(
                session,
                full_name=f"Nguyễn Văn {n}",
                unit=unit,
                by=None,
                now=NOW,
                since=NOW.date(),
                member=n > 0,
            )
            for n in range(3)
        ]
        assert follow(session, [person.id for person in new], now=NOW) == Followed(enrolled=3)
        assert follow(session, [person.id for person in new], now=LATER) == Followed()
        counted = queries.counts(session, staged.course_id, cast.units["cell_a1"])
        assert (counted["must"], counted["guests"]) == (4, 1)
        assert differences(session, staged.course_id) == []


@pytest.mark.parametrize("state", ["draft", "closed", "over"])
def test_nobody_is_enrolled_in_a_course_that_does_not_run(
    database: Database, cast: Cast, staged: Stage, state: str
) -> None:
    with database.writing() as session:
        course = session.get_one(Course, staged.course_id)
        if state == "over":
            course.closes_at = NOW
        else:
            course.state = state
        unit = session.get_one(Unit, cast.units["cell_a1"])
        person = organisation.create_person(
            session, full_name="Nguyễn Văn Mới", unit=unit, by=None, now=NOW, since=NOW.date()
        )
        assert follow(session, [person.id], now=NOW) == Followed()


def test_the_stage_of_the_new_unit_holds(database: Database, cast: Cast, staged: Stage) -> None:
    with database.writing() as session:
        course = session.get_one(Course, staged.course_id)
        window: dict[str, Any] = {
            "opens_at": course.opens_at,
            "closes_at": course.closes_at,
            "by": None,
            "now": NOW,
        }
        first = stages.add(session, course, title="Đợt 1", **window)
        second = stages.add(session, course, title="Đợt 2", **window)
        for stage, unit in ((first, "ward_a"), (second, "ward_b")):
            stages.choose_units(session, course, stage, [cast.units[unit]], by=None, now=NOW)
        send(session, cast, "lan", "cell_b1")
        assert enrolment_of(session, staged, cast, "lan").stage_id == second.id
        assert enrolment_of(session, staged, cast, "long").stage_id == first.id


def test_what_an_enrolment_said_is_kept_once_for_a_moment(
    database: Database, cast: Cast, staged: Stage
) -> None:
    with database.writing() as session:
        one = enrolment_of(session, staged, cast, "lan")
        send(session, cast, "lan", "cell_a2")
        send(session, cast, "lan", "cell_b1")  # at the same moment: it was never in between
        actions.exempt(session, one, reason="Nghỉ ốm", by=cast.people["an"], now=LATER + timedelta(hours=1))
        past = session.scalars(
            select(EnrolmentPast).where(EnrolmentPast.enrolment_id == one.id).order_by(EnrolmentPast.until)
        ).all()
        assert [(row.until, row.unit_id, row.obligation) for row in past] == [
            (LATER, cast.units["cell_a1"], "must"),
            (LATER + timedelta(hours=1), cast.units["cell_b1"], "must"),
        ]


def test_finished_taken_back_is_kept_and_has_to_be_finished_where_one_belongs(
    database: Database, cast: Cast, staged: Stage
) -> None:
    with database.writing() as session:
        one = enrolment_of(session, staged, cast, "lan")
        finish(session, one, NOW)
        send(session, cast, "lan", "cell_b1")
        again = LATER + timedelta(hours=1)
        actions.take_finished_back(session, staged.course_id, now=again)
        assert where(one) == (cast.units["cell_b1"], False, None)
        kept = session.scalars(select(EnrolmentPast).where(EnrolmentPast.until == again)).one()
        assert (kept.finished_at, kept.unit_id) == (NOW, cast.units["cell_a1"])
        assert differences(session, staged.course_id) == []


def test_an_attempt_after_moving_belongs_to_the_present_unit(
    database: Database, cast: Cast, staged: Stage
) -> None:
    with database.writing() as session:
        finish(session, enrolment_of(session, staged, cast, "lan"), NOW)
        send(session, cast, "lan", "cell_b1")
        chance = attempts.chance(session, staged.exam_id, cast.people["lan"])
        assert chance is not None
        assert chance.unit_id == cast.units["cell_b1"]
        counting.count_attempt(
            session,
            staged.course_id,
            attempt_unit=chance.unit_id,
            unit=cast.units["cell_a1"],
            attempts=1,
            finished=-1,
        )
        assert queries.counts(session, staged.course_id, cast.units["cell_b1"])["attempts"] == 1
        assert queries.counts(session, staged.course_id, cast.units["cell_a1"])["finished"] == 0


def test_a_corrected_name_and_member_flag_are_followed_in_courses_that_are_not_closed(
    database: Database, cast: Cast, staged: Stage
) -> None:
    with database.writing() as session:
        one = enrolment_of(session, staged, cast, "lan")
        lan = session.get_one(Person, one.person_id)
        facts: dict[str, Any] = {"born": None, "card_number": None, "phone": None, "by": 1, "now": LATER}
        organisation.correct_person(session, lan, full_name="Nguyễn Thị Ánh", member=False, **facts)
        assert follow(session, [lan.id], now=LATER) == Followed(0, 2)
        assert (one.sort_key, one.obligation) == (lan.sort_key, "guest")
        assert queries.counts(session, staged.course_id, one.unit_id)["guests"] == 1
        assert differences(session, staged.course_id) == []
        past = session.scalars(select(EnrolmentPast).where(EnrolmentPast.enrolment_id == one.id)).one()
        assert (past.obligation, past.until) == ("must", LATER)
        session.get_one(Course, staged.course_id).state = "closed"
        organisation.correct_person(session, lan, full_name="Nguyễn Thị Yến", member=True, **facts)
        follow(session, [lan.id], now=LATER)
        assert (one.sort_key, one.obligation) == (
            lan.sort_key,
            "guest",
        )  # a closed course keeps who had to finish
        assert follow(session, [lan.id], now=LATER) == Followed(0, 0)


def test_a_second_membership_brings_its_people_into_the_course_of_its_tree_once(
    database: Database, cast: Cast, staged: Stage
) -> None:
    """Lan belongs to a cell of the Party tree and to a school; the school has a course of its own."""
    with database.writing() as session:
        city = session.get_one(Unit, cast.units["city"])
        school, other = (
            organisation.create_unit(
                session, code=code, name=code, parent=None, by=None, now=NOW, valid_from=NOW.date()
            )
            for code in ("TRUONG", "SO")
        )
        lan, binh = (session.get_one(Person, cast.people[who]) for who in ("lan", "binh"))
        window: dict[str, Any] = {
            "opens_at": NOW,
            "closes_at": NOW + timedelta(days=9),
            "by": None,
            "now": NOW,
        }
        course = actions.create_course(session, code="T", title="T", unit=school, **window)
        actions.choose_units(session, course, [school.id], by=None, now=NOW)
        second: dict[str, Any] = {"position": "Giáo viên", "by": None, "now": NOW, "since": NOW.date()}
        organisation.join_second(session, lan, unit=school, **second)
        assert queries.expected(session, course.id) == queries.Expected(must=1, guests=0)
        actions.open_course(session, course, by=None, now=NOW)
        organisation.join_second(session, binh, unit=school, **second)
        follow(session, [binh.id], now=LATER)
        mine = queries.enrolment_of(session, course.id, lan.id)
        assert mine is not None
        assert where(mine) == (school.id, False, None)
        assert queries.course_counts(session, course.id)["must"] == 2
        assert where(enrolment_of(session, staged, cast, "lan")) == (cast.units["cell_a1"], False, None)
        # a course of both trees counts them once, where they belong in the first place
        actions.choose_units(session, course, [school.id, city.id], by=None, now=NOW)
        follow(session, [lan.id], now=LATER)
        assert where(mine) == (cast.units["cell_a1"], False, None)
        assert queries.course_counts(session, course.id)["must"] == 2
        actions.choose_units(session, course, [school.id], by=None, now=NOW)
        follow(session, [lan.id], now=LATER)
        finish(session, mine, LATER)
        organisation.join_second(session, lan, unit=other, **second)
        follow(session, [lan.id], now=LATER)
        assert where(mine) == (
            school.id,
            True,
            cast.units["cell_a1"],
        )  # finished there; as of now in the cell
        assert differences(session, course.id) == []
