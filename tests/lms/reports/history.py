"""An organisation that lives with a course: units are moved, merged, split, renamed and closed, people come, move,
leave and belong to a second tree, attempts are handed in, found too late, opened again, void, restored, sent back.

`History` does the deeds by the real actions and after each looks twice: plain Python counts the bare rows, one person
after the other, and every report is asked what it says. What was seen then is what must be said of it later.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.admin import actions as admin
from lms.attempts import actions as starting
from lms.attempts import finishing, regrading, returned, standing
from lms.attempts.invigilation import actions as room
from lms.attempts.invigilation.rules import DeedRefused
from lms.attempts.models import Attempt, Grade
from lms.attempts.rules import Bands, band
from lms.courses import actions as courses
from lms.courses.following import follow
from lms.courses.models import Course, CourseUnit, Enrolment
from lms.courses.queries import COUNTED
from lms.exams.models import Exam, Paper
from lms.kit.i18n import speaking
from lms.organisation import actions as organisation
from lms.organisation import tree
from lms.organisation.models import Membership, Person, Unit
from lms.organisation.rules import TreeRefused
from lms.organisation.tree_checks import Part
from lms.reports.catalogue import REPORTS
from lms.reports.report import Asked, AsOf
from lms.vietnamese.dates import VIETNAM, local
from tests.cast import Cast
from tests.stage import Stage

Figures = dict[int, dict[str, int]]  # {unit: {name of COUNTED: number}}
AS_OF: tuple[AsOf, ...] = ("then", "now")
OF_TREE = ("move_unit", "merge", "split", "rename", "close")
OF_PEOPLE = ("transfer", "leave", "come", "join", "part", "exempt", "oblige", "correct")
OF_ATTEMPTS = ("sit", "begin", "sweep", "enter", "grade", "void", "restore", "reopen", "end", "send_back")
DEEDS = (*OF_ATTEMPTS, "sit", "sit", *OF_PEOPLE, "transfer", *OF_TREE)
COUNTING = ("unfinished", "progress", "results", "mastery", "attempts")  # completion is told by figures
KEY = b"k" * 32
Said = dict[tuple[str, str, int], Any]


@dataclass
class Seen:
    """What was found at a moment: figures and those who have not finished, by unit, and what the reports said."""

    at: datetime
    figures: dict[str, Figures] = field(default_factory=dict)
    missing: dict[str, dict[int, set[int]]] = field(default_factory=dict)
    said: Said = field(default_factory=dict)


@dataclass
class History:
    """The deeds done so far. The course is for the city and for a school of another tree; a third takes no part."""

    session: Session
    cast: Cast
    staged: Stage
    now: datetime
    counts: str = "best"  # the exam's policy
    pass_percent: int = 50
    seen: list[Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.exam = self.session.get_one(Exam, self.staged.exam_id)
        self.exam.counts, self.exam.pass_percent = self.counts, Decimal(self.pass_percent)
        self.course = self.session.get_one(Course, self.staged.course_id)
        office = self._create("UBND", "Ủy ban nhân dân", None)
        school = self._create("TH", "Trường Tiểu học", office)
        self._create("DBK", "Đảng bộ khác", None)
        self.session.add(CourseUnit(course_id=self.course.id, unit_id=school.id))
        self.papers = self.session.scalars(select(Paper.id).where(Paper.exam_id == self.exam.id)).all()
        self.city = self.cast.units["city"]
        self.look()

    def _create(self, code: str, name: str, parent: Unit | None) -> Unit:
        return organisation.create_unit(
            self.session, code=code, name=name, parent=parent, by=None, now=self.now, valid_from=date(2025, 7, 1)
        )  # fmt: skip

    def do(self, deed: str, who: int, where: int, minutes: int) -> None:
        """One deed, to somebody enrolled or to a unit, then a look. The tree is changed in the first hour of a day:
        units are told apart by days."""
        self.now += timedelta(minutes=minutes)
        if deed in OF_TREE:
            day = local(self.now).date() + timedelta(days=1)
            self.now = datetime.combine(day, time(0, 30), VIETNAM)
        everybody = self._all(select(Enrolment).order_by(Enrolment.id))
        with contextlib.suppress(TreeRefused, DeedRefused):
            getattr(self, f"_{deed}")(everybody[who % len(everybody)], where)
        self.session.flush()
        self.look()

    def _all(self, statement: Any) -> Sequence[Any]:
        return self.session.scalars(statement).all()

    @property
    def day(self) -> date:
        return local(self.now).date()

    # -------------------------------------------------------------------------------------------- attempts

    def _start(self, enrolment: Enrolment, at: datetime, deadline: datetime) -> Attempt:
        had = self._all(select(Attempt.id).where(Attempt.enrolment_id == enrolment.id))
        attempt = Attempt(
            exam_id=self.exam.id, person_id=enrolment.person_id, enrolment_id=enrolment.id,
            unit_id=enrolment.unit_id, paper_id=self.papers[len(had) % len(self.papers)], number=len(had) + 1,
            state="open", started_at=at, deadline_at=deadline,
        )  # fmt: skip
        self.session.add(attempt)
        self.session.flush()
        starting.note_first(self.session, enrolment.id, self.now)
        return attempt

    def _open(self, enrolment: Enrolment) -> Attempt | None:
        return self._of(enrolment, "open")

    def _of(self, enrolment: Enrolment, *states: str) -> Attempt | None:
        """The person's latest attempt in one of the states, or any person's latest."""
        asked = select(Attempt).where(Attempt.state.in_(states)).order_by(Attempt.id.desc())
        return self.session.scalars(
            asked.order_by(None).order_by(Attempt.enrolment_id != enrolment.id, Attempt.id.desc())
        ).first()

    def _sit(self, enrolment: Enrolment, where: int) -> None:
        if (open_ := self._of(enrolment, "open")) and open_.enrolment_id == enrolment.id:
            attempt = open_
        else:
            attempt = self._start(enrolment, self.now, self.now + timedelta(minutes=30))
        attempt.state, attempt.submitted_at = "submitted", self.now
        self._give(attempt, where)
        standing.settle(self.session, regrading.locked(self.session, attempt.id), attempts=1, now=self.now)

    def _give(self, attempt: Attempt, n: int) -> None:
        percent, waits = Decimal((20, 60, 80, 95, 40)[n % 5]), n % 5 == 4
        passed = percent >= self.pass_percent and not waits
        number = self.session.scalar(
            select(func.count()).select_from(Grade).where(Grade.attempt_id == attempt.id)
        )
        slots = len(self.session.get_one(Paper, attempt.paper_id).slots)
        self.session.add(
            Grade(
                attempt_id=attempt.id, number=(number or 0) + 1, points=percent / 10, most_points=Decimal(10),
                percent=percent, passed=passed, right=0, scores=[int(percent) * 100] * slots, engine=1,
                band=band(percent, passed, undecided=waits, bands=Bands()), reason="marked", at=self.now,
            )
        )  # fmt: skip
        self.session.flush()

    def _begin(self, enrolment: Enrolment, _where: int) -> None:
        if self._all(select(Attempt.id).where(Attempt.enrolment_id == enrolment.id, Attempt.state == "open")):
            return
        self._start(enrolment, self.now, self.now + timedelta(minutes=30))

    def _sweep(self, _enrolment: Enrolment, _where: int) -> None:
        for attempt_id in self._all(select(Attempt.id).where(Attempt.state == "open").order_by(Attempt.id)):
            finishing.finish_overdue_one(self.session, attempt_id, by="sweep", key=KEY, now=self.now)

    def _enter(self, enrolment: Enrolment, _where: int) -> None:
        """A paper that was written hours ago."""
        written = self.now - timedelta(hours=3)
        attempt = self._start(enrolment, written, written)
        attempt.medium = "paper"
        finishing.finish_entered(self.session, attempt.id, at=written, key=KEY, now=self.now)

    def _grade(self, enrolment: Enrolment, where: int) -> None:
        if attempt := self._of(enrolment, "submitted"):
            self._give(attempt, where)
            row = regrading.locked(self.session, attempt.id)
            standing.settle(self.session, row, attempts=0, now=self.now)

    def _room(self, deed: Any, attempt: Attempt | None, **more: Any) -> None:
        if attempt:
            deed(self.session, attempt.id, reason="Sự cố", by=self.cast.people["tuan"], now=self.now, **more)

    def _void(self, enrolment: Enrolment, _where: int) -> None:
        self._room(room.void, self._of(enrolment, "submitted", "open"))

    def _restore(self, enrolment: Enrolment, _where: int) -> None:
        self._room(room.restore, self._of(enrolment, "void"))

    def _reopen(self, enrolment: Enrolment, _where: int) -> None:
        self._room(room.reopen, self._of(enrolment, "submitted"), minutes=30)

    def _end(self, enrolment: Enrolment, _where: int) -> None:
        self._room(room.end, self._of(enrolment, "open"), key=KEY)

    def _send_back(self, enrolment: Enrolment, _where: int) -> None:
        attempt = self._of(enrolment, "submitted")
        if attempt and returned.is_last(self.session, attempt):
            until = self.now + timedelta(days=3)
            by = self.cast.people["tuan"]
            returned.note(self.session, attempt, 1, "Viết lại", until=until, by=by, now=self.now)

    # -------------------------------------------------------------------------------------------- people

    def _person(self, enrolment: Enrolment) -> Person:
        return self.session.get_one(Person, enrolment.person_id)

    def _unit(self, where: int) -> Unit:
        living = self._all(select(Unit).where(Unit.valid_to.is_(None)).order_by(Unit.id))
        found: Unit = living[where % len(living)]
        return found

    def _transfer(self, enrolment: Enrolment, where: int) -> None:
        self._go(enrolment, self._unit(where))

    def _leave(self, enrolment: Enrolment, _where: int) -> None:
        self._go(enrolment, None)

    def _go(self, enrolment: Enrolment, unit: Unit | None) -> None:
        admin.transfer(
            self.session, self._person(enrolment), unit=unit, position="", by=None, now=self.now, since=self.day
        )  # fmt: skip

    def _come(self, _enrolment: Enrolment, where: int) -> None:
        person = organisation.create_person(
            self.session, full_name="Người Mới", unit=self._unit(where), by=None, now=self.now, since=self.day,
            member=where % 2 == 0,
        )  # fmt: skip
        follow(self.session, [person.id], now=self.now)

    def _join(self, enrolment: Enrolment, where: int) -> None:
        person = self._person(enrolment)
        organisation.join_second(
            self.session, person, unit=self._unit(where), position="", by=None, now=self.now, since=self.day
        )
        follow(self.session, [person.id], now=self.now)

    def _part(self, enrolment: Enrolment, _where: int) -> None:
        organisation.leave_second(
            self.session, self._person(enrolment), by=None, now=self.now, since=self.day
        )
        follow(self.session, [enrolment.person_id], now=self.now)

    def _exempt(self, enrolment: Enrolment, _where: int) -> None:
        courses.exempt(self.session, enrolment, reason="Ốm", by=self.cast.people["tuan"], now=self.now)

    def _oblige(self, enrolment: Enrolment, _where: int) -> None:
        courses.take_exemption_back(self.session, enrolment, by=self.cast.people["tuan"], now=self.now)

    def _correct(self, enrolment: Enrolment, _where: int) -> None:
        """A member who is none, or the other way round."""
        person = self._person(enrolment)
        person.member = not person.member
        follow(self.session, [person.id], now=self.now)

    # -------------------------------------------------------------------------------------------- the tree

    @property
    def _by(self) -> dict[str, Any]:
        return {"on": self.day, "by": None, "now": self.now}

    def _passed_on(self, done: Any) -> None:
        admin.pass_on(self.session, done, by=None, now=self.now)

    def _move_unit(self, enrolment: Enrolment, where: int) -> None:
        unit = self._unit(enrolment.id)
        self._passed_on(tree.move_unit(self.session, unit, parent=self._unit(where), **self._by))

    def _merge(self, enrolment: Enrolment, where: int) -> None:
        units = [self._unit(enrolment.id + 1), self._unit(where)]
        parent = self.session.get_one(Unit, units[0].parent_id or units[0].id)
        name, code = f"Hợp nhất {len(self.seen)}", units[0].code
        self._passed_on(
            tree.merge_units(self.session, units, name=name, code=code, parent=parent, **self._by)
        )

    def _split(self, enrolment: Enrolment, where: int) -> None:
        unit = self._unit(where)
        parts = [
            Part(f"Một {len(self.seen)}", unit.code),
            Part(f"Hai {len(self.seen)}", f"S{len(self.seen)}", people=(enrolment.person_id,)),
        ]
        self._passed_on(tree.split_unit(self.session, unit, parts, **self._by))

    def _rename(self, _enrolment: Enrolment, where: int) -> None:
        tree.rename_unit(self.session, self._unit(where), name=f"Tên {len(self.seen)}", **self._by)

    def _close(self, _enrolment: Enrolment, where: int) -> None:
        self._passed_on(tree.close_unit(self.session, self._unit(where), **self._by))

    # -------------------------------------------------------------------------------------------- looking

    def look(self) -> None:
        """Count everything as it is now, and ask every report; of two looks at one moment the later one is right."""
        self.session.expire_all()
        rows = self.session.execute(select(Unit.id, Unit.parent_id)).all()
        self.parents: dict[int, int | None] = {row[0]: row[1] for row in rows}
        self.units = list(self.parents)
        found = Seen(self.now)
        everybody = self._all(select(Enrolment).where(Enrolment.course_id == self.course.id))
        attempts = self._all(select(Attempt).where(Attempt.state == "submitted"))
        belongs = {one.person_id: self._belongs(one.person_id) for one in everybody}
        for as_of in AS_OF:
            own = {unit_id: dict.fromkeys(COUNTED, 0) for unit_id in self.units}
            lacking: dict[int, set[int]] = {unit_id: set() for unit_id in self.units}
            place: dict[int, int | None] = {}
            for one in everybody:
                place[one.id] = where = one.unit_id if as_of == "then" else belongs[one.person_id]
                if where is not None:
                    _count(own[where], one)
                    if one.obligation == "must" and not one.finished_at:
                        lacking[where].add(one.person_id)
            for attempt in attempts:
                where = attempt.unit_id if as_of == "then" else place[attempt.enrolment_id]
                if where is not None:
                    own[where]["attempts"] += 1
            found.figures[as_of] = {top: self._summed(own, top) for top in self.units}
            found.missing[as_of] = {
                top: {who for unit in self.units if self.within(unit, top) for who in lacking[unit]}
                for top in self.units
            }
        top = self.units[len(self.seen) % len(self.units)] if len(self.seen) % 3 == 2 else self.city
        found.said = self.say(AS_OF[len(self.seen) % 2], top, at=self.now)
        self.seen = [*(seen for seen in self.seen if seen.at != self.now), found]

    def asked(self, as_of: str, unit_id: int, *, at: datetime, moment: datetime | None = None) -> Asked:
        unit: Any = self.session.get_one(Unit, unit_id)
        how: Any = as_of
        return Asked(self.course, unit, at, as_of=how, moment=moment, exam=self.exam)

    def say(self, as_of: str, unit_id: int, *, at: datetime, moment: datetime | None = None) -> Said:
        """What every report that counts says, but for the order of its lines and their numbers."""
        asked = self.asked(as_of, unit_id, at=at, moment=moment)
        said: Said = {}
        with speaking("vi"):
            for name in COUNTING:
                content = REPORTS[name].content(self.session, asked)
                titles = [column.key for column in content.columns or REPORTS[name].columns]
                from_ = 1 if titles[0] == "number" else 0
                rows = sorted(str(row.values[from_:]) for row in content.rows)
                totals = content.totals.values if content.totals else None
                said[name, as_of, unit_id] = (rows, str(totals), content.intro)
        return said

    def _belongs(self, person_id: int) -> int | None:
        """Where the course counts somebody: by the main membership if that takes part, else by the second if that
        does, else by the main one."""
        mine = self._all(
            select(Membership).where(Membership.person_id == person_id, Membership.valid_to.is_(None))
        )
        part = set(self._all(select(CourseUnit.unit_id).where(CourseUnit.course_id == self.course.id)))
        in_order = sorted(mine, key=lambda one: not one.main)
        taking = [one for one in in_order if any(self.within(one.unit_id, top) for top in part)]
        chosen = next(iter([*taking, *(one for one in mine if one.main)]), None)
        return chosen.unit_id if chosen else None

    def _summed(self, own: dict[int, dict[str, int]], top: int) -> dict[str, int]:
        inside = [own[unit] for unit in self.units if self.within(unit, top)]
        return {name: sum(counts[name] for counts in inside) for name in COUNTED}

    def within(self, unit_id: int | None, top: int) -> bool:
        """Whether a unit is `top` or below it, by walking up."""
        while unit_id is not None and unit_id != top:
            unit_id = self.parents[unit_id]
        return unit_id == top


def _count(own: dict[str, int], one: Enrolment) -> None:
    must = one.obligation == "must"
    own[{"must": "must", "exempt": "exempt", "guest": "guests"}[one.obligation]] += 1
    own["started"] += bool(must and one.started_at)
    own["finished" if must else "others_finished"] += bool(one.finished_at)
