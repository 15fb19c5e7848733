"""A course that lives: people come, sit, pass, move, are exempted; and what plain Python counts at every moment.

`History` does the deeds by the real actions and after each looks at the bare rows, one person after the other: where
they belong by their memberships, what they did by the attempts. What it saw then is what reports must say of it later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt
from lms.courses import actions as courses
from lms.courses import history as pasts
from lms.courses.following import follow
from lms.courses.models import Course, Enrolment
from lms.courses.queries import COUNTED
from lms.exams.models import Paper
from lms.organisation import actions as organisation
from lms.organisation.models import Membership, Person, Unit
from lms.reports.actions import repair_counts
from tests.cast import Cast
from tests.lms.reports.crowd import submitted
from tests.stage import Stage

Figures = dict[str, dict[int, dict[str, int]]]  # {"then" or "now": {unit: {name of COUNTED: number}}}
DEEDS = ("sit", "pass", "move", "leave", "exempt", "oblige", "void", "come", "undo")


@dataclass
class Seen:
    """What plain Python found at a moment: the figures, and the ids of those of each unit who have not finished."""

    at: datetime
    figures: Figures
    missing: dict[str, dict[int, set[int]]]


@dataclass
class History:
    """The deeds done so far."""

    session: Session
    cast: Cast
    staged: Stage
    now: datetime
    seen: list[Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        rows = self.session.execute(select(Unit.id, Unit.parent_id).order_by(Unit.id))
        self.parents: dict[int, int | None] = {row[0]: row[1] for row in rows}
        self.units = list(self.parents)
        self.paper = self.session.scalars(
            select(Paper.id).where(Paper.exam_id == self.staged.exam_id)
        ).first()
        self.look()

    # -------------------------------------------------------------------------------------------- deeds

    def do(self, deed: str, who: int, where: int, minutes: int) -> None:
        """One deed to one of the people enrolled (or to a unit), then a look at the bare rows."""
        self.now += timedelta(minutes=minutes)
        everybody = self.session.scalars(
            select(Enrolment).where(Enrolment.course_id == self.staged.course_id).order_by(Enrolment.id)
        ).all()
        enrolment = everybody[who % len(everybody)]
        unit = self.session.get_one(Unit, self.units[where % len(self.units)])
        acts: dict[str, Callable[[Enrolment, Unit], None]] = {
            "sit": self._sit,
            "pass": self._pass,
            "move": self._move,
            "leave": self._leave,
            "exempt": self._exempt,
            "oblige": self._oblige,
            "void": self._void,
            "come": self._come,
            "undo": self._undo,
        }
        acts[deed](enrolment, unit)
        self.session.flush()
        self.look()

    def _sit(self, enrolment: Enrolment, _unit: Unit) -> None:
        self._attempt(enrolment)

    def _pass(self, enrolment: Enrolment, _unit: Unit) -> None:
        self._attempt(enrolment)
        enrolment.finished_at = enrolment.finished_at or self.now

    def _attempt(self, enrolment: Enrolment) -> None:
        had = self.session.scalars(select(Attempt.id).where(Attempt.enrolment_id == enrolment.id)).all()
        attempt = submitted(self.staged, enrolment, self.paper or 0, len(had) + 1)
        attempt.started_at = attempt.submitted_at = self.now
        self.session.add(attempt)
        enrolment.started_at = enrolment.started_at or self.now

    def _move(self, enrolment: Enrolment, unit: Unit) -> None:
        person = self.session.get_one(Person, enrolment.person_id)
        self._end(person.id)
        self.session.add(Membership(person_id=person.id, unit_id=unit.id, valid_from=self.day))
        follow(self.session, [person.id], now=self.now)

    def _leave(self, enrolment: Enrolment, _unit: Unit) -> None:
        self._end(enrolment.person_id)
        follow(self.session, [enrolment.person_id], now=self.now)

    def _end(self, person_id: int) -> None:
        open_ = (Membership.person_id == person_id) & Membership.valid_to.is_(None)
        self.session.execute(update(Membership).where(open_).values(valid_to=self.day))

    def _exempt(self, enrolment: Enrolment, _unit: Unit) -> None:
        courses.exempt(self.session, enrolment, reason="Ốm", by=self.cast.people["tuan"], now=self.now)

    def _oblige(self, enrolment: Enrolment, _unit: Unit) -> None:
        courses.take_exemption_back(self.session, enrolment, by=self.cast.people["tuan"], now=self.now)

    def _void(self, enrolment: Enrolment, _unit: Unit) -> None:
        last = self.session.scalars(
            select(Attempt)
            .where(Attempt.enrolment_id == enrolment.id, Attempt.state == "submitted")
            .order_by(Attempt.number.desc())
        ).first()
        if last:
            last.state, last.voided_at = "void", self.now

    def _come(self, _enrolment: Enrolment, unit: Unit) -> None:
        person = organisation.create_person(
            self.session, full_name="Người Mới", unit=unit, by=None, now=self.now, since=self.day
        )
        self.session.flush()
        follow(self.session, [person.id], now=self.now)

    def _undo(self, enrolment: Enrolment, _unit: Unit) -> None:
        """What finished somebody turned out wrong."""
        if enrolment.finished_at:
            pasts.keep(self.session, [enrolment.id], self.now)
            enrolment.finished_at = None
            follow(self.session, [enrolment.person_id], now=self.now)

    @property
    def day(self) -> date:
        return self.now.date()

    # -------------------------------------------------------------------------------------------- counting by hand

    def look(self) -> None:
        """Count everything from the bare rows, as it is now; of two looks at one moment the later one is right."""
        self.session.expire_all()
        figures: Figures = {}
        missing: dict[str, dict[int, set[int]]] = {}
        enrolments = self.session.scalars(
            select(Enrolment).where(Enrolment.course_id == self.staged.course_id)
        ).all()
        attempts = self.session.scalars(select(Attempt).where(Attempt.state == "submitted")).all()
        belongs = {
            one.person_id: one.unit_id
            for one in self.session.scalars(select(Membership).where(Membership.valid_to.is_(None)))
        }
        for as_of in ("then", "now"):
            own = {unit_id: dict.fromkeys(COUNTED, 0) for unit_id in self.parents}
            lacking: dict[int, set[int]] = {unit_id: set() for unit_id in self.parents}
            place: dict[int, int | None] = {}
            for one in enrolments:
                away = one.unit_id if as_of == "then" else belongs.get(one.person_id)
                place[one.id] = away
                if away is not None:
                    self._count(own[away], one)
                    if one.obligation == "must" and not one.finished_at:
                        lacking[away].add(one.person_id)
            for attempt in attempts:
                where = attempt.unit_id if as_of == "then" else place[attempt.enrolment_id]
                if where is not None:
                    own[where]["attempts"] += 1
            figures[as_of] = {unit: self._summed(own, unit) for unit in self.parents}
            missing[as_of] = {
                unit: set().union(*(lacking[low] for low in self.parents if self.within(low, unit)))
                for unit in self.parents
            }
        self.seen = [*(seen for seen in self.seen if seen.at != self.now), Seen(self.now, figures, missing)]

    @staticmethod
    def _count(own: dict[str, int], one: Enrolment) -> None:
        must = one.obligation == "must"
        own[{"must": "must", "exempt": "exempt", "guest": "guests"}[one.obligation]] += 1
        own["started"] += bool(must and one.started_at)
        own["finished" if must else "others_finished"] += bool(one.finished_at)

    def _summed(self, own: dict[int, dict[str, int]], top: int) -> dict[str, int]:
        inside = [own[unit] for unit in self.parents if self.within(unit, top)]
        return {name: sum(counts[name] for counts in inside) for name in COUNTED}

    def within(self, unit_id: int | None, top: int) -> bool:
        """Whether a unit is `top` or below it, by walking up."""
        while unit_id is not None and unit_id != top:
            unit_id = self.parents[unit_id]
        return unit_id == top

    def settle_counts(self) -> Any:
        """The kept counts after all this, as the check puts them right."""
        return repair_counts(
            self.session, self.session.get_one(Course, self.staged.course_id), by=None, now=self.now
        )
