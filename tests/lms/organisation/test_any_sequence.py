"""Whatever is done to the tree, in any order: every figure can be explained, and what has been counted stays."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.admin import actions as admin
from lms.courses import actions as courses
from lms.courses import counting
from lms.courses.following import follow
from lms.courses.models import Course, CourseCount, CourseUnit, Enrolment, EnrolmentPast
from lms.kit.db import Database
from lms.organisation import actions, tree
from lms.organisation.models import Membership, Person, Unit, UnitPath
from lms.organisation.queries import present
from lms.organisation.rules import TreeRefused
from lms.organisation.tree_checks import Part
from lms.vietnamese.dates import local
from tests.cast import NOW, Cast

DEEDS = (
    "create", "rename", "move", "merge", "split", "close", "transfer", "leave", "join", "start", "finish",
    "take back", "exempt", "open", "close course",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99)),
    min_size=3,
    max_size=30,
)
Figures = dict[int, Counter[str]]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_any_sequence_keeps_every_count_explainable(
    database: Database, cast: Cast, steps: list[tuple[str, int, int, int]]
) -> None:
    with database.write_session() as session:
        world = World(session, cast)
        for n, step in enumerate(steps):
            world.do(n, *step)
            world.check()
        world.check_the_past()
        session.rollback()


@dataclass
class World:
    """The cast's city with an open course, and what its figures were after every step."""

    session: Session
    cast: Cast
    now: datetime = NOW
    course: Course = field(init=False)
    then: list[tuple[datetime, Figures]] = field(default_factory=list)
    ended: dict[int, Counter[str]] = field(default_factory=dict)  # figures of units that have ended

    def __post_init__(self) -> None:
        city = self.session.get_one(Unit, self.cast.units["city"])
        ends = self.now + timedelta(days=30)
        self.course = courses.create_course(
            self.session, code="NQ", title="Nghị quyết", unit=city, opens_at=self.now, closes_at=ends, by=None,
            now=self.now,
        )  # fmt: skip
        wards = [self.cast.units["ward_a"], self.cast.units["ward_b"]]
        courses.choose_units(self.session, self.course, wards, by=None, now=self.now)
        courses.open_course(self.session, self.course, by=None, now=self.now)

    def do(self, n: int, deed: str, a: int, b: int, c: int) -> None:
        self.now += timedelta(minutes=1)
        with contextlib.suppress(TreeRefused):
            getattr(self, deed.replace(" ", "_"))(n, a, b, c)
        self.session.flush()

    # ------------------------------------------------------------------------------ the deeds

    def create(self, n: int, a: int, _b: int, c: int) -> None:
        parent = self.unit(a)
        made = actions.create_unit(
            self.session, code=f"N{n}", name=f"Chi bộ {n}", parent=parent, by=None, now=self.now,
            valid_from=self.today,
        )  # fmt: skip
        person = actions.create_person(
            self.session, full_name=f"Nguyễn Văn {n}", unit=made, by=None, now=self.now, since=self.today,
            member=c % 3 > 0,
        )  # fmt: skip
        follow(self.session, [person.id], now=self.now)

    def rename(self, n: int, a: int, _b: int, _c: int) -> None:
        name = f"Tên {n}"
        tree.rename_unit(self.session, self.unit(a), name=name, on=self.today, by=None, now=self.now)

    def move(self, _n: int, a: int, b: int, _c: int) -> None:
        self.passed_on(tree.move_unit(self.session, self.unit(a), parent=self.unit(b), **self.by))

    def merge(self, n: int, a: int, b: int, c: int) -> None:
        units = [self.unit(a), self.unit(b)]
        code = units[0].code if c % 2 else f"M{n}"
        self.passed_on(
            tree.merge_units(
                self.session, units, name=f"Hợp nhất {n}", code=code, parent=self.unit(c), **self.by
            )
        )

    def split(self, n: int, a: int, b: int, _c: int) -> None:
        unit = self.unit(a)
        people = self.session.scalars(
            select(Membership.person_id).where(Membership.unit_id == unit.id, present()).order_by("person_id")
        ).all()
        below = self.session.scalars(
            select(Unit.id).where(Unit.parent_id == unit.id, Unit.valid_to.is_(None)).order_by(Unit.id)
        ).all()
        parts = [
            Part(f"Một {n}", unit.code),
            Part(f"Hai {n}", f"S{n}", tuple(below[b % 3 :]), tuple(people[b % 2 :])),
        ]
        self.passed_on(tree.split_unit(self.session, unit, parts, **self.by))

    def close(self, _n: int, a: int, _b: int, _c: int) -> None:
        self.passed_on(tree.close_unit(self.session, self.unit(a), **self.by))

    def transfer(self, _n: int, a: int, b: int, _c: int) -> None:
        admin.transfer(
            self.session, self.person(a), unit=self.unit(b), position="", by=None, now=self.now, since=self.today
        )  # fmt: skip

    def leave(self, _n: int, a: int, _b: int, _c: int) -> None:
        admin.transfer(
            self.session, self.person(a), unit=None, position="", by=None, now=self.now, since=self.today
        )

    def join(self, _n: int, a: int, b: int, _c: int) -> None:
        actions.join_second(
            self.session, self.person(a), unit=self.unit(b), position="", by=None, now=self.now, since=self.today
        )  # fmt: skip
        follow(self.session, [self.person(a).id], now=self.now)

    def start(self, _n: int, a: int, _b: int, _c: int) -> None:
        found = self.enrolment(a)
        if found.started_at is None:
            found.started_at = self.now
            self.session.flush()
            counting.rebuild_units(self.session, self.course.id, [found.unit_id])

    def finish(self, n: int, a: int, b: int, c: int) -> None:
        self.start(n, a, b, c)
        found = self.enrolment(a)
        if found.finished_at is None:
            found.finished_at = self.now
            self.session.flush()
            name = "finished" if found.obligation == "must" else "others_finished"
            counting.count(self.session, self.course.id, found.unit_id, **{name: 1})

    def take_back(self, _n: int, a: int, _b: int, _c: int) -> None:
        if (
            a % 10 == 0
        ):  # as publishing another exam does it; what ended units say of the finished begins anew
            courses.take_finished_back(self.session, self.course.id, now=self.now)
            self.ended = {}

    def exempt(self, _n: int, a: int, _b: int, _c: int) -> None:
        found = self.enrolment(a)
        if found.obligation == "must":
            self.ended.pop(found.unit_id, None)  # somebody decided so
            courses.exempt(self.session, found, reason="Nghỉ ốm", by=1, now=self.now)
        elif found.obligation == "exempt":
            self.ended.pop(found.unit_id, None)
            courses.take_exemption_back(self.session, found, by=1, now=self.now)

    def open(self, _n: int, _a: int, _b: int, _c: int) -> None:
        if self.course.state == "open":
            courses.open_course(self.session, self.course, by=None, now=self.now)

    def close_course(self, _n: int, a: int, _b: int, _c: int) -> None:
        if a % 5 == 0:
            courses.close_course(self.session, self.course, by=1, now=self.now)

    # ------------------------------------------------------------------------------ what must hold

    def check(self) -> None:
        self.closure_is_what_the_parents_say()
        now = self.naive()
        assert self.kept() == now
        self.then.append((self.now, now))
        self.everybody_belongs_at_most_once()
        self.as_of_now_is_what_memberships_say()
        self.open_enrolments_are_where_people_are()
        self.ended_units_stay_as_they_were(now)

    def closure_is_what_the_parents_say(self) -> None:
        parents = {row.id: row.parent_id for row in self.session.execute(select(Unit.id, Unit.parent_id))}
        naive = set()
        for unit_id in parents:
            above: int | None = unit_id
            depth = 0
            while above is not None:
                naive.add((above, unit_id, depth))
                above, depth = parents[above], depth + 1
        rows = self.session.execute(
            select(UnitPath.ancestor_id, UnitPath.descendant_id, UnitPath.depth)
        ).all()
        assert len(rows) == len(naive)
        assert {tuple(row) for row in rows} == naive

    def everybody_belongs_at_most_once(self) -> None:
        rows = self.session.execute(
            select(Membership.person_id, Membership.main, Unit.valid_to)
            .join(Unit, Unit.id == Membership.unit_id)
            .where(Membership.valid_to.is_(None))
        ).all()
        assert all(row.valid_to is None for row in rows), "nobody belongs to a unit that has ended"
        assert max(Counter((row.person_id, row.main) for row in rows).values(), default=1) == 1

    def as_of_now_is_what_memberships_say(self) -> None:
        """Kept counts, without those elsewhere where they were and with them where they are."""
        shown: Counter[int] = Counter()
        for row in self.session.scalars(select(CourseCount).where(CourseCount.course_id == self.course.id)):
            shown[row.unit_id] += row.must + row.exempt + row.guests
        naive: Counter[int] = Counter()
        home = self.homes()
        for one in self.enrolments():
            if one.elsewhere:
                shown[one.unit_id] -= 1
                if one.now_unit_id is not None:
                    shown[one.now_unit_id] += 1
            if home.get(one.person_id) is not None:
                naive[home[one.person_id]] += 1
        assert +shown == naive

    def open_enrolments_are_where_people_are(self) -> None:
        home = self.homes()
        for one in self.enrolments():
            if one.finished_at is None and self.course.state == "open" and one.person_id in home:
                assert one.unit_id == home[one.person_id]

    def ended_units_stay_as_they_were(self, now: Figures) -> None:
        """All figures, if everybody left in it had finished; who is in no unit, or was left in a closed course, may
        still finish there or go on somewhere else."""
        gone = self.session.scalars(select(Unit.id).where(Unit.valid_to.is_not(None))).all()
        unfinished = {one.unit_id for one in self.enrolments() if one.finished_at is None}
        for unit_id in gone:
            figures = now.get(unit_id, Counter())
            if unit_id not in self.ended and unit_id not in unfinished:
                self.ended[unit_id] = figures
            assert self.ended.get(unit_id, figures) == figures

    def check_the_past(self) -> None:
        """The figures as at every earlier moment, from the enrolments and what is kept of them."""
        past: dict[int, list[EnrolmentPast]] = {}
        for row in self.session.scalars(select(EnrolmentPast).order_by(EnrolmentPast.until)):
            past.setdefault(row.enrolment_id, []).append(row)
        enrolments = self.enrolments()
        for at, figures in self.then:
            rows: list[Any] = [
                next((row for row in past.get(one.id, []) if row.until > at), one)
                for one in enrolments
                if one.enrolled_at <= at
            ]
            assert _figures(rows, at) == figures

    # ------------------------------------------------------------------------------ looking

    @property
    def today(self) -> Any:
        return local(self.now).date()

    @property
    def by(self) -> dict[str, Any]:
        return {"on": self.today, "by": None, "now": self.now}

    def passed_on(self, done: Any) -> None:
        admin.pass_on(self.session, done, by=None, now=self.now)

    def unit(self, n: int) -> Unit:
        """One that exists; now and then one that does not any more."""
        found = self.session.scalars(select(Unit).order_by(Unit.valid_to.is_not(None), Unit.id)).all()
        living = [unit for unit in found if unit.valid_to is None]
        return found[n % len(found)] if n > 90 else living[n % len(living)]

    def person(self, n: int) -> Person:
        found = self.session.scalars(select(Person).order_by(Person.id)).all()
        return found[n % len(found)]

    def enrolment(self, n: int) -> Enrolment:
        found = self.enrolments()
        return found[n % len(found)]

    def enrolments(self) -> list[Enrolment]:
        return list(self.session.scalars(select(Enrolment).order_by(Enrolment.id)))

    def homes(self) -> dict[int, int]:
        """Where the course counts people: by the main membership wherever that takes part, else by the second where
        that does, else by the main one."""
        part = select(UnitPath.descendant_id).join(CourseUnit, CourseUnit.unit_id == UnitPath.ancestor_id)
        taking = set(self.session.scalars(part.where(CourseUnit.course_id == self.course.id)))
        rows = self.session.execute(
            select(Membership.person_id, Membership.unit_id, Membership.main).where(
                Membership.valid_to.is_(None)
            )
        ).all()
        main = {row.person_id: row.unit_id for row in rows if row.main}
        second = {row.person_id: row.unit_id for row in rows if not row.main and row.unit_id in taking}
        return second | {who: unit for who, unit in main.items() if unit in taking or who not in second}

    def kept(self) -> Figures:
        rows = self.session.scalars(select(CourseCount)).all()
        names = counting.OF_ENROLMENTS
        found = {r.unit_id: Counter({n: getattr(r, n) for n in names if getattr(r, n)}) for r in rows}
        return {unit_id: figures for unit_id, figures in found.items() if figures}

    def naive(self) -> Figures:
        return _figures(self.enrolments(), self.now)


def _figures(rows: list[Any], at: datetime) -> Figures:
    found: Figures = {}
    for one in rows:
        figures = found.setdefault(one.unit_id, Counter())
        must = one.obligation == "must"
        figures[{"must": "must", "exempt": "exempt", "guest": "guests"}[one.obligation]] += 1
        if must and one.started_at is not None and one.started_at <= at:
            figures["started"] += 1
        if one.finished_at is not None and one.finished_at <= at:
            figures["finished" if must else "others_finished"] += 1
    return found
