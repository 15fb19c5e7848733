"""Who is enrolled, and that the kept counts always equal counting from the ground."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses import actions, counting, queries, unit_tree
from lms.courses.models import Course, Enrolment
from lms.kit.db import Database
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from tests.cast import NOW, Cast

BY = 1


def new_course(session: Session, cast: Cast, *units: str) -> Course:
    unit = session.get_one(Unit, cast.units["city"])
    course = actions.create_course(
        session,
        code="C1",
        title="Đợt 1",
        unit=unit,
        opens_at=NOW,
        closes_at=NOW + timedelta(days=5),
        by=None,
        now=NOW,
    )
    actions.choose_units(session, course, [cast.units[key] for key in units], by=None, now=NOW)
    return course


def obligations(session: Session, course: Course) -> dict[str, str]:
    rows = session.execute(
        select(Person.full_name, Enrolment.obligation)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.course_id == course.id)
    )
    return {row[0]: row[1] for row in rows}


def test_opening_enrols_members_who_must_and_others_as_guests(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        course = new_course(session, cast, "ward_a")
        assert queries.expected(session, course.id) == queries.Expected(must=3, guests=1)
        assert actions.open_course(session, course, by=BY, now=NOW) == 4
        assert course.state == "open"
        found = obligations(session, course)
    assert found["Trần Văn Minh"] == "guest"
    assert Counter(found.values()) == {"must": 3, "guest": 1}
    assert "Lê Thị Hoa" not in found


def test_opening_again_adds_only_newcomers(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        course = new_course(session, cast, "ward_a")
        actions.open_course(session, course, by=BY, now=NOW)
        lan = queries.enrolment_of(session, course.id, cast.people["lan"])
        assert lan is not None
        actions.exempt(session, lan, reason="Nghỉ ốm", by=BY, now=NOW)
        hoa, cell = session.get_one(Person, cast.people["hoa"]), session.get_one(Unit, cast.units["cell_a2"])
        organisation.move_person(session, hoa, unit=cell, position="", by=BY, now=NOW, since=NOW.date())
        assert queries.expected(session, course.id) == queries.Expected(must=1, guests=0)
        assert actions.open_course(session, course, by=BY, now=NOW) == 1
        assert actions.open_course(session, course, by=BY, now=NOW) == 0
        assert lan.obligation == "exempt"


def test_two_who_open_at_the_same_time_enrol_everybody_once(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        course_id = new_course(session, cast, "city").id

    def press(_n: int) -> int:
        with database.writing() as session:
            return actions.open_course(session, session.get_one(Course, course_id), by=BY, now=NOW)

    with ThreadPoolExecutor(4) as pool:
        added = sorted(pool.map(press, range(4)))
    assert added == [0, 0, 0, len(cast.people)]
    with database.reading() as session:
        assert queries.course_counts(session, course_id)["must"] == len(cast.people) - 1


def test_people_who_are_locked_out_are_not_enrolled(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        course = new_course(session, cast, "cell_a1")
        session.get_one(Person, cast.people["lan"]).disabled_at = NOW
        session.flush()
        assert actions.open_course(session, course, by=BY, now=NOW) == 1


def test_an_exemption_moves_the_person_between_the_counts_and_back(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        course = new_course(session, cast, "city")
        actions.open_course(session, course, by=BY, now=NOW)
        lan = queries.enrolment_of(session, course.id, cast.people["lan"])
        assert lan is not None
        actions.exempt(session, lan, reason="  Nghỉ ốm  ", by=BY, now=NOW)
        after = queries.counts(session, course.id, cast.units["ward_a"])
        assert (after["must"], after["exempt"], lan.reason) == (2, 1, "Nghỉ ốm")
        actions.take_exemption_back(session, lan, by=BY, now=NOW)
        back = queries.counts(session, course.id, cast.units["ward_a"])
        assert (back["must"], back["exempt"], lan.reason, lan.obligation) == (3, 0, "", "must")


@pytest.mark.parametrize("seed", range(4))
def test_kept_counts_equal_a_naive_recount_in_any_organisation(
    database: Database, cast: Cast, seed: int
) -> None:
    rng = random.Random(seed)
    with database.writing() as session:
        units = _grow(session, cast, rng)
        course = new_course(session, cast, "city")
        part = rng.sample(units, 3)
        actions.choose_units(session, course, unit_tree.topmost(session, part, part), by=BY, now=NOW)
        actions.open_course(session, course, by=BY, now=NOW)
        for step in range(40):
            _something_happens(session, course, units, rng, step)
        kept = queries.counts_of_each(session, course.id, units)
        for unit_id in units:
            expected = _naive(session, course.id, unit_id)
            assert {name: kept[unit_id][name] for name in expected} == expected
        root = queries.counts(session, course.id, cast.units["city"])
        assert root == queries.course_counts(session, course.id)


def _grow(session: Session, cast: Cast, rng: random.Random) -> list[int]:
    """A random tree below the city, with people everywhere."""
    units = [session.get_one(Unit, cast.units["city"])]
    for n in range(12):
        parent = rng.choice(units)
        units.append(
            organisation.create_unit(
                session,
                code=f"U{n}",
                name=f"Chi bộ {n}",
                parent=parent,
                by=None,
                now=NOW,
                valid_from=NOW.date(),
            )
        )
    for n in range(30):
        _arrive(session, rng.choice(units), rng, n)
    return [unit.id for unit in units]


def _arrive(session: Session, unit: Unit, rng: random.Random, n: int) -> None:
    organisation.create_person(
        session,
        full_name=f"Nguyễn Văn {n}",
        unit=unit,
        by=None,
        now=NOW,
        since=NOW.date(),
        member=rng.random() < 0.7,
    )


def _something_happens(
    session: Session, course: Course, units: list[int], rng: random.Random, step: int
) -> None:
    enrolments = session.scalars(
        select(Enrolment).where(Enrolment.course_id == course.id).order_by(Enrolment.id)
    ).all()
    unit = session.get_one(Unit, rng.choice(units))
    person = rng.choice(enrolments) if enrolments else None
    deed = rng.randrange(5)
    if deed == 0:
        _arrive(session, unit, rng, 100 + step)
    elif deed == 1:
        actions.open_course(session, course, by=BY, now=NOW)
    elif person is not None and deed == 2 and person.obligation == "must":
        actions.exempt(session, person, reason="Nghỉ ốm", by=BY, now=NOW)
    elif person is not None and deed == 3 and person.obligation == "exempt":
        actions.take_exemption_back(session, person, by=BY, now=NOW)
    elif person is not None and person.finished_at is None:
        _finish(session, person)


def _finish(session: Session, enrolment: Enrolment) -> None:
    """As an attempt that passes does it: the row, and the counts of the unit, in one transaction."""
    must = enrolment.obligation == "must"
    begun = {"started": 1} if must and enrolment.started_at is None else {}
    enrolment.started_at = enrolment.started_at or NOW
    enrolment.finished_at = NOW
    session.flush()
    counting.count(
        session,
        enrolment.course_id,
        enrolment.unit_id,
        **begun,
        **{"finished" if must else "others_finished": 1},
    )


def _naive(session: Session, course_id: int, unit_id: int) -> dict[str, int]:
    """Counting by walking up from every enrolled person's unit."""
    parents = {row[0]: row[1] for row in session.execute(select(Unit.id, Unit.parent_id))}

    def below(unit: int | None) -> bool:
        while unit is not None and unit != unit_id:
            unit = parents[unit]
        return unit is not None

    inside = [
        e
        for e in session.scalars(select(Enrolment).where(Enrolment.course_id == course_id))
        if below(e.unit_id)
    ]
    must = [e for e in inside if e.obligation == "must"]
    return {
        "must": len(must),
        "exempt": sum(e.obligation == "exempt" for e in inside),
        "guests": sum(e.obligation == "guest" for e in inside),
        "started": sum(e.started_at is not None for e in must),
        "finished": sum(e.finished_at is not None for e in must),
        "others_finished": sum(e.finished_at is not None for e in inside if e.obligation != "must"),
    }


def test_units_below_another_chosen_one_are_left_out(database: Database, cast: Cast) -> None:
    with database.reading() as session:
        ids = [cast.units[key] for key in ("ward_a", "cell_a1", "cell_b1")]
        kept = unit_tree.topmost(session, ids, [cast.units["city"]])
        assert kept == sorted([cast.units["ward_a"], cast.units["cell_b1"]])
        assert unit_tree.topmost(session, ids, [cast.units["ward_b"]]) == [cast.units["cell_b1"]]
